"""How windows come: at the session's rendezvous (`meeting.py`), or one that was there from the beginning."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from whiskertoolbox_daemon.lsp.lines import InheritedLine, Line

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
