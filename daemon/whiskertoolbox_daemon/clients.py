"""The windows that are connected to the session, as it sees them. Knows no LSP."""

from __future__ import annotations

from collections.abc import Iterator
from contextvars import ContextVar
from typing import Protocol, TypeVar

from whiskertoolbox_protocol.methods import Notification, Request

P = TypeVar("P")
R = TypeVar("R")


class Client(Protocol):
    """A window."""

    @property
    def connected(self) -> bool:
        """Whether it is still there."""

    def notify(self, method: Notification[P], params: P) -> None:
        """Send a notification; lost when the window is not there."""

    async def request(self, method: Request[P, R], params: P) -> R:
        """Send a request and wait for its answer; raises `RequestError`, also when the window goes."""

    def text(self, uri: str) -> str | None:
        """Text of a document that is open there, with line feeds between its lines; None when it is not."""


CALLER: ContextVar[Client] = ContextVar("caller")
"""Whose request is being answered."""


class Clients:
    """All windows that are there, in the order in which they came."""

    def __init__(self) -> None:
        self._clients: list[Client] = []

    def __iter__(self) -> Iterator[Client]:
        return iter(self._clients)

    def __len__(self) -> int:
        return len(self._clients)

    def add(self, client: Client) -> None:
        """A window has come."""
        self._clients.append(client)

    def discard(self, client: Client) -> None:
        """A window has gone; it may not have come this far."""
        if client in self._clients:
            self._clients.remove(client)

    def notify(self, method: Notification[P], params: P) -> None:
        """Tell all windows."""
        for client in self._clients:
            client.notify(method, params)
