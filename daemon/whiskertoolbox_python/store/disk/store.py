"""The store of `DataManager.open`: a session folder, shared by all processes that have it open.

A commit writes the columns, or what was added to them, then makes that visible by one short transaction of the
catalogue, then deletes the files of what it replaced. A reader that still maps such a file keeps it.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy.typing as npt

from whiskertoolbox_python.arrays.allocation import offer_spare_files, withdraw_spare_files
from whiskertoolbox_python.arrays.growing import History
from whiskertoolbox_python.errors import StoreError
from whiskertoolbox_python.fork import survive_fork
from whiskertoolbox_python.store.disk import catalog
from whiskertoolbox_python.store.disk.columns import ColumnFiles
from whiskertoolbox_python.store.disk.known_rows import KnownRows
from whiskertoolbox_python.store.disk.newest_commit import NewestCommit
from whiskertoolbox_python.store.disk.opening import bytes_in, prepare, refused_change
from whiskertoolbox_python.store.disk.reserved_ids import ReservedIds
from whiskertoolbox_python.store.disk.sharing import opening
from whiskertoolbox_python.store.disk.writing import CommitFiles, Plan, is_whole
from whiskertoolbox_python.store.protocol import (
    AppendConflict,
    Change,
    Counters,
    Put,
    Row,
    Section,
    Stored,
    StoredColumn,
    row_of,
)


class DiskStore:
    """A session folder, made if absent unless `read_only`.

    Raises
    ------
    StoreError
        When the folder cannot be used so; it has not been changed then.
    """

    fork_order = 1  # its lock is taken inside the managers'

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path: Path = path.absolute()
        self.read_only = read_only
        self.foreign_changes: int = 0
        self._lock = threading.RLock()
        self._closed = False
        self._known = KnownRows(self.path)
        self._ids = ReservedIds()
        self._data_version = -1
        self._replaced: list[str] = []
        self._undeleted: list[str] = []
        with opening(self) as already_open:
            if not already_open:
                prepare(self.path, read_only=read_only)
            self._catalogue: catalog.Catalogue | None = catalog.Catalogue(self.path, read_only=read_only)
        self._columns = ColumnFiles(self.path)
        self._newest_commit = None if read_only else NewestCommit(self.path)
        try:
            self._begin()
        except BaseException:
            self.close()
            raise
        survive_fork(self)

    def _begin(self) -> None:
        """Read the catalogue, and remove what others have left."""
        with self._connected() as catalogue:
            self._data_version = catalogue.data_version()
            self._load(catalogue)
        if self.read_only:
            return
        if not self._known.is_sound:
            return  # a row that makes no sense may be repaired, with the files that it means
        with contextlib.suppress(OSError):  # clearing up must not keep anybody from opening a session
            self._columns.sweep(self._referenced)

    @property
    def is_open(self) -> bool:
        """False once it has been closed."""
        return not self._closed

    @property
    def revision(self) -> int:
        """Number of the newest commit seen."""
        return self._known.revision

    def _referenced(self) -> set[str]:
        self.refresh()
        return self._known.files()

    # Reading ---------------------------------------------------------------------------------------------------

    def rows(self, section: Section) -> Mapping[str, Row]:
        """Return the rows of a section as last seen."""
        return self._known.sections[section]

    def refresh(self) -> bool:
        """Look for commits of other connections."""
        with self._lock:
            if self._is_current():
                return False
            return self._look_again()

    def _is_current(self) -> bool:
        """Tell quickly that nothing has happened; most calls of a manager ask this."""
        if self._catalogue is None or self._newest_commit is None:
            return False
        if not self._newest_commit.has_changed():
            return True
        try:
            return self._catalogue.data_version() == self._data_version
        except sqlite3.Error:
            return False  # and the longer way tells what is wrong

    def _look_again(self) -> bool:
        with self._connected() as catalogue:
            if self.read_only and catalogue.is_outdated():
                self._disconnect()
                return self._reload()
            data_version = catalogue.data_version()
            if data_version == self._data_version:
                return False
            self._data_version = data_version
            return self._load(catalogue)

    def _reload(self) -> bool:
        with self._connected() as catalogue:
            self._data_version = catalogue.data_version()
            return self._load(catalogue)

    def _load(self, catalogue: catalog.Catalogue) -> bool:
        """Pick up all commits newer than those seen; return whether there were any."""
        with catalogue.transaction("DEFERRED"):
            revision = catalogue.meta("revision")
            if revision == self.revision:
                return False
            self._take_in(catalogue, revision)
        return True

    def _take_in(self, catalogue: catalog.Catalogue, revision: int) -> None:
        """Take in the commits of others, inside the transaction that has read the revision."""
        if self._known.take_in(catalogue, revision):
            self._ids.forget()
        self.foreign_changes += 1

    def read(self, section: Section, key: str) -> Stored | None:
        """Return an entry with its columns mapped, or None."""
        row = self._known.get(section, key)
        while row is not None:
            arrays, damage = self._columns.map_row(row)
            damage = self._known.damage(section, key) or damage
            with self._lock:  # only now that the files are held does it say something that the row is still there
                self._look_again()
                newest = self._known.get(section, key)
            if newest is not None and newest.version == row.version:
                if damage is not None:
                    raise damage
                return Stored(row, arrays, self._known.histories(row))
            row = newest
        return None

    # Writing ---------------------------------------------------------------------------------------------------

    def commit(self, change: Change) -> dict[tuple[Section, str], Row]:
        """Make a change visible to everybody at once."""
        self.require_writable()
        self.reclaim()
        whole: set[tuple[Section, str]] = set()
        while True:
            files = CommitFiles(self._columns)
            try:
                plans = [self._plan(files, put, whole) for put in change.puts]
                with self._lock, self._connected() as catalogue:
                    written, dropped, garbage = self._commit_rows(catalogue, change, plans, files)
                break
            except BaseException as error:
                self._discard(files.sealed)
                if not isinstance(error, AppendConflict) or not is_whole(change, error.entry):
                    raise
                whole.add(error.entry)
        if dropped:
            self._columns.delete(file for file in dropped if file in files.sealed)
        if change.deletes or change.clear:
            self._columns.drop_spare_files()  # whoever deletes wants the room
        if change.keeps_replaced:
            with self._lock:
                self._replaced += garbage
        else:
            self._delete(garbage)
        return written

    def stored_histories(self, section: Section, key: str) -> Mapping[str, History]:
        """Return what is stored of arrays of this process, in files that may grow."""
        return self._known.stored_histories(section, key)

    def _plan(self, files: CommitFiles, put: Put, whole: set[tuple[Section, str]]) -> Plan:
        row = None if (put.section, put.key) in whole else self._known.get(put.section, put.key)
        return files.plan(put, row, {} if row is None else self._known.origins(row))

    def reclaim(self) -> None:
        """Keep the files of what was replaced for what will be written next, or delete them."""
        if not self._replaced:
            return
        with self._lock:
            replaced, self._replaced = self._replaced, []
        kept = [file for file in replaced if self._columns.keep_spare(file)]
        if kept:
            offer_spare_files(self)
        if len(kept) < len(replaced):
            self._delete([file for file in replaced if file not in kept])

    def _discard(self, files: list[str]) -> None:
        """Delete the files of a commit that failed, unless it was made: an interrupt may come right after it."""
        with contextlib.suppress(StoreError), self._lock, self._connected() as catalogue:
            self._load(catalogue)
            referenced = self._referenced()
            self._columns.delete(file for file in files if file not in referenced)

    def _commit_rows(
        self, catalogue: catalog.Catalogue, change: Change, plans: list[Plan], files: CommitFiles
    ) -> tuple[dict[tuple[Section, str], Row], list[str], list[str]]:
        """Return the rows written, the files of dropped puts, and the files that nothing refers to any more."""
        written: dict[tuple[Section, str], Row] = {}
        dropped: list[str] = []
        garbage: list[str] = []
        with catalogue.transaction():
            if change.initial and catalogue.meta("revision"):
                return {}, [column.file for plan in plans for column in plan.columns if column.file], []
            if not catalogue.advance(self.revision):
                self._take_in(catalogue, catalogue.meta("revision"))
                catalogue.advance(self.revision)
            revision = self.revision + 1
            if change.counters is not None:
                self._ids.continue_from(catalogue, change.counters)
            gone = self._known.removed_by(change)
            for row in gone:
                catalogue.delete(row.section, row.key)
            for plan in plans:
                put = plan.put
                old = None if put.section in change.clear else self._known.get(put.section, put.key)
                if put.generation is not None and (old is None or old.generation != put.generation):
                    dropped += [column.file for column in plan.columns if column.file]
                    continue
                files.complete(plan, old)
                if old is not None:
                    gone.append(old)
                    if put.generation is not None:  # another process may have put it on another clock meanwhile
                        put = put._replace(time_key=old.time_key)
                written[put.section, put.key] = row = row_of(put, tuple(plan.columns), revision)
                catalogue.put(row)
            for key, time_key in change.rebinds.items():
                if (damage := self._known.damage("object", key)) is not None:
                    raise damage
                old = self._known.sections["object"][key]
                written["object", key] = row = old._replace(time_key=time_key, version=revision)
                catalogue.put(row)
            needed = {column.file for row in written.values() for column in row.columns}
            garbage += [c.file for row in gone for c in row.columns if c.file and c.file not in needed]
        self._known.note(gone, written, change.puts, revision)
        if self._newest_commit is not None:
            self._newest_commit.set(revision)
        return written, dropped, garbage

    def _delete(self, files: list[str]) -> None:
        """Delete files that nothing refers to, and earlier ones that somebody mapped, on Windows; the rest is swept."""
        self._undeleted = self._columns.delete([*self._undeleted, *files])

    def require_writable(self) -> None:
        """Raise ReadOnlyStoreError if this store may not be changed."""
        if self.read_only:
            raise refused_change(self.path)

    def reserve_ids(self, count: int) -> int:
        """Return the first of so many consecutive entity ids; single ones come from a block."""
        self.require_writable()
        with self._lock:
            while (first := self._ids.take(count)) is None:
                with self._connected() as catalogue:
                    self._ids.reserve(catalogue, count)
            return first

    def settle(self) -> None:
        """Give back reserved ids, unless another process has reserved some since."""
        with self._lock, self._connected() as catalogue:
            self._ids.settle(catalogue)

    def reserve_group_id(self) -> int:
        """Return a group id that nobody else gets."""
        self.require_writable()
        with self._lock, self._connected() as catalogue, catalogue.transaction():
            group_id = catalogue.meta("next_group_id")
            catalogue.set_meta("next_group_id", group_id + 1)
            return group_id

    def counters(self) -> Counters:
        """Return the ids that would be given out next."""
        self.settle()
        with self._lock, self._connected() as catalogue:
            return Counters(catalogue.meta("next_entity_id"), catalogue.meta("next_group_id"))

    def restart_counters(self, last: Counters) -> None:
        """Count from 1 again, in one step with seeing that nobody has drawn an id."""
        with self._lock, self._connected() as catalogue:
            self._ids.restart(catalogue, last)

    def file_of(self, column: StoredColumn) -> Path | None:
        """Return the path of a stored column."""
        return self._columns.folder / column.file if column.file else None

    def allocate(self, shape: tuple[int, ...], dtype: npt.DTypeLike) -> npt.NDArray[Any]:
        """Return a writable array inside the session, which a later commit seals without copying."""
        self.require_writable()
        spare = self.allocate_spare(shape, dtype)
        return self._columns.allocate(shape, dtype) if spare is None else spare

    def allocate_spare(self, shape: tuple[int, ...], dtype: npt.DTypeLike) -> npt.NDArray[Any] | None:
        """Return what `allocate` does if that costs nothing, because it can be written over what was replaced."""
        return self._columns.allocate_spare(shape, dtype)

    # Connection ------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _connected(self) -> Iterator[catalog.Catalogue]:
        if self._closed:
            raise StoreError(f"the session {self.path} has been closed; open it again with DataManager.open()")
        try:
            if self._catalogue is None:
                self._catalogue = catalog.Catalogue(self.path, read_only=self.read_only)
            yield self._catalogue
        except sqlite3.Error as error:
            raise catalog.store_error(error, self.path) from error

    def _disconnect(self) -> None:
        if self._catalogue is not None:
            self._catalogue.close()
            self._catalogue = None

    def disk_usage(self) -> int:
        """Return the bytes that the folder's files take."""
        return bytes_in(self.path)

    def close(self) -> None:
        """Give back ids, remove unsealed files, close the connection."""
        with self._lock:
            if self._closed:
                return
            try:
                with contextlib.suppress(StoreError):
                    self.settle()
                self._disconnect()
                withdraw_spare_files(self)
                self._columns.close()
                if self._newest_commit is not None:
                    self._newest_commit.close()
            finally:
                self._closed = True

    def before_fork(self) -> None:
        """Let no SQLite connection cross a fork, as SQLite demands; it is made again when it is needed."""
        self._lock.acquire()
        self._columns.drop_spare_files()
        self._disconnect()
        self._data_version = -1

    def after_fork_in_parent(self) -> None:
        """Go on."""
        self._lock.release()

    def after_fork_in_child(self) -> None:
        """Go on under another writer's token; reserved ids are the parent's."""
        self._ids.forget()
        self._columns.forget_writer()
        self._lock.release()
