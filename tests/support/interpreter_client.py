"""Drives a real interpreter process as the daemon does, without a daemon."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from whiskertoolbox_daemon.interpreters.output_relay import merged
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.channel import Channel
from whiskertoolbox_protocol.debug import DebuggerMessage
from whiskertoolbox_protocol.execution import (
    CodePlace,
    CompleteCode,
    DisplayOutput,
    ErrorOutput,
    Output,
    Outputs,
    RunCode,
    RunFile,
    RunInFrame,
    RunOptions,
    RunResult,
    StreamOutput,
)
from whiskertoolbox_protocol.interpreter import DebuggerState, InterpreterFailed, InterpreterReady, InterruptRun
from whiskertoolbox_protocol.last_words import new_memory
from whiskertoolbox_protocol.launch import Launch, first_line, run_mark
from whiskertoolbox_protocol.methods import Request
from whiskertoolbox_protocol.status import Empty
from whiskertoolbox_protocol.variables import ListVariables, Variable, VariablesChanged

P = TypeVar("P")
R = TypeVar("R")

DAEMON_FOLDER = Path(methods.__file__).parents[1]
TIMEOUT_S = 60.0
INTERRUPT_LIMIT_S = 2.0


@dataclass
class Run:
    """A run under way, and what it has shown so far."""

    run_id: str
    answer: Any
    received: list[Output] = field(default_factory=list)

    @property
    def outputs(self) -> list[Output]:
        """What was shown; where a text was cut into batches depends on time, and is not seen here."""
        return merged(self.received)

    def text(self, name: str = "stdout") -> str:
        return "".join(item.text for item in self.outputs if isinstance(item, StreamOutput) and item.name == name)

    @property
    def displays(self) -> list[DisplayOutput]:
        return [item for item in self.outputs if isinstance(item, DisplayOutput)]

    @property
    def error(self) -> ErrorOutput:
        (error,) = [item for item in self.outputs if isinstance(item, ErrorOutput)]
        return error

    @property
    def result(self) -> str:
        """The last value as plain text."""
        (display,) = [item for item in self.displays if item.is_result]
        return display.data["text/plain"]


class InterpreterClient:
    """One interpreter process."""

    def __init__(self, process: subprocess.Popen[bytes], channel: Channel, token: str, requests: BinaryIO) -> None:
        self.process = process
        self._requests = requests
        self.channel = channel
        self._token = token
        self.changed = threading.Condition()
        self.runs: dict[str, Run] = {}
        self.ready: InterpreterReady | None = None
        self.failed: InterpreterFailed | None = None
        self.closed = False
        self.debugger_states: list[bool] = []
        self.traced = False
        """Whether all code is traced now, as it was told last."""
        self.debug_messages: list[str] = []
        self._child_messages: defaultdict[int, list[str]] = defaultdict(list)
        self.wanted_sessions: list[Empty] = []
        self.variable_revisions: list[int] = []
        self.fd_bytes = {"stdout": b"", "stderr": b""}
        self._held: list[Future[Empty]] | None = None
        self.batches = 0
        channel.handle(methods.INTERPRETER_READY, self._on_ready)
        channel.handle(methods.INTERPRETER_FAILED, self._on_failed)
        channel.handle(methods.OUTPUT, self._on_output)
        channel.handle(methods.INTERPRETER_DEBUGGER_STATE, self._on_debugger_state)
        channel.handle(methods.VARIABLES_CHANGED, self._on_variables_changed)
        channel.handle(methods.DEBUG_WANTED, lambda params: self._note(self.wanted_sessions, params))
        channel.handle(methods.DEBUG_RECEIVED, self._on_debug_message)
        for name in ("stdout", "stderr"):
            # Of the thread's own: what is read does not depend on when the process object closes its end.
            descriptor = os.dup(getattr(process, name).fileno())
            threading.Thread(target=self._read_fd, args=(name, descriptor), daemon=True).start()

    def wait_until(self, condition: Callable[[], Any], what: str = "") -> None:
        with self.changed:
            assert self.changed.wait_for(condition, TIMEOUT_S), f"timed out: {what or condition}"

    def poll(self, condition: Callable[[], Any], what: str = "") -> None:
        """Wait for something that has to be asked for."""
        deadline = time.monotonic() + TIMEOUT_S
        while not condition():
            assert time.monotonic() < deadline, f"timed out: {what}"
            with self.changed:
                self.changed.wait(0.05)

    def ask(self, method: Request[P, R], params: P) -> R:
        return self.channel.request(method, params).result(TIMEOUT_S)

    def start_code(
        self, code: str, place: CodePlace | None = None, options: RunOptions | None = None, *, cell: str = ""
    ) -> Run:
        run_id = secrets.token_hex(4)
        params = RunCode(run_id=run_id, code=code, place=place, cell=cell, options=options or RunOptions())
        return self._start(run_id, lambda: self.channel.request(methods.RUN_CODE, params))

    def start_in_frame(self, code: str) -> Run:
        """Run code where code stands."""
        run_id = secrets.token_hex(4)
        return self._start(
            run_id, lambda: self.channel.request(methods.RUN_IN_FRAME, RunInFrame(run_id=run_id, code=code))
        )

    def start_file(self, path: Path, *arguments: str, options: RunOptions | None = None) -> Run:
        run_id = secrets.token_hex(4)
        options = options or RunOptions()
        params = RunFile(run_id=run_id, path=str(path), arguments=list(arguments), options=options)
        return self._start(run_id, lambda: self.channel.request(methods.RUN_FILE, params))

    def _start(self, run_id: str, request: Callable[[], Any]) -> Run:
        assert self.ready, self.failed or self.fd_bytes["stderr"].decode()
        run = self.runs[run_id] = Run(run_id, None)
        run.answer = request()
        return run

    def finish(self, run: Run) -> RunResult:
        result: RunResult = run.answer.result(TIMEOUT_S)
        return result

    def run(self, code: str, place: CodePlace | None = None) -> Run:
        """Run code to its end; fails the test when it raises."""
        run = self.start_code(code, place)
        result = self.finish(run)
        assert result.status == "ok", run.outputs
        return run

    def run_failing(self, code: str, place: CodePlace | None = None) -> Run:
        run = self.start_code(code, place)
        assert self.finish(run).status == "error", run.outputs
        return run

    def run_file(self, path: Path, *arguments: str) -> Run:
        run = self.start_file(path, *arguments)
        assert self.finish(run).status == "ok", run.outputs
        return run

    def wait_for_text(self, run: Run, text: str) -> None:
        self.wait_until(lambda: text in run.text(), f"{text!r} in {run.text()[-200:]!r}")

    def hang_up(self) -> None:
        """Close the channel, as when the daemon is killed."""
        self._requests.close()

    def interrupt(self) -> None:
        os.kill(self.process.pid, signal.SIGINT)

    def request_interrupt(self) -> None:
        self.ask(methods.INTERPRETER_INTERRUPT, InterruptRun())

    def interrupt_and_finish(self, run: Run, interrupt: Callable[[], None] | None = None) -> RunResult:
        """Interrupt as the daemon does: Python may miss a signal that comes just before it begins to wait."""
        interrupt = interrupt or self.interrupt
        interrupt()
        with suppress(FutureTimeout):
            result: RunResult = run.answer.result(INTERRUPT_LIMIT_S)
            return result
        interrupt()
        return self.finish(run)

    def stack(self) -> str:
        """Where running code is."""
        return self.ask(methods.INTERPRETER_STACK, Empty()).text

    def complete(self, code: str) -> list[str]:
        """Completions at the end of `code`."""
        params = CompleteCode(code=code, cursor=len(code))
        return [match.text for match in self.ask(methods.COMPLETE, params).matches]

    def variables(self, *path: str, offset: int = 0, limit: int = 200) -> list[Variable]:
        params = ListVariables(path=list(path), offset=offset, limit=limit)
        return self.ask(methods.VARIABLES_LIST, params).variables

    def variable(self, name: str, *path: str) -> Variable:
        (variable,) = [variable for variable in self.variables(*path) if variable.name == name]
        return variable

    def has_variable(self, name: str) -> bool:
        return name in [variable.name for variable in self.variables()]

    def fd_text(self, run: Run, name: str) -> str:
        """What reached fd 1 or 2 before the run's mark; empty text when the mark is missing is an error."""
        mark = run_mark(self._token, run.run_id)
        self.wait_until(lambda: mark in self.fd_bytes[name], "mark")
        text = self.fd_bytes[name].split(mark)[0]
        return text.rpartition(b"\x1e")[2].decode()

    @contextmanager
    def limited(self, module: str, **limits: float) -> Iterator[None]:
        """Within, public limits of a module of the interpreter are smaller, so that a test reaches them soon."""
        names = ", ".join(f"_limits.{name}" for name in limits)
        self.run(f"import whiskertoolbox_interpreter.{module} as _limits\n_whole = [{names}]")
        self.run(f"{names}, = {tuple(limits.values())}")
        try:
            yield
        finally:
            self.run(f"{names}, = _whole")

    def _note(self, notes: list[Any], item: Any) -> None:
        with self.changed:
            notes.append(item)
            self.changed.notify_all()

    def _on_ready(self, ready: InterpreterReady) -> None:
        with self.changed:
            self.ready = ready
            self.changed.notify_all()

    def _on_failed(self, failed: InterpreterFailed) -> None:
        with self.changed:
            self.failed = failed
            self.changed.notify_all()

    def child_messages(self, process: int) -> list[str]:
        """What the debugger of a process has said that user code has started."""
        return self._child_messages[process]

    def _on_debug_message(self, message: DebuggerMessage) -> None:
        notes = self._child_messages[message.process] if message.process else self.debug_messages
        self._note(notes, message.content)

    def _on_debugger_state(self, state: DebuggerState) -> None:
        self.traced = state.traced
        self._note(self.debugger_states, state.stopped)

    def _on_variables_changed(self, change: VariablesChanged) -> None:
        self._note(self.variable_revisions, change.revision)

    @contextmanager
    def answers_held(self) -> Iterator[None]:
        """Within, batches of output are taken but not answered, as by a client that is busy."""
        with self.changed:
            self._held = held = list[Future[Empty]]()
        try:
            yield
        finally:
            with self.changed:
                self._held = None
            for answer in held:
                answer.set_result(Empty())

    def _on_output(self, batch: Outputs) -> Empty | Future[Empty]:
        with self.changed:
            self.batches += 1
            self.runs.setdefault(batch.run_id, Run(batch.run_id, None)).received += batch.outputs
            self.changed.notify_all()
            if self._held is None:
                return Empty()
            self._held.append(Future())
            return self._held[-1]

    def _read_fd(self, name: str, descriptor: int) -> None:
        with open(descriptor, "rb", buffering=0) as pipe:
            while data := pipe.read(65536):
                with self.changed:
                    self.fd_bytes[name] += data
                    self.changed.notify_all()


