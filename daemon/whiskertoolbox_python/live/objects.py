"""The live objects of a DataManager, kept in agreement with its store.

Changes of registered objects are noted here and flushed by a hidden thread; changes of other processes are taken in
when the manager's caller asks for something, never in between.
"""

from __future__ import annotations

import contextlib
import sys
import threading
from functools import partial

from whiskertoolbox_python.arrays.changes import excluding_changes
from whiskertoolbox_python.arrays.conversion import Int64Array
from whiskertoolbox_python.clocks.time_frame import TimeFrame
from whiskertoolbox_python.entities.groups import EntityGroupManager
from whiskertoolbox_python.entities.registry import EntityRegistry
from whiskertoolbox_python.errors import StoreError
from whiskertoolbox_python.fork import survive_fork
from whiskertoolbox_python.live import stored_forms
from whiskertoolbox_python.live.clocks import LiveClocks
from whiskertoolbox_python.live.flusher import Flusher
from whiskertoolbox_python.live.identities import StoredIdentities
from whiskertoolbox_python.live.stored_object import StoredObject
from whiskertoolbox_python.store.protocol import SECTIONS, AppendConflict, Change, Counters, Put, Row, Section, Store
from whiskertoolbox_python.types.data_object import DataObject, EntityBearing
from whiskertoolbox_python.upstream.notices import notice

_KEPT_LOADED = 64
"""Objects of a session in files that stay loaded though nobody has them in hand."""

_LARGEST_COMPACTED = 1 << 28
"""Bytes of an object that is stored in order again at the end; with larger ones that would take too long."""


