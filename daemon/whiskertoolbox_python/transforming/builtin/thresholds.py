"""Events and intervals where a signal is beyond a threshold."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.transforming._declarations import Limits, Unit
from whiskertoolbox_python.transforming.registry import built_in
from whiskertoolbox_python.types.analog import AnalogTimeSeries
from whiskertoolbox_python.types.events import DigitalEventSeries
from whiskertoolbox_python.types.intervals import DigitalIntervalSeries

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Direction = Literal["Positive (Rising)", "Negative (Falling)", "Absolute (Magnitude)"]
Direction2 = Literal["positive", "negative", "absolute"]


@built_in("Threshold Event Detection", "first generation")
def threshold_event_detection(
    signal: AnalogTimeSeries,
    threshold_value: float = 1.0,
    direction: Direction = "Positive (Rising)",
    lockout_time: Annotated[float, Unit("indices")] = 0.0,
    crossings_only: bool = False,
) -> DigitalEventSeries:
    """Mark every sample that is beyond a threshold as an event.

    Parameters
    ----------
    threshold_value : float
        Compared strictly, in units of the signal.
    direction : str
        Above the threshold, below it, or above it in magnitude.
    lockout_time : float
        Least distance to the event before.
    crossings_only : bool
        One event per crossing: only the first sample of each run beyond the threshold. Upstream has no such test.
    """
    passes = _passing(signal.values, threshold_value, direction)
    if crossings_only:
        passes = passes & ~np.concatenate([[False], passes[:-1]])
    return DigitalEventSeries.from_array(_locked_out(signal.times[passes], lockout_time))


@built_in("AnalogEventThreshold", "second generation")
def analog_event_threshold(
    signal: AnalogTimeSeries,
    threshold_value: float = 1.0,
    direction: Direction2 = "positive",
    lockout_time: Annotated[float, Unit("indices"), Limits(0)] = 0.0,
) -> DigitalEventSeries:
    """Mark every sample that is beyond a threshold as an event.

    Parameters
    ----------
    threshold_value : float
        Compared strictly, in units of the signal; absolute compares with its magnitude.
    direction : str
        Above the threshold, below it, or above it in magnitude.
    lockout_time : float
        Least distance to the event before.
    """
    name, threshold = _second(direction, threshold_value)
    passes = _passing(signal.values, threshold, name)
    return DigitalEventSeries.from_array(_locked_out(signal.times[passes], lockout_time))


@built_in("Threshold Interval Detection", "first generation")
def threshold_interval_detection(
    signal: AnalogTimeSeries,
    threshold_value: float = 1.0,
    direction: Direction = "Positive (Rising)",
    lockout_time: Annotated[float, Unit("indices")] = 0.0,
    min_duration: Annotated[float, Unit("indices")] = 0.0,
    missing_data_mode: Literal["Zero", "Ignore"] = "Zero",
) -> DigitalIntervalSeries:
    """Find the runs of samples beyond a threshold, from the first to the last sample of each.

    Parameters
    ----------
    threshold_value : float
        Compared strictly, in units of the signal.
    direction : str
        Above the threshold, below it, or above it in magnitude.
    lockout_time : float
        Least distance from the end of the run before; a run may begin late for it.
    min_duration : float
        Runs of fewer indices are left out; both ends count.
    missing_data_mode : str
        Whether indices without a sample count as zeros, or not at all.
    """
    passes = _passing(signal.values, threshold_value, direction)
    zero_passes = bool(_passing(np.zeros(1, np.float32), threshold_value, direction)[0])
    ignores = missing_data_mode == "Ignore"
    return _intervals(signal.times, passes, zero_passes, lockout_time, min_duration, ignores_gaps=ignores)


@built_in("AnalogIntervalThreshold", "second generation")
def analog_interval_threshold(
    signal: AnalogTimeSeries,
    threshold_value: float = 1.0,
    direction: Direction2 = "positive",
    lockout_time: Annotated[float, Unit("indices"), Limits(0)] = 0.0,
    min_duration: Annotated[float, Unit("indices"), Limits(0)] = 0.0,
    missing_data_mode: Literal["ignore", "treat_as_zero"] = "treat_as_zero",
) -> DigitalIntervalSeries:
    """Find the runs of samples beyond a threshold, from the first to the last sample of each.

    Parameters
    ----------
    threshold_value : float
        Compared strictly, in units of the signal; absolute compares with its magnitude.
    direction : str
        Above the threshold, below it, or above it in magnitude.
    lockout_time : float
        Least distance from the end of the run before; a run may begin late for it.
    min_duration : float
        Runs of fewer indices are left out; both ends count.
    missing_data_mode : str
        Whether indices without a sample count as zeros, or not at all.
    """
    name, threshold = _second(direction, threshold_value)
    passes = _passing(signal.values, threshold, name)
    zero_passes = bool(_passing(np.zeros(1, np.float32), threshold, name)[0])
    ignores = missing_data_mode == "ignore"
    return _intervals(signal.times, passes, zero_passes, lockout_time, min_duration, ignores_gaps=ignores)


def _second(direction: Direction2, threshold: float) -> tuple[Direction, float]:
    if direction == "absolute":
        return "Absolute (Magnitude)", abs(threshold)
    return ("Positive (Rising)" if direction == "positive" else "Negative (Falling)"), threshold


def _passing(values: npt.NDArray[np.float32], threshold: float, direction: Direction) -> Bools:
    limit = np.float32(threshold)
    if direction == "Positive (Rising)":
        return values > limit
    if direction == "Negative (Falling)":
        return values < limit
    passes: Bools = np.abs(values) > limit
    return passes


def _locked_out(times: Ints, lockout: float) -> Ints:
    """Keep each time that is at least `lockout` after the last one kept."""
    if lockout <= 1 or not len(times):
        return times  # distinct times are 1 apart
    kept = []
    place = 0
    while place < len(times):
        kept.append(place)
        place = int(np.searchsorted(times, times[place] + lockout))
    return times[kept]


def _intervals(
    times: Ints, passes: Bools, zero_passes: bool, lockout: float, min_duration: float, *, ignores_gaps: bool
) -> DigitalIntervalSeries:
    if not len(times):
        return DigitalIntervalSeries()
    pairs = _runs(times, passes, zero_passes, ignores_gaps=ignores_gaps)
    if lockout > 0:
        pairs = _begin_late(times, passes, pairs, lockout, zero_passes=zero_passes)
    return DigitalIntervalSeries.from_array(pairs[pairs[:, 1] - pairs[:, 0] + 1 >= min_duration])


def _runs(times: Ints, passes: Bools, zero_passes: bool, *, ignores_gaps: bool) -> Ints:
    """Return start and end of each run of samples that pass; missing samples are zeros unless they are ignored."""
    steps = np.diff(times)
    gaps = np.zeros(len(steps), bool)
    step = 1
    if not ignores_gaps and len(times) > 1:
        step = int(steps[:2].min())
        gaps = steps > step * 3 // 2
    if gaps.any():
        after = np.flatnonzero(gaps)
        # A gap is one more place, where zero stands: its first and last missing index are its start and end.
        places = after + 1
        starts = np.insert(times, places, times[after] + step)
        ends = np.insert(times, places, times[after + 1] - step)
        passes = np.insert(passes, places, zero_passes)
    else:
        starts = ends = times
    edges = np.diff(np.concatenate([[0], passes.astype(np.int8), [0]]))
    first, last = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1) - 1
    return np.column_stack([starts[first], ends[last]]).astype(np.int64)


def _begin_late(times: Ints, passes: Bools, runs: Ints, lockout: float, *, zero_passes: bool) -> Ints:
    """Let each run begin only `lockout` after the end of the one before, at a sample that passes."""
    allowed = times[passes]
    kept = []
    end: float = -np.inf
    for start, stop in runs.tolist():
        if start - end < lockout:
            place = int(np.searchsorted(allowed, end + lockout))
            if place >= len(allowed) or allowed[place] > stop:
                continue
            start = int(allowed[place])
        kept.append((start, stop))
        end = stop
    return np.array(kept, np.int64).reshape(-1, 2)
