"""Gives out entity ids, and remembers to which entries. Knows no data object and no file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.columns import Columns
from whiskertoolbox_python.arrays.conversion import Int64Array
from whiskertoolbox_python.arrays.growing import Growing, History
from whiskertoolbox_python.arrays.order import is_ascending, parts
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
_MANY = 1 << 14
"""Ids that are worth a file."""
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
    allocate
        Makes arrays for many ids of a shape and dtype, such as inside a store.
    """

    def __init__(
        self,
        reserve: Callable[[int], int] | None = None,
        recall: Callable[[str, str], Packed | None] | None = None,
        allocate: Callable[[tuple[int, ...], npt.DTypeLike], npt.NDArray[Any]] = np.empty,
    ) -> None:
        self._reserve = reserve or self._count_up
        self._recall = recall
        self._allocate = allocate
        self._memos: dict[tuple[str, str], _Memo] = {}
        self._changed: set[tuple[str, str]] = set()
        self._next = 1

    def assign(self, key: str, kind: str, times: Int64Array, locals_: Int64Array) -> Int64Array:
        """Return the ids of many tuples, in their order, as a new array; new ones are numbered in that order."""
        if not len(times):
            return np.empty(0, np.int64)
        memo = self._memo(key, kind)
        rows = memo.merged()
        if _ascend(times, locals_) and (not rows.shape[1] or tuple(rows[:_ID, -1]) < (times[0], locals_[0])):
            return self._give(key, kind, times, locals_)  # nothing to look for
        wanted = np.stack([times, locals_])
        first = _first_of_equals(np.concatenate([rows[:_ID], wanted], axis=1))
        count = rows.shape[1]
        fresh = first == np.arange(len(first), dtype=np.int64)
        fresh[:count] = False
        numbers = np.zeros(len(first), np.int64)
        numbers[:count] = rows[_ID]
        if fresh.any():
            numbers[fresh] = self._give(key, kind, *wanted[:, fresh[count:]])
        return numbers[first[count:]]

    def _give(self, key: str, kind: str, times: Int64Array, locals_: Int64Array) -> Int64Array:
        """Give tuples that have none consecutive ids, when `_Memo.merged` has been called."""
        numbers = self._consecutive(self._reserve(len(times)), len(times))
        rows = self.room((len(times), 3))
        for part in parts(len(times)):
            for column, values in enumerate((times, locals_, numbers)):
                rows[part, column] = values[part]
        self._memo(key, kind).add(rows)
        self._changed.add((key, kind))
        return numbers

    def room(self, shape: tuple[int, ...], dtype: npt.DTypeLike = np.int64) -> npt.NDArray[Any]:
        """Return an array for numbers of many tuples, inside the store that ids are kept in."""
        return (self._allocate if shape[0] > _MANY else np.empty)(shape, dtype)

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
                return self._consecutive(memo.first_id, count)
        places = np.arange(count, dtype=np.int64)
        return self.assign(key, kind, places, places)

    def _consecutive(self, first: int, count: int) -> Int64Array:
        ids = self.room((count,))
        for part in parts(count):
            ids[part] = np.arange(first + part.start, first + part.stop, dtype=np.int64)
        return ids

    def assign_one(self, key: str, kind: str, time: int, local: int) -> int:
        """Return the id of one tuple."""
        memo = self._memo(key, kind)
        found = memo.find(time, local)
        if not found:
            found = self._reserve(1)
            memo.note(time, local, found)
            self._changed.add((key, kind))
        return found

    def renumber(self, key: str, kind: str, time: int, entity_ids: Sequence[int], before: int) -> list[int]:
        """Let the tuples of a time have these ids from now on, new ones for 0; return them.

        Of the `before` tuples that the time had, those that there are no ids for are forgotten.
        """
        memo = self._memo(key, kind)
        given = [entity_id or self._reserve(1) for entity_id in entity_ids]
        for local, entity_id in enumerate([*given, *[0] * (before - len(given))]):
            if memo.find(time, local) != entity_id:
                memo.note(time, local, entity_id)
                self._changed.add((key, kind))
        return given

    def move(self, key: str, kind: str, old: tuple[int, int], new: tuple[int, int], entity_id: int) -> None:
        """Let a tuple's id belong to another tuple from now on."""
        memo = self._memo(key, kind)
        memo.note(*old, 0)
        memo.note(*new, entity_id)
        self._changed.add((key, kind))

    def keep(self, key: str, kind: str, time: int, local: int, entity_id: int) -> None:
        """Let an id belong to a tuple from now on, and to no other."""
        memo = self._memo(key, kind)
        rows = memo.merged()
        for other_time, other_local in rows[:_ID, rows[_ID] == entity_id].T.tolist():
            memo.note(other_time, other_local, 0)
        memo.note(time, local, entity_id)
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

    The tuples (0, 0), (1, 1), … up to ``place_count`` have the ids from ``first_id`` on. The others are in ``log``,
    which is what is stored: ``(n, 3)`` of time, local and id, in the order in which they were given, so that storing
    one more costs little. Of equal tuples the last counts, and id 0 removes one. To be found they are sorted by time,
    then local, when first looked for; single ones wait for that in ``recent``, which is empty or holds all that wait.
    """

    def __init__(self, packed: Packed | None) -> None:
        arrays, attributes, histories = packed or Packed({}, {})
        self.place_count: int = attributes.get("count", 0)
        self.first_id: int = attributes.get("first_id", 0)
        self.recent: dict[tuple[int, int], int] = {}
        self._rows: npt.NDArray[np.int64] = _NO_ROWS
        self._sorted_count = 0
        """Of the log, how many are in `_rows`."""
        if "rows" in arrays:  # as format version 1 has it
            self._renew_log(arrays["rows"])
        else:
            self.log = Growing(arrays.get("log", _NO_ROWS.T), histories.get("log"))

    @property
    def is_places(self) -> bool:
        """Whether places are all there is."""
        return not len(self.log)

    def find(self, time: int, local: int) -> int:
        """Return the id of a tuple, or 0."""
        recent = self.recent.get((time, local))
        if recent is not None:
            return recent
        if time == local and 0 <= time < self.place_count:
            return self.first_id + time
        rows = self._rows if self.recent else self._sorted()
        low = int(np.searchsorted(rows[_TIME], time, "left"))
        high = int(np.searchsorted(rows[_TIME], time, "right"))
        place = low + int(np.searchsorted(rows[_LOCAL, low:high], local))
        return int(rows[_ID, place]) if place < high and rows[_LOCAL, place] == local else 0

    def note(self, time: int, local: int, given: int) -> None:
        """Remember the id of one tuple; 0 forgets it."""
        if time == local and 0 <= time < self.place_count:
            self._merge_places()
        if not self.recent or len(self.recent) > max(_LEAST_RECENT, self._rows.shape[1]):
            self._sorted()
        self.recent[time, local] = given
        self.log.append((time, local, given))

    def add(self, rows: Int64Array) -> None:
        """Remember new tuples and their ids, (n, 3), when `merged` has been called."""
        if len(self.log):
            self.log.extend(rows)
        else:
            self.log = Growing(rows)

    def merged(self) -> npt.NDArray[np.int64]:
        """Return all, ``(3, n)``: times, locals and ids, sorted."""
        self._merge_places()
        return self._sorted()

    def packed(self) -> Packed:
        """Return all as arrays and attributes."""
        waiting = len(self.recent) or len(self.log) - self._sorted_count
        if len(self.log) > 2 * (self._rows.shape[1] + waiting) + _LEAST_RECENT:
            self._renew_log(self._sorted())
        attributes = {"count": self.place_count, "first_id": self.first_id} if self.place_count else {}
        if not len(self.log):
            return Packed({}, attributes)
        return Packed({"log": self.log.view()}, attributes, {"log": self.log.history})

    def _merge_places(self) -> None:
        if self.place_count:
            places = np.arange(self.place_count, dtype=np.int64)
            rows = np.concatenate([self._sorted(), np.stack([places, places, places + self.first_id])], axis=1)
            self.place_count = 0
            self._renew_log(_in_order(rows))

    def _sorted(self) -> npt.NDArray[np.int64]:
        """Return those of the log, sorted, each with its last id."""
        if self._sorted_count < len(self.log):
            added = self.log.rows[self._sorted_count :].T
            self._rows = _in_order(np.ascontiguousarray(np.concatenate([self._rows, added], axis=1)))
            self._sorted_count = len(self.log)
            self.recent = {}
        return self._rows

    def _renew_log(self, rows: npt.NDArray[np.int64]) -> None:
        self._rows = rows
        self._sorted_count = rows.shape[1]
        self.log = Growing(np.ascontiguousarray(rows.T))


def _ascend(times: Int64Array, locals_: Int64Array) -> bool:
    """Return whether each tuple is greater than the one before it."""
    if is_ascending(times, distinct=True):
        return True
    later = times[1:] > times[:-1]
    return bool((later | ((times[1:] == times[:-1]) & (locals_[1:] > locals_[:-1]))).all())


def _in_order(rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return tuples sorted; of equals, the last counts, and is dropped if its id is 0."""
    times, locals_ = rows[:_ID]
    if not _ascend(times, locals_):
        order = np.lexsort((locals_, times))
        rows = rows[:, order]
        newest = np.ones(rows.shape[1], bool)
        newest[:-1] = (rows[_TIME, 1:] != rows[_TIME, :-1]) | (rows[_LOCAL, 1:] != rows[_LOCAL, :-1])
        rows = rows[:, newest]
    return rows if rows[_ID].all() else rows[:, rows[_ID] != 0]


def _first_of_equals(pairs: npt.NDArray[np.int64]) -> Int64Array:
    """Return for each column the position of the first equal column."""
    order = np.lexsort((pairs[1], pairs[0]))
    times, locals_ = pairs[:, order]
    starts = np.ones(len(order), bool)
    starts[1:] = (times[1:] != times[:-1]) | (locals_[1:] != locals_[:-1])
    first = np.empty(len(order), np.int64)
    first[order] = order[starts][np.cumsum(starts) - 1]  # the sort is stable, so a group begins with its first
    return first
