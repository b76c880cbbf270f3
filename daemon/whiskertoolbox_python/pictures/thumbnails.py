"""The picture of a data object: a sparkline, a raster, bars, a frame with what lies over it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.pictures import svg
from whiskertoolbox_python.target import Target
from whiskertoolbox_python.types.analog import AnalogTimeSeries
from whiskertoolbox_python.types.data_object import DataObject
from whiskertoolbox_python.types.events import DigitalEventSeries
from whiskertoolbox_python.types.intervals import DigitalIntervalSeries
from whiskertoolbox_python.types.lines import LineData
from whiskertoolbox_python.types.masks import MaskData
from whiskertoolbox_python.types.media import MediaData
from whiskertoolbox_python.types.points import PointData
from whiskertoolbox_python.types.ragged_analog import RaggedAnalogTimeSeries
from whiskertoolbox_python.views import Timeline, Window, frame, spans, ticks, trace

WIDTH, HEIGHT = 480.0, 64.0
MARGIN = 2.0
READ_SAMPLES = 4_000_000
"""Samples, events or intervals that a picture looks at; of more it shows the beginning, and its caption says so."""
FRAME_PIXELS = 320 * 240
MOST_OVERLAYS = 8
MOST_POINTS = 5000

Shapes = MaskData | LineData | PointData


def thumbnail(data: DataObject, manager: Target | None = None, *, frame_pixels: int = FRAME_PIXELS) -> tuple[str, str]:
    """Return the SVG of an object, and what must be said under it; both empty where there is nothing to draw.

    Parameters
    ----------
    manager
        Where the video of shapes, and the shapes of a video, are looked for.
    frame_pixels
        Of a frame not more are shown.
    """
    if isinstance(data, AnalogTimeSeries):
        return _sparkline(data)
    if isinstance(data, RaggedAnalogTimeSeries):
        return _scatter(data)
    if isinstance(data, DigitalEventSeries):
        return _raster(data.times)
    if isinstance(data, DigitalIntervalSeries):
        return _bars(data.intervals)
    if isinstance(data, MediaData):
        return _video(data, manager, frame_pixels)
    if isinstance(data, (MaskData, LineData, PointData)):
        return _shapes(data, manager, frame_pixels)
    return "", ""


def _beginning(shown: int, total: int, unit: str) -> str:
    return "" if shown == total else f"the first {shown:,} of {total:,} {unit}"


def _scaled(values: npt.NDArray[Any], low: float, high: float, length: float) -> npt.NDArray[np.float64]:
    """Return places between the margins; in the middle when all values are one."""
    room = length - 2 * MARGIN
    if not high > low:
        return np.full(len(values), length / 2)
    return MARGIN + (np.asarray(values, np.float64) - low) * (room / (high - low))


def _sparkline(data: AnalogTimeSeries) -> tuple[str, str]:
    values = data.values[:READ_SAMPLES]
    if not len(values):
        return "", ""
    columns = data.to_columns()  # `times` would be made, and may not fit into the memory
    times = columns.arrays.get("times")
    start = int(columns.attributes.get("start_index", 0))
    timeline = Timeline(len(values), start_index=start, times=None if times is None else times[:READ_SAMPLES])
    begin, end = timeline.ticks(np.array([0, len(values) - 1])).tolist()
    found = trace(values, timeline, Window(begin, end), budget=int(WIDTH))
    is_there = np.isfinite(found.low) & np.isfinite(found.high)
    if not is_there.any():
        return "", ""
    low, high = float(found.low[is_there].min()), float(found.high[is_there].max())
    x = _scaled((found.starts + found.ends) / 2, begin, end, WIDTH)
    top = HEIGHT - _scaled(np.where(is_there, found.high, np.nan), low, high, HEIGHT)
    bottom = HEIGHT - _scaled(np.where(is_there, found.low, np.nan), low, high, HEIGHT)
    # Down and up in each column, so that the line passes through both extremes.
    down_and_up = [top, bottom] if found.is_exact is False else [top]
    parts = [svg.polyline(np.repeat(x, len(down_and_up)), np.column_stack(down_and_up).ravel())]
    alone = is_there & ~np.append(False, is_there[:-1]) & ~np.append(is_there[1:], False)
    if found.is_exact and alone.any():
        parts.append(svg.dots(x[alone], top[alone], radius=1.5))
    return svg.picture(parts, width=WIDTH, height=HEIGHT), _beginning(len(values), len(data), "samples")


def _scatter(data: RaggedAnalogTimeSeries) -> tuple[str, str]:
    offsets = data.offsets
    values = data.values[:MOST_POINTS]
    at = np.repeat(data.times, np.diff(offsets))[: len(values)] if len(values) else data.times
    finite = values[np.isfinite(values)]
    if not finite.size:
        return "", ""
    x = _scaled(at, float(at[0]), float(at[-1]), WIDTH)
    y = HEIGHT - _scaled(values, float(finite.min()), float(finite.max()), HEIGHT)
    text = _beginning(len(values), len(data.values), "values")
    return svg.picture([svg.dots(x, y, radius=1)], width=WIDTH, height=HEIGHT), text


def _raster(all_times: npt.NDArray[np.int64]) -> tuple[str, str]:
    times = all_times[:READ_SAMPLES]
    if not len(times):
        return "", ""
    window = Window(float(times[0]), float(times[-1]))
    found = ticks(Timeline(len(times), times=times), window, budget=int(WIDTH))
    x = _scaled((found.starts + found.ends) / 2, *window, WIDTH)
    share = found.counts / max(1, int(found.counts.max()))
    top = (HEIGHT / 2) * (1 - share)
    part = svg.lines(x, np.asarray(top) + MARGIN, x, np.full(len(x), HEIGHT / 2 - MARGIN))
    text = _beginning(len(times), len(all_times), "events")
    if not found.is_exact:
        text = "; ".join(filter(None, [text, "the height is the number of events"]))
    return svg.picture([part], width=WIDTH, height=HEIGHT / 2), text


def _bars(all_intervals: npt.NDArray[np.int64]) -> tuple[str, str]:
    intervals = all_intervals[:READ_SAMPLES]
    if not len(intervals):
        return "", ""
    window = Window(float(intervals[0, 0]), float(intervals[:, 1].max()) + 1)
    found = spans(intervals, window, budget=int(WIDTH))
    x = _scaled(found.starts, *window, WIDTH)
    widths = np.maximum(_scaled(found.ends + 1, *window, WIDTH) - x, 1.0)
    part = svg.boxes(x, widths, y=MARGIN, height=HEIGHT / 2 - 2 * MARGIN)
    return svg.picture([part], width=WIDTH, height=HEIGHT / 2), _beginning(
        len(intervals), len(all_intervals), "intervals"
    )


# Frames and what lies over them --------------------------------------------------------------------------------------
def _video(media: MediaData, manager: Target | None, frame_pixels: int) -> tuple[str, str]:
    if not len(media):
        return "", ""
    over: dict[str, Shapes] = {}
    for key, data in _on_the_clock_of(media, manager, "Mask", "Line", "Points"):
        if isinstance(data, (MaskData, LineData, PointData)) and len(over) < MOST_OVERLAYS:
            over[key] = data
    first = min((int(data.times[0]) for data in over.values() if len(data.times)), default=0)
    index = first if 0 <= first < len(media) else 0
    size = media.getWidth(), media.getHeight()
    parts = [part for i, data in enumerate(over.values()) for part in _over(data, index, size, color=i)]
    named = [f"{key} over it" for key, data in over.items() if index in data]
    return _framed(_pixels(media, index, frame_pixels), parts, size), ", ".join([f"frame {index:,}", *named])


def _shapes(data: Shapes, manager: Target | None, frame_pixels: int) -> tuple[str, str]:
    if not len(data.times):
        return "", ""
    time = int(data.times[0])
    media, name = _video_under(data, manager)
    image_size = data.getImageSize()
    size = image_size.width, image_size.height
    if media is not None and time < len(media):
        pixels, size, text = (
            _pixels(media, time, frame_pixels),
            (media.getWidth(), media.getHeight()),
            f"frame {time:,} of {name}",
        )
    else:
        pixels, text = None, f"at {time:,}"
    if min(size) <= 0:
        first = data.points[: MOST_POINTS * 10]
        size = tuple(int(np.nanmax(first[:, axis], initial=1)) + 2 for axis in (0, 1))  # type: ignore[assignment]
    return _framed(pixels, _over(data, time, size, color=0), size), text


def _video_under(data: Shapes, manager: Target | None) -> tuple[MediaData | None, str]:
    """Return the video on the same clock, and its key."""
    for key, media in _on_the_clock_of(data, manager, "Video", "Images"):
        if isinstance(media, MediaData):
            return media, key
    return None, ""


def _on_the_clock_of(data: DataObject, manager: Target | None, *kinds: str) -> Iterator[tuple[str, DataObject]]:
    clock = data.getTimeFrame()
    if manager is None or clock is None:
        return
    for entry in manager.entries():
        if entry.size and entry.kind.name in kinds and manager.getTime(entry.time_key) is clock:
            yield entry.key, manager.getData(entry.key)


def _pixels(media: MediaData, index: int, frame_pixels: int) -> npt.NDArray[np.uint8] | None:
    with contextlib.suppress(Exception):  # no PyAV here, or the file is missing: the shapes are shown without it
        return frame(media.frame(index), budget=frame_pixels).pixels
    return None


def _framed(pixels: npt.NDArray[np.uint8] | None, over: list[str], size: tuple[int, int]) -> str:
    width, height = size
    if pixels is None:
        under = f'<rect width="{width}" height="{height}" fill="#1b1b1b"/>'
    else:
        under = svg.image(pixels, width=width, height=height)
    return svg.picture([under, *over], width=width, height=height, shown_width=min(320.0, 240.0 * width / height))


def _over(data: Shapes, time: int, size: tuple[int, int], *, color: int) -> list[str]:
    """Return what an object has at a time, in the coordinates of the picture."""
    places = np.flatnonzero(data.times == time)
    line = max(size) / 220
    paint = svg.OVERLAY[color % len(svg.OVERLAY)]
    if isinstance(data, PointData):
        points = data.points[places][:MOST_POINTS]
        return [svg.dots(points[:, 0], points[:, 1], radius=2 * line, color=paint)]
    bounds = [(int(data.offsets[place]), int(data.offsets[place + 1])) for place in places[:100]]
    entries = [data.points[start:end] for start, end in bounds]
    if isinstance(data, LineData):
        return [svg.polyline(*_thinned(points).T, width=line, color=paint) for points in entries if len(points)]
    raster = np.zeros((size[1], size[0], 4), np.uint8)
    red, green, blue = (int(paint[i : i + 2], 16) for i in (1, 3, 5))
    for points in entries:
        x, y = points[:, 0].astype(np.int64), points[:, 1].astype(np.int64)
        inside = (x < size[0]) & (y < size[1])
        raster[y[inside], x[inside]] = red, green, blue, 150
    step = max(1, int(np.ceil(np.sqrt(size[0] * size[1] / FRAME_PIXELS))))
    return [svg.image(raster[::step, ::step], width=size[0], height=size[1])]


def _thinned(points: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    return points[:: max(1, len(points) // 500)]
