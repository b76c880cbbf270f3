"""Arrays from arguments, with upstream's rules, and views of arrays that cannot be written to."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.allocation import new_array
from whiskertoolbox_python.upstream.arguments import (
    INT64,
    LISTS_OF_TIMES,
    SIZE,
    as_float,
    as_int,
    as_list,
    outside,
    refused,
)

Int64Array = npt.NDArray[np.int64]
Float32Array = npt.NDArray[np.float32]


def as_int_array(values: Any, name: str, limits: tuple[int, int] = INT64) -> Int64Array:
    """Return a list of integers as a new int64 array."""
    values = as_list(values, name)
    if isinstance(values, np.ndarray):
        _require_one_dimension(values, name)
        if values.dtype.kind in "iu":
            check_limits(values, name, limits)
            return np.array(values, np.int64)
        if values.dtype.kind == "b":
            raise TypeError(
                f"incompatible function arguments: {name} must be a list of integers, it holds bool; "
                f"numpy.flatnonzero({name}) gives the indices of a mask"
            )
    elif isinstance(values, range):
        for end in (values[0], values[-1]) if values else ():
            as_int(end, name, limits)
        return np.arange(values.start, values.stop, values.step, dtype=np.int64)
    try:
        array = np.fromiter(map(operator.index, values), np.int64, len(values))
    except TypeError:
        wrong = next((type(value).__name__ for value in values if not hasattr(value, "__index__")), "other objects")
        seconds = f"multiply seconds by the sampling rate, then numpy.rint({name}).astype(int)"
        advice = f"; {seconds}" if wrong.startswith("float") and name in LISTS_OF_TIMES else ""
        raise TypeError(
            f"incompatible function arguments: {name} must be a list of integers, it holds {wrong}{advice}"
        ) from None
    except OverflowError:
        raise TypeError(f"incompatible function arguments: {name} holds a value outside 64 bits") from None
    check_limits(array, name, limits)
    return array


def as_integers(values: npt.ArrayLike, name: str) -> Int64Array:
    """Return integers of any shape as int64, not copied if they are; TypeError for floats."""
    array = np.asarray(values)
    if array.dtype.kind == "O":
        return as_int_array(array.reshape(-1).tolist(), name).reshape(array.shape)
    if array.size and array.dtype.kind not in "iu":
        raise TypeError(f"incompatible function arguments: {name} must be integers, it holds {array.dtype}")
    check_limits(array, name)
    return array.astype(np.int64, copy=False)


def as_float32_array(values: Any, name: str) -> Float32Array:
    """Return a list of numbers as a new float32 array; too large becomes infinite, as upstream."""
    if not isinstance(values, np.ndarray):
        try:
            values = np.array(as_list(values, name))
        except (ValueError, UserWarning):  # ragged nesting; NumPy 1 only warns
            raise refused(name, "a list of numbers", values) from None
    _require_one_dimension(values, name)
    if not values.size:
        return np.empty(0, np.float32)
    if values.dtype.kind == "O":
        values = np.fromiter((as_float(value, name) for value in values), np.float64, len(values))
    if values.dtype.kind not in "fiub":
        raise TypeError(f"incompatible function arguments: {name} must be a list of numbers, not of {values.dtype}")
    array = new_array(values.shape, np.float32)
    with np.errstate(over="ignore"):
        np.copyto(array, values, casting="unsafe")
    return array


def read_only(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return a read-only view of an array that somebody else may write to."""
    view: npt.NDArray[Any] = array.view()
    view.flags.writeable = False
    return view


def frozen(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Make a new array read-only and return it: unlike those of `read_only`, its views cannot be made writable."""
    array.flags.writeable = False
    return array


def as_array(array: npt.NDArray[Any], dtype: npt.DTypeLike | None, copy: bool | None) -> npt.NDArray[Any]:
    """Answer ``__array__``: a view, since NumPy hands it out as it is, unless a copy or another dtype is asked for."""
    if dtype is not None and np.dtype(dtype) != array.dtype:
        if copy is False:
            raise ValueError(f"{array.dtype} cannot be viewed as {np.dtype(dtype)} without a copy")
        return np.array(array, dtype)
    return np.array(array) if copy else array.view()


def _require_one_dimension(values: npt.NDArray[Any], name: str) -> None:
    if values.ndim != 1:
        raise TypeError(f"incompatible function arguments: {name} must have one dimension, not {values.ndim}")


def int_column(values: npt.ArrayLike, name: str, *, copy: bool) -> Int64Array:
    """Return integers as an int64 array; the given one where ``copy=False`` allows."""
    array = np.asarray(values)
    return array if not copy and array.ndim == 1 and array.dtype == np.int64 else as_int_array(array, name)


def check_limits(values: npt.NDArray[Any], name: str, limits: tuple[int, int] = INT64) -> None:
    """Refuse an array of integers of which one is outside the limits."""
    if not values.size:
        return
    bounds = np.iinfo(values.dtype)
    if bounds.min >= limits[0] and bounds.max <= limits[1]:
        return
    low, high = int(values.min()), int(values.max())
    if low < limits[0] or high > limits[1]:
        raise outside(name, "holds", low if low < limits[0] else high, limits)


def as_shape(shape: int | tuple[int, ...]) -> tuple[int, ...]:
    """Return the length of each axis, given as one integer or several."""
    axes = shape if isinstance(shape, (tuple, list)) else (shape,)
    return tuple(as_int(axis, "shape", SIZE) for axis in axes)


def as_numeric_dtype(dtype: npt.DTypeLike) -> np.dtype[Any]:
    """Return a dtype of numbers."""
    kind = np.dtype(dtype)
    if kind.hasobject:
        raise TypeError(f"incompatible function arguments: dtype must be numeric, not {kind}")
    return kind
