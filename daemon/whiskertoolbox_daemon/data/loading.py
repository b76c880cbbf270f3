"""Loads data for the editor: runs ``whiskertoolbox load`` in the chosen Python and follows it.

A process of its own, so that a long load stops nothing, ends at once when it is cancelled, and uses the readers (HDF5,
video) that are installed in the user's environment. The store is safe against being killed.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

from whiskertoolbox_daemon.pythons import NO_CONSOLE, PACKAGES
from whiskertoolbox_protocol.channel import RequestError
from whiskertoolbox_protocol.data import LoadData, LoadProgress, LoadResult
from whiskertoolbox_protocol.wire import decode

LINE_LIMIT_BYTES = 1 << 26
"""Of the result, which lists every failure."""


async def load(
    params: LoadData, *, session_path: Path, python: str, on_progress: Callable[[LoadProgress], None]
) -> LoadResult:
    """Load a config into the session; raises `RequestError` when nothing could be loaded. Ends when cancelled."""
    config = Path(params.path).absolute()
    if not config.is_file():
        raise RequestError(f"{config}: there is no such file.")
    command = ["-m", "whiskertoolbox_daemon.cli", "load", str(config), "--session", str(session_path), "--follow"]
    try:
        process = await asyncio.create_subprocess_exec(
            python,
            *command,
            cwd=PACKAGES,
            # With this set, -m would not look into cwd.
            env={name: value for name, value in os.environ.items() if name != "PYTHONSAFEPATH"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            limit=LINE_LIMIT_BYTES,
            creationflags=NO_CONSOLE,
        )
    except OSError as error:
        raise RequestError(f"{python} cannot be started: {error.strerror}. Select another interpreter.") from error
    try:
        return await _follow(process, params.load_id, on_progress)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def _follow(
    process: asyncio.subprocess.Process, load_id: str, on_progress: Callable[[LoadProgress], None]
) -> LoadResult:
    assert process.stdout is not None
    assert process.stderr is not None
    errors = asyncio.create_task(process.stderr.read())
    result: LoadResult | None = None
    async for line in process.stdout:
        event = json.loads(line)
        if "progress" in event:
            on_progress(decode(LoadProgress, {"loadId": load_id, **event["progress"]}))
        else:
            result = decode(LoadResult, event["result"])
    if result is None:
        await process.wait()
        text = (await errors).decode("utf-8", errors="replace").strip().removeprefix("whiskertoolbox load: ")
        raise RequestError(text or f"The load ended without a result (exit code {process.returncode}).")
    return result
