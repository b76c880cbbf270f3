"""Arrays over files: writable until they are sealed as a column, without being copied."""

from __future__ import annotations

import math
import mmap
import os
import weakref
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.store.disk import locks
from whiskertoolbox_python.store.disk.npy import file_size, header
from whiskertoolbox_python.store.disk.spare_files import LARGEST, SpareFiles, unlinked

Array = npt.NDArray[Any]

_MOST = 16
"""Sealed files that are kept open, for writing over them when they are replaced."""


class Buffer(NamedTuple):
    """A file that is mapped for an array; ``base`` is what every view of the array refers to."""

    path: str
    descriptor: int
    mapped: mmap.mmap
    base: weakref.ref[Array]


class AllocatedArrays:
    """The arrays of one process over files that it is going to seal, or has sealed."""

    def __init__(self) -> None:
        self._unsealed: dict[int, Buffer] = {}
        self._sealed: dict[str, Buffer] = {}

    def make(
        self, path: str, descriptor: int, dtype: np.dtype[Any], shape: tuple[int, ...], mapped: mmap.mmap | None = None
    ) -> Array:
        """Return an array over a file that has its size; the file is deleted with the array, unless it is sealed.

        The descriptor is taken over. A spare stays claimed until it is sealed, for those who look for what was there.
        """
        start, size = header(dtype, shape), file_size(dtype, shape)
        if mapped is None or len(mapped) < size:
            mapped = mmap.mmap(descriptor, size)
        mapped[: len(start)] = start
        base = np.frombuffer(mapped, dtype, math.prod(shape), len(start))
        number, process_id = id(base), os.getpid()
        gone = weakref.ref(base, lambda _: _discard(self._unsealed, number, process_id))
        self._unsealed[number] = Buffer(path, descriptor, mapped, gone)
        return base.reshape(shape)

    def find(self, array: Array) -> Buffer | None:
        """Return what an array was made over, if it is the whole of it and not sealed yet."""
        buffer = self._unsealed.get(id(array.base))  # what views of views refer to is the first array
        if buffer is None:
            return None
        start = header(array.dtype, array.shape)
        return buffer if array.flags.c_contiguous and buffer.mapped[: len(start)] == start else None

    def sealed(self, array: Array, file: str) -> str:
        """Remember under which name an array was sealed, and return it."""
        self._sealed[file] = buffer = self._unsealed.pop(id(array.base))
        locks.share(buffer.descriptor)
        if len(buffer.mapped) > LARGEST:
            self.let_go(file)  # it will never be a spare
        elif len(self._sealed) > _MOST:
            self.let_go(next(iter(self._sealed)))
        return file

    def let_go(self, file: str) -> None:
        """Forget a sealed file that is going to be deleted."""
        buffer = self._sealed.pop(file, None)
        if buffer is not None:
            os.close(buffer.descriptor)

    def keep_spare(self, file: str, path: str, spare_files: SpareFiles) -> bool:
        """Keep a file that nothing refers to any more, as it is mapped here, if no array is over it; else False."""
        buffer = self._sealed.get(file)
        if buffer is None or buffer.base() is not None:
            self.let_go(file)
            return spare_files.keep(path)
        del self._sealed[file]
        return spare_files.keep(path, buffer.descriptor, buffer.mapped)

    def close(self, *, delete: bool) -> None:
        """Let go of all files, and delete those that are not sealed; arrays over them stay valid."""
        for buffer in (*self._unsealed.values(), *self._sealed.values()):
            os.close(buffer.descriptor)
        for buffer in self._unsealed.values() if delete else ():
            unlinked(buffer.path)
        self._unsealed.clear()
        self._sealed.clear()


def _discard(unsealed: dict[int, Buffer], number: int, process_id: int) -> None:
    """Delete the file of an array that is gone and was never sealed, in the process that made it."""
    buffer = unsealed.pop(number, None)
    if buffer is not None:
        os.close(buffer.descriptor)
        if os.getpid() == process_id:
            unlinked(buffer.path)