@contextmanager
def started(
    folder: Path,
    *,
    python: str = sys.executable,
    package: Path = DAEMON_FOLDER / "whiskertoolbox_interpreter",
    environment: dict[str, str] | None = None,
) -> Iterator[InterpreterClient]:
    """An interpreter with `folder` as workspace and ``folder/session`` as store; killed in the end."""
    requests_in, requests_out = os.pipe()
    answers_in, answers_out = os.pipe()
    token = secrets.token_hex(8)
    memory = new_memory()
    launch = Launch(
        session=str(folder / "session"), workspace=str(folder), receive=requests_in, send=answers_out, words=memory
    )
    process = subprocess.Popen(
        [python, "-X", "frozen_modules=off", str(package), *launch.arguments()],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        pass_fds=(requests_in, answers_out, memory),
        env={**os.environ, **(environment or {})},
    )
    os.close(requests_in)
    os.close(answers_out)
    os.close(memory)
    os.write(requests_out, first_line(token))
    with process, open(answers_in, "rb") as reader, open(requests_out, "wb") as writer:
        client: InterpreterClient

        def on_closed() -> None:
            with client.changed:
                client.closed = True
                client.changed.notify_all()

        channel = Channel(reader, writer, on_closed=on_closed)
        client = InterpreterClient(process, channel, token, writer)
        threading.Thread(target=channel.serve, daemon=True).start()
        try:
            client.wait_until(lambda: client.ready or client.failed or client.closed, "start")
            yield client
        finally:
            process.kill()
            process.wait()
            client.wait_until(lambda: client.closed, "end of the channel")
