"""Masks from a folder of images, one mask a file; Pillow is imported when it is needed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats._image_size import ImageSizeOptions
from whiskertoolbox_python.formats._loader import Loader, Source
from whiskertoolbox_python.formats._ragged_reading import RaggedRows
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


def load(source: Source, options: Options) -> Iterator[tuple[str, MaskData]]:
    """Read a mask from each image whose name has a frame; images without mask pixels make none."""
    paths = _images(source, options)
    rows = RaggedRows()
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
    yield source.name, MaskData.from_arrays(*rows.columns(np.uint32), image_size=size, copy=False)


def _images(source: Source, options: Options) -> list[tuple[int, Path]]:
    """Return frame and path of each image, ordered by frame."""
    pattern = re.compile(".*".join(map(re.escape, options.file_pattern.split("*"))), re.IGNORECASE)
    found: list[tuple[int, Path]] = []
    for path in sorted(source.path.iterdir()):
        if path.name.startswith("."):
            continue
        named = pattern.fullmatch(path.name) and path.name.startswith(options.filename_prefix)
        if not named or not path.is_file():
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


LOADER = Loader("mask", ("image",), Options, load, "A folder of images `<prefix><frame>.png`.", reads="folder")
