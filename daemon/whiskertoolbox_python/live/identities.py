"""The identities of stored entries: what the registry has noted of them, kept in agreement with the store."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.conversion import Int64Array
from whiskertoolbox_python.entities.registry import LEAST_PLACES, EntityRegistry, Packed, check_packed
from whiskertoolbox_python.errors import DamagedStoreError
from whiskertoolbox_python.live.stored_forms import making
from whiskertoolbox_python.store.protocol import Change, Put, Row, Section, Store
from whiskertoolbox_python.types.data_object import DataObject, EntityBearing
from whiskertoolbox_python.upstream.notices import notice

_REMEMBERED = 1024
"""Identities of a deleted key that are remembered, should it come again; more of them would fill the session."""

_REMEMBERED_BYTES = 24 * _REMEMBERED
_SHRUNK = 16
"""A key may have had so many times the entries that it has now."""
_KINDS = ("event", "interval", "point", "line", "mask")


class StoredIdentities:
    """The entity registry of one manager, and the versions of what the store has of it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._versions: dict[str, int] = {}
        self.registry: EntityRegistry = EntityRegistry(store.reserve_ids, self._recall, self._allocate)

    def _allocate(self, shape: tuple[int, ...], dtype: npt.DTypeLike) -> npt.NDArray[Any]:
        return np.empty(shape, dtype) if self._store.read_only else self._store.allocate(shape, np.dtype(dtype))

    def give(self, key: str, data: DataObject, entity_ids: Int64Array | None = None, *, keep: bool = False) -> None:
        """Give an object's entries their identities under a key: new ones, these, or with `keep` those they have."""
        if isinstance(data, EntityBearing):
            kept = np.array(data.entity_ids) if keep else entity_ids
            data._assign_entities(self.registry, key)
            if kept is not None:
                data._keep_entities(kept)

    def puts(self, key: str) -> list[Put]:
        """Return what of a key's identities is to be stored, taken from the registry."""
        return _puts(key, self.registry.take_changed(key))

    def removal(self, key: str) -> Change:
        """Return the change that deletes a key; of its identities the store keeps what is small."""
        changed = self.registry.take_changed(key)
        small = {kind: packed for kind, packed in changed.items() if _rows_of(packed) <= _REMEMBERED}
        known = self._store.rows("identity")
        rows = {kind: known.get(f"{kind} {key}") for kind in _KINDS}
        large: list[tuple[Section, str]] = [
            ("identity", row.key)
            for kind, row in rows.items()
            if row is not None and kind not in small and (kind in changed or row.nbytes > _REMEMBERED_BYTES)
        ]
        return Change(puts=_puts(key, small), deletes=[("object", key), *large])

    def forget(self, key: str) -> None:
        """Drop what the registry has in memory of a key."""
        for kind in _KINDS:
            self.registry.forget(key, kind)

    def commit(self, change: Change) -> dict[tuple[Section, str], Row]:
        """Commit a change; identities in it that could not be stored are to be stored again."""
        identities = [put.key for put in change.puts if put.section == "identity"]
        try:
            written = self._store.commit(change)
        except BaseException:
            for key in identities:
                self.registry.put_back_changed(*reversed(key.split(" ", 1)))
            raise
        self._versions |= {key: written["identity", key].version for key in identities}
        return written

    def forget_stale(self) -> None:
        """Drop from memory what another process has stored again or deleted."""
        identities = self._store.rows("identity")
        for key, kind in self.registry.remembered():
            stored = identities.get(f"{kind} {key}")
            if stored is None or stored.version != self._versions.get(stored.key):
                self.registry.forget(key, kind)

    def _recall(self, key: str, kind: str) -> Packed | None:
        try:
            stored = self._store.read("identity", f"{kind} {key}")
            if stored is None:
                return None
            packed = Packed(stored.arrays, stored.row.attributes, stored.histories)
            with making(stored):
                check_packed(packed, most_places=lambda: self._most_places(key))
        except DamagedStoreError as error:  # its data are there all the same
            notice(f"the identities of entries of {key!r} are lost, and it gets new ones: {error}")
            return None
        self._versions[stored.row.key] = stored.row.version
        return packed

    def _most_places(self, key: str) -> int:
        """Return to how many places in a row a key can have given ids; it may have had more entries before."""
        stored = self._store.read("object", key)
        lengths = [len(array) for array in stored.arrays.values() if array.ndim] if stored is not None else []
        return max(LEAST_PLACES, _SHRUNK * max(lengths, default=0))


def _puts(key: str, packed: dict[str, Packed]) -> list[Put]:
    return [Put(section="identity", key=f"{kind} {key}", **one._asdict()) for kind, one in packed.items()]


def _rows_of(packed: Packed) -> int:
    return len(packed.arrays["log"]) if "log" in packed.arrays else 0
