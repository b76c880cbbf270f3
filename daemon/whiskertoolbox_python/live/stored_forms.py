"""What objects, clocks and groups are stored as."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.columns import Columns
from whiskertoolbox_python.arrays.growing import Changing, History, Tail
from whiskertoolbox_python.arrays.stored import check_column, check_text
from whiskertoolbox_python.clocks.time_frame import TimeFrame
from whiskertoolbox_python.entities.groups import EntityGroupManager
from whiskertoolbox_python.errors import DamagedStoreError, StoreError
from whiskertoolbox_python.store.protocol import Put, Row, Store, Stored
from whiskertoolbox_python.target import Entry
from whiskertoolbox_python.types.attributes import NONE, Attributes, checked, plain
from whiskertoolbox_python.types.data_object import DataObject
from whiskertoolbox_python.types.kinds import type_named
from whiskertoolbox_python.types.origin import Origin
from whiskertoolbox_python.types.registry import class_named, kind_named
from whiskertoolbox_python.upstream.notices import notice

EMPTY_MEDIA = Put(section="object", key="media", type="Video", time_key="time")
EMPTY_TIME = Put(section="clock", key="time", arrays={"times": np.empty(0, np.int64)})
BOTH_CHANGED = "has been changed here and by another process at the same time; the change made here replaces the other"
PROVENANCE = "provenance"
"""Attribute that says how an object was made of others."""
ORIGIN = "origin"
"""Attribute that says where an object came from."""
ABOUT = "about"
"""Attribute that holds the object's own `attributes`."""
NOT_STORED = "the changes made to the object here are not stored"


def object_of(stored: Stored) -> DataObject | None:
    """Make the object of a stored entry; None for a type that this version does not have."""
    cls = class_named(stored.row.type)
    if cls is None:
        return None
    with making(stored):
        columns = Columns(stored.arrays, stored.row.attributes, stored.histories)
        cls.check_columns(columns)
        data = cls.from_columns(columns)
    data._provenance = stored.row.attributes.get(PROVENANCE)
    data._origin = origin_of(stored.row)
    data._about = about(stored.row)
    return data


def origin_of(row: Row | None) -> Origin | None:
    """Return where a stored object came from; None if that is not known, or nothing is stored."""
    return None if row is None else Origin.from_json(row.attributes.get(ORIGIN))


def about(row: Row) -> Attributes:
    """Return the `attributes` of a stored object; what no version of ours has stored is passed over."""
    try:
        return checked(row.attributes.get(ABOUT, {}))
    except (TypeError, ValueError, RecursionError):
        return NONE


@contextlib.contextmanager
def making(stored: Stored) -> Iterator[None]:
    """Name the entry when what is stored of it cannot be what this project has stored."""
    try:
        yield
    except (StoreError, MemoryError):
        raise
    except Exception as error:
        raise DamagedStoreError(
            f"what is stored of {stored.row.key!r} makes no sense ({type(error).__name__}: {error}); "
            "restore the session from a copy, or delete that data key",
            readable=True,
        ) from error


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
    attributes = dict(columns.attributes)
    if data._provenance is not None:
        attributes[PROVENANCE] = data._provenance
    if data._origin is not None:
        attributes[ORIGIN] = data._origin.as_json()
    if data._about:
        attributes[ABOUT] = plain(data._about)
    return Put(
        section="object",
        key=key,
        type=data.kind.name,
        time_key=time_key,
        size=data._entry_count(),
        arrays=arrays,
        attributes=attributes,
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
    with making(stored):
        check_column(Columns(stored.arrays), "times", np.int64)
        return TimeFrame.from_array(
            stored.arrays["times"], ticks_per_second=stored.row.attributes.get("ticks_per_second")
        )


def group_put(key: str, groups: EntityGroupManager) -> Put | None:
    """Return the entry of a group, or None if there is no such group any more."""
    group = groups._groups.get(int(key))
    if group is None:
        return None
    members = groups.entity_ids(int(key))
    attributes = {"name": group.name, "description": group.description}
    return Put(section="group", key=key, size=len(members), arrays={"members": members}, attributes=attributes)


def update_groups(groups: EntityGroupManager, store: Store, *, except_for: set[int]) -> None:
    """Bring groups into agreement with the store, but for those that have been changed here."""
    rows = store.rows("group")
    for number in [number for number in groups._groups if str(number) not in rows and number not in except_for]:
        del groups._groups[number]
    for key in list(rows):  # reading adds more of them
        if int(key) not in except_for:
            try:
                _update_group(groups, store, key)
            except DamagedStoreError as error:  # the others are there all the same
                notice(str(error))


def _update_group(groups: EntityGroupManager, store: Store, key: str) -> None:
    stored = store.read("group", key)
    if stored is not None:
        with making(stored):
            columns = Columns(stored.arrays, stored.row.attributes)
            members = check_column(columns, "members", np.int64)
            groups._set(int(key), check_text(columns, "name"), check_text(columns, "description"), members)


def entry_of(row: Row) -> Entry:
    """Return a stored object as listings show it."""
    return Entry(
        key=row.key,
        type=type_named(row.type),
        time_key=row.time_key,
        size=row.size,
        nbytes=row.nbytes,
        columns=tuple((column.name, np.dtype(column.dtype).name, column.shape) for column in row.columns),
        version=row.version,
        kind=kind_named(row.type),
    )
