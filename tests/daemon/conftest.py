"""A daemon for the tests of one file; tests that end interpreters or break stores start one of their own."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.daemon_client import DaemonClient


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[DaemonClient]:
    """A connected client of a daemon with an idle interpreter, the same for all tests of a file."""
    folder = tmp_path_factory.mktemp("workspace")
    async with DaemonClient.start(session=folder / "session", workspace=folder) as client:
        await client.until_state("idle")
        yield client


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Path]:
    """A workspace folder; its session is in ``session``, and does not outlive a test that fails."""
    folder = tmp_path / "workspace"
    folder.mkdir()
    yield folder
    if sys.platform != "win32":
        from whiskertoolbox_daemon.rendezvous import Rendezvous

        place = Rendezvous(folder / "session")
        connection = place.connect()
        if connection is not None:  # so the number is that of a daemon which is there
            connection.close()
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it is just ending
                os.kill(int(place.process_id.read_text()), signal.SIGKILL)
