"""Copying all that a store holds, at one moment, into a new session folder."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

from whiskertoolbox_python.errors import LockedStoreError, NotASessionError, StoreError
from whiskertoolbox_python.held_files import patiently
from whiskertoolbox_python.store.disk.columns import explained
from whiskertoolbox_python.store.disk.layout import CATALOGUE, LOCK, OWN_FILES, OWN_FOLDERS, WRITERS
from whiskertoolbox_python.store.disk.locks import is_held
from whiskertoolbox_python.store.disk.mapping import is_mapped
from whiskertoolbox_python.store.disk.opening import readable
from whiskertoolbox_python.store.disk.opening_files import own_files
from whiskertoolbox_python.store.disk.spare_files import unlinked
from whiskertoolbox_python.store.disk.store import DiskStore
from whiskertoolbox_python.store.disk.writers import Writer
from whiskertoolbox_python.store.protocol import SECTIONS, Change, Put, Store, Stored

_ATTEMPTS = 20


def copy_session(source: Store, target: Path, *, link: bool) -> None:
    """Make a session folder that holds what a store holds now; it appears under its name when it is complete.

    With `link`, columns are shared by hard links where the file system can; they never change, so that is safe.
    """
    target = target.absolute()
    with readable(target):
        exists = target.exists()
    if exists and (not target.is_dir() or any(target.iterdir())):
        raise StoreError(f"{target} exists already and is not empty; choose another name, or delete it first")
    unfinished = target.with_name(f"{target.name}.{os.urandom(4).hex()}.part")
    try:
        store = DiskStore(unfinished)
        with contextlib.closing(store):
            puts = [_put(source, stored, link=link) for stored in _read_all(source)]
            store.commit(Change(puts=puts, counters=source.counters()))
        if target.exists():
            target.rmdir()
        patiently(os.rename, unfinished, target)
    except OSError as error:
        raise explained(error, target) from error
    finally:
        _remove(unfinished)


def _remove(folder: Path) -> None:
    import shutil  # slow, and seldom needed

    shutil.rmtree(folder, ignore_errors=True)


def _read_all(source: Store) -> list[Stored]:
    """Read all entries as of one revision; mapped columns stay valid when they are replaced meanwhile."""
    for _ in range(_ATTEMPTS):
        source.refresh()
        revision = source.revision
        found = [source.read(section, key) for section in SECTIONS for key in list(source.rows(section))]
        source.refresh()
        if source.revision == revision:
            return [stored for stored in found if stored is not None]
    raise StoreError(f"the session {source.path} changes too fast to be copied; try again when less is being stored")


def _put(source: Store, stored: Stored, *, link: bool) -> Put:
    row = stored.row
    files = {}
    if link and isinstance(source, DiskStore):
        # Of what is not mapped there is a copy here, which does not keep its file from being written over.
        whole = [column for column in row.columns if is_mapped(stored.arrays.get(column.name))]
        files = {column.name: path for column in whole if (path := source.file_of(column)) is not None}
    # A file holds all rows that were ever added; what is rewritten holds those that are there.
    histories = {name: history for name, history in stored.histories.items() if name in files}
    return Put(
        section=row.section,
        key=row.key,
        type=row.type,
        time_key=row.time_key,
        size=row.size,
        arrays=stored.arrays,
        attributes=row.attributes,
        files=files,
        histories=histories,
    )


def delete_session(path: Path) -> None:
    """Delete a session folder that nobody has open for writing."""
    path = path.absolute()
    with readable(path):
        is_session = (path / CATALOGUE).is_file()
        is_open = any(is_held(lock) for lock in own_files(path, WRITERS))
        elsewhere = Writer(path).elsewhere()
    if not is_session:
        raise NotASessionError(f"there is no session in {path}; nothing was deleted")
    if is_open:
        raise LockedStoreError(
            f"the session {path} is open still, here or in another process; close it there, then try again"
        )
    if elsewhere:
        token, computer = next(iter(elsewhere.items()))
        raise LockedStoreError(
            f"the session {path} is open on {computer}, or was not closed there; close it there. If it is not open "
            f"there, delete {path / WRITERS / token}{LOCK}, then try again"
        )
    try:
        if sys.platform == "win32":
            _refuse_what_is_open(path)
        # The catalogue goes first: from then on nothing takes the folder for a session.
        for name in (CATALOGUE, *sorted(OWN_FILES)):
            (path / name).unlink(missing_ok=True)
        for folder in sorted(OWN_FOLDERS):
            for file in own_files(path, folder):
                unlinked(file)
            with contextlib.suppress(OSError):
                (path / folder).rmdir()  # kept, like the session's, when somebody has put other files there
        with contextlib.suppress(OSError):
            path.rmdir()
    except OSError as error:
        raise explained(error, path) from error


def _refuse_what_is_open(path: Path) -> None:
    """Raise the system's error if any file of a folder is open or mapped: Windows renames no such folder."""
    aside = path.with_name(f"{path.name}.{os.urandom(4).hex()}.part")
    os.rename(path, aside)  # at once: who holds a file for long is to be told
    patiently(os.rename, aside, path)
