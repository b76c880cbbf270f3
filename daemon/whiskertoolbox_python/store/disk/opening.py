"""The folder of a session: checked before it is opened, made when it is absent. A refused folder is not touched."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from whiskertoolbox_python.errors import (
    DamagedStoreError,
    NewerStoreError,
    NotASessionError,
    ReadOnlyStoreError,
    StoreError,
)
from whiskertoolbox_python.held_files import patiently
from whiskertoolbox_python.store.disk.catalog import Catalogue, explaining
from whiskertoolbox_python.store.disk.columns import explained
from whiskertoolbox_python.store.disk.drives import is_shared_drive
from whiskertoolbox_python.store.disk.layout import (
    APPLICATION_ID,
    CATALOGUE,
    COLUMNS,
    FORMAT_VERSION,
    META,
    OWN_FILES,
    OWN_FOLDERS,
    SCHEMA,
)
from whiskertoolbox_python.store.disk.opening_files import linked_parts

_HEADER_SIZE = 100


@contextlib.contextmanager
def readable(session: Path) -> Iterator[None]:
    """Turn errors of looking at a folder into ones that say what to do."""
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"the session {session} cannot be read ({error.strerror or error}: {error.filename}); "
            "change the permissions, or give the path of another folder"
        ) from error


def prepare(session: Path, *, read_only: bool) -> None:
    """Check that a folder is a session that this version may open so, or make one; a refused folder is not touched."""
    with readable(session):
        is_new = _is_absent(session, read_only=read_only)
    if is_new:
        _create(session)


def _is_absent(session: Path, *, read_only: bool) -> bool:
    if session.exists() and not session.is_dir():
        raise NotASessionError(f"{session} is a file, not a session folder; give the path of a folder")
    linked = linked_parts(session)
    if linked and not read_only:
        raise ReadOnlyStoreError(
            f"the session {session} is not opened for writing: {linked[0]} in it is not a file or folder but a "
            "link, and what it leads to could be changed; put the files themselves there, "
            "or open it with read_only=True and save a copy with save_as()"
        )
    catalogue = session / CATALOGUE
    if catalogue.exists():
        _check_header(session, read_only=read_only)
        return False
    names = set(os.listdir(session)) if session.exists() else set()
    if COLUMNS in names and any((session / COLUMNS).iterdir()):
        raise DamagedStoreError(
            f"the session {session} has lost its catalogue ({CATALOGUE}); restore that file from a copy, "
            "or delete the folder to start again"
        )
    if read_only:
        raise NotASessionError(f"there is no session in {session}; check the path, or open it without read_only")
    if any(not name.startswith(".") for name in names - OWN_FILES - OWN_FOLDERS if not name.startswith(CATALOGUE)):
        raise NotASessionError(
            f"{session} is not a session folder, and it is not empty; give the path of a new or empty folder"
        )
    return True


def _check_header(session: Path, *, read_only: bool) -> None:
    """Look at the first bytes of the catalogue, which tells more than SQLite would and changes nothing."""
    if not (session / CATALOGUE).is_file():
        raise DamagedStoreError(f"the catalogue of the session {session} is damaged ({CATALOGUE} is not a file)")
    try:
        with open(session / CATALOGUE, "rb") as file:
            start = file.read(_HEADER_SIZE)
    except OSError as error:
        raise StoreError(f"the catalogue of the session {session} cannot be read: {error.strerror}") from error
    if len(start) < _HEADER_SIZE or start[:16] != b"SQLite format 3\0":
        raise DamagedStoreError(
            f"the catalogue of the session {session} is damaged ({CATALOGUE} is not an SQLite file); "
            "restore it from a copy, or delete the folder to start again"
        )
    if int.from_bytes(start[68:72], "big") != APPLICATION_ID:
        raise NotASessionError(f"{session / CATALOGUE} belongs to another program; give the path of another folder")
    version = int.from_bytes(start[60:64], "big")
    if version > FORMAT_VERSION and not read_only:
        readable = _is_readable(session)
        remedy = "open it with read_only=True, or update" if readable else "update"
        raise NewerStoreError(
            f"the session {session} was written by a newer WhiskerToolbox (store format {version}, "
            f"this version knows {FORMAT_VERSION}); {remedy} WhiskerToolbox",
            readable=readable,
        )
    if not read_only:
        for path in (session, session / CATALOGUE):
            if not os.access(path, os.W_OK):
                raise ReadOnlyStoreError(
                    f"the session {session} may not be written (no permission for {path.name}); "
                    "open it with read_only=True, or change the permissions"
                )


def _is_readable(session: Path) -> bool:
    try:
        catalogue = Catalogue(session, read_only=True)
    except StoreError:
        return False
    catalogue.close()
    return True


def _create(session: Path) -> None:
    """Make an empty catalogue under another name and move it into place, so that nobody ever sees half of one."""
    try:
        # Recordings are nobody else's business, whatever the umask; whoever shares them opens the folder to others.
        _make_parents(session)
        session.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise explained(error, session) from error
    temporary = session / f"{CATALOGUE}.{os.urandom(4).hex()}"
    try:
        with explaining(session):
            connection = sqlite3.connect(temporary, isolation_level=None)
            try:
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("BEGIN")
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version = {FORMAT_VERSION}")
                for statement in SCHEMA:
                    connection.execute(statement)
                connection.executemany("INSERT INTO meta VALUES (?, ?)", META.items())
                connection.execute("COMMIT")
                if not is_shared_drive(session):  # its log needs memory that all who have it open share
                    connection.execute("PRAGMA journal_mode = WAL").fetchone()
            finally:
                connection.close()
        try:
            _move_unless_present(temporary, session / CATALOGUE)
        except OSError as error:
            raise explained(error, session) from error
    finally:
        temporary.unlink(missing_ok=True)


def _make_parents(session: Path) -> None:
    """Make the folders that it lies in, where others may look but not put another session in its place."""
    for folder in reversed(session.parents):
        folder.mkdir(mode=0o755, exist_ok=True)


def _move_unless_present(source: Path, target: Path) -> None:
    """Move a file unless another process has put one there meanwhile."""
    with contextlib.suppress(FileExistsError):
        if os.name == "nt":
            patiently(os.rename, source, target)  # refuses to replace, on Windows
            return
        try:
            os.link(source, target)
        except FileExistsError:
            raise
        except OSError:  # a file system without hard links
            if not target.exists():
                os.rename(source, target)


def bytes_in(folder: Path) -> int:
    """Return the bytes that the files of a folder take."""
    while True:
        with contextlib.suppress(FileNotFoundError):  # a file went while it was looked at
            return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())


def refused_change(session: Path) -> ReadOnlyStoreError:
    """Return the error for a change of a session that is open read-only."""
    return ReadOnlyStoreError(
        f"the session {session} is open read-only; open it without read_only to change it, or save a copy with "
        "save_as()"
    )
