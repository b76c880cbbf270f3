"""Strings and numbers that calls in code take, found on parso's tree; also in code that does not parse.

Looks at leaves, because those are there whatever is wrong with the code around them. Knows no session.
"""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from whiskertoolbox_daemon.language.chunks import Chunk
from whiskertoolbox_daemon.language.expected import EXPECTED, MAKES_UNTOLD, TAKES_INDEX
from whiskertoolbox_daemon.language.grammar import grammar

LONGEST_CALL = 2000
"""Leaves between a string and the bracket of the call that takes it."""

ANYTHING = ".*"
"""The regular expression of a name that the code does not say anything of."""
_CLOSING = {")": "(", "]": "[", "}": "{"}
_FUNCTIONS = {*(name for table in EXPECTED.values() for name in table), *TAKES_INDEX, *MAKES_UNTOLD, "input"}
_LOOKED_AT = re.compile(
    rf"\b(?:{'|'.join(sorted(_FUNCTIONS))})\b|[\"']\s+(?:not\s+)?in\s|^\w+\s*=\s*[rRuU]?[\"']", re.MULTILINE
)
"""What a chunk must have to be worth parsing."""


@dataclass(frozen=True)
class Place:
    """Part of one line: 0-based line, first column and the one behind the last, in code points."""

    line: int
    start: int
    end: int

    def moved(self, lines: int) -> Place:
        """Return the place so many lines further down."""
        return replace(self, line=self.line + lines)


Form = Literal["text", "name", "number", "pattern", "none"]


@dataclass(frozen=True)
class Argument:
    """What a call takes: a text, a name, a number, or what cannot be told without running it."""

    form: Form
    value: str
    """The text's value, the name, or the number as written; of a pattern a regular expression of its values."""
    place: Place
    """Of a text, what is between its quotes."""
    receiver: str
    """What the function is called on: the last name, with ``()`` behind it when that was called; empty: nothing."""
    function: str
    """Empty: the text is assigned to the name `keyword`. ``in``: it is looked for in the receiver."""
    function_place: Place
    position: int
    keyword: str = ""
    second: str = ""
    """The class that is called in the next argument: of ``setData``, what is stored."""


@functools.lru_cache(maxsize=1 << 14)
def arguments_in(text: str) -> tuple[Argument, ...]:
    """Return the arguments in a chunk that may be of interest, in the order of their places."""
    if not _LOOKED_AT.search(text):
        return ()
    return tuple(_arguments(_linked(grammar().parse(text))))


def arguments_of(chunk: Chunk) -> Iterator[Argument]:
    """Yield those of a chunk, placed in the file."""
    for one in arguments_in(chunk.text):
        lines = chunk.first_line
        yield replace(one, place=one.place.moved(lines), function_place=one.function_place.moved(lines))


@dataclass(eq=False)
class Leaf:
    """A word or sign of code, between its neighbours."""

    type: str
    value: str
    start_pos: tuple[int, int]
    before: Leaf | None
    parent_type: str
    after: Leaf | None = None


def _linked(module: Any) -> Leaf:
    """Return the first leaf of a tree of parso, which itself finds neighbours slowly."""
    first = last = Leaf("start", "", (1, 0), None, "")
    waiting = [(module, "")]
    while waiting:
        node, parent = waiting.pop()
        if hasattr(node, "children"):
            waiting += [(child, node.type) for child in reversed(node.children)]
        else:
            last.after = Leaf(node.type, node.value, node.start_pos, last, parent)
            last = last.after
    return first


def _arguments(first: Leaf) -> Iterator[Argument]:
    leaf: Leaf | None = first
    while leaf is not None:
        found = _argument(leaf)
        if found is not None:
            yield found
        leaf = leaf.after


def _argument(leaf: Leaf) -> Argument | None:
    """Return the argument that begins with a leaf; None if none does, or none of interest."""
    before = leaf.before
    if leaf.value == ")" and before is not None and before.value == "(":
        return _in_call(before, before, "none", "")
    if before is None or before.value not in ("(", ",", "=", "["):
        return _looked_for(leaf) if leaf.type == "string" else None
    after = leaf.after
    is_whole = after is None or after.value in (",", ")", "]") or after.type in ("newline", "endmarker")
    if leaf.type == "string":
        text = _text(leaf)
        if text is None:
            return None
        found: tuple[Form, str] = ("text", text) if is_whole else ("pattern", re.escape(text) + ".*")
        return _looked_for(leaf) or _in_call(leaf, before, *found)
    if leaf.type == "fstring_start":
        return _in_call(leaf, before, "pattern", _pattern(leaf))
    if leaf.type == "number" and is_whole:
        return _in_call(leaf, before, "number", leaf.value)
    if leaf.type == "name" and after is not None and after.value != "=":
        return _in_call(leaf, before, "name" if is_whole else "pattern", leaf.value if is_whole else ANYTHING)
    return None


