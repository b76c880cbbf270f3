"""Tables with named columns, as CSV, Parquet and Arrow hold them: a signal per column, on the clock of one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.order import first_disorder, stable_order
from whiskertoolbox_python.arrays.order import parts as parts_of_rows
from whiskertoolbox_python.containers._contents import (
    NANOSECONDS,
    Allocate,
    Array,
    Clock,
    Int64Array,
    Part,
    Samples,
    Sliced,
)
from whiskertoolbox_python.containers._pose import FRAMES
from whiskertoolbox_python.errors import LoadError

_SECONDS = 2.0**63 / NANOSECONDS
"""The most that nanoseconds can hold: 292 years."""
_TIMES = ("timestamp", "timestamps", "time", "times", "time_s", "time [s]", "seconds", "t")


@dataclass(frozen=True)
class Column:
    """A column of a table, which is read as a whole: into the session if it is large."""

    dtype: np.dtype[Any]
    size: int
    read: Callable[[], Array]


def parts_of_columns(
    path: Path,
    columns: Mapping[str, Column],
    *,
    time_column: str | None,
    warn: Callable[[str], None],
    allocate: Allocate,
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
    times = None if name is None else columns[name].read()
    if times is not None and times.dtype.kind in "iuf" and (largest := _largest(times)) > _SECONDS:
        said = f"{path}: {name!r} goes up to {largest:.3g}, so it counts something smaller than seconds"
        if time_column is not None:
            raise LoadError(f"{said}; convert it to seconds first")
        warn(f"{said}; rows are counted, and it is a signal")
        name = times = None
    count = next(iter(columns.values())).size if columns else 0
    rows: Int64Array | None = None
    clock_name = name or FRAMES
    if times is None:
        clock = Clock.regular(count, None, description="rows")
    else:
        rows, ticks = _rows_in_order(f"{path}", f"{name!r}", times, warn, allocate)
        count = len(ticks)
        clock = Clock.of(ticks, NANOSECONDS, description=f"column {name}")
    parts = [
        Part(column, "analog", (count,), partial(_signal, values, rows), clock_name)
        for column, values in columns.items()
        if column != name and values.dtype.kind in "iufb"
    ]
    return parts, {clock_name: clock}


def _largest(values: Array) -> float:
    largest = 0.0
    for rows in parts_of_rows(len(values)):
        numbers = np.abs(values[rows].astype(float))
        largest = max(largest, float(numbers[np.isfinite(numbers)].max(initial=0)))
    return largest


def _time_column(columns: Mapping[str, Column]) -> str | None:
    dated = [name for name, values in columns.items() if values.dtype.kind in "Mm"]
    named = [name for name, values in columns.items() if name.strip().lower() in _TIMES and values.dtype.kind in "iuf"]
    return next(iter([*dated, *named]), None)


def _rows_in_order(
    label: str, name: str, times: Array, warn: Callable[[str], None], allocate: Allocate
) -> tuple[Int64Array | None, Int64Array]:
    """Return the rows that have a time, by their times (None: all, as they are), and these in nanoseconds."""
    rows, ticks = (allocate((len(times),), np.int64) for _ in range(2))
    first = _first_date(times) if times.dtype.kind == "M" else None
    count, missing = 0, 0
    for part in parts_of_rows(len(times)):
        found, good = _ticks(times[part], first)
        if not missing and not good.all():
            missing = part.start + int(np.argmin(good)) + 1
        kept = slice(count, count + int(np.count_nonzero(good)))
        rows[kept], ticks[kept] = part.start + np.flatnonzero(good), found[good]
        count = kept.stop
    rows, ticks = rows[:count], ticks[:count]
    if count < len(times):
        warn(f"{label}: {len(times) - count} rows have no time in {name}, first row {missing - 1}; left out")
    place = first_disorder(ticks)
    if place is None:
        return (rows if count < len(times) else None), ticks
    backwards = sum(
        int(np.count_nonzero(np.diff(ticks[part.start : part.stop + 1]) < 0)) for part in parts_of_rows(count - 1)
    )
    warn(
        f"{label}: times in {name} go backwards {backwards} times, first after row {rows[place - 1]}; "
        "rows are sorted by time"
    )
    order = stable_order([ticks], allocate)
    return _taken(rows, order, allocate), _taken(ticks, order, allocate)


def _taken(values: Int64Array, order: Int64Array, allocate: Allocate) -> Int64Array:
    made: Int64Array = allocate(values.shape, np.int64)
    for part in parts_of_rows(len(order)):
        made[part] = values[order[part]]
    return made


def _first_date(dates: Array) -> Any:
    found = [here.min() for rows in parts_of_rows(len(dates)) if len(here := dates[rows][~np.isnat(dates[rows])])]
    return min(found, default=None)


def _ticks(values: Array, first: Any) -> tuple[Array, npt.NDArray[np.bool_]]:
    """Return times as nanoseconds, dates since the first one, and where there is a time."""
    if values.dtype.kind in "Mm":
        good = ~np.isnat(values)
        since = values if first is None else values - first
        ticks = since.astype("M8[ns]" if since.dtype.kind == "M" else "m8[ns]").astype(np.int64)
        return np.where(good, ticks, 0), good
    numbers = values.astype(float)
    good = np.isfinite(numbers)
    return np.rint(np.where(good, numbers, 0) * NANOSECONDS).astype(np.int64), good


def _signal(column: Column, rows: Int64Array | None) -> Samples:
    values = column.read()
    if rows is None:
        return Samples(values)
    chosen = Sliced(lambda part: values[rows[part]], rows.shape, values.dtype)
    return Samples(chosen)  # type: ignore[arg-type]  # sliced only
