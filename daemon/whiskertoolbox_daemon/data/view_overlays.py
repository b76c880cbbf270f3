"""What is drawn over pictures: points with their trails, lines, masks, and the intervals that hold the tick."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_daemon.data.view_sources import Source, ViewSources
from whiskertoolbox_protocol.arrays import encode_array
from whiskertoolbox_protocol.views import OverlayView, ReadFrame
from whiskertoolbox_python.views.timeline import index_at

SHAPES_LIMIT = 1 << 16
"""Points of the shapes over one picture, and of their trails."""
TRAIL_LIMIT = 1 << 10


def read_overlays(sources: ViewSources, params: ReadFrame) -> list[OverlayView]:
    """Return what keys have at the last index of their clock that is not after the tick."""
    sources.refresh()
    trail = min(max(params.trail, 0), TRAIL_LIMIT)
    answers: list[OverlayView] = []
    for key in params.overlays:
        source = sources.source(key)
        if source is not None and source.shape == "marks":
            answers.append(marks_of(key, source, params.tick, trail))
        elif source is not None and source.shape == "spans":
            answers.append(_intervals(key, source, params.tick))
    return answers


def marks_of(key: str, source: Source, tick: float, trail: int) -> OverlayView:
    """Return the points, lines or masks at a tick."""
    times, offsets = source.arrays["times"], source.arrays["offsets"]
    index = index_at(source.clock.ticks, tick)
    first, end = int(np.searchsorted(times, index)), int(np.searchsorted(times, index, "right"))
    while end > first and offsets[end] - offsets[first] > SHAPES_LIMIT:
        end -= 1
    points = source.arrays["points"][offsets[first] : offsets[end]]
    kinds: dict[str, Any] = {"Points": "points", "Line": "lines", "Mask": "masks"}
    shape = kinds[source.row.type]
    track = _trail(source, index, trail) if shape == "points" and trail else np.zeros((0, 0, 2), np.float32)
    return OverlayView(
        key=key,
        shape=shape,
        offsets=encode_array((offsets[first : end + 1] - offsets[first]).astype(np.uint32)),
        points=encode_array(points.astype(np.float32)),
        entity_ids=encode_array(source.arrays["entity_ids"][first:end]),
        trail=encode_array(track),
        tick=_tick_of(source, index),
    )


def _trail(source: Source, index: int, length: int) -> npt.NDArray[np.float32]:
    """Return the points of the indices before, and of this one, by their number within their index."""
    times = source.arrays["times"]
    first, end = int(np.searchsorted(times, index - length)), int(np.searchsorted(times, index, "right"))
    first = max(first, end - SHAPES_LIMIT)
    own = times[first:end]
    numbers = np.arange(len(own), dtype=np.int64) - np.searchsorted(own, own)
    tracks = int(numbers.max(initial=-1)) + 1
    steps = min(length + 1, SHAPES_LIMIT // max(tracks, 1))
    places = own - (index - steps + 1)
    is_shown = places >= 0
    track = np.full((tracks, steps, 2), np.nan, np.float32)
    track[numbers[is_shown], places[is_shown]] = source.arrays["points"][first:end][is_shown]
    return track


def _intervals(key: str, source: Source, tick: float) -> OverlayView:
    index = index_at(source.clock.ticks, tick)
    intervals = source.arrays["intervals"]
    holds = (intervals[:, 0] <= index) & (index <= intervals[:, 1])
    ids = source.arrays.get("entity_ids")
    return OverlayView(
        key=key,
        shape="intervals",
        offsets=encode_array(np.zeros(1, np.uint32)),
        points=encode_array(np.zeros((0, 2), np.float32)),
        entity_ids=encode_array(np.zeros(int(holds.sum()), np.int64) if ids is None else ids[holds]),
        trail=encode_array(np.zeros((0, 0, 2), np.float32)),
        tick=_tick_of(source, index),
    )


def _tick_of(source: Source, index: int) -> float | None:
    clock = source.clock.ticks
    return float(clock[index]) if 0 <= index < len(clock) else None if len(clock) else float(index)
