"""Tensors as a table or as a NumPy file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.errors import SaveError
from whiskertoolbox_python.formats._saver import Destination, Saver, Write, require_entries, write_files, write_text
from whiskertoolbox_python.formats._text_writing import AsText, TextOptions, decimals
from whiskertoolbox_python.formats.tensor_numpy import rows_path
from whiskertoolbox_python.parameters import option
from whiskertoolbox_python.types.tensor import TensorData


@dataclass(frozen=True, kw_only=True)
class CsvOptions(TextOptions):
    """Options of tensor csv."""

    precision: int | None = option(6, "Decimals of a value; null (None) writes as many digits as read back exactly.")


@dataclass(frozen=True, kw_only=True)
class NumpyOptions:
    """Options of tensor numpy: none."""


def save_csv(data: TensorData, target: Destination, options: CsvOptions) -> dict[str, Any]:
    """Write a label and the values of each row; plain row numbers read back as time indices, as upstream has it."""
    if data.isEmpty() or data.ndim() > 2:
        raise SaveError(f"{target.key} has the shape {tuple(data.shape())}; a table holds two dimensions, use numpy")
    if data.columnNames() and not options.save_header:
        target.warn(f"{target.key}: the names of the columns were left out; save_header=True keeps them")
    as_text = decimals(data.values, options.precision, target)
    write_text(target.path, _rows(data, target, options, as_text))
    return {"delimiter": options.delimiter, "has_header": options.save_header}


def _rows(data: TensorData, target: Destination, options: CsvOptions, as_text: AsText) -> Iterator[str]:
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


def save_numpy(data: TensorData, target: Destination, options: NumpyOptions) -> dict[str, Any]:
    """Write the values as float32 (rows, columns), and the rows beside them."""
    require_entries(len(data), target)
    if data.ndim() > 2:
        target.warn(f"{target.key}: saved as (rows, columns); format numpy loads the axes after the first as columns")
    if data.columnNames():
        target.warn(f"{target.key}: the names of the columns were left out; format csv keeps them")
    plain = np.arange(len(data), dtype=np.int64)
    rows = {"TimeFrameIndex": lambda: data.row_times, "Interval": lambda: data.row_intervals}.get(data.rowType())
    numbers = plain if rows is None else rows()
    if rows is not None and np.array_equal(numbers, plain):
        target.warn(f"{target.key}: the row times 0, 1, 2, … are loaded as plain row numbers; format csv keeps them")
    # Together: values beside the rows of the tensor that was saved before would be loaded as one.
    values = data.values.reshape(len(data), -1)
    write_files([(target.path, _npy(values)), (rows_path(target.path), _npy(numbers))])
    return {}


def _npy(array: npt.NDArray[Any]) -> Write:
    array = np.ascontiguousarray(array)

    def write(path: Path) -> None:
        with path.open("wb") as file:
            np.lib.format.write_array_header_1_0(file, np.lib.format.header_data_from_array_1_0(array))
            file.write(array.data)  # not `np.save`, whose error on a full disk has no number

    return write


CSV_SAVER = Saver("tensor", ("csv",), CsvOptions, save_csv, "A label and the values of each row.")
NUMPY_SAVER = Saver("tensor", ("numpy",), NumpyOptions, save_numpy, "float32 `.npy`, rows in `<stem>_rows.npy`.")
