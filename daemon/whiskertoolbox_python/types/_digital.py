"""What events and intervals share: rows that grow in place, each with an identity once the series is stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.columns import Columns
from whiskertoolbox_python.arrays.conversion import Int64Array, as_array
from whiskertoolbox_python.arrays.growing import Changing, Growing
from whiskertoolbox_python.arrays.stored import check_ascending, check_column
from whiskertoolbox_python.entities.ids import EntityId, as_entity_ids
from whiskertoolbox_python.types.data_object import EntityBearing, mutation, no_ids

if TYPE_CHECKING:
    from typing_extensions import Self


class DigitalSeries(EntityBearing):
    """Rows of int64 in the order of the series, and their ids."""

    __slots__ = ("_entries", "_ids")
    _column: ClassVar[str]
    """Name that the rows are stored under."""
    _row_shape: ClassVar[tuple[int, ...]] = ()
    _entries: Growing
    _ids: Growing | None  # None: no identity

    def _fill(self, rows: Int64Array, ids: Int64Array | None = None) -> None:
        self._hold(Growing(rows), None if ids is None else Growing(ids))

    def _hold(self, entries: Growing, ids: Growing | None) -> None:
        self._entries, self._ids = entries, ids

    def _compact(self) -> bool:
        columns = [column for column in (self._entries, self._ids) if column is not None and not column.is_compact]
        for column in columns:
            column.compact()
        return bool(columns)

    @classmethod
    def _of(cls, rows: Int64Array, ids: Int64Array | None = None) -> Self:
        """Make a series of rows that are in order."""
        series = cls.__new__(cls)
        series._fill(rows, ids)
        return series

    @property
    def entity_ids(self) -> Int64Array:
        """Id of each entry, int64, read-only; zeros before the series is stored in a DataManager."""
        return no_ids(len(self)) if self._ids is None else self._ids.view()

    def size(self) -> int:
        """Return the number of entries; ``len()`` gives the same."""
        return len(self._entries)

    def _keep_entities(self, entity_ids: Int64Array) -> None:
        self._ids = Growing(entity_ids)

    @mutation
    def set_entity_id(self, entry: Any, entity_id: Any) -> None:
        """Give an entry the identity of one that this series had: it was moved, or removed and is added again.

        Parameters
        ----------
        entry : int or Interval
            As the series has it: the index of an event, or an interval.
        entity_id : int or EntityId
            The identity that it is to have.

        Raises
        ------
        KeyError
            When there is no such entry.
        ValueError
            When the series is not stored, so that it has no identities, or another entry has this one.
        """
        (wanted,) = as_entity_ids([entity_id], "entity_id").tolist()
        place = self._place_of(entry)
        if place is None:
            raise KeyError(f"there is no entry {entry}")
        if self._ids is None:
            raise ValueError("entries have no identities before the series is stored")
        others = np.flatnonzero(self._ids.rows == wanted)
        if wanted == 0 or (others != place).any():
            raise ValueError(f"another entry has the identity {wanted}" if wanted else "0 is not an identity")
        if not len(others):
            self._ids.put(place, wanted)
            self._note_id(place, wanted)

    def _place_of(self, entry: Any) -> int | None:
        raise NotImplementedError

    def _note_id(self, place: int, entity_id: int) -> None:
        """Note that the entry at a place has another identity, where the series is known by its entries."""

    def _listed_ids(self) -> list[EntityId]:
        return [EntityId._of(entity_id) for entity_id in self.entity_ids.tolist()]

    def isView(self) -> bool:
        """Return whether this is a view of another series: never."""
        return False

    def isLazy(self) -> bool:
        """Return whether this is computed on demand: never."""
        return False

    def _delete(self, place: int) -> None:
        self._entries.delete(place, place + 1)
        if self._ids is not None:
            self._ids.delete(place, place + 1)

    def _part(self, chosen: slice | npt.NDArray[Any]) -> Self:
        """Return a new series of some of the rows, a view of a slice."""
        return self._of(self._entries.view()[chosen], None if self._ids is None else self._ids.view()[chosen])

    def _changing_columns(self) -> Mapping[str, Changing]:
        rows = {self._column: self._entries}
        return rows if self._ids is None else {**rows, "entity_ids": self._ids}

    @classmethod
    def check_columns(cls, columns: Columns) -> None:
        """Require distinct events, or intervals by their start."""
        rows = check_column(columns, cls._column, np.int64, row_shape=cls._row_shape)
        check_ascending(rows[:, 0] if cls._row_shape else rows, cls._column, distinct=not cls._row_shape)
        if "entity_ids" in columns.arrays:
            check_column(columns, "entity_ids", np.int64, rows=len(rows))

    @classmethod
    def from_columns(cls, columns: Columns) -> Self:
        """Make a series over stored arrays."""
        series = cls.__new__(cls)
        has_ids = "entity_ids" in columns.arrays
        series._hold(columns.growing(cls._column), columns.growing("entity_ids") if has_ids else None)
        return series

    def _entry_count(self) -> int:
        return len(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> npt.NDArray[Any]:
        return as_array(self._entries.view(), dtype, copy)
