"""In which order a raster has its trials, and the tables of the session that say something of each of them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from whiskertoolbox_daemon.data.view_sources import Source, ViewSources
from whiskertoolbox_protocol.channel import RequestError
from whiskertoolbox_protocol.views import TrialOrder, TrialTable
from whiskertoolbox_python.views import events_in_windows, first_latencies

Floats = npt.NDArray[np.float64]
Int64Array = npt.NDArray[np.int64]

ROWS_LIMIT = 1 << 20
"""A tensor with more rows is a signal and not a table of trials."""
COLUMNS_LIMIT = 64


def ordered_trials(
    sources: ViewSources, order: TrialOrder, trials: Source, ticks: tuple[Floats, Floats, Floats]
) -> Int64Array:
    """Return the numbers of the trials as they are to be sorted; those of the same value stay in time.

    `ticks` are those of the events, of the trials, and of the edges of the bins.
    """
    events, starts, edges = ticks
    if order.by == "latency":
        values = first_latencies(events, starts, edges)
    elif order.by == "count":
        values = events_in_windows(events, starts, edges)
    elif order.by == "duration":
        values = _durations(trials)
    elif order.by == "column":
        values = _column(sources, order, trials, starts)
    else:
        values = starts
    return np.argsort(-values if order.is_descending else values, kind="stable")


def trial_tables(sources: ViewSources, trials: Source, starts: Floats) -> list[TrialTable]:
    """Return the tensors that have rows of trials."""
    found = []
    for key in sources.keys("grid"):
        table = sources.source(key)
        if table is None or table.shape != "grid" or not 0 < len(table.arrays["values"]) <= ROWS_LIMIT:
            continue
        if (_rows(table, trials, starts) >= 0).any():
            count = min(table.arrays["values"].shape[1], COLUMNS_LIMIT)
            names = list(table.row.attributes.get("column_names") or map(str, range(count)))
            found.append(TrialTable(key=key, columns=names[:count]))
    return found


def _durations(trials: Source) -> Floats:
    if trials.shape != "spans":
        raise RequestError(f"{trials.row.key} are events, which have no duration.")
    shown = trials.arrays["intervals"][trials.timeline.first : trials.timeline.end]
    clock = trials.clock.ticks
    ticks = clock[np.minimum(shown, len(clock) - 1)] if len(clock) else shown
    return (ticks[:, 1] - ticks[:, 0]).astype(np.float64)


def _column(sources: ViewSources, order: TrialOrder, trials: Source, starts: Floats) -> Floats:
    table = sources.existing(order.key)
    if table.shape != "grid" or not 0 <= order.column < table.arrays["values"].shape[1]:
        raise RequestError(f"{order.key} is not a tensor with a column {order.column}.")
    rows = _rows(table, trials, starts)
    if not (rows >= 0).any():
        raise RequestError(f"{order.key} has no row at any of {trials.row.key}.")
    column = table.arrays["values"][:, order.column].astype(np.float64)
    return np.where(rows >= 0, column[rows], np.nan)


def _rows(table: Source, trials: Source, starts: Floats) -> Int64Array:
    """Return the row of each trial, -1 where there is none."""
    timeline = table.timeline
    if "times" not in table.arrays and timeline.count == trials.timeline.count:
        return np.arange(trials.timeline.first, trials.timeline.end, dtype=np.int64)
    rows = np.arange(timeline.first, timeline.end, dtype=np.int64)
    if "times" not in table.arrays or not len(rows):
        return np.full(len(starts), -1, np.int64)
    ticks = timeline.ticks(rows)
    places = np.minimum(np.searchsorted(ticks, starts, "left"), len(rows) - 1)
    return np.where(ticks[places] == starts, rows[places], -1)
