"""Keeps an interpreter running: starts, restarts and replaces it, and runs code in it one piece after the other."""

from __future__ import annotations

import asyncio
import logging
import time
from pathlib import Path
from typing import Any, TypeVar

from whiskertoolbox_daemon.interpreters.deletion import DeletionWatch
from whiskertoolbox_daemon.interpreters.endings import (
    DATA_IS_SAFE,
    DELETED,
    FAILURE_REMEDIES,
    cause,
    died_at_start,
    run_that_died,
)
from whiskertoolbox_daemon.interpreters.listeners import Listeners
from whiskertoolbox_daemon.interpreters.output_relay import OutputRelay
from whiskertoolbox_daemon.interpreters.process import Death, InterpreterProcess, Listener
from whiskertoolbox_daemon.interpreters.run_queue import Turns, reason_to_wait
from whiskertoolbox_daemon.interpreters.spare import Spare
from whiskertoolbox_daemon.interpreters.spawn import Spawned, SpawnError, spawn_interpreter
from whiskertoolbox_daemon.interpreters.tasks import Tasks
from whiskertoolbox_daemon.pythons import environment_name, prefix_of
from whiskertoolbox_protocol.channel import ChannelClosed, RequestError
from whiskertoolbox_protocol.execution import (
    InterruptResult,
    RunCode,
    RunFile,
    RunInFrame,
    RunQueue,
    RunResult,
)
from whiskertoolbox_protocol.interpreter import DebuggerState, InterpreterReady
from whiskertoolbox_protocol.methods import Notification, Request
from whiskertoolbox_protocol.status import InterpreterInfo, Remedy, SessionState
from whiskertoolbox_protocol.variables import VariablesChanged

P = TypeVar("P")
R = TypeVar("R")

logger = logging.getLogger(__name__)

QUICK_DEATH_S = 5.0
"""An interpreter that ends before this, without having run anything, has died at its start."""
QUICK_DEATHS_ALLOWED = 1
NO_PRELUDE = "Not run: the interpreter has run code before."


