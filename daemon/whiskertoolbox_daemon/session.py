"""A workspace's session: its data, its interpreter, and what the windows are told about them. Knows no LSP."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whiskertoolbox_daemon.clients import CALLER, Client, Clients
from whiskertoolbox_daemon.data.frames import FrameReader
from whiskertoolbox_daemon.data.keys import SessionData
from whiskertoolbox_daemon.data.previews import Previewer
from whiskertoolbox_daemon.debugging import Debugging
from whiskertoolbox_daemon.environments.search import EnvironmentSearch
from whiskertoolbox_daemon.interpreters.listeners import Listeners
from whiskertoolbox_daemon.interpreters.output_relay import OutputRelay
from whiskertoolbox_daemon.interpreters.run_records import RunRecords
from whiskertoolbox_daemon.interpreters.spawn import Spawned, SpawnError
from whiskertoolbox_daemon.interpreters.supervisor import Supervisor
from whiskertoolbox_daemon.interpreters.variable_snapshots import VariableSnapshots
from whiskertoolbox_daemon.language.bindings import LastBindings, source_of
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.channel import RequestError
from whiskertoolbox_protocol.data import DataChanged
from whiskertoolbox_protocol.execution import LoopProgress, RunCode, RunFile, RunInFrame, RunQueue, RunResult
from whiskertoolbox_protocol.methods import Request
from whiskertoolbox_protocol.status import Empty, SessionEnded, SessionStatus
from whiskertoolbox_protocol.variables import VariablesChanged
from whiskertoolbox_protocol.views import ShowViews

if TYPE_CHECKING:
    from whiskertoolbox_daemon.data.views import ViewReader

TELL_AFTER_S = 0.01
"""States that follow each other faster, as those of a short run, are not worth a message each."""
LOOK_AFTER_S = 0.02
"""A run's answer goes first, and what runs in quick succession have changed is looked for once."""


