"""Whose turn it is: user code has one main thread, so runs wait for each other here, and nowhere else."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from whiskertoolbox_protocol.execution import RunCode, RunFile, RunResult
from whiskertoolbox_protocol.interpreter import DebuggerState

T = TypeVar("T")

BATCH_FAILED = "Not run: what was to run before it did not end well."


def reason_to_wait(debugger: DebuggerState, *, is_starting: bool) -> str:
    """What runs wait for, in words."""
    if is_starting:
        return "the interpreter is starting"
    if not debugger.stopped:
        return "the code before it is running"
    if not debugger.path:
        return "stopped at a breakpoint"
    return f"stopped at line {debugger.line} of {Path(debugger.path).name}"


class Turns:
    """Runs in the order they were asked for: the first one runs, the others wait.

    Parameters
    ----------
    changed
        Called whenever another run runs, or others wait.
    """

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._lock = asyncio.Lock()  # asyncio's locks are fair: runs keep their order
        self._tickets = itertools.count()
        self._waiting: dict[int, RunCode | RunFile] = {}
        self._dropped: dict[int, str] = {}
        self.running: RunCode | RunFile | None = None
        """The run that has begun."""

    @property
    def waiting(self) -> list[str]:
        """Ids of the runs that have not begun, the next one first."""
        return [run.run_id for run in self._waiting.values()]

    async def take(self, work: Callable[[], Awaitable[T]]) -> T:
        """Do something that is not a run when the runs before have ended."""
        async with self._lock:
            return await work()

    async def run(
        self,
        run: RunCode | RunFile,
        *,
        ready: Callable[[], Awaitable[T]],
        work: Callable[[T], Awaitable[RunResult]],
    ) -> RunResult:
        """Do `work` with what `ready` gives when the runs before have ended, unless `run` is dropped before that."""
        ticket = next(self._tickets)
        self._waiting[ticket] = run
        self._changed()
        try:
            async with self._lock:
                where = await ready()
                if ticket in self._dropped:
                    return RunResult(status="dropped", execution_count=0, message=self._dropped[ticket])
                del self._waiting[ticket]
                self.running = run
                self._changed()
                try:
                    result = await work(where)
                finally:
                    self.running = None
                if result.status != "ok" and run.batch:
                    self.drop(BATCH_FAILED, batch=run.batch)
                return result
        finally:
            self._waiting.pop(ticket, None)
            self._dropped.pop(ticket, None)
            self._changed()

    def drop(self, message: str, *, batch: str = "") -> None:
        """Let what waits, or what waits of one batch, never begin; it is answered with `message` in its turn."""
        for ticket, run in list(self._waiting.items()):
            if batch in ("", run.batch):
                self._dropped[ticket] = message
                del self._waiting[ticket]
        self._changed()
