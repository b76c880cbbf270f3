"""Files of replaced columns, kept to be written over: new numbers in old pages cost far less than new pages.

Nobody sees it happen. Whoever maps a column holds a shared lock on its file, and has found its row in the catalogue
since it holds that; a file is taken for a spare when no row names it any more, under an exclusive lock, which is had
only when nobody else maps it.
"""

from __future__ import annotations

import contextlib
import io
import mmap
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from whiskertoolbox_python.store.disk import locks
from whiskertoolbox_python.store.disk.opening_files import open_plain

LARGEST = 1 << 26
_LEAST = 1 << 20
"""Bytes of a file that may be kept, and that is worth it."""
_MOST = 2


def unlinked(path: str | Path) -> bool:
    """Delete a file that may be gone already; False when it cannot be deleted, as a mapped one on Windows."""
    try:
        os.unlink(path)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


def free_bytes(descriptor: int) -> int:
    """Return the room that is left where a file is."""
    if sys.platform == "win32":
        raise OSError("nobody claims a file there, so there are no spare files")
    status = os.fstatvfs(descriptor)
    return status.f_bavail * status.f_frsize


class Spare(NamedTuple):
    """A file that nobody refers to or looks at, locked by this process, which may still have it mapped."""

    descriptor: int
    path: str
    size: int
    mapped: mmap.mmap | None = None

    @contextlib.contextmanager
    def opened(self) -> Iterator[io.FileIO]:
        """Write it; it is let go of afterwards, or deleted if that fails."""
        with open(self.descriptor, "r+b", buffering=0) as file:
            try:
                yield file
                locks.share(self.descriptor)  # a child that is being started may hold it a moment longer
            except BaseException:
                unlinked(self.path)
                raise

    def drop(self) -> None:
        """Delete the file and let go of it."""
        unlinked(self.path)
        os.close(self.descriptor)


class SpareFiles:
    """A few spare files, the newest last."""

    def __init__(self) -> None:
        self._spare_files: list[Spare] = []

    def keep(self, path: str, descriptor: int | None = None, mapped: mmap.mmap | None = None) -> bool:
        """Take a file that nothing refers to any more; False if it is to be deleted.

        A descriptor by which this process has mapped it is taken over, or closed.
        """
        if descriptor is None:
            try:
                descriptor = open_plain(path, os.O_RDWR)
            except OSError:
                return False
        is_free = locks.claim(descriptor)
        status = os.fstat(descriptor)  # only now: who links it to a snapshot holds it meanwhile
        if not is_free or status.st_nlink != 1 or not _LEAST <= status.st_size <= LARGEST:
            os.close(descriptor)
            return False
        self._spare_files.append(Spare(descriptor, path, status.st_size, mapped))
        if len(self._spare_files) > _MOST and (oldest := self.take_any()) is not None:
            oldest.drop()
        return True

    def take_any(self) -> Spare | None:
        """Return the oldest spare, if there is one."""
        with contextlib.suppress(IndexError):
            return self._spare_files.pop(0)
        return None

    def take(self, size: int) -> Spare | None:
        """Return a spare that has that size, or up to twice as much; never the same one to two threads."""
        for spare in reversed(self._spare_files.copy()):
            if size <= spare.size <= 2 * size:
                try:
                    self._spare_files.remove(spare)  # in one step
                except ValueError:
                    continue
                return spare
        return None

    def drop(self) -> bool:
        """Delete all; return whether there were any."""
        had_any = False
        while (spare := self.take_any()) is not None:
            spare.drop()
            had_any = True
        return had_any
