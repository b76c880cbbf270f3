"""What all pose formats share: a table of key points becomes points, likelihoods and further columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from whiskertoolbox_python.containers._contents import (
    Array,
    Int64Array,
    Part,
    Points,
    Samples,
    Sliced,
    Table,
    indices_at,
)

FRAMES = "frames"
"""The clock of poses whose file knows frame numbers only."""


@dataclass(frozen=True)
class KeyPoint:
    """The columns of one body part of one animal, each (n,), by their names; ``x`` and ``y`` are among them.

    They are sliced only.
    """

    individual: str
    name: str
    columns: Mapping[str, Array]

    @property
    def label(self) -> str:
        """Name of the part in its file: ``nose``, or ``mouse1/nose`` where there are several animals."""
        return f"{self.individual}/{self.name}" if self.individual else self.name


def parts_of_pose(
    frames: Int64Array | range,
    key_points: Sequence[KeyPoint],
    *,
    clock: str = FRAMES,
    threshold: float = 0.0,
    likelihood: str = "likelihood",
    unit: str = "px",
    image_size: tuple[int, int] | None = None,
) -> list[Part]:
    """Return the parts of key points: points (in 3-D a tensor), and each further column as a signal.

    Frames without a position are left out of the points; the columns keep every frame. Points whose likelihood is below
    `threshold` are left out of the points, never out of the likelihood. Columns other than the likelihood are offered,
    but not selected.
    """
    parts: list[Part] = []
    for key_point in key_points:
        columns = key_point.columns
        if "z" in columns:
            read_3d = partial(_read_3d, frames, columns)
            shape = (len(frames), 3)
            parts.append(Part(key_point.label, "tensor", shape, read_3d, clock, unit, "x, y, z of each frame"))
        else:
            read = partial(_read_points, frames, columns, columns.get(likelihood), threshold, image_size)
            parts.append(Part(key_point.label, "points", (len(frames), 2), read, clock, unit))
        for name, values in columns.items():
            if name in ("x", "y", "z"):
                continue
            read_column = partial(_read_column, frames, values)
            parts.append(
                Part(
                    f"{key_point.label}_{name}",
                    "analog",
                    (len(frames),),
                    read_column,
                    clock,
                    description=f"{name} of {key_point.label}",
                    selected=name == likelihood,
                )
            )
    return parts


def _read_points(
    frames: Int64Array | range,
    columns: Mapping[str, Array],
    likelihood: Array | None,
    threshold: float,
    image_size: tuple[int, int] | None,
) -> Points:
    xy = beside(columns["x"], columns["y"])
    return Points(len(frames), partial(positions, frames, xy, likelihood, threshold), image_size)


def positions(
    frames: Int64Array | range, xy: Array, likelihood: Array | None, threshold: float, rows: slice
) -> tuple[Int64Array, Array]:
    """Return frame and position of those of some rows that have one, and reach the threshold."""
    here = xy[rows]
    keep = ~np.isnan(here).any(axis=1)
    if likelihood is not None and threshold > 0:
        keep &= likelihood[rows] >= threshold  # an empty likelihood passes no threshold
    return indices_at(frames, rows)[keep], here[keep]


def beside(*columns: Array) -> Array:
    """Return columns beside each other, which are read when they are sliced."""
    shape, dtype = (len(columns[0]), len(columns)), np.result_type(*(column.dtype for column in columns))

    def read(rows: slice) -> Array:
        return np.column_stack([column[rows] for column in columns])

    return Sliced(read, shape, dtype)  # type: ignore[return-value]  # sliced only


def _read_3d(frames: Int64Array | range, columns: Mapping[str, Array]) -> Table:
    return Table(beside(columns["x"], columns["y"], columns["z"]), ("x", "y", "z"), frames)


def _read_column(frames: Int64Array | range, values: Array) -> Samples:
    return Samples(values, frames)
