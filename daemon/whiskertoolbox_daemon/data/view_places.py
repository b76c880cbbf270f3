"""Where something is on the one clock: the next event or interval of a key, the tick of an index or a frame."""

from __future__ import annotations

import math

import numpy as np

from whiskertoolbox_daemon.data.view_sources import ViewSources
from whiskertoolbox_protocol.channel import RequestError
from whiskertoolbox_protocol.views import FindTick, FoundTick, LocateIndex
from whiskertoolbox_python.views import Window, spans


def find(sources: ViewSources, params: FindTick) -> FoundTick:
    """The next or previous event, interval, frame or entry."""
    sources.refresh()
    source = sources.existing(params.key)
    timeline = source.timeline
    if params.forward:
        row = timeline.row_from(math.floor(params.tick) + 1)
    else:
        row = timeline.row_from(math.ceil(params.tick)) - 1
    if not timeline.first <= row < timeline.end:
        return FoundTick(tick=None, end=None)
    tick = float(timeline.ticks(np.array([row]))[0])
    end = None
    if source.shape == "spans":
        shown = spans(source.arrays["intervals"][row : row + 1], Window(tick, tick), budget=4, clock=source.clock.ticks)
        end = float(shown.ends[0]) if len(shown.ends) else None
    return FoundTick(tick=tick, end=end)


def locate(sources: ViewSources, params: LocateIndex) -> FoundTick:
    """The tick of an index of a key's clock, which for a video is the number of a frame."""
    sources.refresh()
    source = sources.existing(params.key)
    clock, index = source.clock.ticks, params.index
    if source.shape == "frames":
        count = min(source.timeline.count, len(clock)) if len(clock) else source.timeline.count
        if not 0 <= index < count:
            raise RequestError(f"{params.key} has no frame {index:,}: it has {_numbers(count)}.")
    elif len(clock) and not 0 <= index < len(clock):
        time_key, there = source.row.time_key, _numbers(len(clock))
        raise RequestError(f"The clock {time_key!r} of {params.key} has no index {index:,}: it has {there}.")
    return FoundTick(tick=float(clock[index]) if len(clock) else float(index), end=None)


def _numbers(count: int) -> str:
    return f"0 to {count - 1:,}" if count else "none"
