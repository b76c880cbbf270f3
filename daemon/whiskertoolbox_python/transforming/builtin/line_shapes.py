"""Lines changed: resampled, cut, turned round."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.ragged import ranges
from whiskertoolbox_python.errors import TransformError
from whiskertoolbox_python.transforming._declarations import Unit
from whiskertoolbox_python.transforming._polylines import SHORT, Polylines
from whiskertoolbox_python.transforming._results import Derived, lines_of, offsets_of
from whiskertoolbox_python.transforming.registry import built_in
from whiskertoolbox_python.types.lines import LineData

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_SAME = 1e-3
"""Points nearer than this, in both coordinates and in pixels, are one."""


@built_in("Resample Line", "first generation", output=LineData, keeps_unit=True)
def resample_line(
    lines: LineData,
    algorithm: Literal["Fixed Spacing", "Douglas-Peucker", "Polynomial Smooth"] = "Fixed Spacing",
    target_spacing: Annotated[float, Unit("pixels")] = 5.0,
    epsilon: Annotated[float, Unit("pixels")] = 2.0,
    polynomial_order: int = 3,
) -> Derived:
    """Put vertices at even distances, leave out those that matter little, or sample a fitted polynomial.

    Lines of up to two vertices stay as they are.

    Parameters
    ----------
    algorithm : str
        Fixed Spacing, Douglas-Peucker or Polynomial Smooth.
    target_spacing : float
        Distance of the vertices along the line (not Douglas-Peucker).
    epsilon : float
        Douglas-Peucker leaves out vertices up to this far from the simplified line.
    polynomial_order : int
        Of the polynomial; 1 to 9.
    """
    polylines = Polylines(lines.points, lines.offsets)
    if algorithm == "Fixed Spacing":
        points, counts = fixed_spacing(polylines, target_spacing)
    elif algorithm == "Douglas-Peucker":
        points, counts = simplified(polylines, epsilon)
    else:
        order = min(max(polynomial_order, 1), 9)
        points, counts = sampled_fit(polylines, order, target_spacing, least=3)
    return lines_of(lines, points.astype(np.float32), counts)


@built_in("ResampleLine", "second generation", output=LineData, keeps_unit=True)
def resample_line_2(
    lines: LineData,
    method: Literal["FixedSpacing", "DouglasPeucker", "PolynomialSmooth"] = "FixedSpacing",
    target_spacing: Annotated[float, Unit("pixels")] = 5.0,
    epsilon: Annotated[float, Unit("pixels")] = 2.0,
    polynomial_order: int = 3,
) -> Derived:
    """Put vertices at even distances, leave out those that matter little, or sample a fitted polynomial.

    Parameters
    ----------
    method : str
        FixedSpacing, DouglasPeucker or PolynomialSmooth.
    target_spacing : float
        Distance of the vertices along the line (not DouglasPeucker); above 0.
    epsilon : float
        DouglasPeucker leaves out vertices up to this far from the simplified line; above 0.
    polynomial_order : int
        Of the polynomial; 1 to 9.
    """
    if target_spacing <= 0 or epsilon <= 0:
        raise TransformError("ResampleLine: target_spacing and epsilon must be above 0")
    algorithms = {"FixedSpacing": "Fixed Spacing", "DouglasPeucker": "Douglas-Peucker"}
    algorithm = algorithms.get(method, "Polynomial Smooth")
    return resample_line(lines, algorithm, target_spacing, epsilon, polynomial_order)  # type: ignore[arg-type]


def fixed_spacing(lines: Polylines, spacing: float, least: int = 3) -> tuple[Floats, Ints]:
    """Return points at even distances along lines of at least so many vertices; the others stay."""
    changed = (lines.counts >= least) & lines.finite
    if spacing <= 1e-6 or not changed.any():
        return lines.points, lines.counts
    chosen = np.flatnonzero(changed)
    steps = np.where(changed, np.floor(np.nan_to_num(lines.lengths) / spacing + 1e-9), 0).astype(np.int64)
    counts = np.where(changed, steps + 2, lines.counts)  # the first vertex, one for each step, the last vertex
    offsets = offsets_of(counts)
    points = np.empty((int(offsets[-1]), 2))
    same = np.flatnonzero(~changed)
    points[ranges(offsets[same], lines.counts[same])] = lines.points[ranges(lines.starts[same], lines.counts[same])]
    points[offsets[chosen]] = lines.points[lines.starts[chosen]]
    points[offsets[chosen + 1] - 1] = lines.points[lines.ends[chosen] - 1]
    owner = np.repeat(chosen, steps[chosen])
    number = ranges(np.ones(len(chosen), np.int64), steps[chosen])
    rows = ranges(offsets[chosen] + 1, steps[chosen])
    points[rows] = lines.at_lengths(owner, np.minimum(number * spacing, lines.lengths[owner]))
    return _without_repeats(points, offsets, changed)


def _without_repeats(points: Floats, offsets: Ints, changed: npt.NDArray[np.bool_]) -> tuple[Floats, Ints]:
    """Drop the points that are where the last one kept is."""
    single = points.astype(np.float32)
    repeats = np.zeros(len(points), bool)
    repeats[1:] = (np.abs(np.diff(single, axis=0)) < _SAME).all(axis=1)
    starts, counts = offsets[:-1], np.diff(offsets)
    repeats[starts[counts > 0]] = False
    repeats &= np.repeat(changed, counts)
    if not repeats.any():
        return points, counts
    keep = ~repeats
    # After a dropped point, the next is compared with the one before it: only runs of several need a second look.
    runs = np.flatnonzero(repeats[1:] & repeats[:-1]) + 1
    for line in np.unique(np.searchsorted(offsets, runs, "right") - 1).tolist():
        last = int(offsets[line])
        for row in range(last + 1, int(offsets[line + 1])):
            keep[row] = bool((np.abs(single[row] - single[last]) >= _SAME).any())
            last = row if keep[row] else last
    kept: Ints = np.add.reduceat(keep.astype(np.int64), starts[counts > 0]) if len(points) else counts
    new_counts = counts.copy()
    new_counts[counts > 0] = kept
    return points[keep], new_counts


def simplified(lines: Polylines, epsilon: float) -> tuple[Floats, Ints]:
    """Simplify by Douglas and Peucker's rule, all lines at once, level by level."""
    if epsilon <= 0:
        return lines.points, lines.counts
    points = lines.points
    keep = np.ones(len(points), bool)
    chosen = np.flatnonzero((lines.counts > 2) & lines.finite)
    first, last = lines.starts[chosen], lines.ends[chosen] - 1
    keep[ranges(first + 1, last - first - 1)] = False
    while len(first):
        inner = last - first - 1
        rows = ranges(first + 1, inner)
        chord = points[last] - points[first]
        length = np.hypot(*chord.T)
        offset = points[rows] - np.repeat(points[first], inner, axis=0)
        wide = np.repeat(length, inner)
        long_chord = np.repeat(chord, inner, axis=0)
        cross = np.abs(offset[:, 0] * long_chord[:, 1] - offset[:, 1] * long_chord[:, 0])
        away = np.divide(cross, wide, out=np.hypot(*offset.T), where=wide > 0)
        starts = np.cumsum(inner) - inner
        farthest = np.maximum.reduceat(away, starts)
        is_farthest = away == np.repeat(farthest, inner)
        split = np.minimum.reduceat(np.where(is_farthest, rows, len(points)), starts)
        splits = farthest > epsilon
        keep[split[splits]] = True
        first, last = (
            np.concatenate([first[splits], split[splits]]),
            np.concatenate([split[splits], last[splits]]),
        )
        wide_enough = last - first > 1
        first, last = first[wide_enough], last[wide_enough]
        order = np.argsort(first, kind="stable")
        first, last = first[order], last[order]
    counts = lines.counts.copy()
    filled = counts > 0
    if filled.any():
        counts[filled] = np.add.reduceat(keep.astype(np.int64), lines.starts[filled])
    return points[keep], counts


