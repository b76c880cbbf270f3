"""Tables with one row per interval and one column: a range reduction of what lies in it."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.errors import ParameterError, TransformError
from whiskertoolbox_python.transforming._declarations import Transform
from whiskertoolbox_python.transforming.builtin.intervals import on_clock_of
from whiskertoolbox_python.transforming.registry import built_in, find
from whiskertoolbox_python.types.analog import AnalogTimeSeries
from whiskertoolbox_python.types.events import DigitalEventSeries
from whiskertoolbox_python.types.intervals import DigitalIntervalSeries
from whiskertoolbox_python.types.tensor import TensorData

Ints = npt.NDArray[np.int64]


@built_in("AnalogIntervalReduction", "second generation")
def analog_interval_reduction(
    rows: DigitalIntervalSeries,
    signal: AnalogTimeSeries,
    reduction_name: str = "MeanValue",
    column_name: str = "value",
    reduction_params_json: str = "{}",
) -> TensorData:
    """Reduce the samples of a signal in each interval to a number. Times are indices of the signal.

    Parameters
    ----------
    signal : AnalogTimeSeries
        What is reduced.
    reduction_name : str
        A range reduction of samples.
    column_name : str
        Name of the column.
    reduction_params_json : str
        Parameters of the reduction, as JSON. (Upstream ignores them.)
    """
    reduction = _reduction(reduction_name, AnalogTimeSeries)
    arguments = _arguments(reduction, reduction_params_json)
    pairs = on_clock_of(rows, signal)
    values = [reduction.function(signal.restrict(start, end), **arguments) for start, end in pairs.tolist()]
    return _table(rows, values, column_name)


@built_in("EventIntervalReduction", "second generation")
def event_interval_reduction(
    rows: DigitalIntervalSeries,
    events: DigitalEventSeries,
    reduction_name: str = "EventCount",
    column_name: str = "value",
    reduction_params_json: str = "{}",
    relative_to_start: bool = True,
) -> TensorData:
    """Reduce the events in each interval to a number. Times are ticks.

    Parameters
    ----------
    events : DigitalEventSeries
        What is reduced.
    reduction_name : str
        A range reduction of events.
    column_name : str
        Name of the column.
    reduction_params_json : str
        Parameters of the reduction, as JSON. (Upstream ignores them.)
    relative_to_start : bool
        Latencies and windows count from the start of the interval; in upstream, from tick 0.
    """
    reduction = _reduction(reduction_name, DigitalEventSeries)
    arguments = _arguments(reduction, reduction_params_json)
    pairs, ticks = on_clock_of(rows, events), events.ticks()
    clock = rows.getTimeFrame()
    origins = rows.intervals[:, 0] if clock is None else clock.times_at(rows.intervals[:, 0])
    first, last = np.searchsorted(events.times, pairs[:, 0]), np.searchsorted(events.times, pairs[:, 1], "right")
    is_relative = relative_to_start and reduction.name in (
        "FirstPositiveLatency",
        "LastNegativeLatency",
        "EventCountInWindow",
    )
    values = [
        reduction.function(DigitalEventSeries.from_array(ticks[a:b] - (origin if is_relative else 0)), **arguments)
        for a, b, origin in zip(first.tolist(), last.tolist(), origins.tolist(), strict=True)
    ]
    return _table(rows, values, column_name)


@built_in("IntervalOverlapReduction", "second generation")
def interval_overlap_reduction(
    rows: DigitalIntervalSeries,
    intervals: DigitalIntervalSeries,
    reduction_name: str = "IntervalCount",
    column_name: str = "value",
    reduction_params_json: str = "{}",
    entity_ids: bool = False,
) -> TensorData:
    """Reduce the intervals that overlap each interval, whole, to a number. Times are ticks.

    Parameters
    ----------
    intervals : DigitalIntervalSeries
        What is reduced.
    reduction_name : str
        A range reduction of intervals.
    column_name : str
        Name of the column.
    reduction_params_json : str
        Parameters of the reduction, as JSON. (Upstream ignores them.)
    entity_ids : bool
        Let IntervalSourceIndex give the entity id of the first, as upstream; else its position in its series.
    """
    reduction = _reduction(reduction_name, DigitalIntervalSeries)
    arguments = _arguments(reduction, reduction_params_json)
    source, clock = intervals.intervals, intervals.getTimeFrame()
    ticks = source if clock is None else np.column_stack([clock.times_at(source[:, 0]), clock.times_at(source[:, 1])])
    values = []
    for start, end in on_clock_of(rows, intervals).tolist():
        chosen = np.flatnonzero((source[:, 0] <= end) & (source[:, 1] >= start))
        if reduction.name == "IntervalSourceIndex":
            first = int(chosen[0]) if len(chosen) else -1
            values.append(float(intervals.entity_ids[first]) if entity_ids and first >= 0 else float(first))
        else:
            values.append(reduction.function(DigitalIntervalSeries.from_array(ticks[chosen]), **arguments))
    return _table(rows, values, column_name)


def _reduction(name: str, kind: type[Any]) -> Transform:
    reduction = find(name)
    if reduction.origin != "range reduction":
        raise TransformError(f"{name} is not a range reduction")
    if reduction.input is not kind:
        raise TransformError(f"{name} reduces {reduction.input.__name__}, not {kind.__name__}")
    return reduction


def _arguments(reduction: Transform, text: str) -> dict[str, Any]:
    try:
        given = json.loads(text or "{}")
    except ValueError as error:
        raise ParameterError(f'parameter "reduction_params_json" is not JSON: {error}') from error
    if not isinstance(given, dict):
        raise ParameterError('parameter "reduction_params_json" must be an object, such as {"threshold": 2}')
    return reduction.parse(given)


def _table(rows: DigitalIntervalSeries, values: list[float], column_name: str) -> TensorData:
    if not values:
        return TensorData()
    return TensorData.from_array(
        np.array(values, np.float32)[:, np.newaxis], column_names=[column_name], row_intervals=rows.intervals
    )
