"""The columns of one commit: new files, and rows added to those that are stored already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy.typing as npt

from whiskertoolbox_python.arrays.growing import History, Tail
from whiskertoolbox_python.store.disk.columns import ColumnFiles
from whiskertoolbox_python.store.disk.layout import may_grow
from whiskertoolbox_python.store.protocol import AppendConflict, Change, Put, Row, Section, StoredColumn, rows_in


@dataclass
class Plan:
    """What a put takes: its columns as they will be, and rows to append first, if a version is still the stored one."""

    put: Put
    continues: int | None = None
    columns: list[StoredColumn] = field(default_factory=list)
    added: list[tuple[StoredColumn, npt.NDArray[Any]]] = field(default_factory=list)


class CommitFiles:
    """Writes the arrays of one commit, and knows which files are new if it fails."""

    def __init__(self, columns: ColumnFiles) -> None:
        self._columns = columns
        self.sealed: list[str] = []
        """Names of the new files."""

    def plan(self, put: Put, row: Row | None, origins: Mapping[str, object]) -> Plan:
        """Write what cannot be appended to the files of the stored row, whose arrays have these origins."""
        plan = Plan(put)
        stored = {} if row is None else {column.name: column for column in row.columns}
        for name, array in put.arrays.items():
            history, base = put.histories.get(name), stored.get(name)
            if base is None or history is None or not _continues(base, array, history, origins.get(name)):
                base = None
            if isinstance(array, Tail) and (base is None or base.count != array.first):
                raise AppendConflict(put.section, put.key)
            if base is None or history is None:
                plan.columns.append(self._new_column(put, name, array, history))
                continue
            plan.continues = None if row is None else row.version
            plan.columns.append(_column(name, base.file, array, history))
            if history.count > base.count:
                plan.added.append(
                    (base, array.rows if isinstance(array, Tail) else history.added_since(base.count, array))
                )
        return plan

    def _new_column(self, put: Put, name: str, array: Any, history: History | None) -> StoredColumn:
        file = self._columns.link(put.files[name]) if name in put.files else None
        if file is None:
            file = self._columns.write(array if history is None else history.added_since(0, array))
        self.sealed.append(file)
        return _column(name, file, array, history)

    def complete(self, plan: Plan, row: Row | None) -> None:
        """Append rows, inside the transaction that excludes other writers and has read the row.

        Raises
        ------
        AppendConflict
            When it is not the row that they continue, or its file is not what it should be.
        """
        if plan.continues is None:
            return
        put = plan.put
        if row is None or row.version != plan.continues:
            raise AppendConflict(put.section, put.key)
        for base, rows in plan.added:
            if not self._columns.append(base, rows):
                raise AppendConflict(put.section, put.key)


def _continues(base: StoredColumn, array: npt.NDArray[Any] | Tail, history: History, origin: object) -> bool:
    """Return whether a column is an earlier state of an array, in a file that may be appended to."""
    return (
        history.origin is origin
        and base.file is not None
        and (may_grow(base.file) or history.count == base.count)
        and (base.dtype, base.shape[1:]) == (array.dtype.str, array.shape[1:])
        and base.count <= history.count
    )


def _column(name: str, file: str | None, array: npt.NDArray[Any] | Tail, history: History | None) -> StoredColumn:
    count, pieces = (rows_in(array), None) if history is None else (history.count, history.pieces)
    return StoredColumn(name, file, array.dtype.str, array.shape, count, pieces)


def is_whole(change: Change, entry: tuple[Section, str]) -> bool:
    """Return whether a change holds all of an entry's arrays, and can thus put it whatever is stored."""
    puts = [put for put in change.puts if (put.section, put.key) == entry]
    return not any(isinstance(array, Tail) for put in puts for array in put.arrays.values())
