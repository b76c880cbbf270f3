"""An array that grows in place without ever changing what has been handed out of it, and how it came about."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.conversion import read_only

Array = npt.NDArray[Any]
Pieces = tuple[tuple[int, int], ...]

_LEAST_ROOM = 16
_OWN_REFERENCES = 2
"""To a buffer that no view refers to: the attribute, and the argument of the function that counts."""
_WORTH_A_PIECE = 1 << 13
"""Bytes: an array may be in one piece more for each of these. A smaller one is as quickly rewritten."""
_MOST_PIECES = 4096


@dataclass(frozen=True)
class History:
    """How the rows of an array came about, so that of a later state only the rows that are new need to be stored.

    Rows are numbered in the order in which they were added, `count` in all. ``pieces`` says which of them the array
    holds, and in which order: ``(first, number)`` of each run; None: all of them, in this order.

    Two histories with the same `origin` are states of one array; of these the one with the greater count is later, and
    a row has the same number in both.
    """

    origin: object
    count: int
    pieces: Pieces | None = None

    @classmethod
    def new(cls, rows: Array) -> History:
        """Return the history of an array that was made at once."""
        return cls(object(), len(rows))

    def added_since(self, count: int, rows: Array) -> Array:
        """Return the rows from that number on, of the array that has this history; zeros for those it has lost."""
        if self.pieces is None:
            return rows[count:]
        added = np.zeros((self.count - count, *rows.shape[1:]), rows.dtype)
        place = 0
        for first, number in self.pieces:
            if first + number > count:
                skipped = max(count - first, 0)
                added[first + skipped - count : first + number - count] = rows[place + skipped : place + number]
            place += number
        return added

    def edited(self, place: int, removed: int, added: int) -> History:
        """Return the history when `removed` rows from a place on have given way to `added` new ones."""
        held = ((0, self.count),) if self.pieces is None else self.pieces
        pieces: list[tuple[int, int]] = []
        new = [(self.count, added)] if added else []
        for first, number in chain(_between(held, 0, place), new, _between(held, place + removed, sys.maxsize)):
            if pieces and sum(pieces[-1]) == first:
                pieces[-1] = (pieces[-1][0], pieces[-1][1] + number)
            else:
                pieces.append((first, number))
        count = self.count + added
        return History(self.origin, count, None if pieces == [(0, count)] or not count else tuple(pieces))


def assembled(rows: Array, pieces: Pieces) -> Array:
    """Return the array that consists of these pieces of all rows that were ever added; a view if it is only one."""
    parts = [rows[first : first + number] for first, number in pieces]
    return parts[0] if len(parts) == 1 else np.concatenate([rows[:0], *parts])


def _between(pieces: Pieces, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Give what the pieces hold of an array from a place up to, not including, another."""
    place = 0
    for first, number in pieces:
        low, high = max(begin, place), min(end, place + number)
        if low < high:
            yield first + low - place, high - low
        place += number


