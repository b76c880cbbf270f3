"""The catalogue: an SQLite file with a row for each entry, and short transactions. Opens no column."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from whiskertoolbox_python.errors import (
    DamagedStoreError,
    LockedStoreError,
    NewerStoreError,
    ReadOnlyStoreError,
    StoreError,
    StoreFullError,
)
from whiskertoolbox_python.store.disk.drives import is_shared_drive
from whiskertoolbox_python.store.disk.layout import (
    CATALOGUE,
    FORMAT_VERSION,
    META,
)
from whiskertoolbox_python.store.disk.opening_files import linked_parts
from whiskertoolbox_python.store.disk.rows import FIELDS, row_values
from whiskertoolbox_python.store.protocol import Row
from whiskertoolbox_python.upstream.notices import notice

if TYPE_CHECKING:
    from tempfile import TemporaryDirectory

BUSY_TIMEOUT_S = 10.0
_LONGEST = 1 << 28
"""Bytes of a text in the catalogue; a column in a million pieces takes a tenth of it."""


@contextlib.contextmanager
def explaining(session: Path) -> Iterator[None]:
    """Turn SQLite's errors into ones that name the session and say what to do."""
    try:
        yield
    except sqlite3.Error as error:
        raise store_error(error, session) from error


def store_error(error: sqlite3.Error, session: Path) -> StoreError:
    """Return what an error of SQLite means for a session."""
    text = str(error)
    if "locked" in text or "busy" in text:
        return LockedStoreError(
            f"the session {session} is locked by another process for more than {BUSY_TIMEOUT_S:.0f} s; "
            "wait for it or end it, then try again, or open the session with read_only=True"
        )
    if "full" in text or "disk I/O error" in text:
        return StoreFullError(
            f"the catalogue of the session {session} could not be written ({text}); "
            "free some space and try again. What was stored before is unchanged"
        )
    if "readonly" in text or "read-only" in text or "unable to open" in text:
        return ReadOnlyStoreError(
            f"the session {session} may not be written ({text}); open it with read_only=True, or change the permissions"
        )
    if isinstance(error, sqlite3.OperationalError) and not text.startswith("no such"):  # table or column
        return StoreError(
            f"the catalogue of the session {session} cannot be used now ({text}). Nothing in it was changed: "
            "see that the folder can be reached, then try again"
        )
    return DamagedStoreError(
        f"the catalogue of the session {session} is damaged ({text}); restore {CATALOGUE} from a copy, "
        "or delete the folder to start again"
    )


_JOURNAL = bytes.fromhex("d9d505f920a163d7")
"""How a journal of SQLite begins; and how it ends if it names the journal of a commit to several catalogues."""


