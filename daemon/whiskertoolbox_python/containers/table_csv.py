"""CSV with a header row: a signal per column of numbers, as Bonsai and many programs write it.

Bonsai's ``Timestamp`` (ISO 8601, seven decimals, with a time zone) becomes the clock.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.containers._columns import Column, parts_of_columns
from whiskertoolbox_python.containers._contents import Allocate, Array, Contents, in_memory
from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats._growing_column import GrowingColumn
from whiskertoolbox_python.formats._text_cells import parse_number
from whiskertoolbox_python.formats._text_reading import first_line, read_lines, split_cells

AT_ONCE = 1 << 16
"""Cells."""
_ROWS_THAT_SAY = 10
"""The first ones, by which a column is one of dates."""
_DELIMITERS = (",", "\t", ";", " ")
_DATE = re.compile(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(\.\d+)?\s*(Z|[+-]\d\d:?\d\d)?")


def recognises(lines: Sequence[str]) -> bool:
    """Return whether the first lines of a text are a table with numbers or dates."""
    if len(lines) < 2:
        return False
    delimiter = _delimiter(lines[0])
    header, row = split_cells(lines[0], delimiter), split_cells(lines[1], delimiter)
    return len(header) == len(row) and any(_is_value(cell) for cell in row)


def read(
    path: Path, *, time_column: str | None = None, warn: Callable[[str], None], allocate: Allocate = in_memory
) -> Contents:
    """Read a table.

    Parameters
    ----------
    path : Path
    time_column : str, optional
        Column of the times, in seconds or as dates; found by its name or dates by default.
    warn : callable
    allocate : callable
        Makes the columns.
    """
    header_line = first_line(path)
    delimiter = _delimiter(header_line)
    cells = split_cells(header_line, delimiter)
    has_header = not any(_is_value(cell) for cell in cells)
    names = _names(cells) if has_header else [f"column_{place}" for place in range(len(cells))]
    if time_column is not None and time_column not in names:
        raise LoadError(f"{path}: there is no column {time_column!r} (known: {', '.join(names)})")
    found = _values(path, delimiter, len(names), 1 if has_header else 0, warn, allocate)
    columns = {
        name: Column(values.dtype, len(values), partial(_same, values))
        for name, values in zip(names, found, strict=True)
        if values is not None
    }
    parts, clocks = parts_of_columns(path, columns, time_column=time_column, warn=warn, allocate=allocate)
    if not parts:
        raise LoadError(f"{path}: no column holds numbers (columns: {', '.join(names)})")
    return Contents(tuple(parts), clocks)


def _delimiter(line: str) -> str:
    return max(_DELIMITERS, key=lambda one: (line.count(one), -_DELIMITERS.index(one)))


def _names(cells: Sequence[str]) -> list[str]:
    """Return the names of columns, numbered where one is missing or comes again."""
    names: list[str] = []
    for place, cell in enumerate(cells):
        name = cell.strip().strip('"') or f"column_{place}"
        names.append(name if name not in names else f"{name}_{place}")
    return names


def _is_value(cell: str) -> bool:
    text = cell.strip()
    if _DATE.fullmatch(text):
        return True
    try:
        parse_number(text)
    except ValueError:
        return False
    return True


def _values(
    path: Path, delimiter: str, width: int, skip_lines: int, warn: Callable[[str], None], allocate: Allocate
) -> list[Array | None]:
    """Return the columns; None for those of text."""
    columns = [_TextColumn(path.stat().st_size, partial(allocate, alike=width)) for _ in range(width)]
    rows: list[list[str]] = []
    uneven: list[int] = []
    length = 0

    def add() -> None:
        for column, cells in zip(columns, zip(*rows, strict=True), strict=True):
            column.add(cells, length)
        rows.clear()

    for number, line in read_lines(path, skip_lines=skip_lines):
        row = split_cells(line, delimiter)
        if len(row) != width:
            uneven.append(number)
            continue
        rows.append(row)
        length += len(line)
        if len(rows) * width >= AT_ONCE and len(rows) >= _ROWS_THAT_SAY:
            add()
            length = 0
    if rows:
        add()
    if uneven:
        warn(f"{path}: {len(uneven)} rows do not have {width} cells, first line {uneven[0]}; left out")
    if not columns[0].count:
        raise LoadError(f"{path}: it has no row with {width} cells")
    return [column.finish() for column in columns]


class _TextColumn:
    """A column of cells that are numbers, dates or, most of them, other text; the first rows tell dates."""

    def __init__(self, file_bytes: int, allocate: Allocate) -> None:
        self.count = 0
        self._bad = 0
        self._are_dates = False
        self._make = partial(GrowingColumn, file_bytes=file_bytes, allocate=allocate)
        self._values = self._make(np.float64)

    def add(self, cells: Sequence[str], text_bytes: int) -> None:
        """Add the cells of some rows, whose lines are of that length."""
        if not self.count and any(_DATE.fullmatch(cell.strip()) for cell in cells[:_ROWS_THAT_SAY]):
            self._are_dates = True
            self._values = self._make(np.int64)
        self.count += len(cells)
        if self._are_dates:
            self._values.add(_dates(cells).view(np.int64), text_bytes)
            return
        values, bad = _numbers(cells)
        self._bad += bad
        self._values.add(values, text_bytes)

    def finish(self) -> Array | None:
        """Return the values; None for text."""
        if self._bad > self.count // 2:
            return None
        values = self._values.finish()
        return values.view("M8[ns]") if self._are_dates else values


def _numbers(cells: Sequence[str]) -> tuple[Array, int]:
    """Return numbers (empty cells NaN, True and False as 1 and 0), NaN for other text, and how often that is."""
    values = np.empty(len(cells))
    bad = 0
    for row, cell in enumerate(cells):
        text = cell.strip()
        try:
            values[row] = parse_number(text) if text else np.nan
        except ValueError:
            bad += text not in ("True", "False")
            values[row] = {"True": 1.0, "False": 0.0}.get(text, np.nan)
    return values, bad


def _same(values: Array) -> Array:
    return values


def _dates(cells: Sequence[str]) -> npt.NDArray[np.datetime64]:
    """Return ISO dates with any number of decimals, in UTC where they name a zone."""
    dates = np.full(len(cells), np.datetime64("NaT"), "datetime64[ns]")
    for row, cell in enumerate(cells):
        match = _DATE.fullmatch(cell.strip())
        if match is None:
            continue
        date = np.datetime64(match[1].replace(" ", "T") + (match[2] or "")[:10], "ns")
        zone = (match[3] or "Z").replace(":", "")
        if zone != "Z":
            minutes = int(zone[1:3]) * 60 + int(zone[3:5])
            date -= np.timedelta64(minutes if zone[0] == "+" else -minutes, "m")
        dates[row] = date
    return dates
