"""`frame`: a picture at the size at which it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Frame:
    """A picture.

    Attributes
    ----------
    pixels : uint8 array
        ``(height, width)`` or ``(height, width, 3)`` as RGB.
    step : int
        Pixels of the original that became one, along each axis; 1: the original itself.
    low, high : float
        The values that 0 and 255 stand for.
    """

    pixels: npt.NDArray[np.uint8]
    step: int
    low: float
    high: float


def frame(picture: npt.NDArray[Any], *, budget: int) -> Frame:
    """Return a picture within a budget of pixels; averaged over squares where it has more.

    Parameters
    ----------
    picture
        ``(height, width)`` or ``(height, width, 3)``; uint8 is kept as it is, other numbers are spread over 0 to 255.
    budget
        The most pixels.
    """
    height, width = picture.shape[:2]
    step = 1
    while -(-height // step) * -(-width // step) > budget:
        step += 1
    if step > 1:
        picture = _averaged(picture, step)
    if picture.dtype == np.uint8:
        return Frame(np.ascontiguousarray(picture), step, 0.0, 255.0)
    finite = picture[np.isfinite(picture)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    spread = (picture - low) * (255.0 / (high - low) if high > low else 0.0)
    pixels = np.nan_to_num(spread, nan=0.0, posinf=255.0, neginf=0.0).clip(0, 255)
    return Frame(np.rint(pixels).astype(np.uint8), step, low, high)


def _averaged(picture: npt.NDArray[Any], step: int) -> npt.NDArray[Any]:
    """Return the averages of squares; those at the right and lower edge may be smaller."""
    rows, columns = (np.arange(0, length, step, dtype=np.int64) for length in picture.shape[:2])
    sums = np.add.reduceat(np.add.reduceat(picture, rows, axis=0, dtype=np.float64), columns, axis=1)
    heights, widths = (
        np.diff(np.append(starts, length)) for starts, length in zip((rows, columns), picture.shape[:2], strict=True)
    )
    areas = np.multiply.outer(heights, widths)
    average = sums / (areas[..., np.newaxis] if picture.ndim == 3 else areas)
    return np.rint(average).astype(np.uint8) if picture.dtype == np.uint8 else average.astype(np.float32)
