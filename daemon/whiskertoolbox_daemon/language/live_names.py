"""What somebody types or points at outside of strings: dotted names and calls, found on the text before the cursor."""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass
from typing import Literal

from whiskertoolbox_daemon.language.calls import Place
from whiskertoolbox_daemon.language.chunks import TEXT, chunk_at, text_at

Want = Literal["attributes", "items", "names"]

IDENTIFIER = re.compile(r"[^\W\d]\w*")
_DOTTED = r"(?<![\w.\])}\"'])[^\W\d]\w*(?:\.[^\W\d]\w*)*"
_ATTRIBUTE = re.compile(rf"({_DOTTED})\.(\w*)\Z")
_ITEM = re.compile(rf"({_DOTTED})\[\s*\Z")
_NAME = re.compile(r"(?<![\w.\])}\"'])([^\W\d]\w*)\Z")
_CALLED = re.compile(rf"({_DOTTED})\s*\Z")
_DEFINED = re.compile(r"\b(?:def|class)\s+\w*\s*\Z")
_ALL_NAMES = re.compile(_DOTTED)
_KEYWORD = re.compile(r"\s*([^\W\d]\w*)\s*=(?!=)")


@dataclass(frozen=True)
class TypedName:
    """What is being typed: a part of an expression's attributes or items, or a name alone."""

    want: Want
    expression: str
    """Dotted name; empty for a name alone."""
    prefix: str
    place: Place
    """What a completion replaces."""

    @property
    def first(self) -> str:
        """The name that the expression begins with."""
        return self.expression.partition(".")[0]


@dataclass(frozen=True)
class PointedName:
    """A dotted name up to the part that is pointed at."""

    expression: str
    place: Place


@dataclass(frozen=True)
class TypedCall:
    """A call that is being typed: what is called, and which of its arguments the cursor is in."""

    expression: str
    position: int
    keyword: str


def typed_name_at(source: str, line: int, column: int) -> TypedName | None:
    """Return what is being typed at a cursor; None in comments, and in texts that are not an item's.

    >>> typed_name_at("trial.re", 0, 8)
    TypedName(want='attributes', expression='trial', prefix='re', place=Place(line=0, start=6, end=8))
    """
    text, offset = _before(source, line, column)
    inside = text_at(text, offset)
    if inside is not None:
        if inside["quote"] is None or (inside["end"] and offset == inside.end()):
            return None  # in a comment or in a long text, or behind a text
        found = _ITEM.search(text, 0, inside.start())
        prefix = text[inside.start() + 1 : offset]
        return None if found is None else _typed("items", found[1], prefix, line, column)
    found = _ATTRIBUTE.search(text, 0, offset)
    if found is not None:
        return _typed("attributes", found[1], found[2], line, column)
    found = _NAME.search(text, 0, offset)
    return None if found is None else _typed("names", "", found[1], line, column)


def pointed_name_at(source: str, line: int, column: int) -> PointedName | None:
    """Return the dotted name at a place: ``a.b`` for a cursor on ``b`` of ``a.b.c``."""
    text, offset = _before(source, line, column)
    if any(one.start() < offset < one.end() for one in TEXT.finditer(text)):
        return None
    begin = text.rfind("\n", 0, offset) + 1
    for match in _ALL_NAMES.finditer(text, begin):
        if match.start() <= offset <= match.end():
            rest = text.find(".", offset, match.end())
            name = text[match.start() : match.end() if rest < 0 else rest]
            if keyword.iskeyword(name):
                return None
            start = match.start() + name.rfind(".") + 1 - begin
            return PointedName(name, Place(line, start, match.start() + len(name) - begin))
    return None


def typed_call_at(source: str, line: int, column: int) -> TypedCall | None:
    """Return the call whose arguments are being typed at a cursor."""
    text, offset = _before(source, line, column)
    code = TEXT.sub(lambda match: re.sub(r"[^\n]", "_", match[0]), text[:offset])
    depth, commas, end = 0, 0, len(code)
    for at in range(len(code) - 1, -1, -1):
        sign = code[at]
        if sign in ")]}":
            depth += 1
        elif sign in "([{" and depth:
            depth -= 1
        elif sign == "(":
            called = _CALLED.search(code, 0, at)
            if called is None or keyword.iskeyword(called[1]) or _DEFINED.search(code, 0, called.end()):
                return None
            named = _KEYWORD.match(code, end if commas else at + 1)
            return TypedCall(called[1], commas, named[1] if named else "")
        elif sign in "[{":
            return None
        elif sign == "," and not depth:
            end = end if commas else at + 1
            commas += 1
    return None


def _before(source: str, line: int, column: int) -> tuple[str, int]:
    """Return a statement up to the end of a line, and where in it a column of that line is."""
    chunk = chunk_at(source, line)
    begin = chunk.text.rfind("\n") + 1 if line > chunk.first_line else 0
    return chunk.text, min(begin + column, len(chunk.text))


def _typed(want: Want, expression: str, prefix: str, line: int, column: int) -> TypedName:
    return TypedName(want, expression, prefix, Place(line, column - len(prefix), column))
