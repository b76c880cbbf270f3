"""What the columns of a table are computed by: upstream's computers, by their names.

Each takes the rows and a data object and returns one or more columns: arrays of numbers, or lists of one array a row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.clocks.time_frame import TimeFrame
from whiskertoolbox_python.errors import TransformError
from whiskertoolbox_python.parameters import suggest
from whiskertoolbox_python.transforming._polylines import Polylines
from whiskertoolbox_python.transforming._results import first_of_time
from whiskertoolbox_python.types.analog import AnalogTimeSeries
from whiskertoolbox_python.types.events import DigitalEventSeries
from whiskertoolbox_python.types.intervals import DigitalIntervalSeries
from whiskertoolbox_python.types.lines import LineData

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Rows:
    """The rows of a table: intervals or times of a clock.

    Attributes
    ----------
    pairs : (rows, 2)
        First and last index; the same for rows that are times.
    are_intervals : bool
    clock : TimeFrame or None
    """

    pairs: Ints
    are_intervals: bool
    clock: TimeFrame | None

    def on(self, data: Any) -> Ints:
        """Return the rows as indices of the data's clock: start next, end nearest; times nearest."""
        clock = data.getTimeFrame()
        if self.clock is None or clock is None or clock is self.clock or not len(self.pairs):
            return self.pairs
        starts = self.clock.convert(self.pairs[:, 0], clock, preceding=not self.are_intervals)
        return np.column_stack([starts, self.clock.convert(self.pairs[:, 1], clock)])


Columns = list[tuple[str, Any]]
"""A suffix to the column's name, and one value for each row."""
Compute = Callable[[Rows, Any, Mapping[str, Any]], Columns]


@dataclass(frozen=True)
class Computer:
    """One way to compute a column: what it takes, and for which rows."""

    name: str
    kind: type[Any]
    of_intervals: bool
    compute: Compute


COMPUTERS: dict[str, Computer] = {}


def find_computer(name: str) -> Computer:
    """Return the computer of that name.

    Raises
    ------
    TransformError
        When there is none.
    """
    if name not in COMPUTERS:
        raise TransformError(f"there is no computer {suggest(name, COMPUTERS)}")
    return COMPUTERS[name]


def _computer(name: str, kind: type[Any], *, of_intervals: bool = True) -> Callable[[Compute], Compute]:
    def register(compute: Compute) -> Compute:
        COMPUTERS[name] = Computer(name, kind, of_intervals, compute)
        return compute

    return register


def _reduced(reduce: Callable[[Floats], float]) -> Compute:
    def compute(rows: Rows, data: AnalogTimeSeries, parameters: Mapping[str, Any]) -> Columns:
        found = [values.astype(np.float64) for values in _slices(rows, data)]
        return [("", np.array([reduce(values) if len(values) else np.nan for values in found], np.float32))]

    return compute


def _slices(rows: Rows, data: AnalogTimeSeries) -> list[npt.NDArray[np.float32]]:
    return [data.getDataInRange(start, end) for start, end in rows.on(data).tolist()]


_REDUCTIONS: dict[str, Callable[[Floats], float]] = {
    "Interval Mean": lambda values: float(values.mean()),
    "Interval Max": lambda values: float(values.max()),
    "Interval Min": lambda values: float(values.min()),
    "Interval Standard Deviation": lambda values: float(values.std(ddof=1)) if len(values) > 1 else 0.0,
    "Interval Sum": lambda values: float(values.sum()),
    "Interval Count": len,
}
for _name, _reduce in _REDUCTIONS.items():
    _computer(_name, AnalogTimeSeries)(_reduced(_reduce))


@_computer("Analog Slice Gatherer", AnalogTimeSeries)
def _slice(rows: Rows, data: AnalogTimeSeries, parameters: Mapping[str, Any]) -> Columns:
    return [("", _slices(rows, data))]


def _events(rows: Rows, data: DigitalEventSeries) -> list[Ints]:
    times = data.times
    pairs = rows.on(data)
    first, last = np.searchsorted(times, pairs[:, 0]), np.searchsorted(times, pairs[:, 1], "right")
    return [times[a:b] for a, b in zip(first.tolist(), last.tolist(), strict=True)]


@_computer("Event Presence", DigitalEventSeries)
def _presence(rows: Rows, data: DigitalEventSeries, parameters: Mapping[str, Any]) -> Columns:
    return [("", np.array([len(times) > 0 for times in _events(rows, data)], np.float32))]


@_computer("Event Count", DigitalEventSeries)
def _count(rows: Rows, data: DigitalEventSeries, parameters: Mapping[str, Any]) -> Columns:
    return [("", np.array([len(times) for times in _events(rows, data)], np.float32))]


@_computer("Event Gather", DigitalEventSeries)
def _gather(rows: Rows, data: DigitalEventSeries, parameters: Mapping[str, Any]) -> Columns:
    found = _events(rows, data)
    if parameters.get("mode", "absolute") == "centered":
        centers = rows.on(data).mean(axis=1) if len(found) else []
        return [("", [times - center for times, center in zip(found, centers, strict=True)])]
    return [("", found)]


@_computer("Interval Start", DigitalIntervalSeries)
def _start(rows: Rows, data: DigitalIntervalSeries, parameters: Mapping[str, Any]) -> Columns:
    return [("", rows.pairs[:, 0].astype(np.float32))]


