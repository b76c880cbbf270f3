"""A stream whose `write` never waits: a thread does the writing."""

from __future__ import annotations

import contextlib
import queue
import threading
from typing import BinaryIO


class QueuedWriter:
    """Writes to `target` on a thread of its own.

    The event loop sends to an interpreter through this: code that keeps Python's lock stops reading, its pipe fills up,
    and the daemon must go on answering.
    """

    def __init__(self, target: BinaryIO) -> None:
        self._target = target
        self._queue: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        threading.Thread(target=self._write_all, name="channel writer", daemon=True).start()

    def write(self, data: bytes) -> None:
        """Hand over `data`; what cannot be delivered is lost, and the reading side notices the end."""
        self._queue.put(data)

    def flush(self) -> None:
        """Nothing to do: the thread flushes what it writes."""

    def close(self) -> None:
        """Close the target when everything has been written."""
        self._queue.put(None)

    def _write_all(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            while (data := self._queue.get()) is not None:
                self._target.write(data)
                self._target.flush()
        with contextlib.suppress(OSError):
            self._target.close()
