"""Files that other programs hold: on Windows, virus scanners, search and synchronisation open new files for moments."""

from __future__ import annotations

import errno
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

P = TypeVar("P", str, Path)

_DENIED = 5
"""Windows' error also for replacing a file that is open."""
_IN_USE = {32, 33, 1224}
"""Windows' errors for a file that another process has open, locked, or mapped; all of them are EACCES in Python."""
_MOMENTS_S = 2.0


def is_in_use(error: OSError) -> bool:
    """Return whether a file could not be opened or changed because another process holds it."""
    return getattr(error, "winerror", None) in _IN_USE or error.errno in (errno.EBUSY, errno.ETXTBSY)


def may_be_in_use(error: OSError) -> bool:
    """Return whether that may be the reason; on Windows it may also be that it is not allowed."""
    return is_in_use(error) or getattr(error, "winerror", None) == _DENIED


def patiently(move: Callable[[P, P], object], start: P, goal: P) -> None:
    """Rename or replace a file or folder; where another program may hold it, try again for two seconds."""
    last = time.monotonic() + _MOMENTS_S
    pause = 0.01
    while True:
        try:
            move(start, goal)
        except OSError as error:
            if not may_be_in_use(error) or time.monotonic() > last:
                raise
        else:
            return
        time.sleep(pause)
        pause = min(2 * pause, 0.2)
