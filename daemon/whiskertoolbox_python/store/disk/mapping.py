"""What is read of a column's file: a map of it, or the numbers themselves where a map is not worth its descriptor."""

from __future__ import annotations

import io
import math
import mmap
import os
import sys
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.conversion import read_only
from whiskertoolbox_python.errors import DamagedStoreError

if sys.platform != "win32":
    import resource

_CHUNK = 1 << 24
_SMALL = 1 << 16
"""Bytes of a column that is not worth a map, nor the descriptor that this holds: it is read."""


def rows_of(file: io.FileIO, shape: tuple[int, ...], kind: np.dtype[Any], offset: int) -> npt.NDArray[Any]:
    """Return the numbers of a file that is known to be long enough, read-only."""
    size = math.prod(shape) * kind.itemsize
    if size <= _SMALL or _are_scarce(file.fileno()):
        return _read(file, np.empty(shape, kind), offset)
    mapped = mmap.mmap(file.fileno(), offset + size, access=mmap.ACCESS_READ)
    return np.frombuffer(mapped, kind, size // kind.itemsize, offset).reshape(shape)


def is_mapped(array: npt.NDArray[Any] | None) -> bool:
    """Return whether an array that `ColumnFiles.map` has returned keeps its file from being written over."""
    base: object = array
    while isinstance(base, np.ndarray | memoryview):
        base = base.base if isinstance(base, np.ndarray) else base.obj
    return isinstance(base, mmap.mmap)


def _are_scarce(descriptor: int) -> bool:
    """Tell by the number of the next one whether half of the descriptors that this process may have are in use."""
    if sys.platform != "win32":
        try:
            following = os.dup(descriptor)
        except OSError:
            return True
        os.close(following)
        limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        return limit != resource.RLIM_INFINITY and following >= limit // 2
    return False


def _read(file: io.FileIO, rows: npt.NDArray[Any], offset: int) -> npt.NDArray[Any]:
    """Fill an array from a file that is known to be long enough."""
    file.seek(offset)
    view = rows.reshape(-1).view(np.uint8).data
    while view:
        count = file.readinto(view[:_CHUNK])
        if not count:
            raise DamagedStoreError(f"{file.name!r} has become shorter while it was read", readable=True)
        view = view[count:]
    return read_only(rows)
