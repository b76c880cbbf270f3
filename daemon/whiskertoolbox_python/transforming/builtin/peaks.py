"""Peaks of a signal within intervals."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.errors import TransformWarning
from whiskertoolbox_python.transforming._text import plural
from whiskertoolbox_python.transforming.builtin.intervals import on_clock_of
from whiskertoolbox_python.transforming.registry import built_in
from whiskertoolbox_python.types.analog import AnalogTimeSeries
from whiskertoolbox_python.types.events import DigitalEventSeries
from whiskertoolbox_python.types.intervals import DigitalIntervalSeries
from whiskertoolbox_python.upstream.notices import notice

Ints = npt.NDArray[np.int64]


@built_in("Interval Peak Detection", "first generation")
def interval_peak_detection(
    signal: AnalogTimeSeries,
    interval_series: DigitalIntervalSeries | None = None,
    peak_type: Literal["Maximum", "Minimum"] = "Maximum",
    search_mode: Literal["Within Intervals", "Between Interval Starts"] = "Within Intervals",
    ignore_nan: bool = False,
) -> DigitalEventSeries:
    """Find the largest or smallest sample of each interval, on the signal's clock.

    Parameters
    ----------
    interval_series : DigitalIntervalSeries
        Where to look; without it the result is empty.
    peak_type : str
        Of equal ones the first counts.
    search_mode : str
        From start to end of each interval, or from each start to the sample before the next start.
    ignore_nan : bool
        Pass over NaN. Upstream passes over it too, unless it is the first sample of the range: then that is the peak.
    """
    if interval_series is None:
        return DigitalEventSeries()
    return _peaks(signal, interval_series, peak_type == "Maximum", search_mode == "Within Intervals", ignore_nan)


@built_in("AnalogIntervalPeak", "second generation")
def analog_interval_peak(
    interval_series: DigitalIntervalSeries,
    signal: AnalogTimeSeries,
    peak_type: Literal["minimum", "maximum"] = "maximum",
    search_mode: Literal["within_intervals", "between_starts"] = "within_intervals",
    ignore_nan: bool = False,
) -> DigitalEventSeries:
    """Find the largest or smallest sample of a signal in each interval, on the signal's clock.

    Parameters
    ----------
    signal : AnalogTimeSeries
        Where to look.
    peak_type : str
        Of equal ones the first counts.
    search_mode : str
        From start to end of each interval, or from each start to the sample before the next start.
    ignore_nan : bool
        Pass over NaN also where it is the first sample of the range.
    """
    found = _peaks(signal, interval_series, peak_type == "maximum", search_mode == "within_intervals", ignore_nan)
    found.setTimeFrame(signal.getTimeFrame())
    return found


def _peaks(
    signal: AnalogTimeSeries, intervals: DigitalIntervalSeries, largest: bool, within: bool, ignore_nan: bool
) -> DigitalEventSeries:
    times, values = signal.times, signal.values if largest else -signal.values
    pairs = on_clock_of(intervals, signal)
    if not within and len(pairs):
        pairs = np.column_stack([pairs[:, 0], np.append(pairs[1:, 0] - 1, pairs[-1:, 1])])
    first, last = np.searchsorted(times, pairs[:, 0]), np.searchsorted(times, pairs[:, 1], "right")
    found, nan_first = [], []
    comparable = np.where(np.isnan(values), -np.inf, values)
    for start, stop in zip(first.tolist(), last.tolist(), strict=True):
        if start >= stop:
            continue
        if np.isnan(values[start]) and not (ignore_nan and np.isfinite(values[start:stop]).any()):
            if not np.isnan(values[start:stop]).all():
                nan_first.append(int(times[start]))
            elif ignore_nan:
                continue
            found.append(start)
        else:
            found.append(start + int(comparable[start:stop].argmax()))
    if nan_first:
        notice(
            f"{plural(len(nan_first), 'range')} begin with NaN, which counts as the peak, as upstream does (the first "
            f"at {nan_first[0]}); ignore_nan=True skips it",
            category=TransformWarning,
        )
    return DigitalEventSeries.from_array(times[np.array(found, np.int64)])
