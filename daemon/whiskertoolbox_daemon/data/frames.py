"""Frames of videos and images for the viewer, from a process that decodes them; started when the first one is shown."""

from __future__ import annotations

import asyncio
import base64
import logging
import sys
from pathlib import Path
from typing import Any

from whiskertoolbox_daemon.data.asked_process import AskedProcess, ProcessEnded
from whiskertoolbox_protocol.arrays import BUDGET_BYTES, WireArray
from whiskertoolbox_protocol.views import FrameView, OverlayView, ReadFrame

logger = logging.getLogger(__name__)

BUDGET_PIXELS = BUDGET_BYTES // 3
NOTHING = WireArray(dtype="uint8", shape=[0, 0], data="")


class FrameReader:
    """Answers frames, one after the other; of those that a view asks for, the newest.

    Parameters
    ----------
    session
        The session folder.
    """

    def __init__(self, session: Path) -> None:
        self._newest: dict[str, object] = {}
        self._turn = asyncio.Lock()
        self._process = AskedProcess("whiskertoolbox_daemon.data.frame_process", str(session))
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
            header, pixels = await self._ask_who_can(request, python)
            return _view(header, pixels, overlays)

    async def picture(self, key: str, python: str, longest: int) -> str:
        """Return the SVG, of so many characters at most, of a frame with what lies over it; empty if there is none."""
        async with self._turn:
            _, svg = await self._ask_who_can({"key": key, "longest": longest}, python)
            return svg.decode()

    async def close(self) -> None:
        """End the process."""
        await self._process.close()

    async def _ask_who_can(self, request: dict[str, Any], python: str) -> tuple[dict[str, Any], bytes]:
        """Ask a process of that Python, or of the daemon's where that cannot decode video."""
        header, data = await self._ask(request, sys.executable if python in self._without_video else python)
        if header.get("needs") and python != sys.executable and python not in self._without_video:
            first = header
            self._without_video.add(python)
            header, data = await self._ask(request, sys.executable)
            header = first if header.get("needs") else header
        return header, data

    async def _ask(self, request: dict[str, Any], python: str) -> tuple[dict[str, Any], bytes]:
        try:
            return await self._process.ask(request, python)
        except ProcessEnded as error:
            logger.warning("The process that decodes frames of %s ended: %s", request["key"], error)
            return {
                "message": f"{request['key']} could not be decoded: the process that reads it ended. Try again."
            }, b""


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
