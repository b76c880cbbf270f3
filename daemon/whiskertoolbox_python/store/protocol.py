"""What a store is: rows that name columns, changed only by whole commits. Knows no data type.

A reader sees the state before a commit or after it, never a part.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, Protocol, get_args

import numpy.typing as npt

from whiskertoolbox_python.arrays.growing import History, Pieces, Tail

Section = Literal["object", "clock", "group", "identity"]
"""object: data objects; clock: time frames; group: entity groups; identity: remembered entity ids."""
SECTIONS: tuple[Section, ...] = get_args(Section)


class AppendConflict(Exception):
    """Another process has changed an entry that a commit continues. Nothing was committed; it is to be put whole."""

    def __init__(self, section: Section, key: str) -> None:
        super().__init__(section, key)
        self.entry: tuple[Section, str] = (section, key)


@dataclass(frozen=True)
class StoredColumn:
    """One stored array: its name in the object, its file (None in memory), dtype and shape.

    The file holds `count` rows, and ``pieces`` says which of them the array consists of: see `History`.
    """

    name: str
    file: str | None
    dtype: str
    shape: tuple[int, ...]
    count: int
    pieces: Pieces | None = None


class Row(NamedTuple):
    """What a store knows of one entry without opening its columns.

    ``version`` is the revision that last changed it, ``generation`` the one that made it (in-place changes keep it).
    """

    section: Section
    key: str
    version: int
    generation: int
    type: str
    time_key: str
    size: int
    nbytes: int
    attributes: Mapping[str, Any]
    columns: tuple[StoredColumn, ...]


class Put(NamedTuple):
    """An entry to write: its arrays and attributes.

    With ``generation`` the entry is written only if it still has that one: an in-place change of what another process
    has replaced or deleted is dropped. It stays on the clock that it is on then.
    """

    section: Section
    key: str
    type: str = ""
    time_key: str = ""
    size: int = 0
    arrays: Mapping[str, npt.NDArray[Any] | Tail] = MappingProxyType({})
    attributes: Mapping[str, Any] = MappingProxyType({})
    generation: int | None = None
    files: Mapping[str, Path] = MappingProxyType({})
    """Files that hold some of the arrays; linked, where the file system can, instead of written again."""
    histories: Mapping[str, History] = MappingProxyType({})
    """How arrays that change came about, so that a store writes what it lacks only."""


class Change(NamedTuple):
    """What one commit does: first whole sections go, then the deletes, then the puts and rebinds."""

    clear: Collection[Section] = ()
    """Sections of which everything goes."""
    deletes: Sequence[tuple[Section, str]] = ()
    puts: Sequence[Put] = ()
    rebinds: Mapping[str, str] = MappingProxyType({})
    """Data key to its new time key."""
    initial: bool = False
    """Do nothing unless this is the first commit of the store."""
    counters: Counters | None = None
    """Set the counters to these; ids that were reserved are given out no more."""
    keeps_replaced: bool = False
    """Arrays of what is replaced are still in use: `Store.reclaim` follows when they are not."""


class Counters(NamedTuple):
    """The ids that will be given out next."""

    next_entity_id: int
    next_group_id: int


class Stored(NamedTuple):
    """An entry read from a store; the arrays are read-only and stay valid whatever happens to the entry."""

    row: Row
    arrays: dict[str, npt.NDArray[Any]]
    histories: Mapping[str, History] = {}
    """For changing the arrays and storing them again under the same key."""


class Store(Protocol):
    """Rows and columns; every method may be called from any thread."""

    @property
    def path(self) -> Path | None:
        """The folder, or None in memory."""

    @property
    def read_only(self) -> bool:
        """Whether commits are refused."""

    @property
    def revision(self) -> int:
        """Number of the newest commit seen."""

    @property
    def foreign_changes(self) -> int:
        """How many times commits of other processes have been taken in."""

    def rows(self, section: Section) -> Mapping[str, Row]:
        """Return the rows of a section as last seen, by key; the mapping is not to be changed."""

    def refresh(self) -> bool:
        """Look for commits of other processes; return whether there were any."""

    def read(self, section: Section, key: str) -> Stored | None:
        """Return an entry with its arrays, or None."""

    def stored_histories(self, section: Section, key: str) -> Mapping[str, History]:
        """Return what is stored of arrays of this process: of their later states, a put needs the tails only."""

    def commit(self, change: Change) -> dict[tuple[Section, str], Row]:
        """Make a change visible to everybody at once; return the new rows of its puts, without those dropped.

        Raises
        ------
        AppendConflict
            When the tail of an array does not fit what is stored.
        """

    def require_writable(self) -> None:
        """Raise ReadOnlyStoreError if this store may not be changed."""

    def reserve_ids(self, count: int) -> int:
        """Return the first of so many consecutive entity ids that nobody else gets."""

    def reserve_group_id(self) -> int:
        """Return a group id that nobody else gets."""

    def counters(self) -> Counters:
        """Return the ids that would be given out next."""

    def restart_counters(self, last: Counters) -> None:
        """Count ids from 1 again, unless some have been given out since the counters were these."""

    def allocate(self, shape: tuple[int, ...], dtype: npt.DTypeLike) -> npt.NDArray[Any]:
        """Return a writable array that a later commit takes over without copying it."""

    def disk_usage(self) -> int:
        """Return the bytes that files take."""

    def reclaim(self) -> None:
        """Make use of the room of what was replaced; to be called when nobody looks at its arrays any more."""

    def settle(self) -> None:
        """Give back reserved ids that were not used."""

    def close(self) -> None:
        """Let go of files and connections; arrays handed out stay valid."""


def row_of(put: Put, columns: tuple[StoredColumn, ...], revision: int) -> Row:
    """Return the row of an entry that is committed as a revision."""
    return Row(
        section=put.section,
        key=put.key,
        version=revision,
        generation=revision if put.generation is None else put.generation,
        type=put.type,
        time_key=put.time_key,
        size=put.size,
        nbytes=sum(array.nbytes for array in put.arrays.values()),
        attributes=put.attributes,
        columns=columns,
    )


def rows_in(array: npt.NDArray[Any] | Tail) -> int:
    """Return the number of rows of an array; 1 of one without dimensions."""
    return array.shape[0] if array.shape else 1