def _in_call(leaf: Leaf, before: Leaf, form: Form, value: str) -> Argument | None:
    """Return the argument with the call around it, `before` being what stands before the argument."""
    position, keyword, opening = 0, "", before
    for _ in range(LONGEST_CALL):
        if opening.value == "=" and not position:
            name = opening.before
            before_name = None if name is None else name.before
            if name is None or name.type != "name":
                return None
            if before_name is None or before_name.type in ("start", "newline", "indent", "dedent"):
                return Argument(form, value, _place(leaf), "", "", _place(name), 0, keyword=name.value)
            keyword, opening = name.value, before_name
            continue
        if opening.value == "[" and not keyword:  # a list of names is the argument
            outer = opening.before
            if outer is None or outer.value not in ("(", ",", "="):
                return None
            position, opening = 0, outer
            continue
        if opening.value == "(":
            break
        if opening.value in ("[", "{") or opening.type in ("start", "newline", "error_leaf"):
            return None
        if opening.value == ",":
            position += 1
        before_opening = (_opening(opening) or opening).before
        if before_opening is None:
            return None
        opening = before_opening
    called = _called(opening)
    if called is None:
        return None
    receiver, function = called
    second = _second(leaf) if form != "number" else ""
    return Argument(form, value, _place(leaf), receiver, function.value, _place(function), position, keyword, second)


def _called(bracket: Leaf) -> tuple[str, Leaf] | None:
    """Return what the call of a bracket is called on (empty: nothing), and the leaf of the function's name."""
    function = bracket.before
    if function is None or function.type != "name":
        return None
    dot = function.before
    if dot is None or dot.value != ".":
        return None if dot is not None and dot.value in ("def", "class") else ("", function)
    receiver = dot.before
    if receiver is not None and receiver.value == ")":
        opening = _opening(receiver)
        name = None if opening is None else opening.before
        return ("?" if name is None else f"{name.value}()"), function
    return ("?" if receiver is None or receiver.type != "name" else receiver.value), function


def _opening(closing: Leaf) -> Leaf | None:
    """Return the bracket that a closing one belongs to."""
    if closing.value not in _CLOSING:
        return None
    depth, leaf = 0, closing
    for _ in range(LONGEST_CALL):
        if leaf.value in _CLOSING:
            depth += 1
        elif leaf.value in _CLOSING.values():
            depth -= 1
            if not depth:
                return leaf
        previous = leaf.before
        if previous is None:
            return None
        leaf = previous
    return None


def _second(leaf: Leaf) -> str:
    """Return the dotted name with which the argument behind begins; empty if it begins otherwise."""
    comma = leaf.after
    following = comma.after if comma is not None and comma.value == "," else None
    parts = []
    while following is not None and (following.type == "name" or following.value == "."):
        parts.append(following.value)
        following = following.after
    return "".join(parts)


def _looked_for(leaf: Leaf) -> Argument | None:
    """Return the text of ``"angle" in dm``."""
    text, following = _text(leaf), leaf.after
    if following is not None and following.value == "not":
        following = following.after
    receiver = following.after if following is not None and following.value == "in" else None
    if text is None or following is None or receiver is None or receiver.type != "name":
        return None
    return Argument("text", text, _place(leaf), receiver.value, "in", _place(following), 0)


def _text(leaf: Leaf) -> str | None:
    """Return what a string of one line says; None for bytes, and for what is none."""
    try:
        value = ast.literal_eval(leaf.value)
    except (SyntaxError, ValueError):
        return None
    return value if isinstance(value, str) and "\n" not in leaf.value else None


def _pattern(start: Leaf) -> str:
    """Return a regular expression of what an f-string may say."""
    pattern, depth, leaf = "", 1, start.after
    while leaf is not None and depth:
        depth += {"fstring_start": 1, "fstring_end": -1}.get(leaf.type, 0)
        if leaf.type == "fstring_string" and depth == 1 and not _in_braces(leaf):
            pattern += re.escape(leaf.value)
        elif not pattern.endswith(".*") and depth:
            pattern += ".*"
        leaf = leaf.after
    return pattern


def _in_braces(leaf: Leaf) -> bool:
    return leaf.parent_type == "fstring_format_spec"


def _place(leaf: Leaf) -> Place:
    """Where a leaf is; of a string, what is between its quotes."""
    line, column = leaf.start_pos
    if leaf.type != "string":
        return Place(line - 1, column, column + len(leaf.value))
    begin = re.match(r"\w*(?:\"\"\"|'''|[\"'])", leaf.value)
    opening = len(begin[0]) if begin else 0
    quotes = len(begin[0].lstrip("rRuUbBfF")) if begin else 0
    return Place(line - 1, column + opening, column + len(leaf.value) - quotes)
