"""Previews of transforms, from a process that runs them: ended when one takes too long or nobody looks any more."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from whiskertoolbox_daemon.data.asked_process import AskedProcess, ProcessEnded
from whiskertoolbox_protocol.views import PreviewSteps, StepPreview
from whiskertoolbox_protocol.wire import decode, encode

PATIENCE_S = 1.0
"""So long one that is overtaken may go on: a new process has to import everything again."""
LIMIT_S = 20.0
IDLE_S = 120.0

OVERTAKEN = StepPreview(is_overtaken=True, message="", start=0.0, end=0.0, lanes=[])


class Previewer:
    """Answers what steps would make, one after the other.

    They run as in a batch, in a process of its own: code of the user's cannot stop the session, and what runs in the
    console is not disturbed.

    Parameters
    ----------
    session
        The session folder.
    workspace
        The folder whose ``transforms/*.py`` are known.
    """

    def __init__(self, session: Path, workspace: Path) -> None:
        self._process = AskedProcess("whiskertoolbox_daemon.data.preview_process", str(session), str(workspace))
        self._turn = asyncio.Lock()
        self._newest: object = None
        self._running: object = None
        self._idle: asyncio.TimerHandle | None = None

    async def read(self, params: PreviewSteps, python: str) -> StepPreview:
        """What the last step makes, in `python`."""
        mine = self._newest = object()
        if self._running is not None:
            asyncio.get_running_loop().call_later(PATIENCE_S, self._give_up, self._running)
        async with self._turn:
            if self._newest is not mine:
                return OVERTAKEN
            self._running = mine
            try:
                return await self._ask(encode(params), python)
            except ProcessEnded:
                if self._newest is not mine:
                    return OVERTAKEN
                return _without("The process that makes previews ended. Run the step to see why.")
            finally:
                self._running = None
                self._end_when_idle()

    async def close(self) -> None:
        """End the process."""
        if self._idle is not None:
            self._idle.cancel()
        await self._process.close()

    async def _ask(self, request: dict[str, Any], python: str) -> StepPreview:
        try:
            _, answer = await asyncio.wait_for(self._process.ask(request, python), LIMIT_S)
        except asyncio.TimeoutError:
            return _without(f"There is no preview: the step takes longer than {LIMIT_S:.0f} s.")
        return decode(StepPreview, json.loads(answer))

    def _give_up(self, one: object) -> None:
        if self._running is one:
            self._process.kill()

    def _end_when_idle(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
        self._idle = asyncio.get_running_loop().call_later(IDLE_S, self._process.kill)


def _without(message: str) -> StepPreview:
    return StepPreview(is_overtaken=False, message=message, start=0.0, end=0.0, lanes=[])
