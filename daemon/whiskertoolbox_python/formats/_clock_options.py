"""What all loaders of clocks share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.clocks.time_frame import TimeFrame
from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats._loader import Source
from whiskertoolbox_python.parameters import option

_MOST_TICKS = 1 << 31
"""Upstream's ticks have 32 bits; more are a damaged number, and would fill the memory."""


def every_tick(first: int, last: int) -> npt.NDArray[np.int64]:
    """Return the ticks from the first to the last one."""
    if last - first >= _MOST_TICKS:
        raise LoadError(f"every tick from {first:,} to {last:,} would be more than {_MOST_TICKS:,}")
    return np.arange(first, last + 1)


@dataclass(frozen=True, kw_only=True)
class ClockOptions:
    """Options of every clock."""

    ticks_per_second: float | None = option(None, "Rate of the ticks, for queries in seconds.")

    unwrap: bool = option(False, "Ticks are a counter that starts again from 0 after 2**16 or 2**32: count on instead.")

    def clock(
        self,
        source: Source,
        ticks: npt.NDArray[np.int64],
        *,
        ticks_per_second: float | None = None,
        descends: bool = False,
    ) -> TimeFrame:
        """Make the clock, and tell when it goes back; the option wins over the rate a loader knows."""
        rate = self.ticks_per_second if self.ticks_per_second is not None else ticks_per_second
        ticks = ticks.astype(np.int64, copy=False)
        if self.unwrap:
            ticks = unwrapped(ticks)
        tell_disorder(source, ticks[::-1] if descends else ticks)
        return TimeFrame.from_array(ticks, ticks_per_second=rate)


def unwrapped(ticks: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Add the counter's size, 2**16 or 2**32 by its largest value, each time it drops by more than half of it."""
    size = 2**16 if ticks.max(initial=0) < 2**16 else 2**32
    turns = np.cumsum(np.diff(ticks, prepend=ticks[:1]) < -size // 2)
    return ticks + turns * size


def tell_disorder(source: Source, ticks: npt.NDArray[np.int64], what: str = "ticks") -> None:
    """Warn about ticks that go back, repeat, or are -1."""
    if not len(ticks):
        return
    steps = np.diff(ticks)
    missing = ticks == -1
    found = [
        (missing, "are -1, which most devices write for a missing time"),
        (np.concatenate([[False], steps < 0]), "are before the one that they follow"),
        (np.concatenate([[False], steps == 0]), "are equal to the one that they follow"),
    ]
    told = [
        f"{np.count_nonzero(where):,} {reason} (first: number {np.argmax(where) + 1:,}, {ticks[np.argmax(where)]}"
        + (f" after {ticks[np.argmax(where) - 1]})" if np.argmax(where) else ")")
        for where, reason in found
        if where.any()
    ]
    if told:
        is_wrapping = ticks.min() >= 0 and any(
            size // 2 < ticks.max() < size and (steps < -size // 2).any() for size in (2**16, 2**32)
        )
        advice = "; this looks like a counter that starts again: set unwrap" if is_wrapping else ""
        source.warn(f"{source.path}: of {len(ticks):,} {what} {'; '.join(told)}{advice}")
