"""What windows show of the session's data: read by a few threads of its own, the newest request of each view first."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from whiskertoolbox_daemon.data.pyramids import PyramidBuilder
from whiskertoolbox_daemon.data.view_filters import Means, filtered_trace, spectrogram_view, without
from whiskertoolbox_daemon.data.view_lanes import (
    bytes_of_grid,
    described,
    lane_of,
    range_of,
    sampled_range,
    trace_lane,
    within_limits,
)
from whiskertoolbox_daemon.data.view_overlays import likelihood_key, read_overlays
from whiskertoolbox_daemon.data.view_perievents import read_peri_event
from whiskertoolbox_daemon.data.view_places import find, locate
from whiskertoolbox_daemon.data.view_sources import Source, ViewSources
from whiskertoolbox_protocol.channel import RequestError
from whiskertoolbox_protocol.views import (
    DescribeViews,
    FindTick,
    FoundTick,
    LaneQuery,
    LaneView,
    LocateIndex,
    NoView,
    OverlayView,
    PeriEventView,
    ReadFrame,
    ReadPeriEvent,
    ReadViews,
    ViewInPreparation,
    Views,
    ViewsOfKeys,
)
from whiskertoolbox_python.errors import StoreError
from whiskertoolbox_python.views import Pyramid, Window, trace
from whiskertoolbox_python.views.pyramid import BLOCK

R = TypeVar("R")

THREADS = 2
LANES_LIMIT = 512
WITHOUT_PYRAMID = 1 << 22
"""Samples of a window that are looked at without a pyramid; more of them have to wait for it."""


class ViewReader:
    """Answers what windows show.

    Parameters
    ----------
    path
        The session folder.
    may_save
        Returns whether the session is open for writing, so that pyramids may be kept in it.
    """

    def __init__(self, path: Path, *, may_save: Callable[[], bool]) -> None:
        self._sources = ViewSources(path, PyramidBuilder(path, may_save=may_save))
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="views")
        self._newest: dict[str, object] = {}
        self._means = Means(self._sources.count_read)

    async def read(self, params: ReadViews) -> Views:
        """What a window shows; overtaken when a newer request of the same view has come."""
        if len(params.lanes) > LANES_LIMIT:
            raise RequestError(f"A request asks for at most {LANES_LIMIT} lanes, not {len(params.lanes)}.")
        window = Window(params.start, params.end)
        if not (math.isfinite(window.start) and math.isfinite(window.end)):
            raise RequestError("A window has finite ends.")
        is_newest = self._overtake(params.view_id)
        return await self._on_pool(lambda: self._read(params.lanes, window, is_newest))

    async def describe(self, params: DescribeViews) -> ViewsOfKeys:
        """How keys are drawn."""
        return await self._on_pool(lambda: self._describe(params.keys))

    async def find(self, params: FindTick) -> FoundTick:
        """The next or previous event, interval, frame or entry."""
        return await self._on_pool(lambda: find(self._sources, params))

    async def locate(self, params: LocateIndex) -> FoundTick:
        """The tick of an index, or of a frame."""
        return await self._on_pool(lambda: locate(self._sources, params))

    async def peri_event(self, params: ReadPeriEvent) -> PeriEventView:
        """A raster and a PSTH; overtaken when a newer request of the same view has come."""
        is_newest = self._overtake(params.view_id)
        return await self._on_pool(lambda: read_peri_event(self._sources, params, is_newest))

    async def overlays(self, params: ReadFrame) -> list[OverlayView]:
        """What is drawn over a picture."""
        return await self._on_pool(lambda: read_overlays(self._sources, params))

    async def close(self) -> None:
        """Stop reading."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._sources.pyramids.close()
        self._sources.close()

    def _overtake(self, view_id: str) -> Callable[[], bool]:
        mine = self._newest[view_id] = object()
        return lambda: self._newest.get(view_id) is mine

    async def _on_pool(self, work: Callable[[], R]) -> R:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        except StoreError as error:
            raise RequestError(str(error)) from error

    # On the threads -----------------------------------------------------------------------------------------------

    def _read(self, lanes: list[LaneQuery], window: Window, is_newest: Callable[[], bool]) -> Views:
        if not is_newest():
            return Views(revision=0, is_overtaken=True, lanes=[])
        revision = self._sources.refresh()
        answers: list[LaneView] = []
        for lane in lanes:
            if not is_newest():
                return Views(revision=revision, is_overtaken=True, lanes=[])
            answers.append(self._lane(lane, window))
        return Views(revision=revision, is_overtaken=False, lanes=answers)

    def _lane(self, lane: LaneQuery, window: Window) -> LaneView:
        source = self._sources.source(lane.key)
        if source is None:
            return NoView(message=f"{lane.key} was deleted.")
        budget = within_limits(lane.budget)
        if source.shape == "trace" or (source.shape == "grid" and lane.channel >= 0):
            return self._trace(source, lane, window, budget)
        if source.shape == "grid":
            self._sources.count_read(bytes_of_grid(source, window))
        return lane_of(source, window, budget)

    def _trace(self, source: Source, lane: LaneQuery, window: Window, budget: int) -> LaneView:
        values, channel = source.arrays["values"], lane.channel
        pyramid: Pyramid | float | None = None
        is_filtered = lane.is_spectrogram or lane.high_pass is not None or lane.low_pass is not None
        if channel >= 0:
            if channel >= values.shape[1]:
                return NoView(message=f"{source.row.key} has no column {channel}.")
            values = values[:, channel]
        elif not is_filtered:
            pyramid = self._sources.pyramids.find(source.row, values)
        first, end = source.timeline.rows_within(window)
        if isinstance(pyramid, float):
            if end - first > WITHOUT_PYRAMID:
                return ViewInPreparation(done=pyramid)
            pyramid = None
        self._sources.count_read(values.itemsize * min(end - first, 2 * budget * BLOCK if pyramid else end - first))
        if lane.is_spectrogram:
            try:
                return spectrogram_view(source, values, lane, window, budget)
            except RequestError as error:
                return NoView(message=str(error))
        if is_filtered:
            try:
                shown = filtered_trace(source, values, lane, window, budget)
            except RequestError as error:
                return NoView(message=str(error))
        else:
            shown = trace(values, source.timeline, window, budget=budget, pyramid=pyramid)
        if lane.remove_mean and lane.high_pass is None:  # a high-pass has taken it away
            shown = without(shown, self._means.find(source, channel, values))
        return trace_lane(shown)

    def _describe(self, keys: list[str]) -> ViewsOfKeys:
        revision = self._sources.refresh()
        found = [(key, self._sources.source(key)) for key in keys or self._sources.keys()]
        there = [(key, source) for key, source in found if source is not None]
        return ViewsOfKeys(
            revision=revision,
            keys=[
                described(key, source, *self._range(source), likelihood_key=likelihood_key(self._sources, key, source))
                for key, source in there
            ],
            groups=self._sources.groups(),
        )

    def _range(self, source: Source) -> tuple[float | None, float | None]:
        """Return between which values a signal lies, if that is known quickly."""
        if source.shape == "trace":
            pyramid = self._sources.pyramids.find(source.row, source.arrays["values"])
            if isinstance(pyramid, Pyramid) and pyramid.levels:
                top = pyramid.levels[-1]
                return range_of([top.low, top.high])
        return sampled_range(source)
