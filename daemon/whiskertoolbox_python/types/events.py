"""`DigitalEventSeries`: distinct, ascending event times."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar, SupportsIndex

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.conversion import Int64Array, as_int_array, int_column
from whiskertoolbox_python.arrays.growing import Growing
from whiskertoolbox_python.arrays.order import is_ascending
from whiskertoolbox_python.clocks.time_frame import ClockTicks, TimeFrame, TimeFrameIndex, index_range
from whiskertoolbox_python.entities.ids import EntityId
from whiskertoolbox_python.entities.registry import EntityRegistry
from whiskertoolbox_python.types._digital import DigitalSeries
from whiskertoolbox_python.types.data_object import Unit, mutation, own_clock
from whiskertoolbox_python.types.kinds import KindInfo
from whiskertoolbox_python.upstream.arguments import as_int

if TYPE_CHECKING:
    from typing_extensions import Self

_KIND = "event"


class DigitalEventSeries(DigitalSeries):
    """Events: distinct, ascending indices of a clock.

    Parameters
    ----------
    events : array_like of int, shape (n,), optional
        Indices in any order; they are sorted, and duplicates are dropped.

    Examples
    --------
    >>> licks = DigitalEventSeries([30, 10, 20, 10])
    >>> licks.addEvent(25)
    >>> np.asarray(licks)
    array([10, 20, 25, 30])
    """

    __slots__ = ()
    kind: ClassVar[KindInfo] = KindInfo(
        "DigitalEvent", "Digital Event", "event", "symbol-event", order=50, config_word="digital_event", drawing="ticks"
    )
    _column = "times"

    def __init__(self, events: Any = ()) -> None:
        self._fill(_distinct(as_int_array(events, "events")))

    @classmethod
    def from_array(cls, times: npt.ArrayLike, *, copy: bool = True) -> Self:
        """Make a series from a 1-D array of integers, in any order.

        Parameters
        ----------
        times : array of int, shape (n,)
            Index of each event.
        copy : bool
            False keeps an int64 array that is in order as it is; the caller must not change it any more.

        Raises
        ------
        TypeError
            When they are not integers in one dimension.

        Examples
        --------
        >>> DigitalEventSeries.from_array(np.arange(0, 100, 10), copy=False)
        DigitalEventSeries(events=10)
        """
        return cls._of(_distinct(int_column(times, "times", copy=copy)))

    @property
    def times(self) -> Int64Array:
        """Index of each event, int64, read-only, not copied; later changes of the series do not show in it."""
        return self._entries.view()

    @mutation
    def addEvent(self, time: SupportsIndex | None = None, *, time_int: SupportsIndex | None = None) -> None:
        """Insert an event in order; an existing time is ignored."""
        if (time is None) == (time_int is None):
            raise TypeError("addEvent(): incompatible function arguments: give one time")
        index = as_int(time if time is not None else time_int, "time")
        entity_id = 0
        if self._identity is not None:
            # Upstream takes an id even for a time that turns out to be there already.
            registry, key = self._identity
            entity_id = registry.assign_one(key, _KIND, index, len(self))
            if index == len(self) and self._ids is not None and entity_id in self._ids.rows:
                # The event that was stored at that place has the same tuple. No count of events is negative.
                entity_id = registry.assign_one(key, _KIND, index, -1)
        place, found = self._find(index)
        if not found:
            self._entries.insert(place, index)
            if self._ids is not None:
                self._ids.insert(place, entity_id)

    @mutation
    def removeEvent(self, time: SupportsIndex | None = None, *, time_int: SupportsIndex | None = None) -> bool:
        """Remove the event at exactly that index; False if there is none."""
        if (time is None) == (time_int is None):
            raise TypeError("removeEvent(): incompatible function arguments: give one time")
        place, found = self._find(as_int(time if time is not None else time_int, "time"))
        if found:
            self._delete(place)
        return found

    @mutation
    def clear(self) -> None:
        """Remove all events."""
        self._fill(np.empty(0, np.int64), None if self._ids is None else np.empty(0, np.int64))

    def _find(self, index: int) -> tuple[int, bool]:
        times = self._entries.rows
        place = int(np.searchsorted(times, index))
        return place, place < len(times) and bool(times[place] == index)

    def toList(self) -> list[ClockTicks]:
        """Return the ticks of the events: indices looked up in the TimeFrame, or the indices without one.

        An index outside the TimeFrame is given as it is, with a warning.
        """
        ticks = self.ticks()
        return ClockTicks._list(np.where(ticks == TimeFrame.NO_TIME, self.times, ticks))

    def toListWithIds(self) -> list[tuple[ClockTicks, EntityId]]:
        """Return tick and id of each event."""
        return list(zip(self.toList(), self._listed_ids(), strict=True))

    def ticks(self) -> Int64Array:
        """Return the tick of each event, int64; `TimeFrame.NO_TIME`, with a warning, for one outside the TimeFrame."""
        return self.times if self._time_frame is None else self._time_frame.times_at(self.times)

    def getEventsInRange(
        self,
        start: float | SupportsIndex,
        end: float | SupportsIndex,
        time_frame: TimeFrame | None = None,
        *,
        unit: Unit = "index",
    ) -> Int64Array:
        """Return the indices of the events from `start` to `end`, both inclusive: int64, read-only, not copied.

        `start` and `end` are indices of `time_frame` (by default the series' own), or its ticks or seconds: see
        `restrict`, which returns a series instead.
        """
        first, last = index_range((start, end), unit, self._time_frame, time_frame)
        return self.times[self._places(first, last)]

    def to_clock(self, clock: TimeFrame) -> Self:
        """Return a new series with each event at the index of `clock` nearest in time; those that meet become one.

        Events outside their own clock have no time, and are left out with a warning.

        Raises
        ------
        ValueError
            When the series has no clock, or an empty one.

        Examples
        --------
        >>> licks = DigitalEventSeries([10, 50])
        >>> licks.setTimeFrame(TimeFrame(range(0, 1000, 10)))
        >>> licks.to_clock(TimeFrame([0, 100, 490])).times
        array([1, 2])
        """
        indices = own_clock(self).convert(self._entries.rows, clock)
        converted = self._of(_distinct(indices[indices != TimeFrame.NO_TIME]))
        converted._time_frame = clock
        return converted

    def _place_of(self, entry: Any) -> int | None:
        place, is_there = self._find(as_int(entry, "time"))
        return place if is_there else None

    def _places(self, start: int, end: int) -> slice:
        first = int(np.searchsorted(self._entries.rows, start, "left"))
        return slice(first, max(first, int(np.searchsorted(self._entries.rows, end, "right"))))

    def _restricted(self, start_index: int, end_index: int) -> Self:
        return self._part(self._places(start_index, end_index))

    def _assign_entities(self, registry: EntityRegistry, key: str) -> None:
        # Upstream numbers events by position, not by time, when they are stored.
        self._identity = (registry, key)
        self._ids = Growing(registry.assign_places(key, _KIND, len(self)))

    def _entity_item(self, position: int) -> tuple[TimeFrameIndex, TimeFrameIndex]:
        time = TimeFrameIndex._of(int(self._entries.rows[position]))
        return time, time

    def __iter__(self) -> Iterator[TimeFrameIndex]:
        return iter(TimeFrameIndex._list(self.times))

    def __contains__(self, time: object) -> bool:
        """Return whether there is an event at exactly that index."""
        return isinstance(time, (int, np.integer, TimeFrameIndex, ClockTicks)) and self._find(int(time))[1]

    def __getitem__(self, place: int | slice) -> Any:
        """Return an event's index by its place, or a read-only array of several."""
        if isinstance(place, slice):
            return self.times[place]
        return TimeFrameIndex._of(int(self.times[as_int(place, "place")]))

    def __repr__(self) -> str:
        return f"DigitalEventSeries(events={len(self)})"


def _distinct(events: Int64Array) -> Int64Array:
    if is_ascending(events, distinct=True):
        return events
    # Faster than np.unique, which hashes.
    events = np.sort(events)
    repeated = np.zeros(len(events), bool)
    repeated[1:] = events[1:] == events[:-1]
    return events[~repeated]
