"""Analog signals as raw binary samples, channels interleaved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.errors import LoadError, SaveError
from whiskertoolbox_python.formats._binary import map_file
from whiskertoolbox_python.formats._loader import LoadedItem, Loader, Source
from whiskertoolbox_python.formats._saver import Destination, Saver, array_writer, require_entries, write_files
from whiskertoolbox_python.formats._streaming import allocate, chunks, is_small
from whiskertoolbox_python.parameters import option
from whiskertoolbox_python.types.analog import AnalogTimeSeries
from whiskertoolbox_python.types.tensor import TensorData

_BYTES_AT_ONCE = 1 << 29
"""Of results whose channels are read together, so that the file is gone through seldom."""
_MOST_FILES = 64
"""Channels that are given a file each in the store before they are stored; a process may not open many more.

Those of a small file share one array: the system gives memory in large pieces faster.
"""

_CACHE_BYTES = 1 << 19
"""Of a block that is taken apart into its channels: each of them goes through all of the block."""
_LEAST_CHANNEL_BYTES = 1 << 12
"""Of each channel in a block; fewer take longer than the cache gains."""


@dataclass(frozen=True, kw_only=True)
class SaveOptions:
    """Options of saving analog binary; loading has them too."""

    binary_data_type: Literal["int16", "float32", "int8", "uint16", "float64"] = option(
        "int16", "Type of a sample, in this machine's byte order."
    )
    scale_factor: float = option(1.0, "Each sample is multiplied by it.")
    offset_value: float = option(0.0, "Added after scaling.")


@dataclass(frozen=True, kw_only=True)
class Options(SaveOptions):
    """Options of analog binary."""

    header_size: int = option(0, "Bytes before the first sample.")
    num_channels: int = option(1, "Interleaved channels; several make the keys `name_0`, `name_1`, ….")
    offset: int = option(0, "Samples (of any channel) skipped after the header.")
    stride: int = option(1, "Samples from one of a channel to its next; with several channels 1 means their number.")
    num_samples: int = option(0, "Samples per channel to read; 0 reads all.")
    use_memory_mapped: bool = option(False, "No effect on the result: the file is always mapped while it is read.")
    use_tensor_backed: bool = option(False, "With several channels, also a tensor under `name`, one column a channel.")
    parent_dir: str = option(".", "No effect: `filepath` says where the file is.")


def load(source: Source, options: Options) -> Iterator[LoadedItem]:
    """Read every channel; memory beyond the results stays bounded, whatever the length of the recording."""
    samples = _map_channels(source, options)
    count, channels = samples.shape
    if channels == 1:
        yield LoadedItem(source.name, _series(_scaled(source, samples, options)[0]))
    elif options.use_tensor_backed:
        values = allocate(source, (count, channels), np.float32)
        for part in chunks(count, 8 * channels):
            values[part] = scaled_samples(samples[part], options.scale_factor, options.offset_value)
        names = [str(channel) for channel in range(channels)]
        yield LoadedItem(
            source.name,
            TensorData.from_array(values, column_names=names, row_times=np.arange(count, dtype=np.int64), copy=False),
        )
        yield from _channels(source, samples, options)
    else:
        yield from _channels(source, samples, options)


def _channels(source: Source, samples: npt.NDArray[Any], options: Options) -> Iterator[LoadedItem]:
    count, channels = samples.shape
    at_once = max(1, _BYTES_AT_ONCE // (4 * count))
    for first in range(0, channels, at_once):
        for channel, values in enumerate(_scaled(source, samples[:, first : first + at_once], options), first):
            yield LoadedItem(f"{source.name}_{channel}", _series(values))


def _map_channels(source: Source, options: Options) -> npt.NDArray[Any]:
    """Return the samples as a mapped (samples, channels) array."""
    channels = options.num_channels
    if channels < 1 or options.stride < 1 or options.offset < 0 or options.num_samples < 0:
        raise LoadError(
            "num_channels and stride must be at least 1, offset and num_samples not negative; got "
            f"{channels}, {options.stride}, {options.offset}, {options.num_samples}"
        )
    samples = map_file(
        source.path,
        options.binary_data_type,
        header_size=options.header_size,
        skip=options.offset,
        warn=source.warn,
        values_per_frame=channels if options.stride == 1 else 1,
    )
    stride = channels if options.stride == 1 else options.stride
    count = (samples.size - channels) // stride + 1
    if count < 1:
        raise LoadError(f"{source.path} has no sample of each of the {channels} channels")
    if options.num_samples > count:
        source.warn(f"{source.path} has {count:,} samples per channel, fewer than num_samples {options.num_samples:,}")
    elif options.num_samples:
        count = options.num_samples
    return np.lib.stride_tricks.as_strided(
        samples, (count, channels), (stride * samples.itemsize, samples.itemsize), writeable=False
    )


def _scaled(source: Source, samples: npt.NDArray[Any], options: Options) -> Sequence[npt.NDArray[np.float32]]:
    """Return the samples of each channel, read chunk by chunk so that each page of the file is touched once."""
    count, channels = samples.shape
    values: Sequence[npt.NDArray[np.float32]]
    if options.num_channels > _MOST_FILES or is_small(samples.shape, np.float32):
        values = allocate(source, (channels, count), np.float32)  # type: ignore[assignment]  # its rows
    else:
        values = [allocate(source, (count,), np.float32, alike=options.num_channels) for _ in range(channels)]
    for part in chunks(count, 4, chunk_bytes=max(_CACHE_BYTES // channels, _LEAST_CHANNEL_BYTES)):
        block = scaled_samples(samples[part], options.scale_factor, options.offset_value)
        for channel, one in enumerate(values):
            one[part] = block[:, channel]
    return values


def scaled_samples(samples: npt.NDArray[Any], scale: float, offset: float) -> npt.NDArray[np.float32]:
    """Return samples times a scale plus an offset; float64 samples are scaled before they are rounded."""
    # The other sample types are exact in float32, in which upstream computes.
    working = np.result_type(samples.dtype, np.float32)
    values = samples.astype(working)
    with np.errstate(over="ignore", invalid="ignore"):
        if scale != 1:
            values *= working.type(scale)
        if offset != 0:
            values += working.type(offset)
        return values.astype(np.float32, copy=False)


def _series(values: npt.NDArray[np.float32]) -> AnalogTimeSeries:
    return AnalogTimeSeries.from_array(values, copy=False)


def save(data: AnalogTimeSeries, target: Destination, options: SaveOptions) -> dict[str, Any]:
    """Write the samples of one channel."""
    require_entries(len(data), target)
    values = data.values
    if not np.array_equal(data.times, np.arange(len(data), dtype=np.int64)):
        raise SaveError(f"{target.key}: raw samples have no times, and these are not 0, 1, 2, …; use csv or hdf5")
    samples = _as_samples(values, options)
    if not np.array_equal(scaled_samples(samples, options.scale_factor, options.offset_value), values, equal_nan=True):
        raise SaveError(
            f"{target.key}: not every value is some {options.binary_data_type} times {options.scale_factor} plus "
            f"{options.offset_value}; give binary_data_type='float32'"
        )
    write_files([(target.path, array_writer([samples]))])
    return asdict(options)


def _as_samples(values: npt.NDArray[np.float32], options: SaveOptions) -> npt.NDArray[Any]:
    if options.scale_factor == 0:
        raise SaveError("scale_factor must not be 0")
    dtype = np.dtype(options.binary_data_type)
    samples = (values.astype(np.float64) - options.offset_value) / options.scale_factor
    if dtype.kind == "f":
        with np.errstate(over="ignore"):  # infinite then, which is not what the value was
            return samples.astype(dtype)
    limits = np.iinfo(dtype)
    return np.clip(np.rint(np.nan_to_num(samples)), limits.min, limits.max).astype(dtype)


LOADER = Loader("analog", ("binary",), Options, load, "Raw samples of one or several interleaved channels.")
SAVER = Saver("analog", ("binary",), SaveOptions, save, "Raw samples of one channel.")
FORMATS = (LOADER, SAVER)
