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


class Giver(Protocol):
    """A store that may have room to spare."""

    def spare_room(self, shape: tuple[int, ...], dtype: npt.DTypeLike) -> npt.NDArray[Any] | None:
        """Return a writable array in the store, or None."""


_givers: list[Giver] = []


def offer_room(giver: Giver) -> None:
    """Have a store asked that has some room, until it has none."""
    if giver not in _givers:
        _givers.append(giver)


def withdraw_room(giver: Giver) -> None:
    """Have a store not asked any more."""
    if giver in _givers:
        _givers.remove(giver)


def new_array(shape: tuple[int, ...], dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    """Return an array whose numbers are still to be written, wherever there is room."""
    if _givers and math.prod(shape) * np.dtype(dtype).itemsize >= _LEAST:
        for giver in _givers:
            room = giver.spare_room(shape, dtype)
            if room is not None:
                return room
            withdraw_room(giver)
    return np.empty(shape, dtype)
