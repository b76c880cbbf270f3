"""Loops of user code as the window shows them: told while they go on, and taken away with their run at the latest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from whiskertoolbox_protocol.execution import LoopProgress
from whiskertoolbox_python import progressing

LONGEST_DESCRIPTION = 200


class Loops:
    """Passes on how far loops are."""

    def __init__(self, tell: Callable[[LoopProgress], None]) -> None:
        self._tell = tell
        self._open: dict[int, LoopProgress] = {}

    def heard(self, loop: progressing.LoopProgress) -> None:
        """A loop has come further, or has ended."""
        told = LoopProgress(
            number=loop.number,
            description=str(loop.description)[:LONGEST_DESCRIPTION],
            done=loop.done,
            total=loop.total,
            has_ended=loop.has_ended,
        )
        if loop.has_ended:
            if self._open.pop(loop.number, None) is None:
                return  # it has ended with its run before, or nobody has been told of it
        else:
            self._open[loop.number] = told
        self._tell(told)

    def run_ended(self) -> None:
        """End what has not ended: a loop that raised is kept by its traceback."""
        ended, self._open = self._open, {}
        for told in ended.values():
            self._tell(replace(told, has_ended=True))
