"""Whether numbers are in order, looked at a part at a time: an array may be as large as the disk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

AT_ONCE = 1 << 18
"""Rows, which stay in the processor's cache."""


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
