"""Clocks made of data that is loaded already; no file is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.order import parts
from whiskertoolbox_python.clocks.time_frame import TimeFrame
from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats._clock_options import ClockOptions, every_tick
from whiskertoolbox_python.formats._loader import LoadedItem, Loader, Source
from whiskertoolbox_python.formats._streaming import allocate
from whiskertoolbox_python.parameters import option, required, suggest
from whiskertoolbox_python.types.analog import AnalogTimeSeries
from whiskertoolbox_python.types.events import DigitalEventSeries
from whiskertoolbox_python.types.intervals import DigitalIntervalSeries


@dataclass(frozen=True, kw_only=True)
class DerivedOptions(ClockOptions):
    """Options of time derived."""

    source_timeframe: str = required("time key of the clock that gives the ticks")
    source_series: str | None = option(None, "Key of the events or intervals; an entry before this one makes it.")
    source_type: Literal["event", "event_series", "interval", "interval_series"] | None = option(
        None, "What `source_series` is; found out by itself when left out."
    )
    event_series: str | None = option(None, "Older way to name events as the source.")
    interval_series: str | None = option(None, "Older way to name intervals as the source.")
    edge: Literal["start", "end"] = option("start", "Which end of each interval.")


@dataclass(frozen=True, kw_only=True)
class MaxValueOptions(ClockOptions):
    """Options of time max_value."""

    source_data: str = required("key of the events or the analog signal; an entry before this one makes it")
    start_value: int = option(0, "First tick.")


def load_derived(source: Source, options: DerivedOptions) -> Iterator[LoadedItem]:
    """Make a tick per event or interval."""
    key = options.source_series or options.event_series or options.interval_series
    if key is None:
        raise LoadError('option "source_series" is required: key of the events or intervals')
    frame = source.manager.getTime(options.source_timeframe)
    if frame is None:
        known = dict(source.manager.clocks())
        raise LoadError(f"source_timeframe {suggest(options.source_timeframe, sorted(known))} is not a clock")
    data = source.manager.getData(key)
    wanted = (options.source_type or "").removesuffix("_series")
    if isinstance(data, DigitalEventSeries) and wanted != "interval":
        yield LoadedItem(source.name, options.clock(source, _ticks(source, frame, data.times, options, key)))
    elif isinstance(data, DigitalIntervalSeries) and wanted != "event":
        own = data.getTimeFrame()
        bounds = data.intervals[:, 0 if options.edge == "start" else 1]
        clock = own if own is not None and len(own) else frame
        yield LoadedItem(source.name, options.clock(source, _ticks(source, clock, bounds, options, key)))
    else:
        raise LoadError(f'"{key}" is not {"an " + wanted if wanted else "an event or interval"} series loaded before')


def _ticks(
    source: Source, frame: TimeFrame, indices: npt.NDArray[np.int64], options: DerivedOptions, key: str
) -> npt.NDArray[np.int64]:
    if not indices.size:
        raise LoadError(f'"{key}" is empty, so there are no ticks')
    if not len(frame):
        raise LoadError(f'the clock "{options.source_timeframe}" of "{key}" is empty; load it before this entry')
    if not all(frame.has(indices[part]).all() for part in parts(len(indices))):
        return frame.times_at(indices)  # which says what is outside
    ticks = allocate(source, indices.shape, np.int64)
    for part in parts(len(indices)):
        ticks[part] = frame.times[indices[part]]
    return ticks


def load_max_value(source: Source, options: MaxValueOptions) -> Iterator[LoadedItem]:
    """Make every tick from the first to the largest in the data."""
    data = source.manager.getData(options.source_data)
    if not isinstance(data, DigitalEventSeries | AnalogTimeSeries):
        raise LoadError(f'"{options.source_data}" is not an event or analog series loaded before')
    if not len(data):
        raise LoadError(f'"{options.source_data}" is empty, so there is no largest value')
    if isinstance(data, DigitalEventSeries):
        largest = int(data.ticks().max())
    else:
        largest = max(int(data.times_of(part).max()) for part in parts(len(data)))
    yield LoadedItem(source.name, options.clock(source, every_tick(source, options.start_value, largest)))


DERIVED_LOADER = Loader(
    "time", ("derived",), DerivedOptions, load_derived, "Ticks of events or intervals loaded before.", reads="nothing"
)
MAX_VALUE_LOADER = Loader(
    "time",
    ("max_value",),
    MaxValueOptions,
    load_max_value,
    "Every tick up to the data's largest index.",
    reads="nothing",
)
FORMATS = (DERIVED_LOADER, MAX_VALUE_LOADER)
