"""All translation of the Debug Adapter Protocol, and whether code is stopped. Pure.

pydevd speaks DAP itself, and lives as long as the interpreter: a debug session of VS Code attaches to it and leaves it
again. So there is nothing to launch, no session ends the process, and Stop interrupts what runs. All of that is here;
the daemon and the extension pass messages on, and know of stops from the session's state.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from whiskertoolbox_interpreter.debug.breakpoints import Breakpoint, Lines, Refused, checked, checked_function
from whiskertoolbox_interpreter.debug.requests import fault_of

Message = Mapping[str, Any]

CELL_SCHEME = "vscode-notebook-cell:"

UNCAUGHT = "uncaught"

CAPABILITIES: dict[str, Any] = {
    # Stop is a disconnect that asks for the program's end, which is an interrupt here; then the session is over.
    "supportsTerminateRequest": False,
    "supportTerminateDebuggee": True,
    "supportsRestartRequest": False,
    "exceptionBreakpointFilters": [
        {"filter": "raised", "label": "Raised Exceptions", "default": False},
        {"filter": UNCAUGHT, "label": "Uncaught Exceptions", "default": False},
    ],
}
"""Where we differ from what pydevd says of itself."""

FOLDED_AWAY = dict.fromkeys(("special", "function", "class", "protected"), "group")
"""Variables that stand in groups of their own: those with underscores, functions, classes."""

_IN_THE_FILE = "This cell shows code of a file. Set the breakpoint in the file."

_PHASES: dict[str, Literal["configured", "ended"]] = {"configurationDone": "configured", "disconnect": "ended"}

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
    pauses: bool = False
    """The main thread is to stop at its next line."""


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """What a message of pydevd comes to."""

    messages: list[Message]
    """For VS Code; the same object when nothing is changed."""
    reply: Message | None = None
    """For pydevd: the next request of a few that VS Code's one comes to."""
    phase: Literal["configured", "ended"] | None = None
    """What the session has reached."""


