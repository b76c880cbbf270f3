"""`spans`: intervals one by one where there are few, and stretches that hold some where there are many."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.views.timeline import Window


@dataclass(frozen=True)
class Spans:
    """Intervals that overlap a window.

    Attributes
    ----------
    starts, ends : float64 array
        Tick of the first and the last index of each interval, or of all intervals of a stretch.
    counts : uint32 array
        Intervals of the stretch; 1 everywhere where `is_exact`.
    entity_ids : int64 array
        Identity of each interval (0: none) where `is_exact`, else empty.
    interval_count : int
        Intervals that overlap the window.
    outside : int
        Intervals of the whole series that have no tick at either end.
    """

    starts: npt.NDArray[np.float64]
    ends: npt.NDArray[np.float64]
    counts: npt.NDArray[np.uint32]
    entity_ids: npt.NDArray[np.int64]
    is_exact: bool
    interval_count: int
    outside: int


def spans(
    intervals: npt.NDArray[np.int64],
    window: Window,
    *,
    budget: int,
    clock: npt.NDArray[np.int64] | None = None,
    entity_ids: npt.NDArray[np.int64] | None = None,
) -> Spans:
    """Return what a window shows of intervals.

    Parameters
    ----------
    intervals
        ``(N, 2)``, first and last clock index of each, ordered by the first.
    budget
        The most points, 4 or more.
    clock
        Tick of each clock index, ascending; None or empty: the indices are the ticks. An interval with one end outside
        the clock is cut off there, one with both is not shown.
    entity_ids
        Identity of each interval; None: they have none.
    """
    starts, ends, is_inside = _ticks(intervals, clock)
    overlap = is_inside & (starts <= window.end) & (ends >= window.start)
    outside = int(len(intervals) - np.count_nonzero(is_inside))
    chosen = np.flatnonzero(overlap)
    starts, ends, count = starts[chosen], ends[chosen], len(chosen)
    if count <= budget:
        ids = np.zeros(count, np.int64) if entity_ids is None else np.array(entity_ids[chosen], np.int64)
        return Spans(starts, ends, np.ones(count, np.uint32), ids, True, count, outside)
    width = 2.0 ** np.ceil(np.log2(max((window.end - window.start) / (budget - 2), 1e-9)))
    bins = np.floor(np.maximum(starts, window.start) / width)
    firsts = np.flatnonzero(np.append(True, bins[1:] != bins[:-1]))
    return Spans(
        starts[firsts],
        np.maximum.reduceat(ends, firsts),
        np.diff(np.append(firsts, count)).astype(np.uint32),
        np.zeros(0, np.int64),
        False,
        count,
        outside,
    )


def _ticks(
    intervals: npt.NDArray[np.int64], clock: npt.NDArray[np.int64] | None
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Return the ticks of both ends, and which intervals are on the clock."""
    first, last = intervals[:, 0], intervals[:, 1]
    if clock is None or not len(clock):
        return first.astype(np.float64), last.astype(np.float64), np.ones(len(intervals), bool)
    is_inside = (last >= 0) & (first < len(clock))
    limit = len(clock) - 1
    starts, ends = (clock[np.clip(index, 0, limit)].astype(np.float64) for index in (first, last))
    return starts, ends, is_inside
