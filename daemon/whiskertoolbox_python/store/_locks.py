"""A lock on a file that the operating system releases when its process ends, however it ends."""

from __future__ import annotations

import os
import sys
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


class FileLock:
    """Holds a lock file until `release`, or until the process is gone."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(exist_ok=True)
        self._descriptor: int | None = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        _try_lock(self._descriptor)

    def release(self) -> None:
        """Let go and remove the file."""
        if self._descriptor is not None:
            # Removed while it is still held where that is possible: nobody may find it free before it is gone.
            self._path.unlink(missing_ok=True) if sys.platform != "win32" else None
            self.abandon()
            if sys.platform == "win32":
                self._path.unlink(missing_ok=True)

    def abandon(self) -> None:
        """Close the file without removing it; for a forked child, whose parent still holds the lock."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def is_held(path: Path) -> bool:
    """Tell whether a living process holds a lock file."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    try:
        return not _try_lock(descriptor)
    finally:
        os.close(descriptor)
