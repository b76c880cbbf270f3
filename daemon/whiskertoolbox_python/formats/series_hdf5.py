"""Analog signals and events as two 1-D datasets of an HDF5 file: times, and values or event marks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats._growing_column import GrowingColumn
from whiskertoolbox_python.formats._hdf5 import Numbers, as_whole, open_hdf5, require_same_length
from whiskertoolbox_python.formats._hdf5_writing import write_datasets
from whiskertoolbox_python.formats._indices import Rate
from whiskertoolbox_python.formats._loader import LoadedItem, Loader, Source
from whiskertoolbox_python.formats._order import event_series, tell_disorder, unwrap_option, unwrapped
from whiskertoolbox_python.formats._saver import Destination, Saver, require_entries
from whiskertoolbox_python.formats._streaming import allocate, chunks, converted
from whiskertoolbox_python.parameters import option, required
from whiskertoolbox_python.types.analog import AnalogTimeSeries
from whiskertoolbox_python.types.events import DigitalEventSeries


@dataclass(frozen=True, kw_only=True)
class _SeriesOptions:
    time_key: str = required("dataset of the times")
    scale: float = option(1.0, "Times are multiplied by it and taken to the nearest index (halves away from zero).")
    scale_divide: bool = option(False, "Divide by `scale` instead.")
    unwrap: bool = unwrap_option("Times")


@dataclass(frozen=True, kw_only=True)
class AnalogOptions(_SeriesOptions):
    """Options of analog hdf5."""

    value_key: str = required("dataset of the values")


@dataclass(frozen=True, kw_only=True)
class EventOptions(_SeriesOptions):
    """Options of digital_event hdf5."""

    event_key: str = required("dataset that is above 0.5 where a time is an event")


def load_analog(source: Source, options: AnalogOptions) -> Iterator[LoadedItem]:
    """Read one signal."""
    with open_hdf5(source.path) as file:
        stored_times, values = _datasets(file, source, options, options.value_key)
        samples = converted(source, values, np.float32, _as_float32, rows_together=values.rows_together)
        times = _read_times(source, options, stored_times)
    times = _indices(source, options, times)
    tell_disorder(source, times, "times")
    yield LoadedItem(source.name, AnalogTimeSeries.from_array(samples, times, copy=False))


def load_events(source: Source, options: EventOptions) -> Iterator[LoadedItem]:
    """Read the times that are marked."""
    with open_hdf5(source.path) as file:
        stored_times, marks = _datasets(file, source, options, options.event_key)
        times = _read_times(source, options, stored_times)
        times = _indices(source, options, times)
        events = GrowingColumn(np.int64, len(marks), partial(allocate, source))
        for part in chunks(len(marks), 8, rows_together=marks.rows_together):
            events.add(times[part][marks[part] > 0.5], part.stop - part.start)
    yield LoadedItem(source.name, event_series(source, events.finish()))


def _datasets(file: Any, source: Source, options: _SeriesOptions, key: str) -> tuple[Numbers, Numbers]:
    times = Numbers.of(file, source.path, options.time_key)
    values = Numbers.of(file, source.path, key)
    require_same_length(source.path, {options.time_key: len(times), key: len(values)})
    if not len(times):
        raise LoadError(f'{source.path}: dataset "{options.time_key}" is empty')
    return times, values


def _as_float32(values: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    with np.errstate(over="ignore"):
        return values.astype(np.float32)


def _read_times(source: Source, options: _SeriesOptions, times: Numbers) -> npt.NDArray[Any]:
    """Return the times as they are in the file, or whole."""
    if times.dtype.kind in "iu" and (options.scale == 1 or options.unwrap):
        whole = partial(as_whole, source.path, options.time_key)
        return converted(source, times, np.int64, whole, rows_together=times.rows_together)
    return converted(source, times, times.dtype, lambda rows: rows, rows_together=times.rows_together)


def _indices(source: Source, options: _SeriesOptions, times: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    times = unwrapped(times) if options.unwrap else times
    if times.dtype == np.int64 and options.scale == 1:
        return times
    rate = Rate(scale=options.scale, divide=options.scale_divide)
    return rate.indices(source.path, times, source.warn, allocate=partial(allocate, source))


@dataclass(frozen=True, kw_only=True)
class SaveAnalogOptions:
    """Options of analog hdf5."""

    time_key: str = option("time", "Dataset of the indices.")
    value_key: str = option("value", "Dataset of the values.")


@dataclass(frozen=True, kw_only=True)
class SaveEventOptions:
    """Options of digital_event hdf5."""

    time_key: str = option("time", "Dataset of the indices.")
    event_key: str = option("event", "Dataset of ones, the marks that the loader asks for.")


def save_analog(data: AnalogTimeSeries, target: Destination, options: SaveAnalogOptions) -> dict[str, Any]:
    """Write the indices and the values."""
    require_entries(len(data), target)
    times, values = data.toTimeValueArrays()
    write_datasets(target, [(options.time_key, times), (options.value_key, values)])
    return asdict(options)


def save_events(data: DigitalEventSeries, target: Destination, options: SaveEventOptions) -> dict[str, Any]:
    """Write the indices and a one for each."""
    require_entries(len(data), target)
    write_datasets(target, [(options.time_key, data.times), (options.event_key, np.ones(len(data), np.uint8))])
    return asdict(options)


ANALOG_LOADER = Loader("analog", ("hdf5",), AnalogOptions, load_analog, "A dataset of times and one of values.")
EVENT_LOADER = Loader("digital_event", ("hdf5",), EventOptions, load_events, "A dataset of times and one of marks.")
ANALOG_SAVER = Saver("analog", ("hdf5",), SaveAnalogOptions, save_analog, "A dataset of indices and one of values.")
EVENT_SAVER = Saver("digital_event", ("hdf5",), SaveEventOptions, save_events, "A dataset of indices and one of ones.")
FORMATS = (ANALOG_LOADER, EVENT_LOADER, ANALOG_SAVER, EVENT_SAVER)
