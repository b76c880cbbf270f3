"""Iterating over the entities of a group, and over intervals: each item gives the data restricted to its time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from whiskertoolbox_python.arrays.conversion import Int64Array
from whiskertoolbox_python.clocks.time_frame import Interval, TimeFrame, TimeFrameIndex
from whiskertoolbox_python.entities.ids import EntityId
from whiskertoolbox_python.target import Target
from whiskertoolbox_python.types.data_object import EntityBearing, at_time_of
from whiskertoolbox_python.types.intervals import DigitalIntervalSeries
from whiskertoolbox_python.types.kinds import DataType
from whiskertoolbox_python.upstream.arguments import as_str, refused


@dataclass(frozen=True)
class Item:
    """One entity: where it is, and the data at its time.

    Attributes
    ----------
    entity_id : EntityId
    key : str
        Data key that holds it; empty for a series that is not stored.
    time : TimeFrameIndex or Interval
        On `clock`.
    data : object
        The entity itself: a Line2D, a Point2D, a Mask2D, an Interval, or the index of an event.
    clock : TimeFrame or None
    """

    entity_id: EntityId
    key: str
    time: TimeFrameIndex | Interval
    data: Any
    clock: TimeFrame | None
    _manager: Target = field(repr=False)

    def getData(self, key: str) -> Any:
        """Return the data of another key restricted to this item's time, or None if there is no such key.

        Of data on another clock: entries whose ticks are within the interval, or those at the index nearest in time.
        """
        data = self._manager.getData(key)
        return None if data is None else at_time_of(data, self.time, self.clock)


class Group:
    """The entities of a named group, over all data keys.

    Examples
    --------
    >>> from whiskertoolbox_python import AnalogTimeSeries, DataManager, DigitalIntervalSeries, Interval
    >>> dm = DataManager()
    >>> dm.setData("angle", AnalogTimeSeries(range(10), 10), "time")
    >>> dm.setData("trials", DigitalIntervalSeries([Interval(1, 2), Interval(5, 7)]), "time")
    >>> groups = dm.getEntityGroupManager()
    >>> groups.add_entities(groups.createGroup("go"), dm.getData("trials").entity_ids[1:])
    1
    >>> for item in dm.getGroup("go"):
    ...     print(item.key, item.time, item.getData("angle").toList())
    trials Interval(5, 7) [5.0, 6.0, 7.0]
    """

    def __init__(self, manager: Target, group_id: int, name: str) -> None:
        self._manager = manager
        self.id = group_id
        self.name = name

    @property
    def manager(self) -> Target:
        """The session that it is a group of."""
        return self._manager

    @property
    def entity_ids(self) -> Int64Array:
        """Ids in the group, int64, in the order they were added."""
        return self._manager.getEntityGroupManager().entity_ids(self.id)

    def __len__(self) -> int:
        return len(self.entity_ids)

    def __iter__(self) -> Iterator[Item]:
        """Yield an Item for each entity that a data key still holds: key by key, in stored order."""
        wanted = self.entity_ids
        for entry in self._manager.entries():
            data = self._manager.getData(entry.key)
            if isinstance(data, EntityBearing):
                for place in np.flatnonzero(np.isin(data.entity_ids, wanted)).tolist():
                    yield item_at(self._manager, entry.key, data, place)

    def __repr__(self) -> str:
        return f"Group({self.name!r}, entities={len(self)})"


def each_interval(manager: Target, intervals: str | DigitalIntervalSeries) -> Iterator[Item]:
    """Return an iterator over the intervals of a data key or series."""
    key = as_str(intervals, "intervals") if isinstance(intervals, str) else ""
    series = manager.getData(key) if isinstance(intervals, str) else intervals
    if series is None:
        keys = [entry.key for entry in manager.entries() if entry.type is DataType.DigitalInterval]
        known = ", ".join(map(repr, keys)) or "none"
        raise KeyError(f"there is no data key {key!r}; keys of intervals: {known}")
    if not isinstance(series, DigitalIntervalSeries):
        raise refused("intervals", "a DigitalIntervalSeries or its key", series)
    return (item_at(manager, key, series, place) for place in range(len(series)))


def item_at(manager: Target, key: str, data: EntityBearing, place: int) -> Item:
    """Return the item of one entry of an object that a key holds."""
    time, item = data._entity_item(place)
    return Item(EntityId._of(int(data.entity_ids[place])), key, time, item, data.getTimeFrame(), manager)
