"""Windows that come and go while their session's daemon lives on."""

from __future__ import annotations

import asyncio

from tests.support.daemon_client import WAIT_LIMIT_S, DaemonClient
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.status import Empty

A_WHILE_S = 600.0
"""Longer than any test."""


async def until_left(client: DaemonClient) -> None:
    """Wait until the daemon has let this window go."""
    assert client.process is not None
    await asyncio.wait_for(client.process.wait(), WAIT_LIMIT_S)


async def stop(client: DaemonClient) -> None:
    """End the session."""
    await client.request(methods.SESSION_STOP, Empty())
