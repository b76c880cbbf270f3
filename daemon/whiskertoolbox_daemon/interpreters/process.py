"""One life of an interpreter: from its first message to the reason of its end.

Lives here: calls to the interpreter, its outputs, interrupt, and death. What happens after a death is the session's
business (`supervisor.py`), how a process is started that of `spawn.py`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from whiskertoolbox_daemon.interpreters.crash_reports import begins_report, last_outputs
from whiskertoolbox_daemon.interpreters.fd_text import FdText
from whiskertoolbox_daemon.interpreters.output_relay import OutputRelay
from whiskertoolbox_daemon.interpreters.queued_writer import QueuedWriter
from whiskertoolbox_daemon.interpreters.spawn import Spawned, exit_reason
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.channel import Channel, ChannelClosed, RequestError
from whiskertoolbox_protocol.debug import DebuggerMessage
from whiskertoolbox_protocol.execution import (
    InterruptResult,
    LoopProgress,
    Outputs,
    RunCode,
    RunFile,
    RunInFrame,
    RunResult,
    StreamOutput,
)
from whiskertoolbox_protocol.interpreter import DebuggerState, InterpreterFailed, InterpreterReady, InterruptRun
from whiskertoolbox_protocol.methods import Notification, Request
from whiskertoolbox_protocol.status import Empty
from whiskertoolbox_protocol.variables import VariablesChanged
from whiskertoolbox_protocol.views import ShowViews

P = TypeVar("P")
R = TypeVar("R")

logger = logging.getLogger(__name__)

START_LIMIT_S = 120.0
"""The first import of NumPy and IPython from a network drive takes long."""
SHUTDOWN_LIMIT_S = 3.0
INTERRUPT_LIMIT_S = 2.0
STACK_LIMIT_S = 1.0
MARK_LIMIT_S = 10.0
"""Marks are written before a run is answered: only a machine that stands still makes them late."""
PIPE_LIMIT_S = 3.0
"""A process's last text may be held open by processes that it started; no longer wait than this."""
STACK_BEGIN_LIMIT_S = 2.0
STACK_PAUSE_S = 0.2
"""A stack is written to its end when nothing has followed for so long."""

NO_STACK = "The running code did not let Python say where it is: it is inside a C function that keeps Python's lock."


@dataclass(frozen=True, kw_only=True)
class Death:
    """Why an interpreter ended."""

    reason: str
    """``killed by SIGKILL``, ``exit code 3``"""
    failure: InterpreterFailed | None
    """What it said itself, when it could not start."""
    last_words: str
    """The end of what it wrote to stderr."""
    was_ready: bool


@dataclass(frozen=True, kw_only=True)
class Listener:
    """Who is told what an interpreter reports; all are called on the event loop."""

    ready: Callable[[InterpreterReady], None]
    died: Callable[[Death], None]
    debugger_state: Callable[[DebuggerState], None]
    debug_received: Callable[[DebuggerMessage], None]
    variables_changed: Callable[[VariablesChanged], None]
    loop_progressed: Callable[[LoopProgress], None]
    debug_wanted: Callable[[Empty], None]
    viewer_shown: Callable[[ShowViews], None]


