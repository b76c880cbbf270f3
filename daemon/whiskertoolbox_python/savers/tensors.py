"""Tensors as a table or as a NumPy file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from whiskertoolbox_python.loaders._options import option
from whiskertoolbox_python.loaders.tensor_numpy import rows_path
from whiskertoolbox_python.savers._base import SaveError, Saver, Target, replacing, write_text
from whiskertoolbox_python.savers._text import AsText, TextOptions, decimals
from whiskertoolbox_python.types.tensor import TensorData


@dataclass(frozen=True, kw_only=True)
class CsvOptions(TextOptions):
    """Options of tensor csv."""

    precision: int | None = option(6, "Decimals of a value; null (None) writes as many digits as read back exactly.")


@dataclass(frozen=True, kw_only=True)
class NumpyOptions:
    """Options of tensor numpy: none."""


def save_csv(data: TensorData, target: Target, options: CsvOptions) -> dict[str, Any]:
    """Write a label and the values of each row; plain row numbers read back as time indices, as upstream has it."""
    delimiter = options.loader_delimiter()
    if data.isEmpty() or data.ndim() > 2:
        raise SaveError(f"{target.key} has the shape {tuple(data.shape())}; a table holds two dimensions, use numpy")
    as_text = decimals(data.values, options.precision, target)
    write_text(target.path, _rows(data, target, options, as_text))
    return {**delimiter, "has_header": options.save_header}


def _rows(data: TensorData, target: Target, options: CsvOptions, as_text: AsText) -> Iterator[str]:
    values = data.values.reshape(len(data), -1)
    names = data.columnNames() or [f"col_{column}" for column in range(values.shape[1])]
    join = options.delimiter.join
    yield options.head(join(["row", *(_quoted(name, target, options.delimiter) for name in names)]))
    for label, row in zip(_labels(data), values, strict=True):
        yield join([label, *as_text(row)]) + options.line_delim


def _quoted(name: str, target: Target, delimiter: str) -> str:
    if "\n" in name or "\r" in name or name != name.strip():
        raise SaveError(f"{target.key}: the column name {name!r} cannot stand in a table; rename it")
    return '"' + name.replace('"', '""') + '"' if delimiter in name or '"' in name else name


def _labels(data: TensorData) -> list[str]:
    if data.rowType() == "TimeFrameIndex":
        return list(map(str, data.row_times.tolist()))
    if data.rowType() == "Interval":
        return [f"{start}-{end}" for start, end in data.row_intervals.tolist()]
    return list(map(str, range(len(data))))


def save_numpy(data: TensorData, target: Target, options: NumpyOptions) -> dict[str, Any]:
    """Write the values as float32 (rows, columns), and the rows beside them."""
    if data.isEmpty():
        raise SaveError(f"{target.key} is empty; there is nothing to save")
    if data.ndim() > 2:
        target.warn(f"{target.key}: saved as (rows, columns); format numpy loads the axes after the first as columns")
    rows = {"TimeFrameIndex": lambda: data.row_times, "Interval": lambda: data.row_intervals}.get(data.rowType())
    numbers = np.arange(len(data), dtype=np.int64) if rows is None else rows()
    # The values come last: a file of values never stands beside rows of another tensor.
    for path, array in ((rows_path(target.path), numbers), (target.path, data.values.reshape(len(data), -1))):
        with replacing(path) as temporary, temporary.open("wb") as file:
            np.save(file, array)
    return {}


CSV_SAVER = Saver("tensor", ("csv",), CsvOptions, save_csv, "A label and the values of each row.")
NUMPY_SAVER = Saver("tensor", ("numpy",), NumpyOptions, save_numpy, "float32 `.npy`, rows in `<stem>_rows.npy`.")
