"""Parts of lines, by their share of the length."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.ragged import ranges
from whiskertoolbox_python.transforming._declarations import Limits
from whiskertoolbox_python.transforming._polylines import SHORT, Polylines
from whiskertoolbox_python.transforming._results import Derived, lines_of, offsets_of
from whiskertoolbox_python.transforming.registry import built_in
from whiskertoolbox_python.types.lines import LineData

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@built_in("Extract Line Subsegment", "first generation", output=LineData, keeps_unit=True)
def extract_line_subsegment(
    lines: LineData,
    start_position: float = 0.3,
    end_position: float = 0.7,
    method: Literal["Direct", "Parametric"] = "Parametric",
    polynomial_order: Annotated[int, Limits(0, 30)] = 3,
    output_points: Annotated[int, Limits(0)] = 50,
    preserve_original_spacing: bool = True,
    always_with_ends: bool = False,
) -> Derived:
    """Cut a piece out of each line, between two fractions of its length; pieces without vertices are dropped.

    Parameters
    ----------
    start_position, end_position : float
        Fractions, 0 to 1; nothing is left if the start is not before the end.
    method : str
        Direct: of the line itself. Parametric: of a fitted polynomial.
    polynomial_order : int
        Of the polynomial; lines of too few vertices are cut directly.
    output_points : int
        Number of vertices of a parametric piece.
    preserve_original_spacing : bool
        Direct: only the vertices there are, without interpolated ends.
    always_with_ends : bool
        Give two interpolated ends where `preserve_original_spacing` finds no vertex; upstream gives one point.
    """
    cut = _subsegment(
        lines,
        (start_position, end_position),
        order=polynomial_order if method == "Parametric" else None,
        samples=output_points,
        only_vertices=preserve_original_spacing,
        always_with_ends=always_with_ends,
    )
    counts = np.diff(cut.data.offsets)
    entries = np.flatnonzero(counts > 0)
    return lines_of(lines, cut.data.points, counts[entries], entries)


@built_in("ExtractLineSubsegment", "second generation", output=LineData, keeps_unit=True)
def extract_line_subsegment_2(
    lines: LineData,
    start_position: float = 0.3,
    end_position: float = 0.7,
    method: Literal["Direct", "Parametric"] = "Parametric",
    polynomial_order: Annotated[int, Limits(0, 30)] = 3,
    output_points: Annotated[int, Limits(0)] = 50,
    preserve_original_spacing: bool = True,
) -> Derived:
    """Cut a piece out of each line, between two fractions of its length.

    Parameters
    ----------
    start_position, end_position : float
        Fractions, 0 to 1; nothing is left if the start is not before the end.
    method : str
        Direct: of the line itself. Parametric: of a fitted polynomial.
    polynomial_order : int
        Of the polynomial; lines of too few vertices are cut directly.
    output_points : int
        Number of vertices of a parametric piece.
    preserve_original_spacing : bool
        Direct: only the vertices there are, without interpolated ends.
    """
    return _subsegment(
        lines,
        (start_position, end_position),
        order=polynomial_order if method == "Parametric" else None,
        samples=output_points,
        only_vertices=preserve_original_spacing,
        always_with_ends=False,
    )


def _subsegment(
    lines: LineData,
    positions: tuple[float, float],
    *,
    order: int | None,
    samples: int,
    only_vertices: bool,
    always_with_ends: bool,
) -> Derived:
    start, end = (min(max(position, 0.0), 1.0) for position in positions)
    if start >= end:
        return lines_of(lines, np.zeros((0, 2), np.float32), np.zeros(len(lines), np.int64))
    polylines = Polylines(lines.points, lines.offsets)
    lengths = np.nan_to_num(polylines.lengths)
    is_point = (polylines.counts > 0) & ((polylines.counts == 1) | (lengths < SHORT))
    is_fitted = np.zeros(len(polylines), bool)
    if order is not None:
        is_fitted = (polylines.counts > order) & polylines.finite & ~is_point
        only_vertices = False
    along, length = polylines.along, np.repeat(lengths, polylines.counts)
    low, high = start * length, end * length
    inner = (along >= low) & (along <= high) if only_vertices else (along > low) & (along < high)
    inner &= ~np.repeat(is_point | is_fitted, polylines.counts)
    kept = np.zeros(len(polylines), np.int64)
    filled = polylines.counts > 0
    if filled.any():
        kept[filled] = np.add.reduceat(inner.astype(np.int64), polylines.starts[filled])
    direct = filled & ~is_point & ~is_fitted
    with_ends = direct & (~np.bool_(only_vertices) | ((kept == 0) & always_with_ends))
    single = direct & ~with_ends & (kept == 0)
    counts = np.where(is_point | single, 1, kept + 2 * with_ends)
    counts[is_fitted] = samples
    offsets = offsets_of(counts)
    points = np.empty((int(offsets[-1]), 2))
    points[offsets[:-1][is_point]] = polylines.points[polylines.starts[is_point]]
    begin, finish = np.flatnonzero(with_ends | single), np.flatnonzero(with_ends)
    points[offsets[begin]] = polylines.at(start, begin)
    points[offsets[finish + 1] - 1] = polylines.at(end, finish)
    points[ranges(offsets[:-1] + with_ends, kept)] = polylines.points[inner]
    fitted = np.flatnonzero(is_fitted)
    if len(fitted) and samples:
        with np.errstate(invalid="ignore"):
            number = np.arange(samples, dtype=np.int64) / np.float64(samples - 1) if samples > 1 else np.array([np.nan])
        t = np.broadcast_to(start + number * (end - start), (len(fitted), samples))
        sampled = polylines.fit(order or 0, fitted).at(t)
        points[ranges(offsets[fitted], np.full(len(fitted), samples))] = sampled.reshape(-1, 2)
    return lines_of(lines, points.astype(np.float32), counts)
