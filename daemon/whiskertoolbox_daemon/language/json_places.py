"""Where the parts of JSON stand in its text, which is known to be whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from json.decoder import JSONDecoder

from whiskertoolbox_daemon.language.calls import Place
from whiskertoolbox_daemon.language.names import line_and_column

_SPACE = re.compile(r"[ \t\r\n]*")
_value_at = JSONDecoder().raw_decode


def members(source: str, at: int) -> Iterator[tuple[str, int]]:
    """Yield name and beginning of each value in an object, or in a list, where it has no name."""
    is_object = source[at] == "{"
    at = after_space(source, at + 1)
    while source[at] not in "]}":
        name = ""
        if is_object:
            name, at = _value_at(source, at)
            at = after_space(source, after_space(source, at) + 1)
        yield name, at
        at = after_space(source, value_end(source, at))
        if source[at] == ",":
            at = after_space(source, at + 1)


def after_space(source: str, at: int) -> int:
    """Return the offset of the first sign from `at` on that is no space."""
    found = _SPACE.match(source, at)
    return at if found is None else found.end()


def value_end(source: str, at: int) -> int:
    """Return the offset behind the value that begins at one."""
    return int(_value_at(source, at)[1])


def text_at(source: str, at: int) -> tuple[Place, str]:
    """Return the place between the quotes of a text, and what it says."""
    value, end = _value_at(source, at)
    return place_of(source, at + 1, end - 1)[0], str(value)


def place_of(source: str, start: int, end: int) -> tuple[Place, Place]:
    """Return the part of its first line, and that of its last, of what stands between two offsets."""
    line, column = line_and_column(source, start)
    last_line, last_column = line_and_column(source, end)
    if line == last_line:
        return (Place(line, column, last_column),) * 2
    newline = source.index("\n", start)
    return Place(line, column, column + newline - start), Place(last_line, 0, last_column)
