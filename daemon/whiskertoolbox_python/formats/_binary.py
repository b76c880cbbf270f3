"""Raw binary files: arrays of one NumPy type after a header, and the edges of a bit in 16-bit words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.errors import LoadError

_WORDS_AT_ONCE = 1 << 22


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


def find_edges(words: npt.NDArray[np.uint16], channel: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Find where one bit of consecutive words changes.

    Returns
    -------
    rising, falling : (n,) int64
        Positions of the first word after each change. The first word is not a change.
    """
    if not 0 <= channel <= 15:
        raise LoadError(f'option "channel" must be a bit from 0 to 15, not {channel}')
    rising: list[npt.NDArray[np.int64]] = []
    falling: list[npt.NDArray[np.int64]] = []
    for start in range(0, words.size, _WORDS_AT_ONCE):
        first = max(start - 1, 0)
        is_on = (words[first : start + _WORDS_AT_ONCE] >> channel) & 1
        change = np.diff(is_on.astype(np.int8))
        rising.append(np.flatnonzero(change == 1) + first + 1)
        falling.append(np.flatnonzero(change == -1) + first + 1)
    return np.concatenate(rising), np.concatenate(falling)


def map_words(path: Path, *, header_size: int, warn: Callable[[str], None]) -> npt.NDArray[np.uint16]:
    """Map a file of 16-bit words."""
    return map_file(path, np.uint16, header_size=header_size, warn=warn)