def sampled_fit(
    lines: Polylines,
    order: int,
    spacing: float,
    *,
    least: int = 1,
    otherwise: Callable[[], tuple[Floats, Ints]] | None = None,
) -> tuple[Floats, Ints]:
    """Sample the polynomial that fits each line about every `spacing`.

    Lines of too few vertices stay, or become what `otherwise` makes of all lines.
    """
    chosen = np.flatnonzero((lines.counts > order) & (lines.counts >= least) & lines.finite)
    lengths = lines.lengths[chosen]
    is_point = (lengths < SHORT) | (spacing <= SHORT)
    samples = np.where(is_point, 1, np.maximum(2, _rounded(lengths / max(spacing, SHORT)))).astype(np.int64)
    fitted = lines.fit(order, chosen)
    owner = np.repeat(np.arange(len(chosen), dtype=np.int64), samples)
    number = ranges(np.zeros(len(chosen), np.int64), samples)
    t = number / np.maximum(np.repeat(samples, samples) - 1, 1)
    basis = np.polynomial.legendre.legvander(2 * t - 1, order)
    sampled = np.einsum("pk,pkc->pc", basis, fitted.coefficients[owner])
    other_points, other_counts = (lines.points, lines.counts) if otherwise is None else otherwise()
    if len(chosen) == len(lines):
        return sampled, samples
    counts = other_counts.copy()
    counts[chosen] = samples
    offsets, other_offsets = offsets_of(counts), offsets_of(other_counts)
    points = np.empty((int(offsets[-1]), 2))
    points[ranges(offsets[chosen], samples)] = sampled
    rest = np.setdiff1d(np.arange(len(lines), dtype=np.int64), chosen)
    points[ranges(offsets[rest], counts[rest])] = other_points[ranges(other_offsets[rest], counts[rest])]
    return points, counts


