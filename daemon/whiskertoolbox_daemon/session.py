"""A workspace's session: its data, its interpreter, and what the editor is told about them. Knows no LSP."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from whiskertoolbox_daemon.data.frames import FrameReader
from whiskertoolbox_daemon.data.keys import SessionData
from whiskertoolbox_daemon.environments.search import EnvironmentSearch
from whiskertoolbox_daemon.interpreters.output_relay import OutputRelay
from whiskertoolbox_daemon.interpreters.spawn import Spawned, SpawnError
from whiskertoolbox_daemon.interpreters.supervisor import Listeners, Supervisor
from whiskertoolbox_daemon.interpreters.variable_snapshots import VariableSnapshots
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.channel import RequestError
from whiskertoolbox_protocol.data import DataChanged
from whiskertoolbox_protocol.execution import RunCode, RunFile, RunQueue, RunResult
from whiskertoolbox_protocol.methods import Notification, Request
from whiskertoolbox_protocol.status import SessionStatus
from whiskertoolbox_protocol.variables import VariablesChanged

if TYPE_CHECKING:
    from whiskertoolbox_daemon.data.views import ViewReader

P = TypeVar("P")
R = TypeVar("R")

TELL_AFTER_S = 0.01
"""States that follow each other faster, as those of a short run, are not worth a message each."""
LOOK_AFTER_S = 0.02
"""A run's answer goes first, and what runs in quick succession have changed is looked for once."""


class Editor(Protocol):
    """The editor."""

    def notify(self, method: Notification[P], params: P) -> None:
        """Send a notification."""

    async def request(self, method: Request[P, R], params: P) -> R:
        """Send a request and wait for its answer."""


class Documents(Protocol):
    """What is open in the editor."""

    def text(self, uri: str) -> str | None:
        """Text of a document with line feeds between its lines; None when it is not open."""


class Session:
    """Everything that the requests work on. Made, used and closed on the event loop.

    Parameters
    ----------
    path
        Folder of the session store.
    workspace
        Folder that is open in the editor.
    """

    def __init__(self, *, path: Path, workspace: Path, editor: Editor, documents: Documents) -> None:
        self.path = path
        self.workspace = workspace
        self.editor = editor
        self.documents = documents
        self.environments = EnvironmentSearch(workspace, lambda found: editor.notify(methods.ENVIRONMENTS_FOUND, found))
        self.data = SessionData(path, self._data_changed)
        self.frames = FrameReader(path)
        self._views: ViewReader | None = None
        self.interpreter = Supervisor(
            session=path,
            workspace=workspace,
            relay=OutputRelay(lambda outputs: editor.request(methods.OUTPUT, outputs)),
            listeners=Listeners(
                changed=self.changed,
                debug_received=lambda message: editor.notify(methods.DEBUG_RECEIVED, message),
                variables_changed=self._variables_changed,
                loop_progressed=lambda how_far: editor.notify(methods.LOOP_PROGRESS, how_far),
                debug_wanted=lambda params: editor.notify(methods.DEBUG_WANTED, params),
                viewer_shown=lambda shown: editor.notify(methods.VIEWER_SHOW, shown),
            ),
        )
        self.variables = VariableSnapshots(self.interpreter, on_change=self._variables_changed)
        self._data_listeners: list[Callable[[], None]] = []
        self._last_status: SessionStatus | None = None
        self._last_queue = RunQueue()
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
        self.changed()

    async def close(self) -> None:
        """End the interpreter and close the store."""
        await self.environments.close()
        await self.interpreter.close()
        await self.frames.close()
        if self._views is not None:
            await self._views.close()
        await self.data.close()

    async def views(self) -> ViewReader:
        """Return the reader of views; raises `RequestError` when the session cannot be read."""
        await self.data.wait_until_open()
        if self._views is None:
            from whiskertoolbox_daemon.data.views import ViewReader  # now that NumPy is known to be there

            self._views = ViewReader(self.path, may_save=lambda: self.data.is_writable)
        return self._views

    async def run(self, method: Request[Any, RunResult], params: RunCode | RunFile) -> RunResult:
        """Run code or a file; what it changed is looked for soon."""
        try:
            return await self.interpreter.run(method, params)
        finally:
            if self._looking is None or self._looking.done():
                self._looking = asyncio.create_task(self._look())

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

    def greet(self) -> None:
        """Tell an editor that has just connected the state."""
        self._last_status = None
        self._tell()

    def changed(self) -> None:
        """Tell the editor the state soon, if it is then another one than the last that it was told."""
        if self._telling is None:
            self._telling = asyncio.get_running_loop().call_later(TELL_AFTER_S, self._tell)

    def _tell(self) -> None:
        self._telling = None
        status = self.status()
        if status != self._last_status:
            self._last_status = status
            self.editor.notify(methods.SESSION_CHANGED, status)
        queue = self.interpreter.queue
        if queue != self._last_queue:
            self._last_queue = queue
            self.editor.notify(methods.QUEUE_CHANGED, queue)

    def on_data_changed(self, listener: Callable[[], None]) -> None:
        """Have `listener` called when any process has changed data."""
        self._data_listeners.append(listener)

    def _data_changed(self, change: DataChanged) -> None:
        self.editor.notify(methods.DATA_CHANGED, change)
        for listener in self._data_listeners:
            listener()

    def _variables_changed(self, change: VariablesChanged) -> None:
        self.editor.notify(methods.VARIABLES_CHANGED, change)
