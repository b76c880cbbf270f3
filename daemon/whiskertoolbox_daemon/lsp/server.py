"""The daemon's life: windows come and go, and some time after the last one, or when it is told to, the session ends."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from whiskertoolbox_daemon.handover import ADMITTED, REASONS, VERSION
from whiskertoolbox_daemon.interpreters.spawn import Spawned, SpawnError
from whiskertoolbox_daemon.lsp.connection import Connection
from whiskertoolbox_daemon.lsp.door import Door
from whiskertoolbox_daemon.lsp.lines import Line
from whiskertoolbox_daemon.lsp.window_log import WindowLog
from whiskertoolbox_daemon.session import Session

logger = logging.getLogger(__name__)

FIRST_WINDOW_LIMIT_S = 60.0
"""The bridge that had the daemon started may have been ended at once."""
ARRIVAL_LIMIT_S = 2.0
STARTED_AGAIN = "Variables are lost; what is in its folder is safe."


async def serve(
    *,
    session_path: Path,
    workspace: Path,
    python: str,
    interpreter: Spawned | SpawnError,
    language_only: bool = False,
    door: Door,
    replaces: str | None = None,
) -> int:
    """Serve windows until the session is to end; returns the exit code.

    With `language_only` they are sent nothing but what the Language Server Protocol has; with `replaces` they are told
    why another daemon has ended for this one.
    """
    log = WindowLog()
    logging.basicConfig(level=logging.INFO, handlers=[log])
    logging.getLogger("pygls").setLevel(logging.CRITICAL)  # endpoint.py logs what fails, once and shorter
    session = Session(path=session_path, workspace=workspace)
    windows = Windows(session, log, door, language_only=language_only)
    session.start(interpreter, python)
    if replaces is not None:
        session.interpreter.say(f"{REASONS[replaces.encode()]}, and it was started again. {STARTED_AGAIN}")
    await door.open(windows.greet, windows.admit)
    try:
        await session.over.wait()
    finally:
        door.close()
        await session.close()
        windows.close()
    return 0


class Windows:
    """The connections of the windows that are there."""

    def __init__(self, session: Session, log: WindowLog, door: Door, *, language_only: bool) -> None:
        self._session = session
        self._came = _let_be if language_only else session.join
        self._language_only = language_only
        self._log = log
        self._door = door
        self._connections: set[Connection] = set()
        self._waiting = asyncio.get_running_loop().call_later(FIRST_WINDOW_LIMIT_S, self._end)

    def greet(self, version: str) -> bytes:
        """What to answer a bridge of that version of the extension."""
        if self._session.over.is_set():
            return b""
        if not self._connections and self._session.has_nothing_to_do:
            reason = b"v" if version != VERSION else b"f" if self._session.lost_its_folder else None
            if reason is not None:
                self._session.over.set()
                return reason
        return ADMITTED  # a window of another version is told by its extension

    async def admit(self, line: Line) -> None:
        """Connect a window."""
        self._waiting.cancel()
        connection = Connection(self._session, line, came=self._came, left=self._left, type_stubs=self._language_only)
        self._connections.add(connection)
        self._log.add(connection.log)
        try:
            await connection.open()
        except (OSError, ValueError) as error:  # what it has handed over is no pipe
            logger.warning("A window could not be connected: %s", error)
            connection.leave()

    def close(self) -> None:
        """Let all windows go."""
        for connection in list(self._connections):
            self._log.remove(connection.log)
            connection.close()

    def _left(self, connection: Connection) -> None:
        self._session.leave(connection)
        if all(other.gone for other in self._connections):
            linger_s = self._session.linger_s if self._door.reopens else 0.0
            if linger_s > 0:
                self._waiting = asyncio.get_running_loop().call_later(linger_s, self._end)
            else:
                self._end()
        if not self._session.over.is_set():  # else it waits, to see the end
            self._log.remove(connection.log)
            self._connections.discard(connection)
            connection.close()

    def _end(self) -> None:
        if self._door.shut():
            self._session.over.set()
        else:  # somebody is coming, but may not arrive
            self._waiting = asyncio.get_running_loop().call_later(ARRIVAL_LIMIT_S, self._end)


def _let_be(_client: Connection) -> None:
    """An editor that knows nothing of ours is told nothing."""