class Translator:
    """The debugger's messages with VS Code, one session after the other.

    Parameters
    ----------
    hiding_rules
        pydevd's rules that hide what is not the user's code; called with whether only the user's code is wanted.
    text_of
        The text of a file as it is on disk; None when there is none.
    runs
        Whether user code runs now.
    tells_uncaught
        The debugger is told whether to stop at uncaught exceptions; else who asks `stops_at_uncaught` stops there.
    """

    def __init__(
        self,
        hiding_rules: Callable[[bool], Rules],
        text_of: Callable[[str], str | None],
        runs: Callable[[], bool],
        *,
        tells_uncaught: bool = False,
    ) -> None:
        self._runs = runs
        self._tells_uncaught = tells_uncaught
        self._hiding_rules = hiding_rules
        self._text_of = text_of
        self._launches: set[int] = set()
        self._checked: dict[int, list[tuple[Breakpoint, Breakpoint | Refused]]] = {}
        self._always_at_uncaught = False
        self.stopped_thread: int | None = None
        """The thread that stands; of several the last one."""
        self._awaiting_frame: dict[int, Message] = {}
        self._evaluations: set[int] = set()
        self._continues: dict[int, Message] = {}
        self._continued: set[int] = set()
        self.session_active = False
        """A debug session is attached."""
        self.debugs_children = False
        """Processes that user code starts are to be debugged too."""
        self.stops_at_uncaught = False
        """User code shall stop where an exception that it does not catch was raised."""

    @property
    def stopped(self) -> bool:
        """Whether user code stands at a breakpoint or after a step."""
        return self.stopped_thread is not None

    def outgoing(self, message: Message, text: str | None = None) -> Outgoing:
        """VS Code -> pydevd; `text` is what the editor shows of a source whose breakpoints are set, if it has that."""
        command = message.get("command")
        arguments = dict(message.get("arguments") or {})
        if message.get("type") == "request":
            fault = fault_of(str(command), arguments, stopped=self.stopped)
            if fault is not None:
                return Outgoing(message=None, answers=failure(message, fault).messages)
        if _path_of(arguments).startswith(CELL_SCHEME):
            arguments["source"] = {**arguments["source"], "path": name_of_document(_path_of(arguments))}
            message = {**message, "arguments": arguments}
        if command in ("attach", "launch"):
            self.session_active = True
            if command == "launch":
                self._launches.add(message["seq"])
            just_my_code = arguments.setdefault("justMyCode", True)  # else pydevd keeps the last session's choice
            arguments["rules"] = [*arguments.get("rules", []), *self._hiding_rules(just_my_code)]
            self.debugs_children = bool(arguments.get("subProcess"))
            arguments["subProcess"] = False  # pydevd would have them connect to a port
            arguments.setdefault("variablePresentation", FOLDED_AWAY)
            self._always_at_uncaught = self.stops_at_uncaught = bool(arguments.get("stopAtUncaughtExceptions"))
            return Outgoing(message={**message, "command": "attach", "arguments": arguments})
        if command == "disconnect":
            self.session_active = False
            interrupts = bool(arguments.get("terminateDebuggee"))
            arguments["terminateDebuggee"] = False
            return Outgoing(message={**message, "arguments": arguments}, interrupts=interrupts)
        if command == "setBreakpoints":
            path = _path_of(arguments)
            if text is None and _uri_of_document(path) != path:
                return self._with_accepted(message, lambda _item: Refused(_IN_THE_FILE))
            text = self._text_of(path) if text is None else text
            lines = None if text is None else Lines(text.replace("\r\n", "\n"))
            return self._with_accepted(message, lambda item: checked(item, lines))
        if command == "setFunctionBreakpoints":
            return self._with_accepted(message, checked_function)
        if command == "setExceptionBreakpoints":
            filters = list(arguments.get("filters", []))
            self.stops_at_uncaught = self._always_at_uncaught or UNCAUGHT in filters
            filters = [name for name in filters if name != UNCAUGHT]  # pydevd would trace for it
            if self._tells_uncaught and self.stops_at_uncaught:
                filters.append(UNCAUGHT)
            return Outgoing(message={**message, "arguments": {**arguments, "filters": filters}})
        if command == "evaluate" and arguments.get("context") == "repl":
            self._evaluations.add(message["seq"])
            return self._evaluation(message, arguments)
        if command == "pause":
            if not self._runs():
                return Outgoing(message=None, answers=[_answer(message)])  # else it would stop the next run
            return Outgoing(message=message, pauses=True)
        if command == "continue":  # pydevd answers when something goes on, which may have happened before
            if self.stopped_thread is None:
                return Outgoing(message=None, answers=[_continued(message)])
            self._continues[message["seq"]] = message
        if command == "terminate":
            ended = {"seq": 0, "type": "event", "event": "terminated"}
            return Outgoing(message=None, answers=[_answer(message), ended], interrupts=True)
        return Outgoing(message=message)

    def _evaluation(self, message: Message, arguments: dict[str, Any]) -> Outgoing:
        """Evaluate in the innermost frame of the thread that stopped, unless VS Code names another frame."""
        if arguments.get("frameId") is not None:
            return Outgoing(message=message)
        if self.stopped_thread is None:
            self._evaluations.discard(message["seq"])
            refusal = {
                **_answer(message),
                "success": False,
                "message": "The code is not stopped: there is no frame to evaluate in.",
            }
            return Outgoing(message=None, answers=[refusal])
        number = -int(message["seq"])  # VS Code counts upwards from 1
        self._awaiting_frame[number] = message
        innermost = {"threadId": self.stopped_thread, "startFrame": 0, "levels": 1}
        return Outgoing(message={"seq": number, "type": "request", "command": "stackTrace", "arguments": innermost})

    def _in_innermost_frame(self, message: Message, answer: Message) -> Incoming:
        frames = (answer.get("body") or {}).get("stackFrames") or []
        if not answer.get("success") or not frames:
            refusal = {**_answer(message), "success": False, "message": answer.get("message") or "There is no frame."}
            self._evaluations.discard(message["seq"])
            return Incoming(messages=[refusal])
        arguments = {**message["arguments"], "frameId": frames[0]["id"]}
        return Incoming(messages=[], reply={**message, "arguments": arguments})

    def _with_accepted(self, message: Message, check: Callable[[Breakpoint], Breakpoint | Refused]) -> Outgoing:
        arguments = message["arguments"]
        results = [(item, check(item)) for item in arguments.get("breakpoints") or []]
        self._checked[message["seq"]] = results
        accepted = [result for _, result in results if not isinstance(result, Refused)]
        return Outgoing(message={**message, "arguments": {**arguments, "breakpoints": accepted}})

    def _with_refused(self, answer: Message) -> Message:
        """pydevd's answer about the accepted breakpoints, completed by those that were refused, in their order."""
        results = self._checked.pop(answer["request_seq"])
        if not answer.get("success"):
            return answer
        accepted = iter(answer["body"]["breakpoints"])
        breakpoints = [
            {"verified": False, "message": result.message, **{key: item[key] for key in ("line",) if key in item}}
            if isinstance(result, Refused)
            else _with_uri(next(accepted))
            for item, result in results
        ]
        return {**answer, "body": {**answer["body"], "breakpoints": breakpoints}}

    def incoming(self, message: Message) -> Incoming:
        """pydevd -> VS Code."""
        command, event = message.get("command"), message.get("event")
        if event == "stopped":
            self.stopped_thread = message["body"]["threadId"]
        elif event == "continued" or command == "disconnect":
            self.stopped_thread = None
        if event == "continued":
            answers = [_continued(request) for request in self._continues.values()]
            self._continued.update(self._continues)
            self._continues.clear()
            return Incoming(messages=[message, *answers])
        if message.get("type") != "response":
            return Incoming(messages=[message])
        if message.get("request_seq") in self._continued:
            self._continued.discard(message["request_seq"])
            return Incoming(messages=[])
        self._continues.pop(message.get("request_seq", 0), None)
        number, success = message.get("request_seq"), bool(message.get("success"))
        if number in self._awaiting_frame:
            return self._in_innermost_frame(self._awaiting_frame.pop(number), message)
        if number in self._evaluations:
            self._evaluations.discard(number)
            # The code may have changed what the views of locals show.
            shown = {"seq": 0, "type": "event", "event": "invalidated", "body": {"areas": ["variables"]}}
            return Incoming(messages=[message, shown] if success else [message])
        phase = _PHASES.get(command or "") if success else None
        return Incoming(messages=[self._changed(message)], phase=phase)

    def _changed(self, message: Message) -> Message:
        """An answer of pydevd as VS Code is to see it."""
        command = message.get("command")
        if message.get("request_seq") in self._launches:
            self._launches.discard(message["request_seq"])
            return {**message, "command": "launch"}
        if message.get("request_seq") in self._checked:
            return self._with_refused(message)
        if command == "stackTrace" and message.get("success"):
            frames = [
                {**_with_uri(frame), "name": frame["name"].removesuffix(" (Current frame)")}
                for frame in message["body"].get("stackFrames", [])
            ]
            return {**message, "body": {**message["body"], "stackFrames": frames}}
        if command == "exceptionInfo" and message.get("success"):
            body = message["body"]
            # pydevd puts a note behind the name.
            name = str(body.get("exceptionId", "")).split(" ")[0]
            return {**message, "body": {**body, "exceptionId": name}}
        if command == "initialize" and message.get("body") is not None:
            return {**message, "body": {**message["body"], **CAPABILITIES}}
        return message


def name_of_document(uri: str) -> str:
    """What a cell's document is called for pydevd, which takes all that has no such brackets for a path."""
    return f"<{uri}>"


def _uri_of_document(name: str) -> str:
    return name[1:-1] if name.startswith(f"<{CELL_SCHEME}") else name


def _path_of(item: Message) -> str:
    return str((item.get("source") or {}).get("path") or "")


def _with_uri(item: Message) -> Message:
    """A breakpoint or frame as VS Code is to see it."""
    path = _path_of(item)
    uri = _uri_of_document(path)
    return item if uri == path else {**item, "source": {**item["source"], "path": uri}}


def _answer(request: Message) -> Message:
    return {
        "seq": 0,
        "type": "response",
        "request_seq": request["seq"],
        "command": request["command"],
        "success": True,
    }


def _continued(request: Message) -> Message:
    return {**_answer(request), "body": {"allThreadsContinued": True}}


def failure(message: Message, text: str) -> Incoming:
    """What VS Code gets for a message that nobody can carry out."""
    if message.get("type") != "request":
        return Incoming(messages=[])
    left = message["command"] == "disconnect"
    answer = {**_answer(message), "success": left, "message": text}
    return Incoming(messages=[answer], phase="ended" if left else None)
