"""Times of a file that go back, repeat, or are a counter that starts again: told, or counted on."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.formats._loader import Source
from whiskertoolbox_python.parameters import option

_COUNTERS = (2**16, 2**32)
_AT_ONCE = 1 << 18


def unwrap_option(what: str) -> bool:
    """Return the option that asks for `unwrapped`, in the options of a loader."""
    chosen: bool = option(
        False, f"{what} are a counter that starts again from 0 after 2**16 or 2**32: count on instead."
    )
    return chosen


def unwrapped(times: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Add the counter's size, 2**16 or 2**32 by its largest value, each time it drops by more than half of it."""
    if times.dtype.kind == "u":
        times = times.astype(np.int64)
    size = next((size for size in _COUNTERS if times.max(initial=0) < size), _COUNTERS[-1])
    turns = np.cumsum(np.diff(times, prepend=times[:1]) < -size // 2)
    counted: npt.NDArray[Any] = times + turns * size
    return counted


def tell_disorder(source: Source, times: npt.NDArray[np.int64], what: str = "ticks") -> None:
    """Warn about ticks, or times of samples, that go back, repeat, or are -1."""
    if not len(times) or _rise_from_zero(times):
        return
    steps = np.diff(times)
    found = [
        (times == -1, _MISSING),
        (np.concatenate([[False], steps < 0]), _BACK),
        (np.concatenate([[False], steps == 0]), "are equal to the one that they follow"),
    ]
    _tell(source, times, steps, what, found)


def tell_events(source: Source, times: npt.NDArray[np.int64], what: str = "events") -> None:
    """Warn about events, whose order says nothing, that are one with another, -1, or of a counter that starts again."""
    if _rise_from_zero(times):
        return
    steps = np.diff(times)
    order = np.argsort(times, kind="stable")
    repeats = np.zeros(len(times), bool)
    repeats[order[1:]] = np.diff(times[order]) == 0
    found = [(times == -1, _MISSING), (repeats, "have the index of another and are one event with it")]
    if _starts_again(times, steps):
        found.append((np.concatenate([[False], steps < 0]), _BACK))
    _tell(source, times, steps, what, found)


def _rise_from_zero(times: npt.NDArray[np.int64]) -> bool:
    """Return whether each is after the one before, and none is negative, as is almost always so."""
    if len(times) < 2 or times[0] < 0:
        return False
    parts = (times[start : start + _AT_ONCE + 1] for start in range(0, len(times), _AT_ONCE))
    return all(bool((part[1:] > part[:-1]).all()) for part in parts)


_MISSING = "are -1, which most devices write for a missing time"
_BACK = "are before the one that they follow"


def _tell(
    source: Source,
    times: npt.NDArray[np.int64],
    steps: npt.NDArray[np.int64],
    what: str,
    found: list[tuple[npt.NDArray[np.bool_], str]],
) -> None:
    told = [
        f"{np.count_nonzero(where):,} {reason} (first: number {np.argmax(where) + 1:,}, {times[np.argmax(where)]}"
        + (f" after {times[np.argmax(where) - 1]})" if np.argmax(where) else ")")
        for where, reason in found
        if where.any()
    ]
    if told:
        advice = "; this looks like a counter that starts again: set unwrap" if _starts_again(times, steps) else ""
        source.warn(f"{source.path}: of {len(times):,} {what} {'; '.join(told)}{advice}")


def _starts_again(times: npt.NDArray[np.int64], steps: npt.NDArray[np.int64]) -> bool:
    return bool(
        len(times)
        and times.min() >= 0
        and any(size // 2 < times.max() < size and (steps < -size // 2).any() for size in _COUNTERS)
    )
