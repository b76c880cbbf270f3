"""`Pyramid`: minimum, maximum and number of missing samples of blocks of a signal, on a few levels.

It makes a view of a long signal as cheap as one of a short signal, and is never needed for a right one: without it the
samples themselves are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Float32Array = npt.NDArray[np.float32]
Int64Array = npt.NDArray[np.int64]

BLOCK = 512
"""Samples of a block of the finest level: NumPy reduces shorter ones at many times the cost."""
FACTOR = 16
"""Blocks that become one on the next level."""
_CHUNK = 1 << 18
"""Samples that are reduced at once; they fit in a processor's cache."""


class Extremes(NamedTuple):
    """Lowest and highest sample and number of missing ones (NaN) per range; NaN where all are missing."""

    low: Float32Array
    high: Float32Array
    missing: npt.NDArray[np.uint32]


@dataclass(frozen=True)
class Pyramid:
    """Extremes of the whole blocks of the first `count` samples, finest level first.

    Examples
    --------
    >>> pyramid = Pyramid.of(np.arange(1024, dtype=np.float32))
    >>> pyramid.levels[0].high.tolist()
    [511.0, 1023.0]
    """

    count: int
    levels: tuple[Extremes, ...]

    @classmethod
    def of(cls, values: Float32Array) -> Pyramid:
        """Build the pyramid of a signal."""
        return cls(0, ()).extended(values)

    def extended(self, values: Float32Array) -> Pyramid:
        """Return the pyramid of a signal that begins with the samples of this one; only the others are looked at."""
        pyramid = self
        for pyramid in self.steps(values):  # noqa: B007 - the last is what was asked for
            pass
        return pyramid

    def steps(self, values: Float32Array) -> Iterator[Pyramid]:
        """Do what `extended` does in short steps; the last one gives the pyramid."""
        done = self.count // BLOCK
        parts = [self.levels[0]] if self.levels else []
        for first in range(done * BLOCK, len(values) // BLOCK * BLOCK, _CHUNK):
            chunk = np.asarray(values[first : min(first + _CHUNK, len(values) // BLOCK * BLOCK)])
            parts.append(_extremes(chunk, np.arange(0, len(chunk), BLOCK, dtype=np.int64)))
            yield self
        finest = _joined(parts)
        levels = [finest]
        while len(levels[-1].low) >= 2 * FACTOR:
            levels.append(_coarser(levels[-1]))
        yield Pyramid(len(values), tuple(levels))

    @property
    def nbytes(self) -> int:
        """Bytes of all levels."""
        return sum(array.nbytes for level in self.levels for array in level)


def extremes(values: Float32Array, edges: Int64Array, pyramid: Pyramid | None = None) -> Extremes:
    """Return the extremes of the ranges between ascending edges: ``values[edges[i]:edges[i + 1]]``.

    An empty range has no sample: its low and high are NaN and nothing is missing in it.
    """
    starts, ends = edges[:-1], edges[1:]
    count = len(starts)
    found = Extremes(np.full(count, np.nan, np.float32), np.full(count, np.nan, np.float32), np.zeros(count, np.uint32))
    owners = np.flatnonzero(ends > starts)
    parts = _Ranges(owners, starts[owners], ends[owners])
    levels = () if pyramid is None else pyramid.levels
    for number in reversed(range(len(levels))):
        parts = _reduce_level(found, parts, levels[number], BLOCK * FACTOR**number)
    if len(parts.owners):
        _merge(found, parts.owners, _reduced(Extremes(values, values, _NONE_MISSING), parts))
    return found


class _Ranges(NamedTuple):
    """Ranges that are still to be looked at, and the bin that each belongs to."""

    owners: Int64Array
    starts: Int64Array
    ends: Int64Array


_NONE_MISSING = np.zeros(0, np.uint32)


def _reduce_level(found: Extremes, parts: _Ranges, level: Extremes, size: int) -> _Ranges:
    """Reduce what whole blocks of a level cover, and return what they do not."""
    if not len(parts.owners):
        return parts
    first = -(-parts.starts // size)
    end = np.minimum(parts.ends // size, len(level.low))
    covers = end > first
    if not covers.any():
        return parts
    inner = _Ranges(parts.owners[covers], first[covers], end[covers])
    _merge(found, inner.owners, _reduced(level, inner))
    left = _Ranges(inner.owners, parts.starts[covers], inner.starts * size)
    right = _Ranges(inner.owners, inner.ends * size, parts.ends[covers])
    rest = [_Ranges(*(column[~covers] for column in parts)), left, right]
    merged = _Ranges(*(np.concatenate(columns) for columns in zip(*rest, strict=True)))
    remains = merged.ends > merged.starts
    return _Ranges(*(column[remains] for column in merged))


def _reduced(source: Extremes, parts: _Ranges) -> Extremes:
    """Return the extremes of each range of samples, or of blocks."""
    lengths = parts.ends - parts.starts
    if len(lengths) == 1 or bool((parts.ends[:-1] == parts.starts[1:]).all()):  # they follow each other: no copy
        first, end = int(parts.starts[0]), int(parts.ends[-1])
        chosen = Extremes(source.low[first:end], source.high[first:end], source.missing[first:end])
        offsets = parts.starts - first
    else:
        offsets = np.cumsum(lengths) - lengths
        places = np.arange(int(lengths.sum()), dtype=np.int64) + np.repeat(parts.starts - offsets, lengths)
        low = source.low[places]
        high = low if source.high is source.low else source.high[places]
        chosen = Extremes(low, high, source.missing[places] if len(source.missing) else _NONE_MISSING)
    if len(source.missing):
        missing = np.add.reduceat(chosen.missing, offsets, dtype=np.uint32)
        return Extremes(np.fmin.reduceat(chosen.low, offsets), np.fmax.reduceat(chosen.high, offsets), missing)
    return _extremes(chosen.low, offsets)


def _extremes(samples: Float32Array, offsets: Int64Array) -> Extremes:
    """Return the extremes of samples between offsets, the last up to their end."""
    low, high = np.minimum.reduceat(samples, offsets), np.maximum.reduceat(samples, offsets)
    missing = np.zeros(len(offsets), np.uint32)
    if np.isnan(low).any():  # only now, because NumPy takes several times as long to look past missing samples
        low, high = np.fmin.reduceat(samples, offsets), np.fmax.reduceat(samples, offsets)
        missing = np.add.reduceat(np.isnan(samples), offsets, dtype=np.uint32)
    return Extremes(low.astype(np.float32, copy=False), high.astype(np.float32, copy=False), missing)


def _merge(found: Extremes, owners: Int64Array, part: Extremes) -> None:
    if bool((owners[1:] > owners[:-1]).all()):  # each once
        found.low[owners] = np.fmin(found.low[owners], part.low)
        found.high[owners] = np.fmax(found.high[owners], part.high)
        found.missing[owners] += part.missing
        return
    np.fmin.at(found.low, owners, part.low)
    np.fmax.at(found.high, owners, part.high)
    np.add.at(found.missing, owners, part.missing)


def _joined(parts: list[Extremes]) -> Extremes:
    none = np.zeros(0, np.float32)
    return Extremes(
        np.concatenate([none, *(part.low for part in parts)]),
        np.concatenate([none, *(part.high for part in parts)]),
        np.concatenate([_NONE_MISSING, *(part.missing for part in parts)]),
    )


def _coarser(level: Extremes) -> Extremes:
    count = len(level.low) // FACTOR
    low, high, missing = (column[: count * FACTOR].reshape(count, FACTOR) for column in level)
    return Extremes(np.fmin.reduce(low, axis=1), np.fmax.reduce(high, axis=1), missing.sum(axis=1, dtype=np.uint32))
