"""What savers of points, lines and masks share."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy.typing as npt

from whiskertoolbox_python.types.lines import LineData
from whiskertoolbox_python.types.masks import MaskData
from whiskertoolbox_python.types.points import PointData


def entries_of(data: LineData | MaskData) -> Iterator[tuple[int, npt.NDArray[Any]]]:
    """Yield the time and the points of each line or mask."""
    points = data.points
    for time, (start, end) in zip(data.times.tolist(), pairwise(data.offsets.tolist()), strict=True):
        yield time, points[start:end]


def image_size_of(data: PointData | LineData | MaskData) -> dict[str, int]:
    """Return the loader's options for the image size, which these formats do not hold."""
    size = data.getImageSize()
    return {"width": size.width, "height": size.height} if size.width > 0 and size.height > 0 else {}