def _rounded(values: Floats) -> Floats:
    """Round half away from zero, as C does."""
    return np.floor(values + 0.5)


@built_in("Line Base Flip", "first generation", output=LineData, keeps_unit=True)
def line_base_flip(
    lines: LineData,
    reference_x: Annotated[float, Unit("pixels")] = 0.0,
    reference_y: Annotated[float, Unit("pixels")] = 0.0,
) -> Derived:
    """Turn round each line whose last vertex is nearer to a reference point than its first; empty lines are dropped.

    Parameters
    ----------
    reference_x, reference_y : float
        The reference point.
    """
    return _flipped(lines, (reference_x, reference_y), np.flatnonzero(np.diff(lines.offsets) > 0))


@built_in("FlipLineBase", "second generation", output=LineData, keeps_unit=True)
def flip_line_base(
    lines: LineData,
    reference_x: Annotated[float, Unit("pixels")] = 0.0,
    reference_y: Annotated[float, Unit("pixels")] = 0.0,
) -> Derived:
    """Turn round each line whose last vertex is nearer to a reference point than its first.

    Parameters
    ----------
    reference_x, reference_y : float
        The reference point.
    """
    return _flipped(lines, (reference_x, reference_y), np.arange(len(lines), dtype=np.int64))


def _flipped(lines: LineData, reference: tuple[float, float], entries: Ints) -> Derived:
    starts, counts = lines.offsets[entries], np.diff(lines.offsets)[entries]
    away = ((lines.points - np.asarray(reference, np.float32)) ** 2).sum(axis=1)
    lasts = starts + counts - 1
    flips = np.zeros(len(entries), bool)
    several = counts > 1
    flips[several] = away[lasts[several]] < away[starts[several]]
    place = ranges(np.zeros(len(entries), np.int64), counts)
    turned = np.repeat(counts, counts) - 1 - place
    rows = np.repeat(starts, counts) + np.where(np.repeat(flips, counts), turned, place)
    return lines_of(lines, lines.points[rows], counts, entries)


@built_in("Clip Line by Reference Line", "first generation", output=LineData, keeps_unit=True)
def clip_line_by_reference_line(
    lines: LineData,
    reference_line_data: LineData | None = None,
    reference_frame: Annotated[int, Unit("index")] = 0,
    clip_side: Literal["KeepBase", "KeepDistal"] = "KeepBase",
) -> Derived:
    """Cut each line where it first meets a reference line, the same for all frames; lines that do not meet it stay.

    Parameters
    ----------
    reference_line_data : LineData
        Where the reference line is; without it the result is empty.
    reference_frame : int
        Time of the reference line, the first there; without one the result is empty.
    clip_side : str
        Which piece to keep: that from the first vertex on, or that to the last one.
    """
    found: Any = [] if reference_line_data is None else np.flatnonzero(reference_line_data.times == reference_frame)
    nothing = lines_of(lines, np.zeros((0, 2), np.float32), np.zeros(0, np.int64), np.zeros(0, np.int64))
    if reference_line_data is None or not len(found):
        return nothing
    references = np.full(len(lines), found[0])
    points, counts = _clipped(lines, reference_line_data, references, keep_base=clip_side == "KeepBase")
    entries = np.flatnonzero(counts >= 2)
    rows = ranges(offsets_of(counts)[entries], counts[entries])
    return lines_of(lines, points[rows].astype(np.float32), counts[entries], entries)


@built_in("ClipLineAtReference", "second generation", output=LineData, keeps_unit=True)
def clip_line_at_reference(
    lines: LineData, reference: LineData, clip_side: Literal["KeepBase", "KeepDistal"] = "KeepBase"
) -> Derived:
    """Cut each line where it first meets the reference line of the same time.

    Parameters
    ----------
    reference : LineData
        One reference line at a time, or as many as there are lines.
    clip_side : str
        Which piece to keep: that from the first vertex on, or that to the last one.
    """
    own, other = paired(lines.times, reference.times, "ClipLineAtReference")
    chosen = LineData.from_arrays(
        lines.times[own],
        offsets_of(np.diff(lines.offsets)[own]),
        lines.points[ranges(lines.offsets[own], np.diff(lines.offsets)[own])],
        image_size=lines.getImageSize(),
    )
    points, counts = _clipped(chosen, reference, other, keep_base=clip_side == "KeepBase")
    kept = np.flatnonzero(counts > 0)
    rows = ranges(offsets_of(counts)[kept], counts[kept])
    return lines_of(lines, points[rows].astype(np.float32), counts[kept], own[kept])


