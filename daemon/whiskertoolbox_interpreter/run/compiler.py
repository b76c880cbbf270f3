"""Compiles code of a file under the file's path and line numbers, so that nothing has to be mapped afterwards."""

from __future__ import annotations

import ast
import linecache
import os
from typing import Any

from IPython.core.compilerop import CachingCompiler

from whiskertoolbox_protocol.execution import CodePlace


class PlacedCompiler(CachingCompiler):  # type: ignore[misc]  # IPython 8 has no types
    """IPython's compiler; the next cell stands at `place` when that is set."""

    def __init__(self) -> None:
        super().__init__()
        # Not the flag of Python's own console that calls an open bracket "incomplete input".
        self.reset_compiler_flags()
        self.place: CodePlace | None = None
        self._placed_cell: CodePlace | None = None

    def cache(self, transformed_code: str, number: int = 0, raw_code: str | None = None) -> str:
        """Name the cell: the file's path for placed code."""
        # Taken once, so that cells run by the cell itself (%run, get_ipython().run_cell) are not placed too.
        self._placed_cell, self.place = self.place, None
        if self._placed_cell is None:
            name: str = super().cache(transformed_code, number, raw_code=raw_code)
            return name
        show_lines_of(self._placed_cell, raw_code or transformed_code)
        return self._placed_cell.path

    def ast_parse(self, source: str, filename: str = "<unknown>", symbol: str = "exec") -> Any:
        """Parse; lines count from the file's first line for placed code."""
        place = self._placed_cell
        if place is None or filename != place.path:
            return super().ast_parse(source, filename, symbol)
        try:
            tree = super().ast_parse(source, filename, symbol)
        except SyntaxError as error:
            error.lineno = (error.lineno or 1) + place.line
            error.end_lineno = error.end_lineno and error.end_lineno + place.line
            raise
        return ast.increment_lineno(tree, place.line)


def show_lines_of(place: CodePlace, code: str) -> None:
    """Let tracebacks show `code` where the file on disk differs, as in an editor that was not saved."""
    linecache.checkcache(place.path)
    on_disk = linecache.getlines(place.path)
    lines = [line + "\n" for line in code.splitlines()]
    end = place.line + len(lines)
    if [line.rstrip("\n") for line in on_disk[place.line : end]] == code.splitlines():
        return
    before = on_disk[: place.line]
    before += ["\n"] * (place.line - len(before))
    try:
        status = os.stat(place.path)
    except OSError:  # an editor without a file
        size, modified = len(code), None
    else:
        size, modified = status.st_size, status.st_mtime  # valid until the file is saved
    linecache.cache[place.path] = (size, modified, [*before, *lines, *on_disk[end:]], place.path)
