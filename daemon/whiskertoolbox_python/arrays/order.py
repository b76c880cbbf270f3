"""Whether numbers are in order, and in what order they are, a part at a time: an array may be as large as the disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

AT_ONCE = 1 << 18
"""Rows, which stay in the processor's cache."""

Allocate = Callable[[tuple[int, ...], npt.DTypeLike], npt.NDArray[Any]]
"""Makes an array of a shape and dtype, such as inside a store."""

_BITS = 11
_MASK = np.uint64((1 << _BITS) - 1)
_HIGHEST = 2**63 - 1
_NO_DIGITS = np.empty(0, np.uint16)


def parts(count: int) -> Iterator[slice]:
    """Yield the rows of an array some at a time."""
    return (slice(start, min(start + AT_ONCE, count)) for start in range(0, count, AT_ONCE))


def first_disorder(array: npt.NDArray[Any], *, distinct: bool = False) -> int | None:
    """Return the place of the first number smaller than the one before, or not larger; None if there is none."""
    for part in parts(len(array) - 1):
        before, after = array[part], array[part.start + 1 : part.stop + 1]
        in_order = after > before if distinct else after >= before
        if not in_order.all():
            return int(part.start + np.argmin(in_order) + 1)
    return None


def is_ascending(array: npt.NDArray[Any], *, distinct: bool = False) -> bool:
    """Return whether no number is smaller than the one before, or each is larger."""
    return first_disorder(array, distinct=distinct) is None


def stable_order(keys: Sequence[npt.NDArray[np.int64]], allocate: Allocate = np.empty) -> npt.NDArray[np.int64]:
    """Return the places of rows in order of their keys, the last one first, as `numpy.lexsort` does.

    It needs no memory but for a part and for two arrays of places, which `allocate` makes of a shape and dtype: a radix
    sort by a few bits at a time, as many as the keys differ in.
    """
    count = len(keys[0])
    order, other = (allocate((count,), np.int64) for _ in range(2))
    for part in parts(count):
        order[part] = np.arange(part.start, part.stop, dtype=np.int64)
    for key in keys:
        lowest = np.uint64(int(key.min(initial=_HIGHEST)) % 2**64)
        spread = int(key.max(initial=-_HIGHEST)) - int(key.min(initial=_HIGHEST))
        for shift in range(0, max(spread, 0).bit_length(), _BITS):
            _ordered_by(key, lowest, np.uint64(shift), order, other)
            order, other = other, order
    return order


def ranked(
    numbers: npt.NDArray[np.int64], allocate: Allocate = np.empty
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the distinct numbers in order, and the place of each number among them, as `numpy.unique` does.

    It needs no memory but for a part, and for the arrays that `allocate` makes.
    """
    count, found = len(numbers), 0
    order = None if is_ascending(numbers) else stable_order([numbers], allocate)
    distinct, places = (allocate((count,), np.int64) for _ in range(2))
    for part in parts(count):
        rows = part if order is None else order[part]
        block = numbers[rows]
        is_new = np.ones(len(block), bool)
        is_new[1:] = block[1:] != block[:-1]
        is_new[0] = not found or block[0] != distinct[found - 1]
        places[rows] = found - 1 + np.cumsum(is_new)
        distinct[found : found + np.count_nonzero(is_new)] = block[is_new]
        found += int(np.count_nonzero(is_new))
    return distinct[:found], places


def _ordered_by(
    key: npt.NDArray[np.int64],
    lowest: np.uint64,
    shift: np.uint64,
    order: npt.NDArray[np.int64],
    ordered: npt.NDArray[np.int64],
) -> None:
    """Put places in order of one digit of their keys; those with the same digit stay as they are."""
    ends = np.cumsum(sum((_counts(_digits(key[part], lowest, shift)) for part in parts(len(key))), _counts(_NO_DIGITS)))
    begins = np.append(0, ends[:-1])
    for part in parts(len(order)):
        places = order[part]
        digits = _digits(key[places], lowest, shift)
        by_digit, here = np.argsort(digits, kind="stable"), _counts(digits)
        before = np.cumsum(here) - here
        ordered[np.repeat(begins - before, here) + np.arange(len(places), dtype=np.int64)] = places[by_digit]
        begins += here


def _digits(keys: npt.NDArray[np.int64], lowest: np.uint64, shift: np.uint64) -> npt.NDArray[np.uint16]:
    # As unsigned numbers, differences of int64 are exact.
    digits: npt.NDArray[np.uint64] = ((keys.view(np.uint64) - lowest) >> shift) & _MASK
    return digits.astype(np.uint16)


def _counts(digits: npt.NDArray[np.uint16]) -> npt.NDArray[np.int64]:
    return np.bincount(digits, minlength=1 << _BITS)
