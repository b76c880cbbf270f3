"""Tensors as delimited text: a label, then one cell per column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.order import AT_ONCE
from whiskertoolbox_python.errors import LoadError, SaveError
from whiskertoolbox_python.formats._growing_column import GrowingColumn
from whiskertoolbox_python.formats._loader import LoadedItem, Loader, Source
from whiskertoolbox_python.formats._saver import Destination, Saver, write_text
from whiskertoolbox_python.formats._streaming import allocate
from whiskertoolbox_python.formats._text_cells import parse_index, parse_value
from whiskertoolbox_python.formats._text_reading import one_character, read_lines, split_cells
from whiskertoolbox_python.formats._text_writing import AsText, TextOptions, decimals
from whiskertoolbox_python.parameters import option
from whiskertoolbox_python.types.tensor import TensorData

_INTEGER = re.compile(r"[+-]?[0-9]{1,20}")

_INTERVAL = re.compile(r"([+-]?[0-9]{1,20})-([+-]?[0-9]{1,20})")


@dataclass(frozen=True, kw_only=True)
class Options:
    """Options of tensor csv."""

    delimiter: str = option(",", "Separates columns; its first character is used.")
    has_header: bool = option(True, "The first line holds the names of the columns.")


def load(source: Source, options: Options) -> Iterator[LoadedItem]:
    """Read a table; one bad cell refuses the file, since a tensor without one of its rows is another tensor."""
    rows = _read_rows(source.path, one_character(options.delimiter))
    names: list[str] = []
    table: _Table | None = None
    for number, (label, *cells) in rows:
        if options.has_header and not names:
            names = [name.strip() for name in cells]
            if not names:
                raise LoadError(f"{source.path}: the header has one column only; check the delimiter")
            continue
        table = table or _Table(source, label.strip(), len(names or cells))
        table.add(number, label.strip(), cells)
    if table is None:
        raise LoadError(f"{source.path} has no rows")
    values, rows_of = table.finish()
    yield LoadedItem(source.name, TensorData.from_array(values, column_names=names, copy=False, **rows_of))


def _read_rows(path: Path, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    before = 0
    for number, line in read_lines(path):
        if before and number > before + 1:
            raise LoadError(f"{path}: line {before + 1} is blank, and a tensor cannot lack one of its rows")
        before = number
        try:
            cells = split_cells(line, delimiter)
        except ValueError as error:
            raise LoadError(f"{path}: line {number}: {error}") from None
        yield number, cells


def _parse_row(path: Path, number: int, cells: list[str], expected: int) -> list[float]:
    if len(cells) != expected or not cells:
        raise LoadError(f"{path}: line {number} has {len(cells)} values, expected {max(expected, 1)}")
    try:
        return [parse_value(cell) for cell in cells]
    except ValueError as error:
        raise LoadError(f"{path}: line {number}: {error}") from None


class _Table:
    """The rows as they are read, in the session if they are many; their labels say what they belong to.

    They are times or intervals only if all are, and the intervals only if none ends before it starts.
    """

    def __init__(self, source: Source, first_label: str, columns: int) -> None:
        size, make = source.path.stat().st_size, partial(allocate, source)
        self._path = source.path
        self._columns = columns
        self._values = GrowingColumn(np.float32, size, make, row_shape=(columns,))
        self._pattern = next((one for one in (_INTERVAL, _INTEGER) if one.fullmatch(first_label)), None)
        self._labels = GrowingColumn(np.int64, size, make, row_shape=(2,) if self._pattern is _INTERVAL else ())
        self._has_reversed = False
        self._refused: LoadError | None = None
        self._waiting: list[tuple[list[float], tuple[int, ...] | int]] = []
        self._waiting_bytes = 0

    def add(self, line: int, label: str, cells: list[str]) -> None:
        """Add a row; LoadError when a cell holds no number, or there are not as many as in the first."""
        self._waiting.append((_parse_row(self._path, line, cells, self._columns), self._label(line, label)))
        self._waiting_bytes += sum(map(len, cells)) + len(cells) + len(label) + 1
        if len(self._waiting) * self._columns >= AT_ONCE:
            self._add_waiting()

    def _label(self, line: int, label: str) -> tuple[int, ...] | int:
        match = None if self._pattern is None else self._pattern.fullmatch(label)
        if match is not None and self._pattern is _INTERVAL:
            self._has_reversed |= int(match[1]) > int(match[2])
        try:
            if match is not None:
                return tuple(map(parse_index, match.groups())) or parse_index(match[0])
        except ValueError:
            match = None
        if self._pattern is not None and self._refused is None:
            what = "an interval start-end" if self._pattern is _INTERVAL else "a time index"
            self._refused = LoadError(
                f'{self._path}: line {line}: label "{label[:40]}" is not {what}, as the first one is'
            )
        return (0, 0) if self._pattern is _INTERVAL else 0

    def _add_waiting(self) -> None:
        rows, labels = zip(*self._waiting, strict=True)
        self._values.add(np.array(rows, np.float32), self._waiting_bytes)
        self._labels.add(np.array(labels, np.int64), self._waiting_bytes)
        self._waiting, self._waiting_bytes = [], 0

    def finish(self) -> tuple[npt.NDArray[np.float32], dict[str, npt.NDArray[Any]]]:
        """Return the values (rows, columns), and what the rows belong to; LoadError when only some labels say it."""
        if self._waiting:
            self._add_waiting()
        values, labels = self._values.finish(), self._labels.finish()
        if self._pattern is None or self._has_reversed:
            return values, {}
        if self._refused is not None:
            raise self._refused
        return values, {"row_intervals" if self._pattern is _INTERVAL else "row_times": labels}


@dataclass(frozen=True, kw_only=True)
class SaveOptions(TextOptions):
    """Options of tensor csv."""

    precision: int | None = option(6, "Decimals of a value; null (None) writes as many digits as read back exactly.")


def save(data: TensorData, target: Destination, options: SaveOptions) -> dict[str, Any]:
    """Write a label and the values of each row; plain row numbers read back as time indices, as upstream has it."""
    if data.isEmpty() or data.ndim() > 2:
        raise SaveError(f"{target.key} has the shape {tuple(data.shape())}; a table holds two dimensions, use numpy")
    if data.columnNames() and not options.save_header:
        target.warn(f"{target.key}: the names of the columns were left out; save_header=True keeps them")
    as_text = decimals(data.values, options.precision, target)
    write_text(target.path, _rows(data, target, options, as_text))
    return {"delimiter": options.delimiter, "has_header": options.save_header}


def _rows(data: TensorData, target: Destination, options: SaveOptions, as_text: AsText) -> Iterator[str]:
    values = data.values.reshape(len(data), -1)
    names = data.columnNames() or [f"col_{column}" for column in range(values.shape[1])]
    join = options.delimiter.join
    yield options.head(join([_quoted(name, target, options.delimiter) for name in ("row", *names)]))
    for label, row in zip(_labels(data), values, strict=True):
        yield join([label, *as_text(row)]) + options.line_delim


def _quoted(name: str, target: Destination, delimiter: str) -> str:
    if any(character in name for character in "\r\n\0") or name != name.strip():
        raise SaveError(f"{target.key}: the column name {name!r} cannot stand in a table; rename it")
    return '"' + name.replace('"', '""') + '"' if delimiter in name or '"' in name else name


def _labels(data: TensorData) -> list[str]:
    if data.rowType() == "TimeFrameIndex":
        return list(map(str, data.row_times.tolist()))
    if data.rowType() == "Interval":
        return [f"{start}-{end}" for start, end in data.row_intervals.tolist()]
    return list(map(str, range(len(data))))


LOADER = Loader("tensor", ("csv",), Options, load, "A label (index, `start-end`, or any text), then the values.")
SAVER = Saver("tensor", ("csv",), SaveOptions, save, "A label and the values of each row.")
FORMATS = (LOADER, SAVER)
