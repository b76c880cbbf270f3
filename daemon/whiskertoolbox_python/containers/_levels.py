"""Digital lines: changes of level into intervals, and bits of words into both."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.containers._contents import Array, Int64Array

_WORDS_AT_ONCE = 1 << 22


def intervals_of_changes(
    indices: Int64Array,
    is_rising: npt.NDArray[np.bool_],
    size: int,
    *,
    label: str,
    warn: Callable[[str], None],
) -> Int64Array:
    """Return the first and last index of each stretch in which a line is high, both inclusive.

    A line that is high before its first change is high from the start; one that does not fall lasts to the end.

    Parameters
    ----------
    indices : (n,) int64
        Where the line changes: the first index of the new level, ascending.
    is_rising : (n,) bool
    size : int
        Number of indices of the clock.
    label : str
        What warnings call the line.
    warn : callable
        Is told of changes that change nothing, as two rising ones after each other: the device lost one between them.
    """
    order = np.argsort(indices, kind="stable")
    indices, is_rising = indices[order], is_rising[order]
    repeated = np.flatnonzero(is_rising[1:] == is_rising[:-1]) + 1
    if len(repeated):
        warn(
            f"{label}: {len(repeated)} changes to the level it had already (a change between is lost), first at index "
            f"{int(indices[repeated[0]]):,}; left out"
        )
        keep = np.r_[True, is_rising[1:] != is_rising[:-1]]
        indices, is_rising = indices[keep], is_rising[keep]
    starts, ends = indices[is_rising], indices[~is_rising] - 1
    if len(is_rising) and not is_rising[0]:
        starts = np.r_[0, starts]
    if len(is_rising) and is_rising[-1]:
        ends = np.r_[ends, size - 1]
    bounds = np.column_stack([starts, ends]).astype(np.int64)
    return bounds[bounds[:, 1] >= bounds[:, 0]]


def intervals_of_bits(words: Array, bits: tuple[int, ...]) -> dict[int, Int64Array]:
    """Return the intervals in which each bit is set, over a mapped column of words, read block by block."""
    found: dict[int, list[Int64Array]] = {bit: [] for bit in bits}
    was_on = dict.fromkeys(bits, False)
    open_at: dict[int, int] = {}
    for start, block in _blocks(words):
        for bit in bits:
            is_on = (block >> bit) & 1 != 0
            change = np.diff(is_on.astype(np.int8), prepend=np.int8(was_on[bit]))
            rising, falling = np.flatnonzero(change == 1) + start, np.flatnonzero(change == -1) + start
            if bit in open_at:
                rising = np.r_[open_at.pop(bit), rising]
            if len(rising) > len(falling):
                open_at[bit] = int(rising[-1])
                rising = rising[:-1]
            found[bit].append(np.column_stack([rising, falling - 1]).astype(np.int64))
            was_on[bit] = bool(is_on[-1])
    for bit, first in open_at.items():
        found[bit].append(np.array([[first, len(words) - 1]], np.int64))
    return {bit: np.concatenate(parts) if parts else np.empty((0, 2), np.int64) for bit, parts in found.items()}


def _blocks(words: Array) -> Iterator[tuple[int, Array]]:
    for start in range(0, len(words), _WORDS_AT_ONCE):
        yield start, np.asarray(words[start : start + _WORDS_AT_ONCE])
