"""`DigitalIntervalSeries`: intervals of indices, sorted by start."""

from __future__ import annotations

from bisect import bisect_left, bisect_right  # np.searchsorted would copy a column of the (N, 2) array
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar, SupportsIndex, overload

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.conversion import Int64Array, check_limits, read_only
from whiskertoolbox_python.arrays.growing import Growing
from whiskertoolbox_python.arrays.order import is_ascending, parts
from whiskertoolbox_python.clocks.time_frame import Interval, TimeFrame, TimeFrameIndex, index_range
from whiskertoolbox_python.entities.ids import EntityId
from whiskertoolbox_python.entities.registry import EntityRegistry
from whiskertoolbox_python.types._digital import DigitalSeries
from whiskertoolbox_python.types.data_object import Unit, mutation, own_clock
from whiskertoolbox_python.types.kinds import KindInfo
from whiskertoolbox_python.upstream.arguments import INT64, as_int, as_list, refused
from whiskertoolbox_python.upstream.notices import notice

if TYPE_CHECKING:
    from typing_extensions import Self

_KIND = "interval"
_NONE = np.empty((0, 2), np.int64)


class DigitalIntervalSeries(DigitalSeries):
    """Intervals of indices, sorted by start; both ends belong to an interval.

    Parameters
    ----------
    intervals : list of Interval, or array_like of int, shape (n, 2), optional
        Starts and ends, both inclusive. Sorted, exact duplicates dropped;
        overlapping ones stay apart (only adding merges).

    Examples
    --------
    >>> trials = DigitalIntervalSeries(np.array([[20, 30], [0, 10]]))
    >>> trials.addInterval(11, 12)
    >>> np.asarray(trials)
    array([[ 0, 12],
           [20, 30]])
    """

    __slots__ = ("_separate",)
    kind: ClassVar[KindInfo] = KindInfo(
        "DigitalInterval",
        "Digital Interval",
        "interval",
        "symbol-ruler",
        order=60,
        config_word="digital_interval",
        drawing="spans",
    )
    _column = "intervals"
    _row_shape = (2,)
    _separate: bool  # no two intervals overlap or touch, so the ends are sorted as well

    def __init__(self, intervals: Any = ()) -> None:
        pairs = _as_pairs(intervals)
        _tell_reversed(pairs)
        self._fill(_distinct(pairs))

    @classmethod
    def from_array(cls, intervals: npt.ArrayLike, *, copy: bool = True) -> Self:
        """Make a series from an ``(N, 2)`` integer array of starts and ends, in any order.

        Parameters
        ----------
        intervals : array of int, shape (N, 2)
            Start and end of each interval, both inclusive.
        copy : bool
            False keeps an int64 array that is in order as it is; the caller must not change it any more.

        Raises
        ------
        TypeError
            When they are not integers of that shape.

        Examples
        --------
        >>> DigitalIntervalSeries.from_array(np.array([[0, 10], [20, 30]]), copy=False)
        DigitalIntervalSeries(intervals=2)
        """
        pairs = _pairs_of_array(np.asarray(intervals), copy=copy)
        _tell_reversed(pairs)
        return cls._of(_distinct(pairs))

    def _hold(self, entries: Growing, ids: Growing | None) -> None:
        super()._hold(entries, ids)
        self._separate = _are_separate(entries.rows)

    @property
    def intervals(self) -> Int64Array:
        """Start and end of each interval: int64 ``(N, 2)``, read-only, not copied; later changes do not show in it."""
        return self._entries.view()

    @overload
    def addEvent(self, interval: Interval, /) -> None: ...
    @overload
    def addEvent(self, *, interval: Interval) -> None: ...
    @overload
    def addEvent(self, start: SupportsIndex, end: SupportsIndex) -> None: ...
    def addEvent(self, start: Any = None, end: Any = None, *, interval: Any = None) -> None:
        """Add an interval, merging it with those that it overlaps or touches; see `addInterval`."""
        if interval is None and end is None and isinstance(start, Interval):
            start, interval = None, start
        if interval is None:
            self._add(as_int(start, "start"), as_int(end, "end"))
            return
        if start is not None or end is not None:
            raise TypeError("addEvent(): incompatible function arguments: give an Interval, or start and end")
        interval = _as_interval(interval, "interval")
        if interval._start > interval._end:
            _tell_reversed(np.array([[interval._start, interval._end]]))
            self._insert(interval._start, interval._end)
        else:
            self._add(interval._start, interval._end)

    def addInterval(self, start: SupportsIndex, end: SupportsIndex) -> None:
        """Add an interval, merging it with those that it overlaps or touches (``a.end + 1 == b.start``).

        With `start` after `end` nothing happens but a warning.
        """
        self._add(as_int(start, "start"), as_int(end, "end"))

    @mutation
    def _add(self, start: int, end: int) -> None:
        if start > end:
            notice(f"DigitalIntervalSeries: start {start} is after end {end}; nothing was added")
            return
        touched, start, end = self._touched(start, end)
        if not touched:
            self._place(start, end)
            return
        keep = touched[0]
        old = tuple(self._entries.rows[keep].tolist())
        for place in reversed(touched[1:]):
            self._delete(place)
        if old == (start, end):
            return
        self._entries.put(keep, (start, end))
        if self._identity is not None and self._ids is not None:
            registry, key = self._identity
            registry.move(key, _KIND, (old[0], old[1]), (start, end), int(self._ids.rows[keep]))
        if keep and start < self._entries.rows[keep - 1, 0]:
            self._sort()

    def _touched(self, start: int, end: int) -> tuple[list[int], int, int]:
        """Return the places that a growing interval meets from left to right, and what it has grown to."""
        starts, ends = self._entries.rows[:, 0], self._entries.rows[:, 1]
        if self._separate:
            first, last = bisect_left(ends, max(start - 1, INT64[0])), bisect_right(starts, min(end + 1, INT64[1]))
            if first >= last:
                return [], start, end
            return list(range(first, last)), min(start, int(starts[first])), max(end, int(ends[last - 1]))
        places: list[int] = []
        place = 0
        while True:
            meets = (starts[place:] <= min(end + 1, INT64[1])) & (ends[place:] >= max(start - 1, INT64[0]))
            if not meets.any():
                return places, start, end
            place += int(meets.argmax())
            start, end = min(start, int(starts[place])), max(end, int(ends[place]))
            places.append(place)
            place += 1

    @mutation
    def _insert(self, start: int, end: int) -> None:
        self._place(start, end)

    def _place(self, start: int, end: int) -> None:
        place = bisect_right(self._entries.rows[:, 0], start)
        self._entries.insert(place, (start, end))
        if self._ids is not None and self._identity is not None:
            registry, key = self._identity
            self._ids.insert(place, registry.assign_one(key, _KIND, start, end))
        if start > end:
            self._separate = False

    def _sort(self) -> None:
        order = np.argsort(self._entries.rows[:, 0], kind="stable")
        self._fill(self._entries.rows[order], None if self._ids is None else self._ids.rows[order])

    @mutation
    def removeInterval(self, interval: Interval) -> bool:
        """Remove the interval with exactly that start and end; False if there is none."""
        place = self._place_of(interval)
        if place is not None:
            self._delete(place)
        return place is not None

    def _place_of(self, entry: Any) -> int | None:
        wanted = _as_interval(entry, "interval")
        rows = self._entries.rows
        first, last = bisect_left(rows[:, 0], wanted._start), bisect_right(rows[:, 0], wanted._start)
        found = np.flatnonzero(rows[first:last, 1] == wanted._end)
        return first + int(found[0]) if len(found) else None

    def _note_id(self, place: int, entity_id: int) -> None:
        if self._identity is not None:
            registry, key = self._identity
            start, end = self._entries.rows[place].tolist()
            registry.keep(key, _KIND, start, end, entity_id)

    @mutation
    def clear(self) -> None:
        """Remove all intervals; clock and identity stay."""
        self._fill(_NONE.copy(), None if self._ids is None else np.empty(0, np.int64))

    def toList(self) -> list[Interval]:
        """Return copies of the intervals; indices, whatever the TimeFrame."""
        return [Interval._of(start, end) for start, end in self._entries.rows.tolist()]

    def toListWithIds(self) -> list[tuple[Interval, EntityId]]:
        """Return each interval and its id."""
        return list(zip(self.toList(), self._listed_ids(), strict=True))

    def hasIntervalAtTime(self, time: SupportsIndex, time_frame: TimeFrame | None = None) -> bool:
        """Return whether an index of `time_frame`, by default the series' own clock, lies in an interval."""
        index = as_int(time, "time")
        if time_frame is not None and self._time_frame is not None:
            index = int(time_frame.convert([index], self._time_frame)[0])
        rows = self._entries.rows
        return bool(((rows[:, 0] <= index) & (rows[:, 1] >= index)).any())

    def getIntervalsInRange(
        self,
        start: float | SupportsIndex,
        end: float | SupportsIndex,
        time_frame: TimeFrame | None = None,
        *,
        unit: Unit = "index",
    ) -> Int64Array:
        """Return the intervals that overlap the range from `start` to `end`, both inclusive: int64 ``(N, 2)``.

        Intervals are whole, not cut. `start` and `end` are indices of `time_frame` (by default the series' own), or its
        ticks or seconds: see `restrict`, which returns a series instead.
        """
        first, last = index_range((start, end), unit, self._time_frame, time_frame)
        return read_only(self._entries.rows[self._overlapping(first, last)])

    def to_clock(self, clock: TimeFrame) -> Self:
        """Return a new series of the same intervals on another clock.

        A start becomes the first index of `clock` not before it, an end the index nearest to it; an interval that holds
        no index of `clock`, or has an end outside its own clock, is left out, the latter with a warning.

        Raises
        ------
        ValueError
            When the series has no clock, or an empty one.

        Examples
        --------
        >>> trials = DigitalIntervalSeries([Interval(1, 29)])
        >>> trials.setTimeFrame(TimeFrame(range(0, 1000, 10)))
        >>> trials.to_clock(TimeFrame([0, 100, 200, 300])).intervals
        array([[1, 3]])
        """
        own, rows = own_clock(self), self._entries.rows
        starts = own.convert(rows[:, 0], clock, preceding=False)
        pairs = np.column_stack([starts, own.convert(rows[:, 1], clock)])
        is_kept = (pairs[:, 0] <= pairs[:, 1]) & (pairs != TimeFrame.NO_TIME).all(axis=1)
        converted = self._of(_distinct(pairs[is_kept]))
        converted._time_frame = clock
        return converted

    def _overlapping(self, start: int, end: int) -> npt.NDArray[np.bool_]:
        rows = self._entries.rows
        return (rows[:, 0] <= end) & (rows[:, 1] >= start)

    def _restricted(self, start_index: int, end_index: int) -> Self:
        return self._part(self._overlapping(start_index, end_index))

    def _assign_entities(self, registry: EntityRegistry, key: str) -> None:
        self._identity = (registry, key)
        rows = self._entries.rows
        self._ids = Growing(registry.assign(key, _KIND, rows[:, 0], rows[:, 1]))

    def _entity_item(self, position: int) -> tuple[Interval, Interval]:
        interval = Interval._of(*self._entries.rows[position].tolist())
        return interval, interval

    def __iter__(self) -> Iterator[Interval]:
        return iter(self.toList())

    def __contains__(self, item: object) -> bool:
        """Return whether an interval is stored exactly so, or whether an index lies in one."""
        if isinstance(item, Interval):
            return bool((self._entries.rows == (item._start, item._end)).all(axis=1).any())
        return isinstance(item, (int, np.integer, TimeFrameIndex)) and self.hasIntervalAtTime(int(item))

    def __getitem__(self, place: int | slice) -> Any:
        """Return an interval by its place, or a read-only ``(N, 2)`` array of several."""
        if isinstance(place, slice):
            return self.intervals[place]
        return Interval._of(*self._entries.rows[as_int(place, "place")].tolist())

    def __repr__(self) -> str:
        return f"DigitalIntervalSeries(intervals={len(self._entries)})"


