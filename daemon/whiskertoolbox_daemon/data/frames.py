"""Frames of videos and images for the viewer, from a process that decodes them; started when the first one is shown."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

from whiskertoolbox_daemon.pythons import module_options
from whiskertoolbox_protocol.arrays import BUDGET_BYTES, WireArray
from whiskertoolbox_protocol.views import FrameView, OverlayView, ReadFrame

logger = logging.getLogger(__name__)

BUDGET_PIXELS = BUDGET_BYTES // 3
LINE_LIMIT_BYTES = 1 << 20
NOTHING = WireArray(dtype="uint8", shape=[0, 0], data="")


class FrameReader:
    """Answers frames, one after the other; of those that a view asks for, the newest.

    Parameters
    ----------
    session
        The session folder.
    """

    def __init__(self, session: Path) -> None:
        self._session = session
        self._newest: dict[str, object] = {}
        self._turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._python = ""
        self._without_video: set[str] = set()

    async def read(self, params: ReadFrame, python: str, overlays: list[OverlayView]) -> FrameView:
        """The frame at a tick, decoded in `python`, or in the daemon's where that cannot decode video."""
        mine = self._newest[params.view_id] = object()
        async with self._turn:
            if self._newest.get(params.view_id) is not mine:
                return _view({"message": ""}, b"", overlays, is_overtaken=True)
            if not params.key:
                return _view({"message": ""}, b"", overlays)
            request = {"key": params.key, "tick": params.tick, "budget": min(max(params.budget, 1), BUDGET_PIXELS)}
            header, pixels = await self._ask(request, sys.executable if python in self._without_video else python)
            if header.get("needs") and python != sys.executable and python not in self._without_video:
                first = header
                self._without_video.add(python)
                header, pixels = await self._ask(request, sys.executable)
                header = first if header.get("needs") else header
            return _view(header, pixels, overlays)

    async def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _ask(self, request: dict[str, Any], python: str) -> tuple[dict[str, Any], bytes]:
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
            logger.warning("The process that decodes frames of %s ended: %r", request["key"], error)
            await self.close()
            return {
                "message": f"{request['key']} could not be decoded: the process that reads it ended. Try again."
            }, b""

    async def _running(self, python: str) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None or self._python != python:
            await self.close()
            self._python = python
            self._process = await asyncio.create_subprocess_exec(
                python,
                "-m",
                "whiskertoolbox_daemon.data.frame_process",
                str(self._session),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                limit=LINE_LIMIT_BYTES,
                **module_options(python),
            )
        return self._process


def _view(
    header: dict[str, Any], pixels: bytes, overlays: list[OverlayView], *, is_overtaken: bool = False
) -> FrameView:
    return FrameView(
        is_overtaken=is_overtaken,
        index=header.get("index", -1),
        tick=header.get("tick"),
        next_tick=header.get("nextTick"),
        frame_count=header.get("frameCount", 0),
        width=header.get("width", 0),
        height=header.get("height", 0),
        step=header.get("step", 1),
        pixels=WireArray(dtype="uint8", shape=header["shape"], data=base64.b64encode(pixels).decode("ascii"))
        if pixels
        else NOTHING,
        overlays=overlays,
        message=header.get("message", ""),
    )
