"""Gives out entity ids, and remembers to which entries. Knows no data object and no file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.columns import Columns
from whiskertoolbox_python.arrays.conversion import Int64Array
from whiskertoolbox_python.arrays.growing import Growing, History
from whiskertoolbox_python.arrays.stored import check_column, check_whole
from whiskertoolbox_python.upstream.arguments import INT64


class Packed(NamedTuple):
    """What stores what is remembered of one key and kind; histories as in `types._base.Columns`."""

    arrays: Mapping[str, npt.NDArray[Any]]
    attributes: Mapping[str, Any]
    histories: Mapping[str, History] = {}


LEAST_PLACES = 1 << 24
"""Ids of places are a number in the catalogue that is multiplied out; every key may have so many."""


def check_packed(packed: Packed, *, most_places: Callable[[], int]) -> None:
    """Raise ValueError when that cannot be what was packed.

    Parameters
    ----------
    most_places
        Returns how many places there can be; not asked for as many as every key may have.
    """
    columns = Columns(packed.arrays, packed.attributes)
    count = check_whole(columns, "count", 0, INT64[1], default=0)
    if count > LEAST_PLACES and count > (most := most_places()):
        raise ValueError(f"{count:,} entries are said to have identities, and at most {most:,} can")
    check_whole(columns, "first_id", 0, INT64[1] - count, default=0)
    if "log" in packed.arrays:
        check_column(columns, "log", np.int64, row_shape=(3,))
    if "rows" in packed.arrays:
        rows = packed.arrays["rows"]
        check_column(columns, "rows", np.int64, row_shape=rows.shape[1:] if rows.ndim == 2 else (), rows=3)


_TIME, _LOCAL, _ID = range(3)
_NO_ROWS = np.empty((3, 0), np.int64)
_LEAST_RECENT = 1024
"""Fewer tuples than these are neither sorted in nor cleaned up."""


class EntityRegistry:
    """Gives out entity ids: one counter, and the same id again for the same (key, kind, time, local index).

    Parameters
    ----------
    reserve
        Takes a count and returns the first of so many consecutive ids that nobody else gets.
    recall
        Returns what was stored of a key and kind by `take_changed`, or None.
    """

    def __init__(
        self,
        reserve: Callable[[int], int] | None = None,
        recall: Callable[[str, str], Packed | None] | None = None,
    ) -> None:
        self._reserve = reserve or self._count_up
        self._recall = recall
        self._memos: dict[tuple[str, str], _Memo] = {}
        self._changed: set[tuple[str, str]] = set()
        self._next = 1

    def assign(self, key: str, kind: str, times: Int64Array, locals_: Int64Array) -> Int64Array:
        """Return the ids of many tuples, in their order, as a new array; new ones are numbered in that order."""
        memo = self._memo(key, kind)
        rows = memo.merged()
        wanted = np.stack([times, locals_])
        first = _first_of_equals(np.concatenate([rows[:_ID], wanted], axis=1))
        count = rows.shape[1]
        fresh = first == np.arange(len(first))
        fresh[:count] = False
        numbers = np.zeros(len(first), np.int64)
        numbers[:count] = rows[_ID]
        new_count = int(np.count_nonzero(fresh))
        if new_count:
            self._changed.add((key, kind))
            start = self._reserve(new_count)
            numbers[fresh] = np.arange(start, start + new_count)
            added = np.concatenate([wanted[:, fresh[count:]], numbers[np.newaxis, fresh]])
            memo.add(added)
        return numbers[first[count:]]

    def assign_places(self, key: str, kind: str, count: int) -> Int64Array:
        """Return the ids of the tuples (0, 0), (1, 1), … as a new array; costs little for however many."""
        memo = self._memo(key, kind)
        if memo.is_places:
            missing = count - memo.place_count
            if missing > 0 and not memo.place_count:
                memo.first_id = self._reserve(missing)
                memo.place_count = count
                self._changed.add((key, kind))
            if count <= memo.place_count:
                return np.arange(memo.first_id, memo.first_id + count)
        places = np.arange(count)
        return self.assign(key, kind, places, places)

    def assign_one(self, key: str, kind: str, time: int, local: int) -> int:
        """Return the id of one tuple."""
        memo = self._memo(key, kind)
        found = memo.find(time, local)
        if not found:
            found = self._reserve(1)
            memo.note(time, local, found)
            self._changed.add((key, kind))
        return found

    def move(self, key: str, kind: str, old: tuple[int, int], new: tuple[int, int], entity_id: int) -> None:
        """Let a tuple's id belong to another tuple from now on."""
        memo = self._memo(key, kind)
        memo.note(*old, 0)
        memo.note(*new, entity_id)
        self._changed.add((key, kind))

    def take_changed(self, key: str) -> dict[str, Packed]:
        """Return, by kind, what is remembered of a key, if it changed since the last call."""
        if not self._changed:
            return {}
        kinds = [kind for changed_key, kind in self._changed if changed_key == key]
        self._changed.difference_update((key, kind) for kind in kinds)
        return {kind: self._memo(key, kind).packed() for kind in kinds}

    def put_back_changed(self, key: str, kind: str) -> None:
        """Undo `take_changed`, when what it returned could not be stored."""
        self._changed.add((key, kind))

    def remembered(self) -> list[tuple[str, str]]:
        """Return the keys and kinds of which something is in memory."""
        return list(self._memos)

    def forget(self, key: str, kind: str) -> None:
        """Drop what is remembered of a key and kind; it is recalled when needed again."""
        if (key, kind) not in self._changed:
            self._memos.pop((key, kind), None)

    def reset(self) -> None:
        """Start again at 1 with nothing remembered."""
        self._memos = {}
        self._changed = set()
        self._next = 1

    def _memo(self, key: str, kind: str) -> _Memo:
        memo = self._memos.get((key, kind))
        if memo is None:
            memo = self._memos[key, kind] = _Memo(self._recall(key, kind) if self._recall else None)
        return memo

    def _count_up(self, count: int) -> int:
        first = self._next
        self._next += count
        return first


