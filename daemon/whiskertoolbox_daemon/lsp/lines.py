"""What carries the messages of one window: descriptors that a bridge has handed over, or pipes (Windows)."""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import socket
import stat
import sys
import threading
from collections.abc import Callable
from typing import Protocol

from whiskertoolbox_daemon.handover import FAREWELL
from whiskertoolbox_protocol.launch import open_pipe

MOST_UNREAD_BYTES = 1 << 27
"""A window that reads so little of what it is sent has hung, and is let go."""
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


class HandedLine:
    """The stdin, stdout and stderr of a bridge, and the connection on which they came."""

    def __init__(self, bridge: socket.socket, descriptors: list[int]) -> None:
        self._bridge = bridge
        stdin, stdout, stderr = descriptors
        os.set_blocking(stderr, False)
        self._stdin, self._stdout = io.FileIO(stdin, "rb"), io.FileIO(stdout, "wb")
        self._stderr = io.FileIO(stderr, "wb")
        self._incoming: asyncio.ReadTransport | None = None
        self._outgoing: asyncio.WriteTransport | None = None
        self._closed = False

    async def open(self, on_data: Callable[[bytes], None], on_end: Callable[[], None]) -> None:
        """Begin; raises `ValueError` when what was handed over is no connection."""
        mode = os.fstat(self._stdin.fileno()).st_mode
        if not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)):  # asyncio takes /dev/null, and then waits for ever
            raise ValueError("stdin is neither a pipe nor a socket")
        loop = asyncio.get_running_loop()
        self._outgoing, _ = await loop.connect_write_pipe(_Incoming, self._stdout)
        self._incoming, _ = await loop.connect_read_pipe(lambda: _Incoming(on_data, on_end), self._stdin)

        def bridge_ended() -> None:
            loop.remove_reader(self._bridge)  # the end stays readable
            on_end()

        loop.add_reader(self._bridge, bridge_ended)  # it says nothing more

    def write(self, data: bytes) -> None:
        """Send to the window."""
        if self._outgoing is not None and not self._outgoing.is_closing():
            self._outgoing.write(data)
            if self._outgoing.get_write_buffer_size() > MOST_UNREAD_BYTES:
                self._outgoing.abort()

    def log(self, text: str) -> None:
        """Write to the window's log, as much as it takes at once."""
        with contextlib.suppress(OSError, ValueError):
            self._stderr.write(text.encode())

    def close(self) -> None:
        """End the connection."""
        if self._closed:
            return
        self._closed = True
        asyncio.get_running_loop().remove_reader(self._bridge)
        (self._incoming or self._stdin).close()
        (self._outgoing or self._stdout).close()
        self._stderr.close()
        with contextlib.suppress(OSError), self._bridge:
            self._bridge.send(FAREWELL)


class _Incoming(asyncio.Protocol):
    """Passes on what a transport tells; without arguments for one that only writes."""

    def __init__(
        self, on_data: Callable[[bytes], None] = lambda _data: None, on_end: Callable[[], None] = lambda: None
    ) -> None:
        self._on_data = on_data
        self._on_end = on_end

    def data_received(self, data: bytes) -> None:
        self._on_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._on_end()


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
