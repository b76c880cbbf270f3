"""A process of ours in any Python, asked by lines of JSON: started when it is first asked, and again after its end."""

from __future__ import annotations

import asyncio
import json
import subprocess
from typing import Any

from whiskertoolbox_daemon.processes import kill_group
from whiskertoolbox_daemon.pythons import module_options

LINE_LIMIT_BYTES = 1 << 20


class ProcessEnded(Exception):
    """It ended before it answered."""


class AskedProcess:
    """Answers a line of JSON with a line of JSON, whose ``size`` says how many bytes follow; one at a time.

    Parameters
    ----------
    module
        What runs in the process.
    *arguments
        What it is started with.
    """

    def __init__(self, module: str, *arguments: str) -> None:
        self._command = "-m", module, *arguments
        self._process: asyncio.subprocess.Process | None = None
        self._python = ""

    async def ask(self, request: dict[str, Any], python: str) -> tuple[dict[str, Any], bytes]:
        """Return what it answers; raises `ProcessEnded`."""
        try:
            process = await self._running(python)
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps(request).encode() + b"\n")
            await process.stdin.drain()
            header = json.loads(await process.stdout.readuntil(b"\n"))
            return header, await process.stdout.readexactly(header["size"])
        except asyncio.CancelledError:
            await self.close()  # what it is about to answer belongs to nobody
            raise
        except (OSError, asyncio.IncompleteReadError, ValueError) as error:
            await self.close()
            raise ProcessEnded(repr(error)) from error

    def kill(self) -> None:
        """End it and what it has started, now; who waits for its answer gets `ProcessEnded`."""
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        kill_group(process)

    async def close(self) -> None:
        """End it, and wait for that."""
        process = self._process
        self.kill()
        if process is not None:
            await process.wait()

    async def _running(self, python: str) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None or self._python != python:
            await self.close()
            self._python = python
            self._process = await asyncio.create_subprocess_exec(
                python,
                *self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                limit=LINE_LIMIT_BYTES,
                start_new_session=True,
                **module_options(python),
            )
        return self._process
