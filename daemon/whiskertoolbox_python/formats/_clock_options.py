"""What all loaders of clocks share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.clocks.time_frame import TimeFrame
from whiskertoolbox_python.errors import LoadError
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

    def clock(self, ticks: npt.NDArray[np.int64], *, ticks_per_second: float | None = None) -> TimeFrame:
        """Make the clock; the option wins over the rate a loader knows."""
        rate = self.ticks_per_second if self.ticks_per_second is not None else ticks_per_second
        return TimeFrame.from_array(ticks.astype(np.int64, copy=False), ticks_per_second=rate)
