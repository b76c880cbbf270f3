"""Columns of entries of unequal length, ordered by time: what lines, masks and points are made of.

The layout is Arrow's: entry ``i`` has the time ``times[i]``, the identity ``entity_ids[i]`` and the rows
``points[offsets[i]:offsets[i + 1]]``. Entries are ordered by time; those of one time keep the order in which they
were added. What is handed out is read-only and never changes afterwards, whatever is added later.

No data type lives here, and nothing that knows of clocks, keys or entity registries.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python._arguments import Int64Array, as_int_array, read_only
from whiskertoolbox_python._growing import Growing
from whiskertoolbox_python.types._base import excluding_changes

Array = npt.NDArray[Any]


class Ragged(NamedTuple):
    """The four columns at one moment.

    An entity id is positive, or 0 for none, or ``-n`` for the n-th entry that was added without an identity: it says
    in which order such entries get theirs.
    """

    times: Int64Array
    offsets: Int64Array
    points: Array
    entity_ids: Int64Array


class _Late(NamedTuple):
    """An entry whose time is before the last one's: waits to be sorted in."""

    time: int
    rows: Array
    entity_id: int


def ordered(columns: Ragged) -> Ragged:
    """Return the same entries ordered by time; entries of one time keep their order."""
    times = columns.times
    if len(times) < 2 or bool(np.all(times[1:] >= times[:-1])):
        return columns
    return taken(columns, np.argsort(times, kind="stable"))


def ranges(starts: Int64Array, lengths: Int64Array) -> Int64Array:
    """Return the positions ``start`` to ``start + length`` (exclusive) of each, one after the other.

    Examples
    --------
    >>> ranges(np.array([5, 0, 9]), np.array([2, 0, 3])).tolist()
    [5, 6, 9, 10, 11]
    """
    ends = np.cumsum(lengths)
    positions: Int64Array = np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - (ends - lengths), lengths)
    return positions


def taken(columns: Ragged, entries: Int64Array) -> Ragged:
    """Return the entries with the given positions, in that order, as new columns."""
    lengths = np.diff(columns.offsets)[entries]
    offsets = np.zeros(len(entries) + 1, np.int64)
    np.cumsum(lengths, out=offsets[1:])
    rows = ranges(columns.offsets[entries], lengths)
    return Ragged(columns.times[entries], offsets, columns.points.take(rows, axis=0), columns.entity_ids[entries])


def sliced(columns: Ragged, start: int, stop: int) -> Ragged:
    """Return the entries ``start`` to ``stop`` (exclusive); the points are a view."""
    offsets = columns.offsets[start : stop + 1]
    first, last = (int(offsets[0]), int(offsets[-1])) if len(offsets) else (0, 0)
    return Ragged(
        columns.times[start:stop], offsets - first, columns.points[first:last], columns.entity_ids[start:stop]
    )


def joined(first: Ragged, second: Ragged) -> Ragged:
    """Return the entries of both, those of `first` first, as new columns."""
    return Ragged(
        np.concatenate([first.times, second.times]),
        np.concatenate([first.offsets, second.offsets[1:] + first.offsets[-1]]),
        np.concatenate([first.points, second.points]),
        np.concatenate([first.entity_ids, second.entity_ids]),
    )


def checked_offsets(offsets: npt.ArrayLike, entry_count: int, row_count: int) -> Int64Array:
    """Return offsets given by a user as a new array.

    Raises
    ------
    ValueError
        When there are not one more than entries, or they do not ascend from 0 to the number of rows.
    """
    bounds = as_int_array(np.asarray(offsets), "offsets")
    if len(bounds) != entry_count + 1:
        raise ValueError(f"{entry_count} times need {entry_count + 1} offsets, not {len(bounds)}")
    if bounds[0] != 0 or bounds[-1] != row_count or (bounds[1:] < bounds[:-1]).any():
        raise ValueError(f"offsets must ascend from 0 to the number of rows, {row_count}")
    return bounds


