"""Signals as their lanes want them: without their mean, high-passed, low-passed, as spectrograms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_daemon.data.view_sources import Source
from whiskertoolbox_protocol.arrays import encode_array
from whiskertoolbox_protocol.channel import RequestError
from whiskertoolbox_protocol.views import GridView, LaneQuery
from whiskertoolbox_python.views import Band, Trace, Window, filtered, rows_of_trace, spectrogram, trace

CHUNK = 1 << 20
SEGMENTS_LIMIT = 1024
"""Columns of a spectrogram."""


def filtered_trace(source: Source, values: npt.NDArray[Any], lane: LaneQuery, window: Window, budget: int) -> Trace:
    """Return what a window shows of a signal behind a filter; RequestError when it cannot be filtered."""
    rate = _rate(source, f"{lane.key} cannot be filtered")
    rows = rows_of_trace(source.timeline, window, budget=budget)
    band = Band(lane.high_pass, lane.low_pass)
    try:
        samples = filtered(values, source.timeline, rows, band=band, rate=rate)
    except ValueError as error:
        raise RequestError(f"{lane.key} cannot be filtered: {error}.") from error
    return trace(samples, source.timeline, window, budget=budget, first_row=rows[0])


def spectrogram_view(
    source: Source, values: npt.NDArray[Any], lane: LaneQuery, window: Window, budget: int
) -> GridView:
    """Return a signal's spectrogram between the cut-offs of its lane; RequestError when it has no frequencies."""
    rate = _rate(source, f"{lane.key} has no spectrogram")
    if lane.high_pass is not None and lane.high_pass >= min(lane.low_pass or rate / 2, rate / 2):
        raise RequestError(
            f"{lane.key} has no spectrogram: there are no frequencies between {lane.high_pass:g} Hz and "
            f"{min(lane.low_pass or rate / 2, rate / 2):g} Hz."
        )
    shown = spectrogram(
        values,
        source.timeline,
        window,
        rate=rate,
        lowest=lane.high_pass or 0.0,
        highest=lane.low_pass,
        budget=min(budget // 4, SEGMENTS_LIMIT),
    )
    finite = shown.decibels[np.isfinite(shown.decibels)]
    # A few cells that are all but empty, or louder than everything, would leave one colour to the others.
    low, high = np.percentile(finite, [2, 99.5]).tolist() if finite.size else (None, None)
    half = shown.step / 2
    return GridView(
        starts=encode_array(shown.ticks - half),
        ends=encode_array(shown.ticks + half),
        cells=encode_array(np.ascontiguousarray(shown.decibels[:, ::-1])),
        channel_step=1,
        low=low,
        high=high,
        gap=1.5 * shown.step,
        row_count=len(shown.ticks),
        outside_count=source.timeline.outside,
        bottom=float(shown.frequencies[0]) if len(shown.frequencies) else None,
        top=float(shown.frequencies[-1]) if len(shown.frequencies) else None,
    )


def _rate(source: Source, problem: str) -> float:
    """Return how many rows a second has."""
    if source.clock.ticks_per_second is None:
        raise RequestError(
            f"{problem}: its clock {source.row.time_key!r} has no ticks_per_second, "
            "so that there are no Hz. Give it one: dm.setTime(..., wt.TimeFrame(times, ticks_per_second=...))."
        )
    rate = source.clock.ticks_per_second / source.timeline.usual_step()
    if not rate > 0:
        raise RequestError(f"{problem}: it has fewer than two samples, so that there are no Hz.")
    return rate


class Means:
    """Means of whole signals, kept while they stay as they are; `count_read` is told of the bytes looked at."""

    def __init__(self, count_read: Callable[[int], None]) -> None:
        self._count_read = count_read
        self._known: dict[tuple[str, int], tuple[int, float]] = {}

    def find(self, source: Source, channel: int, values: npt.NDArray[Any]) -> float:
        """Return the mean of all finite samples; 0 without any."""
        known = self._known.get((source.row.key, channel))
        if known is not None and known[0] == source.row.version:
            return known[1]
        total, count = 0.0, 0
        for first in range(0, len(values), CHUNK):
            part = np.asarray(values[first : first + CHUNK], np.float64)
            is_finite = np.isfinite(part)
            total += float(part[is_finite].sum())
            count += int(np.count_nonzero(is_finite))
        self._count_read(values.itemsize * len(values))
        mean = total / count if count else 0.0
        self._known[source.row.key, channel] = source.row.version, mean
        return mean


def without(shown: Trace, mean: float) -> Trace:
    """Return a trace whose values are lower by a mean."""
    low, high = ((ends.astype(np.float64) - mean).astype(np.float32) for ends in (shown.low, shown.high))
    return replace(shown, low=low, high=high)