class _Memo:
    """Ids given to the tuples (time, local index) of one key and kind.

    The tuples (0, 0), (1, 1), … up to ``place_count`` have the ids from ``first_id`` on. The others are columns of
    ``rows`` (time, local, id), sorted by time, then local, of which single ones wait in ``recent`` to be sorted in.
    ``log`` is what is stored: ``(n, 3)``, in the order in which they were given, so that storing one more costs little.
    Of equal tuples the last counts, and id 0 removes one.
    """

    def __init__(self, packed: Packed | None) -> None:
        arrays, attributes, histories = packed or Packed({}, {})
        self.place_count: int = attributes.get("count", 0)
        self.first_id: int = attributes.get("first_id", 0)
        self.rows: npt.NDArray[np.int64] = _NO_ROWS
        self.recent: dict[tuple[int, int], int] = {}
        if "rows" in arrays:  # as format version 1 has it
            self.rows = arrays["rows"]
            self._renew_log()
        else:
            self.log = Growing(arrays.get("log", _NO_ROWS.T), histories.get("log"))
            self._sort_in(self.log.rows.T)

    @property
    def is_places(self) -> bool:
        """Whether places are all there is."""
        return not self.recent and not self.rows.shape[1]

    def find(self, time: int, local: int) -> int:
        """Return the id of a tuple, or 0."""
        recent = self.recent.get((time, local))
        if recent is not None:
            return recent
        if time == local and 0 <= time < self.place_count:
            return self.first_id + time
        low = int(np.searchsorted(self.rows[_TIME], time, "left"))
        high = int(np.searchsorted(self.rows[_TIME], time, "right"))
        place = low + int(np.searchsorted(self.rows[_LOCAL, low:high], local))
        return int(self.rows[_ID, place]) if place < high and self.rows[_LOCAL, place] == local else 0

    def note(self, time: int, local: int, given: int) -> None:
        """Remember the id of one tuple; 0 forgets it."""
        if time == local and 0 <= time < self.place_count:
            self._merge_places()
        self.recent[time, local] = given
        self.log.append((time, local, given))
        if len(self.recent) > max(_LEAST_RECENT, self.rows.shape[1]):
            self._merge_recent()

    def add(self, rows: npt.NDArray[np.int64]) -> None:
        """Remember new tuples, given as ``rows``, when `merged` has been called."""
        self.log.extend(rows.T)
        self._sort_in(rows)

    def merged(self) -> npt.NDArray[np.int64]:
        """Return all as rows."""
        self._merge_places()
        self._merge_recent()
        return self.rows

    def packed(self) -> Packed:
        """Return all as arrays and attributes."""
        if len(self.log) > 2 * (self.rows.shape[1] + len(self.recent)) + _LEAST_RECENT:
            self._merge_recent()
            self._renew_log()
        attributes = {"count": self.place_count, "first_id": self.first_id} if self.place_count else {}
        if not len(self.log):
            return Packed({}, attributes)
        return Packed({"log": self.log.view()}, attributes, {"log": self.log.history})

    def _merge_places(self) -> None:
        if self.place_count:
            places = np.arange(self.place_count)
            self._merge_recent()
            self._sort_in(np.stack([places, places, places + self.first_id]))
            self.place_count = 0
            self._renew_log()

    def _merge_recent(self) -> None:
        if self.recent:
            recent = np.array([(*pair, given) for pair, given in self.recent.items()], np.int64).T
            self.recent = {}
            self._sort_in(recent)

    def _sort_in(self, added: npt.NDArray[np.int64]) -> None:
        """Take tuples in any order into the rows; of equals, the last counts."""
        rows = np.concatenate([self.rows, added], axis=1)
        times, locals_ = rows[_TIME], rows[_LOCAL]
        rises = (times[1:] > times[:-1]) | ((times[1:] == times[:-1]) & (locals_[1:] > locals_[:-1]))
        if not rises.all():
            order = np.lexsort((locals_, times))
            rows = rows[:, order]
            newest = np.ones(rows.shape[1], bool)
            newest[:-1] = (rows[_TIME, 1:] != rows[_TIME, :-1]) | (rows[_LOCAL, 1:] != rows[_LOCAL, :-1])
            rows = rows[:, newest]
        self.rows = rows if rows[_ID].all() else rows[:, rows[_ID] != 0]

    def _renew_log(self) -> None:
        self.log = Growing(np.ascontiguousarray(self.rows.T))


def _first_of_equals(pairs: npt.NDArray[np.int64]) -> Int64Array:
    """Return for each column the position of the first equal column."""
    order = np.lexsort((pairs[1], pairs[0]))
    times, locals_ = pairs[:, order]
    starts = np.ones(len(order), bool)
    starts[1:] = (times[1:] != times[:-1]) | (locals_[1:] != locals_[:-1])
    first = np.empty(len(order), np.int64)
    first[order] = order[starts][np.cumsum(starts) - 1]  # the sort is stable, so a group begins with its first
    return first