@_computer("Interval End", DigitalIntervalSeries)
def _end(rows: Rows, data: DigitalIntervalSeries, parameters: Mapping[str, Any]) -> Columns:
    return [("", rows.pairs[:, 1].astype(np.float32))]


@_computer("Interval Duration", DigitalIntervalSeries)
def _duration(rows: Rows, data: DigitalIntervalSeries, parameters: Mapping[str, Any]) -> Columns:
    return [("", (rows.pairs[:, 1] - rows.pairs[:, 0]).astype(np.float32))]


def _overlapping(rows: Rows, data: DigitalIntervalSeries) -> list[Ints]:
    """Return the positions of the intervals that each row overlaps."""
    starts, ends = data.intervals.T
    return [np.flatnonzero((starts <= end) & (ends >= start)) for start, end in rows.on(data).tolist()]


def _of_first(value: Callable[[DigitalIntervalSeries, int], float], missing: float) -> Compute:
    def compute(rows: Rows, data: DigitalIntervalSeries, parameters: Mapping[str, Any]) -> Columns:
        found = [value(data, int(hits[0])) if len(hits) else missing for hits in _overlapping(rows, data)]
        return [("", np.array(found, np.float32))]

    return compute


_computer("Interval Overlap Assign ID", DigitalIntervalSeries)(_of_first(lambda data, place: place, -1))
_computer("Interval Overlap Assign Start", DigitalIntervalSeries)(
    _of_first(lambda data, place: float(data.intervals[place, 0]), np.nan)
)
_computer("Interval Overlap Assign End", DigitalIntervalSeries)(
    _of_first(lambda data, place: float(data.intervals[place, 1]), np.nan)
)


@_computer("Interval Overlap Count", DigitalIntervalSeries)
def _overlaps(rows: Rows, data: DigitalIntervalSeries, parameters: Mapping[str, Any]) -> Columns:
    return [("", np.array([len(hits) for hits in _overlapping(rows, data)], np.float32))]


def _sampled(rows: Rows, data: AnalogTimeSeries, offset: int) -> npt.NDArray[np.float32]:
    times, wanted = data.times, rows.on(data)[:, 0] + offset
    place = np.minimum(np.searchsorted(times, wanted), max(len(times) - 1, 0))
    found = np.full(len(wanted), np.nan, np.float32)
    if len(times):
        there = times[place] == wanted
        found[there] = data.values[place[there]]
    return found


@_computer("Timestamp Value", AnalogTimeSeries, of_intervals=False)
def _value(rows: Rows, data: AnalogTimeSeries, parameters: Mapping[str, Any]) -> Columns:
    return [("", _sampled(rows, data, 0))]


@_computer("Analog Timestamp Offsets", AnalogTimeSeries, of_intervals=False)
def _offsets(rows: Rows, data: AnalogTimeSeries, parameters: Mapping[str, Any]) -> Columns:
    text = str(parameters.get("offsets", "0"))
    try:
        offsets = [int(part) for part in text.split(",")]
    except ValueError:
        raise TransformError(f'"offsets" must be whole numbers, such as "-2,-1,0", not {text!r}') from None
    return [(f".t{offset:+d}", _sampled(rows, data, offset)) for offset in offsets]


@_computer("Timestamp In Interval", DigitalIntervalSeries, of_intervals=False)
def _inside(rows: Rows, data: DigitalIntervalSeries, parameters: Mapping[str, Any]) -> Columns:
    return [("", np.array([len(hits) > 0 for hits in _overlapping(rows, data)], np.float32))]


def _lines(rows: Rows, data: LineData) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Return the first line at each row's time, and whether there is one with vertices."""
    first = first_of_time(data.times)
    first = first[np.diff(data.offsets)[first] > 0]
    times, wanted = data.times[first], rows.on(data)[:, 0]
    if not len(times):
        return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), bool)
    place = np.minimum(np.searchsorted(times, wanted), len(times) - 1)
    return first[place], times[place] == wanted


@_computer("Line Timestamp", LineData, of_intervals=False)
def _line_time(rows: Rows, data: LineData, parameters: Mapping[str, Any]) -> Columns:
    return [("", rows.pairs[:, 0].astype(np.float32))]


@_computer("Line Length", LineData, of_intervals=False)
def _line_length(rows: Rows, data: LineData, parameters: Mapping[str, Any]) -> Columns:
    lines, there = _lines(rows, data)
    lengths = Polylines(data.points, data.offsets).lengths
    return [("", np.where(there, lengths[lines] if len(lengths) else np.nan, np.nan).astype(np.float32))]


@_computer("Line Sample XY", LineData, of_intervals=False)
def _line_samples(rows: Rows, data: LineData, parameters: Mapping[str, Any]) -> Columns:
    lines, there = _lines(rows, data)
    segments = max(1, int(parameters.get("segments", 2)))
    polylines = Polylines(data.points, data.offsets)
    columns: Columns = []
    for fraction in np.linspace(0, 1, segments + 1).tolist():
        points = np.full((len(there), 2), np.nan)
        points[there] = polylines.at(fraction, lines[there])
        for axis, letter in enumerate("xy"):
            columns.append((f".{letter}@{fraction:.3f}", points[:, axis].astype(np.float32)))
    return columns
