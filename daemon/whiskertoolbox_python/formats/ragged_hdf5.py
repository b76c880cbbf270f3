"""Lines and masks in HDF5: a dataset of frames, and one row of x and of y for each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats._hdf5 import (
    as_whole,
    check_heaps,
    open_hdf5,
    read_numbers,
    read_ragged,
    require_same_length,
)
from whiskertoolbox_python.formats._hdf5_writing import write_datasets
from whiskertoolbox_python.formats._image_size import ImageSizeOptions
from whiskertoolbox_python.formats._loader import Loader, Source
from whiskertoolbox_python.formats._ragged_reading import RaggedRows
from whiskertoolbox_python.formats._ragged_writing import image_size_of
from whiskertoolbox_python.formats._saver import Destination, Saver
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


def load_lines(source: Source, options: LineOptions) -> Iterator[tuple[str, LineData]]:
    """Read lines; empty rows are passed over."""
    times, offsets, points = _read(source, options).columns(np.float32)
    yield source.name, LineData.from_arrays(times, offsets, points, image_size=options.image_size(), copy=False)


def load_masks(source: Source, options: MaskOptions) -> Iterator[tuple[str, MaskData]]:
    """Read masks; fractions of pixels are cut off, empty rows are passed over."""
    times, offsets, points = _read(source, options).columns(np.float64)
    if not ((points > -1) & (points < 2**32)).all():
        raise LoadError(f"{source.path}: a pixel is negative or too large")
    pixels = points.astype(np.uint32)
    yield source.name, MaskData.from_arrays(times, offsets, pixels, image_size=options.image_size(), copy=False)


def _read(source: Source, options: LineOptions | MaskOptions) -> RaggedRows:
    with open_hdf5(source.path) as file:
        check_heaps(file, source.path)
        frames = as_whole(source.path, options.frame_key, read_numbers(file, source.path, options.frame_key))
        x = read_ragged(file, source.path, options.x_key)
        y = read_ragged(file, source.path, options.y_key)
    require_same_length(source.path, {options.frame_key: frames.size, options.x_key: len(x), options.y_key: len(y)})
    rows = RaggedRows()
    for position, (frame, row_x, row_y) in enumerate(zip(frames.tolist(), x, y, strict=True)):
        if row_x.size != row_y.size:
            raise LoadError(f"{source.path}: row {position} has {row_x.size} x and {row_y.size} y")
        if row_x.size:
            rows.add(frame, np.column_stack([row_x, row_y]))
    return rows


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
