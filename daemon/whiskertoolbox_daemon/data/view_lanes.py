"""Opened data keys as lanes of a window, and what is said of them. Pure: no store, no threads, no pyramids."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_daemon.data.view_sources import Source
from whiskertoolbox_protocol.arrays import encode_array
from whiskertoolbox_protocol.views import GridView, LaneView, NoView, SpansView, TicksView, TraceView, ViewOfKey
from whiskertoolbox_python.types.registry import kind_named
from whiskertoolbox_python.views import Trace, Window, grid, spans, ticks, trace

BUDGET_LIMIT = 1 << 14
"""Points of a lane; screens are not wider."""
CHANNELS_LIMIT = 1 << 10
BINS_LIMIT = 2048
"""Of a heat map."""
ROWS_LOOKED_AT = 20_000
VALUES_LOOKED_AT = 1 << 21
"""For the range of a signal or a tensor."""


def within_limits(budget: int) -> int:
    """Return how many points a lane gets that asks for so many."""
    return min(max(budget, 8), BUDGET_LIMIT)


def lane_of(source: Source, window: Window, budget: int) -> LaneView:
    """Return what a window shows of a key, of signals all samples being looked at."""
    if source.shape == "trace":
        return trace_lane(trace(source.arrays["values"], source.timeline, window, budget=budget, pyramid=None))
    if source.shape == "ticks":
        shown = ticks(source.timeline, window, budget=budget, entity_ids=source.arrays.get("entity_ids"))
        return TicksView(
            **_points(shown),
            is_exact=shown.is_exact,
            event_count=shown.event_count,
            outside_count=shown.outside,
        )
    if source.shape == "spans":
        found = spans(
            source.arrays["intervals"],
            window,
            budget=budget,
            clock=source.clock.ticks,
            entity_ids=source.arrays.get("entity_ids"),
        )
        return SpansView(
            **_points(found),
            is_exact=found.is_exact,
            interval_count=found.interval_count,
            outside_count=found.outside,
        )
    if source.shape == "grid":
        return _grid_lane(source, window, budget)
    return NoView(message=source.problem or f"{source.row.key} is drawn over a video, not in a lane.")


def trace_lane(shown: Trace) -> TraceView:
    """Return a signal as it is sent."""
    return TraceView(
        starts=encode_array(shown.starts),
        ends=encode_array(shown.ends),
        low=encode_array(shown.low),
        high=encode_array(shown.high),
        is_exact=shown.is_exact,
        gap=_finite(shown.gap),
        sample_count=shown.sample_count,
        missing_count=int(shown.missing.sum()),
        outside_count=shown.outside,
    )


def _grid_lane(source: Source, window: Window, budget: int) -> GridView:
    shown = grid(
        source.arrays["values"],
        source.timeline,
        window,
        budget=min(budget, BINS_LIMIT),
        channel_budget=CHANNELS_LIMIT,
    )
    return GridView(
        starts=encode_array(shown.starts),
        ends=encode_array(shown.ends),
        cells=encode_array(shown.cells),
        channel_step=shown.channel_step,
        low=_finite(shown.low),
        high=_finite(shown.high),
        gap=_finite(shown.gap),
        row_count=shown.row_count,
        outside_count=shown.outside,
    )


def bytes_of_grid(source: Source, window: Window) -> int:
    """Return how much of a heat map's values a window looks at."""
    values = source.arrays["values"]
    first, end = source.timeline.rows_within(window)
    return int(values.itemsize * values.shape[1] * (end - first))


def described(
    key: str, source: Source, low: float | None, high: float | None, *, likelihood_key: str = ""
) -> ViewOfKey:
    """Return how a key is drawn; its values are known to lie between `low` and `high`."""
    extent = source.timeline.extent()
    end = extent.end if extent is not None else None
    if source.shape == "spans" and extent is not None:
        last = source.arrays["intervals"][-1024:]
        end = max(extent.end, float(spans(last, extent, budget=4, clock=source.clock.ticks).ends.max(initial=0)))
    width, height = _picture_size(source)
    names = source.row.attributes.get("column_names") or ()
    if source.shape == "grid" and not names:
        names = [str(number) for number in range(min(source.arrays["values"].shape[1], CHANNELS_LIMIT))]
    return ViewOfKey(
        key=key,
        shape=source.shape,
        type=source.row.type,
        time_key=source.row.time_key,
        size_label=kind_named(source.row.type).count(source.row.size),
        ticks_per_second=source.clock.ticks_per_second,
        start=extent.start if extent is not None else None,
        end=end,
        low=low,
        high=high,
        channels=list(names),
        width=width,
        height=height,
        likelihood_key=likelihood_key,
        problem=source.problem,
    )


def sampled_range(source: Source) -> tuple[float | None, float | None]:
    """Return between which values a signal lies, by samples at equal distances where there are many."""
    if source.shape not in ("trace", "grid"):
        return None, None
    values = source.arrays["values"]
    rows = min(ROWS_LOOKED_AT, max(1, VALUES_LOOKED_AT // max(math.prod(values.shape[1:]), 1)))
    step = max(1, len(values) // rows)
    return range_of([values[::step] if step == 1 else values[: step * rows : step]])


def range_of(parts: Sequence[npt.NDArray[Any]]) -> tuple[float | None, float | None]:
    """Return the lowest and the highest finite value, if there is one."""
    known = np.concatenate([part.ravel() for part in parts])
    known = known[np.isfinite(known)]
    return (float(known.min()), float(known.max())) if known.size else (None, None)


def _points(shown: Any) -> dict[str, Any]:
    return {name: encode_array(getattr(shown, name)) for name in ("starts", "ends", "counts", "entity_ids")}


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None


def _picture_size(source: Source) -> tuple[int, int]:
    if "pictures" in source.arrays:
        height, width = source.arrays["pictures"].shape[1:3]
        return width, height
    attributes: Any = source.row.attributes
    width, height = attributes.get("image_size") or (attributes.get("width", 0), attributes.get("height", 0))
    return (width, height) if width > 0 and height > 0 else (0, 0)
