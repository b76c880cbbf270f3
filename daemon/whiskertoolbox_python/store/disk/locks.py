"""A lock on a file that the operating system releases when its process ends, however it ends."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

from whiskertoolbox_python.store.disk.opening_files import open_plain

_LONGEST_HOLDER = 1000

if sys.platform == "win32":
    import msvcrt

    def share(descriptor: int) -> bool:
        """Nothing is to be said to others: Windows does not let them write over what is mapped, or delete it."""
        return True

    def claim(descriptor: int) -> bool:
        """Nobody can be sure here that no other process maps a file."""
        return False

    def _try_lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def share(descriptor: int) -> bool:
        """Hold a file against `claim` until the last descriptor made of this one is closed; False if it is claimed."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            pass  # a file system without locks, where nothing can be claimed either
        return True

    def claim(descriptor: int) -> bool:
        """Lock a file if nobody holds it."""
        try:
            return _try_lock(descriptor)
        except OSError:
            return False

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
        descriptor = open_plain(path, os.O_RDWR | os.O_CREAT)
        taken = False
        try:
            taken = _try_lock(descriptor) and is_named(path, descriptor)
        finally:
            if not taken:
                os.close(descriptor)
        return cls(path, descriptor) if taken else None

    def name_holder(self, holder: str) -> None:
        """Write into the file who holds it. Not at its first byte, which nobody else can read on Windows."""
        os.lseek(self._descriptor, 1, os.SEEK_SET)
        os.write(self._descriptor, holder.encode())
        os.lseek(self._descriptor, 0, os.SEEK_SET)

    def release(self) -> None:
        """Remove the file and let go of it."""
        # In this order, so that nobody locks a file that is about to go. Windows does not remove what is open.
        if sys.platform == "win32":
            os.close(self._descriptor)
            with contextlib.suppress(OSError):  # another process has it open; whoever sweeps next removes it
                self._path.unlink()
        else:
            self._path.unlink(missing_ok=True)
            os.close(self._descriptor)

    def abandon(self) -> None:
        """Close the file without removing it; for a forked child, whose parent still holds the lock."""
        os.close(self._descriptor)


def is_named(path: str | Path, descriptor: int) -> bool:
    """Return whether a file that was locked still has the name; else its last holder has just removed or renamed it."""
    try:
        return os.path.samestat(os.stat(path), os.fstat(descriptor))
    except (FileNotFoundError, PermissionError):  # on Windows a file that was removed while it was open
        return False


def is_held(path: Path) -> bool:
    """Return whether a living process holds a lock file."""
    try:
        descriptor = open_plain(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    except PermissionError:
        return True  # Windows does not open what another process has locked
    try:
        return not _try_lock(descriptor)
    finally:
        os.close(descriptor)


def holder_of(path: Path) -> str:
    """Return who is said to hold a lock file; "" when that is not written there, or the file is gone."""
    with contextlib.suppress(OSError):
        descriptor = open_plain(path, os.O_RDONLY)
        try:
            os.lseek(descriptor, 1, os.SEEK_SET)
            return os.read(descriptor, _LONGEST_HOLDER).decode(errors="replace")
        finally:
            os.close(descriptor)
    return ""
