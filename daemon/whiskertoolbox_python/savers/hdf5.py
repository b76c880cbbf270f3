"""Signals, events, lines and masks as datasets of an HDF5 file; h5py is imported when it is needed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.loaders._hdf5 import import_h5py
from whiskertoolbox_python.loaders._options import option
from whiskertoolbox_python.savers._base import SaveError, Saver, Target, replacing
from whiskertoolbox_python.savers._ragged import image_size_of
from whiskertoolbox_python.types.analog import AnalogTimeSeries
from whiskertoolbox_python.types.events import DigitalEventSeries
from whiskertoolbox_python.types.lines import LineData
from whiskertoolbox_python.types.masks import MaskData


@dataclass(frozen=True, kw_only=True)
class AnalogOptions:
    """Options of analog hdf5."""

    time_key: str = option("time", "Dataset of the indices.")
    value_key: str = option("value", "Dataset of the values.")


@dataclass(frozen=True, kw_only=True)
class EventOptions:
    """Options of digital_event hdf5."""

    time_key: str = option("time", "Dataset of the indices.")
    event_key: str = option("event", "Dataset of ones, the marks that the loader asks for.")


@dataclass(frozen=True, kw_only=True)
class LineOptions:
    """Options of line hdf5; as the loader's."""

    frame_key: str = option("frames", "Dataset of the frame of each line.")
    x_key: str = option("y", "Dataset of the rows of x. The default is swapped with `y_key`, as upstream has it.")
    y_key: str = option("x", "Dataset of the rows of y.")


@dataclass(frozen=True, kw_only=True)
class MaskOptions:
    """Options of mask hdf5; as the loader's."""

    frame_key: str = option("frames", "Dataset of the frame of each mask.")
    x_key: str = option("widths", "Dataset of the rows of x.")
    y_key: str = option("heights", "Dataset of the rows of y.")


def save_analog(data: AnalogTimeSeries, target: Target, options: AnalogOptions) -> dict[str, Any]:
    """Write the indices and the values."""
    _require_entries(len(data), target)
    times, values = data.toTimeValueArrays()
    _write(target, {options.time_key: times, options.value_key: values})
    return asdict(options)


def save_events(data: DigitalEventSeries, target: Target, options: EventOptions) -> dict[str, Any]:
    """Write the indices and a one for each."""
    _require_entries(len(data), target)
    _write(target, {options.time_key: data.times, options.event_key: np.ones(len(data), np.uint8)})
    return asdict(options)


def save_ragged(data: LineData | MaskData, target: Target, options: LineOptions | MaskOptions) -> dict[str, Any]:
    """Write the frames, and rows of x and of y."""
    lengths = np.diff(data.offsets)
    if (lengths == 0).any():
        target.warn(f"{target.key}: {np.count_nonzero(lengths == 0):,} entries without points were left out")
    x, y = (np.split(data.points[:, axis], data.offsets[1:-1]) for axis in (0, 1))
    _write(
        target,
        {
            options.frame_key: data.times[lengths > 0],
            options.x_key: [row for row in x if row.size],
            options.y_key: [row for row in y if row.size],
        },
        ragged_dtype=data.points.dtype,
    )
    return {**asdict(options), **image_size_of(data)}


def _require_entries(count: int, target: Target) -> None:
    if not count:
        raise SaveError(f"{target.key} is empty; there is nothing to save")


def _write(target: Target, datasets: dict[str, Any], *, ragged_dtype: npt.DTypeLike = np.float32) -> None:
    h5py = import_h5py()
    if len(datasets) < 2 or "" in datasets:
        raise SaveError(f"{target.key}: the datasets need different names")
    with replacing(target.path) as temporary, h5py.File(temporary, "w") as file:
        for name, values in datasets.items():
            if isinstance(values, np.ndarray):
                file.create_dataset(name, data=values)
                continue
            rows = np.empty(len(values), object)
            for position, row in enumerate(values):  # an assignment of all at once makes a matrix of equal lengths
                rows[position] = row
            file.create_dataset(name, data=rows, dtype=h5py.vlen_dtype(np.dtype(ragged_dtype)))


ANALOG_SAVER = Saver("analog", ("hdf5",), AnalogOptions, save_analog, "A dataset of indices and one of values.")
EVENT_SAVER = Saver("digital_event", ("hdf5",), EventOptions, save_events, "A dataset of indices and one of ones.")
LINE_SAVER = Saver("line", ("hdf5",), LineOptions, save_ragged, "Frames, and rows of x and of y.")
MASK_SAVER = Saver("mask", ("hdf5",), MaskOptions, save_ragged, "Frames, and rows of x and of y.")