class Supervisor:
    """The session's interpreter, whichever process that is now."""

    def __init__(self, *, session: Path, workspace: Path, relay: OutputRelay, listeners: Listeners) -> None:
        self._session = session
        self._workspace = workspace
        self._relay = relay
        self._listeners = listeners
        self._current: InterpreterProcess | None = None
        self._python = ""
        self._name = ""
        self._settled = asyncio.Event()  # ready, or dead with nothing under way
        self._replacing = asyncio.Lock()
        self._turns = Turns(listeners.changed)
        self._debugger = DebuggerState(stopped=False)
        self._has_run = False
        self._started_at = 0.0
        self._quick_deaths = 0
        self._tasks = Tasks()
        self._deletion = DeletionWatch(self._environment_deleted)
        self._spare = Spare(self._start_spare, lambda: self.state == "idle")
        self.message = ""
        self.remedies: list[Remedy] = []

    # State --------------------------------------------------------------------------------------------------------

    @property
    def python(self) -> str:
        """The chosen Python's executable."""
        return self._python

    @property
    def state(self) -> SessionState:
        """What the interpreter does now."""
        if not self._settled.is_set():
            return "starting"
        if self._current is None or not self._current.alive:
            return "dead"
        if self._debugger.stopped:
            return "stopped"
        return "busy" if self._turns.running is not None else "idle"

    @property
    def traced(self) -> bool:
        """Whether the debugger traces all user code."""
        return self._debugger.traced

    @property
    def queue(self) -> RunQueue:
        """The runs that have not ended."""
        running, waiting = self._turns.running, self._turns.waiting
        return RunQueue(
            running="" if running is None else running.run_id,
            waiting=waiting,
            waits_for=reason_to_wait(self._debugger, is_starting=not self._settled.is_set()) if waiting else "",
        )

    @property
    def info(self) -> InterpreterInfo | None:
        """The Python that runs, or was to run, user code."""
        if not self._python:
            return None
        ready = self._current.info if self._current is not None else None
        if ready is None:
            name = environment_name(prefix_of(Path(self._python))) or Path(self._python).name
            return InterpreterInfo(executable=self._python, version="", name=name, process_id=0)
        return InterpreterInfo(
            executable=ready.executable, version=ready.version, name=self._name, process_id=ready.process_id
        )

    def say(self, message: str) -> None:
        """Tell what happened before the interpreter started, until code runs."""
        self._say(message, [])

    def _say(self, message: str, remedies: list[Remedy]) -> None:
        self.message, self.remedies = message, remedies

    # Start and end ------------------------------------------------------------------------------------------------

    def adopt(self, started: Spawned | SpawnError, python: str) -> None:
        """Take over a process that was started for `python`, or its failure to start."""
        if isinstance(started, SpawnError):
            self._take(None, python)
            self._say(f"{started} Select another interpreter.", ["selectInterpreter", "showLog"])
            self._settle()
            return
        self._started_at = started.started_at
        self._take(self._process(started, self._relay), python)
        self._listeners.changed()

    def _take(self, interpreter: InterpreterProcess | None, python: str) -> None:
        self._current = interpreter
        self._python = python
        self._has_run = False
        self._debugger = DebuggerState(stopped=False)

    def _process(self, started: Spawned, relay: OutputRelay) -> InterpreterProcess:
        interpreter = InterpreterProcess(
            started,
            relay=relay,
            listener=Listener(
                ready=lambda ready: self._became_ready(interpreter, ready),
                died=lambda death: self._died(interpreter, death),
                debugger_state=lambda state: self._debugger_state_changed(interpreter, state),
                debug_received=self._listeners.debug_received,
                variables_changed=self._listeners.variables_changed,
                loop_progressed=self._listeners.loop_progressed,
                debug_wanted=self._listeners.debug_wanted,
                viewer_shown=self._listeners.viewer_shown,
            ),
        )
        return interpreter

    async def select(self, python: str) -> None:
        """Change to another Python; the interpreter goes on until that one is ready. One that dies at once is refused.

        One that says itself what it lacks is taken, so that it can be installed there.

        Raises
        ------
        RequestError
            When it cannot be started; all is as it was.
        """
        if self._current is None or not self._current.alive or not self._settled.is_set():
            await self.replace(python)  # nothing runs that could go on
            return
        async with self._replacing:
            try:
                started = spawn_interpreter(python, session=self._session, workspace=self._workspace)
            except SpawnError as error:
                raise RequestError(f"{error} Select another interpreter.") from error
            fresh = self._process(started, self._relay)
            try:
                await fresh.ready_or_dead()
            except BaseException:
                await fresh.shut_down()
                raise
            if not fresh.alive and (death := await fresh.died()).failure is None:
                raise RequestError(f"{died_at_start(python, death)}\nThe interpreter is the one before.")
            await self._change_to(fresh, python, started.started_at)

    async def _change_to(self, fresh: InterpreterProcess, python: str, started_at: float) -> None:
        self._turns.drop("Not run: another interpreter was selected.")
        old = self._current
        self._take(fresh, python)
        self._quick_deaths = 0
        self._started_at = started_at
        self._say("", [])
        if fresh.info is not None and fresh.alive:
            self._became_ready(fresh, fresh.info)
        else:
            self._died(fresh, await fresh.died())
        if old is not None:
            await old.shut_down()

    async def replace(self, python: str | None = None) -> None:
        """End the interpreter and start a new one, in `python` if given; done when it is ready or has failed."""
        async with self._replacing:
            self._turns.drop("Not run: the interpreter was restarted.")
            old, self._current = self._current, None
            self._settled.clear()
            self._quick_deaths = 0
            self._say("", [])
            self._listeners.changed()
            if old is not None:
                await old.shut_down()
            await self._begin(python or self._python)
            await self._settled.wait()

    async def close(self) -> None:
        """End the interpreter for good."""
        self._deletion.stop()
        await self._spare.close()
        async with self._replacing:
            old, self._current = self._current, None
            self._settle()
            if old is not None:
                await old.shut_down()

    def keep_spare(self, after_s: float | None) -> None:
        """Keep a second interpreter ready, started when the session has been idle for so long; None: keep none."""
        self._spare.configure(after_s)

    def _start_spare(self, python: str, is_taken: asyncio.Event) -> InterpreterProcess:
        started = spawn_interpreter(python, session=self._session, workspace=self._workspace)
        return self._process(started, self._relay.held_until(is_taken))

    async def _begin(self, python: str) -> None:
        """Take the interpreter that stands ready, or start one."""
        spare = await self._spare.take(python)
        if spare is None or spare.info is None:
            self._start(python)
            return
        self._take(spare, python)
        self._started_at = time.monotonic()
        self._became_ready(spare, spare.info)

    async def _begin_again(self, dead: InterpreterProcess) -> None:
        async with self._replacing:
            if self._current is dead:  # else somebody has restarted it meanwhile
                await self._begin(self._python)

    def _start(self, python: str) -> None:
        started: Spawned | SpawnError
        try:
            started = spawn_interpreter(python, session=self._session, workspace=self._workspace)
        except SpawnError as error:
            started = error
        self.adopt(started, python)

    def _settle(self) -> None:
        self._settled.set()
        self._listeners.changed()

    def _became_ready(self, interpreter: InterpreterProcess, ready: InterpreterReady) -> None:
        if interpreter is not self._current:
            return  # replaced while it started
        seconds = time.monotonic() - self._started_at
        logger.info("Python %s of %s is ready after %.1f s", ready.version, ready.executable, seconds)
        self._name = environment_name(Path(ready.prefix)) or ready.version
        self._listeners.variables_changed(VariablesChanged(revision=0))
        self._settle()
        self._deletion.begin(interpreter.python)
        self._spare.wait_for(interpreter.python)

    def _environment_deleted(self, python: str) -> None:
        if self.state != "dead" and python == self._python:
            self._say(f"{python} {DELETED}", ["selectInterpreter"])
            self._listeners.changed()

    def _debugger_state_changed(self, interpreter: InterpreterProcess, state: DebuggerState) -> None:
        if interpreter is self._current:
            self._debugger = state
            self._listeners.changed()

    def _died(self, interpreter: InterpreterProcess, death: Death) -> None:
        if interpreter is not self._current:
            return  # replaced on purpose
        logger.warning("The interpreter ended: %s. Its last output:\n%s", death.reason, death.last_words)
        self._debugger = DebuggerState(stopped=False)
        quick = not self._has_run and time.monotonic() - self._started_at < QUICK_DEATH_S
        self._quick_deaths = self._quick_deaths + 1 if quick or not death.was_ready else 0
        self._turns.drop(f"Not run: the interpreter ended ({death.reason}).")
        self._listeners.variables_changed(VariablesChanged(revision=0))
        if death.failure is not None:
            self._say(death.failure.message, FAILURE_REMEDIES[death.failure.reason])
            self._settle()
        elif self._quick_deaths > QUICK_DEATHS_ALLOWED:
            self._say(died_at_start(self._python, death), ["selectInterpreter", "restartInterpreter", "showLog"])
            self._settle()
        else:
            if death.was_ready:
                self._say(f"The interpreter ended: {cause(death)}. A new one was started. {DATA_IS_SAFE}", ["showLog"])
            self._settled.clear()
            self._tasks.begin(self._begin_again(interpreter))

    # Work ---------------------------------------------------------------------------------------------------------

    async def ask(self, method: Request[P, R], params: P) -> R:
        """Ask the interpreter, once it has started; raises `RequestError`."""
        return await (await self._ready_interpreter()).ask(method, params)

    def tell(self, method: Notification[P], params: P) -> bool:
        """Tell the interpreter something; return whether there is one."""
        if self._current is None or not self._current.alive:
            return False
        self._current.tell(method, params)
        return True

    async def ask_in_turn(self, method: Request[P, R], params: P) -> R:
        """Ask the interpreter when the runs that were asked for before have ended."""
        return await self._turns.take(lambda: self.ask(method, params))

    async def run(self, method: Request[Any, RunResult], params: RunCode | RunFile) -> RunResult:
        """Run code or a file after the runs that were asked for before.

        Cancelling the caller interrupts the run when it has begun, and takes it out of the queue when not.
        """

        async def work(interpreter: InterpreterProcess) -> RunResult:
            return await self._run(interpreter, method, params)

        run = self._tasks.begin(self._turns.run(params, ready=self._ready_interpreter, work=work))
        try:
            return await asyncio.shield(run)
        except asyncio.CancelledError:
            if self._turns.running is params:
                self._tasks.begin(self._interrupt_current())
            else:
                run.cancel()
            raise

    async def run_at_stop(self, params: RunInFrame) -> RunResult:
        """Run a cell now, where code stands; raises `RequestError` when none does."""
        try:
            return await (await self._ready_interpreter()).run_at_stop(params)
        except ChannelClosed:
            return RunResult(status="died", execution_count=0, message=f"The interpreter ended. {DATA_IS_SAFE}")

    async def _run(
        self, interpreter: InterpreterProcess, method: Request[Any, RunResult], params: RunCode | RunFile
    ) -> RunResult:
        if isinstance(params, RunCode) and params.as_prelude and self._has_run:
            return RunResult(status="dropped", execution_count=0, message=NO_PRELUDE)
        self._has_run = True
        self._say("", [])
        try:
            return await interpreter.run(method, params)
        except ChannelClosed:
            return run_that_died(await interpreter.died(), on_purpose=interpreter.ended_on_purpose)
        finally:
            self._spare.wait_for(self._python)

    async def interrupt(self) -> InterruptResult:
        """Interrupt the run and drop those that wait behind it; or just a cell that runs where the run stands."""
        if self._current is not None and self._current.runs_at_stop:
            return await self._current.interrupt()
        self._turns.drop("Not run: it was interrupted before it began.")
        return await self._interrupt_current()

    async def _interrupt_current(self) -> InterruptResult:
        if self._current is None:
            return InterruptResult(stopped=True)
        return await self._current.interrupt()

    async def _ready_interpreter(self) -> InterpreterProcess:
        await self._settled.wait()
        if self._current is None or not self._current.alive:
            raise RequestError(self.message or "The interpreter is not running. Restart it.")
        return self._current
