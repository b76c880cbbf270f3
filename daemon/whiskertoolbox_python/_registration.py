"""What is known of one registered object, and the entries that objects and groups are stored as."""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Protocol

import numpy.typing as npt

from whiskertoolbox_python._growing import Changing, History, Tail
from whiskertoolbox_python.store._base import Put, Row, Section, Stored
from whiskertoolbox_python.types import REGISTRY
from whiskertoolbox_python.types._base import Columns, DataObject, DataType


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


def group_put(key: str, name: str, description: str, members: Any) -> Put:
    """Return the entry of a group."""
    attributes = {"name": name, "description": description}
    return Put(section="group", key=key, size=len(members), arrays={"members": members}, attributes=attributes)
