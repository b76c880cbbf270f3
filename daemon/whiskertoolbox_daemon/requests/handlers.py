"""Which function answers which method: `handles` registers it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, overload

from whiskertoolbox_daemon.session import Session
from whiskertoolbox_protocol.methods import Notification, Request

P = TypeVar("P")
R = TypeVar("R")
Handler = Callable[[Session, P], Awaitable[R]]

HANDLERS: dict[str, tuple[Request[Any, Any] | Notification[Any], Handler[Any, Any]]] = {}
"""Method name -> its entry in the table, and the function that answers it."""


@overload
def handles(method: Request[P, R]) -> Callable[[Handler[P, R]], Handler[P, R]]: ...
@overload
def handles(method: Notification[P]) -> Callable[[Handler[P, None]], Handler[P, None]]: ...
def handles(method: Request[Any, Any] | Notification[Any]) -> Callable[[Handler[Any, Any]], Handler[Any, Any]]:
    """Register the decorated function as the one that answers `method`."""

    def register(handler: Handler[Any, Any]) -> Handler[Any, Any]:
        assert method.name not in HANDLERS, method.name
        HANDLERS[method.name] = (method, handler)
        return handler

    return register
