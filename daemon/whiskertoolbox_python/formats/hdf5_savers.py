"""Signals, events, lines and masks as datasets of an HDF5 file; h5py is imported when it is needed."""

from __future__ import annotations

import os
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.errors import SaveError
from whiskertoolbox_python.formats._hdf5 import import_h5py
from whiskertoolbox_python.formats._ragged_writing import image_size_of
from whiskertoolbox_python.formats._saver import Destination, Saver, require_entries, write_files
from whiskertoolbox_python.parameters import option
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


def save_analog(data: AnalogTimeSeries, target: Destination, options: AnalogOptions) -> dict[str, Any]:
    """Write the indices and the values."""
    require_entries(len(data), target)
    times, values = data.toTimeValueArrays()
    _write(target, [(options.time_key, times), (options.value_key, values)])
    return asdict(options)


def save_events(data: DigitalEventSeries, target: Destination, options: EventOptions) -> dict[str, Any]:
    """Write the indices and a one for each."""
    require_entries(len(data), target)
    _write(target, [(options.time_key, data.times), (options.event_key, np.ones(len(data), np.uint8))])
    return asdict(options)


def save_ragged(data: LineData | MaskData, target: Destination, options: LineOptions | MaskOptions) -> dict[str, Any]:
    """Write the frames, and rows of x and of y."""
    lengths = np.diff(data.offsets)
    if (lengths == 0).any():
        target.warn(f"{target.key}: {np.count_nonzero(lengths == 0):,} entries without points were left out")
    x, y = (np.split(data.points[:, axis], data.offsets[1:-1]) for axis in (0, 1))
    _write(
        target,
        [
            (options.frame_key, data.times[lengths > 0]),
            (options.x_key, [row for row in x if row.size]),
            (options.y_key, [row for row in y if row.size]),
        ],
        ragged_dtype=data.points.dtype,
    )
    return {**asdict(options), **image_size_of(data)}


def _write(target: Destination, datasets: list[tuple[str, Any]], *, ragged_dtype: npt.DTypeLike = np.float32) -> None:
    h5py = import_h5py()
    names = [name for name, _ in datasets]
    if len(set(names)) < len(names) or "" in names:
        raise SaveError(f"{target.key}: the datasets need different names, not {names}")

    def write(path: Path) -> None:
        try:
            with h5py.File(path, "w") as file:
                for name, values in datasets:
                    kind = {} if isinstance(values, np.ndarray) else {"dtype": h5py.vlen_dtype(np.dtype(ragged_dtype))}
                    file.create_dataset(name, data=_as_rows(values), **kind)
        except (TypeError, ValueError) as error:
            raise SaveError(f"{target.key}: the datasets cannot be named {names} ({error})") from error
        except (OSError, RuntimeError) as error:
            raise _as_os_error(error) from error

    write_files([(target.path, write)])


def _as_rows(values: npt.NDArray[Any] | list[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    if isinstance(values, np.ndarray):
        return values
    rows = np.empty(len(values), object)
    for position, row in enumerate(values):  # an assignment of all at once makes a matrix of equal lengths
        rows[position] = row
    return rows


def _as_os_error(error: Exception) -> OSError:
    """Return what the system said; libhdf5 buries it in a message, and that not always in an OSError."""
    number = re.search(r"errno = (\d+)", str(error))
    return OSError(int(number[1]), os.strerror(int(number[1]))) if number else OSError(str(error))


ANALOG_SAVER = Saver("analog", ("hdf5",), AnalogOptions, save_analog, "A dataset of indices and one of values.")
EVENT_SAVER = Saver("digital_event", ("hdf5",), EventOptions, save_events, "A dataset of indices and one of ones.")
LINE_SAVER = Saver("line", ("hdf5",), LineOptions, save_ragged, "Frames, and rows of x and of y.")
MASK_SAVER = Saver("mask", ("hdf5",), MaskOptions, save_ragged, "Frames, and rows of x and of y.")
