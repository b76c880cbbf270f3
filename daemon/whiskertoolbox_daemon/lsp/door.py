"""How windows come: at the session's rendezvous, or, on Windows, one that was there from the beginning."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

from whiskertoolbox_daemon.handover import ADMITTED, GREETING_BYTES, HANDED_OVER
from whiskertoolbox_daemon.lsp.lines import HandedLine, InheritedLine, Line

HANDOVER_LIMIT_S = 10.0
DESCRIPTORS = 3
LOCK_LIMIT_S = 2.0
"""The event loop waits for it, when no window is there or all are to go."""

logger = logging.getLogger(__name__)

Greet = Callable[[str], bytes]
"""What to answer a bridge of that version."""
Admit = Callable[[Line], Awaitable[None]]


class Door(Protocol):
    """Where windows come in."""

    reopens: bool
    """Others may come when the last one has gone."""

    async def open(self, greet: Greet, admit: Admit) -> None:
        """Let windows in from now on."""

    def shut(self) -> bool:
        """Let nobody in any more; False, and it stays open, when somebody is coming."""

    def close(self) -> None:
        """Let nobody in any more."""


class InheritedDoor:
    """The one window whose pipes this process has inherited."""

    reopens = False

    def __init__(self, receive: int, send: int) -> None:
        self._line = InheritedLine(receive, send)

    async def open(self, _greet: Greet, admit: Admit) -> None:
        """Let it in."""
        await admit(self._line)

    def shut(self) -> bool:
        """There is nobody else."""
        return True

    def close(self) -> None:
        """There is nothing to close."""


class MeetingDoor:
    """The rendezvous of a session, at which this process was told to listen."""

    reopens = True

    def __init__(self, listener: int, session: Path) -> None:
        from whiskertoolbox_daemon.rendezvous import Rendezvous

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
        from whiskertoolbox_daemon.rendezvous import RendezvousError

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
        from whiskertoolbox_daemon.rendezvous import RendezvousError

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
        from whiskertoolbox_daemon.rendezvous import is_own

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
