"""What the rows of a tensor stand for: plain numbers, time indices, or intervals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.columns import Columns
from whiskertoolbox_python.arrays.conversion import Int64Array, check_limits, frozen, int_column, read_only
from whiskertoolbox_python.arrays.stored import check_column
from whiskertoolbox_python.clocks.time_frame import Interval

Choice = slice | Int64Array


class Rows:
    """Rows that are plain numbers 0, 1, 2, …; the base of the other kinds."""

    kind: ClassVar[str] = "Ordinal"
    column: ClassVar[str] = ""
    """Name under which `numbers` are stored."""

    def __init__(self, numbers: Int64Array | None = None) -> None:
        self.numbers = None if numbers is None else read_only(numbers)

    def times(self) -> Int64Array:
        """Return the time index of each row; RuntimeError for rows without."""
        raise RuntimeError(f"the rows of this tensor are {self.kind}, they have no time indices")

    def intervals(self) -> Int64Array:
        """Return start and end of each row; RuntimeError for rows without."""
        raise RuntimeError(f"the rows of this tensor are {self.kind}, they have no intervals")

    def within(self, start_index: int, end_index: int) -> Choice:
        """Return which rows belong to an inclusive range of indices."""
        first = max(start_index, 0)
        return slice(first, max(first, end_index + 1))

    def part(self, chosen: Choice) -> Rows:
        """Return some of the rows."""
        return self if self.numbers is None else type(self)(self.numbers[chosen])


class TimedRows(Rows):
    """Rows that belong to time indices, in any order."""

    kind = "TimeFrameIndex"
    column = "row_times"
    numbers: Int64Array

    def times(self) -> Int64Array:
        """Return the time index of each row, ``(rows,)``."""
        return self.numbers

    def within(self, start_index: int, end_index: int) -> Choice:
        """Return the rows whose time is in the range."""
        return _as_choice((self.numbers >= start_index) & (self.numbers <= end_index))


class IntervalRows(Rows):
    """Rows that belong to intervals, in any order."""

    kind = "Interval"
    column = "row_intervals"
    numbers: Int64Array

    def intervals(self) -> Int64Array:
        """Return start and end index of each row, ``(rows, 2)``."""
        return self.numbers

    def within(self, start_index: int, end_index: int) -> Choice:
        """Return the rows whose interval overlaps the range; none where the range is empty."""
        if end_index < start_index:
            return slice(0, 0)
        return _as_choice((self.numbers[:, 1] >= start_index) & (self.numbers[:, 0] <= end_index))


ORDINAL = Rows()


def check_stored(columns: Columns, count: int) -> None:
    """Require that stored columns describe so many rows; raises ValueError."""
    for kind, row_shape in ((TimedRows, ()), (IntervalRows, (2,))):
        if kind.column in columns.arrays:
            check_column(columns, kind.column, np.int64, row_shape=row_shape, rows=count)


def stored_rows(arrays: Mapping[str, npt.NDArray[Any]]) -> Rows:
    """Return the rows that stored columns describe."""
    for kind in (TimedRows, IntervalRows):
        if kind.column in arrays:
            return kind(arrays[kind.column])
    return ORDINAL


def given_rows(times: npt.ArrayLike | None, intervals: Any, *, copy: bool) -> Rows:
    """Return the rows that a user describes by times, by intervals, or not at all; ValueError for both.

    With ``copy=False`` an int64 array is kept as it is.
    """
    if times is not None and intervals is not None:
        raise ValueError("a tensor's rows have either times or intervals")
    if times is not None:
        column = int_column(times, "row_times", copy=copy)
        return TimedRows(frozen(column) if copy else column)
    return ORDINAL if intervals is None else IntervalRows(_as_intervals(intervals, copy=copy))


def _as_intervals(intervals: Any, *, copy: bool) -> Int64Array:
    """Return intervals, or an integer array of shape ``(rows, 2)``, as int64."""
    if not isinstance(intervals, np.ndarray):
        intervals = [(int(one.start), int(one.end)) if isinstance(one, Interval) else one for one in intervals]
    pairs = np.asarray(intervals)
    if pairs.ndim != 2 or pairs.shape[1] != 2:
        raise ValueError(f"row_intervals must have the shape (rows, 2), not {pairs.shape}")
    if pairs.dtype.kind not in "iu":
        raise TypeError(f"incompatible function arguments: row_intervals must be integers, not {pairs.dtype}")
    check_limits(pairs, "row_intervals")
    return frozen(pairs.astype(np.int64)) if copy else read_only(pairs.astype(np.int64, copy=False))


def positions(rows: Rows, wanted: Int64Array) -> Int64Array:
    """Return the first row of each wanted time, -1 where there is none."""
    times = rows.times()
    if not len(times):
        return np.full(len(wanted), -1, np.int64)
    order = np.argsort(times, kind="stable")
    ordered = times[order]
    places = np.minimum(np.searchsorted(ordered, wanted), len(ordered) - 1)
    return np.where(ordered[places] == wanted, order[places], -1)


def first_at(rows: Rows, time: int) -> int | None:
    """Return the first row of exactly that time."""
    found = np.flatnonzero(rows.times() == time)
    return int(found[0]) if len(found) else None


def first_not_before(rows: Rows, time: int) -> int | None:
    """Return the row of the smallest time that is at least `time`."""
    times = rows.times()
    later = np.flatnonzero(times >= time)
    return int(later[np.argmin(times[later])]) if len(later) else None


def last_not_after(rows: Rows, time: int) -> int | None:
    """Return the row of the largest time that is at most `time`."""
    times = rows.times()
    earlier = np.flatnonzero(times <= time)
    return int(earlier[np.argmax(times[earlier])]) if len(earlier) else None


def _as_choice(chosen: npt.NDArray[np.bool_]) -> Choice:
    """Return a slice where the chosen rows have no gaps, so that nothing is copied."""
    rows = np.flatnonzero(chosen)
    if not len(rows):
        return slice(0, 0)
    contiguous = rows[-1] - rows[0] + 1 == len(rows)
    return slice(int(rows[0]), int(rows[-1]) + 1) if contiguous else rows
