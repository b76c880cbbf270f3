"""Which statement stands at a line: what Shift+Enter runs. Parses, never runs; knows no server."""

from __future__ import annotations

import ast
import bisect
import functools
import re
from collections.abc import Sequence
from typing import Literal

from whiskertoolbox_daemon.language.blocks import Extent, extents_of, inner_statement
from whiskertoolbox_protocol.code import Statement

# A line at the left margin that can begin a statement: no comment, no closing bracket, no further clause.
_START = re.compile(r"(?!(?:elif|else|except|finally)\b)[^\s#)\]}]")

_STARTS_BEFORE_ERROR = 40
"""A parser reports an error some lines after its cause: so many lines at the margin may lie between them."""
_MOST_ERRORS = 100
"""What comes after so many is taken line by line at the margin: it is not a program that somebody is editing."""


Block = Literal["topLevel", "innermost", "line"]


def statement_at(code: str, line: int, block: Block = "topLevel") -> Statement | None:
    """The statement that line `line` of `code` belongs to, else the next one below it.

    At the top level a statement inside a block stands for the whole block: half of a function or a loop cannot be run.
    Only the body of ``if __name__ == "__main__":`` counts as the top level too. While the file has a syntax error, the
    parts around it are still found.
    """
    if block == "line":
        return _line_at(code.split("\n"), line)
    extents = _extents(code)
    index = bisect.bisect_left(extents, line, key=lambda extent: extent[1])
    if index == len(extents):
        return None
    first, last = extents[index]
    following = extents[index + 1][0] if index + 1 < len(extents) else last + 1
    if first < line <= last:
        inside = inner_statement(code.split("\n")[first : last + 1], line - first, block)
        if inside is not None:
            start, end, after = inside
            next_line = following if after is None else first + after
            return Statement(start_line=first + start, end_line=first + end, next_line=next_line)
    return Statement(start_line=first, end_line=last, next_line=following)


def _line_at(lines: list[str], line: int) -> Statement | None:
    filled = [number for number in range(line, len(lines)) if lines[number].strip()]
    if not filled:
        return None
    following = filled[1] if len(filled) > 1 else filled[0] + 1
    return Statement(start_line=filled[0], end_line=filled[0], next_line=following)


@functools.lru_cache(maxsize=4)  # the cursor moves on through the same file
def _extents(code: str) -> Sequence[Extent]:
    # Python's own parser, in C, and not an error-recovering one: on a file of 50 000 lines parso takes seven times as
    # long, also for a small change of what it has parsed before.
    try:
        return _parsed(code, 0)
    except (SyntaxError, ValueError):  # ValueError: a NUL character
        return _around_errors(code.split("\n"))


def _parsed(code: str, offset: int) -> list[Extent]:
    return [(first + offset, last + offset) for first, last, _ in extents_of(ast.parse(code).body)]


def _around_errors(lines: list[str]) -> list[Extent]:
    """Extents in a file with syntax errors: whole statements up to an error, the broken one, and so on behind it."""
    starts = [number for number, text in enumerate(lines) if _START.match(text)]
    extents: list[Extent] = []
    index = 0
    for _ in range(_MOST_ERRORS):
        if index == len(starts):
            return extents
        first = starts[index]
        try:
            return extents + _parsed("\n".join(lines[first:]), first)
        except (SyntaxError, ValueError) as error:
            before, index = _before_error(lines, starts, index, first + _line_of(error))
        # The broken statement itself: running it shows its error.
        extents += [*before, _up_to_next(lines, starts, index)]
        index += 1
    return extents + [_up_to_next(lines, starts, position) for position in range(index, len(starts))]


def _before_error(lines: list[str], starts: list[int], index: int, error_line: int) -> tuple[list[Extent], int]:
    """The whole statements from ``starts[index]`` on, and which start is that of the broken one behind them."""

    def parsed(begin: int, end: int) -> list[Extent] | None:
        try:
            return _parsed("\n".join(lines[starts[begin] : starts[end]]), starts[begin])
        except (SyntaxError, ValueError):
            return None

    last = max(index, bisect.bisect_right(starts, error_line) - 1)
    near = max(index, last - _STARTS_BEFORE_ERROR)
    before = parsed(index, near)
    if before is None:
        # The cause lies further up, as of a string that ends nowhere near: look for the longest part that is valid.
        near = bisect.bisect_left(range(index, near), True, key=lambda end: parsed(index, end) is None) + index - 1
        return parsed(index, near) or [], near
    for end in range(last, near, -1):
        whole = parsed(near, end)
        if whole is not None:
            return before + whole, end
    return before, near


def _line_of(error: SyntaxError | ValueError) -> int:
    """0-based line that an error names; the first if it names none."""
    return max(0, (getattr(error, "lineno", None) or 1) - 1)


def _up_to_next(lines: list[str], starts: list[int], index: int) -> Extent:
    """Lines from a start to the last one with text before the next start."""
    first = starts[index]
    end = starts[index + 1] if index + 1 < len(starts) else len(lines)
    return first, max(number for number in range(first, end) if lines[number].strip())
