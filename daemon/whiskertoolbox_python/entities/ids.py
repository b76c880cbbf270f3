"""Identities of entries: `EntityId`, and arrays of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from whiskertoolbox_python.arrays.conversion import Int64Array, as_int_array
from whiskertoolbox_python.upstream.arguments import SIZE, as_int, as_list, refused
from whiskertoolbox_python.upstream.bindings import Bound


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


def as_entity_ids(values: Any, name: str = "entity_ids") -> Int64Array:
    """Return many identities, given as integers or as EntityId, as a new array; see `_as_int64`."""
    if isinstance(values, np.ndarray):
        return as_int_array(values, name, SIZE)
    return _as_int64(
        value._id if isinstance(value, EntityId) else as_int(value, name, SIZE) for value in as_list(values, name)
    )


def _as_int64(numbers: Iterable[int]) -> Int64Array:
    """Return identities, which may need 64 unsigned bits, as an int64 array; those from 2**63 on by their bits."""
    return np.fromiter(numbers, np.uint64).view(np.int64)
