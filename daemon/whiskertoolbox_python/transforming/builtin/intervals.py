"""Intervals from intervals and events, and back."""

from __future__ import annotations

import math
from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.errors import TransformWarning
from whiskertoolbox_python.transforming._declarations import Limits, Unit
from whiskertoolbox_python.transforming._text import plural
from whiskertoolbox_python.transforming.registry import built_in
from whiskertoolbox_python.types.data_object import DataObject
from whiskertoolbox_python.types.events import DigitalEventSeries
from whiskertoolbox_python.types.intervals import DigitalIntervalSeries
from whiskertoolbox_python.upstream.notices import notice

Ints = npt.NDArray[np.int64]


@built_in("Group Intervals", "first generation")
def group_intervals(
    intervals: DigitalIntervalSeries,
    max_spacing: Annotated[float, Unit("indices")] = 1.0,
    keep_contained: bool = False,
) -> DigitalIntervalSeries:
    """Join intervals with at most so many indices between them.

    Parameters
    ----------
    max_spacing : float
        Indices between the end of one and the start of the next; adjacent ones have 0.
    keep_contained : bool
        A joined interval ends at the latest end. Upstream ends it at the end of the last one, so an interval that
        lies within another makes the result shorter.
    """
    pairs = intervals.intervals
    spacing = math.trunc(max_spacing)
    joined: list[list[int]] = []
    shortened: list[int] = []
    for start, end in pairs.tolist():
        if joined and start - joined[-1][1] - 1 <= spacing:
            if end < joined[-1][1] and not keep_contained:
                shortened.append(start)
            joined[-1][1] = max(end, joined[-1][1]) if keep_contained else end
        else:
            joined.append([start, end])
    if shortened:
        notice(
            f"Group Intervals: {plural(len(shortened), 'interval')} within another made the joined interval shorter, "
            f"as upstream does (the first starts at {shortened[0]}); keep_contained=True keeps the latest end",
            category=TransformWarning,
        )
    return DigitalIntervalSeries.from_array(np.array(joined, np.int64).reshape(-1, 2))


@built_in("Boolean Operation", "first generation")
def boolean_operation(
    intervals: DigitalIntervalSeries,
    other_series: DigitalIntervalSeries | None = None,
    operation: Literal["AND", "OR", "XOR", "NOT", "AND_NOT"] = "AND",
) -> DigitalIntervalSeries:
    """Combine two series of intervals as sets of indices.

    Parameters
    ----------
    other_series : DigitalIntervalSeries
        The second set, converted to the input's clock; without it the result is empty (but for NOT).
    operation : str
        NOT gives the gaps between the input's intervals and takes no second series.
    """
    if other_series is None and operation != "NOT":
        return DigitalIntervalSeries()
    return _combined(intervals, other_series, operation)


@built_in("DigitalIntervalBoolean", "second generation")
def digital_interval_boolean(
    intervals: DigitalIntervalSeries,
    other_series: DigitalIntervalSeries | None = None,
    operation: Literal["and", "or", "xor", "not", "and_not"] = "and",
) -> DigitalIntervalSeries:
    """Combine two series of intervals as sets of indices.

    Parameters
    ----------
    other_series : DigitalIntervalSeries
        The second set, converted to the input's clock.
    operation : str
        Not gives the gaps between the input's intervals.
    """
    return boolean_operation(intervals, other_series, operation.upper())  # type: ignore[arg-type]


@built_in("EventToInterval", "second generation")
def event_to_interval(
    events: DigitalEventSeries,
    pre_expansion: Annotated[int, Unit("indices"), Limits(0)] = 0,
    post_expansion: Annotated[int, Unit("indices"), Limits(0)] = 0,
) -> DigitalIntervalSeries:
    """Make an interval around each event; those that overlap stay apart.

    Parameters
    ----------
    pre_expansion, post_expansion : int
        How far it reaches before and after the event.
    """
    times = events.times
    return DigitalIntervalSeries.from_array(np.column_stack([times - pre_expansion, times + post_expansion]))


@built_in("IntervalToEvent", "second generation")
def interval_to_event(
    intervals: DigitalIntervalSeries, point: Literal["start", "end", "center"] = "start"
) -> DigitalEventSeries:
    """Make an event of each interval; equal ones become one.

    Parameters
    ----------
    point : str
        Where in the interval; the center is rounded toward zero.
    """
    starts, ends = intervals.intervals.T
    if point == "center":
        return DigitalEventSeries.from_array(np.trunc((starts + ends) / 2).astype(np.int64))
    return DigitalEventSeries.from_array(starts if point == "start" else ends)


@built_in("PruneOverlappingIntervals", "second generation")
def prune_overlapping_intervals(intervals: DigitalIntervalSeries) -> DigitalIntervalSeries:
    """Keep each interval, in order of start and end, that starts after the end of the last one kept."""
    kept: list[tuple[int, int]] = []
    for start, end in intervals.intervals.tolist():
        if not kept or start > kept[-1][1]:
            kept.append((start, end))
    return DigitalIntervalSeries.from_array(np.array(kept, np.int64).reshape(-1, 2))


def on_clock_of(series: DigitalIntervalSeries, target: DataObject) -> Ints:
    """Return start and end of each interval as indices of the target's clock: the next index, and the nearest."""
    own, clock = series.getTimeFrame(), target.getTimeFrame()
    pairs = series.intervals
    if own is None or clock is None or own is clock or not len(pairs):
        return pairs
    starts = own.convert(pairs[:, 0], clock, preceding=False)
    return np.column_stack([starts, own.convert(pairs[:, 1], clock)])


def _combined(
    intervals: DigitalIntervalSeries, other: DigitalIntervalSeries | None, operation: str
) -> DigitalIntervalSeries:
    first = _merged(intervals.intervals)
    if operation == "NOT":
        return DigitalIntervalSeries.from_array(np.column_stack([first[:-1, 1] + 1, first[1:, 0] - 1]))
    assert other is not None
    second = _merged(on_clock_of(other, intervals))
    edges = np.unique(np.concatenate([first[:, 0], first[:, 1] + 1, second[:, 0], second[:, 1] + 1]))
    in_first, in_second = _within(edges, first), _within(edges, second)
    inside = {
        "AND": in_first & in_second,
        "OR": in_first | in_second,
        "XOR": in_first ^ in_second,
        "AND_NOT": in_first & ~in_second,
    }[operation]
    changes = np.diff(np.concatenate([[0], inside.astype(np.int8), [0]]))
    starts, ends = edges[changes[:-1] == 1] if len(edges) else edges, edges[changes[:-1] == -1] if len(edges) else edges
    return DigitalIntervalSeries.from_array(np.column_stack([starts, ends - 1]))


def _within(edges: Ints, merged: Ints) -> npt.NDArray[np.bool_]:
    if not len(merged):
        return np.zeros(len(edges), bool)
    place = np.searchsorted(merged[:, 0], edges, "right") - 1
    return (place >= 0) & (edges <= merged[np.maximum(place, 0), 1])


def _merged(pairs: Ints) -> Ints:
    """Join intervals that overlap or touch."""
    pairs = pairs[pairs[:, 0] <= pairs[:, 1]]
    if not len(pairs):
        return pairs
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    reach = np.maximum.accumulate(pairs[:, 1])
    fresh = np.ones(len(pairs), bool)
    fresh[1:] = pairs[1:, 0] > reach[:-1] + 1
    last = np.append(np.flatnonzero(fresh)[1:], len(pairs)) - 1
    return np.column_stack([pairs[fresh, 0], reach[last]])
