"""Keeps the stub for type checkers as the session is, where the user wants one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from whiskertoolbox_daemon.language.stubs import FILE, FOLDER, write_stub
from whiskertoolbox_daemon.lsp.settings import Settings
from whiskertoolbox_daemon.session import Session
from whiskertoolbox_protocol.channel import RequestError

QUIET_S = 0.5
"""So long after the first of several changes the stub is written."""

logger = logging.getLogger(__name__)


def keep_stub(session: Session, settings: Settings) -> Callable[[], None]:
    """Return what is to be called when keys or settings have changed."""
    tasks: set[asyncio.Task[None]] = set()

    def changed() -> None:
        if settings.type_stubs and not tasks:
            task = asyncio.get_running_loop().create_task(write())
            tasks.add(task)
            task.add_done_callback(tasks.discard)

    async def write() -> None:
        await asyncio.sleep(QUIET_S)
        try:
            classes = await session.data.key_classes()
            if not await asyncio.to_thread(write_stub, session.workspace, classes):
                logger.warning("%s/%s is not ours and was left as it is", FOLDER, FILE)
        except (OSError, RequestError) as error:
            logger.warning("The stub for type checkers was not written: %s", error)

    return changed
