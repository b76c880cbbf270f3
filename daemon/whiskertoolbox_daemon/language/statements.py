"""Which statement stands at a line: what Shift+Enter runs. Parses, never runs; knows no server."""

from __future__ import annotations

import ast
import re

from whiskertoolbox_protocol.code import Statement

Extent = tuple[int, int]
"""First and last line, 0-based, both inclusive."""

# A line at the left margin that can begin a statement: no comment, no closing bracket, no further clause.
_START = re.compile(r"(?!(?:elif|else|except|finally)\b)[^\s#)\]}]")

_MOST_STARTS_INSIDE = 40
"""A statement has few lines at the margin inside it (of a long string); without a bound a long file takes seconds."""


def statement_at(code: str, line: int) -> Statement | None:
    """The top-level statement that line `line` of `code` belongs to, else the next one below it.

    A statement inside a block stands for the whole block: half of a function or a loop cannot be run. While the file
    has a syntax error, the parts around it are still found.
    """
    extents = _extents(code)
    for index, (first, last) in enumerate(extents):
        if line <= last:
            following = extents[index + 1][0] if index + 1 < len(extents) else last + 1
            return Statement(start_line=first, end_line=last, next_line=following)
    return None


def _extents(code: str) -> list[Extent]:
    try:
        return _parsed(code, 0)
    except (SyntaxError, ValueError):  # ValueError: a NUL character
        return _pieces(code.split("\n"))


def _parsed(code: str, offset: int) -> list[Extent]:
    """Extents of the statements of valid code; those that share a line (``a = 1; b = 2``) are one."""
    extents: list[Extent] = []
    for node in ast.parse(code).body:
        first = min([node.lineno, *(item.lineno for item in getattr(node, "decorator_list", []))]) - 1 + offset
        last = (node.end_lineno or node.lineno) - 1 + offset
        if extents and first <= extents[-1][1]:
            extents[-1] = (extents[-1][0], last)
        else:
            extents.append((first, last))
    return extents


def _pieces(lines: list[str]) -> list[Extent]:
    """Extents in a file with a syntax error: from each start at the margin, as few lines as form valid code."""
    starts = [number for number, text in enumerate(lines) if _START.match(text)]
    extents: list[Extent] = []
    position = 0
    while position < len(starts):
        first = starts[position]
        ends = [*starts[position + 1 :], len(lines)][:_MOST_STARTS_INSIDE]
        for step, end in enumerate(ends, start=1):
            try:
                extents += _parsed("\n".join(lines[first:end]), first)
            except (SyntaxError, ValueError):
                continue
            position += step
            break
        else:  # the broken statement itself: running it shows its error
            end = starts[position + 1] if position + 1 < len(starts) else len(lines)
            extents.append((first, _last_with_text(lines, first, end)))
            position += 1
    return extents


def _last_with_text(lines: list[str], first: int, end: int) -> int:
    return max(number for number in range(first, end) if lines[number].strip())
