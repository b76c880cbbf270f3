"""Identities of entries (`EntityId`), the registry that gives them out, and groups of them.

No data object and no file lives here; the DataManager persists what this module holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python._arguments import SIZE, Int64Array, as_int, as_str, refused
from whiskertoolbox_python._bound import Bound


class EntityId(Bound):
    """Identity of one entry (a line, a point, an event, …) within a DataManager; 0 means none.

    Ordered and hashable; equal only to another EntityId.

    Examples
    --------
    >>> EntityId(5).id, EntityId(5) == EntityId(5), EntityId(5) == 5
    (5, True, False)
    """

    __slots__ = ("_id",)
    _id: int

    def __init__(self, value: int = 0) -> None:
        self._id = as_int(value, "value", SIZE)

    @classmethod
    def _of(cls, value: int) -> EntityId:
        made = cls.__new__(cls)
        made._id = value
        return made

    @property
    def id(self) -> int:
        """The plain integer."""
        return self._id

    def __eq__(self, other: object) -> bool:
        return self._id == other._id if isinstance(other, EntityId) else NotImplemented

    def __lt__(self, other: EntityId) -> bool:
        return self._id < other._id if isinstance(other, EntityId) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._id)

    def __repr__(self) -> str:
        return f"EntityId({self._id})"


def as_entity_id(value: object, name: str = "entity_id") -> int:
    """Return the integer of an EntityId argument; TypeError for anything else, also for an int."""
    if not isinstance(value, EntityId):
        raise refused(name, "an EntityId", value)
    return value._id


class _Memo:
    """Ids given to the tuples (time, local index) of one key and kind: sorted rows, and recent single ones."""

    def __init__(self) -> None:
        self.rows = np.empty((0, 3), np.int64)  # time, local, id; sorted by time, then local
        self.recent: dict[tuple[int, int], int] = {}

    def find(self, time: int, local: int) -> int:
        recent = self.recent.get((time, local))
        if recent is not None:
            return recent
        low = int(np.searchsorted(self.rows[:, 0], time, "left"))
        high = int(np.searchsorted(self.rows[:, 0], time, "right"))
        place = low + int(np.searchsorted(self.rows[low:high, 1], local))
        return int(self.rows[place, 2]) if place < high and self.rows[place, 1] == local else 0

    def merged(self) -> npt.NDArray[np.int64]:
        """Return all rows, recent ones included (an id of 0 removes the tuple)."""
        if self.recent:
            extra = np.array([(*pair, given) for pair, given in self.recent.items()], np.int64)
            keys = np.concatenate([self.rows, extra])
            order = np.lexsort((np.arange(len(keys)), keys[:, 1], keys[:, 0]))
            keys = keys[order]
            newest = np.ones(len(keys), bool)
            newest[:-1] = (keys[1:, :2] != keys[:-1, :2]).any(axis=1)
            self.rows = keys[newest & (keys[:, 2] != 0)]
            self.recent = {}
        return self.rows


class EntityRegistry:
    """Gives out entity ids: one counter, and the same id again for the same (key, kind, time, local index).

    Parameters
    ----------
    reserve
        Takes a count and returns the first of so many consecutive ids that nobody else gets.
    recall
        Returns the known rows ``(time, local, id)`` of a key and kind, or None.
    """

    def __init__(
        self,
        reserve: Callable[[int], int] | None = None,
        recall: Callable[[str, str], npt.NDArray[np.int64] | None] | None = None,
    ) -> None:
        self._reserve = reserve or self._count_up
        self._recall = recall
        self._memos: dict[tuple[str, str], _Memo] = {}
        self._changed: set[tuple[str, str]] = set()
        self._next = 1

    def assign(self, key: str, kind: str, times: Int64Array, locals_: Int64Array) -> Int64Array:
        """Return the ids of many tuples, in their order, as a new array; new ones are numbered in that order."""
        memo = self._memo(key, kind)
        rows = memo.merged()
        wanted = np.column_stack([times, locals_])
        if _ascending(wanted):
            known = min(len(rows), len(wanted))
            if np.array_equal(rows[:known, :2], wanted[:known]) and (known == len(rows) or known == len(wanted)):
                ids = self._assign_after(memo, wanted, known)
                if known < len(ids):
                    self._changed.add((key, kind))
                return ids
        ids = _look_up(rows, wanted)
        new = np.flatnonzero(ids == 0)
        if len(new):
            self._changed.add((key, kind))
            first = _first_of_equals(wanted[new])
            distinct = np.flatnonzero(first == np.arange(len(new)))
            start = self._reserve(len(distinct))
            numbers = np.zeros(len(new), np.int64)
            numbers[distinct] = np.arange(start, start + len(distinct))
            ids[new] = numbers[first]
            added = np.concatenate([rows, np.column_stack([wanted[new[distinct]], numbers[distinct]])])
            memo.rows = added[np.lexsort((added[:, 1], added[:, 0]))]
        return ids

    def _assign_after(self, memo: _Memo, wanted: npt.NDArray[np.int64], known: int) -> Int64Array:
        """Assign ascending tuples of which the first `known` are the remembered rows, and the rest are new."""
        ids: Int64Array = memo.rows[:known, 2].copy()
        if known == len(wanted):
            return ids
        start = self._reserve(len(wanted) - known)
        ids = np.concatenate([ids, np.arange(start, start + len(wanted) - known)])
        memo.rows = np.column_stack([wanted, ids])
        return ids

    def assign_one(self, key: str, kind: str, time: int, local: int) -> int:
        """Return the id of one tuple."""
        memo = self._memo(key, kind)
        found = memo.find(time, local)
        if not found:
            found = self._reserve(1)
            memo.recent[time, local] = found
            self._changed.add((key, kind))
        return found

    def move(self, key: str, kind: str, old: tuple[int, int], new: tuple[int, int], entity_id: int) -> None:
        """Let a tuple's id belong to another tuple from now on."""
        recent = self._memo(key, kind).recent
        recent[old] = 0
        recent[new] = entity_id
        self._changed.add((key, kind))

    def take_changed(self, key: str) -> dict[str, npt.NDArray[np.int64]]:
        """Return, by kind, all rows ``(time, local, id)`` of a key that changed since the last call."""
        kinds = [kind for changed_key, kind in self._changed if changed_key == key]
        self._changed.difference_update((key, kind) for kind in kinds)
        return {kind: self._memo(key, kind).merged() for kind in kinds}

    def put_back_changed(self, key: str, kind: str) -> None:
        """Undo `take_changed`, when what it returned could not be stored."""
        self._changed.add((key, kind))

    def forget(self, key: str, kind: str) -> None:
        """Drop what is remembered of a key and kind; it is recalled when needed again."""
        if (key, kind) not in self._changed:
            self._memos.pop((key, kind), None)

    def reset(self) -> None:
        """Start again at 1 with nothing remembered."""
        self._memos = {}
        self._changed = set()
        self._next = 1

    def _memo(self, key: str, kind: str) -> _Memo:
        memo = self._memos.get((key, kind))
        if memo is None:
            memo = self._memos[key, kind] = _Memo()
            known = self._recall(key, kind) if self._recall else None
            if known is not None:
                memo.rows = known
        return memo

    def _count_up(self, count: int) -> int:
        first = self._next
        self._next += count
        return first


