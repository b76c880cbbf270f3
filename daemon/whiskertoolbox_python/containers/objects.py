"""Parts of a container as the library's own objects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.clocks.time_frame import TimeFrame
from whiskertoolbox_python.containers._contents import (
    NANOSECONDS,
    Array,
    Channels,
    Contents,
    Events,
    Intervals,
    Part,
    Points,
    Ragged,
    Samples,
    Stack,
    Table,
    Video,
    indices_at,
)
from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats._loader import Source
from whiskertoolbox_python.formats._order import distinct_times, points_by_time
from whiskertoolbox_python.formats._streaming import allocate, chunks, converted
from whiskertoolbox_python.types.analog import AnalogTimeSeries
from whiskertoolbox_python.types.attributes import is_empty
from whiskertoolbox_python.types.data_object import DataObject
from whiskertoolbox_python.types.events import DigitalEventSeries
from whiskertoolbox_python.types.geometry import ImageSize
from whiskertoolbox_python.types.intervals import DigitalIntervalSeries
from whiskertoolbox_python.types.lines import LineData
from whiskertoolbox_python.types.masks import MaskData
from whiskertoolbox_python.types.media import MediaData
from whiskertoolbox_python.types.points import PointData
from whiskertoolbox_python.types.tensor import TensorData

_BYTES_AT_ONCE = 1 << 28
_EXACT_IN_FLOAT32 = 1 << 24
_BYTES_PER_TICK = 32
"""Of memory, while one is computed."""
_BYTES_PER_POINT = 64


def objects_of(source: Source, contents: Contents, part: Part) -> Iterator[tuple[str, DataObject]]:
    """Read a part; yield its key and object, or those of each of its channels (``name_CH1`` …)."""
    values = part.read()
    if not isinstance(values, Channels):
        yield source.name, _described(source, contents, part, {}, _object(source, part, values))
        return
    own = part.channel_attributes or ({},) * len(values.names)
    for (key, signal), attributes in zip(_signals(source, values), own, strict=True):
        yield key, _described(source, contents, part, attributes, signal)


def _described(
    source: Source, contents: Contents, part: Part, of_channel: Mapping[str, Any], data: DataObject
) -> DataObject:
    """Give an object what the file says of it, and of the recording as a whole."""
    found = {"unit": part.unit, "description": part.description, "recording": dict(contents.attributes)}
    found |= {**part.attributes, **of_channel}
    kept = {name: value for name, value in found.items() if not is_empty(value)}
    while kept:
        try:
            data.attributes = kept
            break
        except ValueError:  # too large for a catalogue: without the largest of them
            largest = max(kept, key=lambda name: len(repr(kept[name])))
            del kept[largest]
            source.warn(f"{part.name}: what the file says in {largest!r} is too large for an attribute; left out")
    return data


def time_frame_of(source: Source, contents: Contents, name: str, ticks_per_second: float | None = None) -> TimeFrame:
    """Return a clock of a file.

    Clocks are compared by their ticks, so all of a file have the same unit: the one that they share, else nanoseconds,
    unless `ticks_per_second` names another.
    """
    clock = contents.clocks[name]
    rates = {one.ticks_per_second for one in contents.clocks.values()} - {None}
    rate = ticks_per_second or (NANOSECONDS if len(rates) > 1 else clock.ticks_per_second)
    ticks = allocate(source, (clock.size,), np.int64)
    for rows in chunks(clock.size, _BYTES_PER_TICK):
        ticks[rows] = _converted(clock.ticks_of(rows), clock.ticks_per_second, rate)
    return TimeFrame.from_array(ticks, ticks_per_second=rate if clock.ticks_per_second else None)


def _converted(ticks: npt.NDArray[np.int64], own: float | None, rate: float | None) -> npt.NDArray[np.int64]:
    if own is None or rate is None or own == rate:
        return ticks
    whole, rest = np.divmod(ticks, np.int64(own)) if own == int(own) else (None, None)
    if whole is not None and rate == int(rate) and rest is not None:
        # Seconds and the rest apart, so that nothing is rounded that need not be.
        exact: npt.NDArray[np.int64] = whole * np.int64(rate) + np.rint(rest * (rate / own)).astype(np.int64)
        return exact
    converted: npt.NDArray[np.int64] = np.rint(ticks * (rate / own)).astype(np.int64)
    return converted


def _signals(source: Source, values: Channels) -> Iterator[tuple[str, AnalogTimeSeries]]:
    """Yield the channels, read in blocks, as many at once as fit a bounded piece of memory."""
    count, channels = len(values.raw), len(values.names)
    at_once = max(1, _BYTES_AT_ONCE // max(4 * count, 1))
    for first in range(0, channels, at_once):
        chosen = slice(first, first + at_once)
        shape = (len(values.names[chosen]), count)
        signals = allocate(source, shape, np.float32, alike=-(-channels // shape[0]))
        gains = values.gains[chosen, None].astype(np.float32)
        offsets = values.offsets[chosen, None].astype(np.float32)
        for rows in chunks(count, 8 * channels):
            block = np.asarray(values.raw[rows])[:, chosen].T
            target = signals[:, rows]
            np.multiply(block, gains, out=target, casting="unsafe")
            if offsets.any():
                target += offsets
        for channel, signal in zip(values.names[chosen], signals, strict=True):
            yield f"{source.name}_{channel}", AnalogTimeSeries.from_array(signal, copy=False)


def _object(source: Source, part: Part, values: Any) -> DataObject:
    warn = source.warn
    if isinstance(values, Samples):
        samples = _as_float32(source, part, values.values)
        return AnalogTimeSeries.from_array(samples, _stored_indices(source, values.indices), copy=False)
    if isinstance(values, Events):
        events = DigitalEventSeries.from_array(distinct_times(source, values.indices), copy=False)
        if len(events) < len(values.indices):
            lost = len(values.indices) - len(events)
            warn(f"{part.name}: {lost:,} events come at the same time as another of the series; left out")
        return events
    if isinstance(values, Intervals):
        intervals = DigitalIntervalSeries.from_array(values.bounds)
        if len(intervals) < len(values.bounds):
            lost = len(values.bounds) - len(intervals)
            warn(f"{part.name}: {lost:,} intervals have the start and end of another of the series; left out")
        return intervals
    if isinstance(values, Points):
        return _points(source, values)
    if isinstance(values, Ragged):
        size = _size(values.image_size)
        if part.kind == "mask":
            return MaskData.from_arrays(values.frames, values.offsets, values.points, image_size=size)
        points = converted(source, values.points, np.float32, lambda block: block)
        return LineData.from_arrays(values.frames, values.offsets, points, image_size=size, copy=False)
    if isinstance(values, Table):
        names = values.columns or None
        table = _as_float32(source, part, values.values)
        times = _stored_indices(source, values.indices)
        return TensorData.from_array(table, column_names=names or (), row_times=times, copy=False)
    if isinstance(values, Video):
        if not values.path.is_file():
            raise LoadError(f"{values.path} does not exist, though the file names it; put it there and load again")
        return MediaData.from_video(values.path)
    if isinstance(values, Stack):
        dtype = np.uint8 if values.frames.dtype == np.uint8 else np.float32
        frames = converted(source, values.frames, dtype, lambda block: block)
        return MediaData.from_array(frames, copy=False)
    raise TypeError(f"{type(values).__name__} is not a kind of values")


def _size(size: tuple[int, int] | None) -> ImageSize | None:
    return None if size is None else ImageSize(*size)


def _stored_indices(source: Source, indices: npt.NDArray[np.int64] | range | None) -> npt.NDArray[np.int64] | None:
    if indices is None:
        return None
    stored = allocate(source, (len(indices),), np.int64)
    for rows in chunks(len(indices), _BYTES_PER_TICK):
        stored[rows] = indices_at(indices, rows)
    return stored


def _points(source: Source, values: Points) -> PointData:
    frames = allocate(source, (values.count,), np.int64)
    points = allocate(source, (values.count, 2), np.float32)
    count = 0
    for rows in chunks(values.count, _BYTES_PER_POINT):
        here, xy = values.read(rows)
        kept = slice(count, count + len(here))
        with np.errstate(over="ignore"):
            frames[kept], points[kept] = here, xy
        count = kept.stop
    if count < values.count:
        frames, points = (one[:count].copy() if one.flags.owndata else one[:count] for one in (frames, points))
    times, ordered = points_by_time(source, frames, points)
    return PointData.from_arrays(times, ordered, image_size=_size(values.image_size), copy=False)


def _as_float32(source: Source, part: Part, values: Array) -> npt.NDArray[np.float32]:
    largest = 0

    def rounded(block: Array) -> Array:
        nonlocal largest
        if block.dtype.kind in "iu" and block.dtype.itemsize >= 4 and block.size:
            largest = max(largest, abs(int(block.min())), abs(int(block.max())))
        with np.errstate(over="ignore"):
            return block.astype(np.float32)

    made = converted(source, values, np.float32, rounded)
    if largest > _EXACT_IN_FLOAT32:
        source.warn(f"{part.name}: whole numbers up to {largest:,} are rounded: values are kept with 24 bits (float32)")
    return made
