"""`peri_event`: when events come around others: a raster, trial by trial, and the PSTH, their mean rate."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.views.timeline import GAP, usual_step

Floats = npt.NDArray[np.float64]
Int64Array = npt.NDArray[np.int64]

BINS_LIMIT = 4096
PAIRS_LIMIT = 1 << 26
"""Events in all windows together; one that is in several windows counts in each."""
CHUNK = 1 << 20


@dataclass(frozen=True)
class PeriEvent:
    """Events around alignments.

    Attributes
    ----------
    edges : float64 array
        Of the bins, in ticks from the alignment; one of them is 0. A bin has its first edge and not its last.
    counts : int64 array
        Events per bin, over all trials.
    exposure : float64 array
        In how many trials a bin was recorded; a part where it was recorded in part.
    trials : int64 array
        The trial of each event of the raster, by its place among the alignments; ascending.
    offsets : float64 array
        Its ticks from the alignment.
    raster_trials : int
        Trials that the raster has: the first ones of their order, as many as its budget lets be whole.
    """

    edges: Floats
    counts: Int64Array
    exposure: Floats
    trials: Int64Array
    offsets: Floats
    raster_trials: int


def bin_edges(before: float, after: float, width: float) -> Floats:
    """Return the edges of bins that reach from `before` to `after` an alignment, or a little further: 0 is an edge.

    Raises
    ------
    ValueError
        When the window has no length, the width none, or there are more than 4,096 bins.
    """
    if not (width > 0 and before >= 0 and after >= 0 and before + after > 0):
        raise ValueError("a window reaches some time before or after, in bins that are longer than nothing")
    count = before / width + after / width
    if not count <= BINS_LIMIT:
        raise ValueError(f"a PSTH has at most {BINS_LIMIT:,} bins: make the bins longer or the window shorter")
    first, last = -math.ceil(before / width - 1e-9), math.ceil(after / width - 1e-9)
    return np.asarray(np.arange(first, last + 1, dtype=np.int64) * width, np.float64)


def peri_event(
    events: Floats,
    alignments: Floats,
    edges: Floats,
    *,
    recorded: Floats | None,
    budget: int,
    is_wanted: Callable[[], bool] = lambda: True,
) -> PeriEvent:
    """Return the events around each alignment.

    Parameters
    ----------
    events
        Ticks, ascending.
    alignments
        Ticks, in the order in which the raster has the trials.
    edges
        Of the bins; see `bin_edges`.
    recorded
        ``(N, 2)``, from when to when there was a recording of events, ascending; None: always.
    budget
        The most events of the raster.
    is_wanted
        Is asked now and then; what is no longer wanted ends with InterruptedError.

    Raises
    ------
    ValueError
        When there are too many events in the windows.
    """
    firsts = np.searchsorted(events, alignments + edges[0], "left")
    ends = np.searchsorted(events, alignments + edges[-1], "left")
    pairs = np.concatenate([[0], np.cumsum(ends - firsts)])
    if pairs[-1] > PAIRS_LIMIT:
        raise ValueError(f"there are {pairs[-1]:,} events in the windows, more than {PAIRS_LIMIT:,}: make them shorter")
    raster_trials = int(np.searchsorted(pairs, budget, "right")) - 1
    trials, offsets = [np.zeros(0, np.int64)], [np.zeros(0)]
    counts = np.zeros(len(edges) - 1, np.int64)
    exposure = np.zeros(len(edges) - 1)
    first = 0
    while first < len(alignments):
        if not is_wanted():
            raise InterruptedError
        by_pairs = int(np.searchsorted(pairs, pairs[first] + CHUNK, "right")) - 1
        end = min(max(by_pairs, first + 1), first + max(1, CHUNK // len(edges)))
        sizes = ends[first:end] - firsts[first:end]
        of = np.repeat(np.arange(first, end, dtype=np.int64), sizes)
        places = np.arange(len(of), dtype=np.int64) + np.repeat(
            firsts[first:end] - (pairs[first:end] - pairs[first]), sizes
        )
        away = events[places] - alignments[of]
        counts += np.bincount(np.searchsorted(edges, away, "right") - 1, minlength=len(counts))[: len(counts)]
        exposure += _exposure(alignments[first:end], edges, recorded)
        is_shown = of < raster_trials
        trials.append(of[is_shown])
        offsets.append(away[is_shown])
        first = end
    return PeriEvent(edges, counts, exposure, np.concatenate(trials), np.concatenate(offsets), raster_trials)


def events_in_windows(events: Floats, alignments: Floats, edges: Floats) -> Floats:
    """Return how many events are between the first and the last edge of each alignment."""
    firsts, ends = (np.searchsorted(events, alignments + edge, "left") for edge in (edges[0], edges[-1]))
    return np.asarray(ends - firsts, np.float64)


def first_latencies(events: Floats, alignments: Floats, edges: Floats) -> Floats:
    """Return how long after each alignment the first event of its window came; NaN where none did."""
    following = np.searchsorted(events, alignments, "left")
    latencies: Floats = np.append(events, np.nan)[following] - alignments
    latencies[~(latencies < edges[-1])] = np.nan
    return latencies


def _exposure(alignments: Floats, edges: Floats, recorded: Floats | None) -> Floats:
    """Return which share of each bin was recorded, summed over trials."""
    if recorded is None:
        return np.full(len(edges) - 1, float(len(alignments)))
    if not len(recorded):
        return np.zeros(len(edges) - 1)
    known = np.concatenate([[0.0], np.cumsum(recorded[:, 1] - recorded[:, 0])])
    until = np.interp(alignments[:, np.newaxis] + edges, recorded.ravel(), np.repeat(known, 2)[1:-1])
    return np.asarray(np.diff(until, axis=1).sum(axis=0) / np.diff(edges))


def recorded_stretches(clock: Int64Array, *, is_regular: bool) -> Floats | None:
    """Return from when to when a clock ran, ``(N, 2)``; None for a clock whose ticks are its indices.

    A step of more than two and a half usual ones is a pause. The last index of a stretch lasts one usual step, or 1
    where there is none.
    """
    if not len(clock):
        return None
    step = usual_step(clock.__getitem__, 0, len(clock))
    step = step if np.isfinite(step) else 1.0
    pauses = [np.zeros(0, np.int64)]
    for first in range(0, 0 if is_regular else len(clock) - 1, CHUNK):
        steps = np.diff(clock[first : first + CHUNK + 1])
        pauses.append(first + np.flatnonzero(steps > GAP * step))
    lasts = np.concatenate(pauses)
    starts = clock[np.concatenate([[0], lasts + 1])]
    ends = clock[np.concatenate([lasts, [len(clock) - 1]])] + step
    return np.column_stack([starts, ends]).astype(np.float64)
