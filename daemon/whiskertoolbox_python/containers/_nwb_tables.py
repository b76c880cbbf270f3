"""Tables of an NWB file: intervals, sorted units, events."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from whiskertoolbox_python.containers._contents import (
    COLUMNS,
    OBSERVED,
    SORTED_UNIT,
    Array,
    Events,
    Intervals,
    Part,
)
from whiskertoolbox_python.containers._nwb_file import FileOfNwb
from whiskertoolbox_python.containers._tree import ArrayInFile, Node

_RAGGED = ("spike_times", "event_times", "waveforms", "obs_intervals")
_NOT_PLAIN = (*_RAGGED, *(f"{name}_index" for name in _RAGGED), "id", "start_time", "stop_time")


def interval_part(file: FileOfNwb, group: Node, children: dict[str, Node]) -> Part:
    """Return a table with ``start_time`` and ``stop_time``, as trials are."""
    starts, stops = (np.asarray(children[name].values(), float) for name in ("start_time", "stop_time"))
    good = np.isfinite(starts) & np.isfinite(stops) & (stops >= starts)
    if not good.all():
        first = int(np.flatnonzero(~good)[0])
        file.warn(
            f"{file.path}: {group.path}: {int((~good).sum())} rows have no start and stop in order, "
            f"first row {first} ({starts[first]} to {stops[first]}); left out"
        )
    starts, stops = starts[good], stops[good]
    bounds = file.clock_of_times(group.path, np.column_stack([starts, stops])).reshape(-1, 2)
    order = np.lexsort((stops, starts))  # that of the series
    columns = {name: child.values()[good][order].tolist() for name, child in plain_columns(children, len(good))}
    if columns:
        columns |= {"start_time": starts[order].tolist(), "stop_time": stops[order].tolist()}
    return Part(
        group.path,
        "digital_interval",
        bounds.shape,
        partial(Intervals, bounds),
        group.path,
        "",
        str(group.attribute("description", "") or ""),
        attributes={COLUMNS: columns},
    )


def unit_parts(file: FileOfNwb, group: Node, children: dict[str, Node], times_column: str) -> Iterator[Part]:
    """Yield the events of each row (a unit, a kind of event); its other columns are attributes of the events."""
    ends = np.asarray(children[f"{times_column}_index"].values(), np.int64)
    times = ArrayInFile.of(file.path, children[times_column])
    if len(ends) and (ends[-1] > len(times) or (np.diff(ends) < 0).any()):
        raise ValueError(f"{times_column}_index goes to {ends[-1]}, {times_column} has {len(times)} values")
    indices = file.clock_of_times(group.path, times)
    ids = _names_of_rows(children, len(ends))
    columns = [(name, child.values().tolist()) for name, child in plain_columns(children, len(ends))]
    observed = _observed(children, len(ends))
    start = 0
    for row, end in enumerate(ends.tolist()):
        attributes: dict[str, Any] = {name: values[row] for name, values in columns}
        group_name = next(
            (str(attributes[name]) for name in ("quality", "group", "KSLabel") if attributes.get(name)), ""
        )
        if times_column == "spike_times":
            attributes |= {SORTED_UNIT: True, OBSERVED: observed[row]}
        read = partial(Events, indices[start:end])
        yield Part(
            f"{group.path}/{ids[row]}",
            "digital_event",
            (end - start,),
            read,
            group.path,
            group=group_name,
            attributes=attributes,
        )
        start = end


def _observed(children: dict[str, Node], count: int) -> list[list[list[float]]]:
    """Return, for each unit, the intervals in which it was observed, in seconds; none where the file says nothing."""
    bounds, index = children.get("obs_intervals"), children.get("obs_intervals_index")
    if bounds is None or index is None or index.shape != (count,) or bounds.shape[1:] != (2,):
        return [[]] * count
    values, ends = np.asarray(bounds.values(), float), np.asarray(index.values(), np.int64)
    if len(ends) and (ends[-1] != len(values) or (np.diff(ends) < 0).any()):
        raise ValueError(f"obs_intervals_index goes to {ends[-1]}, obs_intervals has {len(values)} rows")
    return [part.tolist() for part in np.split(values, ends[:-1])]


def _names_of_rows(children: dict[str, Node], count: int) -> list[Any]:
    """Return the labels of the kinds of events if each has its own, else the ids of the rows."""
    for name in ("label", "id"):
        names = children[name].values().tolist() if name in children else []
        if len(set(names)) == count:
            return list(names)
    return list(range(count))


def timestamp_table_parts(file: FileOfNwb, group: Node, children: dict[str, Node], column: str) -> Iterator[Part]:
    """Yield the events of a group with times only, one part for each kind where it labels them.

    Those that have a duration, as NWB's events tables may say, are a part of intervals as well.
    """
    times = np.asarray(children[column].values(), float)
    if times.ndim != 1:
        return
    good = np.isfinite(times)
    if not good.all():
        file.warn(
            f"{file.path}: {group.path}: {int((~good).sum())} events have no time, first row {int(np.argmin(good))}; "
            "left out"
        )
    ends = times + _durations(children, len(times))
    lasts = good & np.isfinite(ends)
    indices, bounds = np.split(
        file.clock_of_times(group.path, np.r_[times[good], times[lasts], ends[lasts]]), [good.sum()]
    )
    text = str(group.attribute("description", "") or "")
    if lasts.any():
        read_durations = partial(Intervals, bounds.reshape(2, -1).T)
        name = f"{group.path}_durations"
        yield Part(name, "digital_interval", (int(lasts.sum()), 2), read_durations, group.path, "", text)
    labels = _labels(children, len(times))
    if labels is None:
        yield Part(group.path, "digital_event", (int(good.sum()),), partial(Events, indices), group.path, "", text)
        return
    for label in dict.fromkeys(labels):
        own = np.array([one == label for one in labels], bool)[good]
        read = partial(Events, indices[own])
        yield Part(f"{group.path}/{label}", "digital_event", (int(own.sum()),), read, group.path, "", text, group=label)


def _durations(children: dict[str, Node], count: int) -> Array:
    """Return how long each event lasts, in seconds; NaN where it has no duration."""
    found = children.get("duration")
    if found is None or not found.is_array or found.shape != (count,) or found.dtype.kind not in "iuf":
        return np.full(count, np.nan)
    return np.asarray(found.values(), float)


def _labels(children: dict[str, Node], count: int) -> list[str] | None:
    """Return the label of each event: ndx-events keeps numbers and the names they stand for."""
    for name in ("label", "event_type", "data", "value"):
        child = children.get(name)
        if child is None or not child.is_array or child.shape != (count,):
            continue
        values = child.values()
        known = child.attribute("labels") or _names_of_numbers(children)
        if values.dtype.kind in "iu" and known:
            # An empty label stands for none.
            return [str((known[value] if 0 <= value < len(known) else "") or value) for value in values.tolist()]
        if values.dtype.kind in "OSU" or values.dtype.kind in "iu":
            return [str(value) for value in values.tolist()]
    return None


def _names_of_numbers(children: dict[str, Node]) -> list[str] | None:
    keys, labels = children.get("data__labels"), children.get("labels")
    found = labels or keys
    return [str(name) for name in found.values().tolist()] if found is not None and found.is_array else None


def plain_columns(children: dict[str, Node], count: int) -> Iterator[tuple[str, Node]]:
    """Yield the columns with a number or a text for each row."""
    for name, child in children.items():
        if name in _NOT_PLAIN or f"{name}_index" in children or not child.is_array:
            continue
        if (child.shape == (count,) and child.dtype.kind in "iufbSU") or (
            child.shape == (count,) and child.dtype.kind == "O" and _is_text(child.values())
        ):
            yield name, child


def _is_text(values: Array) -> bool:
    return all(isinstance(value, str) for value in values.tolist())
