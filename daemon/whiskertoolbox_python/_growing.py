"""An array that grows in place without ever changing what has been handed out of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python._arguments import read_only

_LEAST_ROOM = 16


class Growing:
    """Rows in a buffer with room behind them: appending is cheap, and inserting copies only when a view is out.

    Attributes
    ----------
    origin : object
        Another one after every change but appending: of two states of one origin, the longer begins with the shorter.
    """

    __slots__ = ("_buffer", "_count", "_shared", "origin")

    _buffer: npt.NDArray[Any]
    _count: int
    _shared: bool

    def __init__(self, rows: npt.NDArray[Any]) -> None:
        self._hold(rows)

    def _hold(self, rows: npt.NDArray[Any]) -> None:
        self.origin = object()  # before the change, here and below: an interrupt may come in between
        self._buffer = rows
        self._count = len(rows)
        self._shared = not rows.flags.writeable

    def __len__(self) -> int:
        return self._count

    @property
    def rows(self) -> npt.NDArray[Any]:
        """The rows, for reading at once; not to be handed out."""
        return self._buffer[: self._count]

    def view(self) -> npt.NDArray[Any]:
        """Return the rows read-only, not copied; later changes do not show in it."""
        self._shared = True
        return read_only(self._buffer[: self._count])

    def append(self, row: Any) -> None:
        """Put a row after the last."""
        self.insert(self._count, row)

    def extend(self, rows: npt.NDArray[Any]) -> None:
        """Put several rows after the last."""
        end = self._count + len(rows)
        if not self._has_room(end):
            self._renew(end)
        self._buffer[self._count : end] = rows
        self._count = end

    def _has_room(self, count: int) -> bool:
        return count <= len(self._buffer) and self._buffer.flags.writeable

    def _renew(self, count: int) -> None:
        room = max(count - self._count, self._count // 2, _LEAST_ROOM)
        buffer = np.empty((self._count + room, *self._buffer.shape[1:]), self._buffer.dtype)
        buffer[: self._count] = self._buffer[: self._count]
        self._buffer = buffer
        self._shared = False

    def insert(self, place: int, row: Any) -> None:
        """Put a row before the one at `place`."""
        if not self._has_room(self._count + 1) or (self._shared and place < self._count):
            self._renew(self._count + 1)
        if place < self._count:
            self.origin = object()
            self._buffer[place + 1 : self._count + 1] = self._buffer[place : self._count]
        self._buffer[place] = row
        self._count += 1

    def delete(self, first: int, end: int) -> None:
        """Remove the rows from `first` up to, not including, `end`."""
        self._hold(np.delete(self._buffer[: self._count], slice(first, end), axis=0))

    def put(self, place: int, row: Any) -> None:
        """Replace one row."""
        if self._shared:
            self._buffer = self._buffer[: self._count].copy()
            self._shared = False
        self.origin = object()
        self._buffer[place] = row
