"""A stream whose `write` never waits: what a pipe does not take at once is written by a thread."""

from __future__ import annotations

import contextlib
import os
import queue
import select
import threading
from typing import BinaryIO


class QueuedWriter:
    """Writes to the pipe `target`, in order, without ever making the caller wait.

    The event loop sends to an interpreter through this: code that keeps Python's lock stops reading, its pipe fills up,
    and the daemon must go on answering. While the pipe has room, which is nearly always, no thread has to be woken.
    """

    def __init__(self, target: BinaryIO) -> None:
        self._target = target
        self._lock = threading.Lock()
        self._open = True
        self._left_to_thread = 0
        self._queue: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        # Windows cannot say whether a pipe has room.
        self._room = select.poll() if hasattr(select, "poll") else None
        if self._room is not None:
            self._room.register(target, select.POLLOUT)
        threading.Thread(target=self._write_queued, name="channel writer", daemon=True).start()

    def write(self, data: bytes) -> None:
        """Hand over `data`; what cannot be delivered is lost, and the reading side notices the end."""
        with self._lock:
            if not self._open:
                return
            if not self._left_to_thread and self._has_room_for(data):
                with contextlib.suppress(OSError):
                    os.write(self._target.fileno(), data)
                return
            self._left_to_thread += 1
        self._queue.put(data)

    def flush(self) -> None:
        """Nothing to do: nothing is held back."""

    def close(self) -> None:
        """Close the target when everything has been written."""
        with self._lock:
            self._open = False
        self._queue.put(None)

    def _has_room_for(self, data: bytes) -> bool:
        return self._room is not None and len(data) <= select.PIPE_BUF and bool(self._room.poll(0))

    def _write_queued(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            while (data := self._queue.get()) is not None:
                self._target.write(data)
                self._target.flush()
                with self._lock:
                    self._left_to_thread -= 1
        with self._lock:
            self._open = False
        with contextlib.suppress(OSError):
            self._target.close()
