"""An object that is stored under a key."""

from __future__ import annotations

import weakref
from pathlib import Path
from typing import Protocol

from whiskertoolbox_python.store.disk.copying import copy_session
from whiskertoolbox_python.store.protocol import Row, Section, Store
from whiskertoolbox_python.types.data_object import DataObject


class Owner(Protocol):
    """Who holds the live objects."""

    store: Store

    def before_change(self, stored_object: StoredObject) -> None:
        """Take in what others have changed; raise ReadOnlyStoreError if changes cannot be stored."""

    def mark_dirty(self, section: Section, key: str) -> None:
        """Note that something differs from what is stored."""

    def flush(self) -> None:
        """Store all changes."""


class StoredObject:
    """An object with the key that it is stored under; hears of the object's changes."""

    __slots__ = ("_owner", "data", "generation", "key", "time_key", "version")

    def __init__(self, owner: Owner, key: str, data: DataObject, row: Row) -> None:
        self._owner = weakref.ref(owner)
        self.key: str = key
        self.data: DataObject = data
        self.generation: int
        self.version: int
        self.time_key: str
        self.note(row)

    def note(self, row: Row) -> None:
        """Remember which row the object agrees with."""
        self.generation, self.version, self.time_key = row.generation, row.version, row.time_key

    def belongs_to(self, owner: Owner) -> bool:
        """Return whether it is that manager's."""
        return self._owner() is owner

    def copy_session(self, path: Path) -> Path:
        """Return the folder of the session; of one in memory, a copy of it made at `path`."""
        owner = self._owner()
        if owner is None:
            raise LookupError(f"the session of {self.key!r} is closed")
        owner.flush()
        if owner.store.path is not None:
            return owner.store.path
        copy_session(owner.store, path, link=False)
        return path

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