def _as_pairs(intervals: Any) -> Int64Array:
    if isinstance(intervals, np.ndarray) and intervals.dtype != object:
        return _pairs_of_array(intervals)
    found = [_as_interval(interval, "intervals[...]") for interval in as_list(intervals, "intervals")]
    return np.array([(interval._start, interval._end) for interval in found], np.int64).reshape(-1, 2)


def _pairs_of_array(array: npt.NDArray[Any], *, copy: bool = True) -> Int64Array:
    if not array.size:
        return np.empty((0, 2), np.int64)
    if array.ndim != 2 or array.shape[1] != 2 or array.dtype.kind not in "iu":
        raise TypeError(
            f"incompatible function arguments: intervals must be an (N, 2) array of integers, "
            f"not {array.dtype} of shape {array.shape}"
        )
    check_limits(array, "intervals")
    return np.array(array, np.int64) if copy else np.ascontiguousarray(array, np.int64)


def _tell_reversed(pairs: Int64Array) -> None:
    count = first = 0
    for part in parts(len(pairs)):
        is_reversed = pairs[part, 0] > pairs[part, 1]
        if not count and is_reversed.any():
            first = part.start + int(np.argmax(is_reversed))
        count += int(np.count_nonzero(is_reversed))
    if count:
        start, end = pairs[first].tolist()
        verbs = ("end", "they start") if count > 1 else ("ends", "it starts")
        notice(
            f"DigitalIntervalSeries: {count:,} of {len(pairs):,} intervals {verbs[0]} before {verbs[1]} "
            f"(first: interval {first + 1:,}, {start} to {end}); exchange start and end, or remove what is damaged"
        )


