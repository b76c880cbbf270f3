"""The number of the newest commit, in memory that all processes share: looking at it costs no question to SQLite.

It is a hint. A writer sets it when its commit has been made, and may die before it does; so whoever looks asks the
catalogue itself now and then.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import time
from pathlib import Path

from whiskertoolbox_python.store.disk.layout import NEWEST_COMMIT
from whiskertoolbox_python.store.disk.opening_files import open_plain

_SIZE = 8
_TRUSTED_S = 0.1


class NewestCommit:
    """The newest commit of a session, or of none where it cannot be had; then it always has to be asked."""

    def __init__(self, session: Path) -> None:
        self._mapped: mmap.mmap | None = None
        self._seen = b""
        self._trusted_until = 0.0
        with contextlib.suppress(OSError, ValueError):
            descriptor = open_plain(session / NEWEST_COMMIT, os.O_RDWR | os.O_CREAT)
            try:
                if os.fstat(descriptor).st_size < _SIZE:
                    os.truncate(descriptor, _SIZE)
                self._mapped = mmap.mmap(descriptor, _SIZE)
            finally:
                os.close(descriptor)

    def has_changed(self) -> bool:
        """Return whether there may have been commits since the last call that said so; then look for them."""
        now = time.monotonic()
        if self._mapped is None:
            return True
        current = self._mapped[:_SIZE]
        if current == self._seen and now < self._trusted_until:
            return False
        self._seen, self._trusted_until = current, now + _TRUSTED_S
        return True

    def set(self, revision: int) -> None:
        """Let others know of a commit of this process, which has seen all before it."""
        if self._mapped is not None and int.from_bytes(self._mapped[:_SIZE], "little") < revision:
            self._mapped[:_SIZE] = self._seen = revision.to_bytes(_SIZE, "little")

    def close(self) -> None:
        """Let go of the memory; it has always to be asked from now on."""
        if self._mapped is not None:
            self._mapped.close()
            self._mapped = None
