"""Named groups of entities.

No data object and no file lives here; the DataManager persists what this module holds.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.conversion import Int64Array
from whiskertoolbox_python.arrays.order import is_ascending
from whiskertoolbox_python.entities.ids import EntityId, _as_int64, as_entity_id, as_entity_ids
from whiskertoolbox_python.upstream.arguments import SIZE, as_int, as_str
from whiskertoolbox_python.upstream.bindings import Bound


class GroupDescriptor(Bound):
    """What a group was called and how many entities it had when it was asked (a snapshot)."""

    __slots__ = ("_description", "_entity_count", "_id", "_name")
    _id: int
    _name: str
    _description: str
    _entity_count: int

    def __init__(self) -> None:
        raise TypeError("GroupDescriptor: No constructor defined! Ask EntityGroupManager.getGroupDescriptor")

    @classmethod
    def _of(cls, group_id: int, name: str, description: str, entity_count: int) -> GroupDescriptor:
        made = cls.__new__(cls)
        made._id, made._name, made._description, made._entity_count = group_id, name, description, entity_count
        return made

    @property
    def id(self) -> int:
        """Group id."""
        return self._id

    @property
    def name(self) -> str:
        """Name; not necessarily unique."""
        return self._name

    @property
    def description(self) -> str:
        """Description."""
        return self._description

    @property
    def entity_count(self) -> int:
        """Number of entities."""
        return self._entity_count

    def __repr__(self) -> str:
        return f"GroupDescriptor('{self._name}', entities={self._entity_count})"


class _Group:
    """A group's name, description and members, in the order they were added.

    All spikes of a recording may be in one. So what is added in bulk stays in its array, mapped from the store as a
    rule, until it is asked for one by one.
    """

    __slots__ = ("_arrays", "_largest", "_lock", "_members", "description", "name")

    def __init__(self, name: str, description: str) -> None:
        self.name = name
        self.description = description
        self._members: dict[int, None] = {}
        self._arrays: list[Int64Array] = []
        self._largest = -1
        self._lock = Lock()

    @property
    def members(self) -> dict[int, None]:
        """All members, to be looked up or removed."""
        with self._lock:
            return self._all()

    def _all(self) -> dict[int, None]:
        for numbers in self._arrays:
            self._members.update(dict.fromkeys(numbers.view(np.uint64).tolist()))
        self._arrays.clear()
        return self._members

    def add(self, entity_ids: Int64Array) -> None:
        if not len(entity_ids):
            return
        with self._lock:
            are_new = entity_ids[0] > self._largest and is_ascending(entity_ids, distinct=True)
            self._largest = max(self._largest, int(entity_ids.view(np.uint64).max()))
            if are_new:
                self._arrays.append(entity_ids if not entity_ids.flags.writeable else entity_ids.copy())
            else:
                self._all().update(dict.fromkeys(entity_ids.view(np.uint64).tolist()))

    def __len__(self) -> int:
        with self._lock:
            return len(self._members) + sum(map(len, self._arrays))

    def ids(self) -> Int64Array:
        with self._lock:
            return np.concatenate([_as_int64(list(self._members)), *self._arrays])


class EntityGroupManager(Bound):
    """Named groups of entities; one per DataManager (`DataManager.getEntityGroupManager`).

    An entity may be in many groups. Unknown group ids are answered with False, None, 0 or an empty list.
    """

    __slots__ = ("_before_change", "_groups", "_new_id", "_on_change")
    _groups: dict[int, _Group]
    _new_id: Callable[[], int]
    _before_change: Callable[[], None]
    _on_change: Callable[[str], None]

    def __init__(self) -> None:
        raise TypeError("EntityGroupManager: No constructor defined! Ask DataManager.getEntityGroupManager")

    @classmethod
    def _make(
        cls, new_id: Callable[[], int], before_change: Callable[[], None], on_change: Callable[[str], None]
    ) -> EntityGroupManager:
        made = cls.__new__(cls)
        made._groups, made._new_id, made._before_change, made._on_change = {}, new_id, before_change, on_change
        return made

    def createGroup(self, name: str, description: str = "") -> int:
        """Make a group and return its id; names need not be unique."""
        name, description = as_str(name, "name"), as_str(description, "description")
        self._before_change()
        group_id = self._new_id()
        self._groups[group_id] = _Group(name, description)
        self._on_change(str(group_id))
        return group_id

    def deleteGroup(self, group_id: int) -> bool:
        """Delete a group; False if it is unknown. Its id is not used again."""
        number = _group_id(group_id)
        self._before_change()
        known = self._groups.pop(number, None) is not None
        if known:
            self._on_change(str(group_id))
        return known

    def rename_group(self, group_id: int, name: str) -> bool:
        """Give a group another name; False if it is unknown. Its id, description and entities stay."""
        name = as_str(name, "name")
        group = self._group_to_change(group_id)
        if group is None:
            return False
        group.name = name
        self._on_change(str(group_id))
        return True

    def hasGroup(self, group_id: int) -> bool:
        """Return whether a group exists."""
        return _group_id(group_id) in self._groups

    def getGroupDescriptor(self, group_id: int) -> GroupDescriptor | None:
        """Return a snapshot of a group's description, or None."""
        number = _group_id(group_id)
        group = self._groups.get(number)
        return None if group is None else _descriptor(number, group)

    def getAllGroupDescriptors(self) -> list[GroupDescriptor]:
        """Return snapshots of all groups."""
        return [_descriptor(number, group) for number, group in self._groups.items()]

    def addEntityToGroup(self, group_id: int, entity_id: EntityId) -> bool:
        """Add an entity; False if the group is unknown or has it already."""
        as_entity_id(entity_id)
        return self.add_entities(group_id, [entity_id]) == 1

    def removeEntityFromGroup(self, group_id: int, entity_id: EntityId) -> bool:
        """Remove an entity; False if the group is unknown or does not have it."""
        number = as_entity_id(entity_id)
        group = self._group_to_change(group_id)
        if group is None or number not in group.members:
            return False
        del group.members[number]
        self._on_change(str(group_id))
        return True

    def isEntityInGroup(self, group_id: int, entity_id: EntityId) -> bool:
        """Return whether a group has an entity."""
        group = self._groups.get(_group_id(group_id))
        number = as_entity_id(entity_id)
        return group is not None and number in group.members

    def getEntitiesInGroup(self, group_id: int) -> list[EntityId]:
        """Return a group's entities."""
        group = self._groups.get(_group_id(group_id))
        return [] if group is None else [EntityId._of(number) for number in group.members]

    def getGroupsContainingEntity(self, entity_id: EntityId) -> list[int]:
        """Return the ids of the groups that have an entity."""
        wanted = as_entity_id(entity_id)
        return [number for number, group in self._groups.items() if wanted in group.members]

    def getGroupSize(self, group_id: int) -> int:
        """Return the number of a group's entities; 0 if it is unknown."""
        group = self._groups.get(_group_id(group_id))
        return 0 if group is None else len(group)

    def getGroupCount(self) -> int:
        """Return the number of groups."""
        return len(self._groups)

    def clearGroup(self, group_id: int) -> bool:
        """Remove all entities of a group; False if it is unknown."""
        group = self._group_to_change(group_id)
        if group is None:
            return False
        group.members.clear()
        self._on_change(str(group_id))
        return True

    def add_entities(self, group_id: int, entity_ids: npt.ArrayLike | list[EntityId]) -> int:
        """Add many entities: an integer array, as the ``entity_ids`` of a data object, or a list of EntityId or int.

        Returns
        -------
        int
            How many were new; 0 if the group is unknown.
        """
        numbers = as_entity_ids(entity_ids)
        group = self._group_to_change(group_id)
        if group is None:
            return 0
        before = len(group)
        group.add(numbers)
        added = len(group) - before
        if added:
            self._on_change(str(group_id))
        return added

    def entity_ids(self, group_id: int) -> Int64Array:
        """Return a group's entities as a new int64 array; empty if it is unknown.

        An id of 2**63 or more, which no DataManager gives, shows as the negative number of the same bits.
        """
        group = self._groups.get(_group_id(group_id))
        return _as_int64([]) if group is None else group.ids()

    def find(self, name: str) -> int:
        """Return the id of the first group of that name.

        Raises
        ------
        KeyError
            When there is none; the message lists the names there are.
        """
        for number, group in self._groups.items():
            if group.name == name:
                return number
        names = ", ".join(repr(group.name) for group in self._groups.values()) or "none"
        raise KeyError(f"there is no group {name!r}; groups: {names}")

    def _group_to_change(self, group_id: int) -> _Group | None:
        number = _group_id(group_id)
        self._before_change()
        return self._groups.get(number)

    def _set(self, group_id: int, name: str, description: str, members: Int64Array) -> None:
        self._groups[group_id] = group = _Group(name, description)
        group.add(members)


def _group_id(value: object) -> int:
    return as_int(value, "group_id", SIZE)


def _descriptor(number: int, group: _Group) -> GroupDescriptor:
    return GroupDescriptor._of(number, group.name, group.description, len(group))
