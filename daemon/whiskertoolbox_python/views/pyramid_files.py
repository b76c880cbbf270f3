"""Pyramids on disk, in a folder beside the columns of a session.

They are a cache: any file may be deleted at any time, one that cannot be read is built again, and one that cannot be
written is kept in memory by whoever built it. A file's name says of which column it is, of which generation of the
entry (a column's file may be written over when its entry is gone) and of how many samples.
"""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

import numpy as np

from whiskertoolbox_python.views.pyramid import BLOCK, FACTOR, Extremes, Pyramid


class PyramidFiles:
    """The pyramids of a session.

    Parameters
    ----------
    folder
        Made when the first one is saved.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, column: str, generation: int, count: int) -> Pyramid:
        """Return the pyramid of most of the first `count` samples of a column, mapped; empty if there is none.

        Parameters
        ----------
        column
            Name of the column's file.
        generation
            Revision that made its entry.
        """
        prefix = _prefix(column, generation)
        found = Pyramid(0, ())
        for path in self._folder.glob(f"{prefix}*.npy"):
            samples = path.stem.removeprefix(prefix)
            if samples.isdecimal() and found.count < int(samples) <= count and _is_plain(path):
                with contextlib.suppress(OSError, ValueError, EOFError):  # deleted meanwhile, or cut short
                    numbers = np.load(path, mmap_mode="r", allow_pickle=False)
                    found = Pyramid(int(samples), _levels(np.asarray(numbers), int(samples)))
        return found

    def save(self, pyramid: Pyramid, column: str, generation: int) -> bool:
        """Write a pyramid, which replaces those of fewer samples; False where that cannot be done."""
        prefix = _prefix(column, generation)
        part = self._folder / f"{prefix}{pyramid.count}.{os.urandom(4).hex()}.part"
        flat = [array.view(np.float32) for level in pyramid.levels for array in level]
        try:
            self._folder.mkdir(exist_ok=True)
            with open(part, "xb") as file:
                np.save(file, np.concatenate(flat) if flat else np.zeros(0, np.float32))
            os.replace(part, self._folder / f"{prefix}{pyramid.count}.npy")
        except OSError:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
            return False
        for path in self._folder.glob(f"{prefix}*.npy"):
            samples = path.stem.removeprefix(prefix)
            if samples.isdecimal() and int(samples) < pyramid.count:
                with contextlib.suppress(OSError):  # somebody maps it, on Windows
                    path.unlink()
        return True


def _is_plain(path: Path) -> bool:
    """Return whether that is a file of this folder, and no link or pipe, which only a stranger can have put there."""
    with contextlib.suppress(OSError):
        return stat.S_ISREG(path.lstat().st_mode)
    return False


def _prefix(column: str, generation: int) -> str:
    return f"{column.partition('.')[0]}.{generation}."


def _levels(numbers: np.ndarray[tuple[int, ...], np.dtype[np.float32]], count: int) -> tuple[Extremes, ...]:
    """Return the levels that lie one behind the other; ValueError when they are not those of so many samples."""
    levels: list[Extremes] = []
    size, first = count // BLOCK, 0
    while True:
        low, high, missing = (numbers[first + size * part : first + size * (part + 1)] for part in range(3))
        levels.append(Extremes(low, high, missing.view(np.uint32)))
        first += 3 * size
        if size < 2 * FACTOR:
            break
        size //= FACTOR
    if first != len(numbers):
        raise ValueError(f"{len(numbers)} numbers are not the pyramid of {count} samples")
    return tuple(levels)
