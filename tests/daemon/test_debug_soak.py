"""All that is done in debug sessions, again and again, leaves nothing behind; also over restarts of the interpreter."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from tests.support.daemon_client import WAIT_LIMIT_S, DaemonClient
from tests.support.daemon_debugger import CYCLED, cycle, held
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.status import Empty

pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows' own threads and handles come and go"),
]

CYCLES = 8
"""Every fourth one ends with a restart."""


async def test_cycles_and_restarts_leave_no_thread_descriptor_or_process(workspace: Path) -> None:
    script = workspace / "cycled.py"
    script.write_text(CYCLED)
    async with DaemonClient.start(session=workspace / "session", workspace=workspace) as client:
        await client.until_state("idle")
        of_daemon: dict[str, int] = {}
        for number in range(CYCLES):
            await cycle(client, script, number, keys=0)
            interpreter = (await client.request(methods.SESSION_STATUS, Empty())).interpreter
            assert interpreter is not None
            if number == 0:
                of_daemon = held(client.daemon_id)
            if number % 4 == 0:  # the debugger's own come with the first one of each interpreter
                of_interpreter = held(interpreter.process_id)
            elif number % 4 < 3:
                await until_held(client, interpreter.process_id, of_interpreter)
            await until_held(client, client.daemon_id, of_daemon)


async def until_held(client: DaemonClient, process_id: int, wanted: dict[str, int]) -> None:
    """What is just ending may take its time."""

    async def look() -> None:
        while held(process_id) != wanted:
            await client.request(methods.SESSION_STATUS, Empty())

    try:
        await asyncio.wait_for(look(), WAIT_LIMIT_S)
    except asyncio.TimeoutError:
        raise AssertionError(f"{held(process_id)} instead of {wanted}") from None
