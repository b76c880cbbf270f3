"""Columns of entries of unequal length, over time: what lines, masks and points are made of.

The layout is Arrow's: entry ``i`` has the time ``times[i]``, the identity ``entity_ids[i]`` and the rows
``points[offsets[i]:offsets[i + 1]]``. Users see the entries ordered by time; those of one time keep the order in which
they were added. They are kept, and stored, in the order in which they were added, so that one more costs little
wherever it belongs. What is handed out is read-only and never changes afterwards, whatever is added later.

No data type lives here, and nothing that knows of clocks, keys or entity registries.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from weakref import WeakValueDictionary

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.changes import excluding_changes
from whiskertoolbox_python.arrays.columns import Columns
from whiskertoolbox_python.arrays.conversion import Int64Array, int_column, read_only
from whiskertoolbox_python.arrays.growing import Appended, Changing, Growing
from whiskertoolbox_python.arrays.order import is_ascending
from whiskertoolbox_python.arrays.time_index import TimeIndex

Array = npt.NDArray[Any]

_NONE = np.zeros(0, np.int64)
_LONG_RUN = 8
"""Entries that follow each other are copied as a whole when there are as many on average."""


class Ragged(NamedTuple):
    """The four columns at one moment; an entity id is positive, or 0 for none."""

    times: Int64Array
    offsets: Int64Array
    points: Array
    entity_ids: Int64Array


def ranges(starts: Int64Array, lengths: Int64Array) -> Int64Array:
    """Return the positions ``start`` to ``start + length`` (exclusive) of each, one after the other.

    Examples
    --------
    >>> ranges(np.array([5, 0, 9]), np.array([2, 0, 3])).tolist()
    [5, 6, 9, 10, 11]
    """
    ends = np.cumsum(lengths)
    positions: Int64Array = np.arange(ends[-1] if len(ends) else 0, dtype=np.int64) + np.repeat(
        starts - (ends - lengths), lengths
    )
    return positions


def taken(columns: Ragged, entries: Int64Array) -> Ragged:
    """Return the entries with the given positions, in that order, as new columns."""
    starts, ends = columns.offsets[entries], columns.offsets[entries + 1]
    offsets = np.zeros(len(entries) + 1, np.int64)
    np.cumsum(ends - starts, out=offsets[1:])
    return Ragged(columns.times[entries], offsets, _rows_of(columns.points, starts, ends), columns.entity_ids[entries])


def _rows_of(points: Array, starts: Int64Array, ends: Int64Array) -> Array:
    """Return the rows from each start to each end, one after the other, as a new array."""
    is_break = starts[1:] != ends[:-1]
    if np.count_nonzero(is_break) * _LONG_RUN >= len(starts):
        return points.take(ranges(starts, ends - starts), axis=0)
    firsts, lasts = np.append(starts[:1], starts[1:][is_break]), np.append(ends[:-1][is_break], ends[-1:])
    runs = zip(firsts.tolist(), lasts.tolist(), strict=True)
    return np.concatenate([points[:0], *(points[first:end] for first, end in runs)])


def sliced(columns: Ragged, start: int, stop: int) -> Ragged:
    """Return the entries ``start`` to ``stop`` (exclusive); the points are a view."""
    offsets = columns.offsets[start : stop + 1]
    first, last = (int(offsets[0]), int(offsets[-1])) if len(offsets) else (0, 0)
    return Ragged(
        columns.times[start:stop], offsets - first, columns.points[first:last], columns.entity_ids[start:stop]
    )


def checked_offsets(offsets: npt.ArrayLike, entry_count: int, row_count: int, *, copy: bool = True) -> Int64Array:
    """Return offsets given by a user as a new array, or the given one where ``copy=False`` allows.

    Raises
    ------
    ValueError
        When there are not one more than entries, or they do not ascend from 0 to the number of rows.
    """
    bounds = int_column(offsets, "offsets", copy=copy)
    if len(bounds) != entry_count + 1:
        raise ValueError(f"{entry_count} times need {entry_count + 1} offsets, not {len(bounds)}")
    if bounds[0] != 0 or bounds[-1] != row_count or not is_ascending(bounds):
        raise ValueError(f"offsets must ascend from 0 to the number of rows, {row_count}")
    return bounds


_ONE_EACH: WeakValueDictionary[int, Int64Array] = WeakValueDictionary()


def one_each(count: int) -> Int64Array:
    """Return the offsets of so many entries of one row each, read-only; all that are in use are the same array."""
    offsets = _ONE_EACH.get(count)
    if offsets is None:
        offsets = _ONE_EACH[count] = np.arange(count + 1, dtype=np.int64)
        offsets.flags.writeable = False
    return offsets


class RaggedColumns:
    """Growing columns. Every method may be called from any thread.

    Parameters
    ----------
    columns
        What to begin with, each array of the right type. Adopted, not copied.
    in_order
        They are known to be in order of time.
    """

    __slots__ = (
        "_cleared",
        "_entity_ids",
        "_index",
        "_is_stored",
        "_numbers",
        "_offsets",
        "_points",
        "_sorted",
        "_times",
    )
    _numbers: Int64Array  # ascend in the order of adding, for entries that may stand in another; the later ones follow

    def __init__(self, columns: Ragged, *, in_order: bool = True) -> None:
        self._numbers = _NONE
        self._is_stored = False
        self._hold_new(columns, in_order=in_order)

    @classmethod
    def empty(cls, row_shape: tuple[int, ...], dtype: npt.DTypeLike) -> RaggedColumns:
        """Return columns without entries."""
        return cls(Ragged(_NONE, np.zeros(1, np.int64), np.zeros((0, *row_shape), dtype), _NONE))

    @classmethod
    def of_stored(cls, columns: Columns, points: str = "points") -> RaggedColumns:
        """Make columns of stored ones; what is absent is as for one row, and no identity, per entry."""
        count = len(columns.arrays["times"])
        stored = cls.__new__(cls)
        # What was brought into order does not say how it was added, but in that order it got its identities.
        stored._numbers = columns.arrays.get("entity_ids", _NONE)
        stored._is_stored = True
        stored._hold(
            columns.growing("times"),
            columns.growing("offsets") if "offsets" in columns.arrays else Growing(one_each(count)),
            Appended(columns.arrays[points], columns.histories.get(points)),
            columns.growing("entity_ids") if "entity_ids" in columns.arrays else Growing(np.zeros(count, np.int64)),
            columns.growing("cleared") if "cleared" in columns.arrays else None,
            in_order=columns.attributes.get("in_order", True),
        )
        return stored

    def _hold_new(self, columns: Ragged, *, in_order: bool) -> None:
        times, offsets, points, entity_ids = columns
        self._hold(Growing(times), Growing(offsets), Appended(points), Growing(entity_ids), in_order=in_order)

    def _hold(
        self,
        times: Growing,
        offsets: Growing,
        points: Appended,
        entity_ids: Growing,
        cleared: Growing | None = None,
        *,
        in_order: bool,
    ) -> None:
        self._times, self._offsets, self._points, self._entity_ids = times, offsets, points, entity_ids
        self._cleared = Growing(np.zeros((0, 2), np.int64)) if cleared is None else cleared
        self._index = TimeIndex(times, self._cleared.rows, in_order=in_order)
        self._sorted: Ragged | None = None

    def __len__(self) -> int:
        return len(self._index)

    def columns(self) -> Ragged:
        """Return all entries by time, consistent with each other, read-only."""
        with excluding_changes():
            if not self._index.is_in_order and not self._is_stored:
                self.compact()
            if self._index.is_in_order:
                return self._as_they_stand()
            return Ragged(*map(read_only, self._by_time()))

    def stored(self) -> dict[str, Changing]:
        """Return the columns as they are to be stored, in the order in which they were added; see `attributes`."""
        self._is_stored = True
        columns: dict[str, Changing] = {"times": self._times, "offsets": self._offsets, "points": self._points}
        columns["entity_ids"] = self._entity_ids
        return {**columns, "cleared": self._cleared} if len(self._cleared) else columns

    @property
    def attributes(self) -> dict[str, bool]:
        """What belongs to the columns that are stored: whether they are in order of time, if they are not."""
        return {} if self._index.is_in_order else {"in_order": False}

    def compact(self) -> bool:
        """Bring the entries into the order of time, and drop those that are gone; return whether that was needed."""
        with excluding_changes():
            if self._index.is_in_order:
                return False
            numbers, columns = self._numbers_by_time(), self._by_time()
            self._hold_new(columns, in_order=True)
            self._numbers = numbers
            return True

    def times(self) -> Int64Array:
        """Return the time of each entry, ascending; read-only."""
        with excluding_changes():
            order = self._index.order()
            return self._times.view() if order is None else read_only(self._index.sorted())

    def entity_ids(self) -> Int64Array:
        """Return the identities by time, 0 for none; read-only, and a view when all entries have one."""
        with excluding_changes():
            order = self._index.order()
            return self._entity_ids.view() if order is None else read_only(self._entity_ids.rows[order])

    def append(self, time: int, rows: Array, entity_id: int = 0) -> None:
        """Add one entry after those of its time."""
        with excluding_changes():
            self._sorted = None
            self._points.extend(rows)
            self._entity_ids.append(entity_id)
            self._offsets.append(len(self._points))
            self._times.append(time)
            self._index.added(len(self._times) - 1)

    def extend(
        self, times: Int64Array, offsets: Int64Array, points: Array, entity_ids: Int64Array | None = None
    ) -> None:
        """Add several entries, given in any order; the arrays are kept, so they must not change."""
        if not len(times):
            return
        with excluding_changes():
            if entity_ids is None:
                entity_ids = np.broadcast_to(np.int64(0), len(times))
            count = len(self._times)
            if not count:
                self._hold_new(Ragged(times, offsets, points, entity_ids), in_order=is_ascending(times))
                self.compact()
                return
            self._sorted = None
            self._offsets.extend(offsets[1:] + len(self._points))
            self._points.extend(points)
            self._entity_ids.extend(entity_ids)
            self._times.extend(times)
            self._index.added(count)

    def remove(self, time: int) -> bool:
        """Take out the entries of a time; False if there are none."""
        with excluding_changes():
            if not self._index.clear(time):
                return False
            self._sorted = None
            self._cleared.append((time, len(self._times)))
            if len(self._times) > 2 * len(self._index) + len(self._cleared):
                self.compact()  # what is gone takes more room than what is there
            return True

    def replace(self, time: int, entries: Sequence[Array], entity_ids: Sequence[int]) -> None:
        """Let a time have these entries, given by their rows, and no others."""
        with excluding_changes():
            self.remove(time)
            for rows, entity_id in zip(entries, entity_ids, strict=True):
                self.append(time, rows, entity_id)

    def ids_at(self, time: int) -> list[int]:
        """Return the identity of each entry of a time, 0 for none."""
        with excluding_changes():
            return [int(self._entity_ids.rows[place]) for place in self._index.places(time)]

    def count_at(self, time: int) -> int:
        """Return how many entries a time has."""
        with excluding_changes():
            return len(self._index.places(time))

    def counts_at(self, times: Int64Array) -> Int64Array:
        """Return how many entries each of many times has."""
        own = self.times()
        counts: Int64Array = own.searchsorted(times, "right") - own.searchsorted(times)
        return counts

    def rows_at(self, time: int) -> list[Array]:
        """Return the rows of each entry of a time, as read-only views."""
        with excluding_changes():
            return [self._rows_of(place) for place in self._index.places(time)]

    def joined_rows_at(self, time: int) -> Array:
        """Return the rows of all entries of a time, read-only; one view if they were added one after the other."""
        with excluding_changes():
            places = self._index.places(time)
            if not places:
                return self._points.part(0, 0)
            if places[-1] - places[0] == len(places) - 1:
                return self._points.part(*self._offsets.rows[[places[0], places[-1] + 1]].tolist())
            return read_only(np.concatenate([self._rows_of(place) for place in places]))

    def rows_of(self, position: int) -> Array:
        """Return the rows of the entry at a position of `times`, as a read-only view."""
        with excluding_changes():
            order = self._index.order()
            return self._rows_of(position if order is None else int(order[position]))

    def _rows_of(self, place: int) -> Array:
        return self._points.part(*self._offsets.rows[place : place + 2].tolist())

    def entries(self) -> Iterator[Array]:
        """Return the rows of each entry of this moment, in the order of `times`, as read-only views."""
        with excluding_changes():
            order, points, offsets = self._index.order(), self._points, self._offsets.view()
        starts, ends = offsets[:-1], offsets[1:]
        if order is not None:
            starts, ends = starts[order], ends[order]
        return map(points.part, starts.tolist(), ends.tolist())

    def rows_with(self, entity_id: int) -> Array | None:
        """Return the rows of the entry with an identity; of several (ids 0), of the one added last."""
        with excluding_changes():
            found = np.flatnonzero(self._entity_ids.rows == entity_id)
            if not len(found):
                return None
            newest = self._numbers_as_they_stand()[found].argmax() if len(found) > 1 else 0
            return self._rows_of(int(found[newest]))

    def in_added_order(self) -> Int64Array | None:
        """Return the positions of the entries in the order in which they were added; None: as they are."""
        with excluding_changes():
            if self._index.is_in_order and not len(self._numbers):
                return None
            return np.argsort(self._numbers_by_time(), kind="stable")

    def set_entity_ids(self, entity_ids: Int64Array) -> None:
        """Give every entry, in the order of `times`, an identity."""
        with excluding_changes():
            order = self._index.order()
            if order is not None:
                given, entity_ids = entity_ids, np.zeros(len(self._times), np.int64)
                entity_ids[order] = given
            self._sorted = None
            self._entity_ids = Growing(entity_ids)

    def part(self, entries: slice | Int64Array) -> RaggedColumns:
        """Return some of the entries, as if added in order of time; the points are a view of a slice without gaps."""
        with excluding_changes():
            order, columns = self._index.order(), self._as_they_stand()
            if isinstance(entries, slice):
                start, stop, step = entries.indices(len(self))
                if step == 1 and order is None:
                    return RaggedColumns(sliced(columns, start, max(start, stop)))
                entries = np.sort(np.arange(start, stop, step, dtype=np.int64))
            return RaggedColumns(taken(columns, entries if order is None else order[entries]))

    def _as_they_stand(self) -> Ragged:
        return Ragged(self._times.view(), self._offsets.view(), self._points.view(), self._entity_ids.view())

    def _by_time(self) -> Ragged:
        """Return new columns, by time, of entries that are not in that order."""
        order = self._index.order()
        if self._sorted is None and order is not None:
            self._sorted = taken(self._as_they_stand(), order)
        return self._as_they_stand() if self._sorted is None else self._sorted

    def _numbers_as_they_stand(self) -> Int64Array:
        """Return `_numbers` for all entries."""
        first, later = int(self._numbers.max(initial=-1)) + 1, len(self._times) - len(self._numbers)
        return np.concatenate([self._numbers, np.arange(first, first + later, dtype=np.int64)])

    def _numbers_by_time(self) -> Int64Array:
        order, numbers = self._index.order(), self._numbers_as_they_stand()
        return numbers if order is None else numbers[order]
