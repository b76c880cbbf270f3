"""A debug session through the real daemon, as an editor holds it; and a cycle of all that is done in one."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from pathlib import Path
from typing import Any

import psutil

from tests.support.daemon_client import DaemonClient
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.debug import DebugMessage
from whiskertoolbox_protocol.execution import RunFile, RunInFrame
from whiskertoolbox_protocol.status import Empty

CYCLED = "def work(n):\n    twice = n * 2\n    return twice\ntotal = work(4)\nwhile total == 8:\n    pass\n"
"""Stopped at line 3 it goes on for ever, unless `twice` is changed there."""


class Debugger:
    """The editor's side of the Debug Adapter Protocol."""

    def __init__(self, client: DaemonClient) -> None:
        self._client = client
        self._numbers = itertools.count(1)

    def messages(self) -> list[dict[str, Any]]:
        return [json.loads(message.content) for message in self._client.received(methods.DEBUG_RECEIVED)]

    async def request(self, command: str, **arguments: Any) -> Any:
        """Send a request and wait for its answer's body."""
        number = self.send(command, **arguments)
        answer = await self.until(type="response", request_seq=number)
        assert answer["success"], answer
        return answer.get("body")

    def send(self, command: str, **arguments: Any) -> int:
        number = next(self._numbers)
        content = json.dumps({"seq": number, "type": "request", "command": command, "arguments": arguments})
        self._client.notify(methods.DEBUG_SEND, DebugMessage(content=content))
        return number

    async def until(self, *, count: int = 1, **fields: Any) -> dict[str, Any]:
        """Wait for the `count`-th message with these fields."""

        def found() -> list[dict[str, Any]]:
            return [message for message in self.messages() if fields.items() <= message.items()]

        await self._client.until(lambda: len(found()) >= count)
        return found()[count - 1]

    async def attach(self, file: Path, lines: list[int]) -> None:
        """What an editor does at the start of a debug session."""
        seen = len([message for message in self.messages() if message.get("event") == "initialized"])
        await self.request("initialize", adapterID="whiskertoolbox", linesStartAt1=True, pathFormat="path")
        attaching = self.send("attach", justMyCode=True)
        await self.until(event="initialized", count=seen + 1)
        breakpoints = [{"line": line} for line in lines]
        await self.request("setBreakpoints", source={"path": str(file)}, breakpoints=breakpoints)
        await self.request("configurationDone")
        await self.until(type="response", request_seq=attaching)

    async def detach(self) -> None:
        await self.request("disconnect", terminateDebuggee=False)


async def cycle(client: DaemonClient, script: Path, number: int, *, keys: int) -> float:
    """Stop, evaluate, step, go on, interrupt, and every fourth time restart; returns how long data keys took (s).

    `script` says `CYCLED`.
    """
    client.outputs.clear()
    client.received(methods.DEBUG_RECEIVED).clear()
    await client.request(methods.DEBUG_ATTACH, Empty())
    debugger = Debugger(client)
    await debugger.attach(script, [3])
    run = RunFile(run_id=f"run {number}", path=str(script))
    running = asyncio.ensure_future(client.request(methods.RUN_FILE, run))
    thread = (await debugger.until(event="stopped"))["body"]["threadId"]
    seconds = await seconds_of_listing(client, keys)
    goes_on_for_ever = number % 2 == 1
    code = "print(twice)" if goes_on_for_ever else "print(twice)\ntwice = 9"
    typed = RunInFrame(run_id=f"typed {number}", code=code)
    assert (await client.request(methods.RUN_IN_FRAME, typed)).status == "ok"
    assert client.text_of(typed.run_id) == "8\n"
    await debugger.request("next", threadId=thread)
    await debugger.until(event="stopped", count=2)
    await debugger.request("setBreakpoints", source={"path": str(script)}, breakpoints=[])
    await debugger.request("continue", threadId=thread)
    if number % 4 == 3:
        await client.request(methods.INTERPRETER_RESTART, Empty())
        assert not (await answer_of(debugger, "threads")).get("body", {}).get("threads")
    elif goes_on_for_ever:
        await client.request(methods.INTERRUPT, Empty())
    status = await asyncio.gather(running, return_exceptions=True)
    assert ("ok" in str(status)) == (not goes_on_for_ever), status
    await debugger.detach()
    await client.until_state("idle")
    return seconds


async def seconds_of_listing(client: DaemonClient, keys: int) -> float:
    """How long it takes until so many data keys are listed."""
    begun = time.perf_counter()
    assert len((await client.request(methods.DATA_LIST, Empty())).keys) == keys
    return time.perf_counter() - begun


async def answer_of(debugger: Debugger, command: str) -> dict[str, Any]:
    """The whole answer to a request, also a refusal."""
    return await debugger.until(type="response", request_seq=debugger.send(command))


def held(process_id: int) -> dict[str, int]:
    """How much a process holds; not on Windows, whose own threads and handles come and go."""
    process = psutil.Process(process_id)
    return {
        "threads": process.num_threads(),
        "descriptors": process.num_fds(),
        "processes": len(process.children(recursive=True)),
    }
