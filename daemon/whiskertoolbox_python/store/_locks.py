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
        except BlockingIOError:
            return False
        return True


class FileLock:
    """A held lock file; made by `take`, held until `release`, or until the process is gone."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path = path
        self._descriptor = descriptor

    @classmethod
    def take(cls, path: Path) -> FileLock | None:
        """Lock a file, which is made if it is absent; None if another process holds it.

        Raises
        ------
        OSError
            When the file cannot be made, or the file system has no locks (then SQLite could not work there either).
        """
        path.parent.mkdir(exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        taken = False
        try:
            taken = _try_lock(descriptor) and _is_same(path, descriptor)
        finally:
            if not taken:
                os.close(descriptor)
        return cls(path, descriptor) if taken else None

    def release(self) -> None:
        """Remove the file and let go of it."""
        # In this order, so that nobody locks a file that is about to go. Windows does not remove what is open.
        if sys.platform == "win32":
            os.close(self._descriptor)
            self._path.unlink(missing_ok=True)
        else:
            self._path.unlink(missing_ok=True)
            os.close(self._descriptor)

    def abandon(self) -> None:
        """Close the file without removing it; for a forked child, whose parent still holds the lock."""
        os.close(self._descriptor)


def _is_same(path: Path, descriptor: int) -> bool:
    """Tell whether the file that was locked still has the name; else its last holder has just removed it."""
    try:
        return os.path.samestat(os.stat(path), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def is_held(path: Path) -> bool:
    """Tell whether a living process holds a lock file."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    except PermissionError:
        return True  # Windows does not open what another process has locked
    try:
        return not _try_lock(descriptor)
    finally:
        os.close(descriptor)
