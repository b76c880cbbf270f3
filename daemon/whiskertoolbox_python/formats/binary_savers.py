"""Analog signals as raw samples, events and intervals as a bit of 16-bit words. What does not fit is refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.errors import SaveError
from whiskertoolbox_python.formats._saver import Destination, Saver, Write, require_entries, write_files
from whiskertoolbox_python.formats.analog_binary import scaled_samples
from whiskertoolbox_python.parameters import option
from whiskertoolbox_python.types.analog import AnalogTimeSeries
from whiskertoolbox_python.types.events import DigitalEventSeries
from whiskertoolbox_python.types.intervals import DigitalIntervalSeries

_MOST_WORDS = 1 << 31
_WORDS_AT_ONCE = 1 << 22


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


def save_analog(data: AnalogTimeSeries, target: Destination, options: AnalogOptions) -> dict[str, Any]:
    """Write the samples of one channel."""
    require_entries(len(data), target)
    values = data.values
    if not np.array_equal(data.times, np.arange(len(data))):
        raise SaveError(f"{target.key}: raw samples have no times, and these are not 0, 1, 2, …; use csv or hdf5")
    samples = _as_samples(values, options)
    if not np.array_equal(scaled_samples(samples, options.scale_factor, options.offset_value), values, equal_nan=True):
        raise SaveError(
            f"{target.key}: not every value is some {options.binary_data_type} times {options.scale_factor} plus "
            f"{options.offset_value}; give binary_data_type='float32'"
        )
    write_files([(target.path, _writer([samples]))])
    return asdict(options)


def _as_samples(values: npt.NDArray[np.float32], options: AnalogOptions) -> npt.NDArray[Any]:
    if options.scale_factor == 0:
        raise SaveError("scale_factor must not be 0")
    dtype = np.dtype(options.binary_data_type)
    samples = (values.astype(np.float64) - options.offset_value) / options.scale_factor
    if dtype.kind == "f":
        with np.errstate(over="ignore"):  # infinite then, which is not what the value was
            return samples.astype(dtype)
    limits = np.iinfo(dtype)
    return np.clip(np.rint(np.nan_to_num(samples)), limits.min, limits.max).astype(dtype)


def save_events(data: DigitalEventSeries, target: Destination, options: WordOptions) -> dict[str, Any]:
    """Write a pulse of one word for each event."""
    edges = np.column_stack([data.times, data.times + 1]).reshape(-1)
    _check_words(edges, target, options, "as pulses, events must be at 1 or later and not next to each other")
    write_files([(target.path, _writer(_words(edges, options)))])
    return asdict(options)


def save_intervals(data: DigitalIntervalSeries, target: Destination, options: WordOptions) -> dict[str, Any]:
    """Write a run of words from each start up to its end, which is the first word after the run."""
    edges = data.intervals.reshape(-1)
    _check_words(edges, target, options, "as runs, intervals must start at 1 or later and not touch each other")
    write_files([(target.path, _writer(_words(edges, options)))])
    return asdict(options)


def _check_words(edges: npt.NDArray[np.int64], target: Destination, options: WordOptions, rule: str) -> None:
    """Refuse edges that a bit cannot have: it changes after the first word, and once at a time."""
    if not 0 <= options.channel <= 15:
        raise SaveError(f"channel must be a bit from 0 to 15, not {options.channel}")
    if edges.min(initial=0) < 0 or edges.max(initial=0) >= _MOST_WORDS:
        raise SaveError(f"{target.key}: words hold indices from 0 to {_MOST_WORDS:,}; use csv")
    if (np.diff(edges, prepend=0) <= 0).any():
        raise SaveError(f"{target.key}: {rule}; use csv")


def _words(edges: npt.NDArray[np.int64], options: WordOptions) -> Iterator[npt.NDArray[np.uint16]]:
    """Yield words, block by block, whose bit changes at each edge; the last edge is at the last word."""
    is_set = np.uint16(options.transition == "falling")
    length = int(edges.max(initial=0)) + 1
    for start in range(0, length, _WORDS_AT_ONCE):
        changes = np.zeros(min(_WORDS_AT_ONCE, length - start), np.uint16)
        first, last = np.searchsorted(edges, [start, start + len(changes)])
        changes[edges[first:last] - start] = 1
        bits = np.bitwise_xor.accumulate(changes) ^ is_set
        is_set = bits[-1]
        yield bits << np.uint16(options.channel)


def _writer(arrays: Iterable[npt.NDArray[Any]]) -> Write:
    def write(path: Path) -> None:
        with path.open("wb") as file:
            for array in arrays:
                file.write(array.data)  # not `tofile`, whose error on a full disk has no number

    return write


ANALOG_SAVER = Saver("analog", ("binary",), AnalogOptions, save_analog, "Raw samples of one channel.")
EVENT_SAVER = Saver("digital_event", ("uint16", "binary"), WordOptions, save_events, "A pulse for each event.")
INTERVAL_SAVER = Saver("digital_interval", ("uint16", "binary"), WordOptions, save_intervals, "A run of words each.")
