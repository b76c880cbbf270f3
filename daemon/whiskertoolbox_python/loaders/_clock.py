"""What all loaders of clocks share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.loaders._options import option
from whiskertoolbox_python.time_frame import TimeFrame


@dataclass(frozen=True, kw_only=True)
class ClockOptions:
    """Options of every clock."""

    ticks_per_second: float | None = option(None, "Rate of the ticks, for queries in seconds.")

    def clock(self, ticks: npt.NDArray[np.int64], *, ticks_per_second: float | None = None) -> TimeFrame:
        """Make the clock; the option wins over the rate a loader knows."""
        rate = self.ticks_per_second if self.ticks_per_second is not None else ticks_per_second
        return TimeFrame.from_array(ticks.astype(np.int64, copy=False), ticks_per_second=rate)
