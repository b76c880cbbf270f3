"""Tensors from delimited text: a label, then one cell per column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats._loader import Loader, Source
from whiskertoolbox_python.formats._text_reading import one_character, parse_index, parse_value, read_rows
from whiskertoolbox_python.parameters import option
from whiskertoolbox_python.types.tensor import TensorData

_INTEGER = re.compile(r"[+-]?\d+")
_INTERVAL = re.compile(r"([+-]?\d+)-([+-]?\d+)")


@dataclass(frozen=True, kw_only=True)
class Options:
    """Options of tensor csv."""

    delimiter: str = option(",", "Separates columns; its first character is used.")
    has_header: bool = option(True, "The first line holds the names of the columns.")


def load(source: Source, options: Options) -> Iterator[tuple[str, TensorData]]:
    """Read a table; one bad cell refuses the file, since a tensor without one of its rows is another tensor."""
    rows = read_rows(source.path, delimiter=one_character(options.delimiter))
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
        np.array(values, np.float32), column_names=names, copy=False, **_rows(source.path, labels)
    )
    yield source.name, tensor


def _parse_row(path: Path, number: int, cells: list[str], expected: int) -> list[float]:
    if len(cells) != expected or not cells:
        raise LoadError(f"{path}: line {number} has {len(cells)} values, expected {max(expected, 1)}")
    try:
        return [parse_value(cell) for cell in cells]
    except ValueError as error:
        raise LoadError(f"{path}: line {number}: {error}") from None


def _rows(path: Path, labels: list[tuple[int, str]]) -> dict[str, npt.NDArray[Any]]:
    """Return what the labels say the rows are; the first decides for all."""
    first = labels[0][1]
    if "-" in first[1:]:
        return {"row_intervals": _parse_labels(path, labels, _INTERVAL, "an interval start-end")}
    if _INTEGER.match(first):
        return {"row_times": _parse_labels(path, labels, _INTEGER, "a time index")[:, 0]}
    return {}


def _parse_labels(
    path: Path, labels: list[tuple[int, str]], pattern: re.Pattern[str], what: str
) -> npt.NDArray[np.int64]:
    numbers: list[tuple[int, ...]] = []
    for line, label in labels:
        match = pattern.match(label)
        try:
            numbers.append(tuple(map(parse_index, (match.groups() or (match[0],)) if match else ("",))))
        except ValueError:
            raise LoadError(f'{path}: line {line}: label "{label[:40]}" is not {what}, as the first one is') from None
    return np.array(numbers, np.int64)


LOADER = Loader("tensor", ("csv",), Options, load, "A label (index, `start-end`, or any text), then the values.")
