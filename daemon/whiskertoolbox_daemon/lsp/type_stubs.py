"""Keeps what static tools know of the session as it is, unless the user does not want that."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable

from whiskertoolbox_daemon.language.checkers import remove_checkers, tools_in_use, write_checkers
from whiskertoolbox_daemon.language.stubs import BUILTINS, FOLDER, SESSION, StubNames, remove_stubs, write_stubs
from whiskertoolbox_daemon.language.workspace import unmade_names
from whiskertoolbox_daemon.lsp.settings import Settings
from whiskertoolbox_daemon.session import Session
from whiskertoolbox_protocol.channel import RequestError

QUIET_S = 0.5
"""So long after the first of several changes the stubs are written."""
REST = 10
"""So many times as long as the files of the workspace took to look through, the next look waits: data may lie there."""

logger = logging.getLogger(__name__)
_writing = threading.Lock()
"""Each window has its keeper."""


def keep_stubs(session: Session, settings: Settings) -> Callable[[], None]:
    """Return what is to be called when keys, files or settings have changed."""
    tasks: set[asyncio.Task[None]] = set()
    is_due = is_kept = is_told = False
    pause_s = QUIET_S

    def changed() -> None:
        nonlocal is_due
        is_due = settings.type_stubs or is_kept
        if is_due and not tasks:
            task = asyncio.get_running_loop().create_task(keep())
            tasks.add(task)
            task.add_done_callback(tasks.discard)

    async def keep() -> None:
        nonlocal is_due
        while is_due:  # it may change again while they are written
            await asyncio.sleep(pause_s)
            is_due = False
            try:
                await (write() if settings.type_stubs else remove())
            except (OSError, RequestError) as error:
                logger.warning("What type checkers know of the session was not written: %s", error)

    async def remove() -> None:
        nonlocal is_kept
        is_kept = False
        await asyncio.to_thread(_remove, session)

    async def write() -> None:
        nonlocal is_kept, is_told, pause_s
        is_kept = True
        classes, clocks = await session.data.key_classes(), list((await session.data.known_names())["clock"])
        began = time.monotonic()
        unmade = await asyncio.to_thread(unmade_names, session.workspace, {"key": classes, "clock": clocks})
        pause_s = max(QUIET_S, REST * (time.monotonic() - began))
        names = StubNames(classes=classes, clocks=clocks, unmade=unmade["key"], unmade_clocks=unmade["clock"])
        if not await asyncio.to_thread(_write, session, settings, names) and not is_told:
            is_told = True
            logger.warning(
                "Something in %s was not written by WhiskerToolbox and is left alone. By `from %s import dm, wt` "
                "%s tells type checkers of the session.",
                *(FOLDER, SESSION, BUILTINS),
            )

    return changed


def _write(session: Session, settings: Settings, names: StubNames) -> bool:
    with _writing:
        whole = write_stubs(session.workspace, names)
        write_checkers(session.workspace, tools_in_use(session.interpreter.python, settings.checkers))
    return whole


def _remove(session: Session) -> None:
    with _writing:
        remove_checkers(session.workspace)
        remove_stubs(session.workspace)
