"""The store of `DataManager()`: rows and arrays in this process, gone with it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.conversion import read_only
from whiskertoolbox_python.arrays.growing import History
from whiskertoolbox_python.store.protocol import (
    SECTIONS,
    Change,
    Counters,
    Put,
    Row,
    Section,
    Stored,
    StoredColumn,
    row_of,
    rows_in,
)


class MemoryStore:
    """Keeps references to the arrays it is given."""

    path = None
    read_only = False
    foreign_changes = 0

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._rows: dict[Section, dict[str, Row]] = {section: {} for section in SECTIONS}
        self._arrays: dict[tuple[Section, str], dict[str, npt.NDArray[Any]]] = {}
        self._next_id = 1
        self._next_group_id = 1
        self.revision: int = 0

    def rows(self, section: Section) -> Mapping[str, Row]:
        """Return the rows of a section."""
        return self._rows[section]

    def refresh(self) -> bool:
        """Nobody else can commit."""
        return False

    def read(self, section: Section, key: str) -> Stored | None:
        """Return an entry, or None."""
        with self._lock:
            row = self._rows[section].get(key)
            return None if row is None else Stored(row, dict(self._arrays[section, key]))

    def stored_histories(self, section: Section, key: str) -> Mapping[str, History]:
        """Arrays are not copied, so all of them is needed."""
        return {}

    def commit(self, change: Change) -> dict[tuple[Section, str], Row]:
        """Apply a change."""
        with self._lock:
            if change.initial and self.revision:
                return {}
            self.revision += 1
            if change.counters is not None:
                self._next_id, self._next_group_id = change.counters
            gone = [(section, key) for section in change.clear for key in self._rows[section]]
            for section, key in (*gone, *change.deletes):
                self._rows[section].pop(key, None)
                self._arrays.pop((section, key), None)
            written = {(put.section, put.key): row for put in change.puts if (row := self._put(put)) is not None}
            for key, time_key in change.rebinds.items():
                row = self._rows["object"][key]
                self._rows["object"][key] = row._replace(time_key=time_key, version=self.revision)
            return written

    def _put(self, put: Put) -> Row | None:
        old = self._rows[put.section].get(put.key)
        if put.generation is not None and (old is None or old.generation != put.generation):
            return None
        arrays = {name: read_only(array) for name, array in put.arrays.items() if isinstance(array, np.ndarray)}
        columns = tuple(StoredColumn(name, None, a.dtype.str, a.shape, rows_in(a)) for name, a in arrays.items())
        row = row_of(put, columns, self.revision)
        self._rows[put.section][put.key] = row
        self._arrays[put.section, put.key] = arrays
        return row

    def require_writable(self) -> None:
        """It always is."""

    def reserve_ids(self, count: int) -> int:
        """Count on."""
        with self._lock:
            self._next_id += count
            return self._next_id - count

    def reserve_group_id(self) -> int:
        """Count on."""
        with self._lock:
            self._next_group_id += 1
            return self._next_group_id - 1

    def counters(self) -> Counters:
        """Return the ids that would be given out next."""
        return Counters(self._next_id, self._next_group_id)

    def restart_counters(self, last: Counters) -> None:
        """Count from 1 again."""
        with self._lock:
            if self.counters() == last:
                self._next_id = self._next_group_id = 1

    def allocate(self, shape: tuple[int, ...], dtype: npt.DTypeLike) -> npt.NDArray[Any]:
        """Return an ordinary array."""
        return np.empty(shape, dtype)

    def disk_usage(self) -> int:
        """Nothing is on a disk."""
        return 0

    def reclaim(self) -> None:
        """Arrays go with the last that looks at them."""

    def settle(self) -> None:
        """Nothing is reserved in advance."""

    def close(self) -> None:
        """Nothing to let go of."""
