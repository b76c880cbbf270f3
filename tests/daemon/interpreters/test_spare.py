"""A second interpreter stands ready while the session is idle, and is what a new one would be."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import psutil
import pytest
import pytest_asyncio

from tests.support.daemon_client import DaemonClient
from whiskertoolbox_daemon.pythons import INTERPRETER_PROGRAM
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.status import Empty, SelectInterpreter, SessionOptions, SessionStatus

KEPT = SessionOptions(linger_s=0, spare_after_s=0)
NONE_KEPT = SessionOptions(linger_s=0)


def interpreters(session: DaemonClient) -> set[int]:
    """Process ids of the session's interpreters."""
    return {
        child.pid
        for child in psutil.Process(session.daemon_id).children()
        if child.is_running() and child.status() != psutil.STATUS_ZOMBIE and str(INTERPRETER_PROGRAM) in child.cmdline()
    }


async def poll(condition: Callable[[], object]) -> None:
    while not condition():
        await asyncio.sleep(0.02)


async def spare_of(session: DaemonClient, current: int) -> int:
    """Wait for the interpreter that stands ready."""
    await poll(lambda: len(interpreters(session)) == 2)
    (spare,) = interpreters(session) - {current}
    return spare


def process_id(status: SessionStatus) -> int:
    assert status.interpreter is not None
    return status.interpreter.process_id


@pytest_asyncio.fixture
async def session(tmp_path: Path) -> AsyncIterator[DaemonClient]:
    async with DaemonClient.start(session=tmp_path / "session", workspace=tmp_path) as client:
        yield client


async def with_spare(session: DaemonClient) -> tuple[int, int]:
    """The interpreter that works and the one that stands ready."""
    current = process_id(await session.until_state("idle"))
    await session.request(methods.SESSION_CONFIGURE, KEPT)
    return current, await spare_of(session, current)


@pytest.mark.asyncio
async def test_none_is_kept_unless_a_window_wants_one(session: DaemonClient) -> None:
    current = process_id(await session.until_state("idle"))
    assert (await session.run("1 + 1")).status == "ok"
    assert interpreters(session) == {current}
    await session.request(methods.SESSION_CONFIGURE, KEPT)
    await spare_of(session, current)
    await session.request(methods.SESSION_CONFIGURE, NONE_KEPT)
    await poll(lambda: interpreters(session) == {current})


@pytest.mark.asyncio
async def test_a_restart_takes_it_and_the_next_one_is_started(session: DaemonClient) -> None:
    current, spare = await with_spare(session)
    await session.run("value = 1")
    status = await session.request(methods.INTERPRETER_RESTART, Empty())
    assert (status.state, process_id(status)) == ("idle", spare)
    code = "import os; print('value' in globals(), os.getcwd(), __name__, 'dm' in globals())"
    assert (await session.run(code, "after")).status == "ok"
    assert session.text_of("after") == f"False {Path(status.session_path).parent} __main__ True\n"
    assert await spare_of(session, spare) not in (current, spare)


@pytest.mark.asyncio
@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
async def test_a_crash_is_followed_by_it_and_says_what_it_did_before(session: DaemonClient) -> None:
    _current, spare = await with_spare(session)
    result = await session.run("import os, signal; print('last'); os.kill(os.getpid(), signal.SIGKILL)", "crash")
    assert (result.status, session.text_of("crash")) == ("died", "last\n")
    assert "SIGKILL" in result.message
    assert (await session.run("print(6 * 7)", "after")).status == "ok"
    assert session.text_of("after") == "42\n"
    status = await session.until_state("idle")
    assert process_id(status) == spare


@pytest.mark.asyncio
async def test_one_whose_packages_have_changed_is_not_taken(tmp_path: Path) -> None:
    packages = tmp_path / "site-packages"
    packages.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(packages)}
    async with DaemonClient.start(session=tmp_path / "session", workspace=tmp_path, env=environment) as session:
        current, spare = await with_spare(session)
        (packages / "new").mkdir()
        status = await session.request(methods.INTERPRETER_RESTART, Empty())
        assert process_id(status) not in (current, spare)
        await poll(lambda: spare not in interpreters(session))


@pytest.mark.asyncio
async def test_one_that_has_died_is_not_missed(session: DaemonClient) -> None:
    current, spare = await with_spare(session)
    psutil.Process(spare).kill()
    await poll(lambda: interpreters(session) == {current})
    status = await session.request(methods.INTERPRETER_RESTART, Empty())
    assert status.state == "idle"
    assert process_id(status) not in (current, spare)


@pytest.mark.asyncio
async def test_another_python_is_not_answered_by_one_of_the_old(session: DaemonClient, tmp_path: Path) -> None:
    _current, spare = await with_spare(session)
    link = tmp_path / "python"
    link.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    link.chmod(0o755)
    status = await session.request(methods.INTERPRETER_SELECT, SelectInterpreter(path=str(link)))
    assert process_id(status) != spare
    await poll(lambda: spare not in interpreters(session))


@pytest.mark.asyncio
async def test_it_ends_with_the_session(tmp_path: Path) -> None:
    async with DaemonClient.start(session=tmp_path / "session", workspace=tmp_path) as session:
        _current, spare = await with_spare(session)
    assert not psutil.pid_exists(spare)
