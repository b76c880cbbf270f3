"""Lines put into groups of entities, and intervals where a group is present. The lines must be stored in a session."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.entities.groups import EntityGroupManager
from whiskertoolbox_python.errors import TransformError
from whiskertoolbox_python.transforming._declarations import Limits, Unit
from whiskertoolbox_python.transforming._polylines import Polylines
from whiskertoolbox_python.transforming._results import first_of_time
from whiskertoolbox_python.transforming.registry import built_in
from whiskertoolbox_python.types.intervals import DigitalIntervalSeries
from whiskertoolbox_python.types.lines import LineData

Ints = npt.NDArray[np.int64]


def session_groups(lines: LineData, groups: EntityGroupManager | None, name: str) -> EntityGroupManager:
    """Return the session's groups, or raise TransformError that says what is missing."""
    if groups is None or (len(lines) and not lines.entity_ids.all()):
        raise TransformError(
            f"{name} works on the groups of a session: store the lines with dm.setData and use dm.run_transform, or "
            "give groups=dm.getEntityGroupManager()"
        )
    return groups


def group_ids(groups: EntityGroupManager) -> list[int]:
    """Return the ids of all groups, in the order in which they were made."""
    return sorted(descriptor.id for descriptor in groups.getAllGroupDescriptors())


@built_in("Group Lines by Index", "first generation", output=LineData, keeps_unit=True)
def group_lines_by_index(
    lines: LineData,
    groups: EntityGroupManager | None = None,
    group_name_prefix: str = "Line",
    clear_existing_groups: bool = False,
) -> LineData:
    """Make a group of the first lines of all frames, one of the second lines, and so on; run again, it makes new ones.

    Parameters
    ----------
    group_name_prefix : str
        The groups are called by it and a number from 0.
    clear_existing_groups : bool
        Delete all groups of the session first, also those of other data.
    """
    known = session_groups(lines, groups, "Group Lines by Index")
    if clear_existing_groups:
        for group in group_ids(known):
            known.deleteGroup(group)
    times, ids = lines.times, lines.entity_ids
    first = first_of_time(times)
    number = np.arange(len(times), dtype=np.int64) - np.repeat(first, np.diff(np.append(first, len(times))))
    for k in range(int(number.max()) + 1 if len(number) else 0):
        group = known.createGroup(f"{group_name_prefix} {k}", f"Group {k} - lines at vector index {k}")
        known.add_entities(group, ids[number == k])
    return lines


@built_in("Group Lines by Proximity", "first generation", output=LineData, keeps_unit=True)
def group_lines_by_proximity(
    lines: LineData,
    groups: EntityGroupManager | None = None,
    distance_threshold: Annotated[float, Unit("pixels")] = 50.0,
    position_along_line: float = 0.5,
    create_new_group_for_outliers: bool = True,
    new_group_name: str = "Ungrouped Lines",
) -> LineData:
    """Add each line that is in no group to the group with the nearest line, over all frames.

    The line nearest to a group joins it first, and counts as its member for the others; so the order of the lines does
    not matter (in upstream, lines join in an order that is not defined).

    Parameters
    ----------
    distance_threshold : float
        Lines further away stay out.
    position_along_line : float
        Fraction of the length where distances are taken.
    create_new_group_for_outliers : bool
        Put lines that are near to none into a new group.
    new_group_name : str
        Name of that group.
    """
    known = session_groups(lines, groups, "Group Lines by Proximity")
    ids = lines.entity_ids
    filled = np.diff(lines.offsets) > 0
    points = np.full((len(lines), 2), np.inf)
    chosen = np.flatnonzero(filled)
    points[chosen] = Polylines(lines.points, lines.offsets).at(position_along_line, chosen)
    members = {group: np.isin(ids, known.entity_ids(group)) for group in group_ids(known)}
    grouped = np.zeros(len(lines), bool)
    for inside in members.values():
        grouped |= inside
    members = {group: inside for group, inside in members.items() if (inside & filled).any()}
    lonely = np.flatnonzero(~grouped)
    nearest = np.full(len(lonely), np.inf)
    best = np.full(len(lonely), -1, np.int64)
    for group, inside in members.items():
        distance = _least_distances(points[lonely], points[inside & filled])
        closer = distance < nearest
        nearest[closer], best[closer] = distance[closer], group
    joins = np.zeros(len(lonely), bool)
    left = nearest.copy()
    while len(left) and left[place := int(left.argmin())] <= distance_threshold:
        joins[place], left[place] = True, np.inf
        with np.errstate(invalid="ignore"):  # a line without vertices is infinitely far
            distance = np.hypot(*(points[lonely] - points[lonely[place]]).T)
        closer = ~joins & (distance < left)
        left[closer], best[closer] = distance[closer], best[place]
    for group in members:
        known.add_entities(group, ids[lonely[joins & (best == group)]])
    if create_new_group_for_outliers and not joins.all():
        known.add_entities(known.createGroup(new_group_name), ids[lonely[~joins]])
    return lines


def _least_distances(points: npt.NDArray[np.float64], others: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    least = np.full(len(points), np.inf)
    step = max(1, 4_000_000 // max(len(others), 1))
    with np.errstate(invalid="ignore"):
        for start in range(0, len(points), step):
            block = points[start : start + step, np.newaxis] - others
            least[start : start + step] = np.hypot(block[..., 0], block[..., 1]).min(axis=1)
    return np.nan_to_num(least, nan=np.inf)


@built_in("Line Group to Digital Intervals", "first generation", output=DigitalIntervalSeries)
def line_group_to_digital_intervals(
    lines: LineData,
    groups: EntityGroupManager | None = None,
    target_group_id: int = 0,
    track_presence: bool = True,
    min_interval_length: Annotated[int, Unit("indices"), Limits(0)] = 1,
    merge_gap_threshold: Annotated[int, Unit("indices"), Limits(0)] = 1,
) -> DigitalIntervalSeries:
    """Find the runs of frames in which a group has a line; frames without any line do not end a run.

    Parameters
    ----------
    target_group_id : int
        The group.
    track_presence : bool
        False: where it has none.
    min_interval_length : int
        Shorter runs are left out.
    merge_gap_threshold : int
        Runs whose start and end are at most so far apart are joined; adjacent ones are 1 apart.
    """
    known = session_groups(lines, groups, "Line Group to Digital Intervals")
    if not known.hasGroup(target_group_id):
        raise TransformError(
            f"there is no group {target_group_id}; groups: "
            + (", ".join(f"{d.id} ({d.name})" for d in known.getAllGroupDescriptors()) or "none")
        )
    times = lines.times
    if not known.getGroupSize(target_group_id) or not len(times):
        return DigitalIntervalSeries()
    first = first_of_time(times)
    member = np.isin(lines.entity_ids, known.entity_ids(target_group_id))
    active = np.logical_or.reduceat(member, first)
    frames = times[first]
    edges = np.diff(np.concatenate([[0], (active == track_presence).astype(np.int8), [0]]))
    pairs = np.column_stack([frames[np.flatnonzero(edges == 1)], frames[np.flatnonzero(edges == -1) - 1]])
    joined: list[list[int]] = []
    for start, end in pairs.tolist():
        if merge_gap_threshold > 1 and joined and start - joined[-1][1] <= merge_gap_threshold:
            joined[-1][1] = end
        else:
            joined.append([start, end])
    kept = [pair for pair in joined if pair[1] - pair[0] + 1 >= min_interval_length]
    return DigitalIntervalSeries.from_array(np.array(kept, np.int64).reshape(-1, 2))
