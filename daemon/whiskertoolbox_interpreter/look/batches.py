"""The batches of this process, for the view that shows them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from whiskertoolbox_protocol.status import Empty
from whiskertoolbox_protocol.transforms import BatchError, Batches, BatchStatus

if TYPE_CHECKING:
    from whiskertoolbox_python.batches.progress import RunningBatch

MOST_ERRORS = 50
LONGEST_TEXT = 500
LONGEST_TRACEBACK = 4000


def list_batches(_params: Empty) -> Batches:
    """The last ones, the newest first; bounded in number and size."""
    module = sys.modules.get("whiskertoolbox_python.batches.progress")
    if module is None:  # no batch has been started
        return Batches(batches=[])
    return Batches(batches=[_status(one) for one in reversed(tuple(module.known))])


def _status(batch: RunningBatch) -> BatchStatus:
    how_far = batch.progress
    return BatchStatus(
        number=batch.number,
        label=batch.label[:LONGEST_TEXT],
        state=batch.state,
        done=how_far.done,
        total=how_far.total,
        failed=how_far.failed,
        elapsed_s=how_far.elapsed_s,
        remaining_s=None if how_far.remaining_s != how_far.remaining_s else how_far.remaining_s,
        errors=[
            BatchError(
                label=error.label[:LONGEST_TEXT],
                message=error.message[:LONGEST_TEXT],
                traceback=error.traceback[-LONGEST_TRACEBACK:],
            )
            for error in batch.errors[:MOST_ERRORS]
        ],
    )