def paired(times: Ints, other_times: Ints, name: str) -> tuple[Ints, Ints]:
    """Pair the entries of two objects at each time that both have: one to one, or a single one with all others.

    Raises
    ------
    TransformError
        When a time has several entries in both, and not as many.
    """
    own, other = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for time in np.intersect1d(times, other_times).tolist():
        here = np.arange(*np.searchsorted(times, [time, time + 1]), dtype=np.int64)
        there = np.arange(*np.searchsorted(other_times, [time, time + 1]), dtype=np.int64)
        if len(here) != len(there) and 1 not in (len(here), len(there)):
            raise TransformError(
                f"{name}: at time {time} there are {len(here)} and {len(there)} entries; they are paired one to one, "
                "or one with all"
            )
        count = max(len(here), len(there))
        own.append(np.broadcast_to(here, count) if len(here) == 1 else here)
        other.append(np.broadcast_to(there, count) if len(there) == 1 else there)
    return np.concatenate(own), np.concatenate(other)


def _clipped(lines: LineData, reference: LineData, which: Ints, *, keep_base: bool) -> tuple[Floats, Ints]:
    """Cut line ``i`` at its first crossing with the reference line ``which[i]``; lines that do not cross stay."""
    points, offsets = lines.points.astype(np.float64), lines.offsets
    counts = np.diff(offsets)
    segment, crossing = np.full(len(lines), -1), np.zeros((len(lines), 2))
    reference_points, reference_offsets = reference.points.astype(np.float64), reference.offsets
    for used in np.unique(which[counts >= 2]).tolist():
        rows = reference_points[reference_offsets[used] : reference_offsets[used + 1]]
        chosen = np.flatnonzero((which == used) & (counts >= 2))
        starts = ranges(offsets[chosen], counts[chosen] - 1)
        owner = np.repeat(chosen, counts[chosen] - 1)
        begin, step = points[starts], points[starts + 1] - points[starts]
        found, place = np.zeros(len(starts), bool), np.zeros((len(starts), 2))
        for first, second in pairwise(rows):
            other = second - first
            denominator = step[:, 0] * other[1] - step[:, 1] * other[0]
            apart = first - begin
            with np.errstate(divide="ignore", invalid="ignore"):
                own_part = (apart[:, 0] * other[1] - apart[:, 1] * other[0]) / denominator
                other_part = (apart[:, 0] * step[:, 1] - apart[:, 1] * step[:, 0]) / denominator
            meets = (np.abs(denominator) > 1e-10) & (own_part >= 0) & (own_part <= 1)
            meets &= (other_part >= 0) & (other_part <= 1) & ~found
            place[meets] = begin[meets] + step[meets] * own_part[meets, np.newaxis]
            found |= meets
        crossed, first_segment = np.unique(owner[found], return_index=True)
        hits = np.flatnonzero(found)[first_segment]
        segment[crossed] = starts[hits] - offsets[crossed]
        crossing[crossed] = place[hits]
    is_cut = segment >= 0
    vertex = np.where(is_cut, offsets[:-1] + segment, 0)
    if keep_base:
        on_vertex = is_cut & (np.abs(points[vertex] - crossing) < 1e-6).all(axis=1) if len(points) else is_cut
        kept_first, kept = offsets[:-1], np.where(is_cut, segment + 1, counts)
        new_counts = kept + (is_cut & ~on_vertex)
        target = offsets_of(new_counts)
        result = np.empty((int(target[-1]), 2))
        result[ranges(target[:-1], kept)] = points[ranges(kept_first, kept)]
        added = np.flatnonzero(is_cut & ~on_vertex)
        result[target[added + 1] - 1] = crossing[added]
        return result, new_counts
    kept = np.where(is_cut, counts - segment - 1, counts)
    kept_first = np.where(is_cut, offsets[:-1] + segment + 1, offsets[:-1])
    new_counts = kept + is_cut
    target = offsets_of(new_counts)
    result = np.empty((int(target[-1]), 2))
    result[ranges(target[:-1] + is_cut, kept)] = points[ranges(kept_first, kept)]
    result[target[:-1][is_cut]] = crossing[is_cut]
    return result, new_counts
