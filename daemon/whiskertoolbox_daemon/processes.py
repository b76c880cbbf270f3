"""Ending a process with those that it has started. Standard library only, no asyncio: the interpreter starts first."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from typing import Protocol


class Leader(Protocol):
    """A process that was started as the first of a group, by `subprocess` or asyncio."""

    @property
    def pid(self) -> int:
        """Its number, which is also that of its group."""

    def kill(self) -> None:
        """End it alone."""


def kill_group(leader: Leader) -> None:
    """End a process now, and on POSIX the processes that it has started; one that has ended is passed over."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if sys.platform == "win32":
            leader.kill()
        else:
            os.killpg(leader.pid, signal.SIGKILL)