class RaggedColumns:
    """Growing columns. Every method may be called from any thread.

    Parameters
    ----------
    columns
        What to begin with, ordered by time, each array of the right type. Adopted, not copied.
    anonymous
        How many entries were added without an identity: no id is below ``-anonymous``.
    """

    __slots__ = ("_anonymous", "_entity_ids", "_late", "_late_at", "_offsets", "_points", "_times")

    def __init__(self, columns: Ragged, anonymous: int = 0) -> None:
        self._anonymous = anonymous
        self._adopt(columns)

    @classmethod
    def empty(cls, row_shape: tuple[int, ...], dtype: npt.DTypeLike) -> RaggedColumns:
        """Return columns without entries."""
        none = np.zeros(0, np.int64)
        return cls(Ragged(none, np.zeros(1, np.int64), np.zeros((0, *row_shape), dtype), none))

    def _adopt(self, columns: Ragged) -> None:
        self._times = Growing(columns.times)
        self._offsets = Growing(columns.offsets)
        self._points = Growing(columns.points)
        self._entity_ids = Growing(columns.entity_ids)
        # Sorting each late entry in at once would copy everything each time; they wait until columns are asked for.
        self._late: list[_Late] = []
        self._late_at: dict[int, list[_Late]] = {}

    def __len__(self) -> int:
        return len(self._times) + len(self._late)

    def columns(self) -> Ragged:
        """Return all entries, consistent with each other, read-only."""
        with excluding_changes():
            if self._late:
                self._adopt(ordered(joined(self._in_order(), _as_columns(self._late))))
            return self._in_order()

    def origins(self) -> dict[str, object]:
        """Return the `Growing.origin` of each of `columns`, by name."""
        with excluding_changes():
            self.columns()  # sorts late entries in
            ids = object() if self._anonymous else self._entity_ids.origin
            origins: dict[str, object] = {"times": self._times.origin, "offsets": self._offsets.origin}
            return {**origins, "points": self._points.origin, "entity_ids": ids}

    def entity_ids(self) -> Int64Array:
        """Return the identities, 0 for none; read-only, and a view when all entries have one."""
        with excluding_changes():
            entity_ids = self.columns().entity_ids
            return read_only(np.maximum(entity_ids, 0)) if self._anonymous else entity_ids

    def append(self, time: int, rows: Array, entity_id: int | None = None) -> None:
        """Add one entry after those of its time; `rows` is kept, so it must not change."""
        with excluding_changes():
            if entity_id is None:
                self._anonymous += 1
                entity_id = -self._anonymous
            if len(self._times) and time < self._times.rows[-1]:
                entry = _Late(time, rows, entity_id)
                self._late.append(entry)
                self._late_at.setdefault(time, []).append(entry)
                return
            self._points.extend(rows)
            self._times.append(time)
            self._offsets.append(len(self._points))
            self._entity_ids.append(entity_id)

    def extend(self, times: Int64Array, offsets: Int64Array, points: Array) -> None:
        """Add several entries without identity, given in any order; the arrays are kept, so they must not change."""
        if not len(times):
            return
        with excluding_changes():
            entity_ids = np.arange(-self._anonymous - 1, -self._anonymous - 1 - len(times), -1)
            self._anonymous += len(times)
            added = ordered(Ragged(times, offsets, points, entity_ids))
            if not len(self):
                self._adopt(added)
            elif added.times[0] >= self._times.rows[-1]:
                self._offsets.extend(added.offsets[1:] + len(self._points))
                self._points.extend(added.points)
                self._times.extend(added.times)
                self._entity_ids.extend(added.entity_ids)
            else:
                self._adopt(ordered(joined(self.columns(), added)))

    def count_at(self, time: int) -> int:
        """Return how many entries a time has."""
        with excluding_changes():
            start, stop = self._span(time)
            return stop - start + len(self._late_at.get(time, ()))

    def rows_at(self, time: int) -> list[Array]:
        """Return the rows of each entry of a time, as read-only views."""
        with excluding_changes():
            start, stop = self._span(time)
            points = self._points.view()
            bounds = self._offsets.rows[start : stop + 1].tolist()
            found = [points[first:last] for first, last in pairwise(bounds)]
            return found + [read_only(entry.rows) for entry in self._late_at.get(time, ())]

    def joined_rows_at(self, time: int) -> Array:
        """Return the rows of all entries of a time as one read-only view."""
        columns = self.columns()
        first, last = columns.offsets[list(self._span(time))]
        return columns.points[first:last]

    def last_with(self, entity_id: int) -> int | None:
        """Return the position of the entry with an identity; of several (ids 0), the one added last."""
        entity_ids = self.columns().entity_ids
        if entity_id == 0 and len(entity_ids) and entity_ids.min() < 0:
            return int(entity_ids.argmin())
        found = np.flatnonzero(entity_ids == entity_id)
        return int(found[-1]) if len(found) else None

    def in_added_order(self) -> Int64Array:
        """Return the positions of the entries in the order in which they were added."""
        entity_ids = self.columns().entity_ids
        newest = int(entity_ids.max(initial=0))
        return np.argsort(np.where(entity_ids < 0, newest - entity_ids, entity_ids), kind="stable")

    def set_entity_ids(self, entity_ids: Int64Array) -> None:
        """Give every entry, in the order of `columns`, an identity."""
        with excluding_changes():
            self.columns()  # sorts late entries in
            self._entity_ids = Growing(entity_ids)
            self._anonymous = 0

    def part(self, entries: slice | Int64Array) -> RaggedColumns:
        """Return some of the entries, in time order; the points are a view when the slice has no gaps."""
        with excluding_changes():
            columns = self.columns()
            if isinstance(entries, slice):
                start, stop, step = entries.indices(len(columns.times))
                if step == 1:
                    return RaggedColumns(sliced(columns, start, max(start, stop)), self._anonymous)
                entries = np.sort(np.arange(start, stop, step))
            return RaggedColumns(taken(columns, entries), self._anonymous)

    def _in_order(self) -> Ragged:
        return Ragged(self._times.view(), self._offsets.view(), self._points.view(), self._entity_ids.view())

    def _span(self, time: int) -> tuple[int, int]:
        times = self._times.rows
        return int(times.searchsorted(time)), int(times.searchsorted(time, "right"))


def _as_columns(entries: list[_Late]) -> Ragged:
    return Ragged(
        np.array([entry.time for entry in entries], np.int64),
        np.cumsum([0, *(len(entry.rows) for entry in entries)], dtype=np.int64),
        np.concatenate([entry.rows for entry in entries]),
        np.array([entry.entity_id for entry in entries], np.int64),
    )