def _are_separate(pairs: Int64Array) -> bool:
    """Return whether no two intervals, of ascending starts, overlap or touch, and none is reversed."""
    if len(pairs) > 1 and pairs[1, 0] == INT64[0]:
        return False  # from the starts of all others one can be taken
    for part in parts(len(pairs)):
        ends, following = pairs[part, 1], pairs[part.start + 1 : part.stop + 1, 0]
        if (ends < pairs[part, 0]).any() or (following - 1 <= ends[: len(following)]).any():
            return False
    return True


def _distinct(pairs: Int64Array) -> Int64Array:
    starts, ends = pairs[:, 0], pairs[:, 1]
    if is_ascending(starts, distinct=True) or _are_distinct(pairs):
        return pairs
    pairs = pairs[np.lexsort((ends, starts))]
    repeated = np.zeros(len(pairs), bool)
    repeated[1:] = (pairs[1:] == pairs[:-1]).all(axis=1)
    distinct: Int64Array = pairs[~repeated]
    return distinct


def _are_distinct(pairs: Int64Array) -> bool:
    """Return whether intervals are in order of start and end, each once."""
    for part in parts(len(pairs) - 1):
        before, after = pairs[part], pairs[part.start + 1 : part.stop + 1]
        is_later = (after[:, 0] > before[:, 0]) | ((after[:, 0] == before[:, 0]) & (after[:, 1] > before[:, 1]))
        if not is_later.all():
            return False
    return True


def _as_interval(value: object, name: str) -> Interval:
    """Return an Interval argument; TypeError for anything else, also for a tuple."""
    if not isinstance(value, Interval):
        raise refused(name, "an Interval", value)
    return value
