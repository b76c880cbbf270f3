"""Lines from masks: axes, and pixels put into order."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.ragged import ranges
from whiskertoolbox_python.transforming._declarations import Limits, Unit
from whiskertoolbox_python.transforming._polylines import Polylines, fit
from whiskertoolbox_python.transforming._results import Derived, lines_of, offsets_of
from whiskertoolbox_python.transforming.builtin.line_shapes import fixed_spacing, sampled_fit
from whiskertoolbox_python.transforming.builtin.masks import skeletonize_mask
from whiskertoolbox_python.transforming.registry import built_in
from whiskertoolbox_python.types.lines import LineData
from whiskertoolbox_python.types.masks import MaskData

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_ROUNDS = 10
_AT_ONCE = 4_000_000
"""Distances that are computed in one step of ordering."""


@built_in("Calculate Mask Principal Axis", "first generation", output=LineData, keeps_unit=True)
def calculate_mask_principal_axis(masks: MaskData, axis_type: Literal["Major", "Minor"] = "Major") -> Derived:
    """Draw a line of two vertices through each mask's centroid, along its longest or its other axis.

    It is cut by the box around the pixels; its direction is not defined. Masks of one pixel have none.

    Parameters
    ----------
    axis_type : str
        Major: where the pixels spread most; Minor: at right angles to it.
    """
    counts = np.diff(masks.offsets)
    entries = np.flatnonzero(counts >= 2)
    if not len(entries):
        return lines_of(masks, np.zeros((0, 2), np.float32), np.zeros(0, np.int64), entries)
    points = masks.points.astype(np.float64)[ranges(masks.offsets[entries], counts[entries])]
    counts = counts[entries]
    starts = np.cumsum(counts) - counts
    center = np.add.reduceat(points, starts) / counts[:, np.newaxis]
    low, high = np.minimum.reduceat(points, starts), np.maximum.reduceat(points, starts)
    around = points - np.repeat(center, counts, axis=0)
    var_x, var_y = (np.add.reduceat(around**2, starts) / (counts - 1)[:, np.newaxis]).T
    cov = np.add.reduceat(around[:, 0] * around[:, 1], starts) / (counts - 1)
    largest = (var_x + var_y) / 2 + np.hypot((var_x - var_y) / 2, cov)
    axis = np.column_stack([largest - var_y, cov])
    upright = np.abs(cov) <= 1e-6
    axis[upright] = np.where((var_x >= var_y)[upright, np.newaxis], [1.0, 0.0], [0.0, 1.0])
    axis /= np.hypot(*axis.T)[:, np.newaxis]
    if axis_type == "Minor":
        axis = np.column_stack([-axis[:, 1], axis[:, 0]])
    ends = _box_crossings(center, axis, low, high)
    return lines_of(masks, ends.reshape(-1, 2).astype(np.float32), np.full(len(entries), 2), entries)


def _box_crossings(center: Floats, axis: Floats, low: Floats, high: Floats) -> Floats:
    """Return the two points ``(masks, 2, 2)`` where a line through each center crosses the edges of its box."""
    crossings, valid = np.zeros((len(center), 4, 2)), np.zeros((len(center), 4), bool)
    for number, (edge, bound) in enumerate(((0, low), (0, high), (1, low), (1, high))):  # left, right, top, bottom
        other = 1 - edge
        leads_there = np.abs(axis[:, edge]) > 1e-6
        way = np.divide(bound[:, edge] - center[:, edge], axis[:, edge], out=np.zeros(len(center)), where=leads_there)
        crossings[:, number, edge] = bound[:, edge]
        crossings[:, number, other] = center[:, other] + way * axis[:, other]
        place = crossings[:, number, other]
        valid[:, number] = leads_there & (place >= low[:, other] - 1e-9) & (place <= high[:, other] + 1e-9)
    for number in range(1, 4):
        for before in range(number):
            distance = ((crossings[:, number] - crossings[:, before]) ** 2).sum(axis=1)
            valid[:, number] &= ~(valid[:, before] & (distance < 1e-3))
    first_two = np.argsort(~valid, axis=1, kind="stable")[:, :2]
    ends = np.take_along_axis(crossings, first_two[:, :, np.newaxis], axis=1)
    few = valid.sum(axis=1) < 2
    half = (high - low).max(axis=1)[:, np.newaxis] / 2
    ends[few] = np.stack([np.clip(center - half * axis, low, high), np.clip(center + half * axis, low, high)], axis=1)[
        few
    ]
    return ends


@built_in("Convert Mask To Line", "first generation", output=LineData, keeps_unit=True)
def convert_mask_to_line(
    masks: MaskData,
    method: Literal["Skeletonize", "NearestToReference"] = "Skeletonize",
    reference_x: Annotated[float, Unit("pixels")] = 0.0,
    reference_y: Annotated[float, Unit("pixels")] = 0.0,
    polynomial_order: Annotated[int, Limits(0, 30)] = 3,
    error_threshold: Annotated[float, Unit("pixels")] = 5.0,
    remove_outliers: bool = True,
    input_point_subsample_factor: int = 1,
    should_smooth_line: bool = False,
    output_resolution: Annotated[float, Unit("pixels")] = 5.0,
) -> Derived:
    """Put the pixels of each mask into an order, from near a reference point, and resample them as a line.

    Parameters
    ----------
    method : str
        Which pixels: those of the skeleton, or all. Both are ordered alike, each pixel followed by the nearest left.
    reference_x, reference_y : float
        The line begins at the end nearer to this point.
    polynomial_order : int
        Of the fits that find outliers and smooth.
    error_threshold : float
        Pixels further from the fit are outliers.
    remove_outliers : bool
        Fit and drop outliers, up to ten times.
    input_point_subsample_factor : int
        Take every so-many-th pixel.
    should_smooth_line : bool
        Sample the fitted polynomial instead of the pixels.
    output_resolution : float
        Distance of the vertices.
    """
    source = masks
    entries = np.flatnonzero(np.diff(masks.offsets) > 0)
    if method == "Skeletonize":
        skeletons = skeletonize_mask(masks)
        source, entries = skeletons.data, skeletons.entries
    points, counts = _ordered(source, max(input_point_subsample_factor, 1), (reference_x, reference_y))
    counts_all = counts
    kept = np.flatnonzero(counts_all > 0)
    counts = counts_all[kept]
    if source is masks:
        entries = kept
    if remove_outliers:
        points, counts = without_outliers(points, counts, polynomial_order, error_threshold)
    lines = Polylines(points, offsets_of(counts))
    if should_smooth_line:
        points, counts = _smoothed(lines, polynomial_order, output_resolution)
    else:
        points, counts = fixed_spacing(lines, output_resolution, least=2)
    return lines_of(masks, points.astype(np.float32), counts, entries)


def _smoothed(lines: Polylines, order: int, resolution: float) -> tuple[Floats, Ints]:
    """Sample the fit of each line that has enough vertices; space the others' vertices evenly."""
    return sampled_fit(lines, order, resolution, otherwise=lambda: fixed_spacing(lines, resolution, least=2))


