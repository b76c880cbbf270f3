"""The column files of one commit: new ones, and rows added to those that are stored already."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy.typing as npt

from whiskertoolbox_python.store._base import Put, Row, StoredColumn
from whiskertoolbox_python.store.columns import ColumnFiles, Growable


class Overtaken(Exception):
    """Another commit has replaced a column that this one continues; nothing was committed."""


class Written(NamedTuple):
    """The columns of a put; those in `continued` hold the beginning of some, and must be stored still."""

    columns: tuple[StoredColumn, ...]
    continued: tuple[StoredColumn, ...]

    def require(self, row: Row | None) -> None:
        """Raise Overtaken unless a row names all that is continued."""
        if self.continued and (row is None or not set(self.continued) <= set(row.columns)):
            raise Overtaken


class CommitFiles:
    """Writes the arrays of one commit, and knows what to do with the files if it fails."""

    def __init__(self, columns: ColumnFiles) -> None:
        self._columns = columns
        self._taken: dict[str, Growable] = {}
        self.sealed: list[str] = []
        """Names of the new files."""

    def write(self, put: Put, row: Row | None) -> Written:
        """Write what the stored row of a put lacks of its arrays."""
        stored = {} if row is None else {column.name: column for column in row.columns}
        columns, continued = [], []
        for name, array in put.arrays.items():
            base = stored.get(name)
            file = None if base is None else self._continued(put, base, array)
            if file is None:
                linked = self._columns.link(put.files[name]) if name in put.files else None
                file = linked or self._columns.write(array, put.origins.get(name))
                self.sealed.append(file)
            elif base is not None:
                continued.append(base)
            columns.append(StoredColumn(name, file, array.dtype.str, array.shape))
        return Written(tuple(columns), tuple(continued))

    def _continued(self, put: Put, base: StoredColumn, array: npt.NDArray[Any]) -> str | None:
        """Return the file of a stored column once it holds all of an array; None where it cannot."""
        origin = put.origins.get(base.name)
        if base.file is None or origin is None or not self._columns.holds_beginning(base, array, origin):
            return None
        if base.shape == array.shape:
            return base.file
        growable = self._columns.take(base.file)
        if growable is None:
            return None  # another thread is appending to it
        self._taken[base.file] = growable
        return base.file if self._columns.append(base, array, growable.data_offset) else None

    def release(self) -> None:
        """Let files that were appended to grow again; for when it is certain what of them is committed.

        Without this they are never appended to again: if it was more than is known here, that would change it.
        """
        self._columns.give_back(self._taken)
