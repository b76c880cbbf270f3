"""What carries the messages of one window."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import threading
from collections.abc import Callable
from typing import Protocol

from whiskertoolbox_protocol.launch import open_pipe

PIECE = 1 << 16


class Line(Protocol):
    """A connection to one window."""

    async def open(self, on_data: Callable[[bytes], None], on_end: Callable[[], None]) -> None:
        """Begin: `on_data` is given what comes, `on_end` is called at its end. Both on the event loop."""

    def write(self, data: bytes) -> None:
        """Send to the window."""

    def log(self, text: str) -> None:
        """Write to the window's log."""

    def close(self) -> None:
        """End the connection; what was written is sent before."""


class InheritedLine:
    """Two pipes of this process and its stderr."""

    def __init__(self, receive: int, send: int) -> None:
        self._reader, self._writer = open_pipe(receive, "rb", 0), open_pipe(send, "wb")

    async def open(self, on_data: Callable[[bytes], None], on_end: Callable[[], None]) -> None:
        """Begin; the pipe is read on a thread, as it cannot be waited for."""
        loop = asyncio.get_running_loop()

        def read() -> None:
            try:
                while data := self._reader.read(PIECE):
                    loop.call_soon_threadsafe(on_data, data)
            finally:
                loop.call_soon_threadsafe(on_end)

        threading.Thread(target=read, name="client", daemon=True).start()

    def write(self, data: bytes) -> None:
        """Send to the window."""
        with contextlib.suppress(OSError, ValueError):
            self._writer.write(data)
            self._writer.flush()

    def log(self, text: str) -> None:
        """Write to the window's log."""
        sys.stderr.write(text)

    def close(self) -> None:
        """End the connection."""
        with contextlib.suppress(OSError):
            self._writer.close()
