"""The session folder in code: names, versions, schema. docs/store-format.md explains it."""

from __future__ import annotations

import re

CATALOGUE = "catalogue.sqlite"
COLUMNS = "columns"
WRITERS = "writers"
PYRAMIDS = "pyramids"
"""A cache beside the columns; a file's name begins with that of its column, up to the first dot."""
NEWEST_COMMIT = "revision"

SEALED = ".npy"
UNSEALED = ".part"
SHARED = ".shared"
"""Before the ending of a file that has another name in another session: neither appended to nor written over."""
LOCK = ".lock"


_TOKEN = "[0-9a-f]{12}"
_COLUMN = re.compile(rf"{_TOKEN}-[1-9][0-9]{{0,17}}({re.escape(SHARED)})?{re.escape(SEALED)}")
_OWN = {
    COLUMNS: re.compile(rf"{_COLUMN.pattern}|{_TOKEN}-[1-9][0-9]{{0,17}}{re.escape(UNSEALED)}"),
    WRITERS: re.compile(rf"{_TOKEN}{re.escape(LOCK)}"),
    PYRAMIDS: re.compile(rf"{_TOKEN}-[1-9][0-9]{{0,17}}\.[\w.-]+"),
}


def is_own_name(name: str, folder: str) -> bool:
    """Return whether a file of that name in one of the session's folders is the session's own.

    Nothing else is ever opened, written over or deleted, whatever a catalogue says.
    """
    return _OWN[folder].fullmatch(name) is not None


def is_column_name(name: object) -> bool:
    """Return whether that can be the name of a column's file in a catalogue."""
    return isinstance(name, str) and _COLUMN.fullmatch(name) is not None


def may_grow(file: str) -> bool:
    """Return whether rows may be added to a sealed file."""
    return not file.endswith(SHARED + SEALED)


APPLICATION_ID = 0x57484B54
"""In the SQLite header of every catalogue: 'WHKT'."""
FORMAT_VERSION = 4
"""SQLite's user_version. A catalogue with a greater one is never written.

1: a column's file held exactly the column, and identities were a sorted table. 2: a file held the column and what was
to follow it, and only its writer appended to it; a table `garbage`, ignored now, named files to delete. 3: a file that
was written over got another name, which readers looked at instead of the row. Read as they are; made 4 when they are
opened for writing.
"""

OWN_FILES = frozenset({CATALOGUE, f"{CATALOGUE}-wal", f"{CATALOGUE}-shm", f"{CATALOGUE}-journal", NEWEST_COMMIT})
OWN_FOLDERS = frozenset({COLUMNS, PYRAMIDS, WRITERS})

SCHEMA = (
    """CREATE TABLE meta (
        name TEXT PRIMARY KEY,
        value INTEGER NOT NULL CHECK (typeof(value) = 'integer')
    ) WITHOUT ROWID""",
    """CREATE TABLE entries (
        section TEXT NOT NULL,
        key TEXT NOT NULL,
        version INTEGER NOT NULL CHECK (typeof(version) = 'integer'),
        generation INTEGER NOT NULL CHECK (typeof(generation) = 'integer'),
        type TEXT NOT NULL,
        time_key TEXT NOT NULL,
        size INTEGER NOT NULL CHECK (typeof(size) = 'integer'),
        nbytes INTEGER NOT NULL CHECK (typeof(nbytes) = 'integer'),
        attributes TEXT NOT NULL,
        columns TEXT NOT NULL,
        PRIMARY KEY (section, key)
    ) WITHOUT ROWID""",
    "CREATE INDEX entries_by_version ON entries (version)",
)
META = {
    "revision": 0,  # number of the last commit
    "readable_from": FORMAT_VERSION,  # oldest format version whose readers understand this catalogue
    "next_entity_id": 1,
    "next_group_id": 1,
}
