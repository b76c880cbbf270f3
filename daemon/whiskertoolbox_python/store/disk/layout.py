"""The session folder in code: names, versions, schema. docs/store-format.md explains it."""

from __future__ import annotations

CATALOGUE = "catalogue.sqlite"
COLUMNS = "columns"
WRITERS = "writers"
PYRAMIDS = "pyramids"
"""A cache beside the columns; a file's name begins with that of its column, up to the first dot."""
BEAT = "revision"

SEALED = ".npy"
UNSEALED = ".part"
SHARED = ".shared"
"""Before the ending of a file that has another name in another session: neither appended to nor written over."""
LOCK = ".lock"


def may_grow(file: str) -> bool:
    """Tell whether rows may be added to a sealed file."""
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

OWN_FILES = frozenset({CATALOGUE, f"{CATALOGUE}-wal", f"{CATALOGUE}-shm", f"{CATALOGUE}-journal", BEAT})
OWN_FOLDERS = frozenset({COLUMNS, PYRAMIDS, WRITERS})

SCHEMA = (
    """CREATE TABLE meta (
        name TEXT PRIMARY KEY,
        value INTEGER NOT NULL
    ) WITHOUT ROWID""",
    """CREATE TABLE entries (
        section TEXT NOT NULL,
        key TEXT NOT NULL,
        version INTEGER NOT NULL,
        generation INTEGER NOT NULL,
        type TEXT NOT NULL,
        time_key TEXT NOT NULL,
        size INTEGER NOT NULL,
        nbytes INTEGER NOT NULL,
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
