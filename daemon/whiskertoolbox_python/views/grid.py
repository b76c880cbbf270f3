"""`grid`: rows of numbers over time as a heat map."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.views.timeline import Timeline, Window


@dataclass(frozen=True)
class Grid:
    """A heat map: one column of cells per bin of rows.

    Attributes
    ----------
    starts, ends : float64 array
        Tick of the first and the last row of each bin.
    cells : float32 array
        ``(bins, channels)``, the mean of the bin's numbers that are not missing; NaN where all are.
    channel_step : int
        Channels that became one.
    low, high : float
        The least and the greatest finite cell; NaN when there is none.
    gap : float
        Bins further apart than so many ticks have a gap between them.
    row_count : int
        Rows in the window.
    outside : int
        Rows of the whole tensor that have no tick.
    """

    starts: npt.NDArray[np.float64]
    ends: npt.NDArray[np.float64]
    cells: npt.NDArray[np.float32]
    channel_step: int
    low: float
    high: float
    gap: float
    row_count: int
    outside: int


def grid(
    values: npt.NDArray[np.float32],
    timeline: Timeline,
    window: Window,
    *,
    budget: int,
    channel_budget: int,
) -> Grid:
    """Return what a window shows of rows of numbers.

    Parameters
    ----------
    values
        ``(rows, channels)``.
    timeline
        The ticks of the rows.
    window
        One more row at each side comes along: a cell reaches to the next row.
    budget, channel_budget
        The most bins, and the most channels.
    """
    first, end = timeline.rows_within(window)
    inside = end - first
    first, end = max(first - 1, timeline.first), min(end + 1, timeline.end)  # they reach into the window
    count = end - first
    size = max(1, -(-count // budget))
    edges = np.arange(first, end, size, dtype=np.int64)
    channel_step = max(1, -(-values.shape[1] // channel_budget))
    channels = np.arange(0, values.shape[1], channel_step, dtype=np.int64)
    cells = np.zeros((0, len(channels)), np.float32)
    if count and len(channels):
        part = np.asarray(values[first:end])
        known = ~np.isnan(part)
        sums = _summed(np.where(known, part, 0), edges - first, channels)
        with np.errstate(invalid="ignore"):
            cells = (sums / _summed(known, edges - first, channels)).astype(np.float32)
    finite = cells[np.isfinite(cells)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (np.nan, np.nan)
    last = np.minimum(edges + size, end) - 1
    return Grid(
        timeline.ticks(edges),
        timeline.ticks(last),
        cells,
        channel_step,
        low,
        high,
        timeline.gap() * size,
        inside,
        timeline.outside,
    )


def _summed(
    numbers: npt.NDArray[np.float32] | npt.NDArray[np.bool_],
    rows: npt.NDArray[np.int64],
    channels: npt.NDArray[np.int64],
) -> npt.NDArray[np.float64]:
    by_row = np.add.reduceat(numbers, rows, axis=0, dtype=np.float64)
    return np.asarray(np.add.reduceat(by_row, channels, axis=1))
