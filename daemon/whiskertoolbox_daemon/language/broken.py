"""The statements of code that Python's own parser refuses, found on parso's error-recovering tree, piece by piece.

Pieces begin at the left margin, so an open bracket spoils its own only. They are remembered: after a change, what was
changed is parsed again and not the file.
"""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator

from whiskertoolbox_daemon.language.blocks import Extent, extents_of
from whiskertoolbox_daemon.language.chunks import TEXT, Chunk, chunks_of
from whiskertoolbox_daemon.language.grammar import grammar

# A line at the left margin that can begin a statement: no comment, no closing bracket, no further clause.
_START = re.compile(r"(?!(?:elif|else|except|finally)\b)[^\s#)\]}]")

_MOST_JOINED = 40
"""Pieces that are looked at for the end of a bracket, or for what a decorator belongs to."""


def extents_around_errors(code: str) -> list[Extent]:
    """Return the extents of the statements of code with errors; broken ones too: running one shows its error."""
    return [
        (first + chunk.first_line, last + chunk.first_line)
        for chunk in _whole(chunks_of(code))
        for first, last in _extents_in(chunk.text)
    ]


def _whole(chunks: list[Chunk]) -> Iterator[Chunk]:
    """Yield the pieces; those that are one statement, with lines at the margin in its brackets, joined."""
    place = 0
    while place < len(chunks):
        chunk, count = chunks[place], 1
        if _is_open(chunk.text):
            text = chunk.text
            for further in range(place + 1, min(place + _MOST_JOINED, len(chunks))):
                text += chunks[further].text
                if not _is_open(text, decorated=False) and _is_valid(text):
                    chunk, count = Chunk(chunk.first_line, text), further - place + 1
                    break
        yield chunk
        place += count


@functools.lru_cache(maxsize=1 << 14)
def _is_open(text: str, *, decorated: bool = True) -> bool:
    """Return whether a bracket does not end in the text, or it begins with a decorator."""
    code = TEXT.sub("", text)
    return (decorated and code.startswith("@")) or any(
        code.count(opening) > code.count(closing) for opening, closing in ("()", "[]", "{}")
    )


def _is_valid(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        return False
    return True


@functools.lru_cache(maxsize=1 << 14)
def _extents_in(text: str) -> tuple[Extent, ...]:
    try:
        return tuple((first, last) for first, last, _ in extents_of(ast.parse(text).body))
    except (SyntaxError, ValueError):  # ValueError: a NUL character
        return tuple(_extents_in_tree(text))


def _extents_in_tree(text: str) -> list[Extent]:
    """Return the extents of a piece with an error: what is at the margin, with the pieces of errors behind it."""
    lines = text.split("\n")
    extents: list[Extent] = []
    for node in grammar().parse(text).children:
        leaf = node.get_last_leaf()
        first, last = node.start_pos[0] - 1, (leaf.start_pos if leaf.type == "newline" else leaf.end_pos)[0] - 1
        if node.type == "endmarker":
            break
        if not extents or (node.start_pos[1] == 0 and first > extents[-1][1] and _START.match(lines[first])):
            extents.append((first, last))
        else:
            extents[-1] = (extents[-1][0], max(last, extents[-1][1]))
    return [(first, _last_with_text(lines, first, last)) for first, last in extents]


def _last_with_text(lines: list[str], first: int, last: int) -> int:
    """Return the last line that is not blank: a text that ends nowhere goes on to the end of the file."""
    return max(line for line in range(first, min(last, len(lines) - 1) + 1) if line == first or lines[line].strip())
