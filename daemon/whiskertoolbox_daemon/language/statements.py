"""Which statement stands at a line: what Shift+Enter runs. Parses, never runs; knows no server."""

from __future__ import annotations

import ast
import bisect
import functools
from collections.abc import Sequence
from typing import Literal

from whiskertoolbox_daemon.language.blocks import Extent, extents_of, inner_statement
from whiskertoolbox_daemon.language.broken import extents_around_errors
from whiskertoolbox_protocol.code import Statement

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
    # A file without errors is parsed by Python's own parser, which is in C and seven times as fast as parso.
    try:
        return [(first, last) for first, last, _ in extents_of(ast.parse(code).body)]
    except (SyntaxError, ValueError):  # ValueError: a NUL character
        return extents_around_errors(code)
