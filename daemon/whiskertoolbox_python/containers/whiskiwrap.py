"""WhiskiWrap's HDF5: a summary row and a line per segment, from Janelia's whisker tracker run in chunks."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from whiskertoolbox_python.containers._contents import Allocate, Clock, Contents, Int64Array, Part, Ragged, in_memory
from whiskertoolbox_python.containers._pose import FRAMES
from whiskertoolbox_python.containers.whisk import Face
from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats._hdf5 import check_heaps, kept, open_whole_hdf5
from whiskertoolbox_python.formats._streaming import chunks

_BYTES_PER_LINE = 1 << 13
"""Of memory, while they are read: some hundred points, twice."""


def recognises(file: Any) -> bool:
    """Return whether an open HDF5 file is one of WhiskiWrap's."""
    return {"summary", "pixels_x", "pixels_y"} <= set(file)


def read(path: Path, *, face: Face = "auto", warn: Callable[[str], None], allocate: Allocate = in_memory) -> Contents:
    """Read the lines, from follicle to tip.

    Parameters
    ----------
    path : Path
    face : {"auto", "left", "right", "top", "bottom"}
        Side of the image where the face is. "auto": by the follicles that the file holds, if it was made with
        measurements; without them what it calls follicle is the line's last point, whichever side the face is on, so
        lines stay in image order, with a warning.
    warn : callable
    allocate : callable
        Makes the points of all lines.
    """
    with open_whole_hdf5(path) as file:
        try:
            check_heaps(file, path)
            summary = kept(file["summary"], allocate)
            frames = summary["fid"].astype(np.int64)  # counted from the start of the video, not of the chunk
            lengths, heights = (_lengths(file[name]) for name in ("pixels_x", "pixels_y"))
        except (KeyError, ValueError, TypeError) as error:
            raise LoadError(f"{path}: it is damaged or is not a file of WhiskiWrap: {error}") from None
    if not np.array_equal(lengths, heights) or len(lengths) != len(frames):
        raise LoadError(f"{path}: summary, pixels_x and pixels_y do not belong together ({len(frames)} rows)")
    measured = "pixel_length" in (summary.dtype.names or ()) and bool((summary["pixel_length"] > 0).any())
    follicles = np.column_stack([summary["follicle_x"], summary["follicle_y"]]) if measured else None
    if face == "auto" and follicles is None:
        warn(
            f"{path}: it was made without measurements, so the side of the face is unknown and lines stay in image "
            "order; give face"
        )
    read_lines = partial(_lines, path, frames, lengths, face, follicles, allocate)
    length = int(frames.max()) + 1 if len(frames) else 0
    part = Part("whiskers", "line", (len(frames), -1, 2), read_lines, FRAMES, "px")
    return Contents((part,), {FRAMES: Clock.regular(length, None, description="video frames")})


def _lengths(dataset: Any) -> Int64Array:
    lengths = np.empty(len(dataset), np.int64)
    for rows in chunks(len(dataset), _BYTES_PER_LINE):
        lengths[rows] = [len(row) for row in dataset[rows]]
    return lengths


def _lines(
    path: Path, frames: Int64Array, lengths: Int64Array, face: Face, follicles: Any, allocate: Allocate
) -> Ragged:
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    points = allocate((int(offsets[-1]), 2), np.float32)
    with open_whole_hdf5(path) as file:
        for column, name in enumerate(("pixels_x", "pixels_y")):
            dataset = file[name]
            for rows in chunks(len(dataset), _BYTES_PER_LINE):
                points[offsets[rows.start] : offsets[rows.stop], column] = np.concatenate(dataset[rows])
    for row in np.flatnonzero(lengths).tolist():
        line = points[offsets[row] : offsets[row + 1]]
        if face != "auto":
            axis = 0 if face in ("left", "right") else 1
            turned = (line[-1, axis] < line[0, axis]) == (face in ("left", "top")) and line[-1, axis] != line[0, axis]
        elif follicles is not None:
            turned = np.hypot(*(line[-1] - follicles[row])) < np.hypot(*(line[0] - follicles[row]))
        else:
            turned = False
        if turned:
            points[offsets[row] : offsets[row + 1]] = line[::-1].copy()
    return Ragged(frames, offsets, points)
