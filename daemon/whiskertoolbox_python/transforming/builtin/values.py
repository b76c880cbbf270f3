"""Values and times changed one by one, and values of one time put together."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.transforming._declarations import Unit
from whiskertoolbox_python.transforming._results import Derived, first_of_time, samples_of, values_of
from whiskertoolbox_python.transforming.registry import built_in
from whiskertoolbox_python.types.analog import AnalogTimeSeries
from whiskertoolbox_python.types.events import DigitalEventSeries
from whiskertoolbox_python.types.points import PointData
from whiskertoolbox_python.types.ragged_analog import RaggedAnalogTimeSeries

_REDUCE = {"Mean": np.add, "Sum": np.add, "Max": np.maximum, "Min": np.minimum}


@built_in("PointCoordinate", "second generation", output=RaggedAnalogTimeSeries, keeps_unit=True)
def point_coordinate(points: PointData, coordinate: Literal["X", "Y"] = "X") -> Derived:
    """Give a coordinate of every point.

    Parameters
    ----------
    coordinate : str
        X or Y, in pixels.
    """
    return values_of(points, points.points[:, 0 if coordinate == "X" else 1])


@built_in("PointCoordinateReduction", "second generation", keeps_unit=True)
def point_coordinate_reduction(
    points: PointData,
    coordinate: Literal["X", "Y"] = "X",
    reduction: Literal["First", "Mean", "Sum", "Max", "Min"] = "First",
) -> AnalogTimeSeries:
    """Give one number for the coordinates of all points of a frame.

    Parameters
    ----------
    coordinate : str
        X or Y, in pixels.
    reduction : str
        Of which point, or how they are put together.
    """
    times, values = points.times, points.points[:, 0 if coordinate == "X" else 1].astype(np.float64)
    if not len(times):
        return AnalogTimeSeries()
    first = first_of_time(times)
    result = values[first] if reduction == "First" else _REDUCE[reduction].reduceat(values, first)
    if reduction == "Mean":
        result = result / np.diff(np.append(first, len(times)))
    return samples_of(times[first], result)


@built_in("SumReduction", "second generation", keeps_unit=True)
def sum_reduction(
    values: RaggedAnalogTimeSeries, ignore_nan: bool = False, default_value: float = 0.0
) -> AnalogTimeSeries:
    """Add up the values of each time.

    Parameters
    ----------
    ignore_nan : bool
        Leave NaN out.
    default_value : float
        The sum of a time without values.
    """
    counts = np.diff(values.offsets)
    numbers = values.values.astype(np.float64)
    if ignore_nan:
        known = ~np.isnan(numbers)
        counts = np.add.reduceat(known.astype(np.int64), values.offsets[:-1]) if len(numbers) else counts
        numbers = np.where(known, numbers, 0)
    sums = np.full(len(counts), default_value)
    filled = np.flatnonzero(np.diff(values.offsets) > 0)
    if len(filled):
        sums[filled] = np.where(counts[filled] > 0, np.add.reduceat(numbers, values.offsets[filled]), default_value)
    times = _distinct_times(values)
    if not len(counts):  # one time without values, as a single list gives it
        return samples_of(np.zeros(1, np.int64), np.full(1, default_value))
    return samples_of(times, sums)


def _distinct_times(values: RaggedAnalogTimeSeries) -> npt.NDArray[np.int64]:
    return np.asarray(values.times)


@built_in("ZScoreNormalizeV2", "second generation", output=RaggedAnalogTimeSeries)
def z_score_normalize(
    values: RaggedAnalogTimeSeries,
    mean: float = 0.0,
    std_dev: float = 1.0,
    clamp_outliers: bool = False,
    outlier_threshold: float = 3.0,
    epsilon: float = 1e-8,
) -> RaggedAnalogTimeSeries:
    """Subtract a mean and divide by a standard deviation that are given, or bound to pre-reductions.

    Parameters
    ----------
    mean, std_dev : float
        Of the values.
    clamp_outliers : bool
        Limit the result.
    outlier_threshold : float
        To plus and minus this.
    epsilon : float
        Added to the standard deviation.
    """
    result = (values.values.astype(np.float64) - mean) / (std_dev + epsilon)
    if clamp_outliers:
        result = np.clip(result, -outlier_threshold, outlier_threshold)
    return RaggedAnalogTimeSeries.from_arrays(values.times, values.offsets, result)


def _shifted(values: RaggedAnalogTimeSeries, alignment_time: int = 0) -> RaggedAnalogTimeSeries:
    """Subtract a time from values that are times.

    Parameters
    ----------
    alignment_time : int
        What becomes 0.
    """
    shifted = values.values.astype(np.float64) - alignment_time
    return RaggedAnalogTimeSeries.from_arrays(values.times, values.offsets, shifted)


for _name in (
    "NormalizeTimeValueV2",
    "NormalizeEventTimeValueV2",
    "NormalizeSampleTimeValueV2",
    "NormalizeClockTicksValueV2",
):
    built_in(_name, "second generation", output=RaggedAnalogTimeSeries)(_shifted)


@built_in("NormalizeDigitalEventSeriesRelative", "second generation")
def normalize_digital_event_series_relative(
    events: DigitalEventSeries, alignment_time: Annotated[int, Unit("ticks")] = 0
) -> DigitalEventSeries:
    """Give the ticks of events relative to a tick; the result belongs to no clock's indices.

    Parameters
    ----------
    alignment_time : int
        What becomes 0.
    """
    return DigitalEventSeries.from_array(events.ticks() - alignment_time)


@built_in("ShiftDigitalEventSeries", "second generation")
def shift_digital_event_series(
    events: DigitalEventSeries, offset: Annotated[int, Unit("ticks")] = 0
) -> DigitalEventSeries:
    """Move events by so many ticks of their clock, to the index nearest to where they come.

    Parameters
    ----------
    offset : int
        Positive: later.
    """
    clock = events.getTimeFrame()
    if clock is None or not len(clock):
        return DigitalEventSeries.from_array(events.times + offset)
    return DigitalEventSeries.from_array(clock.indices_at(events.ticks() + offset))
