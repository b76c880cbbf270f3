"""Raw binary files: arrays of one NumPy type after a header, and the edges of a bit in 16-bit words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.order import Allocate, parts
from whiskertoolbox_python.errors import LoadError, SaveError
from whiskertoolbox_python.formats._growing_column import GrowingColumn
from whiskertoolbox_python.formats._saver import Destination
from whiskertoolbox_python.parameters import option, required

_WORDS_AT_ONCE = 1 << 22
_MOST_WORDS = 1 << 31


@dataclass(frozen=True, kw_only=True)
class WordOptions:
    """Options of event and interval uint16."""

    channel: int = required("bit of the word, from 0 to 15")
    transition: Literal["rising", "falling"] = required("the change that counts, rising or falling")
    header_size: int = option(0, "Bytes before the first word.")
    channel_count: int = option(1, "No effect.")


@dataclass(frozen=True, kw_only=True)
class SaveWordOptions:
    """Options of saving event and interval uint16; none is required, since there is no file yet to agree with."""

    channel: int = option(0, "Bit of the word, from 0 to 15.")
    transition: Literal["rising", "falling"] = option("rising", "The change that marks an event or a start.")


def map_file(
    path: Path,
    dtype: npt.DTypeLike,
    *,
    header_size: int,
    warn: Callable[[str], None],
    skip: int = 0,
    values_per_frame: int = 1,
) -> npt.NDArray[Any]:
    """Map the values after a header and `skip` others, without reading them.

    Returns
    -------
    (n,) array, read-only
        A multiple of `values_per_frame` values; what is left of a last frame is named in a warning.

    Raises
    ------
    LoadError
        The file has not a single whole frame after the header.
    """
    if header_size < 0:
        raise LoadError(f'option "header_size" must not be negative, not {header_size}')
    kind = np.dtype(dtype)
    header_size += skip * kind.itemsize
    frame_bytes = kind.itemsize * values_per_frame
    size = path.stat().st_size
    frames, rest = divmod(size - header_size, frame_bytes)
    if frames <= 0:
        raise LoadError(
            f"{path} has {size:,} bytes: not one frame of {frame_bytes} bytes after a header of {header_size} bytes"
        )
    if rest:
        last = f"the last {rest} bytes are" if rest > 1 else "the last byte is"
        warn(f"{path}: {last} not a whole frame of {frame_bytes} bytes; left out")
    return np.memmap(path, dtype=kind, mode="r", offset=header_size, shape=(frames * values_per_frame,))


def find_edges(
    words: npt.NDArray[np.uint16], channel: int, *, allocate: Allocate = np.empty
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Find where one bit of consecutive words changes; `allocate` makes the arrays, such as inside a store.

    Returns
    -------
    rising, falling : (n,) int64
        Positions of the first word after each change. The first word is not a change.
    """
    if not 0 <= channel <= 15:
        raise LoadError(f'option "channel" must be a bit from 0 to 15, not {channel}')
    rising, falling = (GrowingColumn(np.int64, words.size, allocate) for _ in range(2))
    for part in parts(words.size):
        first = max(part.start - 1, 0)
        is_on = (words[first : part.stop] >> channel) & 1
        change = np.diff(is_on.astype(np.int8))
        for edges, direction in ((rising, 1), (falling, -1)):
            edges.add(np.flatnonzero(change == direction) + first + 1, part.stop - part.start)
    return rising.finish(), falling.finish()


def map_words(path: Path, *, header_size: int, warn: Callable[[str], None]) -> npt.NDArray[np.uint16]:
    """Map a file of 16-bit words."""
    return map_file(path, np.uint16, header_size=header_size, warn=warn)


def check_edges(edges: npt.NDArray[np.int64], target: Destination, options: SaveWordOptions, rule: str) -> None:
    """Refuse edges that a bit cannot have: it changes after the first word, and once at a time."""
    if not 0 <= options.channel <= 15:
        raise SaveError(f"channel must be a bit from 0 to 15, not {options.channel}")
    if edges.min(initial=0) < 0 or edges.max(initial=0) >= _MOST_WORDS:
        raise SaveError(f"{target.key}: words hold indices from 0 to {_MOST_WORDS:,}; use csv")
    if (np.diff(edges, prepend=0) <= 0).any():
        raise SaveError(f"{target.key}: {rule}; use csv")


def words_with_edges(edges: npt.NDArray[np.int64], options: SaveWordOptions) -> Iterator[npt.NDArray[np.uint16]]:
    """Yield words, block by block, whose bit changes at each edge; the last edge is at the last word."""
    is_set = np.uint16(options.transition == "falling")
    length = int(edges.max(initial=0)) + 1
    for start in range(0, length, _WORDS_AT_ONCE):
        changes = np.zeros(min(_WORDS_AT_ONCE, length - start), np.uint16)
        first, last = np.searchsorted(edges, [start, start + len(changes)])
        changes[edges[first:last] - start] = 1
        bits = np.bitwise_xor.accumulate(changes) ^ is_set
        is_set = bits[-1]
        yield bits << np.uint16(options.channel)
