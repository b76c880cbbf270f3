"""Times as a file gives them, in seconds or other units, as whole indices: one rule for every loader.

A time is multiplied by the rate and taken to the nearest index, exactly as in rational arithmetic, halves away from
zero. Times that do not fall on an index are told.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.order import Allocate, parts
from whiskertoolbox_python.errors import LoadError

_INT64_END = 2.0**63
_ROUNDING = 4
"""Units in the last place that a product of two float64 may be off, in either factor."""


@dataclass(frozen=True, kw_only=True)
class Rate:
    """What times of a file are multiplied by, or divided by, to become indices; and the option that says so."""

    scale: float = 1.0
    divide: bool = False
    name: str = "scale"

    def largest(self) -> float:
        """Return the limit below which a time becomes an index."""
        if not math.isfinite(self.scale) or self.scale == 0:
            raise LoadError(f'option "{self.name}" must be a number other than 0, not {self.scale!r}')
        return _INT64_END * abs(self.scale) if self.divide else _INT64_END / abs(self.scale)

    def indices(
        self, path: Path, times: npt.NDArray[Any], warn: Callable[[str], None], *, allocate: Allocate = np.empty
    ) -> npt.NDArray[np.int64]:
        """Return the index nearest to each time; one warning tells of times between two indices.

        `allocate` makes the array of a shape and dtype, such as inside a store.

        Raises
        ------
        LoadError
            A time is nan, or so large that no index can hold it.
        """
        self.largest()
        indices = allocate((len(times),), np.int64)
        between, first = 0, ""
        for rows in parts(len(times)):
            start, part = rows.start, times[rows].astype(np.float64)
            with np.errstate(over="ignore"):
                scaled = part / self.scale if self.divide else part * self.scale
            self._check_range(path, scaled, start)
            indices[start : start + len(part)] = self._nearest(part, scaled)
            is_off = np.abs(scaled - np.rint(scaled)) > _ROUNDING * np.spacing(np.abs(scaled))
            if is_off.any():
                place = int(np.argmax(is_off))
                first = first or f"number {start + place + 1:,}, {part[place]!s}, is at {scaled[place]!s}"
                between += int(np.count_nonzero(is_off))
        if between:
            warn(
                f"{path}: {between:,} of {len(times):,} times are not at a whole index and were taken to the nearest "
                f'(first: {first}); if these are seconds, "{self.name}" must be the sampling rate'
            )
        self._warn_of_resolution(path, times, warn)
        return indices

    def _nearest(self, times: npt.NDArray[np.float64], scaled: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
        size = np.abs(scaled)
        whole = np.floor(size)
        fraction = size - whole
        indices: npt.NDArray[np.int64] = np.copysign(whole + (fraction >= 0.5), scaled).astype(np.int64)
        # Where the product may be rounded to the other side of a half, and where float64 has no halves any more.
        for place in np.flatnonzero(np.abs(fraction - 0.5) <= _ROUNDING * np.spacing(size)).tolist():
            exact = Fraction(float(times[place]))
            exact = exact / Fraction(self.scale) if self.divide else exact * Fraction(self.scale)
            rounded = math.floor(abs(exact) + Fraction(1, 2))
            indices[place] = -rounded if exact < 0 else rounded
        return indices

    def _check_range(self, path: Path, scaled: npt.NDArray[np.float64], start: int) -> None:
        bad = np.flatnonzero(~(np.abs(scaled) < _INT64_END))
        if bad.size:
            raise LoadError(
                f"{path}: time number {start + bad[0] + 1:,} is {scaled[bad[0]]} after scaling, which is not an index"
            )

    def _warn_of_resolution(self, path: Path, times: npt.NDArray[Any], warn: Callable[[str], None]) -> None:
        """Warn when the file's own floats are coarser than one index, so that neighbours fall together."""
        if not len(times) or times.dtype.kind != "f" or times.dtype.itemsize > 4:
            return
        largest = max(-times.min(), times.max())
        step = float(np.spacing(largest))
        ticks = step / abs(self.scale) if self.divide else step * abs(self.scale)
        if ticks > 1:
            warn(
                f"{path}: times are {times.dtype}, whose steps at {largest!s} are {step:.3g}, or {ticks:,.1f} indices: "
                "samples fall together on one index; save the times as float64"
            )
