"""Which window debugs the session: one at a time, as the interpreter has one debugger."""

from __future__ import annotations

import json
from typing import Literal

from whiskertoolbox_daemon.clients import Client
from whiskertoolbox_daemon.interpreters.supervisor import Supervisor
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.channel import RequestError
from whiskertoolbox_protocol.debug import DebuggerMessage, DebugMessage, SelectFrame
from whiskertoolbox_protocol.status import Empty

DISCONNECT = DebugMessage(content='{"seq": 0, "type": "request", "command": "disconnect", "arguments": {}}')
NO_INTERPRETER = "There is no interpreter to debug now. Wait until it has started, or restart it."
ELSEWHERE = "The session is being debugged in another window. Stop debugging there first."


class Debugging:
    """The relay between the debugger of a window and that of the interpreter."""

    def __init__(self, interpreter: Supervisor) -> None:
        self._interpreter = interpreter
        self._window: Client | None = None  # that debugs, or did so last
        self._active = False

    async def attach(self, window: Client) -> Empty:
        """Connect the interpreter's debugger with a window; raises `RequestError` while another one debugs."""
        if self._is_elsewhere(window):
            raise RequestError(ELSEWHERE)
        attached = await self._interpreter.ask(methods.DEBUG_ATTACH, Empty())
        if self._is_elsewhere(window):  # it was faster
            raise RequestError(ELSEWHERE)
        if window.connected:
            self._window, self._active = window, True
        return attached

    def send(self, message: DebugMessage, window: Client) -> None:
        """Pass a message on to the debugger; a request is answered in any case."""
        if self._is_elsewhere(window):
            self._answer(message, window, ELSEWHERE)
        elif not self._interpreter.tell(methods.DEBUG_SEND, message):
            self._active = False
            self._answer(message, window, NO_INTERPRETER)

    def select_frame(self, frame: SelectFrame, window: Client) -> None:
        """Another frame of code that stands is looked at."""
        if not self._is_elsewhere(window):
            self._interpreter.tell(methods.DEBUG_SELECT_FRAME, frame)

    def received(self, message: DebuggerMessage) -> None:
        """Pass a message on to the window."""
        if message.phase == "ended" and not message.process:
            self._active = False
        if self._window is not None:
            self._window.notify(methods.DEBUG_RECEIVED, message)

    def leave(self, window: Client) -> None:
        """A window has gone: code that stands at one of its breakpoints goes on."""
        if self._window is window:
            if self._active:
                self._interpreter.tell(methods.DEBUG_SEND, DISCONNECT)
            self._window, self._active = None, False

    def _is_elsewhere(self, window: Client) -> bool:
        return self._active and self._window is not window

    def _answer(self, message: DebugMessage, window: Client, why: str) -> None:
        """Refuse a request in the debugger's place; leaving it succeeds."""
        request = json.loads(message.content)
        if request.get("type") != "request":
            return
        ends = request["command"] == "disconnect"
        answer = {
            "seq": 0,
            "type": "response",
            "request_seq": request["seq"],
            "command": request["command"],
            "success": ends,
            "message": why,
        }
        content = json.dumps(answer)
        phase: Literal["ended"] | None = "ended" if ends else None
        window.notify(methods.DEBUG_RECEIVED, DebuggerMessage(content=content, phase=phase, process=message.process))
