"""CSV with a header row: a signal per column of numbers, as Bonsai and many programs write it.

Bonsai's ``Timestamp`` (ISO 8601, seven decimals, with a time zone) becomes the clock.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.containers._columns import parts_of_columns
from whiskertoolbox_python.containers._contents import Array, Contents
from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats._text_cells import parse_number
from whiskertoolbox_python.formats._text_reading import first_line, read_lines, split_cells

_DELIMITERS = (",", "\t", ";", " ")
_DATE = re.compile(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(\.\d+)?\s*(Z|[+-]\d\d:?\d\d)?")


def recognises(lines: Sequence[str]) -> bool:
    """Return whether the first lines of a text are a table with numbers or dates."""
    if len(lines) < 2:
        return False
    delimiter = _delimiter(lines[0])
    header, row = split_cells(lines[0], delimiter), split_cells(lines[1], delimiter)
    return len(header) == len(row) and any(_is_value(cell) for cell in row)


def read(path: Path, *, time_column: str | None = None, warn: Callable[[str], None]) -> Contents:
    """Read a table.

    Parameters
    ----------
    path : Path
    time_column : str, optional
        Column of the times, in seconds or as dates; found by its name or dates by default.
    warn : callable
    """
    header_line = first_line(path)
    delimiter = _delimiter(header_line)
    cells = split_cells(header_line, delimiter)
    has_header = not any(_is_value(cell) for cell in cells)
    names = _names(cells) if has_header else [f"column_{place}" for place in range(len(cells))]
    if time_column is not None and time_column not in names:
        raise LoadError(f"{path}: there is no column {time_column!r} (known: {', '.join(names)})")
    texts: list[list[str]] = []
    uneven: list[int] = []
    for number, line in read_lines(path, skip_lines=1 if has_header else 0):
        if not line.strip():
            continue
        row = split_cells(line, delimiter)
        if len(row) == len(names):
            texts.append(row)
        else:
            uneven.append(number)
    if uneven:
        warn(f"{path}: {len(uneven)} rows do not have {len(names)} cells, first line {uneven[0]}; left out")
    if not texts:
        raise LoadError(f"{path}: it has no row with {len(names)} cells")
    columns: dict[str, Array] = {}
    for name, column in zip(names, zip(*texts, strict=True), strict=True):
        values = _column(column)
        if values is not None:
            columns[name] = values
    parts, clocks = parts_of_columns(path, columns, time_column=time_column, warn=warn)
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


def _column(cells: Sequence[str]) -> Array | None:
    """Return numbers (empty cells NaN, True and False as 1 and 0), dates, or None for other text."""
    if any(_DATE.fullmatch(cell.strip()) for cell in cells[:10]):
        return _dates(cells)
    values = np.empty(len(cells))
    bad = 0
    for row, cell in enumerate(cells):
        text = cell.strip()
        try:
            values[row] = parse_number(text) if text else np.nan
        except ValueError:
            if text not in ("True", "False"):
                bad += 1
                if bad > len(cells) // 2:
                    return None
            values[row] = {"True": 1.0, "False": 0.0}.get(text, np.nan)
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