class LiveObjects:
    """Objects by key, clocks by time key, groups and the entity registry of one manager.

    Locks are taken in this order: the manager's, the flush lock, the one that excludes changes of objects, the store's.
    """

    fork_order = 0

    def __init__(self, store: Store, lock: threading.RLock) -> None:
        self.store = store
        self._manager_lock = lock
        self._objects: dict[str, StoredObject] = {}
        self._clocks = LiveClocks(store)
        self._dirty: set[tuple[Section, str]] = set()
        self._changed: set[str] = set()
        self._foreign_changes = 0
        self._unannounced = False
        self._flush_lock = threading.RLock()
        self._flusher = Flusher(self.flush_in_background)
        self._notices: list[str] = []
        self._identities = StoredIdentities(store)
        self.registry: EntityRegistry = self._identities.registry
        mark_group = partial(self.mark_dirty, "group")
        self.groups: EntityGroupManager = EntityGroupManager._make(store.reserve_group_id, self._catch_up, mark_group)
        if not store.revision and not store.read_only:
            store.commit(Change(puts=[stored_forms.EMPTY_MEDIA, stored_forms.EMPTY_TIME], initial=True))
        self._foreign_changes = store.foreign_changes
        stored_forms.update_groups(self.groups, store, except_for=set())
        survive_fork(self)

    # Reading ---------------------------------------------------------------------------------------------------

    def data(self, key: str) -> DataObject | None:
        """Return the object of a key, loading it if needed, or None."""
        self.synchronize()
        stored_object = self._objects.get(key)
        if stored_object is not None:
            self._objects[key] = self._objects.pop(key)  # the one used last comes last
            return stored_object.data
        self._let_go_of_unused()
        stored = self.store.read("object", key)
        if stored is None:
            return None
        data = stored_forms.object_of(stored)
        if data is not None:
            self._register(key, data, stored.row)
            if isinstance(data, EntityBearing):
                data._identity = (self.registry, key)
        return data

    def _let_go_of_unused(self) -> None:
        """Unload what was not used for long and nobody has in hand: mapped columns hold file descriptors."""
        if self.store.path is None or len(self._objects) < _KEPT_LOADED:
            return
        with self._flush_lock:
            for key, stored_object in list(self._objects.items())[: -_KEPT_LOADED // 2]:
                # One reference is the stored_object's, one this call's.
                if ("object", key) not in self._dirty and sys.getrefcount(stored_object.data) <= 2:
                    self._unregister(key)

    def clock(self, key: str) -> TimeFrame | None:
        """Return the clock of a time key, loading it if needed, or None."""
        return self._clocks.get(key)

    def key_of(self, data: DataObject) -> str | None:
        """Return the key under which an object is stored, or None."""
        for place in data._listeners:
            if isinstance(place, StoredObject) and place.belongs_to(self):
                return place.key
        return None

    # Changing --------------------------------------------------------------------------------------------------

    def put(self, key: str, data: DataObject, time_key: str, entity_ids: Int64Array | None = None) -> None:
        """Store an object in place of whatever is there; its entries keep the identities that are given."""
        frame = data._time_frame
        data._time_frame = self.clock(time_key)
        try:
            with excluding_changes():
                self._identities.give(key, data, entity_ids)
                data._compact()
                put = stored_forms.object_put(key, data, time_key)
                rows = self._identities.commit(Change(puts=[put, *self._identities.puts(key)], keeps_replaced=True))
                self._unregister(key)
                self._register(key, data, rows["object", key])
            self.store.reclaim()
        except BaseException:
            data._time_frame = frame
            raise

    def remove(self, key: str) -> None:
        """Remove a key."""
        with self._flush_lock:
            self._identities.commit(self._identities.removal(key))
            self._unregister(key)
            self._identities.forget(key)

    def rename(self, key: str, new_key: str) -> None:
        """Put an object under another key, which is free, in one commit; its entries keep their identities."""
        data = self.data(key)
        assert data is not None
        with self._flush_lock, excluding_changes():
            self._identities.give(new_key, data, keep=True)
            put = stored_forms.object_put(new_key, data, self.store.rows("object")[key].time_key)
            removal = self._identities.removal(key)
            puts = [put, *self._identities.puts(new_key), *removal.puts]
            rows = self._identities.commit(removal._replace(puts=puts))
            self._unregister(key)
            self._identities.forget(key)
            self._register(new_key, data, rows["object", new_key])

    def put_clock(self, key: str, frame: TimeFrame) -> None:
        """Store a clock and give it to all loaded data on that time key."""
        self._clocks.put(key, frame)
        self._attach_clocks({key})

    def rename_clock(self, key: str, new_key: str) -> None:
        """Put a clock under another time key, which is free, and all data on it along, in one commit."""
        with self._flush_lock:
            self.flush()
            for name in self._objects.keys() & self._clocks.rename(key, new_key):
                self._objects[name].note(self.store.rows("object")[name])

    def rebind(self, key: str, time_key: str) -> None:
        """Put data on another clock."""
        self.flush()
        self.store.commit(Change(rebinds={key: time_key}))
        stored_object = self._objects.get(key)
        if stored_object is not None:
            stored_object.note(self.store.rows("object")[key])
            stored_object.data._time_frame = self.clock(time_key)

    def reset(self) -> Counters:
        """Drop everything, but groups and ids in memory: `forget_identities` is to follow, with what this returns."""
        with self._flush_lock:
            counters = self.store.counters()
            self.store.commit(Change(clear=SECTIONS, puts=[stored_forms.EMPTY_MEDIA, stored_forms.EMPTY_TIME]))
            for key in list(self._objects):
                self._unregister(key)
            self._clocks.clear()
            self._dirty.clear()
            return counters

    def forget_identities(self, counters: Counters) -> None:
        """Drop ids and groups in memory, and groups stored since; count from 1 again unless ids were given since."""
        with self._flush_lock, excluding_changes():
            stored = self.store.rows("group")
            made: list[tuple[Section, str]] = [("group", key) for key in map(str, self.groups._groups) if key in stored]
            self.registry.reset()
            self.groups._groups.clear()
            if made:
                self.store.commit(Change(deletes=made))
            self.store.restart_counters(counters)

    def _register(self, key: str, data: DataObject, row: Row) -> None:
        stored_object = StoredObject(self, key, data, row)
        data._listeners = (*data._listeners, stored_object)
        data._time_frame = self._clocks.of_data(key, row.time_key)
        self._objects[key] = stored_object

    def _unregister(self, key: str) -> None:
        stored_object = self._objects.pop(key, None)
        if stored_object is not None:
            data = stored_object.data
            data._listeners = tuple(place for place in data._listeners if place is not stored_object)
        self._dirty.discard(("object", key))

    def _attach_clocks(self, time_keys: set[str]) -> None:
        for key, stored_object in self._objects.items():
            if stored_object.time_key in time_keys:
                stored_object.data._time_frame = self._clocks.of_data(key, stored_object.time_key)

    # Flushing --------------------------------------------------------------------------------------------------

    def before_change(self, stored_object: StoredObject) -> None:
        """Take in what others have made of an object in hand; raise ReadOnlyStoreError if changes cannot be stored."""
        self._catch_up()
        if self._objects.get(stored_object.key) is not stored_object:
            notice(f"{stored_object.key!r} has been replaced or deleted by another process; {stored_forms.NOT_STORED}")

    def _catch_up(self) -> None:
        self.store.require_writable()
        # Who holds the lock has done it; to wait for it here, within a call that may hold others, may be for ever.
        if self.store.path is not None and self._manager_lock.acquire(blocking=False):
            try:
                self.synchronize()
            finally:
                self._manager_lock.release()

    def mark_dirty(self, section: Section, key: str) -> None:
        """Note that something differs from what is stored; it is flushed soon."""
        self._dirty.add((section, key))
        if self.store.path is not None:
            self._changed.add(key)
            self._flusher.wake()

    def flush(self) -> None:
        """Commit everything that differs from what is stored."""
        with self._flush_lock:  # what the hidden thread has taken and not yet committed is waited for as well
            if not self._dirty:
                return
            taken = set(self._dirty)
            self._dirty -= taken
            try:
                change, written = self._commit_changes_of(taken)
                self.store.settle()
            except BaseException:
                self._dirty |= taken
                raise
            for put in change.puts:
                row = written.get((put.section, put.key))
                stored_object = self._objects.get(put.key) if put.section == "object" else None
                if stored_object is not None and stored_object.generation == put.generation:
                    if row is not None:
                        stored_object.note(row)
                    else:
                        self._notices.append(
                            f"{put.key!r} has been replaced or deleted by another process; {stored_forms.NOT_STORED}"
                        )

    def flush_in_background(self) -> None:
        """Flush on the hidden thread; a failure is told at the manager's next call, and it is tried again."""
        try:
            self.flush()
        except StoreError as error:
            self._notices = [f"changes could not be stored yet, they are tried again: {error}"]
            raise

    def _commit_changes_of(self, dirty: set[tuple[Section, str]]) -> tuple[Change, dict[tuple[Section, str], Row]]:
        """Commit, with the arrays free to be changed again meanwhile, and as a whole what others have changed too."""
        whole: set[tuple[Section, str]] = set()
        while True:
            with excluding_changes():
                change = self._changes_of(dirty, whole)
            try:
                return change, self._identities.commit(change)
            except AppendConflict as error:
                whole.add(error.entry)
                self._notices.append(f"{error.entry[1]!r} {stored_forms.BOTH_CHANGED}")

    def _changes_of(self, dirty: set[tuple[Section, str]], whole: set[tuple[Section, str]]) -> Change:
        puts: list[Put] = []
        deletes: list[tuple[Section, str]] = []
        for section, key in dirty:
            if section == "object" and (stored_object := self._objects.get(key)) is not None:
                data, generation = stored_object.data, stored_object.generation
                stored = {} if (section, key) in whole else self.store.stored_histories(section, key)
                puts.append(stored_forms.object_put(key, data, stored_object.time_key, generation, stored))
                puts += self._identities.puts(key)
            elif section == "group":
                put = stored_forms.group_put(key, self.groups)
                if put is None:
                    deletes.append(("group", key))
                else:
                    puts.append(put)
        return Change(puts=puts, deletes=deletes)

    def before_fork(self) -> None:
        """Wait until nothing is half-done."""
        self._manager_lock.acquire()
        self._flush_lock.acquire()
        excluding_changes().acquire()

    def after_fork_in_parent(self) -> None:
        """Go on."""
        excluding_changes().release()
        self._flush_lock.release()
        self._manager_lock.release()

    def after_fork_in_child(self) -> None:
        """Go on without the thread; what is not stored yet is the parent's to store."""
        self._dirty.clear()
        self._changed.clear()
        self._flusher.forget_thread()
        self.after_fork_in_parent()

    def _compact(self) -> None:
        """Have what was changed in the middle stored in order, for those who will read it."""
        with excluding_changes():
            rows = self.store.rows("object")
            for key in self._changed & set(self._objects) & set(rows):
                if rows[key].nbytes <= _LARGEST_COMPACTED and self._objects[key].data._compact():
                    self._dirty.add(("object", key))

    def close(self) -> None:
        """Flush, stop the thread and close the store."""
        try:
            self.flush()
            if self._changed:
                self._compact()
                with contextlib.suppress(StoreError):  # nothing is lost if there is no room for it
                    self.flush()
        finally:
            self._flusher.stop()
            self.store.close()
            for key in list(self._objects):
                self._unregister(key)

    def drop(self) -> None:
        """Close, since nobody has the manager: data in memory goes at once, not when Python looks for cycles."""
        self.close()
        if self.store.path is None:
            self.store.commit(Change(clear=SECTIONS))

    # Changes of other processes --------------------------------------------------------------------------------

    def take_announcement(self) -> bool:
        """Update from the store; return whether there were any since the last call."""
        self.synchronize()
        changed, self._unannounced = self._unannounced, False
        return changed

    def synchronize(self) -> None:
        """Take in what other processes have committed."""
        while self._notices:
            notice(self._notices.pop())
        self.store.refresh()
        if self.store.foreign_changes != self._foreign_changes:
            self._foreign_changes = self.store.foreign_changes
            self._unannounced = True
            with self._flush_lock:  # a flush that is under way is not a change by somebody else
                self._update_from_store()

    def _update_from_store(self) -> None:
        changed_clocks = self._clocks.let_go_of_changed()
        for key, stored_object in list(self._objects.items()):
            row = self.store.rows("object").get(key)
            if row is None or row.generation != stored_object.generation:
                self._unregister(key)
            elif row.version != stored_object.version:
                stored_object.time_key = row.time_key
                self._update_object(stored_object)
        self._attach_clocks(changed_clocks)
        changed = {int(key) for section, key in self._dirty if section == "group"}
        stored_forms.update_groups(self.groups, self.store, except_for=changed)
        self._identities.forget_stale()

    def _update_object(self, stored_object: StoredObject) -> None:
        """Give an object what another process has made of it, unless it has been changed here too."""
        if ("object", stored_object.key) in self._dirty:
            notice(f"{stored_object.key!r} {stored_forms.BOTH_CHANGED}")
            return
        stored = self.store.read("object", stored_object.key)
        if stored is None:
            return
        fresh = stored_forms.object_of(stored)
        with excluding_changes():
            if fresh is not None and ("object", stored_object.key) not in self._dirty:
                stored_object.data._adopt(fresh)
                stored_object.data._about = fresh._about
                stored_object.note(stored.row)
                stored_object.data._time_frame = self._clocks.of_data(stored_object.key, stored.row.time_key)
