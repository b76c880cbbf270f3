"""Data keys opened for drawing: their columns, the ticks of their rows, and the pyramids of long signals.

Everything here is done on the threads of `ViewReader`, with a store of their own, so that listings never wait for it.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_daemon.data.pyramids import PyramidBuilder
from whiskertoolbox_protocol.channel import RequestError
from whiskertoolbox_protocol.views import ViewShape
from whiskertoolbox_python.arrays.columns import Columns
from whiskertoolbox_python.arrays.stored import check_column
from whiskertoolbox_python.clocks.time_frame import TimeFrame
from whiskertoolbox_python.errors import DamagedStoreError, StoreError
from whiskertoolbox_python.live.stored_forms import clock_of, making
from whiskertoolbox_python.store.disk.store import DiskStore
from whiskertoolbox_python.store.protocol import Row
from whiskertoolbox_python.types.data_object import DataObject
from whiskertoolbox_python.types.registry import class_named, kind_named
from whiskertoolbox_python.views.timeline import Timeline, is_regular

Array = npt.NDArray[Any]

READ_LIMIT_BYTES = 48 << 20
"""Pages of mapped columns that were read count as memory of this process; the columns are let go of after so many."""
CHECKED_TICKS = 1 << 22
"""Clocks up to this length are looked at for equal steps when they are opened."""


@dataclass(frozen=True)
class Clock:
    """An opened clock."""

    ticks: npt.NDArray[np.int64]
    is_regular: bool
    ticks_per_second: float | None


NO_CLOCK = Clock(np.zeros(0, np.int64), True, None)


@dataclass(frozen=True)
class Source:
    """An opened data key."""

    row: Row
    shape: ViewShape
    clock: Clock
    timeline: Timeline
    """Of the samples, events, rows, frames or entries; of intervals, of their starts."""
    arrays: Mapping[str, Array]
    problem: str = ""


class ViewSources:
    """The data of a session, as it is drawn. Every method may be called from any thread.

    Parameters
    ----------
    path
        The session folder.
    pyramids
        Builds what is missing.
    """

    def __init__(self, path: Path, pyramids: PyramidBuilder) -> None:
        self._path = path
        self.pyramids = pyramids
        self._lock = threading.Lock()
        self._store: DiskStore | None = None
        self._clocks: dict[str, tuple[int, Clock]] = {}
        self._sources: dict[str, tuple[tuple[int, int], Source]] = {}
        self._read_bytes = 0

    def refresh(self) -> int:
        """Look for changes, and return the newest revision; raises `StoreError`."""
        store = self._opened()
        store.refresh()
        return store.revision

    def keys(self, shape: ViewShape | None = None) -> list[str]:
        """Return all keys that are there, or those that are drawn in one way, as last seen."""
        rows = [(key, row) for key, row in list(self._opened().rows("object").items()) if key != "media" or row.size]
        return [key for key, row in rows if shape is None or kind_named(row.type).drawing == shape]

    def existing(self, key: str) -> Source:
        """Return an opened key in its newest state; raises `RequestError` when there is none of that name."""
        source = self.source(key)
        if source is None:
            raise RequestError(f"{key} was deleted.")
        return source

    def source(self, key: str) -> Source | None:
        """Return an opened key in its newest state, or None when there is none of that name."""
        store = self._opened()
        row = store.rows("object").get(key)
        if row is None:
            return None
        clock_row = store.rows("clock").get(row.time_key)
        version = row.version, clock_row.version if clock_row is not None else 0
        with self._lock:
            known = self._sources.get(key)
        if known is not None and known[0] == version:
            return known[1]
        try:
            stored = store.read("object", key)
            if stored is None:
                return None
            columns, cls = Columns(stored.arrays, stored.row.attributes), class_named(row.type)
            if cls is not None:
                with making(stored):
                    cls.check_columns(columns)
            source = source_of(stored.row, columns, self._clock(store, row.time_key))
        except DamagedStoreError as error:  # the others are drawn all the same
            source = Source(row._replace(attributes={}), "none", NO_CLOCK, Timeline(0), {}, str(error))
        with self._lock:
            self._sources[key] = version, source
        return source

    def groups(self) -> list[str]:
        """Return the names of the groups of entities, as last seen, in the order in which they were made."""
        rows = sorted(self._opened().rows("group").items(), key=lambda item: int(item[0]))
        return [str(row.attributes.get("name", "")) for _, row in rows]

    def members(self, group: str) -> Array:
        """Return the identities of a group's entities, none where there is no group of that name."""
        store = self._opened()
        for number, row in list(store.rows("group").items()):
            if row.attributes.get("name") == group and (stored := store.read("group", number)) is not None:
                with making(stored):
                    return check_column(Columns(stored.arrays), "members", np.int64)
        return np.zeros(0, np.int64)

    def count_read(self, size: int) -> None:
        """Note how many bytes of mapped columns have been looked at."""
        with self._lock:
            self._read_bytes += size
            if self._read_bytes > READ_LIMIT_BYTES:
                self._read_bytes = 0
                self._sources.clear()
                self._clocks.clear()

    def close(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._sources.clear()
            self._clocks.clear()
            store, self._store = self._store, None
        if store is not None:
            store.close()

    def _opened(self) -> DiskStore:
        with self._lock:
            if self._store is None:
                self._store = DiskStore(self._path, read_only=True)
            return self._store

    def _clock(self, store: DiskStore, time_key: str) -> Clock:
        row = store.rows("clock").get(time_key)
        with self._lock:
            known = self._clocks.get(time_key)
        if row is None:
            return NO_CLOCK
        if known is not None and known[0] == row.version:
            return known[1]
        stored = store.read("clock", time_key)
        if stored is None:
            raise StoreError(f"the clock {time_key!r} has been deleted; try again")
        frame = clock_of(stored)
        clock = opened_clock(frame)
        with self._lock:
            self._clocks[time_key] = row.version, clock
        return clock


def opened_clock(frame: TimeFrame) -> Clock:
    """Return a clock as views need it."""
    ticks = frame.times
    return Clock(ticks, len(ticks) <= CHECKED_TICKS and is_regular(ticks), frame.ticks_per_second)


def source_of_object(key: str, data: DataObject, time_key: str) -> Source:
    """Return an object that is not stored as a data key is opened."""
    frame = data.getTimeFrame()
    columns = data.to_columns()
    row = Row("object", key, 0, 0, data.kind.name, time_key, data._entry_count(), 0, columns.attributes, ())
    return source_of(row, columns, NO_CLOCK if frame is None else opened_clock(frame))


def source_of(row: Row, columns: Columns, clock: Clock) -> Source:
    """Return an opened data key by its columns."""
    shape = kind_named(row.type).drawing
    if shape == "none":
        return Source(row, shape, clock, Timeline(0), {}, f"A key of type {row.type} cannot be drawn.")
    cls = class_named(row.type)
    assert cls is not None  # a type of which more is known than its name
    arrays: dict[str, Array] = dict(columns.arrays)
    if shape == "marks" or row.type == "RaggedAnalog":  # their columns stand in the order of adding
        data: Any = cls.from_columns(columns)
        arrays = {"times": data.times, "offsets": data.offsets}
        if shape == "marks":
            arrays |= {"points": data.points, "entity_ids": data.entity_ids}
        else:
            arrays = {"values": data.values, "times": np.repeat(data.times, np.diff(data.offsets))}
    if row.type == "Tensor":
        arrays = _tensor_rows(arrays)
    times = arrays["intervals"][:, 0] if shape == "spans" else arrays.get("times")
    if times is not None:
        count = len(times)
    else:
        count = len(arrays["values"]) if "values" in arrays else columns.attributes.get("frame_count", row.size)
    timeline = Timeline(
        count,
        start_index=int(columns.attributes.get("start_index", 0)),
        times=times,
        clock=clock.ticks,
        is_regular=clock.is_regular,
    )
    problem = ""
    if timeline.outside:
        problem = f"{timeline.outside:,} of {count:,} are outside the clock {row.time_key!r} and are not drawn."
    return Source(row, shape, clock, timeline, arrays, problem)


def _tensor_rows(arrays: dict[str, Array]) -> dict[str, Array]:
    """Return values of two dimensions, and of three or four where their rows are pictures, in order of time where the
    rows have one."""
    rows = {"values": arrays["values"]}
    if "row_times" in arrays:
        rows["times"] = arrays["row_times"]
    if "row_intervals" in arrays:
        rows["times"], rows["ends"] = arrays["row_intervals"].T
    if "times" in rows and bool((rows["times"][1:] < rows["times"][:-1]).any()):
        order = np.argsort(rows["times"], kind="stable")
        rows = {name: column[order] for name, column in rows.items()}
    values = rows["values"]
    if values.ndim in (3, 4):
        rows["pictures"] = values
    return {**rows, "values": values.reshape(len(values), -1) if values.ndim else values.reshape(1, 1)}
