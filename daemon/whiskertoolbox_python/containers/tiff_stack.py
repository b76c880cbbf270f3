"""TIFF files of several pages as one stack of frames; axes of channels are never taken for frames."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.containers._contents import Array, Clock, Contents, Part, Stack
from whiskertoolbox_python.containers._packages import import_package
from whiskertoolbox_python.containers._pose import FRAMES
from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats.report import one_line_reason

_IN_TIME = "TZIQR"
"""Axes along which images follow each other."""


def recognises(start: bytes) -> bool:
    """Return whether a file begins as TIFF or BigTIFF do."""
    return start[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


def read(path: Path, *, warn: Callable[[str], None]) -> Contents:
    """Read a stack; a file of several channels gives a part for each."""
    tifffile = import_package("tifffile", "tifffile", "TIFF stacks")
    try:
        with tifffile.TiffFile(path) as file:
            parts = _parts(path, file, warn)
    except LoadError:
        raise
    except Exception as error:
        raise LoadError(f"{path} cannot be read as TIFF: {one_line_reason(error)}") from None
    count = max((part.shape[0] for part in parts), default=0)
    return Contents(tuple(parts), {FRAMES: Clock.regular(count, None, description="frames")})


def _parts(path: Path, file: Any, warn: Callable[[str], None]) -> list[Part]:
    series = list(file.series)
    first = series[0]
    # Written page by page, each page is a series of its own, and readers see the first alone.
    if len(series) > 1 and all(one.shape == first.shape and one.dtype == first.dtype for one in series):
        frames = PagesOfTiff(path, tuple(range(len(file.pages))), tuple(file.pages[0].shape), first.dtype)
        return [Part("frames", "images", frames.shape, partial(Stack, frames), FRAMES)]  # type: ignore[arg-type]
    if len(series) > 1:
        warn(f"{path}: it holds {len(series)} stacks of different sizes; the first, {first.shape}, is read")
    axes = first.axes
    if "C" in axes and file.is_imagej and first.shape[axes.index("C")] > 4 and not set(axes) & set(_IN_TIME):
        warn(
            f"{path}: its {first.shape[axes.index('C')]} images are called channels, as in a file without axes; "
            "read as frames"
        )
        axes = axes.replace("C", "T")
    if "S" in axes and axes.index("S") == 0 and first.shape[0] in (3, 4):
        warn(
            f"{path}: its {first.shape[0]} planes are called colours; that is how a stack of {first.shape[0]} frames "
            "looks when it is written without photometric='minisblack'; read as frames"
        )
        axes = axes.replace("S", "T")
    channels = first.shape[axes.index("C")] if "C" in axes else 1
    parts = []
    for channel in range(channels):
        read = partial(_read, path, axes, channel)
        count = int(np.prod([side for side, axis in zip(first.shape, axes, strict=True) if axis in _IN_TIME]))
        name = "frames" if channels == 1 else f"channel_{channel}"
        sides = tuple(side for side, axis in zip(first.shape, axes, strict=True) if axis in "YXS")
        parts.append(Part(name, "images", (count, *sides), read, FRAMES))
    return parts


@dataclass(frozen=True)
class PagesOfTiff:
    """The pages of a TIFF as one array, read when it is sliced."""

    path: Path
    pages: tuple[int, ...]
    page_shape: tuple[int, ...]
    dtype: np.dtype[Any]

    @property
    def shape(self) -> tuple[int, ...]:
        """Frames first."""
        return (len(self.pages), *self.page_shape)

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    def __len__(self) -> int:
        return len(self.pages)

    def __getitem__(self, key: Any) -> Array:
        tifffile = import_package("tifffile", "tifffile", "TIFF stacks")
        wanted = np.atleast_1d(np.array(self.pages)[key])
        pages: Array = tifffile.imread(self.path, key=wanted.tolist())
        return pages.reshape(len(wanted), *self.page_shape) if isinstance(key, slice) else pages

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> Array:
        return np.asarray(self[:], dtype)


def _read(path: Path, axes: str, channel: int) -> Stack:
    tifffile = import_package("tifffile", "tifffile", "TIFF stacks")
    with tifffile.TiffFile(path) as file:
        stack: Array = file.series[0].asarray()
    if "C" in axes:
        stack = np.take(stack, channel, axes.index("C"))
        axes = axes.replace("C", "")
    in_time = [place for place, axis in enumerate(axes) if axis in _IN_TIME]
    within = [axes.index(axis) for axis in "YXS" if axis in axes]
    other = [place for place in range(len(axes)) if place not in in_time + within]
    if other:
        raise LoadError(f"{path}: the axis {axes[other[0]]!r} of {axes} is neither time nor space; split the file")
    ordered = stack.transpose(in_time + within)
    frames = ordered.reshape(-1, *(stack.shape[place] for place in within))
    return Stack(frames)
