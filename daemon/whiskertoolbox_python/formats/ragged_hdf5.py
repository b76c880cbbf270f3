"""Lines and masks from HDF5: a dataset of frames, and one row of x and of y for each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

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
from whiskertoolbox_python.formats._image_size import ImageSizeOptions
from whiskertoolbox_python.formats._loader import Loader, Source
from whiskertoolbox_python.formats._ragged_reading import RaggedRows
from whiskertoolbox_python.parameters import option
from whiskertoolbox_python.types.lines import LineData
from whiskertoolbox_python.types.masks import MaskData


@dataclass(frozen=True, kw_only=True)
class LineOptions(ImageSizeOptions):
    """Options of line hdf5."""

    frame_key: str = option("frames", "Dataset of the frame of each line.")
    x_key: str = option("y", "Dataset of the rows of x. The default is swapped with `y_key`, as upstream has it.")
    y_key: str = option("x", "Dataset of the rows of y.")


@dataclass(frozen=True, kw_only=True)
class MaskOptions(ImageSizeOptions):
    """Options of mask hdf5."""

    frame_key: str = option("frames", "Dataset of the frame of each mask.")
    x_key: str = option("widths", "Dataset of the rows of x.")
    y_key: str = option("heights", "Dataset of the rows of y.")


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


LINE_LOADER = Loader("line", ("hdf5",), LineOptions, load_lines, "Frames, and rows of unequal length for x and y.")
MASK_LOADER = Loader("mask", ("hdf5",), MaskOptions, load_masks, "Frames, and rows of unequal length for x and y.")
