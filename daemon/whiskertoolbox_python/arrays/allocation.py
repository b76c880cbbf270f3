"""Room for large new arrays: within an open session that has some to spare, so that storing them there copies nothing.

A session keeps the files of a few replaced columns to write over. What a script makes to replace its last results, as
it does each time it is run again, is thus made where it will be stored.
"""

from __future__ import annotations

import math
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

_LEAST = 1 << 20
"""Bytes of an array for which this is worth asking."""


class SpareAllocator(Protocol):
    """A store that may have room to spare."""

    def allocate_spare(self, shape: tuple[int, ...], dtype: npt.DTypeLike) -> npt.NDArray[Any] | None:
        """Return a writable array in the store, or None."""


_allocators: list[SpareAllocator] = []


def offer_spare_files(allocator: SpareAllocator) -> None:
    """Have a store asked that has some room, until it has none."""
    if allocator not in _allocators:
        _allocators.append(allocator)


def withdraw_spare_files(allocator: SpareAllocator) -> None:
    """Have a store not asked any more."""
    if allocator in _allocators:
        _allocators.remove(allocator)


def new_array(shape: tuple[int, ...], dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    """Return an array whose numbers are still to be written, wherever there is room."""
    if _allocators and math.prod(shape) * np.dtype(dtype).itemsize >= _LEAST:
        for allocator in _allocators:
            spare = allocator.allocate_spare(shape, dtype)
            if spare is not None:
                return spare
            withdraw_spare_files(allocator)
    return np.empty(shape, dtype)