class Catalogue:
    """One connection; used by one thread at a time (the store's lock sees to that), and within `explaining`."""

    def __init__(self, session: Path, *, read_only: bool) -> None:
        self._session = session
        self._read_only = read_only
        self._copy: TemporaryDirectory[str] | None = None
        self._live = not read_only
        self._seen: tuple[tuple[int, int] | None, ...] = ()
        with explaining(session):
            self._check_journal()
            self._connection = self._connect_read_only() if read_only else self._connect()
            try:
                self._check_version()
                self._tell_damage()
            except BaseException:
                self.close()
                raise

    def _connect(self) -> sqlite3.Connection:
        self._check_health()
        uri = catalogue_uri(self._session / CATALOGUE, "mode=rw")
        connection = _connection(uri)
        try:
            if is_shared_drive(self._session):
                with contextlib.suppress(sqlite3.OperationalError):  # somebody has it open as it is
                    connection.execute("PRAGMA journal_mode = DELETE").fetchone()
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
        except sqlite3.OperationalError as error:
            connection.close()
            if "locked" in str(error):
                raise
            # WAL needs shared memory between processes, which this file system does not give.
            connection = _connection(uri)
            connection.execute("PRAGMA locking_mode = EXCLUSIVE").fetchone()
            connection.execute("PRAGMA journal_mode = DELETE").fetchone()
            connection.close()
            connection = _connection(uri)
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    def _check_journal(self) -> None:
        """Refuse a journal that names another file, as those of commits to several catalogues do and none of ours.

        In undoing such a commit SQLite deletes the file of that name, wherever it is.
        """
        journal = self._session / f"{CATALOGUE}-journal"
        if not journal.is_file():
            return
        with contextlib.suppress(FileNotFoundError), open(journal, "rb") as file:
            file.seek(max(file.seek(0, os.SEEK_END) - len(_JOURNAL), 0))
            if file.read() == _JOURNAL:
                raise sqlite3.DatabaseError(f"{journal.name} names another file, which none of ours does")

    def _check_health(self) -> None:
        """Look for damage by a connection that changes nothing, while nobody else has the catalogue open."""
        before = self._files()
        if before[1] is not None or (before[2] is not None and before[2][0]):
            return  # in use, so its health was checked before, or about to be made whole again by SQLite
        with contextlib.closing(_connection(self._immutable_uri())) as connection:
            found = _damage(connection)
        if found and self._files() == before:  # else somebody has begun to write meanwhile
            raise sqlite3.DatabaseError(found)

    def _tell_damage(self) -> None:
        """Say of a damaged catalogue that is opened read-only that it may hold more than is seen of it."""
        found = _damage(self._connection) if self._read_only else ""
        if found and not self.is_outdated():
            text = " ".join(found.split())
            notice(
                f"the catalogue of the session {self._session} is damaged ({text}), so that keys may be missing; "
                f"what can be read of it is shown. Restore {CATALOGUE} from a copy of the session"
            )

    def _immutable_uri(self) -> str:
        return catalogue_uri(self._session / CATALOGUE, "mode=ro&immutable=1")

    def _connect_read_only(self) -> sqlite3.Connection:
        """Connect without changing anything, also where nothing can be changed."""
        self._seen = self._files()
        wal, shared_memory, journal = (self._session / f"{CATALOGUE}-{end}" for end in ("wal", "shm", "journal"))
        has_journal = bool(_size(journal))  # an empty one has nothing to undo
        if not wal.exists() and not has_journal:
            # Nobody is writing it; an ordinary connection would leave files behind.
            return _connection(self._immutable_uri())
        if linked_parts(self._session):
            pass  # SQLite would write to what they lead to: to the shared memory, or in undoing a commit
        elif has_journal or (shared_memory.exists() and os.access(shared_memory, os.W_OK)):
            connection = _connection(catalogue_uri(self._session / CATALOGUE, "mode=ro"))
            try:
                connection.execute("SELECT count(*) FROM meta").fetchone()
            except sqlite3.OperationalError:
                connection.close()
                if not has_journal:
                    raise
                # A writer died in the middle of a commit, which can only be undone in a copy.
            else:
                self._live = True
                return connection
        import shutil  # slow, and seldom needed
        from tempfile import TemporaryDirectory

        self._copy = TemporaryDirectory(prefix="whiskertoolbox-")
        for path in (self._session / CATALOGUE, wal, journal):
            if path.is_file():
                shutil.copyfile(path, Path(self._copy.name) / path.name)
        return _connection(catalogue_uri(Path(self._copy.name) / CATALOGUE, "mode=rw"))

    def _files(self) -> tuple[tuple[int, int] | None, ...]:
        names = (CATALOGUE, f"{CATALOGUE}-wal", f"{CATALOGUE}-journal")
        return tuple(_size_and_time(self._session / name) for name in names)

    def _check_version(self) -> None:
        if self._value("SELECT count(*) FROM sqlite_master WHERE type NOT IN ('table', 'index')"):
            raise sqlite3.DatabaseError("it holds more than tables")
        version = self._value("PRAGMA user_version")
        readable_from = self.meta("readable_from")
        if version < FORMAT_VERSION and not self._read_only:
            with self.transaction():
                self._connection.execute(f"PRAGMA user_version = {FORMAT_VERSION}")
                self.set_meta("readable_from", META["readable_from"])
        if readable_from > FORMAT_VERSION or (version > FORMAT_VERSION and not self._read_only):
            raise NewerStoreError(
                f"the session {self._session} was written by a newer WhiskerToolbox (store format {version}, "
                f"this version knows {FORMAT_VERSION}); update WhiskerToolbox"
            )

    def is_outdated(self) -> bool:
        """Return whether this connection, which looks at files that do not change, must be made again."""
        return not self._live and self._files() != self._seen

    def data_version(self) -> int:
        """Return a number that changes when another connection commits."""
        return self._value("PRAGMA data_version")

    def meta(self, name: str) -> int:
        """Return a counter."""
        value = self._value("SELECT value FROM meta WHERE name = ?", name)
        if not 0 <= value < 1 << 62:
            raise sqlite3.DatabaseError(f"{name} is {value}")
        return value

    def set_meta(self, name: str, value: int) -> None:
        """Set a counter, inside a transaction."""
        self._connection.execute("UPDATE meta SET value = ? WHERE name = ?", (int(value), name))

    def advance(self, revision: int) -> bool:
        """Count a commit after that revision, inside a transaction; False if there have been others since."""
        counted = self._connection.execute(
            "UPDATE meta SET value = value + 1 WHERE name = 'revision' AND value = ?", (revision,)
        )
        return counted.rowcount == 1

    def rows_since(self, revision: int) -> list[tuple[Any, ...]]:
        """Return what was written for the entries changed after a revision: see `parse_row`."""
        # A version may be anything in a damaged catalogue.
        changed = "WHERE version > ?" if revision else "WHERE version > ? OR true"
        return self._connection.execute(f"SELECT {FIELDS} FROM entries {changed}", (revision,)).fetchall()

    def keys(self) -> list[tuple[Any, str]]:
        """Return section and key of all entries."""
        return list(self._connection.execute("SELECT section, key FROM entries"))

    def count(self) -> int:
        """Return the number of entries."""
        return self._value("SELECT count(*) FROM entries")

    def put(self, row: Row) -> None:
        """Write an entry, inside a transaction."""
        self._connection.execute(
            f"INSERT OR REPLACE INTO entries ({FIELDS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row_values(row)
        )

    def delete(self, section: str, key: str) -> None:
        """Delete an entry, inside a transaction."""
        self._connection.execute("DELETE FROM entries WHERE section = ? AND key = ?", (section, key))

    @contextlib.contextmanager
    def transaction(self, kind: str = "IMMEDIATE") -> Iterator[None]:
        """Commit what is done inside, or nothing of it."""
        self._connection.execute(f"BEGIN {kind}")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
        if self._copy is not None:
            self._copy.cleanup()

    def _value(self, statement: str, *parameters: object) -> int:
        found = self._connection.execute(statement, parameters).fetchone()
        if found is None:
            raise sqlite3.DatabaseError(f"nothing found for {statement} {parameters}")
        if type(found[0]) is not int:
            raise sqlite3.DatabaseError(f"no number found for {statement} {parameters}")
        return found[0]


