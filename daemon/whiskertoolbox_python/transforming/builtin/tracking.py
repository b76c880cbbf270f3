"""Lines tracked between frames in which they are labelled, by Kalman filters from both sides."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.entities.groups import EntityGroupManager
from whiskertoolbox_python.transforming._declarations import Limits, Unit
from whiskertoolbox_python.transforming._extras import extra
from whiskertoolbox_python.transforming._results import first_of_time
from whiskertoolbox_python.transforming.builtin.grouping import group_ids, session_groups
from whiskertoolbox_python.transforming.builtin.outliers import line_features
from whiskertoolbox_python.transforming.registry import built_in
from whiskertoolbox_python.types.lines import LineData

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@built_in("Group Lines using Kalman Filtering", "first generation", output=LineData, keeps_unit=True)
def group_lines_using_kalman_filtering(
    lines: LineData,
    groups: EntityGroupManager | None = None,
    dt: float = 1.0,
    process_noise_position: Annotated[float, Unit("pixels")] = 10.0,
    process_noise_velocity: float = 1.0,
    static_feature_process_noise_scale: float = 0.01,
    measurement_noise_position: Annotated[float, Unit("pixels")] = 5.0,
    measurement_noise_length: Annotated[float, Unit("pixels")] = 10.0,
    cheap_assignment_threshold: Annotated[float, Limits(0)] = 5.0,
    write_to_putative_groups: bool = True,
    putative_group_prefix: str = "Putative:",
) -> LineData:
    """Find the lines that belong to each group between the frames in which it has one.

    Each group with lines in two frames or more is followed from each of these to the next, forward and backward; in
    every frame between, lines that are in no group are assigned to the groups they fit best, each to one, at most one
    line to a group. The result does not depend on the order of lines or on chance. (The contract is upstream's, the
    tracker is ours: positions, first vertices and lengths of lines move at constant velocity.)

    Parameters
    ----------
    dt : float
        Time between frames, in which velocities are measured.
    process_noise_position, process_noise_velocity : float
        How much the movement changes from frame to frame.
    static_feature_process_noise_scale : float
        Share of it for the length.
    measurement_noise_position, measurement_noise_length : float
        How exactly lines are traced.
    cheap_assignment_threshold : float
        Lines whose Mahalanobis distance is at least five times this stay out.
    write_to_putative_groups : bool
        Put the lines into a group of their own for each group, to be looked at first.
    putative_group_prefix : str
        What the names of those groups begin with.
    """
    known = session_groups(lines, groups, "Group Lines using Kalman Filtering")
    ids, times = lines.entity_ids, lines.times
    features = _features(lines)
    process = np.concatenate(
        [
            np.full(4, process_noise_position**2),
            np.full(4, process_noise_velocity**2),
            [static_feature_process_noise_scale * process_noise_position**2],
        ]
    )
    measurement = np.array([measurement_noise_position**2] * 4 + [measurement_noise_length**2])
    anchors: dict[int, Ints] = {}
    grouped = np.zeros(len(lines), bool)
    for group in group_ids(known):
        inside = np.isin(ids, known.entity_ids(group))
        grouped |= inside
        members = np.flatnonzero(inside & np.isfinite(features).all(axis=1))
        members = members[first_of_time(times[members])]
        if len(members) >= 2:
            anchors[group] = members
    free = np.flatnonzero(~grouped & np.isfinite(features).all(axis=1))
    model = _Model(dt, process, measurement)
    limit = (5 * cheap_assignment_threshold) ** 2
    assigned: dict[int, list[int]] = {group: [] for group in anchors}
    expected = {group: _between(model, times, features, members, free, limit) for group, members in anchors.items()}
    for frame in np.unique(times[free]).tolist():
        candidates = free[times[free] == frame]
        active = [group for group in anchors if frame in expected[group]]
        if not active:
            continue
        cost = np.stack([_distances(features[candidates], *expected[group][frame]) for group in active])
        rows, columns = extra("scipy.optimize").linear_sum_assignment(np.minimum(cost, limit))
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
            if cost[row, column] < limit:
                assigned[active[row]].append(int(ids[candidates[column]]))
    for group, entities in assigned.items():
        target = group
        if write_to_putative_groups:
            descriptor = known.getGroupDescriptor(group)
            target = known.createGroup(putative_group_prefix + (descriptor.name if descriptor else str(group)))
        known.add_entities(target, np.array(entities, np.int64))
    return lines


def _features(lines: LineData) -> Floats:
    """Return mean x and y, first x and y, and length of each line."""
    mean = line_features(lines)
    base = np.full((len(lines), 2), np.nan)
    filled = np.flatnonzero(np.diff(lines.offsets) > 0)
    base[filled] = lines.points[lines.offsets[filled]]
    return np.column_stack([mean[:, :2], base, mean[:, 2]])


class _Model:
    """Constant velocity of four coordinates, and a length that hardly changes."""

    def __init__(self, dt: float, process: Floats, measurement: Floats) -> None:
        self.dt, self.process, self.measurement = dt, np.diag(process), np.diag(measurement)
        self.seen = np.zeros((5, 9))
        self.seen[[0, 1, 2, 3, 4], [0, 1, 2, 3, 8]] = 1

    def start(self, feature: Floats) -> tuple[Floats, Floats]:
        state = np.concatenate([feature[:4], np.zeros(4), feature[4:]])
        spread = np.zeros((9, 9))
        spread[:4, :4], spread[4:8, 4:8], spread[8, 8] = np.eye(4) * 25, np.eye(4) * 100, 25
        return state, spread

    def predict(self, state: Floats, spread: Floats, steps: int) -> tuple[Floats, Floats]:
        motion = np.eye(9)
        motion[range(4), range(4, 8)] = self.dt * steps
        return motion @ state, motion @ spread @ motion.T + self.process * abs(steps)

    def update(self, state: Floats, spread: Floats, feature: Floats) -> tuple[Floats, Floats]:
        gain = spread @ self.seen.T @ np.linalg.inv(self.seen @ spread @ self.seen.T + self.measurement)
        return state + gain @ (feature - self.seen @ state), (np.eye(9) - gain @ self.seen) @ spread

    def expected(self, state: Floats, spread: Floats) -> tuple[Floats, Floats]:
        return self.seen @ state, self.seen @ spread @ self.seen.T + self.measurement


def _between(
    model: _Model, times: Ints, features: Floats, members: Ints, free: Ints, limit: float
) -> dict[int, tuple[Floats, Floats]]:
    """Return for each frame between the anchors what is expected there, with its covariance, from both sides."""
    forward = _followed(model, times, features, members, free, limit)
    backward = _followed(model, times, features, members[::-1], free, limit)
    joined = {}
    for frame in forward.keys() & backward.keys():
        (ahead, ahead_spread), (back, back_spread) = forward[frame], backward[frame]
        weight, back_weight = np.linalg.inv(ahead_spread), np.linalg.inv(back_spread)
        spread = np.linalg.inv(weight + back_weight)
        joined[frame] = (spread @ (weight @ ahead + back_weight @ back), spread + model.measurement)
    return joined


def _followed(
    model: _Model, times: Ints, features: Floats, members: Ints, free: Ints, limit: float
) -> dict[int, tuple[Floats, Floats]]:
    """Follow a group from anchor to anchor, taking the best free line of each frame on the way."""
    expected: dict[int, tuple[Floats, Floats]] = {}
    state, spread = model.start(features[members[0]])
    place = int(times[members[0]])
    for member in members[1:].tolist():
        goal = int(times[member])
        step = 1 if goal > place else -1
        low, high = min(place, goal), max(place, goal)
        for frame in sorted(set(times[free[(times[free] > low) & (times[free] < high)]].tolist()), reverse=step < 0):
            state, spread = model.predict(state, spread, frame - place)
            place = frame
            mean, total = model.expected(state, spread)
            expected[frame] = (mean, total)
            candidates = features[free[times[free] == frame]]
            distances = _distances(candidates, mean, total)
            if distances.min() < limit:
                state, spread = model.update(state, spread, candidates[int(distances.argmin())])
        state, spread = model.predict(state, spread, goal - place)
        state, spread = model.update(state, spread, features[member])
        place = goal
    return expected


def _distances(features: Floats, mean: Floats, spread: Floats) -> Floats:
    apart = features - mean
    distances: Floats = np.einsum("ni,ni->n", apart, np.linalg.solve(spread, apart.T).T)
    return distances
