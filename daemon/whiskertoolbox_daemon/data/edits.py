"""Edits of events and intervals that a viewer makes: in ticks, committed at once, answered with what undoes them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_protocol.channel import RequestError
from whiskertoolbox_protocol.views import Edited, EditRow, EditSeries
from whiskertoolbox_python import DataManager, DigitalEventSeries, DigitalIntervalSeries, Interval, TimeFrame

EDITS_LIMIT = 10_000


def edit_series(manager: DataManager, edit: EditSeries) -> Edited:
    """Change a series in the session; raises `RequestError` when nothing was changed.

    A tick becomes the nearest index of the series' clock. What is to be removed must be there. What is added keeps the
    identity that it names, unless it was joined to something else.
    """
    if len(edit.removed) + len(edit.added) > EDITS_LIMIT:
        raise RequestError(f"An edit changes at most {EDITS_LIMIT:,} entries.")
    manager.refresh()
    data = manager.getData(edit.key)
    if not isinstance(data, DigitalEventSeries | DigitalIntervalSeries):
        raise RequestError(f"{edit.key} is not a key of events or intervals; it may have been deleted.")
    clock = manager.getTime(manager.getTimeKey(edit.key))
    removed, added = (_indices(rows, clock) for rows in (edit.removed, edit.added))
    before = _pairs(data)
    for start, end in removed:
        if (start if isinstance(data, DigitalEventSeries) else Interval(start, end)) not in data:
            raise RequestError(f"{edit.key} was changed meanwhile, and has nothing at index {start}. Try again.")
    for start, end in removed:
        if isinstance(data, DigitalEventSeries):
            data.removeEvent(start)
        else:
            data.removeInterval(Interval(start, end))
    for (start, end), row in zip(added, edit.added, strict=True):
        entry: int | Interval
        if isinstance(data, DigitalEventSeries):
            entry = start
            data.addEvent(entry)
        else:
            entry = Interval(start, end)
            data.addEvent(entry)  # joins those that it touches
        if row.entity_id > 0 and entry in data and row.entity_id not in data.entity_ids:
            data.set_entity_id(entry, row.entity_id)
    manager.flush()
    after = _pairs(data)
    return Edited(removed=_rows(np.setdiff1d(before, after), clock), added=_rows(np.setdiff1d(after, before), clock))


def _pairs(data: DigitalEventSeries | DigitalIntervalSeries) -> npt.NDArray[Any]:
    """Return first and last index and identity of each entry, as one element each."""
    pairs = np.column_stack([data.times, data.times]) if isinstance(data, DigitalEventSeries) else data.intervals
    entries = np.column_stack([pairs, data.entity_ids]).astype(np.int64)
    return np.ascontiguousarray(entries).view([(name, np.int64) for name in ("start", "end", "id")]).reshape(-1)


def _indices(rows: list[EditRow], clock: TimeFrame | None) -> list[tuple[int, int]]:
    ticks = np.rint([(row.start, row.end) for row in rows]).astype(np.int64).reshape(-1, 2)
    indices = clock.indices_at(ticks) if clock is not None and len(clock) else ticks
    return [(min(pair), max(pair)) for pair in indices.tolist()]


def _rows(pairs: npt.NDArray[Any], clock: TimeFrame | None) -> list[EditRow]:
    entries = pairs.view(np.int64).reshape(-1, 3)
    numbers = entries[:, :2]
    ticks = numbers.copy()
    if clock is not None and len(clock):
        inside = clock.has(numbers)
        ticks[inside] = clock.times_at(numbers[inside])
    return [
        EditRow(start=float(start), end=float(end), entity_id=entity_id)
        for (start, end), entity_id in zip(ticks.tolist(), entries[:, 2].tolist(), strict=True)
    ]