def pack_rows(rows: npt.NDArray[np.int64]) -> tuple[dict[str, npt.NDArray[Any]], dict[str, int]]:
    """Return arrays and attributes that store a registry's rows; consecutive ids of places 0, 1, … need no array."""
    places = np.arange(len(rows))
    if len(rows) and all(np.array_equal(rows[:, i], places + offset) for i, offset in enumerate((0, 0, rows[0, 2]))):
        return {}, {"count": len(rows), "first_id": int(rows[0, 2])}
    return {"rows": rows}, {}


def unpack_rows(arrays: Mapping[str, npt.NDArray[Any]], attributes: Mapping[str, int]) -> npt.NDArray[np.int64]:
    """Return the rows that `pack_rows` stored."""
    if "rows" in arrays:
        return arrays["rows"]
    places = np.arange(attributes["count"])
    return np.column_stack([places, places, places + attributes["first_id"]])


def _ascending(pairs: npt.NDArray[np.int64]) -> bool:
    """Tell whether (time, local) pairs are sorted and distinct."""
    times, locals_ = pairs[:, 0], pairs[:, 1]
    later = times[1:] > times[:-1]
    return bool(later.all() or (later | ((times[1:] == times[:-1]) & (locals_[1:] > locals_[:-1]))).all())


def _look_up(rows: npt.NDArray[np.int64], wanted: npt.NDArray[np.int64]) -> Int64Array:
    """Return the ids of wanted (time, local) pairs in rows, which are distinct; 0 where there is none."""
    first = _first_of_equals(np.concatenate([rows[:, :2], wanted]))[len(rows) :]
    known = first < len(rows)
    ids = np.zeros(len(wanted), np.int64)
    ids[known] = rows[first[known], 2]
    return ids


