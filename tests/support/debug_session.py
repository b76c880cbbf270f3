"""A debug session as VS Code holds it: DAP messages through the daemon's relay."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

from tests.support.interpreter_client import InterpreterClient
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.debug import DebugMessage
from whiskertoolbox_protocol.status import Empty

_numbers = itertools.count(1)


class DebugSession:
    """One session, from `initialize` to `disconnect`."""

    def __init__(
        self, client: InterpreterClient, *, process: int = 0, takes_over: bool = False, **attach_arguments: Any
    ) -> None:
        self.client = client
        self._process = process
        self._seen = 0
        if not process and not takes_over:
            client.ask(methods.DEBUG_ATTACH, Empty())
        self._first_message = len(self._texts())
        self._decoded: list[dict[str, Any]] = []
        self.request("initialize", clientID="vscode", adapterID="whiskertoolbox", pathFormat="path", linesStartAt1=True)
        self.request("attach", **attach_arguments)
        self.event("initialized")

    def __enter__(self) -> DebugSession:
        return self

    def __exit__(self, *_error: object) -> None:
        self.request("disconnect", terminateDebuggee=False)

    def _texts(self) -> list[str]:
        return self.client.debug_messages if not self._process else self.client.child_messages(self._process)

    def messages(self) -> list[dict[str, Any]]:
        texts = self._texts()[self._first_message + len(self._decoded) :]
        self._decoded += [json.loads(text) for text in texts]
        return self._decoded

    def request(self, command: str, **arguments: Any) -> dict[str, Any]:
        answer = self.ask(command, **arguments)
        assert answer["success"], answer
        body: dict[str, Any] = answer.get("body") or {}
        return body

    def ask(self, command: str, *, shown_text: str | None = None, **arguments: Any) -> dict[str, Any]:
        """The whole answer, also when it is a failure."""
        sequence = next(_numbers)
        message = {"seq": sequence, "type": "request", "command": command, "arguments": arguments}
        content = json.dumps(message)
        params = DebugMessage(content=content, text=shown_text, process=self._process)
        self.client.channel.notify(methods.DEBUG_SEND, params)

        def answers() -> list[dict[str, Any]]:
            return [item for item in self.messages() if item.get("request_seq") == sequence]

        self.client.wait_until(answers, f"answer to {command}")
        (answer,) = answers()
        return answer

    def event(self, name: str) -> dict[str, Any]:
        """The next event of a name that was not asked for before."""

        def found() -> list[tuple[int, dict[str, Any]]]:
            numbered = list(enumerate(self.messages()))[self._seen :]
            return [(index, item) for index, item in numbered if item.get("event") == name]

        self.client.wait_until(found, f"event {name}")
        index, message = found()[0]
        self._seen = index + 1
        body: dict[str, Any] = message.get("body") or {}
        return body

    def break_at(self, path: Path, *lines: int) -> None:
        breakpoints = [{"line": line} for line in lines]
        answer = self.request("setBreakpoints", source={"path": str(path)}, breakpoints=breakpoints)
        assert all(item["verified"] for item in answer["breakpoints"]), answer

    def breakpoints(
        self, path: Path | str, *breakpoints: dict[str, Any], shown_text: str | None = None
    ) -> list[dict[str, Any]]:
        """Set breakpoints; returns what became of them."""
        answer = self.ask(
            "setBreakpoints", source={"path": str(path)}, breakpoints=list(breakpoints), shown_text=shown_text
        )
        assert answer["success"], answer
        found: list[dict[str, Any]] = answer["body"]["breakpoints"]
        return found

    def configured(self) -> None:
        self.request("configurationDone")

    def stopped(self) -> int:
        """Wait for a stop; returns the thread."""
        thread: int = self.event("stopped")["threadId"]
        return thread

    def frames(self, thread: int) -> list[dict[str, Any]]:
        frames: list[dict[str, Any]] = self.request("stackTrace", threadId=thread)["stackFrames"]
        return frames

    def places(self, thread: int) -> list[tuple[str, int]]:
        """(function, line) of each frame, innermost first."""
        return [(frame["name"], frame["line"]) for frame in self.frames(thread)]

    def local_variables(self, thread: int) -> dict[str, str]:
        scopes = self.request("scopes", frameId=self.frames(thread)[0]["id"])["scopes"]
        variables = self.request("variables", variablesReference=scopes[0]["variablesReference"])["variables"]
        return {item["name"]: item["value"] for item in variables}

    def evaluate(self, thread: int, expression: str) -> str:
        frame = self.frames(thread)[0]["id"]
        result: str = self.request("evaluate", expression=expression, frameId=frame, context="repl")["result"]
        return result

    def proceed(self, thread: int) -> None:
        self.request("continue", threadId=thread)
