"""Tensors as delimited text: a label, then one cell per column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.errors import LoadError, SaveError
from whiskertoolbox_python.formats._loader import LoadedItem, Loader, Source
from whiskertoolbox_python.formats._saver import Destination, Saver, write_text
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
    labels: list[tuple[int, str]] = []
    values: list[list[float]] = []
    for number, (label, *cells) in rows:
        if options.has_header and not names:
            names = [name.strip() for name in cells]
            if not names:
                raise LoadError(f"{source.path}: the header has one column only; check the delimiter")
            continue
        labels.append((number, label.strip()))
        values.append(_parse_row(source.path, number, cells, len(names or (values[0] if values else cells))))
    if not values:
        raise LoadError(f"{source.path} has no rows")
    tensor = TensorData.from_array(
        np.array(values, np.float32), column_names=names, copy=False, **_row_index(source.path, labels)
    )
    yield LoadedItem(source.name, tensor)


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


def _row_index(path: Path, labels: list[tuple[int, str]]) -> dict[str, npt.NDArray[Any]]:
    """Return what the labels say the rows are: numbers or intervals only if they are wholly that."""
    first = labels[0][1]
    found = [_INTERVAL.fullmatch(label) for _, label in labels]
    if found[0] and all(match is None or int(match[1]) <= int(match[2]) for match in found):
        return {"row_intervals": _parse_labels(path, labels, _INTERVAL, "an interval start-end")}
    if _INTEGER.fullmatch(first):
        return {"row_times": _parse_labels(path, labels, _INTEGER, "a time index")[:, 0]}
    return {}


def _parse_labels(
    path: Path, labels: list[tuple[int, str]], pattern: re.Pattern[str], what: str
) -> npt.NDArray[np.int64]:
    numbers: list[tuple[int, ...]] = []
    for line, label in labels:
        match = pattern.fullmatch(label)
        try:
            numbers.append(tuple(map(parse_index, (match.groups() or (match[0],)) if match else ("",))))
        except ValueError:
            raise LoadError(f'{path}: line {line}: label "{label[:40]}" is not {what}, as the first one is') from None
    return np.array(numbers, np.int64)


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
