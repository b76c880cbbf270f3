"""TIFF files of several pages as one stack of frames; axes of channels are never taken for frames."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.containers._contents import Allocate, Array, Clock, Contents, Part, Sliced, Stack, in_memory
from whiskertoolbox_python.containers._packages import import_package
from whiskertoolbox_python.containers._pose import FRAMES
from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats.report import one_line_reason

_IN_TIME = "TZIQR"
"""Axes along which images follow each other."""
_SAVED_CHANNELS = re.compile(r"(?:hChannels\.channelSave|channelsSave?)\s*=\s*(\[[^\]]*\]|\d+)")
_NUMBER_OF_CHANNELS = re.compile(r"state\.acq\.numberOfChannelsSave\s*=\s*(\d+)")


def recognises(start: bytes) -> bool:
    """Return whether a file begins as TIFF or BigTIFF do."""
    return start[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


def read(path: Path, *, warn: Callable[[str], None], allocate: Allocate = in_memory) -> Contents:
    """Read a stack; a file of several channels gives a part for each."""
    tifffile = import_package("tifffile", "tifffile", "TIFF stacks")
    try:
        with tifffile.TiffFile(path) as file:
            parts = _parts(path, file, warn, allocate)
    except LoadError:
        raise
    except Exception as error:
        raise LoadError(f"{path} cannot be read as TIFF: {one_line_reason(error)}") from None
    count = max((part.shape[0] for part in parts), default=0)
    return Contents(tuple(parts), {FRAMES: Clock.regular(count, None, description="frames")})


def _parts(path: Path, file: Any, warn: Callable[[str], None], allocate: Allocate) -> list[Part]:
    if file.is_scanimage:
        return _parts_of_scanimage(path, file, warn)
    series = list(file.series)
    first = series[0]
    # Written page by page, or some pages at a time, readers see the first of several series alone.
    pages = [one.keyframe for one in series]
    is_one = not file.is_ome and not any("C" in one.axes for one in series)
    if len(series) > 1 and is_one and len({(page.shape, page.dtype) for page in pages}) == 1:
        return [_part_of_pages("frames", PagesOfTiff.of(path, file, range(len(file.pages))))]
    if len(series) > 1:
        warn(f"{path}: it holds {len(series)} stacks; the first, {first.shape}, is read")
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
    if "Z" in axes and first.shape[axes.index("Z")] > 1:
        order = "".join(axis for axis in axes if axis in _IN_TIME)
        warn(
            f"{path}: its {first.shape[axes.index('Z')]} planes (Z) are read as frames, one after the other, in the "
            f"order {order} of its axes"
        )
    channels = first.shape[axes.index("C")] if "C" in axes else 1
    parts = []
    for channel in range(channels):
        read = partial(_read, path, axes, channel, allocate)
        count = int(np.prod([side for side, axis in zip(first.shape, axes, strict=True) if axis in _IN_TIME]))
        name = "frames" if channels == 1 else f"channel_{channel}"
        sides = tuple(side for side, axis in zip(first.shape, axes, strict=True) if axis in "YXS")
        parts.append(Part(name, "images", (count, *sides), read, FRAMES))
    return parts


def _parts_of_scanimage(path: Path, file: Any, warn: Callable[[str], None]) -> list[Part]:
    """Return a part for each channel that was saved: the pages are frame after frame, its channels one by one.

    The lengths that the file was planned to have, by which tifffile shapes it, say nothing of one that was stopped or
    is a piece of several.
    """
    count = len(file.pages)
    channels = _channels_of_scanimage(file)
    if not channels:
        warn(f"{path}: ScanImage does not say which channels it saved; its {count:,} pages are read as frames of one")
        channels = ["0"]
    whole = count // len(channels) * len(channels)
    if whole < count:
        warn(f"{path}: its last frame has {count - whole} of {len(channels)} channels; left out")
    if len(channels) == 1:
        return [_part_of_pages("frames", PagesOfTiff.of(path, file, range(count)))]
    return [
        _part_of_pages(f"channel_{channel}", PagesOfTiff.of(path, file, range(place, whole, len(channels))))
        for place, channel in enumerate(channels)
    ]


def _channels_of_scanimage(file: Any) -> list[str]:
    """Return the numbers of the channels that ScanImage 3 to 2023 saved, by the texts of the first page."""
    page = file.pages.first
    text = f"{page.software}\n{page.description}"
    saved, number = _SAVED_CHANNELS.search(text), _NUMBER_OF_CHANNELS.search(text)
    if saved is not None:
        return re.findall(r"\d+", saved[1])
    return [] if number is None else [str(channel + 1) for channel in range(int(number[1]))]


def _part_of_pages(name: str, frames: PagesOfTiff) -> Part:
    return Part(name, "images", frames.shape, partial(Stack, frames), FRAMES)  # type: ignore[arg-type]  # sliced only


@dataclass(frozen=True)
class PagesOfTiff:
    """The pages of a TIFF as one array, read when it is sliced."""

    path: Path
    pages: tuple[int, ...]
    page_shape: tuple[int, ...]
    dtype: np.dtype[Any]

    @classmethod
    def of(cls, path: Path, file: Any, pages: Iterable[int]) -> PagesOfTiff:
        """Return some pages of an open file."""
        first = file.pages.first
        return cls(path, tuple(pages), tuple(first.shape), first.dtype)

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


def _read(path: Path, axes: str, channel: int, allocate: Allocate) -> Stack:
    tifffile = import_package("tifffile", "tifffile", "TIFF stacks")
    with tifffile.TiffFile(path) as file:
        series = file.series[0]
        stack: Array = series.asarray(out=allocate(tuple(series.shape), series.dtype))
    if "C" in axes:
        place: tuple[Any, ...] = (*([slice(None)] * axes.index("C")), channel)
        stack = stack[place]
        axes = axes.replace("C", "")
    in_time = [place for place, axis in enumerate(axes) if axis in _IN_TIME]
    within = [axes.index(axis) for axis in "YXS" if axis in axes]
    other = [place for place in range(len(axes)) if place not in in_time + within]
    if other:
        raise LoadError(f"{path}: the axis {axes[other[0]]!r} of {axes} is neither time nor space; split the file")
    ordered = stack.transpose(in_time + within)
    sides = ordered.shape[: len(in_time)]
    shape = (math.prod(sides), *ordered.shape[len(in_time) :])
    frames = Sliced(
        lambda rows: (
            ordered[np.unravel_index(np.arange(rows.start, rows.stop, dtype=np.int64), sides)]
            if sides
            else ordered[None]
        ),
        shape,
        stack.dtype,
    )
    return Stack(frames)  # type: ignore[arg-type]  # sliced only
