"""Which statement gave a name of a file its value last: whether what the session has is what the file means.

A file and what has run of it differ as soon as somebody types. A variable is shown in a file only while the statement
that binds it there, the nearest above, is the one that has bound it last in the session.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from whiskertoolbox_daemon.language.chunks import Chunk, chunks_of
from whiskertoolbox_daemon.language.grammar import grammar

LONGEST_CODE = 1 << 20
"""Characters; of longer code nothing is remembered."""
MOST_UNREAD = 500
"""Runs that are remembered before they are looked through; of more all is forgotten, and nothing shown."""
FORGET = "# too much has run"
_SCOPES = ("funcdef", "lambdef", "classdef")
_WITH_HEAD = ("for_stmt", "with_stmt", "with_item", "except_clause", "namedexpr_test")
"""What binds a name in the head of a statement, whose body may change."""
_COMPREHENSIONS = ("comp_for", "sync_comp_for")


@dataclass(frozen=True)
class Binding:
    """A statement, or the head of one, that gives a name a value."""

    name: str
    text: str
    """Without the spaces that its lines begin and end with."""
    first_line: int
    last_line: int
    scope: tuple[int, int] | None
    """First and last line of the function, class or comprehension that alone knows the name; None: the module does."""
    end_column: int
    is_assignment: bool


class LastBindings:
    """What has bound each name of the session last. Code that ran is looked through when somebody asks."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._ran: list[tuple[str, bool]] = []
        self._reading = threading.Lock()
        """Files are looked at on threads."""

    def begin(self, code: str) -> None:
        """Code begins to run: what it binds in another way than before is uncertain until it has ended."""
        if len(self._ran) >= MOST_UNREAD:
            self._ran = [(FORGET, True)]
        self._ran.append((code, False))

    def end(self, code: str) -> None:
        """Code has run to its end."""
        self._ran.append((code, True))

    def is_bound_at(self, source: str, line: int, name: str) -> bool:
        """Return whether a line of a file is the one that has bound a name last in the session."""
        self._read()
        bound = binding_at(source, line, name)
        return bound is not None and bound.text == self._texts.get(name)

    def is_meant(self, source: str, line: int, name: str) -> bool:
        """Return whether a name at a line of a file stands for the session's variable of that name."""
        self._read()
        meant = binding_above(source, line, name)
        return meant is None or (meant.scope is None and meant.text == self._texts.get(name))

    def assigned_within(self, source: str, first_line: int, last_line: int) -> list[Binding]:
        """Return the assignments of a range of lines, both inclusive, that have bound their names last."""
        self._read()
        found = []
        for chunk in _pieces(source):
            if chunk.first_line > last_line:
                break
            if chunk.first_line + chunk.text.count("\n") < first_line:
                continue
            for one in _bindings_in(chunk.text):
                first, last = one.first_line + chunk.first_line, one.last_line + chunk.first_line
                is_last = one.is_assignment and one.scope is None and one.text == self._texts.get(one.name)
                if is_last and first_line <= last <= last_line:
                    found.append(replace(one, first_line=first, last_line=last))
        return found

    def _read(self) -> None:
        with self._reading:
            while self._ran:
                code, has_ended = self._ran.pop(0)
                if code is FORGET:
                    self._texts.clear()
                for name, text in _last_of(code).items():
                    self._texts[name] = text if has_ended or self._texts.get(name) == text else ""


def source_of(path: str) -> str:
    """Return the code of a script with line feeds between its lines; empty where it cannot be read."""
    try:
        return Path(path).read_text(encoding="utf-8").removeprefix("\ufeff")
    except (OSError, UnicodeDecodeError):
        return ""