def _first_of_equals(pairs: npt.NDArray[np.int64]) -> Int64Array:
    """Return for each pair the position of the first equal pair."""
    order = np.lexsort((pairs[:, 1], pairs[:, 0]))
    sorted_pairs = pairs[order]
    starts = np.ones(len(pairs), bool)
    starts[1:] = (sorted_pairs[1:, 0] != sorted_pairs[:-1, 0]) | (sorted_pairs[1:, 1] != sorted_pairs[:-1, 1])
    first = np.empty(len(pairs), np.int64)
    first[order] = order[starts][np.cumsum(starts) - 1]  # the sort is stable, so a group begins with its first
    return first


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
    """A group's name, description and members, in the order they were added."""

    __slots__ = ("description", "members", "name")

    def __init__(self, name: str, description: str, members: Iterable[int] = ()) -> None:
        self.name = name
        self.description = description
        self.members: dict[int, None] = dict.fromkeys(members)


class EntityGroupManager(Bound):
    """Named groups of entities; one per DataManager (`DataManager.getEntityGroupManager`).

    An entity may be in many groups. Unknown group ids are answered with False, None, 0 or an empty list.
    """

    __slots__ = ("__weakref__", "_groups", "_new_id", "_on_change")
    _groups: dict[int, _Group]
    _new_id: Callable[[], int]
    _on_change: Callable[[int], None]

    def __init__(self) -> None:
        raise TypeError("EntityGroupManager: No constructor defined! Ask DataManager.getEntityGroupManager")

    @classmethod
    def _make(cls, new_id: Callable[[], int], on_change: Callable[[int], None]) -> EntityGroupManager:
        made = cls.__new__(cls)
        made._groups, made._new_id, made._on_change = {}, new_id, on_change
        return made

    def createGroup(self, name: str, description: str = "") -> int:
        """Make a group and return its id; names need not be unique."""
        name, description = as_str(name, "name"), as_str(description, "description")
        group_id = self._new_id()
        self._groups[group_id] = _Group(name, description)
        self._on_change(group_id)
        return group_id

    def deleteGroup(self, group_id: int) -> bool:
        """Delete a group; False if it is unknown. Its id is not used again."""
        known = self._groups.pop(_group_id(group_id), None) is not None
        if known:
            self._on_change(group_id)
        return known

    def hasGroup(self, group_id: int) -> bool:
        """Tell whether a group exists."""
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
        return self.add_entities(group_id, [as_entity_id(entity_id)]) == 1

    def removeEntityFromGroup(self, group_id: int, entity_id: EntityId) -> bool:
        """Remove an entity; False if the group is unknown or does not have it."""
        group = self._groups.get(_group_id(group_id))
        number = as_entity_id(entity_id)
        if group is None or number not in group.members:
            return False
        del group.members[number]
        self._on_change(group_id)
        return True

    def isEntityInGroup(self, group_id: int, entity_id: EntityId) -> bool:
        """Tell whether a group has an entity."""
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
        return 0 if group is None else len(group.members)

    def getGroupCount(self) -> int:
        """Return the number of groups."""
        return len(self._groups)

    def clearGroup(self, group_id: int) -> bool:
        """Remove all entities of a group; False if it is unknown."""
        group = self._groups.get(_group_id(group_id))
        if group is None:
            return False
        group.members.clear()
        self._on_change(group_id)
        return True

    def add_entities(self, group_id: int, entity_ids: npt.ArrayLike | list[int]) -> int:
        """Add many entities given as integers, as in the ``entity_ids`` of a data object; return how many were new."""
        group = self._groups.get(_group_id(group_id))
        if group is None:
            return 0
        before = len(group.members)
        group.members.update(dict.fromkeys(np.asarray(entity_ids).tolist()))
        added = len(group.members) - before
        if added:
            self._on_change(group_id)
        return added

    def entity_ids(self, group_id: int) -> Int64Array:
        """Return a group's entities as a new int64 array; empty if it is unknown."""
        group = self._groups.get(_group_id(group_id))
        return np.array([] if group is None else list(group.members), np.int64)

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

    def _set(self, group_id: int, name: str, description: str, members: Int64Array) -> None:
        self._groups[group_id] = _Group(name, description, members.tolist())


def _group_id(value: object) -> int:
    return as_int(value, "group_id", SIZE)


def _descriptor(number: int, group: _Group) -> GroupDescriptor:
    return GroupDescriptor._of(number, group.name, group.description, len(group.members))
