"""What savers of points, lines and masks share."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.formats._saver import Destination
from whiskertoolbox_python.types.lines import LineData
from whiskertoolbox_python.types.masks import MaskData
from whiskertoolbox_python.types.points import PointData

D = TypeVar("D", PointData, LineData, MaskData)


def entries_of(data: LineData | MaskData) -> Iterator[tuple[int, npt.NDArray[Any]]]:
    """Yield the time and the points of each line or mask."""
    points = data.points
    for time, (start, end) in zip(data.times.tolist(), pairwise(data.offsets.tolist()), strict=True):
        yield time, points[start:end]


def without_negative_frames(data: D, target: Destination) -> D:
    """Return the entries whose frames csv loaders take, and warn of the others."""
    lost = int(np.searchsorted(data.times, 0))
    if lost:
        target.warn(f"{target.key}: {lost:,} at negative frames were left out; csv holds frames from 0")
    return data[lost:]


def image_size_of(data: PointData | LineData | MaskData) -> dict[str, int]:
    """Return the loader's options for the image size, which these formats do not hold."""
    size = data.getImageSize()
    return {"width": size.width, "height": size.height} if size.width > 0 and size.height > 0 else {}


def by_row(pixels: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint64]:
    """Return the distinct pixels of a mask ordered by row and column, each as ``y * 2**32 + x``."""
    return np.unique(pixels[:, 1].astype(np.uint64) << np.uint64(32) | pixels[:, 0])


def warn_of_duplicates(data: MaskData, target: Destination) -> None:
    lost = sum(len(points) - len(by_row(points)) for _, points in entries_of(data))
    if lost:
        target.warn(f"{target.key}: pixels that a mask has twice were saved once ({lost:,} left out); hdf5 keeps them")
