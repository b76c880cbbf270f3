"""A stream whose `write` never waits: what a pipe does not take at once is written by a thread."""

from __future__ import annotations

import contextlib
import os
import queue
import select
import sys
import threading
from collections.abc import Callable
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
        self._has_room_for = room_in(target)
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


def room_in(target: BinaryIO) -> Callable[[bytes], bool]:
    """Return what says whether a pipe takes data at once."""
    if sys.platform == "win32":  # which cannot say
        return lambda _data: False
    room = select.poll()
    room.register(target, select.POLLOUT)
    return lambda data: len(data) <= select.PIPE_BUF and bool(room.poll(0))
