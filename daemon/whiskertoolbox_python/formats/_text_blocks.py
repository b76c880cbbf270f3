"""Columns of numbers out of a block of delimited text, all cells at once with NumPy: as fast as a parser in C.

A block is whole lines of ASCII bytes that end with a line feed. Cells of plain digits, with a sign and a point, are
read here, and correctly rounded; any other cell (exponents, nan, blanks, text) is left to the caller, who is told where
it is. Knows no file, no kind of column and no message.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Int64s = npt.NDArray[np.int64]
Float64s = npt.NDArray[np.float64]

_LINE_FEED, _POINT, _MINUS = b"\n"[0], b"."[0], b"-"[0]
_WORD = 8
_WORDS = 3
_PAD = b"0" * (_WORD * _WORDS)
_TENS = np.array([10**power for power in range(23)], np.float64)
"""Powers of ten that float64 holds exactly."""
_WHOLE_TENS = np.array([10**power for power in range(19)], np.int64)
_EXACT = 2**53
_HIGHEST_WORD = 921
"""With it as the digits before the last 16, a number is sure to fit into int64."""
_SPLITTER = 2.0**27 + 1


@dataclass(frozen=True)
class Digits:
    """One column as whole numbers and the places of their points.

    Parameters
    ----------
    numbers : (rows,) int64
        The digits of each cell without sign and point.
    decimals : (rows,) int64
        How many of them stand after the point.
    has_point : (rows,) bool
    is_negative : (rows,) bool
    is_odd : (rows,) bool
        Cells that are to be read by somebody else; their other values mean nothing.
    """

    numbers: Int64s
    decimals: Int64s
    has_point: npt.NDArray[np.bool_]
    is_negative: npt.NDArray[np.bool_]
    is_odd: npt.NDArray[np.bool_]

    def values(self) -> tuple[Float64s, npt.NDArray[np.bool_]]:
        """Return the numbers as float64, correctly rounded, and which of them could not be."""
        high = self.numbers.astype(np.float64)
        tens = _TENS[self.decimals]
        quotient = high / tens
        unsure = self.is_odd
        if (self.numbers >= _EXACT).any():
            # One more term of the quotient, out of remainders that are exact; where it is about half a unit in the
            # last place, it does not decide.
            with np.errstate(invalid="ignore"):  # of odd cells
                low = (self.numbers - high.astype(np.int64)).astype(np.float64)
            product = quotient * tens
            rest = ((high - product) - _product_error(quotient, tens, product) + low) / tens
            with np.errstate(invalid="ignore"):
                half = np.spacing(quotient) / 2
                near_tie = np.abs(np.abs(rest) - half) < half * 2.0**-30
                near_tie |= np.abs(np.abs(rest) - half / 2) < half * 2.0**-30  # below a power of two
            quotient = quotient + rest
            unsure = unsure | (near_tie & (self.numbers >= _EXACT))
        return np.where(self.is_negative, -quotient, quotient), unsure

    def whole(self) -> tuple[Int64s, npt.NDArray[np.bool_]]:
        """Return the numbers cut towards zero, exact, and which of them had a fraction."""
        if not self.has_point.any():
            return np.where(self.is_negative, -self.numbers, self.numbers), np.zeros(len(self.numbers), bool)
        tens = _WHOLE_TENS[np.minimum(self.decimals, len(_WHOLE_TENS) - 1)]
        whole = self.numbers // tens
        has_fraction = self.numbers != whole * tens
        beyond = self.decimals >= len(_WHOLE_TENS)
        whole[beyond] = 0
        has_fraction[beyond] = self.numbers[beyond] != 0
        return np.where(self.is_negative, -whole, whole), has_fraction


def _product_error(one: Float64s, other: Float64s, product: Float64s) -> Float64s:
    """Return what a product in float64 is too small by, exactly (Dekker)."""
    big = _SPLITTER * one
    one_high = big - (big - one)
    one_low = one - one_high
    big = _SPLITTER * other
    other_high = big - (big - other)
    other_low = other - other_high
    error: Float64s = one_low * other_low - (
        ((product - one_high * other_high) - one_low * other_high) - one_high * other_low
    )
    return error


class Block:
    """Lines of text that all have the same number of cells."""

    def __init__(self, text: bytes, ends: Int64s) -> None:
        self._text = text
        self._ends = ends
        """Where each cell ends, shape (lines, cells)."""
        self._codes = np.frombuffer(text, np.uint8)
        self._point_free, self._decimals, self._shifts = self._without_points()

    @classmethod
    def of(cls, text: bytes, delimiter: bytes) -> Block | None:
        """Split a block; None when its lines differ in their numbers of cells, or have what is not a plain cell."""
        if b'"' in text or not text.isascii():
            return None
        codes = np.frombuffer(text, np.uint8)
        is_end = codes == _LINE_FEED
        cells = text[: text.index(b"\n")].count(delimiter) + 1
        if cells == 1 and delimiter not in text:
            return cls(text, np.flatnonzero(is_end).reshape(-1, 1))
        is_end |= codes == delimiter[0]
        flat = np.flatnonzero(is_end)
        if len(flat) % cells:
            return None
        ends = flat.reshape(-1, cells)
        separators = codes[ends]
        if (separators[:, -1] != _LINE_FEED).any() or (separators[:, :-1] != delimiter[0]).any():
            return None
        return cls(text, ends)

    def __len__(self) -> int:
        return len(self._ends)

    @property
    def cells_per_line(self) -> int:
        """Number of cells of every line."""
        return int(self._ends.shape[1])

    def cell(self, line: int, column: int) -> str:
        """Return the text of one cell."""
        place = line * self.cells_per_line + column
        start = self._ends.reshape(-1)[place - 1] + 1 if place else 0
        return self._text[start : self._ends[line, column]].decode("ascii")

    def digits(self, column: int) -> Digits:
        """Read one column."""
        ends = np.ascontiguousarray(self._ends[:, column])
        starts = self._starts(column)
        is_negative = self._codes[starts] == _MINUS  # an empty cell's first byte is the separator
        decimals = self._decimals[column]
        has_point = np.zeros(len(ends), bool) if decimals is None else decimals >= 0
        lengths = ends - starts - is_negative - has_point
        ends = ends - self._shifts[column]
        is_odd = (lengths < 1) | (lengths > _WORD * _WORDS)
        if decimals is None:
            decimals = np.zeros(len(ends), np.int64)
        else:
            is_odd |= decimals >= len(_TENS)
            decimals = np.clip(decimals, 0, len(_TENS) - 1)
        lengths = np.clip(lengths, 0, _WORD * _WORDS)
        longest = int(lengths.max(initial=0))
        numbers = np.zeros(len(ends), np.int64)
        for place in range(-(-longest // _WORD)):
            # Words of 8 characters that end where the cells end, or 8 or 16 before.
            words = self._words()[ends + _WORD * (_WORDS - 1 - place)]
            value, is_number = _eight_digits((words ^ _ZEROS) & _KEPT[place].take(lengths))
            is_odd |= ~is_number
            if place == _WORDS - 1:
                is_odd |= value > _HIGHEST_WORD
            numbers += value * 10 ** (_WORD * place) if place else value
        return Digits(numbers, decimals, has_point, is_negative, is_odd)

    def _starts(self, column: int) -> Int64s:
        starts = np.empty(len(self._ends), np.int64)
        if column:
            np.add(self._ends[:, column - 1], 1, out=starts)
        else:
            starts[0] = 0
            np.add(self._ends[:-1, -1], 1, out=starts[1:])
        return starts

    def _words(self) -> npt.NDArray[Any]:
        """Return the 8 characters from every place of the padded text on, without a copy."""
        text = self._point_free
        words: npt.NDArray[Any] = np.ndarray((len(text) - _WORD + 1,), "<u8", text, 0, (1,))
        return words

    def _without_points(self) -> tuple[bytes, list[Int64s | None], list[Any]]:
        """Return the padded text without points, and per column the decimals (-1: no point) and how far ends moved."""
        cells = self.cells_per_line
        text = _PAD + self._text.translate(None, b".")
        if len(text) == len(self._text) + len(_PAD):
            return text, [None] * cells, [0] * cells
        points = np.flatnonzero(self._codes == _POINT)
        decimals: list[Int64s | None] = [None] * cells
        if len(points) == len(self._ends):  # most often one column has a point in every line
            number = np.arange(len(points), dtype=np.int64)
            for column in range(cells):
                if points[0] < self._ends[0, column]:
                    behind: Int64s = self._ends[:, column] - points - 1
                    if (points >= self._starts(column)).all() and (behind >= 0).all():
                        decimals[column] = behind
                        return text, decimals, [number + (other >= column) for other in range(cells)]
                    break
        flat = self._ends.reshape(-1)
        owner = np.searchsorted(flat, points)
        all_decimals = np.full(len(flat), -1, np.int64)
        all_decimals[owner] = flat[owner] - points - 1
        counts = np.bincount(owner, minlength=len(flat))
        all_decimals[counts > 1] = len(_TENS)  # two points make no number
        moved = np.cumsum(counts).reshape(self._ends.shape)
        by_line = all_decimals.reshape(self._ends.shape)
        return text, [by_line[:, column] for column in range(cells)], [moved[:, column] for column in range(cells)]


_ZEROS = np.uint64(0x3030303030303030)
_HIGHS = np.uint64(0x8080808080808080)
_KEPT = [
    np.array(
        [(2**64 - 1) ^ (2 ** (8 * (_WORD - min(max(length - _WORD * place, 0), _WORD))) - 1) for length in range(25)],
        np.uint64,
    )
    for place in range(_WORDS)
]
"""Which bytes of each of the words hold digits of a cell of so many; they are the high ones."""


_u8 = np.uint64


def _eight_digits(digits: npt.NDArray[np.uint64]) -> tuple[Int64s, npt.NDArray[np.bool_]]:
    """Return the numbers of eight digits each, a byte a digit, and which words have digits only."""
    is_number = ((digits | (digits + _u8(0x7676767676767676))) & _HIGHS) == 0
    digits = (digits * _u8(10)) + (digits >> _u8(8))
    pairs = _u8(0x000000FF000000FF)
    high = (digits & pairs) * _u8(100 + (1000000 << 32))
    low = ((digits >> _u8(16)) & pairs) * _u8(1 + (10000 << 32))
    return ((high + low) >> _u8(32)).view(np.int64), is_number
