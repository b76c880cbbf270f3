"""Large files into the store, a chunk at a time: loading needs the memory of a chunk, however long the recording is."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.formats._loader import Source
from whiskertoolbox_python.target import Target

CHUNK_BYTES = 1 << 26
"""What is read at once, in the type that it is worked with."""


_IN_MEMORY = "bytes in memory"
"""In what the entries of a load share: how much of it has been made there."""


def allocate(source: Source, shape: tuple[int, ...], dtype: npt.DTypeLike, *, alike: int = 1) -> npt.NDArray[Any]:
    """Return an array for a result, one of so many alike; inside the store if they are more than a chunk together.

    To store an array that is made there copies nothing. Once a load has made a chunk of arrays in memory, only those
    that are a small part of a chunk are still made there.
    """
    return allocate_in(source.manager, source.shared, shape, dtype, alike=alike)


def allocate_in(
    manager: Target, shared: dict[Any, Any], shape: tuple[int, ...], dtype: npt.DTypeLike, *, alike: int = 1
) -> npt.NDArray[Any]:
    """Return an array as `allocate` does, also of records; it may be for what is only kept until the file is loaded."""
    size = math.prod(shape) * np.dtype(dtype).itemsize
    made = shared.get(_IN_MEMORY, 0)
    if is_small((alike, *shape), dtype) and (made + size <= CHUNK_BYTES or size <= CHUNK_BYTES // 64):
        shared[_IN_MEMORY] = made + size
        return np.empty(shape, dtype)
    kind = np.dtype(dtype)
    if kind.kind in "biuf" and kind.isnative and kind.itemsize <= 8:
        return manager.allocate(shape, kind)
    return manager.allocate((math.prod(shape) * kind.itemsize,), np.uint8).view(kind).reshape(shape)


def is_small(shape: tuple[int, ...], dtype: npt.DTypeLike) -> bool:
    """Return whether an array is no more than a chunk."""
    return math.prod(shape) * np.dtype(dtype).itemsize <= CHUNK_BYTES


def chunks(count: int, bytes_per_row: int, *, chunk_bytes: int = 0, rows_together: int = 1) -> Iterator[slice]:
    """Yield the rows of an array some at a time; of another size than a chunk, where that is given.

    `rows_together` are never parted: the file has them in one piece.
    """
    at_once = max(1, (chunk_bytes or CHUNK_BYTES) // max(1, bytes_per_row))
    at_once = max(at_once // rows_together, 1) * rows_together
    return (slice(start, min(start + at_once, count)) for start in range(0, count, at_once))


def next_rows(rows: int, rows_bytes: int) -> int:
    """Return how many rows of unequal length to read next, when so many were of that size, so that a chunk holds them.

    They grow slowly, since the next may be longer.
    """
    return max(1, min(4 * rows, rows * CHUNK_BYTES // 8 // max(1, rows_bytes)))


def is_large(path: Path) -> bool:
    """Return whether a file is better mapped than read."""
    return path.stat().st_size > CHUNK_BYTES


def converted(
    source: Source,
    rows: Any,
    dtype: npt.DTypeLike,
    convert: Callable[[npt.NDArray[Any]], npt.NDArray[Any]],
    *,
    rows_together: int = 1,
) -> npt.NDArray[Any]:
    """Return the rows of an array, or of a dataset that is read when it is sliced, converted chunk by chunk."""
    made = allocate(source, tuple(rows.shape), dtype)
    for part in chunks(len(rows), 8 * math.prod(rows.shape[1:]), rows_together=rows_together):
        made[part] = convert(np.asarray(rows[part]))
    return made
