"""Windows that come to the session's rendezvous: each has a bridge, which hands over the descriptors that it was given.

POSIX's; Windows has neither.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import logging
import os
import socket
import stat
import sys
from collections.abc import Callable
from pathlib import Path

from whiskertoolbox_daemon.handover import ADMITTED, FAREWELL, GREETING_BYTES, HANDED_OVER
from whiskertoolbox_daemon.lsp.door import Admit, Greet
from whiskertoolbox_daemon.lsp.lines import Line

if sys.platform != "win32":
    from whiskertoolbox_daemon.rendezvous import Rendezvous, RendezvousError, is_own

assert sys.platform != "win32"

HANDOVER_LIMIT_S = 10.0
DESCRIPTORS = 3
LOCK_LIMIT_S = 2.0
"""The event loop waits for it, when no window is there or all are to go."""
MOST_UNREAD_BYTES = 1 << 27
"""A window that reads so little of what it is sent has hung, and is let go."""

logger = logging.getLogger(__name__)


class MeetingDoor:
    """The rendezvous of a session, at which this process was told to listen."""

    reopens = True

    def __init__(self, listener: int, session: Path) -> None:
        self._listener = socket.socket(fileno=listener)
        self._listener.setblocking(False)
        self._listener.set_inheritable(False)
        self._place = Rendezvous(session)
        self._arrivals: set[socket.socket] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self, greet: Greet, admit: Admit) -> None:
        """Let windows in from now on."""
        self._greet, self._admit = greet, admit
        asyncio.get_running_loop().add_reader(self._listener, self._accept)

    def shut(self) -> bool:
        """Let nobody in any more, unless somebody is coming."""
        if self._listener.fileno() < 0:
            return True
        try:
            with self._place.locked(LOCK_LIMIT_S):  # so nobody begins to come meanwhile
                if self._accept() or self._arrivals:
                    return False
                self._remove()
        except RendezvousError:  # somebody looks for a daemon
            return False
        return True

    def close(self) -> None:
        """Let nobody in any more."""
        with contextlib.suppress(RendezvousError), self._place.locked(LOCK_LIMIT_S):
            self._remove()
        self._remove()  # it ends in any case

    def _remove(self) -> None:
        if self._listener.fileno() < 0:
            return
        asyncio.get_running_loop().remove_reader(self._listener)
        self._place.remove()
        self._listener.close()

    def _accept(self) -> bool:
        try:
            bridge, _ = self._listener.accept()
        except OSError:
            return False
        self._arrivals.add(bridge)
        arrival = asyncio.get_running_loop().create_task(self._arrive(bridge))
        self._tasks.add(arrival)  # the event loop itself keeps only weak references
        arrival.add_done_callback(self._tasks.discard)
        return True

    async def _arrive(self, bridge: socket.socket) -> None:
        try:
            line = await self._line(bridge)
        finally:
            self._arrivals.discard(bridge)
        if line is not None:
            await self._admit(line)

    async def _line(self, bridge: socket.socket) -> Line | None:
        if not is_own(bridge):
            logger.warning("A connection of another user was refused")
            bridge.close()
            return None
        bridge.setblocking(False)
        try:
            await asyncio.wait_for(_readable(bridge), HANDOVER_LIMIT_S)
            answer = self._greet(bridge.recv(GREETING_BYTES).decode(errors="replace"))
            if answer != ADMITTED:
                self.close()  # before the bridge looks again
            bridge.send(answer)
            if answer == ADMITTED:
                await asyncio.wait_for(_readable(bridge), HANDOVER_LIMIT_S)
                return HandedLine(bridge, _handed_over(bridge))
        except (OSError, asyncio.TimeoutError):
            pass  # it has gone, or says nothing
        bridge.close()
        return None


async def _readable(bridge: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    readable = asyncio.Event()
    loop.add_reader(bridge, readable.set)
    try:
        await readable.wait()
    finally:
        loop.remove_reader(bridge)


def _handed_over(bridge: socket.socket) -> list[int]:
    """The descriptors that a bridge sends."""
    _, descriptors, _, _ = socket.recv_fds(bridge, len(HANDED_OVER), DESCRIPTORS)
    for descriptor in descriptors:
        os.set_inheritable(descriptor, False)  # a process that is started must not keep a window's connection open
    if len(descriptors) != DESCRIPTORS:
        _close(descriptors)
        raise ConnectionError("a bridge has sent no descriptors")
    return descriptors


def _close(descriptors: list[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)


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
