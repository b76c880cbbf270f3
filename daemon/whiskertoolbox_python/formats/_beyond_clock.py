"""Tells when loaded data and its clock do not fit together: indices beyond the clock, frames without a tick."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from whiskertoolbox_python.arrays.conversion import Int64Array
from whiskertoolbox_python.arrays.order import parts
from whiskertoolbox_python.target import Target
from whiskertoolbox_python.types.analog import AnalogTimeSeries
from whiskertoolbox_python.types.media import MediaData


def tell_beyond_clock(manager: Target, keys: Iterable[str], warn: Callable[[str], None]) -> None:
    """Warn about each key that has indices outside its clock, and about media of another length than theirs."""
    for key in keys:
        data = manager.getData(key)
        clock = None if data is None else data.getTimeFrame()
        if clock is None or not len(clock):
            continue
        name = manager.getTimeKey(key)
        if isinstance(data, MediaData):
            if len(data) != len(clock):
                warn(f'"{key}" has {len(data):,} frames and its clock "{name}" {len(clock):,} ticks')
            continue
        total, indices_of = _indices(data)
        count, first = 0, 0
        for part in parts(total):
            indices = indices_of(part)
            outside = indices[~clock.has(indices)]
            first = first if count or not len(outside) else int(outside[0])
            count += len(outside)
        if count:
            warn(
                f'"{key}" has {count:,} of {total:,} indices outside its clock "{name}" of {len(clock):,} ticks '
                f"(first: {first}); they have no time"
            )


def _indices(data: Any) -> tuple[int, Callable[[slice], Int64Array]]:
    """Return how many indices any data object has, and what gives some of them; none where rows are only counted."""
    if isinstance(data, AnalogTimeSeries):
        return len(data), data.times_of
    kinds = {"TimeFrameIndex": "row_times", "Interval": "row_intervals"}
    named = kinds.get(data.rowType() if hasattr(data, "rowType") else "", "")
    name = next((name for name in ("times", "intervals") if hasattr(data, name)), named)
    found = np.asarray(getattr(data, name), np.int64).reshape(-1) if name else np.empty(0, np.int64)
    return len(found), found.__getitem__
