"""What is drawn over pictures: points with their trails, lines, masks, intervals that hold the tick, and heat maps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_daemon.data.view_sources import Source, ViewSources
from whiskertoolbox_protocol.arrays import encode_array
from whiskertoolbox_protocol.views import OverlayQuery, OverlayView, ReadFrame
from whiskertoolbox_python.types.points import likelihood_keys
from whiskertoolbox_python.views.timeline import index_at

Array = npt.NDArray[Any]

SHAPES_LIMIT = 1 << 16
"""Points of the shapes over one picture, and of their trails."""
CELLS_LIMIT = 1 << 16
"""Of a heat map; of a larger one every second, third, … row and column is shown."""
TRAIL_LIMIT = 1 << 10


@dataclass(frozen=True)
class Choice:
    """Which entries of a key are shown.

    Attributes
    ----------
    members : int64 array or None
        Identities of those that are; None: all are.
    likelihood : Source or None
        The signal that says how sure points are.
    threshold : float
        Less sure ones are not shown.
    """

    members: Array | None = None
    likelihood: Source | None = None
    threshold: float = 0.0


EVERYTHING = Choice()


def read_overlays(sources: ViewSources, params: ReadFrame) -> list[OverlayView]:
    """Return what keys have at the last index of their clock that is not after the tick."""
    sources.refresh()
    trail = min(max(params.trail, 0), TRAIL_LIMIT)
    answers: list[OverlayView] = []
    for query in params.overlays:
        source = sources.source(query.key)
        if source is None:
            continue
        members = sources.members(query.group) if query.group else None
        if source.shape == "marks":
            signal = sources.source(likelihood_key(sources, query.key, source))
            choice = Choice(members, signal, query.threshold)
            answers.append(marks_of(query.key, source, params.tick, trail, choice))
        elif source.shape == "spans":
            answers.append(_intervals(query.key, source, params.tick, members))
        elif source.shape == "grid" and "pictures" in source.arrays:
            answers.append(_heat(query, source, params.tick))
    return answers


def likelihood_key(sources: ViewSources, key: str, own: Source) -> str:
    """Return the key of the signal that says how sure the points of a key are; empty where there is none."""
    for name in likelihood_keys(key) if own.row.type == "Points" else ():
        signal = sources.source(name)
        if signal and signal.shape == "trace" and signal.row.time_key == own.row.time_key:
            return name
    return ""


def marks_of(key: str, source: Source, tick: float, trail: int, choice: Choice = EVERYTHING) -> OverlayView:
    """Return the points, lines or masks at a tick."""
    times, offsets = source.arrays["times"], source.arrays["offsets"]
    index = index_at(source.clock.ticks, tick)
    first, end = int(np.searchsorted(times, index)), int(np.searchsorted(times, index, "right"))
    kinds: dict[str, Any] = {"Points": "points", "Line": "lines", "Mask": "masks"}
    shape = kinds[source.row.type]
    signal = choice.likelihood
    is_shown = _is_shown(choice, source, slice(first, end))
    sizes = np.diff(offsets[first : end + 1])
    is_shown &= np.cumsum(sizes * is_shown) <= SHAPES_LIMIT
    points = source.arrays["points"][offsets[first] : offsets[end]][np.repeat(is_shown, sizes)]
    return _overlay(
        key,
        shape,
        offsets=np.concatenate([[0], np.cumsum(sizes[is_shown])]),
        points=points,
        entity_ids=source.arrays["entity_ids"][first:end][is_shown],
        likelihoods=None if signal is None else _likelihoods(signal, times[first:end][is_shown]),
        trail=_trail(choice, source, index, trail) if shape == "points" and trail else None,
        tick=_tick_of(source, index),
    )


def _is_shown(choice: Choice, source: Source, entries: slice) -> npt.NDArray[np.bool_]:
    """Return which entries are in the group, and likely enough."""
    times = source.arrays["times"][entries]
    is_shown = np.ones(len(times), bool)
    if choice.members is not None:
        is_shown &= np.isin(source.arrays["entity_ids"][entries], choice.members)
    if choice.likelihood is not None and choice.threshold > 0:
        is_shown &= _likelihoods(choice.likelihood, times) >= choice.threshold  # one that is missing is below any
    return is_shown


def _likelihoods(signal: Source, times: Array) -> npt.NDArray[np.float32]:
    """Return what a signal has at indices of its clock, NaN where it has nothing."""
    values, own = signal.arrays["values"], signal.arrays.get("times")
    if not len(values):
        return np.full(len(times), np.nan, np.float32)
    places = times - int(signal.row.attributes.get("start_index", 0)) if own is None else np.searchsorted(own, times)
    rows = np.clip(places, 0, len(values) - 1)
    is_there = places == rows if own is None else own[rows] == times
    return np.where(is_there, values[rows], np.nan).astype(np.float32)


def _trail(choice: Choice, source: Source, index: int, length: int) -> npt.NDArray[np.float32]:
    """Return the points of the indices before, and of this one, by their number within their index."""
    times = source.arrays["times"]
    first, end = int(np.searchsorted(times, index - length)), int(np.searchsorted(times, index, "right"))
    first = max(first, end - SHAPES_LIMIT)
    own = times[first:end]
    numbers = np.arange(len(own), dtype=np.int64) - np.searchsorted(own, own)
    tracks = int(numbers.max(initial=-1)) + 1
    steps = min(length + 1, SHAPES_LIMIT // max(tracks, 1))
    places = own - (index - steps + 1)
    is_shown = (places >= 0) & _is_shown(choice, source, slice(first, end))
    track = np.full((tracks, steps, 2), np.nan, np.float32)
    track[numbers[is_shown], places[is_shown]] = source.arrays["points"][first:end][is_shown]
    return track


def _intervals(key: str, source: Source, tick: float, members: Array | None) -> OverlayView:
    index = index_at(source.clock.ticks, tick)
    intervals = source.arrays["intervals"]
    holds = (intervals[:, 0] <= index) & (index <= intervals[:, 1])
    ids = source.arrays.get("entity_ids")
    shown = np.zeros(int(holds.sum()), np.int64) if ids is None else ids[holds]
    if members is not None:
        shown = shown[np.isin(shown, members)]
    return _overlay(key, "intervals", entity_ids=shown, tick=_tick_of(source, index))


def _heat(query: OverlayQuery, source: Source, tick: float) -> OverlayView:
    """The row of a tensor that belongs to the index, or whose interval holds it."""
    index = index_at(source.clock.ticks, tick)
    pictures, times = source.arrays["pictures"], source.arrays.get("times")
    row = index if times is None else int(np.searchsorted(times, index, "right")) - 1
    cells = np.zeros((0, 0), np.float32)
    if 0 <= row < len(pictures) and (times is None or index <= source.arrays.get("ends", times)[row]):
        cells = pictures[row]
        if cells.ndim == 3:
            cells = cells[:, :, min(max(query.channel, 0), cells.shape[2] - 1)]
        step = 1
        while -(-cells.shape[0] // step) * -(-cells.shape[1] // step) > CELLS_LIMIT:
            step += 1
        cells = cells[::step, ::step]
    return _overlay(query.key, "heat", cells=cells, tick=_tick_of(source, index))


def _overlay(
    key: str,
    shape: Any,
    *,
    tick: float | None,
    offsets: Array | None = None,
    points: Array | None = None,
    entity_ids: Array | None = None,
    likelihoods: Array | None = None,
    cells: Array | None = None,
    trail: Array | None = None,
) -> OverlayView:
    def wire(array: Array | None, shape: tuple[int, ...], dtype: Any) -> Any:
        return encode_array(np.ascontiguousarray(np.zeros(shape) if array is None else array, dtype))

    return OverlayView(
        key=key,
        shape=shape,
        offsets=wire(offsets, (1,), np.uint32),
        points=wire(points, (0, 2), np.float32),
        entity_ids=wire(entity_ids, (0,), np.int64),
        likelihoods=wire(likelihoods, (0,), np.float32),
        cells=wire(cells, (0, 0), np.float32),
        trail=wire(trail, (0, 0, 2), np.float32),
        tick=tick,
    )


def _tick_of(source: Source, index: int) -> float | None:
    clock = source.clock.ticks
    return float(clock[index]) if 0 <= index < len(clock) else None if len(clock) else float(index)
