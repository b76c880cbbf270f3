"""`to_html`: what a console or notebook shows of a data object: what it is, its picture, its first rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import Any

import numpy as np

from whiskertoolbox_python.clocks.time_frame import TimeFrame
from whiskertoolbox_python.pictures.thumbnails import READ_SAMPLES, thumbnail
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
from whiskertoolbox_python.types.tensor import TensorData

ROWS, COLUMNS = 10, 12
LONGEST_TEXT = 120

Facts = list[tuple[str, str]]

_CELL = "padding:1px 10px 1px 0;text-align:left"
_NUMBER = "padding:1px 0 1px 14px;text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums"
_LINE = "border-bottom:1px solid var(--vscode-panel-border, #8888)"
_FAINT = "opacity:.7"


def to_html(data: DataObject, manager: Target | None = None) -> str:
    """Return a data object as HTML with SVG in it, without scripts; bounded in size, and in what it looks at.

    Parameters
    ----------
    data : DataObject
        Of any type; of one that is not built in, the name and size are shown.
    manager : DataManager, optional
        Where the video of shapes, and the shapes of a video, are looked for.

    Examples
    --------
    >>> from whiskertoolbox_python import AnalogTimeSeries
    >>> "<svg" in to_html(AnalogTimeSeries([0.0, 1.0, 0.5], [10, 11, 12]))
    True
    """
    title = f"<b>{escape(type(data).__name__)}</b> · {escape(data.kind.count(data._entry_count()))}"
    drawn, caption = thumbnail(data, manager)
    parts = [f"<div>{title}</div>"]
    if drawn:
        parts.append(f"<div>{drawn}</div>")
    if caption:
        parts.append(f'<div style="{_FAINT}">{escape(caption)}</div>')
    facts = next((found(data) for kind, found in _FACTS.items() if isinstance(data, kind)), [])
    told = [(name, str(data.attributes[name])) for name in ("unit", "description") if data.attributes.get(name)]
    facts = [*facts, *told]
    clock = data.getTimeFrame()
    if clock is not None:
        facts.append(("clock", _clock(clock)))
    if facts:
        parts.append(_facts_table(facts))
    if isinstance(data, TensorData) and not data.isEmpty():
        parts.append(_tensor_table(data))
    return f'<div class="whiskertoolbox-data">{"".join(parts)}</div>'


def _facts_table(facts: Facts) -> str:
    rows = "".join(
        f'<tr><td style="{_CELL};{_FAINT}">{escape(name)}</td><td style="{_CELL}">{escape(_cut(text))}</td></tr>'
        for name, text in facts
    )
    return f'<table style="border-collapse:collapse">{rows}</table>'


def _clock(clock: TimeFrame) -> str:
    text = f"{len(clock.times):,} indices"
    rate = clock.ticks_per_second
    if rate is None or not len(clock.times):
        return text
    seconds = (int(clock.times[-1]) - int(clock.times[0])) / rate
    return f"{text}, {_number(seconds)} s"


def _range(first: Any, last: Any) -> str:
    return f"{int(first):,} to {int(last):,}"


def _analog(data: AnalogTimeSeries) -> Facts:
    values = data.values[:READ_SAMPLES]
    if not len(values):
        return []
    columns = data.to_columns()
    times = columns.arrays.get("times")
    start = int(columns.attributes.get("start_index", 0))
    bounds = (times[0], times[-1]) if times is not None else (start, start + len(data) - 1)
    valid = values[np.isfinite(values)]
    missing = len(values) - len(valid)
    facts = [("indices", _range(*bounds))]
    if valid.size:
        low, high, mean = valid.min(), valid.max(), valid.mean(dtype=np.float64)
        facts.append(("values", f"min {_number(low)}, max {_number(high)}, mean {_number(mean)}"))
    if missing:
        facts.append(("missing", f"{missing:,} NaN or infinite"))
    return facts


def _ragged(data: RaggedAnalogTimeSeries) -> Facts:
    return [("times", f"{data.getNumTimePoints():,}"), ("values", f"{data.getTotalValueCount():,}")]


def _events(data: DigitalEventSeries) -> Facts:
    times = data.times
    if not len(times):
        return []
    facts = [("indices", _range(times[0], times[-1]))]
    if len(times) > 1:
        facts.append(("between events", f"{_number((int(times[-1]) - int(times[0])) / (len(times) - 1))} on average"))
    return facts


def _intervals(data: DigitalIntervalSeries) -> Facts:
    intervals = data.intervals[:READ_SAMPLES]
    if not len(intervals):
        return []
    lengths = intervals[:, 1] - intervals[:, 0] + 1
    return [
        ("indices", _range(intervals[0, 0], intervals[:, 1].max())),
        ("length", f"min {lengths.min():,}, max {lengths.max():,}, mean {_number(lengths.mean())}"),
    ]


def _shapes(data: MaskData | LineData | PointData) -> Facts:
    size = data.getImageSize()
    facts = [("times", f"{data.getTimeCount():,}")]
    if len(data.times):
        facts.append(("indices", _range(data.times[0], data.times[-1])))
    if size.width > 0:
        facts.append(("image size", f"{size.width} × {size.height}"))
    return facts


def _media(data: MediaData) -> Facts:
    facts = [("size", f"{data.getWidth()} × {data.getHeight()}, {'uint8' if data.is8Bit() else 'float32'}")]
    return [*facts, ("file", data.getFilename())] if data.getFilename() else facts


def _tensor(data: TensorData) -> Facts:
    return [("shape", " × ".join(f"{length:,}" for length in data.shape())), ("rows", data.rowType())]


_FACTS: dict[type, Callable[[Any], Facts]] = {
    AnalogTimeSeries: _analog,
    RaggedAnalogTimeSeries: _ragged,
    DigitalEventSeries: _events,
    DigitalIntervalSeries: _intervals,
    MaskData: _shapes,
    LineData: _shapes,
    PointData: _shapes,
    MediaData: _media,
    TensorData: _tensor,
}


def _tensor_table(data: TensorData) -> str:
    """Return the first rows and columns as a table; of further axes the first index."""
    values = data.values
    while values.ndim > 2:
        values = values[:, 0]
    cells = values[:ROWS].reshape(min(ROWS, len(values)), -1)[:, :COLUMNS]
    width = values.shape[1] if values.ndim > 1 else 1
    names = data.columnNames() or [str(place) for place in range(width)]
    labels, corner = _row_labels(data, len(cells))
    more = [*(["…"] if width > COLUMNS else [])]
    head = _row([corner, *names[:COLUMNS], *more], tag="th", style=f"{_NUMBER};{_LINE}")
    body = "".join(
        _row([label, *(_number(value) for value in row), *more], tag="td", style=_NUMBER)
        for label, row in zip(labels, cells, strict=True)
    )
    left = len(values) - len(cells)
    parts = [f"{left:,} more rows"] if left else []
    parts += [f"{width - COLUMNS:,} more columns"] if width > COLUMNS else []
    parts += ["of further axes index 0"] if data.ndim() > 2 else []
    under = f'<div style="{_FAINT}">{", ".join(parts)}</div>' if parts else ""
    return f'<table style="border-collapse:collapse"><thead>{head}</thead><tbody>{body}</tbody></table>{under}'


def _row_labels(data: TensorData, count: int) -> tuple[Sequence[str], str]:
    if data.rowType() == "TimeFrameIndex":
        return [str(time) for time in data.row_times[:count].tolist()], "time"
    if data.rowType() == "Interval":
        return [f"{start}–{end}" for start, end in data.row_intervals[:count].tolist()], "interval"
    return [str(place) for place in range(count)], ""


def _row(cells: Iterable[str], *, tag: str, style: str) -> str:
    texts = "".join(f'<{tag} style="{style}">{escape(_cut(cell))}</{tag}>' for cell in cells)
    return f"<tr>{texts}</tr>"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"


def _number(value: Any) -> str:
    return f"{float(value):.6g}"
