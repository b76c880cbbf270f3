"""What is known of one registered object, and the entries that objects and groups are stored as."""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python._growing import Changing, History, Tail
from whiskertoolbox_python.entities import EntityGroupManager
from whiskertoolbox_python.store._base import Put, Row, Section, Stored
from whiskertoolbox_python.time_frame import TimeFrame
from whiskertoolbox_python.types import REGISTRY
from whiskertoolbox_python.types._base import Columns, DataObject, DataType

EMPTY_MEDIA = Put(section="object", key="media", type="Video", time_key="time")
EMPTY_TIME = Put(section="clock", key="time", arrays={"times": np.empty(0, np.int64)})
BOTH_CHANGED = "has been changed here and by another process at the same time; the change made here replaces the other"
NOT_STORED = "the changes made to the object here are not stored"


class Owner(Protocol):
    """Who holds the live objects."""

    def before_change(self, registration: Registration) -> None:
        """Take in what others have changed; raise ReadOnlyStoreError if changes cannot be stored."""

    def mark_dirty(self, section: Section, key: str) -> None:
        """Note that something differs from what is stored."""


class Registration:
    """That an object is stored under a key; told of the object's changes."""

    __slots__ = ("_owner", "data", "generation", "key", "time_key", "version")

    def __init__(self, owner: Owner, key: str, data: DataObject, row: Row) -> None:
        self._owner = weakref.ref(owner)
        self.key = key
        self.data = data
        self.note(row)

    def note(self, row: Row) -> None:
        """Remember which row the object agrees with."""
        self.generation, self.version, self.time_key = row.generation, row.version, row.time_key

    def belongs_to(self, owner: Owner) -> bool:
        """Tell whether it is that manager's."""
        return self._owner() is owner

    def before_change(self) -> None:
        """Take in what others have changed; raise ReadOnlyStoreError if a change could not be stored."""
        owner = self._owner()
        if owner is not None:
            owner.before_change(self)

    def mark_dirty(self) -> None:
        """Note that the object differs from what is stored."""
        owner = self._owner()
        if owner is not None:
            owner.mark_dirty("object", self.key)


def object_of(stored: Stored) -> DataObject | None:
    """Make the object of a stored entry; None for a type that this version does not have."""
    data_type = DataType._by_name.get(stored.row.type)
    kind = None if data_type is None else REGISTRY.get(data_type)
    return None if kind is None else kind.from_columns(Columns(stored.arrays, stored.row.attributes, stored.histories))


def object_put(
    key: str,
    data: DataObject,
    time_key: str,
    generation: int | None = None,
    stored: Mapping[str, History] = MappingProxyType({}),
) -> Put:
    """Return the entry of an object; of arrays that are stored as of these histories, what was added since."""
    changing = data._changing_columns()
    if changing:
        histories = {name: column.history for name, column in changing.items()}
        columns = Columns({}, data._attributes(), histories)
        arrays: Mapping[str, Any] = {name: _since(column, stored.get(name)) for name, column in changing.items()}
    else:
        columns = data.to_columns()
        arrays = columns.arrays
    return Put(
        section="object",
        key=key,
        type=data.data_type.name,
        time_key=time_key,
        size=data._entry_count(),
        arrays=arrays,
        attributes=columns.attributes,
        generation=generation,
        histories=columns.histories,
    )


def _since(column: Changing, stored: History | None) -> npt.NDArray[Any] | Tail:
    if stored is None or stored.origin is not column.history.origin:
        return column.view()
    return column.tail(stored.count)


def clock_put(key: str, frame: TimeFrame) -> Put:
    """Return the entry of a clock."""
    rate = {} if frame.ticks_per_second is None else {"ticks_per_second": frame.ticks_per_second}
    return Put(section="clock", key=key, size=len(frame), arrays={"times": frame.times}, attributes=rate)


def clock_of(stored: Stored) -> TimeFrame:
    """Make the clock of a stored entry."""
    return TimeFrame.from_array(stored.arrays["times"], ticks_per_second=stored.row.attributes.get("ticks_per_second"))


def group_put(key: str, groups: EntityGroupManager) -> Put | None:
    """Return the entry of a group, or None if there is no such group any more."""
    group = groups._groups.get(int(key))
    if group is None:
        return None
    members = groups.entity_ids(int(key))
    attributes = {"name": group.name, "description": group.description}
    return Put(section="group", key=key, size=len(members), arrays={"members": members}, attributes=attributes)
