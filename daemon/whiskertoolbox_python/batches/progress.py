"""How far batches are: told to the caller, the terminal or the session, and known of the last ones of this process."""

from __future__ import annotations

import itertools
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from whiskertoolbox_python import progressing
from whiskertoolbox_python.batches._results import BatchResult, ItemError
from whiskertoolbox_python.errors import Cancelled, TransformError

_MOST_KNOWN = 10
"""Batches of this process that are known, the last ones; their results with them."""

_numbers = itertools.count(1)
known: deque[RunningBatch] = deque(maxlen=_MOST_KNOWN)
"""The oldest first. Read by other threads as well."""


@dataclass(frozen=True)
class BatchProgress:
    """How far a batch is.

    Attributes
    ----------
    done, total, failed : int
        Items; the failed ones are among those done.
    elapsed_s, remaining_s : float
        Seconds; NaN remain while nothing is done.

    Examples
    --------
    >>> print(BatchProgress(50, 200, 1, 10.0, 30.0))
    50 of 200, 1 failed, 30 s left
    """

    done: int
    total: int
    failed: int
    elapsed_s: float
    remaining_s: float

    def __str__(self) -> str:
        failed = f", {self.failed} failed" if self.failed else ""
        left = "" if self.remaining_s != self.remaining_s else f", {self.remaining_s:.0f} s left"
        return f"{self.done} of {self.total}{failed}{left}"


Progress = Callable[[BatchProgress], None]


@dataclass
class RunningBatch:
    """A batch that goes on, or has ended.

    Attributes
    ----------
    label : str
        What is run.
    state : str
    progress : BatchProgress
        When something of it changed last.
    errors : list of ItemError
        In the order in which they came.
    result : BatchResult or None
        Once it is done; of one that was cancelled, what was done until then.
    """

    label: str
    progress: BatchProgress
    number: int = field(default_factory=lambda: next(_numbers))
    state: Literal["running", "done", "cancelled", "failed"] = "running"
    errors: list[ItemError] = field(default_factory=list)
    result: BatchResult | None = None


def recent_batch(number: int | None = None) -> BatchResult:
    """Return the result of a batch of this process: of the last one, or by its number.

    The last ten are known. Of one that was cancelled it has what was done, and its `retry` goes on with the rest.

    Raises
    ------
    TransformError
        When there is none, or it has no result (yet).

    Examples
    --------
    >>> recent_batch(-1)
    Traceback (most recent call last):
    whiskertoolbox_python.errors.TransformError: there is no batch -1 in this process any more; start it again
    """
    one = next((one for one in reversed(known) if number in (None, one.number)), None)
    if one is None:
        which = "batch" if number is None else f"batch {number}"
        raise TransformError(f"there is no {which} in this process any more; start it again")
    if one.result is None:
        raise TransformError(f"batch {one.number} ({one.label}) has no result: it is {one.state}")
    return one.result


class Reporter:
    """Counts, and tells the caller, or else the terminal and the session.

    A context manager for the time of the batch.
    """

    def __init__(self, progress: Progress | None, label: str, total: int) -> None:
        self._is_line = progress is None and sys.stderr is not None and sys.stderr.isatty()
        self._tell = progress or (self._write if self._is_line else None)
        self._loop = progressing.new_number() if progress is None else None
        self._told_at = -progressing.INTERVAL_S
        self._start = time.monotonic()
        self._skipped = 0
        nothing = BatchProgress(0, total, 0, 0.0, 0.0 if total == 0 else float("nan"))
        self.batch: RunningBatch = RunningBatch(label, nothing)

    def __enter__(self) -> Reporter:
        known.append(self.batch)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        if kind is not None:
            self.batch.state = "cancelled" if issubclass(kind, (Cancelled, KeyboardInterrupt)) else "failed"
        self._tell_session(has_ended=True)
        if self._is_line:
            sys.stderr.write("\n")

    def begin(self) -> None:
        """Tell that nothing is done yet."""
        self._report(0)

    def skipped(self) -> None:
        """Note that an item had been done before."""
        self._skipped += 1
        self._report(1)

    def done(self, failed: ItemError | None) -> None:
        """Note that an item is done, or what went wrong with it."""
        if failed is not None:
            self.batch.errors.append(failed)
        self._report(1)

    def keep(self, result: BatchResult) -> None:
        """Note what there is, of all items or until the batch was cancelled."""
        self.batch.result = result

    def end(self) -> None:
        """Note that all are done."""
        self.batch.state = "done"

    def _report(self, more: int) -> None:
        before = self.batch.progress
        elapsed, done = time.monotonic() - self._start, before.done + more
        run = done - self._skipped
        remaining = elapsed / run * (before.total - done) if run else float("nan")
        self.batch.progress = BatchProgress(done, before.total, len(self.batch.errors), elapsed, remaining)
        if self._tell is not None:
            self._tell(self.batch.progress)
        self._tell_session()

    def _tell_session(self, *, has_ended: bool = False) -> None:
        now = time.monotonic()
        if self._loop is None or (now - self._told_at < progressing.INTERVAL_S and not has_ended):
            return
        self._told_at = now
        how_far = self.batch.progress
        failed = f", {how_far.failed} failed" if how_far.failed else ""
        progressing.tell(
            progressing.LoopProgress(
                self._loop, f"Batch: {self.batch.label}{failed}", how_far.done, how_far.total, has_ended
            )
        )

    def _write(self, progress: BatchProgress) -> None:
        sys.stderr.write(f"\r{progress}\033[K")
        sys.stderr.flush()
