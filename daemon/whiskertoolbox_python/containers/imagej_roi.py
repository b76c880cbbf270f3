"""ImageJ regions of interest (``.roi`` and ``RoiSet.zip``) as masks, holes of composites left out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from whiskertoolbox_python.containers._contents import Array, Contents, Part, Points, Ragged
from whiskertoolbox_python.containers._packages import import_package
from whiskertoolbox_python.containers._pose import FRAMES
from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats.report import one_line_reason

_POINTS = ("POINT",)
_MOST_PIXELS = 1 << 28
"""Of a region with what is around it; its corners are a few bytes."""
_LINES = ("LINE", "FREELINE", "POLYLINE", "ANGLE")


def recognises(start: bytes, path: Path) -> bool:
    """Return whether a file is a region, or an archive of regions."""
    if start.startswith(b"Iout"):
        return True
    return start.startswith(b"PK\x03\x04") and b".roi" in start[:300] and path.suffix == ".zip"


def read(path: Path, *, warn: Callable[[str], None]) -> Contents:
    """Read regions: areas become masks, lines become lines, points become points.

    A region belongs to the frame of its time position, else of its stack position (ImageJ counts from 1), else to 0.
    """
    roifile = import_package("roifile", "roifile", "ImageJ regions")
    try:
        found = roifile.ImagejRoi.fromfile(path)
    except Exception as error:
        raise LoadError(f"{path} cannot be read as ImageJ regions: {one_line_reason(error)}") from None
    rois = found if isinstance(found, list) else [found]
    parts: list[Part] = []
    for roi in rois:
        name = _unique(str(roi.name or path.stem), parts)
        kind, frame = roi.roitype.name, max(int(roi.t_position or roi.position) - 1, 0)
        paths = [np.asarray(one, float) for one in roi.coordinates(multi=True)]  # the first alone would lose the rest
        if kind in _POINTS:
            xy = np.concatenate(paths)
            if len(xy) > 1:
                warn(f"{path}: {name} has {len(xy)} points in one frame; each becomes a part")
            for number, point in enumerate(xy):
                label = name if len(xy) == 1 else f"{name}_{number}"
                parts.append(Part(label, "points", (1, 2), partial(_point, frame, point), FRAMES, "px"))
        elif kind in _LINES:
            parts.append(Part(name, "line", (1, -1, 2), partial(_line, frame, np.concatenate(paths)), FRAMES, "px"))
        else:
            parts.append(Part(name, "mask", (1, -1, 2), partial(_mask, frame, paths), FRAMES, "px"))
    return Contents(tuple(parts))


def _unique(name: str, parts: list[Part]) -> str:
    taken = {part.name for part in parts}
    return name if name not in taken else next(f"{name}_{n}" for n in range(2, 1 << 30) if f"{name}_{n}" not in taken)


def _point(frame: int, xy: Array) -> Points:
    return Points(1, lambda rows: (np.array([frame])[rows], xy[None][rows]))


def _line(frame: int, xy: Array) -> Ragged:
    return Ragged(np.array([frame]), np.array([0, len(xy)]), xy.astype(np.float32))


def _mask(frame: int, paths: list[Array]) -> Ragged:
    pixels = filled_pixels(paths)
    return Ragged(np.array([frame]), np.array([0, len(pixels)]), pixels)


def filled_pixels(paths: list[Any]) -> Array:
    """Return the pixels whose centre is inside an odd number of closed paths, as (n, 2) x and y."""
    corners = np.concatenate(paths)
    left, top = np.floor(corners.min(axis=0)).astype(int)
    right, bottom = np.ceil(corners.max(axis=0)).astype(int)
    if int(bottom - top) * int(right - left) > _MOST_PIXELS:
        raise LoadError(f"a region of {right - left:,} × {bottom - top:,} pixels is larger than any image")
    inside = np.zeros((bottom - top, right - left), bool)
    centres = np.arange(top, bottom, dtype=np.int64) + 0.5
    columns = np.arange(left, right, dtype=np.int64) + 0.5
    for path in paths:
        ends = np.roll(path, -1, axis=0)
        for (x0, y0), (x1, y1) in zip(path, ends, strict=True):
            rows = np.flatnonzero((centres >= min(y0, y1)) & (centres < max(y0, y1)))
            crossings = x0 + (centres[rows] - y0) * (x1 - x0) / (y1 - y0) if len(rows) else ()
            for row, crossing in zip(rows, crossings, strict=True):
                inside[row] ^= columns > crossing
    y, x = np.nonzero(inside)
    return np.column_stack([x + left, y + top]).astype(np.uint32)
