"""Conversion of arguments, with upstream's rules: what is accepted, what is a TypeError.

Integers take anything with ``__index__`` and never a float; a "list of X" takes sequences, sets, generators and
1-D arrays, never text, bytes, a dict or a bare iterator. Arrays are converted without a Python loop.
"""

from __future__ import annotations

import math
import operator
import struct
from types import GeneratorType
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python._room import new_array

Int64Array = npt.NDArray[np.int64]
Float32Array = npt.NDArray[np.float32]


class _NotGiven:
    """Default of an argument that may be left out, where None is not allowed; says so in `help`."""

    def __repr__(self) -> str:
        return "<not given>"


NOT_GIVEN: Any = _NotGiven()

INT32 = (-(2**31), 2**31 - 1)
UINT32 = (0, 2**32 - 1)
INT64 = (-(2**63), 2**63 - 1)
SIZE = (0, 2**64 - 1)

_TIMES = ("times", "events", "row_times")
"""Lists of integers that are sometimes given in seconds."""

_FLOAT32 = struct.Struct("f")
_OTHER_LISTS: tuple[Any, ...] = (
    set,
    frozenset,
    GeneratorType,
    map,
    zip,
    type({}.keys()),
    type({}.values()),
    type({}.items()),
)


def refused(name: str, wanted: str, value: object) -> TypeError:
    """Return the error for an argument of a wrong type, as upstream words it."""
    return TypeError(f"incompatible function arguments: {name} must be {wanted}, not {type(value).__name__}")


def refuse_arguments(kind: type, args: tuple[object, ...], kwargs: dict[str, object], *, advice: str) -> None:
    """Refuse arguments of a constructor that takes none; the advice names what was probably wanted."""
    if args or kwargs:
        raise TypeError(f"{kind.__name__}(): incompatible constructor arguments: it takes none; {advice}")


def as_int(value: object, name: str, limits: tuple[int, int] = INT64) -> int:
    """Return an integer argument; TypeError for floats, text and values outside the limits."""
    if type(value) is not int:
        try:
            value = operator.index(value)  # type: ignore[arg-type]  # refusing is what this function is for
        except TypeError:
            raise refused(name, "an integer", value) from None
    if not limits[0] <= value <= limits[1]:
        raise _outside(name, "is", value, limits)
    return value


def as_float32(value: Any, name: str) -> float:
    """Return a number rounded to float32 as a Python float; too large becomes infinite."""
    number = as_float(value, name)
    try:
        rounded: float = _FLOAT32.unpack(_FLOAT32.pack(number))[0]
    except OverflowError:
        return math.copysign(math.inf, number)
    return rounded


def as_float(value: Any, name: str) -> float:
    """Return a number argument as float; TypeError for text and for what has no numeric value."""
    if isinstance(value, (str, bytes, bytearray)):
        raise refused(name, "a number", value)
    try:
        return float(value)
    except TypeError:
        raise refused(name, "a number", value) from None
    except OverflowError:
        raise TypeError(f"incompatible function arguments: {name} is an integer too large for a float") from None


def as_str(value: object, name: str) -> str:
    """Return a text argument as exactly `str`; bytes are read as UTF-8, and what has no UTF-8 is a TypeError."""
    if type(value) is str and value.isascii():
        return value
    if isinstance(value, bytes):
        return value.decode()
    if not isinstance(value, str):
        raise refused(name, "str", value)
    text = str.__str__(value)  # str() would ask a subclass, and an enumeration's members answer with their names
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise TypeError(f"incompatible function arguments: {name} is no text, {error}") from None
    return text


def as_bool(value: Any, name: str) -> bool:
    """Return a truth value; TypeError for text and containers."""
    if value is not None and not hasattr(type(value), "__bool__"):
        raise refused(name, "bool", value)
    return bool(value)


def as_list(values: Any, name: str) -> Any:
    """Return values as an array or a sized sequence, or refuse what is no "list of X"."""
    if isinstance(values, (list, tuple, np.ndarray)):
        return values
    if hasattr(values, "__array__"):
        return np.asarray(values)
    if isinstance(values, _OTHER_LISTS):
        return list(values)
    if hasattr(type(values), "__getitem__") and not isinstance(values, (str, bytes, dict)):
        return values
    raise refused(name, "a list", values)


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
        advice = f"; {seconds}" if wrong.startswith("float") and name in _TIMES else ""
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
            raise ValueError(f"{array.dtype} cannot be had as {np.dtype(dtype)} without a copy")
        return np.array(array, dtype)
    return np.array(array) if copy else array.view()


def _require_one_dimension(values: npt.NDArray[Any], name: str) -> None:
    if values.ndim != 1:
        raise TypeError(f"incompatible function arguments: {name} must have one dimension, not {values.ndim}")


def check_limits(values: npt.NDArray[Any], name: str, limits: tuple[int, int] = INT64) -> None:
    """Refuse an array of integers of which one is outside the limits."""
    if not values.size:
        return
    bounds = np.iinfo(values.dtype)
    if bounds.min >= limits[0] and bounds.max <= limits[1]:
        return
    low, high = int(values.min()), int(values.max())
    if low < limits[0] or high > limits[1]:
        raise _outside(name, "holds", low if low < limits[0] else high, limits)


def _outside(name: str, verb: str, value: int, limits: tuple[int, int]) -> TypeError:
    return TypeError(f"incompatible function arguments: {name} {verb} {value}, outside {limits[0]}..{limits[1]}")