class Session:
    """Everything that the requests work on. Made, used and closed on the event loop.

    Parameters
    ----------
    path
        Folder of the session store.
    workspace
        Folder that is open in the editor.
    """

    def __init__(self, *, path: Path, workspace: Path) -> None:
        self.path = path
        self.workspace = workspace
        self.linger_s = 0.0
        """How long it goes on when the last window has gone, in seconds."""
        self.over = asyncio.Event()
        """It is to end."""
        self.clients = clients = Clients()
        self.runs = RunRecords(clients)
        self.bindings = LastBindings()
        self.environments = EnvironmentSearch(
            workspace, lambda found: clients.notify(methods.ENVIRONMENTS_FOUND, found)
        )
        self.data = SessionData(path, self._data_changed)
        self.frames = FrameReader(path)
        self.previews = Previewer(path, workspace)
        self._views: ViewReader | None = None
        self._folder: int | None = None
        self.interpreter = Supervisor(
            session=path,
            workspace=workspace,
            relay=OutputRelay(self.runs.show),
            listeners=Listeners(
                changed=self.changed,
                debug_received=lambda message: self.debugging.received(message),
                variables_changed=self._variables_changed,
                loop_progressed=self._loop_progressed,
                debug_wanted=lambda params: self._who_runs().notify(methods.DEBUG_WANTED, params),
                viewer_shown=self._viewer_shown,
            ),
        )
        self.debugging = Debugging(self.interpreter)
        self.variables = VariableSnapshots(self.interpreter, on_change=self._variables_changed)
        self._data_listeners: list[Callable[[], None]] = []
        self._run_listeners: list[Callable[[], None]] = []
        self._last_status: SessionStatus | None = None
        self._last_queue: RunQueue | None = None
        self._telling: asyncio.TimerHandle | None = None
        self._opening: asyncio.Task[None] | None = None
        self._looking: asyncio.Task[None] | None = None

    def start(self, interpreter: Spawned | SpawnError, python: str) -> None:
        """Begin: open the store and take over the interpreter that was started before."""
        self._opening = asyncio.create_task(self.open_data())
        self.interpreter.adopt(interpreter, python)

    async def open_data(self) -> None:
        """Open the store, again if it could not be opened before."""
        await self.data.open()
        if sys.platform != "win32" and self._folder is None and self.path.is_dir():
            self._folder = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
        self.changed()

    async def close(self) -> None:
        """End the interpreter and close the store."""
        await self.environments.close()
        await self.interpreter.close()
        await self.frames.close()
        await self.previews.close()
        if self._views is not None:
            await self._views.close()
        await self.data.close()
        if self._folder is not None:
            os.close(self._folder)

    async def views(self) -> ViewReader:
        """Return the reader of views; raises `RequestError` when the session cannot be read."""
        await self.data.wait_until_open()
        if self._views is None:
            from whiskertoolbox_daemon.data.views import ViewReader  # now that NumPy is known to be there

            self._views = ViewReader(self.path, may_save=lambda: self.data.is_writable)
        return self._views

    async def run(self, method: Request[Any, RunResult], params: RunCode | RunFile) -> RunResult:
        """Run code or a file, also when the window that asked goes; what it changed is looked for soon."""
        self.runs.begin(params, CALLER.get())
        code = asyncio.create_task(self._code_of(params))
        result = RunResult(status="interrupted", execution_count=0)
        try:
            result = await self.interpreter.run(method, params)
        except RequestError as error:
            result = RunResult(status="died", execution_count=0, message=str(error))
            raise
        else:
            if result.status == "ok":
                self.bindings.end(await code)
            for listener in self._run_listeners:
                listener()
            return result
        finally:
            self.runs.end(params.run_id, result)
            if self._looking is None or self._looking.done():
                self._looking = asyncio.create_task(self._look())

    async def _code_of(self, params: RunCode | RunFile) -> str:
        code = params.code if isinstance(params, RunCode) else await asyncio.to_thread(source_of, params.path)
        self.bindings.begin(code)
        return code

    async def run_at_stop(self, params: RunInFrame) -> RunResult:
        """Run a cell where code stands; nobody else is shown it when the window that asked goes."""
        self.runs.own(params.run_id, CALLER.get())
        return await self.interpreter.run_at_stop(params)

    async def _look(self) -> None:
        await asyncio.sleep(LOOK_AFTER_S)
        with contextlib.suppress(RequestError):  # the watcher says so
            await self.data.look()

    def status(self) -> SessionStatus:
        """The state now."""
        unavailable = self.data.failed
        # A session that can only be read is a reason for the interpreter to fail, so it is said first.
        of_data = unavailable or self.data.read_only
        return SessionStatus(
            state="unavailable" if unavailable else self.interpreter.state,
            session_path=str(self.path),
            interpreter=self.interpreter.info,
            message=self.data.problem if of_data else self.interpreter.message,
            remedies=self.data.remedies if of_data else self.interpreter.remedies,
            read_only=self.data.read_only,
            traced=self.interpreter.traced,
        )

    @property
    def has_nothing_to_do(self) -> bool:
        """Whether no code runs or waits, and nothing that was shown waits for a window."""
        return self.interpreter.state not in ("busy", "stopped") and not self.runs.unseen()

    @property
    def lost_its_folder(self) -> bool:
        """Whether the session's folder is not the one any more that was opened. Not told on Windows."""
        try:
            # The folder that is held open keeps its number: no new one has the same.
            return self._folder is not None and not os.path.samestat(os.fstat(self._folder), os.stat(self.path))
        except FileNotFoundError:
            return True

    def join(self, client: Client) -> None:
        """A window is there: tell it the state."""
        self.clients.add(client)
        self._last_status = self._last_queue = None  # it knows neither
        self._tell()

    def leave(self, client: Client) -> None:
        """A window has gone; what it has asked for goes on."""
        self.clients.discard(client)
        self.debugging.leave(client)
        if self.runs.unseen():
            self.clients.notify(methods.RUNS_LEFT, Empty())

    def end(self, message: str) -> None:
        """End for all windows, which are told why."""
        self.clients.notify(methods.SESSION_ENDED, SessionEnded(message=message))
        self.over.set()

    def changed(self) -> None:
        """Tell the windows the state soon, if it is then another one than the last that they were told."""
        if self._telling is None:
            self._telling = asyncio.get_running_loop().call_later(TELL_AFTER_S, self._tell)

    def _tell(self) -> None:
        self._telling = None
        if self.over.is_set():
            return  # the windows have been told
        status = self.status()
        if status != self._last_status:
            self._last_status = status
            self.clients.notify(methods.SESSION_CHANGED, status)
        queue = self.interpreter.queue
        if queue != self._last_queue:
            self._last_queue = queue
            self.clients.notify(methods.QUEUE_CHANGED, queue)

    def on_data_changed(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Have `listener` called when any process has changed data, until what is returned is called."""
        self._data_listeners.append(listener)
        return lambda: self._data_listeners.remove(listener)

    def on_run_ended(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Have `listener` called when code has run, until what is returned is called."""
        self._run_listeners.append(listener)
        return lambda: self._run_listeners.remove(listener)

    def _data_changed(self, change: DataChanged) -> None:
        self.clients.notify(methods.DATA_CHANGED, change)
        for listener in self._data_listeners:
            listener()

    def _variables_changed(self, change: VariablesChanged) -> None:
        self.clients.notify(methods.VARIABLES_CHANGED, change)

    def _viewer_shown(self, shown: ShowViews) -> None:
        self._who_runs().notify(methods.VIEWER_SHOW, shown)

    def _loop_progressed(self, how_far: LoopProgress) -> None:
        self._who_runs().notify(methods.LOOP_PROGRESS, how_far)

    def _who_runs(self) -> Client | Clients:
        return self.runs.owner(self.interpreter.queue.running) or self.clients
