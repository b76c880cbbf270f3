"""Arrays on the wire: element type, shape, and the bytes in base64, within a budget.

Numbers in bulk travel in this form, never as JSON lists. Bytes are little-endian and in C order, whatever the array in
memory is. Standard library only: an array is known here by what it can do, so that NumPy is not needed to decode a
message.
"""

from __future__ import annotations

import base64
import binascii
import math
from typing import Any, Literal, Protocol, get_args

from whiskertoolbox_protocol.late_classes import message
from whiskertoolbox_protocol.wire import WireError

DType = Literal[
    "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64"
]  # fmt: skip
"""Element types, under NumPy's names; each has a typed array in JavaScript (``int64`` is a ``BigInt64Array``)."""

ITEM_BYTES: dict[str, int] = {name: int("".join(filter(str.isdigit, name))) // 8 for name in get_args(DType)}
"""Bytes of one element."""

BUDGET_BYTES = 8 << 20
"""The largest array that a message carries: an uncompressed video frame of 1920 x 1080 in three colours fits."""


class ArrayTooLarge(ValueError):
    """An array does not fit into a message; ask for less of it, or for a coarser view."""


class ArrayLike(Protocol):
    """What `encode_array` needs of an array; NumPy's arrays have it."""

    @property
    def dtype(self) -> Any:
        """Element type, with a ``name`` and ``newbyteorder``."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis."""

    def astype(self, dtype: Any, /, *, copy: bool) -> Any:
        """The array with elements of another type."""


@message
class WireArray:
    """An array of numbers."""

    dtype: DType
    shape: list[int]
    data: str
    """The elements in C order, little-endian, in base64."""


def encode_array(array: ArrayLike, *, budget_bytes: int = BUDGET_BYTES) -> WireArray:
    """Write an array as the wire has it.

    Parameters
    ----------
    array
        Integers or floats of any shape and memory order. Write booleans as ``uint8``.
    budget_bytes
        The most bytes that the elements may take.

    Raises
    ------
    ArrayTooLarge
        The elements take more than `budget_bytes`.
    TypeError
        The wire has no such element type.
    """
    name = array.dtype.name
    if name not in ITEM_BYTES:
        raise TypeError(f"An array of {name} has no wire form. Convert it to one of {', '.join(ITEM_BYTES)}.")
    num_bytes = math.prod(array.shape) * ITEM_BYTES[name]
    if num_bytes > budget_bytes:
        raise ArrayTooLarge(
            f"An array of {name} with shape {tuple(array.shape)} takes {num_bytes:,} bytes, and a message carries at "
            f"most {budget_bytes:,}. Ask for less of it."
        )
    elements = array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes()
    return WireArray(dtype=name, shape=list(array.shape), data=base64.b64encode(elements).decode("ascii"))


def array_bytes(array: WireArray) -> bytes:
    """The elements' bytes: ``numpy.frombuffer(array_bytes(a), a.dtype).reshape(a.shape)`` on a little-endian machine.

    Raises
    ------
    WireError
        The data is not base64, or does not have as many bytes as `shape` and `dtype` say.
    """
    try:
        data = base64.b64decode(array.data, validate=True)
    except (binascii.Error, ValueError) as error:
        raise WireError(f"the data of an array is not base64: {error}") from error
    expected = math.prod(array.shape) * ITEM_BYTES[array.dtype]
    if any(length < 0 for length in array.shape) or len(data) != expected:
        raise WireError(
            f"an array of {array.dtype} with shape {array.shape} has {len(data)} bytes, expected {expected}"
        )
    return data
