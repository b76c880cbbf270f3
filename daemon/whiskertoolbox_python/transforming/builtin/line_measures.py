"""Numbers and points from lines."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.ragged import ranges
from whiskertoolbox_python.transforming._declarations import Limits
from whiskertoolbox_python.transforming._polylines import Polylines, fit
from whiskertoolbox_python.transforming._results import (
    Derived,
    first_of_time,
    last_of_time,
    points_of,
    samples_of,
    values_of,
)
from whiskertoolbox_python.transforming.builtin.line_shapes import paired
from whiskertoolbox_python.transforming.registry import built_in
from whiskertoolbox_python.types.analog import AnalogTimeSeries
from whiskertoolbox_python.types.lines import LineData
from whiskertoolbox_python.types.points import PointData
from whiskertoolbox_python.types.ragged_analog import RaggedAnalogTimeSeries

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@built_in("Calculate Line Angle", "first generation", output=AnalogTimeSeries)
def calculate_line_angle(
    lines: LineData,
    position: float = 0.2,
    window: float = 0.2,
    method: Literal["Direct Points", "Polynomial Fit"] = "Direct Points",
    polynomial_order: Annotated[int, Limits(None, 30)] = 3,
    axis_x_x: float = 1.0,
    axis_x_y: float = 0.0,
    axis_y_x: float = 0.0,
    axis_y_y: float = 1.0,
    line_index: Annotated[int, Limits(-1)] = -1,
    allow_mirrored_axes: bool = False,
) -> AnalogTimeSeries:
    """Compute the direction of a line at a fraction of its length, in degrees in (-180, 180].

    Parameters
    ----------
    position : float
        Fraction of the length, 0 to 1.
    window : float
        Fraction of the length around it over which the direction is taken.
    method : str
        From the first to the last point of the window, or the derivative of a polynomial fitted to it.
    polynomial_order : int
        Of the polynomial.
    axis_x_x, axis_x_y : float
        Direction that is 0°.
    axis_y_x, axis_y_y : float
        Direction of 90°; without `allow_mirrored_axes` it is the x axis turned by 90°, whatever is given.
    line_index : int
        Which line of a frame, from 0; -1: the last one that can be measured, as upstream.
    allow_mirrored_axes : bool
        Let the y axis point to the other side; upstream turns it back.
    """
    axes = (axis_x_x, axis_x_y, axis_y_x, axis_y_y)
    order = polynomial_order if method == "Polynomial Fit" else None
    values = _angles(lines, position, window, order, axes, allow_mirrored_axes)
    return _one_per_frame(lines, values, np.diff(lines.offsets) >= 2, line_index)


@built_in("CalculateLineAngle", "second generation", output=RaggedAnalogTimeSeries)
def calculate_line_angle_2(
    lines: LineData,
    position: float = 0.2,
    window: float = 0.2,
    method: Literal["DirectPoints", "PolynomialFit"] = "DirectPoints",
    polynomial_order: Annotated[int, Limits(None, 30)] = 3,
    axis_x_x: float = 1.0,
    axis_x_y: float = 0.0,
    axis_y_x: float = 0.0,
    axis_y_y: float = 1.0,
    allow_mirrored_axes: bool = False,
) -> Derived:
    """Compute the direction of each line at a fraction of its length, in degrees; NaN for lines of one vertex.

    Parameters
    ----------
    position : float
        Fraction of the length, 0 to 1.
    window : float
        Fraction of the length around it over which the direction is taken.
    method : str
        From the first to the last point of the window, or the derivative of a polynomial fitted to it.
    polynomial_order : int
        Of the polynomial.
    axis_x_x, axis_x_y : float
        Direction that is 0°.
    axis_y_x, axis_y_y : float
        Direction of 90°; without `allow_mirrored_axes` it is the x axis turned by 90°, whatever is given.
    allow_mirrored_axes : bool
        Let the y axis point to the other side; upstream turns it back.
    """
    axes = (axis_x_x, axis_x_y, axis_y_x, axis_y_y)
    order = polynomial_order if method == "PolynomialFit" else None
    return values_of(lines, _angles(lines, position, window, order, axes, allow_mirrored_axes))


def _angles(
    lines: LineData,
    position: float,
    window: float,
    order: int | None,
    axes: tuple[float, float, float, float],
    mirrored: bool,
) -> Floats:
    polylines = Polylines(lines.points, lines.offsets)
    chosen = np.flatnonzero(polylines.counts >= 2)
    angles = np.full(len(polylines), np.nan)
    if not len(chosen):
        return angles
    place, width = min(max(position, 0.0), 1.0), max(window, 0.0) or 2e-4
    low = 0.0 if width >= 1 else min(max(place - width / 2, 0.0), 1 - width)
    high = min(low + width, 1.0)
    if order is None:
        direction = polylines.at(high, chosen) - polylines.at(low, chosen)
        direction[(direction**2).sum(axis=1) < 1e-20] = 0
    elif order <= 0:
        direction = np.zeros((len(chosen), 2))
    else:
        counts = np.clip(2 * polylines.counts[chosen], order + 2, 128)
        number = ranges(np.zeros(len(chosen), np.int64), counts)
        u = number / np.repeat(counts - 1, counts)
        points = polylines.at(low + u * (high - low), np.repeat(chosen, counts))
        finite = polylines.finite[chosen]
        points[np.repeat(~finite, counts)] = 0
        at = np.full(len(chosen), min(max((place - low) / (high - low), 0.0), 1.0))
        direction = fit(u, points, counts, order).derivative().at(at)
        direction[~finite] = np.nan
    e_x, e_y = _basis(axes, mirrored)
    angles[chosen] = np.degrees(np.arctan2(direction @ e_y, direction @ e_x))
    return angles


def _basis(axes: tuple[float, float, float, float], mirrored: bool) -> tuple[Floats, Floats]:
    e_x, given = np.array(axes[:2]), np.array(axes[2:])
    length = np.hypot(*e_x)
    e_x = e_x / length if length > 0 else np.array([1.0, 0.0])
    turned = np.array([-e_x[1], e_x[0]])
    return e_x, -turned if mirrored and given @ turned < 0 else turned


def _one_per_frame(
    lines: LineData, values: Floats, measured: npt.NDArray[np.bool_], line_index: int
) -> AnalogTimeSeries:
    times = lines.times
    if line_index >= 0:
        first = first_of_time(times)
        number = np.arange(len(times), dtype=np.int64) - np.repeat(first, np.diff(np.append(first, len(times))))
        measured = measured & (number == line_index)
    chosen = np.flatnonzero(measured)
    chosen = chosen[last_of_time(times[chosen])]
    return samples_of(times[chosen], values[chosen])


@built_in("Calculate Line Curvature", "first generation", output=AnalogTimeSeries)
def calculate_line_curvature(
    lines: LineData,
    position: float = 0.5,
    method: Literal["PolynomialFit"] = "PolynomialFit",
    polynomial_order: Annotated[int, Limits(0, 30)] = 3,
    fitting_window_percentage: float = 0.1,
    line_index: Annotated[int, Limits(-1)] = -1,
    analytic: bool = False,
) -> AnalogTimeSeries:
    """Compute the curvature of a line at a fraction of its length, in 1/pixel; positive turns from +x towards +y.

    Parameters
    ----------
    position : float
        Fraction of the length, 0 to 1.
    method : str
        Of a polynomial that is fitted to the whole line.
    polynomial_order : int
        Of the polynomial; lines of too few vertices have no sample.
    fitting_window_percentage : float
        Step of the differences that stand for derivatives, as a fraction (not a percentage) of the length.
    line_index : int
        Which line of a frame, from 0; -1: the last one that can be measured, as upstream.
    analytic : bool
        Take the polynomial's own derivatives; near the ends upstream's differences are too small.
    """
    values = _curvatures(lines, position, polynomial_order, fitting_window_percentage, analytic)
    return _one_per_frame(lines, values, np.isfinite(values), line_index)


@built_in("CalculateLineCurvature", "second generation", output=RaggedAnalogTimeSeries)
def calculate_line_curvature_2(
    lines: LineData,
    position: float = 0.5,
    method: Literal["PolynomialFit"] = "PolynomialFit",
    polynomial_order: Annotated[int, Limits(0, 30)] = 3,
    fitting_window_percentage: float = 0.1,
    analytic: bool = False,
) -> Derived:
    """Compute the curvature of each line at a fraction of its length, in 1/pixel; NaN for lines of too few vertices.

    Parameters
    ----------
    position : float
        Fraction of the length, 0 to 1.
    method : str
        Of a polynomial that is fitted to the whole line.
    polynomial_order : int
        Of the polynomial.
    fitting_window_percentage : float
        Step of the differences that stand for derivatives, as a fraction (not a percentage) of the length.
    analytic : bool
        Take the polynomial's own derivatives; near the ends upstream's differences are too small.
    """
    return values_of(lines, _curvatures(lines, position, polynomial_order, fitting_window_percentage, analytic))


def _curvatures(lines: LineData, position: float, order: int, window: float, analytic: bool) -> Floats:
    polylines = Polylines(lines.points, lines.offsets)
    chosen = np.flatnonzero((polylines.counts > order) & (polylines.counts >= 2) & polylines.finite)
    curvature = np.full(len(polylines), np.nan)
    if not len(chosen):
        return curvature
    fitted = polylines.fit(order, chosen)
    t = min(max(position, 0.0), 1.0)

    def at(place: float) -> Floats:
        return fitted.at(np.full(len(chosen), place))

    if analytic:
        first_derivative = fitted.derivative()
        first, second = (made.at(np.full(len(chosen), t)) for made in (first_derivative, first_derivative.derivative()))
    else:
        half = min(max(window, 0.001), 1.0) / 2
        before, after = max(0.0, t - half), min(1.0, t + half)
        first = (at(after) - at(before)) / (after - before)
        second = (at(after) - 2 * at(t) + at(before)) / half**2 if half**2 >= 1e-9 else np.zeros_like(first)
    speed = (first**2).sum(axis=1)
    cross = first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]
    curvature[chosen] = np.divide(cross, speed**1.5, out=np.zeros(len(chosen)), where=speed >= 1e-9)
    return curvature


@built_in("CalculateLineLength", "second generation", output=RaggedAnalogTimeSeries, keeps_unit=True)
def calculate_line_length(lines: LineData) -> Derived:
    """Compute the length of each line in pixels; 0 for fewer than two vertices."""
    return values_of(lines, Polylines(lines.points, lines.offsets).lengths)


@built_in("Calculate Line to Point Distance", "first generation", output=AnalogTimeSeries, keeps_unit=True)
def calculate_line_to_point_distance(lines: LineData, point_data: PointData) -> AnalogTimeSeries:
    """Compute, for each frame with both, the least distance from its points to its first line, in pixels.

    Parameters
    ----------
    point_data : PointData
        Its frames are matched by their index; points of another image size are scaled to that of the lines.
    """
    points = point_data.points.astype(np.float64)
    own, other = lines.getImageSize(), point_data.getImageSize()
    if min(own.width, own.height, other.width, other.height) > 0:
        points = points * [own.width / other.width, own.height / other.height]
    first = first_of_time(lines.times)
    first = first[np.diff(lines.offsets)[first] >= 2]
    low = np.searchsorted(point_data.times, lines.times[first])
    counts = np.searchsorted(point_data.times, lines.times[first], "right") - low
    first, low, counts = first[counts > 0], low[counts > 0], counts[counts > 0]
    squared = _squared_distances(lines, np.repeat(first, counts), points[ranges(low, counts)])
    starts = np.cumsum(counts) - counts
    least = np.minimum.reduceat(squared, starts) if len(starts) else squared
    return samples_of(lines.times[first], np.sqrt(least))


@built_in("CalculateLineMinPointDistance", "second generation", output=RaggedAnalogTimeSeries)
def calculate_line_min_point_distance(
    lines: LineData, point: PointData, use_first_line_only: bool = True, return_squared_distance: bool = False
) -> RaggedAnalogTimeSeries:
    """Compute the distance of each line and the point that it is paired with, in pixels; infinite for one vertex.

    Parameters
    ----------
    point : PointData
        One point at a time, or as many as there are lines, or several to one line.
    use_first_line_only : bool
        Without effect, as upstream.
    return_squared_distance : bool
        Give the square of the distance.
    """
    own, other = paired(lines.times, point.times, "CalculateLineMinPointDistance")
    squared = np.full(len(own), np.inf)
    long_enough = np.diff(lines.offsets)[own] >= 2
    squared[long_enough] = _squared_distances(
        lines, own[long_enough], point.points.astype(np.float64)[other[long_enough]]
    )
    values = squared if return_squared_distance else np.sqrt(squared)
    return RaggedAnalogTimeSeries.from_arrays(lines.times[own], np.arange(len(own) + 1, dtype=np.int64), values)


def _squared_distances(lines: LineData, entries: Ints, points: Floats) -> Floats:
    """Return the least squared distance of point ``i`` to the segments of line ``entries[i]``, which has some."""
    if not len(entries):
        return np.zeros(0)
    segments = np.diff(lines.offsets)[entries] - 1
    rows = ranges(lines.offsets[entries], segments)
    vertices = lines.points.astype(np.float64)
    begin, step = vertices[rows], vertices[rows + 1] - vertices[rows]
    apart = np.repeat(points, segments, axis=0) - begin
    length = (step**2).sum(axis=1)
    part = np.divide((apart * step).sum(axis=1), length, out=np.zeros(len(rows)), where=length > 0)
    squared = ((apart - np.clip(part, 0, 1)[:, np.newaxis] * step) ** 2).sum(axis=1)
    least: Floats = np.minimum.reduceat(squared, np.cumsum(segments) - segments)
    return least


@built_in("Extract Point from Line", "first generation", output=PointData, keeps_unit=True)
def extract_point_from_line(
    lines: LineData,
    position: float = 0.5,
    method: Literal["Direct", "Parametric"] = "Parametric",
    polynomial_order: Annotated[int, Limits(0, 30)] = 3,
    use_interpolation: bool = True,
    line_index: Annotated[int, Limits(0)] = 0,
) -> Derived:
    """Take the point at a fraction of the length of one line of each frame.

    Parameters
    ----------
    position : float
        Fraction of the length, 0 to 1.
    method : str
        Direct: of the line itself. Parametric: of a fitted polynomial.
    polynomial_order : int
        Of the polynomial; of lines of too few vertices the point is taken directly.
    use_interpolation : bool
        Direct: between vertices; else the first vertex that is not before the position.
    line_index : int
        Which line of a frame; upstream takes the first.
    """
    times = lines.times
    first = first_of_time(times)
    per_time = np.diff(np.append(first, len(times)))
    entries = first[per_time > line_index] + line_index
    entries = entries[np.diff(lines.offsets)[entries] > 0]
    order = polynomial_order if method == "Parametric" else None
    return points_of(lines, _points_at(lines, entries, position, order, use_interpolation), entries)


@built_in("ExtractLinePoint", "second generation", output=PointData, keeps_unit=True)
def extract_line_point(
    lines: LineData,
    position: float = 0.5,
    method: Literal["Direct", "Parametric"] = "Direct",
    polynomial_order: Annotated[int, Limits(0, 30)] = 3,
    use_interpolation: bool = True,
) -> Derived:
    """Take the point at a fraction of the length of each line; (0, 0) of an empty one.

    Parameters
    ----------
    position : float
        Fraction of the length, 0 to 1.
    method : str
        Direct: of the line itself. Parametric: of a fitted polynomial.
    polynomial_order : int
        Of the polynomial.
    use_interpolation : bool
        Direct: between vertices; else the first vertex that is not before the position.
    """
    order = polynomial_order if method == "Parametric" else None
    filled = np.flatnonzero(np.diff(lines.offsets) > 0)
    points = np.zeros((len(lines), 2))
    points[filled] = _points_at(lines, filled, position, order, use_interpolation)
    return points_of(lines, points, np.arange(len(lines), dtype=np.int64))


def _points_at(lines: LineData, entries: Ints, position: float, order: int | None, interpolated: bool) -> Floats:
    polylines = Polylines(lines.points, lines.offsets)
    place = min(max(position, 0.0), 1.0)
    points = polylines.at(place, entries)
    if order is None:
        if not interpolated and len(entries):
            wanted = place * np.nan_to_num(polylines.lengths)
            reaches = polylines.along >= np.repeat(wanted, polylines.counts) - 1e-9
            rows = np.where(reaches, np.arange(len(reaches), dtype=np.int64), len(reaches))
            filled = np.flatnonzero(polylines.counts > 0)
            found = np.zeros(len(polylines), np.int64)
            found[filled] = np.minimum.reduceat(rows, polylines.starts[filled])
            points = polylines.points[np.minimum(found[entries], polylines.ends[entries] - 1)]
        return points
    fitted = (polylines.counts > order)[entries] & polylines.finite[entries]
    if fitted.any():
        chosen = entries[fitted]
        points[fitted] = polylines.fit(order, chosen).at(np.full(len(chosen), place))
    return points
