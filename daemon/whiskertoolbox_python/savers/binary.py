"""Analog signals as raw samples, events and intervals as a bit of 16-bit words. What does not fit is refused."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.loaders._binary import find_edges
from whiskertoolbox_python.loaders._options import option
from whiskertoolbox_python.loaders.analog_binary import scaled_samples
from whiskertoolbox_python.loaders.interval_binary import pair_edges
from whiskertoolbox_python.savers._base import SaveError, Saver, Target, replacing
from whiskertoolbox_python.types.analog import AnalogTimeSeries
from whiskertoolbox_python.types.events import DigitalEventSeries
from whiskertoolbox_python.types.intervals import DigitalIntervalSeries

_MOST_WORDS = 1 << 31


@dataclass(frozen=True, kw_only=True)
class AnalogOptions:
    """Options of analog binary; as the loader's."""

    binary_data_type: Literal["int16", "float32", "int8", "uint16", "float64"] = option("int16", "Type of a sample.")
    scale_factor: float = option(1.0, "A sample times this, plus `offset_value`, is the value.")
    offset_value: float = option(0.0, "See `scale_factor`.")


@dataclass(frozen=True, kw_only=True)
class WordOptions:
    """Options of uint16; as the loader's."""

    channel: int = option(0, "Bit of the word, from 0 to 15.")
    transition: Literal["rising", "falling"] = option("rising", "The change that marks an event or a start.")


def save_analog(data: AnalogTimeSeries, target: Target, options: AnalogOptions) -> dict[str, Any]:
    """Write the samples of one channel."""
    values = data.values
    if not np.array_equal(data.times, np.arange(len(data))):
        raise SaveError(f"{target.key}: raw samples have no times, and these are not 0, 1, 2, …; use csv or hdf5")
    samples = _as_samples(values, options)
    if not np.array_equal(scaled_samples(samples, options.scale_factor, options.offset_value), values, equal_nan=True):
        raise SaveError(
            f"{target.key}: not every value is some {options.binary_data_type} times {options.scale_factor} plus "
            f"{options.offset_value}; give binary_data_type='float32'"
        )
    with replacing(target.path) as temporary:
        samples.tofile(temporary)
    return asdict(options)


def _as_samples(values: npt.NDArray[np.float32], options: AnalogOptions) -> npt.NDArray[Any]:
    if options.scale_factor == 0:
        raise SaveError("scale_factor must not be 0")
    dtype = np.dtype(options.binary_data_type)
    samples = (values.astype(np.float64) - options.offset_value) / options.scale_factor
    if dtype.kind == "f":
        return samples.astype(dtype)
    limits = np.iinfo(dtype)
    return np.clip(np.rint(np.nan_to_num(samples)), limits.min, limits.max).astype(dtype)


def save_events(data: DigitalEventSeries, target: Target, options: WordOptions) -> dict[str, Any]:
    """Write a pulse of one word for each event."""
    times = data.times
    words = _as_words(np.column_stack([times, times + 1]), target, options)
    starts, _ = _edges(words, options)
    if not np.array_equal(starts, times):
        raise SaveError(f"{target.key}: as pulses, events must be at 1 or later and not next to each other; use csv")
    return _write_words(words, target, options)


def save_intervals(data: DigitalIntervalSeries, target: Target, options: WordOptions) -> dict[str, Any]:
    """Write a run of words from each start up to its end, which is the first word after the run."""
    words = _as_words(data.intervals, target, options)
    if not np.array_equal(pair_edges(*_edges(words, options)), data.intervals):
        raise SaveError(f"{target.key}: as runs, intervals must start at 1 or later and not touch each other; use csv")
    return _write_words(words, target, options)


def _as_words(runs: npt.NDArray[np.int64], target: Target, options: WordOptions) -> npt.NDArray[np.uint16]:
    """Return words whose bit is set (for falling: cleared) from each start up to, not including, each end."""
    if not 0 <= options.channel <= 15:
        raise SaveError(f"channel must be a bit from 0 to 15, not {options.channel}")
    length = int(runs.max(initial=0)) + 1
    if runs.min(initial=0) < 0 or length > _MOST_WORDS:
        raise SaveError(f"{target.key}: words hold indices from 0 to {_MOST_WORDS:,}; use csv")
    depth = np.zeros(length, np.int64)
    np.add.at(depth, runs[:, 0], 1)
    np.add.at(depth, runs[:, 1], -1)
    is_set = (np.cumsum(depth) > 0) == (options.transition == "rising")
    words: npt.NDArray[np.uint16] = is_set.astype(np.uint16) << np.uint16(options.channel)
    return words


def _edges(words: npt.NDArray[np.uint16], options: WordOptions) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the starts and the ends that a loader finds."""
    rising, falling = find_edges(words, options.channel)
    return (rising, falling) if options.transition == "rising" else (falling, rising)


def _write_words(words: npt.NDArray[np.uint16], target: Target, options: WordOptions) -> dict[str, Any]:
    with replacing(target.path) as temporary:
        words.tofile(temporary)
    return asdict(options)


ANALOG_SAVER = Saver("analog", ("binary",), AnalogOptions, save_analog, "Raw samples of one channel.")
EVENT_SAVER = Saver("digital_event", ("uint16", "binary"), WordOptions, save_events, "A pulse for each event.")
INTERVAL_SAVER = Saver("digital_interval", ("uint16", "binary"), WordOptions, save_intervals, "A run of words each.")
