"""Lines and masks in HDF5: a dataset of frames, and one row of x and of y for each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.conversion import Int64Array
from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats._hdf5 import (
    Numbers,
    Rows,
    as_whole,
    check_heaps,
    open_hdf5,
    require_same_length,
)
from whiskertoolbox_python.formats._hdf5_writing import write_datasets
from whiskertoolbox_python.formats._image_size import ImageSizeOptions
from whiskertoolbox_python.formats._loader import LoadedItem, Loader, Source
from whiskertoolbox_python.formats._ragged_reading import RaggedRows
from whiskertoolbox_python.formats._ragged_writing import image_size_of
from whiskertoolbox_python.formats._saver import Destination, Saver
from whiskertoolbox_python.formats._streaming import next_rows
from whiskertoolbox_python.parameters import option
from whiskertoolbox_python.types.lines import LineData
from whiskertoolbox_python.types.masks import MaskData


@dataclass(frozen=True, kw_only=True)
class LineDatasets:
    """Options of saving line hdf5; loading has them too."""

    frame_key: str = option("frames", "Dataset of the frame of each line.")
    x_key: str = option("y", "Dataset of the rows of x. The default is swapped with `y_key`, as upstream has it.")
    y_key: str = option("x", "Dataset of the rows of y.")


@dataclass(frozen=True, kw_only=True)
class LineOptions(LineDatasets, ImageSizeOptions):
    """Options of line hdf5."""


@dataclass(frozen=True, kw_only=True)
class MaskDatasets:
    """Options of saving mask hdf5; loading has them too."""

    frame_key: str = option("frames", "Dataset of the frame of each mask.")
    x_key: str = option("widths", "Dataset of the rows of x.")
    y_key: str = option("heights", "Dataset of the rows of y.")


@dataclass(frozen=True, kw_only=True)
class MaskOptions(MaskDatasets, ImageSizeOptions):
    """Options of mask hdf5."""


def load_lines(source: Source, options: LineOptions) -> Iterator[LoadedItem]:
    """Read lines; empty rows are passed over."""
    columns = _read(source, options, np.float32)
    yield LoadedItem(source.name, LineData.from_arrays(*columns, image_size=options.image_size(), copy=False))


def load_masks(source: Source, options: MaskOptions) -> Iterator[LoadedItem]:
    """Read masks; fractions of pixels are cut off, empty rows are passed over."""
    columns = _read(source, options, np.uint32)
    yield LoadedItem(source.name, MaskData.from_arrays(*columns, image_size=options.image_size(), copy=False))


def _read(
    source: Source, options: LineOptions | MaskOptions, dtype: type[np.generic]
) -> tuple[Int64Array, Int64Array, npt.NDArray[Any]]:
    with open_hdf5(source.path) as file:
        check_heaps(file, source.path)
        stored_frames = Numbers.of(file, source.path, options.frame_key)
        x_rows = Rows.of(file, source.path, options.x_key)
        y_rows = Rows.of(file, source.path, options.y_key)
        require_same_length(
            source.path,
            {options.frame_key: len(stored_frames), options.x_key: len(x_rows), options.y_key: len(y_rows)},
        )
        entries = RaggedRows(source, dtype, len(x_rows))
        start, at_once = 0, _ROWS_AT_FIRST
        while start < len(x_rows):
            part = slice(start, min(start + at_once, len(x_rows)))
            frames = as_whole(source.path, options.frame_key, stored_frames[part])
            x, y = x_rows[part], y_rows[part]
            lengths = np.array([row.size for row in x], np.int64)
            _check_lengths(source, start, lengths, np.array([row.size for row in y], np.int64))
            points = np.empty((int(lengths.sum()), 2), dtype)
            for axis, rows in enumerate((x, y)):
                points[:, axis] = _coordinates(source, rows, dtype)
            entries.extend(frames[lengths > 0], lengths[lengths > 0], [points], part.stop - start)
            at_once = next_rows(part.stop - start, sum(row.nbytes for row in (*x, *y)))
            start = part.stop
    return entries.columns()


_ROWS_AT_FIRST = 64
"""How large rows are is known when some have been read."""


def _check_lengths(source: Source, start: int, x_lengths: Int64Array, y_lengths: Int64Array) -> None:
    differing = np.flatnonzero(x_lengths != y_lengths)
    if differing.size:
        row = differing[0]
        raise LoadError(f"{source.path}: row {start + row} has {x_lengths[row]} x and {y_lengths[row]} y")


def _coordinates(source: Source, rows: list[npt.NDArray[Any]], dtype: type[np.generic]) -> npt.NDArray[Any]:
    found = np.concatenate([np.empty(0, rows[0].dtype), *rows])
    if dtype is np.uint32 and not ((found > -1) & (found < 2**32)).all():
        raise LoadError(f"{source.path}: a pixel is negative or too large")
    with np.errstate(over="ignore"):
        return found.astype(dtype)


def save(data: LineData | MaskData, target: Destination, options: LineDatasets | MaskDatasets) -> dict[str, Any]:
    """Write the frames, and rows of x and of y."""
    lengths = np.diff(data.offsets)
    if (lengths == 0).any():
        target.warn(f"{target.key}: {np.count_nonzero(lengths == 0):,} entries without points were left out")
    x, y = (np.split(data.points[:, axis], data.offsets[1:-1]) for axis in (0, 1))
    write_datasets(
        target,
        [
            (options.frame_key, data.times[lengths > 0]),
            (options.x_key, [row for row in x if row.size]),
            (options.y_key, [row for row in y if row.size]),
        ],
        ragged_dtype=data.points.dtype,
    )
    return {**asdict(options), **image_size_of(data)}


LINE_LOADER = Loader("line", ("hdf5",), LineOptions, load_lines, "Frames, and rows of unequal length for x and y.")
MASK_LOADER = Loader("mask", ("hdf5",), MaskOptions, load_masks, "Frames, and rows of unequal length for x and y.")
LINE_SAVER = Saver("line", ("hdf5",), LineDatasets, save, "Frames, and rows of x and of y.")
MASK_SAVER = Saver("mask", ("hdf5",), MaskDatasets, save, "Frames, and rows of x and of y.")
FORMATS = (LINE_LOADER, MASK_LOADER, LINE_SAVER, MASK_SAVER)
