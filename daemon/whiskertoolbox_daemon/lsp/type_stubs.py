"""Keeps what static tools know of the session as it is, unless the user does not want that."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable

from whiskertoolbox_daemon.language.checkers import remove_checkers, tools_in_use, write_checkers
from whiskertoolbox_daemon.language.stubs import BUILTINS, FOLDER, SESSION, StubNames, remove_stubs, write_stubs
from whiskertoolbox_daemon.language.workspace import unmade_names
from whiskertoolbox_daemon.lsp.settings import Settings
from whiskertoolbox_daemon.session import Session
from whiskertoolbox_protocol.channel import RequestError

QUIET_S = 0.5
"""So long after the first of several changes the stubs are written."""

logger = logging.getLogger(__name__)
_writing = threading.Lock()
"""Each window has its keeper."""


def keep_stubs(session: Session, settings: Settings) -> Callable[[], None]:
    """Return what is to be called when keys, files or settings have changed."""
    tasks: set[asyncio.Task[None]] = set()
    is_due = is_kept = is_told = False

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
            await asyncio.sleep(QUIET_S)
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
        nonlocal is_kept, is_told
        is_kept = True
        classes, known = await session.data.key_classes(), await session.data.known_names()
        if not await asyncio.to_thread(_write, session, settings, classes, list(known["clock"])) and not is_told:
            is_told = True
            logger.warning(
                "Something in %s was not written by WhiskerToolbox and is left alone. By `from %s import dm, wt` "
                "%s tells type checkers of the session.",
                *(FOLDER, SESSION, BUILTINS),
            )

    return changed


def _write(session: Session, settings: Settings, classes: dict[str, str], clocks: list[str]) -> bool:
    folder = session.workspace
    names = StubNames(
        classes=classes,
        clocks=clocks,
        unmade=unmade_names(folder, "key", classes),
        unmade_clocks=unmade_names(folder, "clock", clocks),
    )
    with _writing:
        whole = write_stubs(folder, names)
        write_checkers(folder, tools_in_use(session.interpreter.python, settings.checkers))
    return whole


def _remove(session: Session) -> None:
    with _writing:
        remove_checkers(session.workspace)
        remove_stubs(session.workspace)
