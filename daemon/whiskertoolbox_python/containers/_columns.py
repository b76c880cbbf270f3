"""Tables with named columns, as CSV, Parquet and Arrow hold them: a signal per column, on the clock of one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import numpy as np

from whiskertoolbox_python.containers._contents import NANOSECONDS, Array, Clock, Part, Samples
from whiskertoolbox_python.containers._pose import FRAMES
from whiskertoolbox_python.errors import LoadError

_SECONDS = 2.0**63 / NANOSECONDS
"""The most that nanoseconds can hold: 292 years."""
_TIMES = ("timestamp", "timestamps", "time", "times", "time_s", "time [s]", "seconds", "t")


def parts_of_columns(
    path: Path, columns: Mapping[str, Array], *, time_column: str | None, warn: Callable[[str], None]
) -> tuple[list[Part], dict[str, Clock]]:
    """Return the parts and the clock of a table.

    The clock is that of `time_column`, else of the first column of dates, else of one called ``time`` or the like; its
    numbers are seconds. Rows without a time are left out. Without any such column, the rows are counted.

    Raises
    ------
    LoadError
        When the numbers of `time_column` are too large for seconds.
    """
    name = time_column or _time_column(columns)
    if name is not None and columns[name].dtype.kind in "iuf" and (largest := _largest(columns[name])) > _SECONDS:
        said = f"{path}: {name!r} goes up to {largest:.3g}, so it counts something smaller than seconds"
        if time_column is not None:
            raise LoadError(f"{said}; convert it to seconds first")
        warn(f"{said}; rows are counted, and it is a signal")
        name = None
    count = len(next(iter(columns.values()))) if columns else 0
    rows = np.arange(count, dtype=np.int64)
    clock_name = name or FRAMES
    if name is None:
        clock = Clock.regular(count, None, description="rows")
    else:
        ticks, good = _ticks(columns[name])
        if not good.all():
            first = int(np.argmin(good))
            warn(f"{path}: {int((~good).sum())} rows have no time in {name!r}, first row {first}; left out")
        rows = np.flatnonzero(good)
        ticks = ticks[good]
        backwards = np.flatnonzero(np.diff(ticks) < 0)
        if len(backwards):
            warn(
                f"{path}: times in {name!r} go backwards {len(backwards)} times, first after row {rows[backwards[0]]}; "
                "rows are sorted by time"
            )
            order = np.argsort(ticks, kind="stable")
            rows, ticks = rows[order], ticks[order]
        clock = Clock.of(ticks, NANOSECONDS, description=f"column {name}")
    parts = [
        Part(column, "analog", (len(rows),), partial(_signal, values, rows), clock_name)
        for column, values in columns.items()
        if column != name and values.dtype.kind in "iufb"
    ]
    return parts, {clock_name: clock}


def _largest(values: Array) -> float:
    numbers = np.abs(values.astype(float))
    return float(numbers[np.isfinite(numbers)].max(initial=0))


def _time_column(columns: Mapping[str, Array]) -> str | None:
    dated = [name for name, values in columns.items() if values.dtype.kind in "Mm"]
    named = [name for name, values in columns.items() if name.strip().lower() in _TIMES and values.dtype.kind in "iuf"]
    return next(iter([*dated, *named]), None)


def _ticks(values: Array) -> tuple[Array, Array]:
    """Return times as nanoseconds, dates since the first one, and where there is a time."""
    if values.dtype.kind in "Mm":
        good = ~np.isnat(values)
        if not good.any():
            return np.zeros(len(values), np.int64), good
        since = values - values[good].min() if values.dtype.kind == "M" else values
        return np.where(good, since, np.timedelta64(0, "ns")).astype("timedelta64[ns]").astype(np.int64), good
    numbers = values.astype(float)
    good = np.isfinite(numbers)
    return np.rint(np.where(good, numbers, 0) * NANOSECONDS).astype(np.int64), good


def _signal(values: Array, rows: Array) -> Samples:
    return Samples(values[rows])