@dataclass(frozen=True)
class Tail:
    """Of an array that may go on changing: its shape and dtype, and the rows from the number `first` on."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    first: int
    rows: Array

    @property
    def nbytes(self) -> int:
        """Bytes of the whole array."""
        return math.prod(self.shape) * self.dtype.itemsize


class Changing(Protocol):
    """An array that changes."""

    @property
    def history(self) -> History:
        """How the rows came about."""

    def view(self) -> Array:
        """Return the rows read-only; later changes do not show in it."""

    def tail(self, first: int) -> Tail:
        """Return what was added from a number on, as a copy."""


class Growing:
    """Rows in a buffer with room behind them: a change is made in place unless a view of the rows is in use.

    Parameters
    ----------
    rows
        Adopted; copied at the first change unless they can be written and own their memory.
    history
        How they came about, of rows that are stored.
    """

    __slots__ = ("_buffer", "_count", "_edits", "_origin")

    _buffer: Array
    _count: int
    _origin: object
    _edits: tuple[int, Pieces] | None  # count and pieces of the history; None: rows were only appended

    def __init__(self, rows: Array, history: History | None = None) -> None:
        self._buffer = rows
        self._count = len(rows)
        self._origin = object() if history is None else history.origin
        self._edits = None if history is None or history.pieces is None else (history.count, history.pieces)

    def __len__(self) -> int:
        return self._count

    @property
    def rows(self) -> Array:
        """The rows, for reading at once; not to be handed out."""
        return self._buffer[: self._count]

    @property
    def history(self) -> History:
        """How the rows came about."""
        return History(self._origin, *(self._edits or (self._count,)))

    @property
    def is_compact(self) -> bool:
        """Return whether the rows are numbered in the order that they have, and none is lost."""
        return self._edits is None

    def compact(self) -> None:
        """Number the rows again, in the order that they have."""
        if self._edits is not None:
            self._origin, self._edits = object(), None

    def view(self) -> Array:
        """Return the rows read-only, not copied; later changes do not show in it."""
        return read_only(self._buffer[: self._count])

    def tail(self, first: int) -> Tail:
        """Return the rows that were added from a number on, as a copy."""
        added = self.history.added_since(first, self.rows).copy()
        return Tail((self._count, *self._buffer.shape[1:]), self._buffer.dtype, first, added)

    def append(self, row: Any) -> None:
        """Put a row after the last."""
        if self._edits is not None:
            self.insert(self._count, row)
            return
        if not self._has_room(self._count + 1):
            self._renew(self._count + 1)
        self._buffer[self._count] = row
        self._count += 1

    def extend(self, rows: Array) -> None:
        """Put several rows after the last."""
        end = self._count + len(rows)
        if not self._has_room(end):
            self._renew(end)
        self._buffer[self._count : end] = rows
        if self._edits is None:
            self._count = end
            return
        with self._edit(self._count, 0, len(rows)):
            self._count = end

    def insert(self, place: int, row: Any) -> None:
        """Put a row before the one at `place`."""
        end = self._count + 1
        if not self._has_room(end) or (place < self._count and self._is_seen()):
            self._renew(end)
        with self._edit(place, 0, 1):
            self._buffer[place + 1 : end] = self._buffer[place : self._count]
            self._buffer[place] = row
            self._count = end

    def delete(self, first: int, end: int) -> None:
        """Remove the rows from `first` up to, not including, `end`."""
        if self._is_seen():
            self._renew(self._count)
        left = self._count - (end - first)
        with self._edit(first, end - first, 0):
            self._buffer[first:left] = self._buffer[end : self._count]
            self._count = left

    def put(self, place: int, row: Any) -> None:
        """Replace one row."""
        if self._is_seen():
            self._renew(self._count)
        with self._edit(place, 1, 1):
            self._buffer[place] = row

    @contextmanager
    def _edit(self, place: int, removed: int, added: int) -> Iterator[None]:
        """Keep account of a change that is made inside; one that is interrupted there makes it another array."""
        edited = self.history.edited(place, removed, added)
        self._origin, self._edits = object(), None
        yield
        if edited.pieces is not None:
            most = min(self.rows.nbytes // _WORTH_A_PIECE, _MOST_PIECES)
            if len(edited.pieces) > most or edited.count > 2 * self._count:
                return  # rewritten it is read faster, and takes less room
            self._edits = (edited.count, edited.pieces)
        self._origin = edited.origin

    def _has_room(self, count: int) -> bool:
        return count <= len(self._buffer) and self._buffer.flags.writeable

    def _renew(self, count: int) -> None:
        room = max(count - self._count, self._count // 2, _LEAST_ROOM)
        buffer = np.empty((self._count + room, *self._buffer.shape[1:]), self._buffer.dtype)
        buffer[: self._count] = self._buffer[: self._count]
        self._buffer = buffer

    def _is_seen(self) -> bool:
        """Return whether somebody else may be looking at the rows: a view refers to the array that owns its memory."""
        is_own = self._buffer.flags.owndata and self._buffer.flags.writeable
        return not is_own or sys.getrefcount(self._buffer) > _OWN_REFERENCES


class Appended:
    """Rows behind each other, of which those of before may be somewhere where they cannot be added to, as in a file.

    Reading some of them copies nothing; they are copied together when all are asked for.
    """

    __slots__ = ("_added", "_before", "_origin")
    _before: Array
    _added: Growing

    def __init__(self, rows: Array, history: History | None = None) -> None:
        self._origin = object() if history is None else history.origin
        is_stored = history is not None
        self._before = rows if is_stored else rows[:0]
        self._added = Growing(np.empty_like(rows[:0]) if is_stored else rows)

    def __len__(self) -> int:
        return len(self._before) + len(self._added)

    @property
    def history(self) -> History:
        """How the rows came about."""
        return History(self._origin, len(self))

    def extend(self, rows: Array) -> None:
        """Put rows after the last."""
        self._added.extend(rows)

    def part(self, first: int, end: int) -> Array:
        """Return the rows from one on up to, not including, another, read-only."""
        count = len(self._before)
        if end <= count:
            return read_only(self._before[first:end])
        return self._added.view()[first - count : end - count] if first >= count else self.view()[first:end]

    def view(self) -> Array:
        """Return all rows, read-only."""
        if len(self._before) and not len(self._added):
            return read_only(self._before)
        if len(self._before):
            joined = Growing(np.concatenate([self._before, self._added.rows]))
            self._before, self._added = self._before[:0], joined
        return self._added.view()

    def tail(self, first: int) -> Tail:
        """Return the rows from a number on, as a copy."""
        count = len(self._before)
        rows = self._added.rows[first - count :] if first >= count else self.part(first, len(self))
        return Tail((len(self), *self._before.shape[1:]), self._before.dtype, first, rows.copy())