def binding_above(source: str, line: int, name: str) -> Binding | None:
    """Return what binds a name for the statement at a line; None where nothing in the file does.

    >>> binding_above("a = 1\\na = 2\\nprint(a)\\n", 2, "a").text
    'a = 2'
    """
    above: Binding | None = None
    for chunk in _pieces(source):
        if chunk.first_line > line:
            break
        if name not in chunk.text:
            continue
        for one in _bindings_in(chunk.text):
            first, last = one.first_line + chunk.first_line, one.last_line + chunk.first_line
            if one.name != name:
                continue
            if one.scope is not None:
                if one.scope[0] + chunk.first_line <= line <= one.scope[1] + chunk.first_line:
                    return one
            elif last < line or (first < line and one.text.endswith(":")):
                above = one
    return above


def binding_at(source: str, line: int, name: str) -> Binding | None:
    """Return what binds a name of the module on a line itself."""
    for chunk in _pieces(source):
        if chunk.first_line <= line < chunk.first_line + max(chunk.text.count("\n"), 1):
            for one in _bindings_in(chunk.text):
                own = line - chunk.first_line
                if one.name == name and one.scope is None and one.first_line <= own <= one.last_line:
                    return one
    return None


def _pieces(source: str) -> Iterator[Chunk]:
    """Yield a file's chunks, decorators with what they decorate."""
    first, text = 0, ""
    for chunk in chunks_of(source):
        first, text = (first if text else chunk.first_line), text + chunk.text
        if not chunk.text.startswith("@"):
            yield Chunk(first, text)
            text = ""


def _last_of(code: str) -> dict[str, str]:
    if len(code) > LONGEST_CODE:
        return {}
    found = (one for chunk in _pieces(code) for one in _bindings_in(chunk.text))
    return {one.name: one.text for one in found if one.scope is None}


@functools.lru_cache(maxsize=4096)
def _bindings_in(text: str) -> tuple[Binding, ...]:
    """Return what a chunk binds, in the order of its lines."""
    found = []
    leaf = grammar().parse(text).get_first_leaf()
    while leaf is not None:
        if leaf.type == "name" and leaf.parent.type != "trailer" and leaf.is_definition():
            found.append(_binding(leaf))
        leaf = leaf.get_next_leaf()
    return tuple(found)


def _binding(name: Any) -> Binding:
    node = name.get_definition()
    scope = _scope_of(name, node)
    whole = node
    while whole.parent is not None and whole.parent.type in ("decorated", "async_stmt", "async_funcdef"):
        whole = whole.parent
    code = whole.get_code(include_prefix=False)
    if node.type in _WITH_HEAD:
        head = node
        while head.parent is not None and head.type not in ("for_stmt", "with_stmt", "try_stmt"):
            head = head.parent
        colon = next(
            (one for one in getattr(head, "children", ()) if one == ":" and one.start_pos >= name.end_pos), None
        )
        if colon is not None:
            whole, code = head, _between(head, colon)
    text = "\n".join(line.strip() for line in code.strip().split("\n"))
    first = whole.start_pos[0] - 1
    return Binding(
        name=name.value,
        text=text,
        first_line=first,
        last_line=first + text.count("\n"),
        scope=None if scope is None else _lines_of(scope),
        end_column=whole.end_pos[1],
        is_assignment=node.type == "expr_stmt",
    )


def _lines_of(node: Any) -> tuple[int, int]:
    first = node.start_pos[0] - 1
    return first, first + node.get_code(include_prefix=False).rstrip().count("\n")


def _between(head: Any, colon: Any) -> str:
    parts: list[str] = []
    for child in head.children:
        parts.append(child.get_code(include_prefix=bool(parts)))
        if child is colon:
            break
    return "".join(parts)


def _scope_of(name: Any, definition: Any) -> Any:
    """Return the function, class or comprehension that alone knows a name; None for a name of the module."""
    node = name.parent
    while node is not None:
        if node.type in _SCOPES and not (node is definition and getattr(node, "name", None) is name):
            return node
        if node.type in _COMPREHENSIONS and definition is node:
            return node.parent
        node = node.parent
    return None
