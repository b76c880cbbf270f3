"""Masks as run-length encoded rows, or as a folder of images."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.errors import SaveError
from whiskertoolbox_python.formats._folder_writing import check_padding, to_remove
from whiskertoolbox_python.formats._ragged_writing import entries_of, image_size_of, without_negative_frames
from whiskertoolbox_python.formats._saver import Destination, Saver, Write, require_entries, write_files, write_text
from whiskertoolbox_python.formats._text_writing import HeaderOptions, check_delimiter
from whiskertoolbox_python.formats.mask_csv import LARGEST_MASK
from whiskertoolbox_python.formats.mask_image import import_pillow
from whiskertoolbox_python.parameters import option
from whiskertoolbox_python.types.masks import MaskData

_LARGEST_X = 2**32 - 2
"""Where a run begins and how long it is must add up to a number of 32 bits."""
_LARGEST_IMAGE = 2 * 89_478_485
"""Pixels; Pillow takes larger images for an attack, and opens none."""
_PREFIX = re.compile(r"[^/\\\0\n]*")


@dataclass(frozen=True, kw_only=True)
class CsvOptions(HeaderOptions):
    """Options of mask csv."""

    rle_delimiter: str = option(",", "Written between the numbers of a list.")
    header: str = option("Frame,RLE", "The header line.")


@dataclass(frozen=True, kw_only=True)
class ImageOptions:
    """Options of mask image."""

    image_format: Literal["PNG", "BMP", "TIFF"] = option("PNG", "Format of the images; these keep every pixel.")
    filename_prefix: str = option("", "What file names begin with.")
    frame_number_padding: int = option(4, "Digits of the frame in a file name.")
    image_width: int = option(-1, "Width of the images; -1: the data's, or 640 where that is unknown.")
    image_height: int = option(-1, "Height of the images; -1: the data's, or 480 where that is unknown.")
    background_value: int = option(0, "Gray value outside the mask.")
    mask_value: int = option(255, "Gray value of the mask.")
    overwrite_existing: bool = option(False, "Replace the images that are there, those of other frames too.")


def save_csv(data: MaskData, target: Destination, options: CsvOptions) -> dict[str, Any]:
    """Write a row of runs per mask, pixels ordered by row and column."""
    check_delimiter("rle_delimiter", options.rle_delimiter)
    data = without_negative_frames(data, target)
    options.require_lines(len(data), target)
    if data.points[:, 0].max(initial=0) > _LARGEST_X or np.diff(data.offsets).max(initial=0) > LARGEST_MASK:
        raise SaveError(
            f"{target.key}: runs hold pixels up to x {_LARGEST_X} and masks of up to {LARGEST_MASK:,}; use hdf5"
        )
    _warn_of_duplicates(data, target)
    write_text(target.path, _rows(data, options))
    return {
        "delimiter": options.delimiter,
        "rle_delimiter": options.rle_delimiter,
        "has_header": options.save_header,
        "header_identifier": options.header,
        **image_size_of(data),
    }


def _rows(data: MaskData, options: CsvOptions) -> Iterator[str]:
    yield options.head(options.header)
    for frame, points in entries_of(data):
        runs = map(str, _runs(points).reshape(-1).tolist())
        yield f'{frame}{options.delimiter}"{options.rle_delimiter.join(runs)}"{options.line_delim}'


def _runs(pixels: npt.NDArray[np.uint32]) -> npt.NDArray[np.int64]:
    """Return the runs y, x_start, length of a mask, (runs, 3)."""
    ordered = _by_row(pixels)
    y, x = (ordered >> np.uint64(32)).astype(np.int64), (ordered & np.uint64(2**32 - 1)).astype(np.int64)
    starts = np.flatnonzero(np.diff(y, prepend=-1).astype(bool) | (np.diff(x, prepend=-2) != 1))
    return np.column_stack([y[starts], x[starts], np.diff(starts, append=len(y))])


def _by_row(pixels: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint64]:
    """Return the distinct pixels of a mask ordered by row and column, each as ``y * 2**32 + x``."""
    return np.unique(pixels[:, 1].astype(np.uint64) << np.uint64(32) | pixels[:, 0])


def save_images(data: MaskData, target: Destination, options: ImageOptions) -> dict[str, Any]:
    """Write an image per frame."""
    check_padding("frame_number_padding", options.frame_number_padding)
    if not _PREFIX.fullmatch(options.filename_prefix):
        raise SaveError(f"filename_prefix must be the beginning of a file name, not {options.filename_prefix!r}")
    low, high = sorted((options.background_value, options.mask_value))
    if not 0 <= low < high <= 255:
        raise SaveError(f"background_value and mask_value must be two gray values from 0 to 255, not {low} and {high}")
    require_entries(len(data), target)
    times = data.times
    if np.unique(times).size < times.size:
        raise SaveError(f"{target.key}: some frames have several masks, an image holds one; save it as csv")
    width, height = _canvas(data, target, options)
    prefix, suffix = options.filename_prefix, options.image_format.lower()
    paths = [target.path / f"{prefix}{frame:0{options.frame_number_padding}d}.{suffix}" for frame in times.tolist()]
    removing = to_remove(
        target.path,
        paths,
        read=re.compile(rf"{re.escape(prefix)}\s*([+-]?\d+).*\.(?i:{suffix})"),
        written=re.compile(rf"{re.escape(prefix)}-?[0-9]+\.{suffix}"),
        overwrite=options.overwrite_existing,
    )
    _warn_of_duplicates(data, target)
    lost = np.count_nonzero(np.diff(data.offsets) == 0)
    if lost:
        target.warn(f"{target.key}: {lost:,} masks without pixels become blank images, of which no mask is loaded")
    blank = np.full((height, width), options.background_value, np.uint8)
    write_files(_images(data, paths, blank, options), removing=removing)
    return {
        "file_pattern": f"*.{suffix}",
        "filename_prefix": prefix,
        "threshold_value": (low + high + 1) // 2,
        "invert_mask": options.mask_value == low,
        **image_size_of(data),
    }


def _images(
    data: MaskData, paths: list[Path], blank: npt.NDArray[np.uint8], options: ImageOptions
) -> Iterator[tuple[Path, Write]]:
    pillow = import_pillow()
    for path, (_, points) in zip(paths, entries_of(data), strict=True):
        pixels = blank.copy()
        x, y = points.T
        pixels[y, x] = options.mask_value
        yield path, partial(pillow.fromarray(pixels).save, format=options.image_format)


def _warn_of_duplicates(data: MaskData, target: Destination) -> None:
    lost = sum(len(points) - len(_by_row(points)) for _, points in entries_of(data))
    if lost:
        target.warn(f"{target.key}: pixels that a mask has twice were saved once ({lost:,} left out); hdf5 keeps them")


def _canvas(data: MaskData, target: Destination, options: ImageOptions) -> tuple[int, int]:
    """Return width and height of the images; the size that an image has is the one that is loaded."""
    size = data.getImageSize()
    width = next(side for side in (options.image_width, size.width, 640) if side > 0)
    height = next(side for side in (options.image_height, size.height, 480) if side > 0)
    if width * height > _LARGEST_IMAGE:
        raise SaveError(f"{target.key}: images of {width} x {height} are too large, save it as csv or hdf5")
    needed = data.points.max(axis=0, initial=0).tolist()
    if needed[0] >= width or needed[1] >= height:
        raise SaveError(
            f"{target.key} has a pixel at x {needed[0]}, y {needed[1]}, outside images of {width} x {height}; "
            "give image_width and image_height"
        )
    if max(options.image_width, size.width) <= 0 or max(options.image_height, size.height) <= 0:
        target.warn(
            f"{target.key}: the image size is unknown, and loaded as that of the images, {width} x {height}; "
            "give image_width and image_height, or save it as csv"
        )
    return width, height


CSV_SAVER = Saver("mask", ("csv",), CsvOptions, save_csv, 'Rows `frame,"y,x_start,length,…"`.')
IMAGE_SAVER = Saver("mask", ("image",), ImageOptions, save_images, "A folder of images `<prefix><frame>.png`.")
