"""What all loaders of clocks share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.order import parts
from whiskertoolbox_python.clocks.time_frame import TimeFrame
from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats._loader import Source
from whiskertoolbox_python.formats._order import tell_disorder, unwrap_option, unwrapped
from whiskertoolbox_python.formats._streaming import allocate
from whiskertoolbox_python.parameters import option

_MOST_TICKS = 1 << 31
"""Upstream's ticks have 32 bits; more are a damaged number, and would fill the memory."""


def every_tick(source: Source, first: int, last: int) -> npt.NDArray[np.int64]:
    """Return the ticks from the first to the last one."""
    if last - first >= _MOST_TICKS:
        raise LoadError(f"every tick from {first:,} to {last:,} would be more than {_MOST_TICKS:,}")
    ticks = allocate(source, (max(last + 1 - first, 0),), np.int64)
    for part in parts(len(ticks)):
        ticks[part] = np.arange(first + part.start, first + part.stop, dtype=np.int64)
    return ticks


@dataclass(frozen=True, kw_only=True)
class ClockOptions:
    """Options of every clock."""

    ticks_per_second: float | None = option(None, "Rate of the ticks, for queries in seconds.")

    unwrap: bool = unwrap_option("Ticks")

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
