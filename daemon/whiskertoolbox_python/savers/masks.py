"""Masks as run-length encoded rows, or as a folder of images."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.loaders._options import option
from whiskertoolbox_python.loaders.mask_image import import_pillow
from whiskertoolbox_python.savers._base import SaveError, Saver, Target, check_new, replacing, write_text
from whiskertoolbox_python.savers._ragged import entries_of, image_size_of
from whiskertoolbox_python.savers._text import TextOptions
from whiskertoolbox_python.types.masks import MaskData


@dataclass(frozen=True, kw_only=True)
class CsvOptions(TextOptions):
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
    overwrite_existing: bool = option(False, "Write over files of the same name.")


def save_csv(data: MaskData, target: Target, options: CsvOptions) -> dict[str, Any]:
    """Write a row of runs per mask, pixels ordered by row and column."""
    delimiter = options.loader_delimiter()
    if len(options.rle_delimiter) != 1:
        raise SaveError(f"rle_delimiter must be one character, not {options.rle_delimiter!r}")
    _warn_of_duplicates(data, target)
    write_text(target.path, _rows(data, options))
    return {
        **delimiter,
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


def save_images(data: MaskData, target: Target, options: ImageOptions) -> dict[str, Any]:
    """Write an image per frame."""
    width, height = _canvas(data, target, options)
    times = data.times
    if np.unique(times).size < times.size:
        raise SaveError(f"{target.key}: some frames have several masks, an image holds one; save it as csv")
    low, high = sorted((options.background_value, options.mask_value))
    if not 0 <= low < high <= 255:
        raise SaveError(f"background_value and mask_value must be two gray values from 0 to 255, not {low} and {high}")
    suffix = options.image_format.lower()
    names = [f"{options.filename_prefix}{frame:0{options.frame_number_padding}d}.{suffix}" for frame in times.tolist()]
    paths = [target.path / name for name in names]
    check_new(paths, overwrite=options.overwrite_existing)
    _warn_of_duplicates(data, target)
    pillow = import_pillow()
    for path, (_, points) in zip(paths, entries_of(data), strict=True):
        image = np.full((height, width), options.background_value, np.uint8)
        x, y = points.T
        image[y, x] = options.mask_value
        with replacing(path) as temporary:
            pillow.fromarray(image).save(temporary, format=options.image_format)
    return {
        "file_pattern": f"*.{suffix}",
        "filename_prefix": options.filename_prefix,
        "threshold_value": (low + high + 1) // 2,
        "invert_mask": options.mask_value == low,
        **image_size_of(data),
    }


def _warn_of_duplicates(data: MaskData, target: Target) -> None:
    lost = sum(len(points) - len(_by_row(points)) for _, points in entries_of(data))
    if lost:
        target.warn(f"{target.key}: pixels that a mask has twice were saved once ({lost:,} left out); hdf5 keeps them")


def _canvas(data: MaskData, target: Target, options: ImageOptions) -> tuple[int, int]:
    size = data.getImageSize()
    width = next(side for side in (options.image_width, size.width, 640) if side > 0)
    height = next(side for side in (options.image_height, size.height, 480) if side > 0)
    needed = data.points.max(axis=0, initial=0).tolist()
    if needed[0] >= width or needed[1] >= height:
        raise SaveError(
            f"{target.key} has a pixel at x {needed[0]}, y {needed[1]}, outside images of {width} x {height}; "
            "give image_width and image_height"
        )
    return width, height


CSV_SAVER = Saver("mask", ("csv",), CsvOptions, save_csv, 'Rows `frame,"y,x_start,length,…"`.')
IMAGE_SAVER = Saver("mask", ("image",), ImageOptions, save_images, "A folder of images `<prefix><frame>.png`.")
