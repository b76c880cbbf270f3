"""A second interpreter that stands ready while the session is idle, so that a restart or a crash costs no start.

It is the same as one that is started then: it has run no code, what it prints is shown when it is taken, and one whose
Python or packages have changed since it started is not taken.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
from collections.abc import Callable
from pathlib import Path

from whiskertoolbox_daemon.interpreters.process import InterpreterProcess, within
from whiskertoolbox_daemon.interpreters.spawn import SpawnError
from whiskertoolbox_daemon.interpreters.tasks import Tasks
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.channel import RequestError
from whiskertoolbox_protocol.interpreter import Freshness
from whiskertoolbox_protocol.status import Empty

logger = logging.getLogger(__name__)

LEAST_FREE_BYTES = 2 << 30
"""With less free memory no interpreter is kept ready; one takes less than a tenth of it."""
FRESH_LIMIT_S = 1.0
"""For looking at some hundred files; one that takes longer, as on a slow drive, is not waited for."""


class Spare:
    """The interpreter that stands ready, if there is one.

    Parameters
    ----------
    start
        Starts an interpreter in a Python that shows nothing until the event is set; raises `SpawnError`.
    is_idle
        Whether nothing runs, so that a start is in nobody's way.
    """

    def __init__(self, start: Callable[[str, asyncio.Event], InterpreterProcess], is_idle: Callable[[], bool]) -> None:
        self._start = start
        self._is_idle = is_idle
        self._after_s: float | None = None
        self._python = ""
        self._process: InterpreterProcess | None = None
        self._is_taken = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._endings = Tasks()

    def configure(self, after_s: float | None) -> None:
        """Start one when the session has been idle for so long, or keep none."""
        self._after_s = after_s
        if after_s is None:
            self._drop()
        else:
            self.wait_for(self._python)

    def wait_for(self, python: str) -> None:
        """The session has become idle in `python`: one for another Python ends, one for this is started later."""
        if python != self._python:
            self._drop()
        self._python = python
        self._stop_timer()
        if self._process is None and self._after_s is not None and python:
            self._timer = asyncio.get_running_loop().call_later(self._after_s, self._make)

    def _make(self) -> None:
        self._timer = None
        if self._is_idle() and not memory_is_low():
            self._is_taken = asyncio.Event()
            with contextlib.suppress(SpawnError):  # which is said when one is needed
                self._process = self._start(self._python, self._is_taken)

    async def take(self, python: str) -> InterpreterProcess | None:
        """Give it away, if there is one that is as good as a new one."""
        self._stop_timer()
        process, self._process = self._process, None
        if process is None:
            return None
        if python == self._python:
            await process.ready_or_dead()  # it is ahead of one that would be started now
            if process.alive and await _is_fresh(process):
                self._is_taken.set()
                return process
        self._endings.begin(process.shut_down())
        return None

    async def close(self) -> None:
        """End it."""
        self._after_s = None
        self._drop()
        await self._endings.all_ended()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _drop(self) -> None:
        self._stop_timer()
        if self._process is not None:
            self._endings.begin(self._process.shut_down())
            self._process = None


async def _is_fresh(process: InterpreterProcess) -> bool:
    nothing = Freshness(is_fresh=False)
    try:
        answer = await within(FRESH_LIMIT_S, process.ask(methods.INTERPRETER_IS_FRESH, Empty()), nothing)
    except RequestError as error:
        logger.info("The interpreter that stood ready did not say whether it is fresh: %s", error)
        return False
    return answer.is_fresh


def memory_is_low() -> bool:
    """Return whether little memory is free; False where that cannot be told (not Linux)."""
    if sys.platform != "linux":
        return False
    with contextlib.suppress(OSError, ValueError):
        for line in Path("/proc/meminfo").read_text().splitlines():
            name, _, value = line.partition(":")
            if name == "MemAvailable":
                return int(value.split()[0]) * 1024 < LEAST_FREE_BYTES
    return False