def _size(path: Path) -> int:
    known = _size_and_time(path)
    return 0 if known is None else known[0]


def _size_and_time(path: Path) -> tuple[int, int] | None:
    try:
        status = os.stat(path)
    except FileNotFoundError:
        return None
    return status.st_size, status.st_mtime_ns


def _damage(connection: sqlite3.Connection) -> str:
    """Return what SQLite finds wrong with a catalogue; empty if it is sound."""
    try:
        found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.DatabaseError as error:
        return str(error)
    return "" if found == "ok" else found


def catalogue_uri(path: PurePath, options: str) -> str:
    """Return the address that SQLite opens a file by.

    No character of the path is left to be understood otherwise: `Path.as_uri` makes the server of a network share the
    address's authority, which SQLite refuses.
    """
    return f"file:{quote(os.fsencode(path), safe='')}?{options}"


def _connection(uri: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        uri, uri=True, isolation_level=None, check_same_thread=False, timeout=BUSY_TIMEOUT_S, cached_statements=64
    )
    # A byte of a key that is no text must not hide all other entries: `parse_row` says which entry has it.
    connection.text_factory = partial(str, encoding="utf-8", errors="surrogateescape")
    connection.execute("PRAGMA trusted_schema = OFF")  # what a stranger's catalogue defines calls no function
    if sys.version_info >= (3, 11):
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
    return connection
