"""What stored columns must be before they are used: a catalogue may be a stranger's, and is not believed.

Every function raises `ValueError` with what does not fit; nothing large is allocated.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.columns import Columns
from whiskertoolbox_python.arrays.order import first_disorder

Array = npt.NDArray[Any]


def check_column(
    columns: Columns, name: str, dtype: npt.DTypeLike, *, row_shape: tuple[int, ...] = (), rows: int | None = None
) -> Array:
    """Return a column that has that dtype and shape of a row, and as many rows."""
    array = columns.arrays.get(name)
    if array is None:
        raise ValueError(f"the column {name!r} is missing")
    if array.dtype.newbyteorder("=") != np.dtype(dtype) or array.ndim == 0 or array.shape[1:] != row_shape:
        raise ValueError(
            f"the column {name!r} is {array.dtype} {array.shape}, not rows of {row_shape or 'one'} {dtype}"
        )
    if rows is not None and len(array) != rows:
        raise ValueError(f"the column {name!r} has {len(array)} rows, not {rows}")
    return array


def check_ascending(array: Array, name: str, *, distinct: bool = False) -> None:
    """Require numbers in order, because they are looked up by bisection."""
    place = first_disorder(array, distinct=distinct)
    if place is not None:
        raise ValueError(f"the column {name!r} is not in order at row {place}")


def check_whole(columns: Columns, name: str, lowest: int, highest: int, *, default: int | None = None) -> int:
    """Return an attribute that is a whole number within bounds."""
    value = columns.attributes.get(name, default)
    if type(value) is not int or not lowest <= value <= highest:
        raise ValueError(f"the attribute {name!r} is {value!r:.50}, not a whole number from {lowest} to {highest}")
    return value


def check_truth(columns: Columns, name: str, *, default: bool | None = None) -> bool:
    """Return an attribute that is true or false."""
    value = columns.attributes.get(name, default)
    if type(value) is not bool:
        raise ValueError(f"the attribute {name!r} is {value!r:.50}, not true or false")
    return value


def check_text(columns: Columns, name: str) -> str:
    """Return an attribute that is text."""
    value = columns.attributes.get(name)
    if type(value) is not str:
        raise ValueError(f"the attribute {name!r} is {value!r:.50}, not text")
    return value


def check_ragged(columns: Columns, points: str, dtype: npt.DTypeLike, row_shape: tuple[int, ...]) -> None:
    """Require the columns that `RaggedColumns.of_stored` takes."""
    times = check_column(columns, "times", np.int64)
    rows = check_column(columns, points, dtype, row_shape=row_shape)
    if check_truth(columns, "in_order", default=True):
        check_ascending(times, "times")
    if "offsets" in columns.arrays:
        offsets = check_column(columns, "offsets", np.int64, rows=len(times) + 1)
        if offsets[0] != 0 or offsets[-1] != len(rows):
            raise ValueError(f"the column 'offsets' goes from {offsets[0]} to {offsets[-1]}, not from 0 to {len(rows)}")
        check_ascending(offsets, "offsets")
    elif len(rows) != len(times):
        raise ValueError(f"the column {points!r} has {len(rows)} rows for {len(times)} times")
    if "entity_ids" in columns.arrays:
        check_column(columns, "entity_ids", np.int64, rows=len(times))
    if "cleared" in columns.arrays:
        check_column(columns, "cleared", np.int64, row_shape=(2,))
