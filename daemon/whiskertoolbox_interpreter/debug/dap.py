"""What is changed in messages of the Debug Adapter Protocol on their way, and what is known from them. Pure.

pydevd speaks DAP itself, and lives as long as the interpreter: a debug session of VS Code attaches to it and leaves it
again. So there is nothing to launch, no session ends the process, and Stop interrupts what runs. All of that is here;
the daemon and the extension pass messages on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Message = Mapping[str, Any]

CAPABILITIES: dict[str, Any] = {
    # Stop is a disconnect that asks for the program's end, which is an interrupt here; then the session is over.
    "supportsTerminateRequest": False,
    "supportTerminateDebuggee": True,
    "supportsRestartRequest": False,
    # pydevd's "uncaught" is what nothing catches; here the shell catches everything that user code lets through.
    "exceptionBreakpointFilters": [
        {"filter": "raised", "label": "Raised Exceptions", "default": False},
        {"filter": "userUnhandled", "label": "Uncaught Exceptions", "default": False},
    ],
}
"""Where we differ from what pydevd says of itself."""

Rules = list[dict[str, object]]


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """What a message of VS Code comes to."""

    message: Message | None
    """For pydevd, which keeps its own number for it; None: pydevd gets nothing."""
    answers: list[Message] = field(default_factory=list)
    """For VS Code, in pydevd's place."""
    interrupts: bool = False
    """The run is to be interrupted."""


class Translator:
    """The debugger's messages with VS Code, one session after the other.

    Parameters
    ----------
    hiding_rules
        pydevd's rules that hide what is not the user's code; called with whether only the user's code is wanted.
    """

    def __init__(self, hiding_rules: Callable[[bool], Rules]) -> None:
        self._hiding_rules = hiding_rules
        self._launches: set[int] = set()
        self.session_active = False
        """A debug session is attached."""
        self.stopped = False
        """User code stands at a breakpoint or after a step."""

    def outgoing(self, message: Message) -> Outgoing:
        """VS Code -> pydevd."""
        command = message.get("command")
        arguments = dict(message.get("arguments") or {})
        if command in ("attach", "launch"):
            self.session_active = True
            if command == "launch":
                self._launches.add(message["seq"])
            just_my_code = arguments.setdefault("justMyCode", True)  # else pydevd keeps the last session's choice
            arguments["rules"] = [*arguments.get("rules", []), *self._hiding_rules(just_my_code)]
            arguments["subProcess"] = False
            return Outgoing(message={**message, "command": "attach", "arguments": arguments})
        if command == "disconnect":
            self.session_active = False
            interrupts = bool(arguments.get("terminateDebuggee"))
            arguments["terminateDebuggee"] = False
            return Outgoing(message={**message, "arguments": arguments}, interrupts=interrupts)
        if command == "terminate":
            answer = {"type": "response", "request_seq": message["seq"], "command": "terminate", "success": True}
            ended = {"type": "event", "event": "terminated"}
            return Outgoing(message=None, answers=[{"seq": 0, **answer}, {"seq": 0, **ended}], interrupts=True)
        return Outgoing(message=message)

    def incoming(self, message: Message) -> Message:
        """pydevd -> VS Code; the same object when nothing is changed."""
        command, event = message.get("command"), message.get("event")
        if event == "stopped":
            self.stopped = True
        elif event == "continued" or command == "disconnect":
            self.stopped = False
        if message.get("type") != "response":
            return message
        if message.get("request_seq") in self._launches:
            self._launches.discard(message["request_seq"])
            return {**message, "command": "launch"}
        if command == "initialize" and message.get("body") is not None:
            return {**message, "body": {**message["body"], **CAPABILITIES}}
        return message
