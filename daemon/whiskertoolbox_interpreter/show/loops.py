"""Loops of user code as the window shows them: told while they go on, and taken away with their run at the latest.

Loops are those over `wt.progress`, and the bars of tqdm, whose text is shown as ever.
"""

from __future__ import annotations

import functools
import math
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from whiskertoolbox_interpreter.show.imports import after_import
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


def follow_tqdm(heard: Callable[[progressing.LoopProgress], None]) -> None:
    """Let bars of tqdm be heard of like loops, once user code imports it."""
    after_import("tqdm.std", lambda module: _follow_bars(module.tqdm, heard))


def _follow_bars(bar_class: Any, heard: Callable[[progressing.LoopProgress], None]) -> None:
    display, close = bar_class.display, bar_class.close

    @functools.wraps(display)
    def displayed(bar: Any, *args: Any, **kwargs: Any) -> Any:
        now = time.monotonic()
        if not bar.disable and now - getattr(bar, "whiskertoolbox_told_at", -math.inf) >= progressing.INTERVAL_S:
            bar.whiskertoolbox_told_at = now
            if not hasattr(bar, "whiskertoolbox_number"):
                bar.whiskertoolbox_number = progressing.new_number()
            heard(_how_far(bar))
        return display(bar, *args, **kwargs)

    @functools.wraps(close)
    def closed(bar: Any) -> Any:
        try:
            return close(bar)
        finally:
            if hasattr(bar, "whiskertoolbox_number"):
                heard(replace(_how_far(bar), has_ended=True))

    bar_class.display, bar_class.close = displayed, closed


def _how_far(bar: Any) -> progressing.LoopProgress:
    description = str(bar.desc or "").removesuffix(": ")
    total = None if bar.total is None or not math.isfinite(bar.total) else int(bar.total)
    return progressing.LoopProgress(bar.whiskertoolbox_number, description, int(bar.n), total)
