"""`progress`: a loop whose progress is shown, where somebody shows it. The interpreter of a session does."""

from __future__ import annotations

import itertools
import operator
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

INTERVAL_S = 0.1
"""It is told how far a loop is no more often than this."""

_numbers = itertools.count(1)


@dataclass(frozen=True)
class LoopProgress:
    """How far a loop is.

    Attributes
    ----------
    number : int
        Which loop of this process.
    description : str
    done : int
        Items that are done.
    total : int or None
        How many there are, where that is known.
    has_ended : bool
        Nothing is told of this loop any more.
    """

    number: int
    description: str
    done: int
    total: int | None
    has_ended: bool = False


Listener = Callable[[LoopProgress], None]
_listener: Listener | None = None


def connect(listener: Listener | None) -> None:
    """Tell `listener` of all loops from now on; nobody with None."""
    global _listener
    _listener = listener


def new_number() -> int:
    """Return a number for a loop that no other loop of this process has."""
    return next(_numbers)


def progress(items: Iterable[T], description: str = "", *, total: int | None = None) -> Iterator[T]:
    """Go through items, and show how far the loop is.

    In a session of VS Code a notification shows it, with a button that interrupts the run. Elsewhere nothing is shown.

    Parameters
    ----------
    items : iterable
        What the loop goes through.
    description : str
        What the loop does.
    total : int, optional
        How many items there are; by default ``len(items)`` where that is known.

    Yields
    ------
    object
        Each item.

    Examples
    --------
    >>> [2 * trial for trial in progress([1, 2, 3], "trials")]
    [2, 4, 6]
    """
    if total is None:
        known = operator.length_hint(items, -1)
        total = known if known >= 0 else None
    number, done, told_at = new_number(), 0, -INTERVAL_S
    try:
        for item in items:
            if time.monotonic() - told_at >= INTERVAL_S:
                told_at = time.monotonic()
                tell(LoopProgress(number, description, done, total))
            yield item
            done += 1
    finally:
        tell(LoopProgress(number, description, done, total, has_ended=True))


def tell(how_far: LoopProgress) -> None:
    """Tell whoever shows loops how far one is; no more often than `INTERVAL_S`."""
    if _listener is not None:
        _listener(how_far)
