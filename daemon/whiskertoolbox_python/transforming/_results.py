"""What the built-in transforms give back: a data object, and from which entries of the input its entries come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.ragged import ranges
from whiskertoolbox_python.types._ragged_data import RaggedData
from whiskertoolbox_python.types.analog import AnalogTimeSeries
from whiskertoolbox_python.types.geometry import ImageSize
from whiskertoolbox_python.types.lines import LineData
from whiskertoolbox_python.types.masks import MaskData
from whiskertoolbox_python.types.points import PointData
from whiskertoolbox_python.types.ragged_analog import RaggedAnalogTimeSeries

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Derived:
    """A result whose entries come one by one from entries of the input.

    Attributes
    ----------
    data : data object
    entries : (entries of data,)
        Position of each entry's origin in the input.
    """

    data: Any
    entries: Ints


def offsets_of(counts: npt.NDArray[Any]) -> Ints:
    """Return the offsets of entries of so many rows."""
    offsets = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=offsets[1:])
    return offsets


def lines_of(
    source: RaggedData[Any], points: npt.NDArray[Any], counts: npt.NDArray[Any], entries: Ints | None = None
) -> Derived:
    """Return lines of so many vertices, each from an entry of `source` (by default all, in order)."""
    entries = np.arange(len(source), dtype=np.int64) if entries is None else entries
    data = LineData.from_arrays(
        source.times[entries], offsets_of(counts), points, image_size=source.getImageSize(), copy=False
    )
    return Derived(data, entries)


def masks_of(
    source: RaggedData[Any],
    points: npt.NDArray[Any],
    counts: npt.NDArray[Any],
    entries: Ints,
    image_size: ImageSize | None = None,
) -> Derived:
    """Return masks of so many pixels, each from an entry of `source`."""
    size = source.getImageSize() if image_size is None else image_size
    pixels = np.ascontiguousarray(points, np.uint32)
    data = MaskData.from_arrays(source.times[entries], offsets_of(counts), pixels, image_size=size, copy=False)
    return Derived(data, entries)


def points_of(source: RaggedData[Any], points: npt.NDArray[Any], entries: Ints) -> Derived:
    """Return points, each from an entry of `source`."""
    data = PointData.from_arrays(source.times[entries], points, image_size=source.getImageSize())
    return Derived(data, entries)


def values_of(source: RaggedData[Any], values: npt.NDArray[Any]) -> Derived:
    """Return one value for each entry of `source`."""
    data = RaggedAnalogTimeSeries.from_arrays(source.times, np.arange(len(values) + 1, dtype=np.int64), values)
    return Derived(data, np.arange(len(values), dtype=np.int64))


def samples_of(times: npt.NDArray[Any], values: npt.NDArray[Any]) -> AnalogTimeSeries:
    """Return an analog series."""
    return AnalogTimeSeries.from_array(values, times)


def first_of_time(times: Ints) -> Ints:
    """Return the position of the first entry of each time."""
    fresh = np.ones(len(times), bool)
    fresh[1:] = times[1:] != times[:-1]
    return np.flatnonzero(fresh)


def last_of_time(times: Ints) -> Ints:
    """Return the position of the last entry of each time."""
    fresh = np.ones(len(times), bool)
    fresh[:-1] = times[1:] != times[:-1]
    return np.flatnonzero(fresh)


def rows_of_entries(offsets: Ints, entries: Ints) -> tuple[Ints, Ints]:
    """Return the rows of some entries, one after the other, and how many each has."""
    counts = np.diff(offsets)[entries]
    return ranges(offsets[entries], counts), counts
