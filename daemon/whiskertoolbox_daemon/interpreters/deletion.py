"""Noticing that an environment is deleted while it is in use: what runs goes on, and what it imports later may fail."""

from __future__ import annotations

import asyncio
import os

_LOOK_EVERY_S = 3.0
_SURE_AFTER = 2
"""So many times in a row: a network drive may be away for a moment, and a file that is replaced is gone for one."""


async def until_deleted(python: str) -> None:
    """Return when a Python's executable is gone."""
    missing = 0
    while missing < _SURE_AFTER:
        await asyncio.sleep(_LOOK_EVERY_S)
        missing = 0 if await asyncio.to_thread(os.path.lexists, python) else missing + 1
