"""What is handled is forgotten."""

from __future__ import annotations

import asyncio
import gc
import json
import weakref
from typing import Any

from pygls.lsp.server import LanguageServer

from whiskertoolbox_daemon.lsp.endpoint import Protocol


async def test_nothing_stays_of_a_notification_that_was_handled() -> None:
    server = LanguageServer("test", "1", protocol_cls=Protocol)
    handled: list[weakref.ref[Any]] = []

    @server.feature("whiskertoolbox/test")
    async def handle(_params: Any) -> None:
        handled.append(weakref.ref(asyncio.current_task()))

    for _ in range(3):
        message = {"jsonrpc": "2.0", "method": "whiskertoolbox/test", "params": {}}
        server.protocol.handle_body(json.dumps(message).encode())
        for _turn in range(5):
            await asyncio.sleep(0)
    gc.collect()
    assert len(handled) == 3
    assert [reference() for reference in handled] == [None] * 3
