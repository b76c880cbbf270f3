"""Commands of `whiskertoolbox` that the daemon runs in the chosen Python, and follows.

A process of its own, so that long work stops nothing, ends at once when it is cancelled, and uses the packages (HDF5,
video) that are installed in the user's environment. The store is safe against being killed.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import subprocess
from collections.abc import AsyncIterator, Callable
from typing import TypeVar

from whiskertoolbox_daemon.pythons import module_options
from whiskertoolbox_protocol.channel import RequestError
from whiskertoolbox_protocol.data import LoadProgress
from whiskertoolbox_protocol.wire import decode

R = TypeVar("R")

ENDS_WITHIN_S = 10.0
"""A command that has said its result ends so soon, or is ended."""
LINE_LIMIT_BYTES = 1 << 26
"""Of the result, which lists every failure."""


@contextlib.asynccontextmanager
async def running(python: str, command: list[str]) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a command; it has ended afterwards. Its words go to its stdin, which takes more than a command line does."""
    try:
        process = await asyncio.create_subprocess_exec(
            python,
            "-m",
            "whiskertoolbox_daemon.cli",
            "-",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            limit=LINE_LIMIT_BYTES,
            **module_options(python),
        )
    except OSError as error:
        raise RequestError(f"{python} cannot be started: {error.strerror}. Select another interpreter.") from error
    try:
        assert process.stdin is not None
        process.stdin.write(json.dumps(command).encode())
        process.stdin.close()
        yield process
        with contextlib.suppress(asyncio.TimeoutError):
            # To kill what is ending by itself would take its exit code away from asyncio, which logs that.
            await asyncio.wait_for(process.wait(), ENDS_WITHIN_S)
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
        await process.wait()


async def answer(python: str, command: list[str], result_type: type[R], failure: str) -> R:
    """Run a command that writes one JSON object; raises `RequestError` with what it says when it fails."""
    async with running(python, command) as process:
        text, errors = await process.communicate()
    if process.returncode:
        raise RequestError(reason(errors) or f"{failure} (exit code {process.returncode}).")
    return decode(result_type, json.loads(text))


async def follow(
    python: str,
    command: list[str],
    result_type: type[R],
    *,
    load_id: str,
    on_progress: Callable[[LoadProgress], None],
    failure: str,
) -> R:
    """Run a command that tells its progress; raises `RequestError` when it gives no result. Ends when cancelled."""
    async with running(python, [*command, "--follow"]) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        errors = asyncio.create_task(process.stderr.read())
        result: R | None = None
        async for line in process.stdout:
            event = json.loads(line)
            if "progress" in event:
                on_progress(decode(LoadProgress, {"loadId": load_id, **event["progress"]}))
            else:
                result = decode(result_type, event["result"])
        if result is None:
            await process.wait()
            raise RequestError(reason(await errors) or f"{failure} (exit code {process.returncode}).")
        return result


def reason(errors: bytes) -> str:
    """Return what a command has said, without its own name."""
    return re.sub(r"^whiskertoolbox \w+: ", "", errors.decode("utf-8", errors="replace").strip())
