"""A column of a text file, whose length is known only when the file has been read."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.order import Allocate


class GrowingColumn:
    """A column that grows in place, so that it is never in memory twice."""

    def __init__(
        self, dtype: npt.DTypeLike, file_bytes: int, allocate: Allocate, *, row_shape: tuple[int, ...] = ()
    ) -> None:
        self._array: npt.NDArray[Any] = np.empty((0, *row_shape), dtype)
        self._allocate = allocate
        self._file_bytes = file_bytes
        self._count = 0

    def add(self, values: npt.NDArray[Any], text_bytes: int) -> None:
        """Append values that stood in so many bytes of text."""
        end = self._count + len(values)
        if end > len(self._array):
            # What is not written to takes no memory, so the first guess may be generous.
            guess = int(len(values) * self._file_bytes / text_bytes * 1.1) if not self._count else 0
            larger = self._allocate((max(guess, end + end // 4), *self._array.shape[1:]), self._array.dtype)
            larger[: self._count] = self._array[: self._count]
            self._array = larger
        with np.errstate(over="ignore", invalid="ignore"):
            self._array[self._count : end] = values
        self._count = end

    def finish(self) -> npt.NDArray[Any]:
        """Return the column; the room that was not needed is given back."""
        if not self._array.flags.owndata:
            return self._array[: self._count]
        self._array.resize((self._count, *self._array.shape[1:]), refcheck=False)
        return self._array
