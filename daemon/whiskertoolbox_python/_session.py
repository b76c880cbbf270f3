"""What a DataManager does with its store: opening, following other processes, flushing, copying, closing.

Everything here is ours, not upstream's. The data themselves are data_manager.py's.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import numpy as np

from whiskertoolbox_python.errors import NotASessionError
from whiskertoolbox_python.live.objects import Registered
from whiskertoolbox_python.store.disk.copying import copy_session, delete_session
from whiskertoolbox_python.store.disk.store import DiskStore
from whiskertoolbox_python.types.kinds import DataType
from whiskertoolbox_python.upstream.bindings import Bound

if TYPE_CHECKING:
    from typing_extensions import Self

    from whiskertoolbox_python.store.protocol import Store


@dataclass(frozen=True)
class Entry:
    """A data key as a listing shows it.

    Attributes
    ----------
    key, time_key : str
    type : DataType
    size : int
        Samples, events, intervals, entries, rows or frames.
    nbytes : int
        Bytes of its columns.
    columns : tuple of (name, dtype, shape)
    version : int
        Revision that last changed it.
    """

    key: str
    type: DataType
    time_key: str
    size: int
    nbytes: int
    columns: tuple[tuple[str, str, tuple[int, ...]], ...]
    version: int


class Session(Bound):
    """A store and the live objects of it; the base of `DataManager`."""

    __slots__ = ("_lock", "_observers", "_registered", "_store")
    _store: Store
    _registered: Registered
    _lock: threading.RLock
    _observers: dict[int, Callable[[], object]]

    @classmethod
    def open(cls, path: str | os.PathLike[str], *, read_only: bool = False) -> Self:
        """Open the session in a folder; it is made if it is absent, unless `read_only`.

        Raises
        ------
        StoreError
            When the folder is no session, or the session is newer, damaged, locked or may not be written. The message
            names the folder and says what to do; ``error.readable`` tells whether ``read_only=True`` works.

        Examples
        --------
        >>> with DataManager.open("session") as dm:
        ...     dm.setData("licks", DigitalEventSeries([10, 20]), "time")
        >>> try:
        ...     dm = DataManager.open("no-such-session", read_only=True)
        ... except StoreError as error:
        ...     print(type(error).__name__)
        NotASessionError
        """
        if not os.fspath(path):
            raise NotASessionError("the path of the session is empty; give the path of a folder")
        manager = cls.__new__(cls)
        manager._start(DiskStore(Path(path), read_only=read_only))
        return manager

    def _start(self, store: Store) -> None:
        self._store = store
        self._lock = threading.RLock()
        self._observers = {}
        self._registered = Registered(store, self._lock)
        # When the manager is dropped without close(), and when the process ends.
        weakref.finalize(self, self._registered.close)

    @property
    def path(self) -> Path | None:
        """The session folder, or None in memory."""
        return self._store.path

    @property
    def read_only(self) -> bool:
        """Whether changes are refused."""
        return self._store.read_only

    @property
    def revision(self) -> int:
        """Number of the newest commit seen; it grows with every one."""
        return self._store.revision

    def entries(self) -> list[Entry]:
        """Return all data keys with type, clock, size and columns; no column is opened."""
        with self._lock:
            self._registered.flush()
            self._registered.synchronize()
            return [
                Entry(
                    key=row.key,
                    type=type_named(row.type),
                    time_key=row.time_key,
                    size=row.size,
                    nbytes=row.nbytes,
                    columns=tuple((c.name, np.dtype(c.dtype).name, c.shape) for c in row.columns),
                    version=row.version,
                )
                for row in list(self._store.rows("object").values())
            ]

    def refresh(self) -> bool:
        """Take in what other processes have changed, and call observers if there was anything; True if so."""
        with self._lock:
            changed = self._registered.take_announcement()
        if changed:
            self._notify()
        return changed

    def flush(self) -> None:
        """Store all in-place changes of registered objects now; otherwise that happens within 250 ms.

        Raises
        ------
        StoreError
            When they cannot be written; they stay in memory and are tried again.
        """
        self._registered.flush()

    def save_as(self, path: str | os.PathLike[str]) -> Self:
        """Copy everything into a new session folder and return a manager of it; this one stays as it is.

        Raises
        ------
        StoreError
            When the folder exists and is not empty, or cannot be written. Nothing is left behind then.
        """
        with self._lock:
            self._registered.flush()
            copy_session(self._store, Path(path), link=False)
        return type(self).open(path)

    def snapshot(self, path: str | os.PathLike[str]) -> Path:
        """Keep the session as it is now in a new folder, and return its path.

        The columns, which never change, are shared where the file system can, so this takes neither time nor space.
        Errors are those of `save_as`.
        """
        with self._lock:
            self._registered.flush()
            copy_session(self._store, Path(path), link=True)
        return Path(path).absolute()

    @staticmethod
    def delete_session(path: str | os.PathLike[str]) -> None:
        """Delete a session folder for good.

        Raises
        ------
        NotASessionError
            When there is no session in it.
        LockedStoreError
            When a process that has written to it has it open still.
        """
        delete_session(Path(path))

    def disk_usage(self) -> int:
        """Return the bytes that the session's files take; 0 in memory."""
        return self._store.disk_usage()

    def close(self) -> None:
        """Store what is left to store and let go of the session; data objects in hand stay valid."""
        with self._lock:
            self._registered.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _notify(self, times: int = 1) -> None:
        for _ in range(times):
            for callback in list(self._observers.values()):
                callback()


def type_named(name: str) -> DataType:
    """Return the DataType of that name; Unknown for one that this version does not have."""
    found: DataType = DataType._by_name.get(name, DataType.Unknown)
    return found
