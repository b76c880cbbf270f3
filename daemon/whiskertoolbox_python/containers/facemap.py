"""facemap's key points (``_FacemapPose.h5``): x, y and likelihood of each, in HDF5 without pandas."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from whiskertoolbox_python.containers._contents import Allocate, Clock, Contents, in_memory
from whiskertoolbox_python.containers._pose import FRAMES, KeyPoint, parts_of_pose
from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats._hdf5 import kept, open_whole_hdf5


def recognises(file: Any) -> bool:
    """Return whether an open HDF5 file is one of facemap's."""
    return "Facemap" in file


def read(
    path: Path, *, threshold: float = 0.0, warn: Callable[[str], None], allocate: Allocate = in_memory
) -> Contents:
    """Read the key points."""
    with open_whole_hdf5(path) as file:
        try:
            group = file["Facemap"]
            keep = partial(allocate, alike=len(group) * len(_COLUMNS))
            key_points = [
                KeyPoint("", name, {column: kept(group[name][column], keep) for column in _COLUMNS}) for name in group
            ]
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise LoadError(f"{path}: it is damaged or is not a file of facemap: {error}") from None
    lengths = {len(values) for one in key_points for values in one.columns.values()}
    if len(lengths) != 1:
        raise LoadError(f"{path}: its columns have different lengths: {sorted(lengths)}")
    (length,) = lengths
    parts = parts_of_pose(range(length), key_points, threshold=threshold)
    return Contents(tuple(parts), {FRAMES: Clock.regular(length, None, description="video frames")})


_COLUMNS = ("x", "y", "likelihood")
