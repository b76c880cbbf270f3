"""What a store knows of its catalogue without asking: rows as last seen, and which of them its arrays agree with."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from whiskertoolbox_python.arrays.growing import History
from whiskertoolbox_python.errors import DamagedStoreError
from whiskertoolbox_python.store.disk.catalog import Catalogue
from whiskertoolbox_python.store.disk.layout import may_grow
from whiskertoolbox_python.store.disk.rows import RowError, damaged_row, parse_row
from whiskertoolbox_python.store.protocol import SECTIONS, Change, Put, Row, Section
from whiskertoolbox_python.upstream.notices import notice

Entry = tuple[Section, str]


class Agreed(NamedTuple):
    """The version of an entry that arrays of this process agree with, and the origin of each of them."""

    version: int
    origins: dict[str, object]


class KnownRows:
    """Rows by section and key, up to a revision."""

    def __init__(self, session: Path) -> None:
        self._session = session
        self._agreed: dict[Entry, Agreed] = {}
        self._nameless: set[tuple[Any, ...]] = set()
        self._damage: dict[Entry, str] = {}
        self.revision: int = 0
        self.sections: dict[Section, dict[str, Row]] = {section: {} for section in SECTIONS}

    def get(self, section: Section, key: str) -> Row | None:
        """Return a row, or None."""
        return self.sections[section].get(key)

    def all(self) -> list[Row]:
        """Return the rows of all sections."""
        return [row for rows in self.sections.values() for row in rows.values()]

    def files(self) -> set[str]:
        """Return the names of all files that rows refer to."""
        return {column.file for row in self.all() for column in row.columns if column.file}

    def take_in(self, catalogue: Catalogue, revision: int) -> bool:
        """Take in the commits up to a revision, inside the transaction that has read it.

        Returns
        -------
        bool
            Whether somebody may have reset the session, which drops all data and clocks and counts ids from 1 again.
        """
        for values in catalogue.rows_since(self.revision):
            self._take_in_row(values, revision)
        if catalogue.count() != sum(map(len, self.sections.values())) + len(self._nameless):
            present = set(catalogue.keys())
            self._remove(entry for entry in list(self._entries()) if entry not in present)
        seen, self.revision = self.revision, revision
        dropped: tuple[Section, ...] = ("object", "clock")
        return all(row.generation > seen for section in dropped for row in self.sections[section].values())

    def _take_in_row(self, values: tuple[Any, ...], revision: int) -> None:
        damage = ""
        row: Row | None
        try:
            row = parse_row(values, revision)
        except RowError as error:
            damage = str(error)
            row = damaged_row(values)
        if row is None:
            if values[:2] not in self._nameless:
                self._nameless.add(values[:2])
                notice(f"{self._session} holds an invalid entry ({values[:2]!r:.200}); it is left out")
            return
        entry = row.section, row.key
        self.sections[row.section][row.key] = row
        if damage:
            self._damage[entry] = damage
        elif self._damage:
            self._damage.pop(entry, None)

    def damage(self, section: Section, key: str) -> DamagedStoreError | None:
        """Return what is wrong with a row that makes no sense; it has no contents here."""
        reason = self._damage.get((section, key))
        if reason is None:
            return None
        return DamagedStoreError(
            f"the entry {key!r} of the session {self._session} is invalid in the catalogue ({reason}); "
            "restore the session from a copy, or delete that data key",
            readable=True,
        )

    @property
    def is_sound(self) -> bool:
        """Whether every row makes sense, so that it is known which files are referred to."""
        return not self._damage and not self._nameless

    def _entries(self) -> Iterable[Entry]:
        return ((section, key) for section, rows in self.sections.items() for key in rows)

    def _remove(self, entries: Iterable[Entry]) -> None:
        for section, key in entries:
            self.sections[section].pop(key, None)
            self._damage.pop((section, key), None)
            self._agreed.pop((section, key), None)

    def note(self, gone: Iterable[Row], written: dict[Entry, Row], puts: Iterable[Put], revision: int) -> None:
        """Take in a commit of this process."""
        self._remove((row.section, row.key) for row in gone if (row.section, row.key) not in written)
        histories = {(put.section, put.key): put.histories for put in puts}
        for (section, key), row in written.items():
            before = self.get(section, key)
            origins = {} if before is None else self.origins(before)
            if (section, key) in histories:  # else it was put on another clock
                origins = {name: history.origin for name, history in histories[section, key].items()}
            self.sections[section][key] = row
            self._damage.pop((section, key), None)
            self._agreed[section, key] = Agreed(revision, origins)
        self.revision = revision

    def origins(self, row: Row) -> dict[str, object]:
        """Return the origins of the arrays of this process that agree with that version of an entry."""
        agreed = self._agreed.get((row.section, row.key))
        return agreed.origins if agreed is not None and agreed.version == row.version else {}

    def removed_by(self, change: Change) -> list[Row]:
        """Return the rows that a change clears or deletes."""
        gone = [row for section in change.clear for row in self.sections[section].values()]
        return gone + [row for section, key in change.deletes if (row := self.get(section, key)) is not None]

    def stored_histories(self, section: Section, key: str) -> dict[str, History]:
        """Return what is stored of arrays of this process, in files that may grow."""
        row = self.get(section, key)
        origins = {} if row is None else self.origins(row)
        return {
            column.name: History(origins[column.name], column.count, column.pieces)
            for column in (() if row is None else row.columns)
            if column.name in origins and may_grow(column.file or "")
        }

    def histories(self, row: Row) -> dict[str, History]:
        """Return the histories of the columns of a row that is being read."""
        origins = self.origins(row)
        for column in row.columns:
            origins.setdefault(column.name, object())
        self._agreed[row.section, row.key] = Agreed(row.version, origins)
        return {column.name: History(origins[column.name], column.count, column.pieces) for column in row.columns}
