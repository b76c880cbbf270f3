"""Noticing that an environment is deleted while it is in use: what runs goes on, and what it imports later may fail."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable

_LOOK_EVERY_S = 3.0
_SURE_AFTER = 2
"""So many times in a row: a network drive may be away for a moment, and a file that is replaced is gone for one."""


class DeletionWatch:
    """Looks whether a Python's executable is there, one at a time, and tells once that it is gone."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._task: asyncio.Task[None] | None = None

    def begin(self, python: str) -> None:
        """Watch this one from now on."""
        self.stop()
        self._task = asyncio.create_task(self._watch(python))

    def stop(self) -> None:
        """Watch none."""
        if self._task is not None:
            self._task.cancel()

    async def _watch(self, python: str) -> None:
        missing = 0
        while missing < _SURE_AFTER:
            await asyncio.sleep(_LOOK_EVERY_S)
            missing = 0 if await asyncio.to_thread(os.path.lexists, python) else missing + 1
        self._tell(python)
