"""Blocks of lines of a frame and quoted lists of numbers, all of them at once where each is plain.

What is read here has one meaning only: any other block is left to whoever reads it line by line, and says what is odd.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.conversion import Int64Array
from whiskertoolbox_python.formats._text_arrow import ArrowReader
from whiskertoolbox_python.formats._text_blocks import Block
from whiskertoolbox_python.formats._text_cells import FLOAT32_END, Kind

_LINE_FEED, _QUOTE = b"\n"[0], b'"'[0]
_NEVER_WITHIN = b":"
"""A delimiter of columns for text that has one column."""
_EXACT = 2.0**53


class PlainRows(NamedTuple):
    """The frame of each line, the length of each of its lists, ``(lines, lists)``, and the numbers of each list."""

    frames: Int64Array
    counts: Int64Array
    numbers: list[npt.NDArray[Any]]


class QuotedLists:
    """Reads blocks of lines ``frame,"1,2,3"``, or with more lists.

    Parameters
    ----------
    file_bytes
        Of the file; pyarrow reads the numbers of a large one, if it is installed.
    outside, within
        What separates frame and lists, and the numbers of a list.
    lists
        How many there are in each line.
    kind
        How a number is understood: `index` for whole ones, `value` for others.
    """

    def __init__(self, file_bytes: int, outside: str, within: str, lists: int, kind: Kind) -> None:
        self._outside, self._within = outside.encode(), within.encode()
        self._lists = lists
        self._kind = kind
        self.arrow = ArrowReader.of(file_bytes, [(0, kind)], _NEVER_WITHIN, math.inf)
        self._is_usable = len(self._outside) == len(self._within) == 1 and not {outside, within} & {'"', ":"}

    def read(self, text: bytes) -> PlainRows | None:
        """Return what whole lines hold, or None if anything in them is odd."""
        if not self._is_usable:
            return None
        codes = np.frombuffer(text, np.uint8)
        ends, places = np.flatnonzero(codes == _LINE_FEED), np.flatnonzero(codes == _QUOTE)
        if len(places) != 2 * self._lists * len(ends):
            return None
        counts = self._counts(codes, places.reshape(len(ends), 2 * self._lists), ends)
        if counts is None:
            return None
        by_cell = np.column_stack([np.ones(len(ends), np.int64), counts]).reshape(-1)
        numbers = self._numbers(text)
        if numbers is None or len(numbers) != by_cell.sum():
            return None
        place = np.repeat(np.tile(np.arange(1 + self._lists, dtype=np.uint8), len(ends)), by_cell)
        frames, *lists = (numbers[place == number] for number in range(1 + self._lists))
        if not ((frames >= 0) & (frames < _EXACT) & (frames == np.floor(frames))).all():
            return None
        return PlainRows(frames.astype(np.int64), counts, lists)

    def _counts(self, codes: npt.NDArray[np.uint8], quotes: Int64Array, ends: Int64Array) -> Int64Array | None:
        """Return the cells of each list; None unless every line is ``frame,"…","…"`` and nothing else."""
        outside = self._outside[0]
        is_outside = codes == outside
        opening, closing = quotes[:, 0::2], quotes[:, 1::2]
        if (closing[:, -1] + 1 != ends).any() or not is_outside[opening - 1].all():
            return None
        if (opening[:, 1:] - closing[:, :-1] != 2).any():
            return None
        if self._within != self._outside:
            if np.count_nonzero(is_outside) != opening.size:
                return None  # some are in lists, where they separate nothing
            is_outside |= codes == self._within[0]
        separators = np.flatnonzero(is_outside)
        first, last = np.searchsorted(separators, opening), np.searchsorted(separators, closing)
        before = np.concatenate([[0], last[:-1, -1]])
        return last - first + 1 if (first[:, 0] - before == 1).all() else None

    def _numbers(self, text: bytes) -> npt.NDArray[Any] | None:
        """Return all numbers of lines that have this form, one after the other."""
        cells = text.translate(bytes.maketrans(self._outside + self._within, b"\n\n"), b'"')
        if self.arrow is not None:
            parts = self.arrow.parts(cells, len(cells))
            return None if parts is None else np.concatenate([column for (column,) in parts])
        block = Block.of(cells, _NEVER_WITHIN)
        if block is None:
            return None
        digits = block.digits(0)
        if self._kind == "index":
            whole, _ = digits.whole()
            return None if (digits.is_odd | digits.has_point).any() else whole
        values, is_odd = digits.values()
        return None if (is_odd | (np.abs(values) >= FLOAT32_END)).any() else values