@built_in("MaskToLine", "second generation", output=LineData, keeps_unit=True)
def mask_to_line(
    masks: MaskData,
    reference_x: Annotated[float, Unit("pixels")] = 0.0,
    reference_y: Annotated[float, Unit("pixels")] = 0.0,
    subsample_factor: int = 1,
) -> Derived:
    """Put the pixels of each mask into an order: each followed by the nearest left, from near a reference point.

    Parameters
    ----------
    reference_x, reference_y : float
        The line begins at the end nearer to this point.
    subsample_factor : int
        Take every so-many-th pixel.
    """
    points, counts = _ordered(masks, max(subsample_factor, 1), (reference_x, reference_y))
    return lines_of(masks, points.astype(np.float32), counts)


@built_in("RemoveLineOutliers", "second generation", output=LineData, keeps_unit=True)
def remove_line_outliers(
    lines: LineData, error_threshold: Annotated[float, Unit("pixels")] = 5.0, polynomial_order: int = 3
) -> Derived:
    """Fit a polynomial to each line and drop the vertices far from it, up to ten times.

    Parameters
    ----------
    error_threshold : float
        Vertices further from the fit go.
    polynomial_order : int
        Of the fit; 1 to 9.
    """
    order = min(max(polynomial_order, 1), 9)
    points = lines.points.astype(np.float64)
    points, counts = without_outliers(points, np.diff(lines.offsets), order, error_threshold)
    return lines_of(lines, points.astype(np.float32), counts)


