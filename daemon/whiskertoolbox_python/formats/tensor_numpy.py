"""Tensors as NumPy files, with a second file that says what the rows are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats._loader import LoadedItem, Loader, Source
from whiskertoolbox_python.formats._saver import Destination, Saver, Write, require_entries, write_files
from whiskertoolbox_python.formats._streaming import converted, is_large
from whiskertoolbox_python.formats.report import one_line_reason
from whiskertoolbox_python.types.tensor import TensorData


@dataclass(frozen=True, kw_only=True)
class Options:
    """Options of tensor numpy: none."""


def rows_path(path: Path) -> Path:
    """Return where the rows of a tensor are kept: ``<stem>_rows.npy`` beside it."""
    return path.with_name(f"{path.stem}_rows.npy")


def load(source: Source, options: Options) -> Iterator[LoadedItem]:
    """Read a float32 array: first axis rows, the others become columns."""
    array = _read_array(source.path)
    if array.dtype != np.float32:
        raise LoadError(f"{source.path} holds {array.dtype}; save it with array.astype(numpy.float32)")
    if array.ndim == 0 or not array.size:
        raise LoadError(f"{source.path} holds no rows: its shape is {array.shape}")
    values = converted(source, array, np.float32, lambda rows: rows).reshape(len(array), -1)
    rows = _read_rows(rows_path(source.path), len(values))
    yield LoadedItem(source.name, TensorData.from_array(values, copy=False, **rows))


def _read_rows(path: Path, count: int) -> dict[str, npt.NDArray[Any]]:
    if not path.is_file():
        return {}
    rows = _read_array(path)
    if rows.dtype.kind not in "iu" or rows.shape not in ((count,), (count, 2)):
        raise LoadError(f"{path} must hold integers of shape ({count},) or ({count}, 2), not {rows.dtype} {rows.shape}")
    if rows.dtype.kind == "u" and rows.size and rows.max() >= 2**63:
        raise LoadError(f"{path} holds an index that does not fit 64 bits with a sign")
    if rows.ndim == 2:
        return {"row_intervals": rows}
    return {} if np.array_equal(rows, np.arange(count, dtype=np.int64)) else {"row_times": rows}


def _read_array(path: Path) -> npt.NDArray[Any]:
    try:
        array = np.load(path, allow_pickle=False, mmap_mode="r" if is_large(path) else None)
    except Exception as error:  # a damaged header makes NumPy raise whatever Python's parser does
        with path.open("rb") as file:
            if not file.read(6).startswith((b"\x93NUMPY", b"PK\x03\x04")):
                raise LoadError(f"{path} is not a .npy file; write it with numpy.save") from None
        raise LoadError(f"{path} cannot be read as a NumPy array: {one_line_reason(error)}") from error
    if not isinstance(array, np.ndarray):
        raise LoadError(f"{path} is an archive of several arrays; save the one array with numpy.save")
    return array


def save(data: TensorData, target: Destination, options: Options) -> dict[str, Any]:
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


LOADER = Loader("tensor", ("numpy",), Options, load, "A float32 `.npy` file; rows from `<stem>_rows.npy` beside it.")
SAVER = Saver("tensor", ("numpy",), Options, save, "float32 `.npy`, rows in `<stem>_rows.npy`.")
FORMATS = (LOADER, SAVER)
