"""`trace`: a signal as samples where there are few, and as the extremes of bins where there are many."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.views.pyramid import Pyramid, extremes
from whiskertoolbox_python.views.timeline import Timeline, Window

Int64Array = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Trace:
    """A signal in a window. Every sample of the window is in exactly one point.

    Attributes
    ----------
    starts, ends : float64 array
        Tick of the first and the last sample of each point; equal where the points are single samples.
    low, high : float32 array
        Lowest and highest sample; NaN where all are missing.
    missing : uint32 array
        How many samples of the point are missing (NaN).
    is_exact : bool
        Each point is one sample.
    gap : float
        Points further apart than so many ticks have a gap between them.
    sample_count : int
        Samples in the window.
    outside : int
        Samples of the whole signal that have no tick, because their index is outside their clock.
    """

    starts: npt.NDArray[np.float64]
    ends: npt.NDArray[np.float64]
    low: npt.NDArray[np.float32]
    high: npt.NDArray[np.float32]
    missing: npt.NDArray[np.uint32]
    is_exact: bool
    gap: float
    sample_count: int
    outside: int


def trace(
    values: npt.NDArray[np.float32],
    timeline: Timeline,
    window: Window,
    *,
    budget: int,
    pyramid: Pyramid | None = None,
    first_row: int = 0,
) -> Trace:
    """Return what a window shows of a signal.

    Parameters
    ----------
    values
        Samples, float32; NaN is a missing one.
    timeline
        Their ticks.
    window
        One more sample (or bin) at each side comes along, so that lines run on to the edge.
    budget
        The most points, 4 or more. Bins do not move when the window does, as long as it keeps its length.
    pyramid
        Of the first ``pyramid.count`` samples; makes it faster, not different.
    first_row
        The row of the first of `values`, when these are a part; see `rows_of_trace`.
    """
    first, end = timeline.rows_within(window)
    count = end - first
    inside = first, end
    first, end = max(first - 1, timeline.first), min(end + 1, timeline.end)
    if end - first <= budget:
        rows = np.arange(first, end, dtype=np.int64)
        samples = np.array(values[first - first_row : end - first_row], np.float32)
        at = timeline.ticks(rows)
        missing = np.isnan(samples).astype(np.uint32)
        return Trace(at, at, samples, samples, missing, True, timeline.gap(), count, timeline.outside)
    edges = _even(timeline, first, end, budget - 2) if timeline.step is not None else _timed(timeline, inside, budget)
    found = extremes(values, edges - first_row, pyramid)
    return Trace(
        timeline.ticks(edges[:-1]),
        timeline.ticks(edges[1:] - 1),
        *found,
        False,
        timeline.gap(),
        count,
        timeline.outside,
    )


def rows_of_trace(timeline: Timeline, window: Window, *, budget: int) -> tuple[int, int]:
    """Return the rows that `trace` looks at for a window at most: the first, and the one behind the last."""
    first, end = timeline.rows_within(window)
    beside = 2 * (end - first + 2) // (budget - 2) + 2
    return max(first - beside, timeline.first), min(end + beside, timeline.end)


def _even(timeline: Timeline, first: int, end: int, budget: int) -> Int64Array:
    """Return the edges, in rows, of bins with equal numbers of samples that cover a range."""
    size = 1 << max(0, int(np.ceil(np.log2((end - first) / budget))))
    edges = np.arange(first // size, -(-end // size) + 1, dtype=np.int64) * size
    return np.clip(edges, timeline.first, timeline.end)


def _timed(timeline: Timeline, inside: tuple[int, int], budget: int) -> Int64Array:
    """Return the edges of bins of equal duration: a gap between two recordings stays one.

    The samples next to the window have bins of their own, because a gap may be between.
    """
    first, end = inside
    begin, last = timeline.ticks(np.array([first, end - 1], np.int64)).tolist()
    width = 2.0 ** np.ceil(np.log2(max((last - begin) / (budget - 4), 1.0)))
    ticks = np.arange(np.floor(begin / width) + 1, np.floor(last / width) + 1, dtype=np.float64) * width
    around = [max(first - 1, timeline.first), first, end, min(end + 1, timeline.end)]
    return np.unique(np.concatenate([around, timeline.rows_from(ticks)])).astype(np.int64)
