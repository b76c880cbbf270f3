"""Our own transforms, each by the contract that packages use for theirs."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Real
from typing import Any

import numpy as np
import pytest

import whiskertoolbox_python as wt
from whiskertoolbox_python.testing.transform_contract import DataTransformContract, TransformContract
from whiskertoolbox_python.transforming.registry import all_transforms

pytestmark = pytest.mark.extra
SIZE = wt.ImageSize(60, 40)
COUNT = 240


def analog() -> wt.AnalogTimeSeries:
    phase = np.arange(COUNT) / 9
    return wt.AnalogTimeSeries.from_array(np.sin(phase) * 3 + np.cos(phase * 3.7), np.arange(COUNT))


def events() -> wt.DigitalEventSeries:
    return wt.DigitalEventSeries([3, 11, 12, 40, 90, 91, 140])


def intervals() -> wt.DigitalIntervalSeries:
    return wt.DigitalIntervalSeries.from_array(np.array([[2, 20], [24, 60], [80, 120], [118, 150]]))


def lines() -> wt.LineData:
    x = np.linspace(5, 50, 12)
    whiskers = [np.column_stack([x, 20 + shift + 4 * np.sin(x / 9 + shift)]) for shift in (0, 1, 2, 9)]
    return wt.LineData.from_arrays([0, 0, 1, 2], np.arange(5) * 12, np.concatenate(whiskers), image_size=SIZE)


def crossing() -> wt.LineData:
    across = np.array([[30.0, 0], [30, 39]])
    return wt.LineData.from_arrays([0, 1, 2], [0, 2, 4, 6], np.tile(across, (3, 1)), image_size=SIZE)


def masks() -> wt.MaskData:
    y, x = np.mgrid[5:12, 10:30]
    block = np.column_stack([x.ravel(), y.ravel()])
    pixels = np.concatenate([block, block + np.array([5, 9]), block[:40]])
    offsets = np.cumsum([0, len(block), len(block), 40])
    return wt.MaskData.from_arrays([0, 1, 2], offsets, pixels, image_size=SIZE)


def points() -> wt.PointData:
    return wt.PointData.from_arrays([0, 1, 2], np.array([[12.0, 7], [18, 17], [14, 6]]), image_size=SIZE)


def ragged() -> wt.RaggedAnalogTimeSeries:
    return wt.RaggedAnalogTimeSeries.from_arrays([0, 1, 4], [0, 2, 5, 6], np.array([1, 4, 2, 8, 5, 7], np.float32))


def tensor() -> wt.TensorData:
    rows = np.arange(40)[:, None] / np.array([3.0, 5.0, 7.0, 11.0])
    return wt.TensorData.from_array(np.sin(rows).astype(np.float32), row_times=np.arange(40))


def media(count: int = 3) -> wt.MediaData:
    y, x = np.mgrid[0:40, 0:60]
    one = (255 * np.exp(-((y - 20 - 4 * np.sin(x / 9)) ** 2) / 4)).astype(np.uint8)
    return wt.MediaData.from_array(np.stack([one, one[::-1], one])[:count])


WITH_ANALOG = {"signal": analog}
NUMBERS = {
    analog: (
        "AreaUnderCurve CountAboveThreshold FractionAboveThreshold MaxValue MaxValueRaw MeanValue MeanValueRaw "
        "MinValue MinValueRaw StdValue StdValueRaw SumValue TimeOfMax TimeOfMin TimeOfThresholdCross ValueRange"
    ),
    events: (
        "EventCount EventCountInWindow EventPresence EventTimeSpan FirstPositiveLatency LastNegativeLatency "
        "MeanInterEventInterval"
    ),
    intervals: "IntervalCount IntervalEndExtract IntervalSourceIndex IntervalStartExtract",
}
"""Transforms that give a number, by what they take."""

GROUPING = (
    "Group Lines by Index",
    "Group Lines by Proximity",
    "Group Lines using Kalman Filtering",
    "Line Outlier Detection",
)
"""Transforms of lines that give the lines themselves, in groups."""

DATA: list[tuple[str, Callable[[], Any], type[Any], dict[str, Any], dict[str, Callable[[], Any]]]] = [
    ("AnalogDifference", analog, wt.AnalogTimeSeries, {}, {}),
    ("AnalogEventThreshold", analog, wt.DigitalEventSeries, {}, {}),
    ("AnalogIntervalPeak", intervals, wt.DigitalEventSeries, {}, WITH_ANALOG),
    ("AnalogIntervalReduction", intervals, wt.TensorData, {}, WITH_ANALOG),
    ("AnalogIntervalThreshold", analog, wt.DigitalIntervalSeries, {}, {}),
    ("Apply Median Filter", masks, wt.MaskData, {"window_size": 3}, {}),
    ("Boolean Operation", intervals, wt.DigitalIntervalSeries, {"operation": "NOT"}, {}),
    ("Calculate Area", masks, wt.AnalogTimeSeries, {}, {}),
    ("Calculate Line Angle", lines, wt.AnalogTimeSeries, {}, {}),
    ("Calculate Line Curvature", lines, wt.AnalogTimeSeries, {}, {}),
    ("Calculate Line to Point Distance", lines, wt.AnalogTimeSeries, {}, {"point_data": points}),
    ("Calculate Mask Centroid", masks, wt.PointData, {}, {}),
    ("Calculate Mask Principal Axis", masks, wt.LineData, {}, {}),
    ("CalculateLineAngle", lines, wt.RaggedAnalogTimeSeries, {}, {}),
    ("CalculateLineCurvature", lines, wt.RaggedAnalogTimeSeries, {}, {}),
    ("CalculateLineLength", lines, wt.RaggedAnalogTimeSeries, {}, {}),
    ("CalculateLineMinPointDistance", lines, wt.RaggedAnalogTimeSeries, {}, {"point": points}),
    ("CalculateMaskArea", masks, wt.RaggedAnalogTimeSeries, {}, {}),
    ("CalculateMaskCentroid", masks, wt.PointData, {}, {}),
    ("Clip Line by Reference Line", lines, wt.LineData, {}, {"reference_line_data": crossing}),
    ("ClipLineAtReference", lines, wt.LineData, {}, {"reference": crossing}),
    ("Convert Mask To Line", masks, wt.LineData, {}, {}),
    ("DigitalIntervalBoolean", intervals, wt.DigitalIntervalSeries, {"operation": "not"}, {}),
    ("EventIntervalReduction", intervals, wt.TensorData, {}, {"events": events}),
    ("EventToInterval", events, wt.DigitalIntervalSeries, {}, {}),
    ("Extract Line Subsegment", lines, wt.LineData, {}, {}),
    ("Extract Point from Line", lines, wt.PointData, {}, {}),
    ("ExtractLinePoint", lines, wt.PointData, {}, {}),
    ("ExtractLineSubsegment", lines, wt.LineData, {}, {}),
    ("Fill Mask Holes", masks, wt.MaskData, {}, {}),
    ("Filter", analog, wt.AnalogTimeSeries, {}, {}),
    ("FlipLineBase", lines, wt.LineData, {}, {}),
    ("Group Intervals", intervals, wt.DigitalIntervalSeries, {"max_spacing": 5}, {}),
    ("Hilbert Phase", analog, wt.AnalogTimeSeries, {}, {}),
    ("Interval Peak Detection", analog, wt.DigitalEventSeries, {}, {"interval_series": intervals}),
    ("IntervalOverlapReduction", intervals, wt.TensorData, {}, {"intervals": intervals}),
    ("IntervalToEvent", intervals, wt.DigitalEventSeries, {}, {}),
    ("Line Alignment to Bright Features", lines, wt.LineData, {}, {"media_data": media}),
    ("Line Base Flip", lines, wt.LineData, {"reference_x": 50}, {}),
    ("MaskToLine", masks, wt.LineData, {}, {}),
    ("MedianFilterMask", masks, wt.MaskData, {"window_size": 3}, {}),
    ("NormalizeClockTicksValueV2", ragged, wt.RaggedAnalogTimeSeries, {}, {}),
    ("NormalizeDigitalEventSeriesRelative", events, wt.DigitalEventSeries, {}, {}),
    ("NormalizeEventTimeValueV2", ragged, wt.RaggedAnalogTimeSeries, {}, {}),
    ("NormalizeSampleTimeValueV2", ragged, wt.RaggedAnalogTimeSeries, {}, {}),
    ("NormalizeTimeValueV2", ragged, wt.RaggedAnalogTimeSeries, {}, {}),
    ("PointCoordinate", points, wt.RaggedAnalogTimeSeries, {}, {}),
    ("PointCoordinateReduction", points, wt.AnalogTimeSeries, {}, {}),
    ("PruneOverlappingIntervals", intervals, wt.DigitalIntervalSeries, {}, {}),
    ("Remove Small Connected Components", masks, wt.MaskData, {"threshold": 50}, {}),
    ("RemoveLineOutliers", lines, wt.LineData, {}, {}),
    ("Resample Line", lines, wt.LineData, {"target_spacing": 2}, {}),
    ("ResampleLine", lines, wt.LineData, {}, {}),
    ("Scale and Normalize", analog, wt.AnalogTimeSeries, {"method": "MinMax"}, {}),
    ("ShiftDigitalEventSeries", events, wt.DigitalEventSeries, {}, {}),
    ("SincInterpolation", analog, wt.AnalogTimeSeries, {}, {}),
    ("Skeletonize Mask", masks, wt.MaskData, {}, {}),
    ("SkeletonizeMask", masks, wt.MaskData, {}, {}),
    ("SumReduction", ragged, wt.AnalogTimeSeries, {}, {}),
    ("TensorCAR", tensor, wt.TensorData, {}, {}),
    ("TensorCentralDifference", tensor, wt.TensorData, {}, {}),
    ("TensorICA", tensor, wt.TensorData, {}, {}),
    ("TensorPCA", tensor, wt.TensorData, {"n_components": 2}, {}),
    ("TensorRobustPCA", tensor, wt.TensorData, {"n_components": 2}, {}),
    ("TensorTSNE", tensor, wt.TensorData, {"perplexity": 5}, {}),
    ("TensorTemporalNeighbors", tensor, wt.TensorData, {}, {}),
    ("TensorWhitening", tensor, wt.TensorData, {}, {}),
    ("Threshold Event Detection", analog, wt.DigitalEventSeries, {"threshold_value": 1}, {}),
    ("Threshold Interval Detection", analog, wt.DigitalIntervalSeries, {"threshold_value": 1}, {}),
    ("Track Points Through Masks", points, wt.PointData, {}, {"mask_data": masks}),
    ("Whisker Tracing", media, wt.LineData, {}, {}),
    ("ZScoreNormalizeV2", ragged, wt.RaggedAnalogTimeSeries, {}, {}),
]


class GroupTransformContract(TransformContract):
    """Of a transform that works on the groups of a session."""

    def run(self, data: wt.DataObject, others: dict[str, wt.DataObject]) -> Any:
        manager = wt.DataManager()
        manager.setData("thing", data, "time")
        self.prepare(manager)
        return manager.run_transform(self.name, "thing", **self.parameters)

    def prepare(self, manager: wt.DataManager) -> None:
        groups = manager.getEntityGroupManager()
        groups.add_entities(groups.createGroup("C1"), manager.get("thing", wt.LineData).entity_ids[:1])


class GroupDataTransformContract(GroupTransformContract, DataTransformContract):
    """Of one that makes data of it."""


def contract(
    base: type[Any], name: str, make: Any, makes: type[Any], parameters: Any, others: dict[str, Callable[[], Any]]
) -> type[Any]:
    """Return the test class of one transform."""
    members = {
        "name": name,
        "parameters": parameters,
        "makes": makes,
        "make": lambda self: make(),
        "empty": lambda self: media(0) if make is media else base.empty(self),
        "others": lambda self: {key: one() for key, one in others.items()},
    }
    return type(f"Test{name.replace(' ', '')}", (base,), members)


CONTRACTS = [
    *(contract(DataTransformContract, *row) for row in DATA),
    *(
        contract(TransformContract, name, make, Real, {}, {})
        for make, names in NUMBERS.items()
        for name in names.split()
    ),
    *(contract(GroupTransformContract, name, lines, wt.LineData, {}, {}) for name in GROUPING),
    contract(
        GroupDataTransformContract,
        "Line Group to Digital Intervals",
        lines,
        wt.DigitalIntervalSeries,
        {"target_group_id": 1},
        {},
    ),
]
globals().update({f"{one.__name__}{number}": one for number, one in enumerate(CONTRACTS)})


def test_each_of_our_transforms_is_under_contract() -> None:
    ours = {one.name for one in all_transforms() if one.origin != "user"}
    assert {one.name for one in CONTRACTS} == ours
