"""Times of a file that go back, repeat, or are a counter that starts again: told, put in order, or counted on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.order import is_ascending, parts, stable_order
from whiskertoolbox_python.arrays.ragged import ranges
from whiskertoolbox_python.formats import _streaming
from whiskertoolbox_python.formats._loader import Source
from whiskertoolbox_python.formats._streaming import allocate
from whiskertoolbox_python.parameters import option
from whiskertoolbox_python.types.events import DigitalEventSeries

_COUNTERS = (2**16, 2**32)


def unwrap_option(what: str) -> bool:
    """Return the option that asks for `unwrapped`, in the options of a loader."""
    chosen: bool = option(
        False, f"{what} are a counter that starts again from 0 after 2**16 or 2**32: count on instead."
    )
    return chosen


def unwrapped(times: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Add the counter's size, 2**16 or 2**32 by its largest value, each time it drops by more than half of it.

    It is done in place where the array may be written to and has room for the sums.
    """
    working = np.dtype(np.float64 if times.dtype.kind == "f" else np.int64)
    counted = times if times.dtype == working and times.flags.writeable else times.astype(working)
    size = next((size for size in _COUNTERS if times.max(initial=0) < size), _COUNTERS[-1])
    turns, last = 0, times[:1].copy()
    for part in parts(len(times)):
        found = counted[part]
        drops = np.cumsum(np.diff(found, prepend=last) < -size // 2)
        last = found[-1:].copy()
        found += (turns + drops) * size
        turns += int(drops[-1])
    return counted


def tell_disorder(source: Source, times: npt.NDArray[np.int64], what: str = "ticks") -> None:
    """Warn about ticks, or times of samples, that go back, repeat, or are -1."""
    if rise_from_zero(times):
        return
    order = _Order.of(times)
    order.tell(source, what, [(order.missing, _MISSING), (order.back, _BACK), (order.equal, _EQUAL)])


def event_series(source: Source, times: npt.NDArray[np.int64], what: str = "events") -> DigitalEventSeries:
    """Make a series of events in the order of a file, in their own array, which is put in order.

    A warning tells of events, whose order says nothing, that are one with another, -1, or of a counter that starts
    again.
    """
    if rise_from_zero(times):
        return DigitalEventSeries.from_array(times, copy=False)
    in_file = allocate(source, times.shape, np.int64)
    in_file[:] = times
    order = _Order.of(in_file)
    times.sort()
    repeated, count = _without_repeats(times)
    if repeated.count:
        repeated.place = _second_place(in_file, repeated.place)
    found = [(order.missing, _MISSING), (repeated, "have the index of another and are one event with it")]
    order.tell(source, what, [*found, (order.back, _BACK)] if order.starts_again else found)
    return DigitalEventSeries.from_array(times[:count], copy=False)


def distinct_times(source: Source, times: Any) -> npt.NDArray[np.int64]:
    """Return a copy of times, which may be read when they are sliced, as a series has them: in order, each once."""
    made = allocate(source, (len(times),), np.int64)
    for part in parts(len(made)):
        made[part] = times[part]
    if is_ascending(made, distinct=True):
        return made
    made.sort()
    return made[: _without_repeats(made)[1]]


def distinct_intervals(source: Source, bounds: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return intervals, (n, 2), as a series has them: in order of start and end, each once.

    A warning tells of intervals that are one with another.
    """
    starts, ends = bounds[:, 0], bounds[:, 1]
    if is_ascending(starts, distinct=True):
        return bounds
    order = stable_order([ends, starts], partial(allocate, source))
    ordered, count, first = allocate(source, bounds.shape, np.int64), 0, len(bounds)
    last = bounds[order[:1]]
    for part in parts(len(bounds)):
        found = bounds[order[part]]
        is_new = (found != np.concatenate([last, found[:-1]])).any(axis=1)
        is_new[0] |= not count
        first = min(first, int(order[part][~is_new].min(initial=first)))
        kept, last = found[is_new], found[-1:]
        ordered[count : count + len(kept)] = kept
        count += len(kept)
    if count < len(bounds):
        start, end = bounds[first].tolist()
        source.warn(
            f"{source.path}: of {len(bounds):,} intervals {len(bounds) - count:,} have the start and end of another "
            f"and are one with it (first: number {first + 1:,}, {start} to {end})"
        )
    return ordered[:count]


def points_by_time(
    source: Source, times: npt.NDArray[np.int64], points: npt.NDArray[Any]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[Any]]:
    """Return one point per row in order of time; those of one time stay in the order of the file."""
    if is_ascending(times):
        return times, points
    order = stable_order([times], partial(allocate, source))
    return _taken(source, times, order), _taken(source, points, order)


def entries_by_time(
    source: Source, times: npt.NDArray[np.int64], offsets: npt.NDArray[np.int64], points: npt.NDArray[Any]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[Any]]:
    """Return entries of several points, as `RaggedData` has them, in order of time, as `points_by_time` does."""
    if is_ascending(times):
        return times, offsets, points
    order = stable_order([times], partial(allocate, source))
    bounds = allocate(source, offsets.shape, np.int64)
    bounds[0] = 0
    for part in parts(len(order)):
        lengths = offsets[order[part] + 1] - offsets[order[part]]
        bounds[part.start + 1 : part.stop + 1] = bounds[part.start] + np.cumsum(lengths)
    ordered = allocate(source, points.shape, points.dtype)
    for part in _few_points(bounds):
        lengths = np.diff(bounds[part.start : part.stop + 1])
        ordered[bounds[part.start] : bounds[part.stop]] = points[ranges(offsets[order[part]], lengths)]
    return _taken(source, times, order), bounds, ordered


def _taken(source: Source, rows: npt.NDArray[Any], order: npt.NDArray[np.int64]) -> npt.NDArray[Any]:
    made = allocate(source, rows.shape, rows.dtype)
    for part in parts(len(order)):
        made[part] = rows[order[part]]
    return made


def _few_points(offsets: npt.NDArray[np.int64]) -> Iterator[slice]:
    """Yield entries some at a time, so that their points are a part of a chunk; one entry at least."""
    start, at_once = 0, _streaming.CHUNK_BYTES // 32
    while start < len(offsets) - 1:
        stop = max(int(np.searchsorted(offsets, offsets[start] + at_once, "right")) - 1, start + 1)
        yield slice(start, stop)
        start = stop


def rise_from_zero(times: npt.NDArray[np.int64]) -> bool:
    """Return whether each is after the one before, and none is negative, as is almost always so."""
    return not len(times) or (times[0] >= 0 and is_ascending(times, distinct=True))


_MISSING = "are -1, which most devices write for a missing time"
_BACK = "are before the one that they follow"
_EQUAL = "are equal to the one that they follow"


@dataclass
class _Found:
    """How many times are of some kind, and the place of the first."""

    count: int = 0
    place: int = 0

    def add(self, is_so: npt.NDArray[np.bool_], start: int) -> None:
        if not self.count and is_so.any():
            self.place = start + int(np.argmax(is_so))
        self.count += int(np.count_nonzero(is_so))


@dataclass
class _Order:
    """What is to be told of the order of times."""

    times: npt.NDArray[np.int64]
    missing: _Found
    back: _Found
    equal: _Found
    starts_again: bool

    @classmethod
    def of(cls, times: npt.NDArray[np.int64]) -> _Order:
        missing, back, equal, farthest = _Found(), _Found(), _Found(), 0
        for part in parts(len(times)):
            steps = np.diff(times[max(part.start - 1, 0) : part.stop])
            first = part.stop - len(steps)
            missing.add(times[part] == -1, part.start)
            back.add(steps < 0, first)
            equal.add(steps == 0, first)
            farthest = min(farthest, int(steps.min(initial=0)))
        lowest, highest = int(times.min(initial=0)), int(times.max(initial=-1))
        again = any(size // 2 < highest < size and farthest < -size // 2 for size in _COUNTERS)
        return cls(times, missing, back, equal, lowest >= 0 and again)

    def tell(self, source: Source, what: str, found: list[tuple[_Found, str]]) -> None:
        told = [
            f"{one.count:,} {reason} (first: number {one.place + 1:,}, {self.times[one.place]}"
            + (f" after {self.times[one.place - 1]})" if one.place else ")")
            for one, reason in found
            if one.count
        ]
        if told:
            advice = "; this looks like a counter that starts again: set unwrap" if self.starts_again else ""
            source.warn(f"{source.path}: of {len(self.times):,} {what} {'; '.join(told)}{advice}")


def _without_repeats(ordered: npt.NDArray[np.int64]) -> tuple[_Found, int]:
    """Move numbers in order together, each once; return how often one repeats, with the first, and how many there are.

    The place of the first is the number itself.
    """
    repeated, count = _Found(), 0
    for part in parts(len(ordered)):
        found = ordered[part]
        is_new = np.ones(len(found), bool)
        is_new[1:] = found[1:] != found[:-1]
        is_new[0] = not count or found[0] != ordered[count - 1]
        if not repeated.count and not is_new.all():
            repeated.place = int(found[np.argmin(is_new)])
        repeated.count += int(np.count_nonzero(~is_new))
        kept = found[is_new]
        ordered[count : count + len(kept)] = kept
        count += len(kept)
    return repeated, count


def _second_place(times: npt.NDArray[np.int64], wanted: int) -> int:
    """Return where a number is found for the second time."""
    places = (part.start + row for part in parts(len(times)) for row in np.flatnonzero(times[part] == wanted))
    return int(next(islice(places, 1, None)))
