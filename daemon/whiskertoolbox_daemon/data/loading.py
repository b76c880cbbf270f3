"""Loads data for the editor: runs ``whiskertoolbox load`` in the chosen Python and follows it.

A process of its own, so that a long load stops nothing, ends at once when it is cancelled, and uses the readers (HDF5,
video) that are installed in the user's environment. The store is safe against being killed.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import subprocess
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from whiskertoolbox_daemon.pythons import NO_CONSOLE, PACKAGES, activated
from whiskertoolbox_protocol.channel import RequestError
from whiskertoolbox_protocol.data import FilePreview, ImportFile, LoadData, LoadProgress, LoadResult, PreviewFile
from whiskertoolbox_protocol.wire import decode

ENDS_WITHIN_S = 10.0
"""A command that has said its result ends so soon, or is ended."""
LINE_LIMIT_BYTES = 1 << 26
"""Of the result, which lists every failure."""


async def load(
    params: LoadData, *, session_path: Path, python: str, on_progress: Callable[[LoadProgress], None]
) -> LoadResult:
    """Load a config into the session; raises `RequestError` when nothing could be loaded. Ends when cancelled."""
    config = Path(params.path).absolute()
    if not config.is_file():
        raise RequestError(f"{config}: there is no such file.")
    command = ["load", str(config), "--session", str(session_path), "--follow"]
    async with _running(python, command) as process:
        return await _follow(process, params.load_id, on_progress)


async def import_file(
    params: ImportFile, *, session_path: Path, python: str, on_progress: Callable[[LoadProgress], None]
) -> LoadResult:
    """Load parts of a file into the session; raises `RequestError` when none could be. Ends when cancelled."""
    chosen = [word for part in params.parts for word in ("--part", f"{part.name}={part.key}")]
    command = ["import", params.path, "--session", str(session_path), "--follow", *chosen]
    async with _running(python, command) as process:
        return await _follow(process, params.load_id, on_progress)


async def preview_file(params: PreviewFile, *, python: str) -> FilePreview:
    """Look into a file; raises `RequestError` with what it was taken for when it cannot be imported."""
    async with _running(python, ["import", params.path, "--preview", "--json"]) as process:
        text, errors = await process.communicate()
    if process.returncode:
        raise RequestError(_reason(errors) or f"The file could not be looked into (exit code {process.returncode}).")
    return decode(FilePreview, json.loads(text))


@contextlib.asynccontextmanager
async def _running(python: str, command: list[str]) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a ``whiskertoolbox`` command; it has ended afterwards."""
    try:
        process = await asyncio.create_subprocess_exec(
            python,
            "-m",
            "whiskertoolbox_daemon.cli",
            *command,
            cwd=PACKAGES,
            # With this set, -m would not look into cwd.
            env={name: value for name, value in activated(python, os.environ).items() if name != "PYTHONSAFEPATH"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            limit=LINE_LIMIT_BYTES,
            creationflags=NO_CONSOLE,
        )
    except OSError as error:
        raise RequestError(f"{python} cannot be started: {error.strerror}. Select another interpreter.") from error
    try:
        yield process
        with contextlib.suppress(asyncio.TimeoutError):
            # To kill what is ending by itself would take its exit code away from asyncio, which logs that.
            await asyncio.wait_for(process.wait(), ENDS_WITHIN_S)
    finally:
        if process.returncode is None:
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
        raise RequestError(
            _reason(await errors) or f"The load ended without a result (exit code {process.returncode})."
        )
    return result


def _reason(errors: bytes) -> str:
    """Return what a command has said, without its own name."""
    return re.sub(r"^whiskertoolbox \w+: ", "", errors.decode("utf-8", errors="replace").strip())
