"""Compiles code under the path and the line numbers that the user sees, so that nothing has to be mapped afterwards."""

from __future__ import annotations

import ast
import linecache
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from IPython.core.compilerop import CachingCompiler

from whiskertoolbox_interpreter.run.events import NamedCell
from whiskertoolbox_protocol.execution import CodePlace


@dataclass(frozen=True, kw_only=True)
class CellPlace:
    """Where a cell's code stands: in a file, or else in the cell alone."""

    file: CodePlace | None = None
    uri: str = ""
    """Of the cell, if it has one."""
    skipped_lines: int = 0
    """Blank lines above the code that IPython does not see."""


class PlacedCompiler(CachingCompiler):  # type: ignore[misc]  # IPython 8 has no types
    """IPython's compiler; the next cell stands at `place` when that is set."""

    def __init__(self) -> None:
        super().__init__()
        # Not the flag of Python's own console that calls an open bracket "incomplete input".
        self.reset_compiler_flags()
        self.place: CellPlace | None = None
        self.cell_named: Callable[[NamedCell], None] = lambda _cell: None
        self._name = ""
        self._shift = 0
        """By so many lines the code named `_name` begins below the place's first."""

    def cache(self, transformed_code: str, number: int = 0, raw_code: str | None = None) -> str:
        """Name the cell: the file's path for placed code."""
        # Taken once, so that cells run by the cell itself (%run, get_ipython().run_cell) are not placed too.
        place, self.place = self.place or CellPlace(), None
        self._shift = place.skipped_lines
        if place.file is not None:
            self._shift += place.file.line
            self._name = place.file.path
            show_lines_of(CodePlace(path=self._name, line=self._shift), raw_code or transformed_code)
            return self._name
        shown = "\n" * place.skipped_lines + transformed_code
        self._name = super().cache(shown, number, raw_code=raw_code)
        if place.uri:
            lines = shown.count("\n") + 1
            self.cell_named(NamedCell(uri=place.uri, number=number, name=self._name, line_count=lines))
        return self._name

    def ast_parse(self, source: str, filename: str = "<unknown>", symbol: str = "exec") -> Any:
        """Parse; lines count from the first line of the file or cell."""
        if not self._shift or filename != self._name:
            return super().ast_parse(source, filename, symbol)
        try:
            tree = super().ast_parse(source, filename, symbol)
        except SyntaxError as error:
            error.lineno = (error.lineno or 1) + self._shift
            error.end_lineno = error.end_lineno and error.end_lineno + self._shift
            raise
        return ast.increment_lineno(tree, self._shift)


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
