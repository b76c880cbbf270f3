"""Members of a tracked group of lines that do not fit its movement (a Kalman smoother)."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.entities.groups import EntityGroupManager
from whiskertoolbox_python.transforming._declarations import Limits, Unit
from whiskertoolbox_python.transforming._polylines import Polylines
from whiskertoolbox_python.transforming._results import first_of_time
from whiskertoolbox_python.transforming.builtin.grouping import group_ids, session_groups
from whiskertoolbox_python.transforming.registry import built_in
from whiskertoolbox_python.types.lines import LineData

Floats = npt.NDArray[np.float64]
_SEEN = np.array([[1.0, 0, 0, 0, 0], [0, 1, 0, 0, 0], [0, 0, 0, 0, 1]])
"""Of the state (x, y, vx, vy, length), what is measured."""


@built_in("Line Outlier Detection", "first generation", output=LineData, keeps_unit=True)
def line_outlier_detection(
    lines: LineData,
    groups: EntityGroupManager | None = None,
    dt: float = 1.0,
    process_noise_position: Annotated[float, Unit("pixels")] = 10.0,
    process_noise_velocity: float = 1.0,
    process_noise_length: Annotated[float, Unit("pixels")] = 0.1,
    measurement_noise_position: Annotated[float, Unit("pixels")] = 5.0,
    measurement_noise_length: Annotated[float, Unit("pixels")] = 10.0,
    mad_threshold: Annotated[float, Limits(0)] = 11.34,
    groups_to_process: list[int] | None = None,
    outlier_group_name: str = "Outliers",
    use_length_noise: bool = False,
) -> LineData:
    """Add to a new group the lines whose mean vertex or length does not fit the smoothed movement of their group.

    Each frame's first member counts; groups with fewer than two frames are passed over, and so are the first three
    frames of each. Lines stay in their group.

    Parameters
    ----------
    dt : float
        Time between frames, in which velocities are measured.
    process_noise_position, process_noise_velocity, process_noise_length : float
        How much the movement changes from frame to frame.
    measurement_noise_position : float
        How exactly lines are traced.
    measurement_noise_length : float
        The same of their length, with use_length_noise.
    mad_threshold : float
        Limit of the squared Mahalanobis distance: 11.34 is 99 % of chi-squared for 3 (no median is involved).
    groups_to_process : list of int
        Ids of groups; none: all.
    outlier_group_name : str
        Name of the new group, made also if it stays empty.
    use_length_noise : bool
        Take measurement_noise_length for lengths; upstream takes that of positions.
    """
    known = session_groups(lines, groups, "Line Outlier Detection")
    length_noise = measurement_noise_length if use_length_noise else measurement_noise_position
    measurement = np.diag([measurement_noise_position**2, measurement_noise_position**2, length_noise**2])
    per_length = process_noise_length / process_noise_position if process_noise_position else 0.0
    process = np.diag(
        [process_noise_position**2] * 2 + [process_noise_velocity**2] * 2 + [per_length * process_noise_position**2]
    )
    features, ids = line_features(lines), lines.entity_ids
    outliers = [np.zeros(0, np.int64)]
    for group in groups_to_process or group_ids(known):
        members = np.flatnonzero(np.isin(ids, known.entity_ids(group)))
        members = members[first_of_time(lines.times[members])]
        if len(members) < 2:
            continue
        distances = _smoothed_distances(features[members], dt, process, measurement)
        outliers.append(ids[members[3:][distances[3:] > mad_threshold]])
    known.add_entities(known.createGroup(outlier_group_name), np.concatenate(outliers))
    return lines


def line_features(lines: LineData) -> Floats:
    """Return mean x, mean y and length of each line, ``(lines, 3)``; NaN of an empty one."""
    counts = np.diff(lines.offsets)
    filled = np.flatnonzero(counts > 0)
    features = np.full((len(lines), 3), np.nan)
    if len(filled):
        sums = np.add.reduceat(lines.points.astype(np.float64), lines.offsets[filled])
        features[filled, :2] = sums / counts[filled, np.newaxis]
        features[filled, 2] = Polylines(lines.points, lines.offsets).lengths[filled]
    return features


def _smoothed_distances(measured: Floats, dt: float, process: Floats, measurement: Floats) -> Floats:
    """Return the squared Mahalanobis distance of each measurement to the smoothed state (Rauch, Tung, Striebel)."""
    motion = np.eye(5)
    motion[0, 2] = motion[1, 3] = dt
    state = np.array([measured[0, 0], measured[0, 1], 0, 0, measured[0, 2]])
    spread = np.diag([100.0, 100, 100, 100, 25])
    predicted, filtered = [], []
    for seen in measured:
        state, spread = motion @ state, motion @ spread @ motion.T + process
        predicted.append((state, spread))
        gain = spread @ _SEEN.T @ np.linalg.inv(_SEEN @ spread @ _SEEN.T + measurement)
        state = state + gain @ (seen - _SEEN @ state)
        rest = np.eye(5) - gain @ _SEEN
        spread = rest @ spread @ rest.T + gain @ measurement @ gain.T
        filtered.append((state, spread))
    smoothed = [filtered[-1]]
    for number in range(len(measured) - 2, -1, -1):
        state, spread = filtered[number]
        next_state, next_spread = predicted[number + 1]
        back = spread @ motion.T @ np.linalg.inv(next_spread)
        later_state, later_spread = smoothed[0]
        smoothed.insert(
            0, (state + back @ (later_state - next_state), spread + back @ (later_spread - next_spread) @ back.T)
        )
    distances = np.empty(len(measured))
    for number, (seen, (state, spread)) in enumerate(zip(measured, smoothed, strict=True)):
        residual = seen - _SEEN @ state
        total = _SEEN @ spread @ _SEEN.T + measurement + 1e-6 * np.eye(3)
        distances[number] = residual @ np.linalg.solve(total, residual)
    return distances
