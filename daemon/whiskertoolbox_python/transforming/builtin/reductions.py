"""Range reductions: one number for the events, samples or intervals of a range.

Each is also a transform: `run_transform("MeanValue", signal)` is a number. In tables, a row is a range.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.transforming.registry import built_in
from whiskertoolbox_python.types.analog import AnalogTimeSeries
from whiskertoolbox_python.types.events import DigitalEventSeries
from whiskertoolbox_python.types.intervals import DigitalIntervalSeries

Floats = npt.NDArray[np.float64]
_NAN = float("nan")


def _reduction(name: str) -> Callable[[Callable[..., float]], Callable[..., float]]:
    return built_in(name, "range reduction", output=float)


@_reduction("EventCount")
def event_count(events: DigitalEventSeries) -> float:
    """Count the events."""
    return len(events)


@_reduction("EventPresence")
def event_presence(events: DigitalEventSeries) -> float:
    """Give 1 if there are events, else 0."""
    return int(len(events) > 0)


@_reduction("FirstPositiveLatency")
def first_positive_latency(events: DigitalEventSeries) -> float:
    """Give the first time after 0; NaN if there is none."""
    later = events.times[events.times > 0]
    return float(later[0]) if len(later) else _NAN


@_reduction("LastNegativeLatency")
def last_negative_latency(events: DigitalEventSeries) -> float:
    """Give the last time before 0; NaN if there is none."""
    earlier = events.times[events.times < 0]
    return float(earlier[-1]) if len(earlier) else _NAN


@_reduction("EventCountInWindow")
def event_count_in_window(events: DigitalEventSeries, window_start: float = 0.0, window_end: float = 1e300) -> float:
    """Count the events in a window.

    Parameters
    ----------
    window_start, window_end : float
        The start belongs to it, the end does not.
    """
    return int(((events.times >= window_start) & (events.times < window_end)).sum())


@_reduction("MeanInterEventInterval")
def mean_inter_event_interval(events: DigitalEventSeries) -> float:
    """Give the mean distance of events; NaN for fewer than two."""
    times = events.times
    return float(times[-1] - times[0]) / (len(times) - 1) if len(times) > 1 else _NAN


@_reduction("EventTimeSpan")
def event_time_span(events: DigitalEventSeries) -> float:
    """Give the time from the first to the last event; 0 for fewer than two."""
    return float(events.times[-1] - events.times[0]) if len(events) else 0.0


def _values(signal: AnalogTimeSeries) -> Floats:
    return np.asarray(signal.values, np.float64)


@_reduction("MaxValue")
def max_value(signal: AnalogTimeSeries) -> float:
    """Give the largest sample, NaN left out; -infinity without samples."""
    return float(np.fmax.reduce(_values(signal), initial=-np.inf))


@_reduction("MinValue")
def min_value(signal: AnalogTimeSeries) -> float:
    """Give the smallest sample, NaN left out; infinity without samples."""
    return float(np.fmin.reduce(_values(signal), initial=np.inf))


@_reduction("MeanValue")
def mean_value(signal: AnalogTimeSeries) -> float:
    """Give the mean; NaN if a sample is NaN, or without samples."""
    return float(_values(signal).mean()) if len(signal) else _NAN


@_reduction("StdValue")
def std_value(signal: AnalogTimeSeries) -> float:
    """Give the standard deviation of the population; NaN if a sample is NaN, or without samples."""
    return float(_values(signal).std()) if len(signal) else _NAN


@_reduction("SumValue")
def sum_value(signal: AnalogTimeSeries) -> float:
    """Give the sum; NaN if a sample is NaN, 0 without samples."""
    return float(_values(signal).sum())


@_reduction("ValueRange")
def value_range(signal: AnalogTimeSeries) -> float:
    """Give the largest minus the smallest sample, NaN left out; NaN without samples."""
    values = _values(signal)
    known = values[~np.isnan(values)]
    return float(known.max() - known.min()) if len(known) else _NAN


@_reduction("AreaUnderCurve")
def area_under_curve(signal: AnalogTimeSeries) -> float:
    """Integrate over time by trapezoids; 0 for fewer than two samples."""
    values, times = _values(signal), signal.times
    return float((np.diff(times) * (values[1:] + values[:-1]) / 2).sum())


@_reduction("TimeOfMax")
def time_of_max(signal: AnalogTimeSeries) -> float:
    """Give the time of the first largest sample, NaN left out; NaN without samples."""
    return _time_of(signal, np.argmax, -np.inf)


@_reduction("TimeOfMin")
def time_of_min(signal: AnalogTimeSeries) -> float:
    """Give the time of the first smallest sample, NaN left out; NaN without samples."""
    return _time_of(signal, np.argmin, np.inf)


def _time_of(signal: AnalogTimeSeries, place_of: Callable[[Floats], Any], instead: float) -> float:
    values = _values(signal)
    known = ~np.isnan(values)
    return float(signal.times[int(place_of(np.where(known, values, instead)))]) if known.any() else _NAN


@_reduction("TimeOfThresholdCross")
def time_of_threshold_cross(signal: AnalogTimeSeries, threshold: float = 0.0, rising: bool = True) -> float:
    """Give the time of the first sample beyond a threshold whose predecessor is not; NaN if there is none.

    Parameters
    ----------
    threshold : float
        In units of the signal.
    rising : bool
        From below to the threshold or above; else from it or above to below.
    """
    above = _values(signal) >= threshold
    known = ~np.isnan(_values(signal))
    crosses = (~above[:-1] & above[1:]) if rising else (above[:-1] & ~above[1:])
    places = np.flatnonzero(crosses & known[:-1] & known[1:])
    return float(signal.times[places[0] + 1]) if len(places) else _NAN


@_reduction("CountAboveThreshold")
def count_above_threshold(signal: AnalogTimeSeries, threshold: float = 0.0) -> float:
    """Count the samples above a threshold.

    Parameters
    ----------
    threshold : float
        In units of the signal.
    """
    return int((_values(signal) > threshold).sum())


@_reduction("FractionAboveThreshold")
def fraction_above_threshold(signal: AnalogTimeSeries, threshold: float = 0.0) -> float:
    """Give the part of all samples, NaN included, that is above a threshold; NaN without samples.

    Parameters
    ----------
    threshold : float
        In units of the signal.
    """
    return float((_values(signal) > threshold).mean()) if len(signal) else _NAN


@_reduction("IntervalCount")
def interval_count(intervals: DigitalIntervalSeries) -> float:
    """Count the intervals."""
    return len(intervals)


@_reduction("IntervalStartExtract")
def interval_start_extract(intervals: DigitalIntervalSeries) -> float:
    """Give the start of the first interval; NaN if there is none."""
    return float(intervals.intervals[0, 0]) if len(intervals) else _NAN


@_reduction("IntervalEndExtract")
def interval_end_extract(intervals: DigitalIntervalSeries) -> float:
    """Give the end of the first interval; NaN if there is none."""
    return float(intervals.intervals[0, 1]) if len(intervals) else _NAN


@_reduction("IntervalSourceIndex")
def interval_source_index(intervals: DigitalIntervalSeries) -> float:
    """Give the position of the first interval in its series; -1 if there is none.

    Upstream gives its entity id; `IntervalOverlapReduction` with ``entity_ids=true`` gives that.
    """
    return 0 if len(intervals) else -1


for _raw, _function in {
    "MeanValueRaw": mean_value,
    "StdValueRaw": std_value,
    "MaxValueRaw": max_value,
    "MinValueRaw": min_value,
}.items():
    _reduction(_raw)(_function)
