"""The names of a file: which of its strings are data keys, clocks, groups, …, and what the code does with them."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from whiskertoolbox_daemon.language.calls import ANYTHING, Argument, Place, arguments_in, arguments_of
from whiskertoolbox_daemon.language.chunks import chunk_at, chunks_of, text_at
from whiskertoolbox_daemon.language.expected import (
    MAKES_UNTOLD,
    Expected,
    NameKind,
    Receiver,
    Role,
    expected_at,
)

_LIBRARY = "whiskertoolbox_python"
_MANAGERS = frozenset({"dm", "manager", "data_manager"})
"""What a manager is called where nothing else is said, as a parameter."""
_IMPORTED = re.compile(rf"^\s*import\s+{_LIBRARY}(?:\s+as\s+(\w+))?", re.MULTILINE)
_FROM_IMPORT = re.compile(rf"^\s*from\s+{_LIBRARY}\s+import\s+(\([^)]*\)|[^\n]*)", re.MULTILINE)
_OTHER_NAME = re.compile(r"^[ \t]*(\w+)[ \t]*(?::[^=\n]+)?=[ \t]*(\w+)[ \t]*(?:#.*)?$", re.MULTILINE)
_OPENED = re.compile(r"\b(\w+)\s*=\s*(?:\w+\.)?DataManager\b|\bDataManager\b[^\n]*\bas\s+(\w+)")
_ANNOTATED = re.compile(r"\b(\w+)\s*:\s*[\"']?(?:\w+\.)?DataManager\b")
_REBOUND = re.compile(rf"^[ \t]*({'|'.join(sorted(_MANAGERS))})[ \t]*=(?!=)", re.MULTILINE)


@dataclass(frozen=True)
class Name:
    """A string that names something of a session."""

    kind: NameKind
    role: Role
    text: str
    place: Place
    """What is between the quotes."""
    function: str
    of_session: bool
    """False: of a manager that the code has opened itself."""
    stored: str = ""
    """What is stored under it, as far as it can be read: the dotted name that is called or given."""


@dataclass(frozen=True)
class Pattern:
    """From a line on there may be names that the code does not say: those that match."""

    line: int
    expression: str


@dataclass(frozen=True)
class FileNames:
    """The names of a file, and what else is to be known of it."""

    names: tuple[Name, ...] = ()
    """In the order of their places."""
    made: tuple[Pattern, ...] = ()
    arguments: tuple[Argument, ...] = ()
    """All that was found, for what is not about names."""

    def at(self, line: int, column: int) -> Name | None:
        """Return the name that a cursor is in, or at the end of."""
        for name in self.names:
            if name.place.line == line and name.place.start <= column <= name.place.end:
                return name
        return None


@dataclass(frozen=True)
class _Receivers:
    session: frozenset[str]
    other: frozenset[str]
    modules: frozenset[str]
    imported: frozenset[str]

    def of(self, argument: Argument) -> Receiver | None:
        if argument.receiver in self.session or argument.receiver in self.other:
            return "manager"
        if argument.receiver in self.modules or (not argument.receiver and argument.function in self.imported):
            return "module"
        if argument.receiver in ("getEntityGroupManager()", "groups", "group_manager"):
            return "groups"
        return None


@functools.lru_cache(maxsize=64)
def names_of(source: str) -> FileNames:
    """Return the names of a file, whose lines end in line feeds; one chunk is parsed again after a change.

    >>> names_of("data = dm\\ndata.getData('angle')").names[0].text
    'angle'
    """
    receivers = _receivers(source)
    arguments = tuple(one for chunk in chunks_of(source) for one in arguments_of(chunk))
    texts = {one.keyword: one for one in arguments if not one.function and one.form == "text"}
    names: list[Name] = []
    made: list[Pattern] = []
    for one in arguments:
        for name in _named(one, receivers, texts):
            if isinstance(name, Pattern):
                made.append(name)
            else:
                names.append(name)
    in_order = sorted(dict.fromkeys(names), key=lambda name: (name.place.line, name.place.start))
    return FileNames(tuple(in_order), tuple(made), arguments)


@dataclass(frozen=True)
class Typed:
    """What is being typed in a string: what it will name, and what is there of it."""

    kind: NameKind
    text: str
    """Up to the cursor."""
    place: Place
    """What a completion replaces."""


def typed_at(source: str, line: int, column: int) -> Typed | None:
    """Return what is being typed at a cursor, also where the string has no end yet; None outside of names.

    >>> typed_at('dm.getData("whi', 0, 15)
    Typed(kind='key', text='whi', place=Place(line=0, start=12, end=15))
    """
    chunk = chunk_at(source, line)
    lines, own = chunk.text.split("\n"), line - chunk.first_line
    text = lines[own] if own < len(lines) else ""
    string = text_at(text, column)
    if string is None or not string["quote"]:
        return None
    if string["end"] != string["quote"]:  # it has no end yet, and what comes behind the cursor may be anything
        text = text[:column] + string["quote"]
    receivers = _receivers(source)
    for one in arguments_in("\n".join([*lines[:own], text])):
        place = one.place
        if one.form == "text" and place.line == own and place.start <= column <= place.end:
            named = _named(one, receivers, {}) if one.function else _uses_of_constant(source, one.keyword, receivers)
            for name in named:
                if isinstance(name, Name):
                    return Typed(name.kind, text[place.start : column], Place(line, place.start, place.end))
    return None


def as_written(name: str) -> str:
    """Return a name as it stands between quotes."""
    return name.translate({ord("\\"): "\\\\", ord('"'): '\\"', ord("'"): "\\'", ord("\n"): "\\n"})


def line_and_column(source: str, offset: int) -> tuple[int, int]:
    """Return where an offset is, 0-based."""
    return source.count("\n", 0, offset), offset - source.rfind("\n", 0, offset) - 1


def _uses_of_constant(source: str, constant: str, receivers: _Receivers) -> Iterator[Name | Pattern]:
    arguments = names_of(source).arguments
    as_text = {one.keyword: one for one in arguments if not one.function and one.form == "text"}
    for one in arguments:
        if one.form == "name" and one.value == constant:
            yield from _named(one, receivers, as_text)


def _named(argument: Argument, receivers: _Receivers, texts: dict[str, Argument]) -> Iterator[Name | Pattern]:
    receiver = receivers.of(argument)
    if receiver is None:
        return
    line, of_session = argument.place.line, argument.receiver not in receivers.other
    if receiver == "manager" and argument.function in MAKES_UNTOLD:
        yield Pattern(line, ANYTHING)
    expected = (
        Expected("key", "asks")
        if argument.function == "in" and receiver == "manager"
        else expected_at(receiver, argument.function, argument.position, argument.keyword)
    )
    if expected is None:
        return
    text = texts.get(argument.value) if argument.form == "name" else argument
    if text is not None and text.form == "text":
        yield Name(expected.kind, expected.role, text.value, text.place, argument.function, of_session, argument.second)
    elif expected.role == "makes" and argument.form in ("pattern", "name"):
        yield Pattern(line, argument.value if argument.form == "pattern" else ANYTHING)


@functools.lru_cache(maxsize=16)
def _receivers(source: str) -> _Receivers:
    has_class, has_library = "DataManager" in source, _LIBRARY in source  # looking through a long file takes time
    opened = {name for pair in _OPENED.findall(source) for name in pair if name} if has_class else set()
    equal = _OTHER_NAME.findall(source)
    rebound = {
        name
        for name in set(_REBOUND.findall(source))
        if not any(left == name and right in _MANAGERS and right != name for left, right in equal)
    }
    session = {*_MANAGERS, *(_ANNOTATED.findall(source) if has_class else ())} - opened - rebound
    modules = {"wt", _LIBRARY, *(filter(None, _IMPORTED.findall(source)) if has_library else ())}
    for known in (session, opened, modules):
        size = 0
        while size != len(known):  # `a = dm`, then `b = a`
            size = len(known)
            known |= {left for left, right in equal if right in known}
    imported = " ".join(_FROM_IMPORT.findall(source)) if has_library else ""
    return _Receivers(
        frozenset(session), frozenset(opened), frozenset(modules), frozenset(re.findall(r"\w+", imported))
    )
