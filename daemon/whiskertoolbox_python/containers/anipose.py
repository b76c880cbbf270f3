"""Anipose: key points triangulated in 3-D (CSV), and the calibration of its cameras (TOML).

Anipose stores ``P @ M.T - center``. The rows of M are unit vectors but not at right angles, so distances in a file with
a reference frame of its own are not true ones; this reader gives them back in the frame of the cameras.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from whiskertoolbox_python.containers._contents import Allocate, Array, Clock, Contents, Part, Sliced, Table, in_memory
from whiskertoolbox_python.containers._packages import import_package
from whiskertoolbox_python.containers._pose import FRAMES, KeyPoint, beside, parts_of_pose
from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats._text_reading import first_line, read_columns, split_cells

_MATRIX = tuple(f"M_{row}{column}" for row in range(3) for column in range(3))
_CENTER = tuple(f"center_{axis}" for axis in range(3))
_SETTING = re.compile(r"^\s*(\w+)\s*=", re.MULTILINE)
_OF_A_POINT = ("x", "y", "z", "error", "ncams", "score")


def recognises(lines: Sequence[str]) -> bool:
    """Return whether the first line of a text file names Anipose's columns."""
    names = split_cells(lines[0], ",") if lines else []
    return "fnum" in names and {"M_00", "center_0"} <= set(names)


def read(
    path: Path,
    *,
    threshold: float = 0.0,
    camera_frame: bool = True,
    warn: Callable[[str], None],
    allocate: Allocate = in_memory,
) -> Contents:
    """Read a file of 3-D points.

    Parameters
    ----------
    path : Path
    threshold : float
        Unused for 3-D points, which keep every frame; the score is a part of its own.
    camera_frame : bool
        Whether to undo Anipose's own axes, so that lengths are true; otherwise the numbers are the file's.
    warn : callable
    allocate : callable
        Makes the columns.
    """
    names = split_cells(first_line(path), ",")
    points = [name[:-2] for name in names if name.endswith("_x") and f"{name[:-2]}_z" in names]
    if not points or "fnum" not in names:
        raise LoadError(f"{path}: Anipose's columns are missing: fnum, and NAME_x, NAME_y, NAME_z of each point")
    missing = [name for name in (*_MATRIX, *_CENTER) if name not in names]
    if missing and camera_frame:
        raise LoadError(f"{path}: it has no column {missing[0]}, so its axes are unknown; load with camera_frame=False")
    wanted: dict[str, Any] = {"fnum": (names.index("fnum"), "index")}
    own = [f"{point}_{column}" for point in points for column in _OF_A_POINT if f"{point}_{column}" in names]
    for name in [*own, *(() if missing else (*_MATRIX, *_CENTER))]:
        wanted[name] = (names.index(name), "optional")
    make = partial(allocate, alike=len(wanted))
    found_columns = read_columns(path, [*wanted.values()], delimiter=",", skip_lines=1, warn=warn, allocate=make)
    columns = dict(zip(wanted, found_columns, strict=True))
    frames = columns["fnum"]
    undo = None if missing or not camera_frame else _undo(path, columns)
    key_points = []
    for point in points:
        found = {name: columns[f"{point}_{name}"] for name in _OF_A_POINT if f"{point}_{name}" in columns}
        if undo is not None:
            xyz = beside(found["x"], found["y"], found["z"])
            found |= {axis: _axis(undo, xyz, place) for place, axis in enumerate("xyz")}
        key_points.append(KeyPoint("", point, found))
    parts = parts_of_pose(frames, key_points, threshold=threshold, likelihood="score", unit="mm")
    length = int(frames.max()) + 1 if len(frames) else 0
    return Contents(tuple(parts), {FRAMES: Clock.regular(length, None, description="video frames")})


def _axis(undo: Callable[[Array], Array], xyz: Array, place: int) -> Array:
    read = partial(_axis_of, undo, xyz, place)
    return Sliced(read, (len(xyz),), xyz.dtype)  # type: ignore[return-value]  # sliced only


def _axis_of(undo: Callable[[Array], Array], xyz: Array, place: int, rows: slice) -> Array:
    return undo(xyz[rows])[:, place]


def _undo(path: Path, columns: Mapping[str, Array]) -> Callable[[Array], Array]:
    axes = [columns[name] for name in (*_MATRIX, *_CENTER)]
    if not len(axes[0]) or any(axis.min() != axis[0] or axis.max() != axis[0] for axis in axes):
        raise LoadError(f"{path}: the axes (M_00 …) differ between rows; load with camera_frame=False")
    matrix = np.array([columns[name][0] for name in _MATRIX]).reshape(3, 3)
    center = np.array([columns[name][0] for name in _CENTER])
    try:
        back = np.linalg.inv(matrix.T)  # M has no right angles, so its transpose is not its inverse
    except np.linalg.LinAlgError:
        raise LoadError(f"{path}: the axes (M_00 …) cannot be inverted; load with camera_frame=False") from None
    return lambda xyz: (xyz + center) @ back


def read_toml(path: Path) -> dict[str, Any]:
    """Return the settings in a TOML file."""
    name = "tomllib" if sys.version_info >= (3, 11) else "tomli"
    tomllib = import_package(name, "tomli", "TOML files in Python 3.10")
    try:
        return dict(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise LoadError(f"{path} cannot be read as TOML: {error}") from None


def recognises_calibration(text: str) -> bool:
    """Return whether the text of a TOML file is a calibration, also where there is no parser for it."""
    return {"matrix", "rotation", "translation"} <= set(_SETTING.findall(text))


def read_calibration(path: Path, *, warn: Callable[[str], None]) -> Contents:
    """Read the cameras of a calibration: a 3 × 4 projection matrix each, with the rest as attributes."""
    settings = read_toml(path)
    parts = []
    for section, camera in settings.items():
        if not isinstance(camera, dict) or "matrix" not in camera:
            continue
        try:
            matrix = np.array(camera["matrix"], float).reshape(3, 3)
            rotation = np.array(camera["rotation"], float).reshape(3)
            translation = np.array(camera["translation"], float).reshape(3, 1)
        except (KeyError, ValueError, TypeError) as error:
            raise LoadError(f"{path}: camera {section} is incomplete: {error}") from None
        projection = matrix @ np.hstack([_rotation_matrix(rotation), translation])
        attributes = {key: value for key, value in camera.items() if key != "name"}
        name = str(camera.get("name", section))
        parts.append(
            Part(f"camera/{name}", "tensor", (3, 4), _table(projection), "", "px", "projection", attributes=attributes)
        )
    return Contents(tuple(parts), attributes=dict(settings.get("metadata", {})))


def _table(values: Array) -> Callable[[], Table]:
    return lambda: Table(values)


def _rotation_matrix(vector: Array) -> Array:
    """Return the matrix of a Rodrigues vector."""
    angle = float(np.linalg.norm(vector))
    if angle == 0:
        return np.eye(3)
    x, y, z = vector / angle
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    matrix: Array = np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross
    return matrix
