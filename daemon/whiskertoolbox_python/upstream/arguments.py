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


class _NotGiven:
    """Default of an argument that may be left out, where None is not allowed; says so in `help`."""

    def __repr__(self) -> str:
        return "<not given>"


NOT_GIVEN: Any = _NotGiven()

INT32 = (-(2**31), 2**31 - 1)
UINT32 = (0, 2**32 - 1)
INT64 = (-(2**63), 2**63 - 1)
SIZE = (0, 2**64 - 1)

LISTS_OF_TIMES = ("times", "events", "row_times")
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
        raise outside(name, "is", value, limits)
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
        raise TypeError(f"incompatible function arguments: {name} is not text: {error}") from None
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


def outside(name: str, verb: str, value: int, limits: tuple[int, int]) -> TypeError:
    """Return the error for an integer outside the limits."""
    return TypeError(f"incompatible function arguments: {name} {verb} {value}, outside {limits[0]}..{limits[1]}")
