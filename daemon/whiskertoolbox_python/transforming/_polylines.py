"""The geometry of many lines at once: arc lengths, points at fractions of them, polynomial fits.

Everything is float64 and vectorised over the columns of `LineData`: line ``i`` is
``points[offsets[i]:offsets[i + 1]]``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.polynomial import legendre

from whiskertoolbox_python.arrays.ragged import ranges

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

SHORT = 1e-6
"""A line of less length, in pixels, is a point."""


class Polylines:
    """Vertices of many lines with their cumulative lengths.

    Attributes
    ----------
    points : (N, 2)
    starts, counts : (lines,)
        First vertex and number of vertices of each line.
    lengths : (lines,)
        Pixels; NaN where a vertex is not finite.
    along : (N,)
        Length from the first vertex of its line to each vertex.
    """

    def __init__(self, points: npt.NDArray[Any], offsets: Ints) -> None:
        self.points: Floats = np.asarray(points, np.float64).reshape(-1, 2)
        self.starts: Ints = offsets[:-1]
        self.counts: Ints = np.diff(offsets)
        self.ends: Ints = offsets[1:]
        steps = np.zeros(len(self.points))
        if len(self.points):
            steps[1:] = np.hypot(*np.diff(self.points, axis=0).T)
            steps[self.starts[self.counts > 0]] = 0  # nothing leads from one line to the next
        bad = ~np.isfinite(steps) | ~np.isfinite(self.points).all(axis=1)
        steps[bad] = 0  # one line that is not finite must not spoil those after it
        self._total: Floats = np.cumsum(steps)
        self._before = (
            self._total[np.minimum(self.starts, max(len(self.points) - 1, 0))]
            if len(self.points)
            else (np.zeros(len(self.starts)))
        )
        self.along: Floats = self._total - np.repeat(self._before, self.counts)
        lasts = np.maximum(self.ends - 1, 0)
        self.lengths: Floats = np.where(
            self.counts > 0, (self._total[lasts] if len(self.points) else 0.0) - self._before, 0.0
        )
        self.finite: Bools = np.ones(len(self.starts), bool)
        if bad.any():
            self.finite[np.unique(np.searchsorted(self.ends, np.flatnonzero(bad), "right"))] = False
            self.lengths = np.where(self.finite, self.lengths, np.nan)

    def __len__(self) -> int:
        return len(self.starts)

    def at_lengths(self, lines: Ints, along: Floats) -> Floats:
        """Return the points of some lines at lengths from their start, ``(len(lines), 2)``; lines have vertices."""
        first, last = self.starts[lines], self.ends[lines] - 1
        wanted = along + self._before[lines]
        upper = np.minimum(np.maximum(np.searchsorted(self._total, wanted), first + 1), last)
        lower = np.maximum(upper - 1, first)
        span = self._total[upper] - self._total[lower]
        part = np.divide(wanted - self._total[lower], span, out=np.zeros(len(lines)), where=span > 0)
        part = np.clip(part, 0, 1)[:, np.newaxis]
        found: Floats = self.points.take(upper, axis=0)
        begin = self.points.take(lower, axis=0)
        found -= begin
        found *= part
        found += begin
        found[~self.finite[lines]] = np.nan
        return found

    def at(self, fractions: float | Floats, lines: Ints | None = None) -> Floats:
        """Return the points at fractions of the length, clipped to [0, 1]; the first vertex of lines without length."""
        lines = np.arange(len(self), dtype=np.int64) if lines is None else lines
        fraction = np.clip(np.broadcast_to(np.asarray(fractions, np.float64), lines.shape), 0, 1)
        length = np.nan_to_num(self.lengths[lines])
        along = np.where(length < SHORT, 0.0, fraction * length)
        found = self.at_lengths(lines, along)
        short = length < SHORT
        found[short] = self.points[self.starts[lines[short]]]
        return found

    def parameters(self) -> Floats:
        """Return the fraction of the length at each vertex; of a line without length, of its number of vertices."""
        length = np.repeat(np.nan_to_num(self.lengths), self.counts)
        number = np.arange(len(self.points), dtype=np.int64) - np.repeat(self.starts, self.counts)
        by_number = number / np.maximum(np.repeat(self.counts, self.counts) - 1, 1)
        return np.divide(self.along, length, out=by_number, where=length > 0)

    def fit(self, order: int, lines: Ints | None = None) -> Fit:
        """Fit x and y as polynomials of the fraction of the length, by least squares over all vertices."""
        lines = np.flatnonzero((self.counts > order) & self.finite) if lines is None else lines
        rows = ranges(self.starts[lines], self.counts[lines])
        return fit(self.parameters()[rows], self.points[rows], self.counts[lines], order)


class Fit:
    """Polynomials in [0, 1], one for each line and coordinate.

    Parameters
    ----------
    coefficients : (lines, order + 1, 2)
        Of Legendre polynomials of ``2 t - 1``: the same polynomials as in powers of ``t``, and well conditioned.
    """

    def __init__(self, coefficients: npt.NDArray[Any]) -> None:
        self.coefficients: Floats = coefficients

    @property
    def order(self) -> int:
        """Highest power."""
        return int(self.coefficients.shape[1]) - 1

    def at(self, t: Floats) -> Floats:
        """Return the points of each line at its ``t``: ``(lines, 2)`` for ``(lines,)``, else ``(lines, m, 2)``."""
        basis = legendre.legvander(2 * t - 1, self.order)
        if t.ndim == 1:
            return np.einsum("lk,lkc->lc", basis, self.coefficients)
        return np.einsum("lmk,lkc->lmc", basis, self.coefficients)

    def derivative(self) -> Fit:
        """Return the derivative by ``t``."""
        if self.order == 0:
            return Fit(np.zeros_like(self.coefficients))
        return Fit(2 * np.moveaxis(legendre.legder(np.moveaxis(self.coefficients, 1, 0)), 0, 1))


def fit(t: Floats, points: Floats, counts: Ints, order: int) -> Fit:
    """Fit polynomials to consecutive runs of ``counts`` points each; every run has more than `order` points."""
    if not len(counts):
        return Fit(np.zeros((0, order + 1, 2)))
    starts = np.cumsum(counts) - counts
    basis = legendre.legvander(2 * t - 1, order)
    gram = np.empty((len(counts), order + 1, order + 1))
    right = np.empty((len(counts), order + 1, 2))
    for i in range(order + 1):
        right[:, i] = np.add.reduceat(basis[:, i, np.newaxis] * points, starts)
        for j in range(i, order + 1):
            gram[:, i, j] = gram[:, j, i] = np.add.reduceat(basis[:, i] * basis[:, j], starts)
    # Repeated vertices leave fewer distinct places than coefficients: those lines are solved one by one.
    fresh = np.ones(len(t), np.int64)
    fresh[1:] = np.diff(t) != 0
    fresh[starts] = 1
    singular = np.add.reduceat(fresh, starts) <= order
    gram[singular] = np.eye(order + 1)
    coefficients = np.linalg.solve(gram, right)
    for line in np.flatnonzero(singular).tolist():
        rows = slice(int(starts[line]), int(starts[line] + counts[line]))
        coefficients[line] = np.linalg.lstsq(basis[rows], points[rows], rcond=None)[0]
    return Fit(coefficients)
