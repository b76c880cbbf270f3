"""Masks as a folder of images, one mask a file; Pillow is imported when it is needed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.errors import LoadError, SaveError
from whiskertoolbox_python.formats._folder_writing import check_padding, to_remove
from whiskertoolbox_python.formats._image_size import ImageSizeOptions
from whiskertoolbox_python.formats._loader import LoadedItem, Loader, Source
from whiskertoolbox_python.formats._ragged_reading import RaggedRows
from whiskertoolbox_python.formats._ragged_writing import (
    entries_of,
    image_size_of,
    warn_of_duplicates,
)
from whiskertoolbox_python.formats._saver import Destination, Saver, Write, require_entries, write_files
from whiskertoolbox_python.formats._text_cells import parse_index
from whiskertoolbox_python.formats.report import one_line_reason
from whiskertoolbox_python.parameters import option
from whiskertoolbox_python.types.geometry import ImageSize
from whiskertoolbox_python.types.masks import MaskData

_FRAME = re.compile(r"\s*([+-]?\d+)")


@dataclass(frozen=True, kw_only=True)
class Options(ImageSizeOptions):
    """Options of mask image."""

    file_pattern: str = option("*.png", "Which files, `*` for any text; upper and lower case count as the same.")
    filename_prefix: str = option("", "What file names begin with, before the frame.")
    threshold_value: int = option(128, "A gray value from which a pixel belongs to the mask.")
    invert_mask: bool = option(False, "Pixels below the threshold belong to the mask instead.")
    labels: bool = option(False, "Pixel values are labels: a mask for each value but 0, several in a frame.")


def load(source: Source, options: Options) -> Iterator[LoadedItem]:
    """Read a mask from each image whose name has a frame; images without mask pixels make none."""
    paths = _paths(source, options)
    rows = RaggedRows(source, np.uint32, len(paths))
    sizes: set[tuple[int, int]] = set()
    dim: list[Path] = []
    for frame, path in paths:
        try:
            if options.labels:
                values = _read_values(path)
                sizes.add((values.shape[1], values.shape[0]))
                for label in np.unique(values[values != 0]).tolist():
                    rows.add(frame, np.column_stack(np.nonzero(values == label)[::-1]))
                continue
            gray = read_gray(path)
        except LoadError:
            raise
        except Exception as error:  # Pillow raises whatever a damaged file leads it to
            source.warn(f"{path} cannot be read as an image ({one_line_reason(error)}); file skipped")
            continue
        sizes.add((gray.shape[1], gray.shape[0]))
        if not options.invert_mask and gray.size and 0 < gray.max() < options.threshold_value:
            dim.append(path)
        y, x = np.nonzero(
            (gray < options.threshold_value) if options.invert_mask else (gray >= options.threshold_value)
        )
        if x.size:
            rows.add(frame, np.column_stack([x, y]))
    if not sizes:
        raise LoadError(f"{source.path}: none of the {len(paths)} images can be read")
    if dim:
        source.warn(
            f"{source.path}: {len(dim):,} images have pixels, but none as bright as threshold_value "
            f"{options.threshold_value} (first: {dim[0].name}); for label images (0 and 1, or 1 to n) set labels"
        )
    size = options.image_size() or (ImageSize(*sizes.pop()) if len(sizes) == 1 else None)
    yield LoadedItem(source.name, MaskData.from_arrays(*rows.columns(), image_size=size, copy=False))


def _paths(source: Source, options: Options) -> list[tuple[int, Path]]:
    """Return frame and path of each image, ordered by frame."""
    pattern = re.compile(".*".join(map(re.escape, options.file_pattern.split("*"))), re.IGNORECASE)
    found: list[tuple[int, Path]] = []
    for path in source.files():
        named = pattern.fullmatch(path.name) and path.name.startswith(options.filename_prefix)
        if not named:
            continue
        match = _FRAME.match(path.stem[len(options.filename_prefix) :])
        try:
            found.append((parse_index(match[1] if match else ""), path))
        except ValueError:
            source.warn(f"{path}: the name has no frame number after the prefix; file skipped")
    if not found:
        raise LoadError(
            f"{source.path} has no image that matches {options.file_pattern} and is named "
            f"{options.filename_prefix}<frame>"
        )
    return sorted(found)


def read_gray(path: Path) -> npt.NDArray[np.uint8]:
    """Read an image as gray values of 8 bits, of 16 bits the upper ones."""
    with import_pillow().open(path) as image:
        # Older versions of Pillow have 16 bits of PNG in 32.
        has_16_bits = image.mode.startswith("I;16") or (image.mode == "I" and image.format == "PNG")
        pixels = np.asarray(image if has_16_bits else image.convert("L"))
    gray: npt.NDArray[np.uint8] = (pixels >> 8).astype(np.uint8) if has_16_bits else pixels
    return gray


def _read_values(path: Path) -> npt.NDArray[Any]:
    """Read an image's own values: labels of 8, 16 or 32 bits, or the indices of a palette."""
    with import_pillow().open(path) as image:
        pixels = np.asarray(image if image.mode not in ("RGB", "RGBA", "LA") else image.convert("L"))
    return pixels.astype(np.int64)


def import_pillow() -> ModuleType:
    """Return PIL.Image, or raise LoadError that says how to install it."""
    try:
        from PIL import Image
    except ImportError as error:
        raise LoadError(
            f'images need the package Pillow, which cannot be imported ({error}): pip install "whiskertoolbox[images]"'
        ) from error
    return Image


_LARGEST_IMAGE = 2 * 89_478_485
"""Pixels; Pillow takes larger images for an attack, and opens none."""

_PREFIX = re.compile(r"[^/\\\0\n]*")


@dataclass(frozen=True, kw_only=True)
class SaveOptions:
    """Options of mask image."""

    image_format: Literal["PNG", "BMP", "TIFF"] = option("PNG", "Format of the images; these keep every pixel.")
    filename_prefix: str = option("", "What file names begin with.")
    frame_number_padding: int = option(4, "Digits of the frame in a file name.")
    image_width: int = option(-1, "Width of the images; -1: the data's, or 640 where that is unknown.")
    image_height: int = option(-1, "Height of the images; -1: the data's, or 480 where that is unknown.")
    background_value: int = option(0, "Gray value outside the mask.")
    mask_value: int = option(255, "Gray value of the mask.")
    overwrite_existing: bool = option(False, "Replace the images that are there, those of other frames too.")


def save(data: MaskData, target: Destination, options: SaveOptions) -> dict[str, Any]:
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
    warn_of_duplicates(data, target)
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
    data: MaskData, paths: list[Path], blank: npt.NDArray[np.uint8], options: SaveOptions
) -> Iterator[tuple[Path, Write]]:
    pillow = import_pillow()
    for path, (_, points) in zip(paths, entries_of(data), strict=True):
        pixels = blank.copy()
        x, y = points.T
        pixels[y, x] = options.mask_value
        yield path, partial(pillow.fromarray(pixels).save, format=options.image_format)


def _canvas(data: MaskData, target: Destination, options: SaveOptions) -> tuple[int, int]:
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


LOADER = Loader("mask", ("image",), Options, load, "A folder of images `<prefix><frame>.png`.", reads="folder")
SAVER = Saver("mask", ("image",), SaveOptions, save, "A folder of images `<prefix><frame>.png`.")
FORMATS = (LOADER, SAVER)