class InterpreterProcess:
    """A running interpreter. Methods are called on the event loop that it was made on."""

    def __init__(self, spawned: Spawned, *, relay: OutputRelay, listener: Listener) -> None:
        self._spawned = spawned
        self._relay = relay
        self._listener = listener
        self._loop = asyncio.get_running_loop()
        self._writer = QueuedWriter(spawned.writer)
        self._channel = Channel(spawned.reader, self._writer, on_closed=lambda: self._on_loop(self._channel_closed))
        self._ready: InterpreterReady | None = None
        self._failure: InterpreterFailed | None = None
        self._death: asyncio.Future[Death] = self._loop.create_future()
        self._is_ready_or_dead = asyncio.Event()
        self.ended_on_purpose = False
        self._gave_up_start = False
        self._ending: asyncio.Task[None] | None = None
        self._run_id = ""
        self._idle = asyncio.Event()
        self._idle.set()
        self._crash_report = ""
        """What Python says of its crash; shown behind what was written before it."""
        self._batches = 0
        """Of outputs, that have arrived."""
        self._marks: set[tuple[str, str]] = set()
        self._mark_seen = asyncio.Event()
        self._waits_for_marks = 0
        self._cells_at_stop: dict[str, asyncio.Event] = {}
        """The cells that run where code stands, by their runs, and their ends."""
        self._open_pipes = {"stdout", "stderr"}
        self._all_messages_read = False
        self._texts = {name: self._text_reader(name) for name in ("stdout", "stderr")}
        self._start()

    # Life ---------------------------------------------------------------------------------------------------------

    def _start(self) -> None:
        channel = self._channel
        channel.handle(methods.INTERPRETER_READY, lambda params: self._on_loop(self._became_ready, params))
        channel.handle(methods.INTERPRETER_FAILED, lambda params: self._on_loop(self._failed, params))
        channel.handle(methods.OUTPUT, self._output)
        self._pass_on(methods.INTERPRETER_DEBUGGER_STATE, self._listener.debugger_state)
        self._pass_on(methods.DEBUG_RECEIVED, self._listener.debug_received)
        self._pass_on(methods.VARIABLES_CHANGED, self._listener.variables_changed)
        self._pass_on(methods.LOOP_PROGRESS, self._listener.loop_progressed)
        self._pass_on(methods.DEBUG_WANTED, self._listener.debug_wanted)
        self._pass_on(methods.VIEWER_SHOW, self._listener.viewer_shown)
        for text in self._texts.values():
            text.start()
        threading.Thread(target=self._serve, name="interpreter channel", daemon=True).start()
        threading.Thread(target=self._wait_for_exit, name="interpreter exit", daemon=True).start()
        self._start_timer = self._loop.call_later(START_LIMIT_S, self._give_up_start)

    def _serve(self) -> None:
        self._channel.serve()
        self._on_loop(self._messages_ended)
        self._spawned.reader.close()
        self._writer.close()

    def _messages_ended(self) -> None:
        self._all_messages_read = True
        self._mark_seen.set()

    def _pass_on(self, method: Notification[P], tell: Callable[[P], None]) -> None:
        self._channel.handle(method, lambda params: self._on_loop(tell, params))

    def _on_loop(self, call: Callable[..., object], *arguments: object) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: the daemon is ending
            self._loop.call_soon_threadsafe(call, *arguments)

    def _became_ready(self, ready: InterpreterReady) -> None:
        self._start_timer.cancel()
        self._ready = ready
        self._is_ready_or_dead.set()
        self._listener.ready(ready)

    def _give_up_start(self) -> None:
        self._gave_up_start = True
        self._spawned.kill()

    def _failed(self, failure: InterpreterFailed) -> None:
        self._failure = failure

    def _channel_closed(self) -> None:
        # Without its channel a process is of no use; normally it has ended already.
        self._loop.call_later(PIPE_LIMIT_S, self._kill_if_alive)

    def _kill_if_alive(self) -> None:
        if not self._death.done():
            self._spawned.kill()

    def _wait_for_exit(self) -> None:
        code = self._spawned.wait()
        self._on_loop(self._begin_end, code)

    def _begin_end(self, code: int) -> None:
        self._ending = self._loop.create_task(self._exited(code))  # the event loop keeps only weak references

    async def _exited(self, code: int) -> None:
        self._start_timer.cancel()
        # Its last message may be the reason of its end, and its last text an explanation.
        await self._until(lambda: self._all_messages_read and not self._open_pipes, PIPE_LIMIT_S)
        outputs = last_outputs(self._spawned.last_words.unsent(self._batches), self._crash_report)
        self._spawned.last_words.close()
        await self._relay.put(self._run_id, outputs)
        death = Death(
            reason=f"not ready after {START_LIMIT_S:.0f} s" if self._gave_up_start else exit_reason(code),
            failure=self._failure,
            last_words=self._texts["stderr"].tail.strip(),
            was_ready=self._ready is not None,
        )
        self._death.set_result(death)
        self._is_ready_or_dead.set()
        self._listener.died(death)

    @property
    def python(self) -> str:
        """The executable it was started with."""
        return self._spawned.python

    @property
    def info(self) -> InterpreterReady | None:
        """What it said about itself when it was ready."""
        return self._ready

    @property
    def alive(self) -> bool:
        """Whether its end has not been seen."""
        return not self._death.done()

    async def ready_or_dead(self) -> None:
        """Wait until its start has ended, one way or the other; that takes at most `START_LIMIT_S`."""
        await self._is_ready_or_dead.wait()

    async def died(self) -> Death:
        """Wait for its end."""
        return await asyncio.shield(self._death)

    async def shut_down(self) -> None:
        """End it: ask, then insist."""
        self.ended_on_purpose = True
        if self.alive and self._ready is not None:
            with contextlib.suppress(RequestError, asyncio.TimeoutError):
                await asyncio.wait_for(self.ask(methods.INTERPRETER_SHUTDOWN, Empty()), SHUTDOWN_LIMIT_S)
                await asyncio.wait_for(self.died(), SHUTDOWN_LIMIT_S)
        if self.alive:
            self._spawned.kill()
            await self.died()

    # Calls --------------------------------------------------------------------------------------------------------

    async def ask(self, method: Request[P, R], params: P) -> R:
        """Send a request and wait for its answer; raises `RequestError`."""
        return await asyncio.wrap_future(self._channel.request(method, params))

    def tell(self, method: Notification[P], params: P) -> None:
        """Send a notification."""
        self._channel.notify(method, params)

    async def run(self, method: Request[Any, RunResult], params: RunCode | RunFile) -> RunResult:
        """Run code or a file; done when all its outputs have been shown.

        Raises `ChannelClosed` when the interpreter ends meanwhile.
        """
        self._run_id = params.run_id
        self._idle.clear()
        try:
            try:
                result = await self.ask(method, params)
            finally:
                self._idle.set()
            await self._run_text_complete(params.run_id)
        except ChannelClosed:
            await self.died()
            raise
        finally:
            await self._relay.drained()
            self._run_id = ""
        return result

    async def run_at_stop(self, params: RunInFrame) -> RunResult:
        """Run a cell where code stands; done when all its outputs have been shown."""
        around, self._run_id = self._run_id, params.run_id
        ended = self._cells_at_stop[params.run_id] = asyncio.Event()
        try:
            result = await self.ask(methods.RUN_IN_FRAME, params)
            await self._run_text_complete(params.run_id)
        finally:
            await self._relay.drained()
            if self._run_id == params.run_id:
                self._run_id = around
            del self._cells_at_stop[params.run_id]
            ended.set()
        return result

    @property
    def runs_at_stop(self) -> bool:
        """Whether a cell runs where code stands."""
        return bool(self._cells_at_stop)

    async def interrupt(self) -> InterruptResult:
        """Interrupt what runs: a signal, a second one with a look at the stack, then the truth.

        Of cells that run where code stands the last one is interrupted, and that code goes on standing.
        """
        stack = ""
        run_id, ended = next(reversed(self._cells_at_stop.items()), ("", self._idle))
        for _ in range(2):
            if ended.is_set():
                break
            await self._send_interrupt(run_id)
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(ended.wait(), INTERRUPT_LIMIT_S)
            if not ended.is_set():
                stack = await self._stack()
        stopped = ended.is_set()
        return InterruptResult(stopped=stopped, stack="" if stopped else stack)

    async def _send_interrupt(self, run_id: str) -> None:
        if run_id or not self._spawned.interrupt():
            with contextlib.suppress(RequestError, asyncio.TimeoutError):
                params = InterruptRun(run_id=run_id)
                await asyncio.wait_for(self.ask(methods.INTERPRETER_INTERRUPT, params), STACK_LIMIT_S)

    async def _stack(self) -> str:
        try:
            return (await asyncio.wait_for(self.ask(methods.INTERPRETER_STACK, Empty()), STACK_LIMIT_S)).text
        except (RequestError, asyncio.TimeoutError):
            return await self._stack_from_outside()

    async def _stack_from_outside(self) -> str:
        """The stack while C code keeps Python's lock, which no thread of the process can look at."""
        stderr = self._texts["stderr"]
        total = stderr.total
        if self._spawned.show_stack():
            seen, deadline = total, self._loop.time() + STACK_BEGIN_LIMIT_S
            while stderr.total > seen or (seen == total and self._loop.time() < deadline):
                seen = stderr.total
                await asyncio.sleep(STACK_PAUSE_S)
        return stderr.since(total).strip() or NO_STACK

    # Outputs ------------------------------------------------------------------------------------------------------

    def _output(self, outputs: Outputs) -> Future[Empty]:
        """On the channel's thread: the interpreter's next batch waits for the answer, which waits for room."""
        self._batches += 1
        return self._from_thread(self._put(outputs))

    async def _put(self, outputs: Outputs) -> Empty:
        await self._relay.put(outputs.run_id, outputs.outputs)
        return Empty()

    def _from_thread(self, work: Coroutine[Any, Any, R]) -> Future[R]:
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def _text_reader(self, name: Literal["stdout", "stderr"]) -> FdText:
        pipe = getattr(self._spawned.process, name)

        async def show(text: str) -> None:
            if name == "stderr" and (self._crash_report or begins_report(text)):
                self._crash_report += text
            else:
                await self._relay.put(self._run_id, [StreamOutput(name=name, text=text)])

        async def show_report() -> None:
            text, self._crash_report = self._crash_report, ""
            await self._relay.put(self._run_id, [StreamOutput(name=name, text=text)])

        def mark(run_id: str) -> None:
            if name == "stderr" and self._crash_report:  # of another process: this one goes on
                waiting(show_report())
            self._marks.add((name, run_id))
            if self._waits_for_marks:  # usually they come before the answer, and the loop sleeps on
                self._on_loop(self._mark_seen.set)

        def end() -> None:
            self._open_pipes.discard(name)
            self._mark_seen.set()

        def waiting(work: Coroutine[Any, Any, None]) -> None:
            with contextlib.suppress(Exception):  # the loop is closed: the daemon is ending
                self._from_thread(work).result()

        return FdText(
            pipe,
            self._spawned.token,
            on_text=lambda text: waiting(show(text)),
            on_mark=mark,
            on_end=lambda: self._on_loop(end),
        )

    async def _run_text_complete(self, run_id: str) -> None:
        """Wait for the run's mark on both pipes."""
        await self._until(lambda: all((name, run_id) in self._marks for name in self._open_pipes), MARK_LIMIT_S)
        self._marks -= {(name, run_id) for name in self._texts}

    async def _until(self, condition: Callable[[], bool], limit_s: float) -> None:
        """Wait for marks or ends of the pipes, or until nothing has moved for `limit_s`."""
        self._waits_for_marks += 1  # before looking: a mark that comes after the look wakes us
        try:
            while not condition():
                try:
                    await asyncio.wait_for(self._mark_seen.wait(), limit_s)
                except asyncio.TimeoutError:
                    if not self._relay.busy:
                        return
                self._mark_seen.clear()
        finally:
            self._waits_for_marks -= 1


async def within(seconds: float, work: Awaitable[R], otherwise: R) -> R:
    """The result of `work`, or `otherwise` when it takes too long or the interpreter ends."""
    try:
        return await asyncio.wait_for(work, seconds)
    except (asyncio.TimeoutError, ChannelClosed):
        return otherwise
