"""A file cut at its left margin, so that after a change one statement is parsed again and not the file.

Brackets do not count: in code that is being typed they are open, and what stands behind them is to be understood.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

TEXT = re.compile(
    r"""
    (?P<quotes>\"\"\"|''') (?:\\[\s\S]|(?!(?P=quotes))[^\\])* (?:(?P=quotes)|\Z)  # of several lines
    | (?P<quote>["']) (?:\\.|(?!(?P=quote))[^\\\n])* (?P<end>(?P=quote)|\\?$|)   # of one, also without an end
    | \#.*
    """,
    re.VERBOSE | re.MULTILINE,
)
"""A text or a comment."""

# What begins no statement: indented code, comments, closing brackets, further clauses, a text (in brackets, mostly).
_INSIDE = re.compile(r"[\s#)\]}\"']|(?:elif|else|except|finally)\b|$")


@dataclass(frozen=True)
class Chunk:
    """A statement at the left margin, with what belongs to it."""

    first_line: int
    """0-based."""
    text: str


def chunks_of(source: str) -> list[Chunk]:
    """Cut a file, whose lines end in line feeds; the pieces joined are the file.

    >>> [chunk.text for chunk in chunks_of("a = 1\\nif a:\\n    b\\nelse:\\n    c\\n")]
    ['a = 1\\n', 'if a:\\n    b\\nelse:\\n    c\\n']
    """
    if not source:
        return []
    lines = re.findall(r"[^\n]*\n|[^\n]+", source)
    in_text = _lines_in_text(source)
    starts = [
        number for number, line in enumerate(lines) if not number or not (number in in_text or _INSIDE.match(line))
    ]
    ends = [*starts[1:], len(lines)]
    return [Chunk(start, "".join(lines[start:end])) for start, end in zip(starts, ends, strict=True)]


def chunk_at(source: str, line: int) -> Chunk:
    """Return the chunk of a line, up to that line; in a long file much faster than cutting all of it."""
    lines = source.split("\n")[: line + 1]
    first = len(lines) - 1
    while first > 0 and _INSIDE.match(lines[first]):
        first -= 1
    before = "\n".join(lines[:first])
    if before.count('"""') % 2 or before.count("'''") % 2:  # perhaps in a text of several lines
        chunk = next(one for one in reversed(chunks_of(source)) if one.first_line <= line)
        first = chunk.first_line
    return Chunk(first, "\n".join(lines[first:]))


def text_at(code: str, offset: int) -> re.Match[str] | None:
    """Return the text or comment that a cursor is in, or right behind."""
    return next((one for one in TEXT.finditer(code) if one.start() < offset <= one.end()), None)


def _lines_in_text(source: str) -> set[int]:
    """Return the lines that begin within a text of several lines."""
    if '"""' not in source and "'''" not in source:
        return set()
    inside: set[int] = set()
    line = position = 0
    for match in TEXT.finditer(source):
        if match["quotes"]:
            line += source.count("\n", position, match.start())
            after = line + match[0].count("\n")
            inside.update(range(line + 1, after + 1))
            line, position = after, match.end()
    return inside
