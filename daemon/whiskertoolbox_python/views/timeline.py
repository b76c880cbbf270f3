"""`Timeline`: the tick of each row of a column, whatever the column's clock and however its rows are numbered."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Int64Array = npt.NDArray[np.int64]

_NO_TICKS = np.zeros(0, np.int64)
_FAR = 2.0**62
_SAMPLED_STEPS = 4096
GAP = 2.5
"""Rows further apart than so many usual steps have a gap between them."""


class Window(NamedTuple):
    """A range of ticks; both ends belong to it."""

    start: float
    end: float


class Timeline:
    """Ticks of the rows of a column whose clock indices ascend.

    Parameters
    ----------
    count
        Number of rows.
    start_index
        Clock index of the first row when the rows are consecutive.
    times
        Clock index of each row, ascending; None when they are consecutive.
    clock
        Tick of each clock index, ascending; empty for a clock whose ticks are its indices.
    is_regular
        The clock is known to have equal steps (or is empty), so that no tick needs to be looked up.

    Attributes
    ----------
    first, end : int
        The rows that have a tick: those from `first` up to `end`, exclusive. A clock index outside its clock has none.
    step : float or None
        Ticks from row to row when it is the same everywhere.
    """

    def __init__(
        self,
        count: int,
        *,
        start_index: int = 0,
        times: Int64Array | None = None,
        clock: Int64Array = _NO_TICKS,
        is_regular: bool = False,
    ) -> None:
        self.count = count
        self._start_index = start_index
        self._times = times
        self._clock = clock
        self._origin, self._clock_step = 0, 1
        if len(clock):
            self._origin = int(clock[0])
            self._clock_step = int(clock[1]) - self._origin if len(clock) > 1 else 1
        self._is_regular = is_regular or len(clock) <= 1
        self.first: int = 0
        self.end: int = count
        if len(clock):
            self.first, self.end = self._row_from_index(0), self._row_from_index(len(clock))
        is_even = times is None and self._is_regular and self._clock_step > 0
        self.step: float | None = float(self._clock_step) if is_even else None

    @property
    def outside(self) -> int:
        """Rows whose clock index is outside the clock; they have no tick and are not shown."""
        return self.count - (self.end - self.first)

    def ticks(self, rows: Int64Array) -> npt.NDArray[np.float64]:
        """Return the ticks of rows from `first` up to `end`."""
        indices = rows + self._start_index if self._times is None else self._times[rows]
        if self._is_regular and len(self._clock):
            indices = self._origin + indices * self._clock_step
        elif len(self._clock):
            indices = self._clock[indices]
        return np.asarray(indices, np.float64)

    def row_from(self, tick: float) -> int:
        """Return the first row whose tick is not before `tick`, or `end`."""
        return int(self.rows_from(np.array([tick], np.float64))[0])

    def rows_from(self, ticks: npt.NDArray[np.float64]) -> Int64Array:
        """Return for each tick the first row whose tick is not before it, or `end`."""
        whole = np.ceil(np.clip(ticks, -_FAR, _FAR)).astype(np.int64)  # ticks are whole, and compared as such
        if not len(self._clock):
            indices = whole
        elif self._is_regular:
            indices = np.clip(-((self._origin - whole) // self._clock_step), 0, len(self._clock))
        else:
            indices = np.searchsorted(self._clock, whole).astype(np.int64)
        rows = indices - self._start_index if self._times is None else np.searchsorted(self._times, indices)
        return np.clip(rows, self.first, self.end).astype(np.int64)

    def rows_within(self, window: Window) -> tuple[int, int]:
        """Return the first row in the window, and the row behind the last."""
        first = self.row_from(window.start)
        return first, max(first, self.row_from(np.floor(window.end) + 1))

    def extent(self) -> Window | None:
        """Return the first and the last tick, or None without rows."""
        if self.first >= self.end:
            return None
        first, last = self.ticks(np.array([self.first, self.end - 1], np.int64)).tolist()
        return Window(first, last)

    def gap(self) -> float:
        """Return the distance in ticks from which two rows that follow each other have a gap between them.

        Of rows with equal steps that is more than two of them; of others it depends on their usual step.
        """
        return GAP * self.usual_step()

    def usual_step(self) -> float:
        """Return the usual distance in ticks from row to row; infinite where there is none."""
        return self.step if self.step is not None else usual_step(self.ticks, self.first, self.end)

    def _row_from_index(self, index: int) -> int:
        if self._times is None:
            return min(max(index - self._start_index, 0), self.count)
        return int(np.searchsorted(self._times, index))


def index_at(clock: Int64Array, tick: float) -> int:
    """Return the last index of a clock that is not after a tick, -1 before the first; of no clock, the tick itself."""
    whole = math.floor(min(max(tick, -_FAR), _FAR))
    return int(np.searchsorted(clock, whole, "right")) - 1 if len(clock) else whole


def usual_step(ticks: Callable[[Int64Array], npt.NDArray[Any]], first: int, end: int) -> float:
    """Return the usual distance from tick to tick of rows from `first` up to `end`; infinite where there is none.

    Where it is not the same everywhere it is taken from some thousand rows, the same each time. Ticks that repeat have
    no distance and do not count.
    """
    rows = end - first
    if rows < 2:
        return np.inf
    places = first + np.unique(np.linspace(0, rows - 2, min(rows - 1, _SAMPLED_STEPS)).astype(np.int64))
    steps = ticks(places + 1) - ticks(places)
    steps = steps[steps > 0]
    return float(np.median(steps)) if len(steps) else np.inf


def is_regular(clock: Int64Array) -> bool:
    """Return whether a clock's ticks have equal steps; looks at all of them."""
    if len(clock) < 2:
        return True
    step = int(clock[1]) - int(clock[0])
    return step > 0 and all(
        bool((np.diff(clock[first : first + (1 << 18) + 1]) == step).all())
        for first in range(0, len(clock) - 1, 1 << 18)
    )