def without_outliers(points: Floats, counts: Ints, order: int, threshold: float) -> tuple[Floats, Ints]:
    """Drop the vertices far from the polynomial that fits their line, up to ten times."""
    active = counts > order + 2
    for _ in range(_ROUNDS):
        lines = Polylines(points, offsets_of(counts))
        chosen = np.flatnonzero(active & lines.finite & (counts > order))
        if not len(chosen):
            break
        rows = ranges(lines.starts[chosen], counts[chosen])
        t = lines.parameters()[rows]
        fitted = fit(t, lines.points[rows], counts[chosen], order)
        basis = np.polynomial.legendre.legvander(2 * t - 1, order)
        predicted = np.einsum("pk,pkc->pc", basis, np.repeat(fitted.coefficients, counts[chosen], axis=0))
        near = ((lines.points[rows] - predicted) ** 2).sum(axis=1) <= threshold**2
        starts = np.cumsum(counts[chosen]) - counts[chosen]
        left = np.add.reduceat(near.astype(np.int64), starts)
        drops = (left < counts[chosen]) & (left >= order + 2)
        active = np.zeros(len(counts), bool)
        active[chosen[drops]] = True
        if not drops.any():
            break
        keep = np.ones(len(points), bool)
        keep[rows] = near | ~np.repeat(drops, counts[chosen])
        points = points[keep]
        counts = counts.copy()
        counts[chosen[drops]] = left[drops]
    return points, counts


def _ordered(masks: MaskData, every: int, reference: tuple[float, float]) -> tuple[Floats, Ints]:
    """Return the pixels of each mask in order, and their numbers; many masks are ordered at once."""
    counts = -(-np.diff(masks.offsets) // every)
    rows = ranges(masks.offsets[:-1], counts)
    if every > 1:
        first = np.repeat(masks.offsets[:-1], counts)
        rows = first + (rows - first) * every
    points = masks.points.astype(np.float64)[rows]
    offsets = offsets_of(counts)
    result = np.empty_like(points)
    by_size = np.argsort(counts, kind="stable")
    by_size = by_size[counts[by_size] > 0]
    start = 0
    while start < len(by_size):
        stop = start + 1
        while stop < len(by_size) and (stop - start + 1) * int(counts[by_size[stop]]) <= _AT_ONCE // 16:
            if counts[by_size[stop]] > 2 * counts[by_size[start]] + 16:
                break
            stop += 1
        batch = by_size[start:stop]
        _order_batch(points, offsets, counts, batch, np.asarray(reference, np.float64), result)
        start = stop
    return result, counts


def _order_batch(points: Floats, offsets: Ints, counts: Ints, batch: Ints, reference: Floats, result: Floats) -> None:
    longest = int(counts[batch].max())
    place = np.arange(longest, dtype=np.int64)
    exists = place < counts[batch][:, np.newaxis]
    rows = np.where(exists, offsets[batch][:, np.newaxis] + place, 0)
    x, y = points[rows, 0], points[rows, 1]
    every = np.arange(len(batch), dtype=np.int64)

    def squared_from(chosen: Ints) -> Floats:
        return (x - x[every, chosen][:, np.newaxis]) ** 2 + (y - y[every, chosen][:, np.newaxis]) ** 2

    far = np.where(exists, squared_from(np.zeros(len(batch), np.int64)), -1).argmax(axis=1)
    farther = np.where(exists, squared_from(far), -1).argmax(axis=1)
    away = (x - reference[0]) ** 2 + (y - reference[1]) ** 2
    current = np.where(away[every, far] > away[every, farther], far, farther)
    order = np.zeros((len(batch), longest), np.int64)
    left = exists.copy()
    for step in range(longest):
        order[:, step] = current
        left[every, current] = False
        current = np.where(left, squared_from(current), np.inf).argmin(axis=1)
    last = order[every, counts[batch] - 1]
    reverse = away[every, last] < away[every, order[:, 0]]
    position = np.where(reverse[:, np.newaxis], counts[batch][:, np.newaxis] - 1 - place, place)
    ordered_rows = np.take_along_axis(order, np.where(exists, position, 0), axis=1) + offsets[batch][:, np.newaxis]
    target = (offsets[batch][:, np.newaxis] + place)[exists]
    result[target] = points[ordered_rows[exists]]
