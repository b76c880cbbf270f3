"""`ticks`: events one by one where there are few, and how many there are per bin where there are many."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.views.timeline import Timeline, Window


@dataclass(frozen=True)
class Ticks:
    """Events in a window. Every event of the window is in exactly one point.

    Attributes
    ----------
    starts, ends : float64 array
        Tick of the first and of the last event of each point.
    counts : uint32 array
        Events of the point; 1 everywhere where `is_exact`.
    entity_ids : int64 array
        Identity of each event (0: none) where `is_exact`, else empty.
    event_count : int
        Events in the window.
    outside : int
        Events of the whole series that have no tick.
    """

    starts: npt.NDArray[np.float64]
    ends: npt.NDArray[np.float64]
    counts: npt.NDArray[np.uint32]
    entity_ids: npt.NDArray[np.int64]
    is_exact: bool
    event_count: int
    outside: int


def ticks(timeline: Timeline, window: Window, *, budget: int, entity_ids: npt.NDArray[np.int64] | None = None) -> Ticks:
    """Return what a window shows of events whose ticks a timeline gives.

    Parameters
    ----------
    budget
        The most points, 4 or more.
    entity_ids
        Identity of each event; None: they have none.
    """
    first, end = timeline.rows_within(window)
    count = end - first
    if count <= budget:
        at = timeline.ticks(np.arange(first, end, dtype=np.int64))
        ids = np.zeros(count, np.int64) if entity_ids is None else np.array(entity_ids[first:end], np.int64)
        return Ticks(at, at, np.ones(count, np.uint32), ids, True, count, timeline.outside)
    begin, last = timeline.ticks(np.array([first, end - 1], np.int64)).tolist()
    width = 2.0 ** np.ceil(np.log2(max((last - begin) / (budget - 2), 1.0)))
    edges = np.arange(np.floor(begin / width) + 1, np.floor(last / width) + 1, dtype=np.float64) * width
    rows = np.unique(np.concatenate([[first], timeline.rows_from(edges), [end]])).astype(np.int64)
    return Ticks(
        timeline.ticks(rows[:-1]),
        timeline.ticks(rows[1:] - 1),
        np.diff(rows).astype(np.uint32),
        np.zeros(0, np.int64),
        False,
        count,
        timeline.outside,
    )
