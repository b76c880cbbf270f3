"""The netCDF files of movement: poses and bounding boxes over time, with names for their axes (netCDF 4, so HDF5)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from whiskertoolbox_python.arrays.order import parts as parts_of_rows
from whiskertoolbox_python.containers._contents import Allocate, Array, Clock, Contents, Int64Array, in_memory
from whiskertoolbox_python.containers._pose import FRAMES, KeyPoint, parts_of_pose
from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats._hdf5 import kept, open_whole_hdf5

_SINGULAR = {"keypoints": "keypoint", "individuals": "individual"}
"""Names of axes before movement 0.16."""


def recognises(file: Any) -> bool:
    """Return whether an open HDF5 file is a dataset of movement."""
    return {"position", "space", "time"} <= set(file) and ("individual" in file or "individuals" in file)


def read(
    path: Path, *, threshold: float = 0.0, warn: Callable[[str], None], allocate: Allocate = in_memory
) -> Contents:
    """Read poses or bounding boxes."""
    with open_whole_hdf5(path) as file:
        try:
            coordinates = {
                _singular(name): _values(file[name]) for name in file if file[name].ndim == 1 and name != "time"
            }
            time = kept(file["time"], allocate)
            position = _by_axes(file["position"], allocate)
            confidence = _by_axes(file["confidence"], allocate) if "confidence" in file else None
            shape = _by_axes(file["shape"], allocate) if "shape" in file else None
            attributes = {name: _plain(value) for name, value in file.attrs.items() if not name.startswith("_")}
            time_unit = str(attributes.get("time_unit", "frames"))
        except (KeyError, ValueError, TypeError, IndexError) as error:
            raise LoadError(f"{path}: it is damaged or is not a file of movement: {error}") from None
    space = [str(name) for name in coordinates["space"]]
    individuals = [str(name) for name in coordinates["individual"]]
    names = [str(name) for name in coordinates["keypoint"]] if "keypoint" in coordinates else [""]
    key_points = []
    for i, individual in enumerate(individuals):
        for k, name in enumerate(names):
            columns = {axis: position[:, s, k, i] for s, axis in enumerate(space)}
            if confidence is not None:
                columns["confidence"] = confidence[:, 0, k, i]
            if shape is not None:
                columns |= {"width": shape[:, 0, k, i], "height": shape[:, 1, k, i]}
            own = individual if len(individuals) > 1 or not name else ""
            key_points.append(KeyPoint(own if name else "", name or individual, columns))
    rate = float(attributes["fps"]) if attributes.get("fps") else None
    per_second = 1.0 if time_unit == "frames" else rate
    frames: Int64Array | range = range(len(time))
    if per_second and (time_unit == "frames" or _are_frames(time, per_second)):
        frames = allocate((len(time),), np.int64)
        for rows in parts_of_rows(len(time)):
            frames[rows] = np.rint(time[rows] * per_second)
        length = int(frames.max()) + 1 if len(frames) else 0
        clock = FRAMES, Clock.regular(length, rate, description="video frames")
    else:
        clock = "time", Clock.of_seconds(time.__getitem__, len(time))
    parts = parts_of_pose(frames, key_points, clock=clock[0], threshold=threshold, likelihood="confidence")
    return Contents(tuple(parts), dict([clock]), attributes)


def _are_frames(seconds: Array, rate: float) -> bool:
    return all(
        np.allclose(seconds[rows] * rate, np.rint(seconds[rows] * rate), atol=1e-3)
        for rows in parts_of_rows(len(seconds))
    )


def _by_axes(dataset: Any, allocate: Allocate) -> Array:
    """Return a dataset as (time, space, keypoint, individual), an axis it has not with length 1."""
    axes = [_singular(dataset.dims[axis][0].name.rsplit("/", 1)[-1]) for axis in range(dataset.ndim)]
    unknown = set(axes) - {"time", "space", "keypoint", "individual"}
    if unknown:
        raise ValueError(f"{dataset.name} has the axis {min(unknown)}")
    values = kept(dataset, allocate)
    order = [axis for axis in ("time", "space", "keypoint", "individual") if axis in axes]
    values = values.transpose([axes.index(axis) for axis in order])
    for place, axis in enumerate(("time", "space", "keypoint", "individual")):
        if axis not in axes:
            values = np.expand_dims(values, place)
    filled: Array = values
    return filled


def _singular(name: str) -> str:
    return _SINGULAR.get(name, name)


def _values(dataset: Any) -> list[Any]:
    return [_plain(value) for value in dataset[:].tolist()]


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, np.ndarray):
        return _plain(value.item()) if value.size == 1 else value.tolist()  # netCDF keeps single numbers as arrays
    return value.item() if isinstance(value, np.generic) else value
