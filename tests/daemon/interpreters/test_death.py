"""An interpreter that ends: the user is told why, a new one starts, and no data is lost."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from tests.support.daemon_client import WAIT_LIMIT_S, DaemonClient, wait_for_file
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.execution import RunResult
from whiskertoolbox_protocol.status import Empty, SessionStatus
from whiskertoolbox_protocol.wire import decode

if sys.platform == "win32":
    pytestmark = pytest.mark.skip(reason="signals are POSIX's")

STORE_A_KEY = "dm.setData('angle', wt.AnalogTimeSeries([1.0, 2.0], [0, 1]), 'time')"


async def ready(client: DaemonClient) -> SessionStatus:
    """Wait for an interpreter; its status."""
    return await client.until_state("idle")


async def keys_of(client: DaemonClient) -> list[str]:
    return [entry.key for entry in (await client.request(methods.DATA_LIST, Empty())).keys]


def process_id_of(status: SessionStatus) -> int:
    assert status.interpreter is not None
    return status.interpreter.process_id


async def until_another(client: DaemonClient, old: int) -> SessionStatus:
    """Wait for the interpreter that follows process `old`."""

    def is_there() -> bool:
        last = client.received(methods.SESSION_CHANGED)[-1]
        return last.state == "idle" and process_id_of(last) != old

    await client.until(is_there)
    return client.received(methods.SESSION_CHANGED)[-1]


def end_of(fifo: Path) -> asyncio.Future[str]:
    """Done when every process that has `fifo` open for writing has ended."""
    os.mkfifo(fifo)
    return asyncio.ensure_future(asyncio.wait_for(asyncio.to_thread(fifo.read_text), WAIT_LIMIT_S))


async def test_sigkill_while_code_runs_loses_no_key_and_a_new_interpreter_starts(workspace: Path) -> None:
    async with DaemonClient.start(session=workspace / "session", workspace=workspace) as client:
        old = process_id_of(await ready(client))
        await client.run(STORE_A_KEY)
        running = await client.begin_run("while True: pass", "endless")
        os.kill(old, signal.SIGKILL)
        result = await running
        assert (result.status, "killed by SIGKILL" in result.message) == ("died", True)
        assert await keys_of(client) == ["angle"]
        status = await until_another(client, old)
        assert "killed by SIGKILL" in status.message
        await client.run("print(dm.getData('angle').values)", "after")
        assert client.text_of("after") == "[1. 2.]\n"


async def test_sigkill_while_idle_is_told_and_data_stays(workspace: Path) -> None:
    async with DaemonClient.start(session=workspace / "session", workspace=workspace) as client:
        old = process_id_of(await ready(client))
        await client.run(STORE_A_KEY)
        os.kill(old, signal.SIGKILL)
        status = await until_another(client, old)
        assert "killed by SIGKILL" in status.message
        assert "data keys are safe" in status.message
        assert await keys_of(client) == ["angle"]


async def test_an_exit_code_is_told(workspace: Path) -> None:
    async with DaemonClient.start(session=workspace / "session", workspace=workspace) as client:
        await ready(client)
        result = await client.run("import os; os._exit(3)")
        assert (result.status, "exit code 3" in result.message) == ("died", True)


async def test_a_crash_of_c_code_shows_pythons_stack(workspace: Path) -> None:
    async with DaemonClient.start(session=workspace / "session", workspace=workspace) as client:
        await ready(client)
        result = await client.run("import ctypes\ndef crash(): ctypes.string_at(0)\ncrash()", "crash")
        assert "Segmentation fault" in result.message
        assert "crash" in client.text_of("crash", "stderr")


async def test_runs_that_wait_behind_a_death_are_not_run(workspace: Path) -> None:
    async with DaemonClient.start(session=workspace / "session", workspace=workspace) as client:
        await ready(client)
        die = workspace / "die"
        first = await client.begin_run(f"{wait_for_file(die)}os._exit(3)", "in front")
        waiting = await client.begin_behind("print('never')", "waiting")
        die.touch()
        assert (await first).status == "died"
        second = decode(RunResult, await asyncio.wait_for(waiting, WAIT_LIMIT_S))
        assert (second.status, "Not run" in second.message) == ("dropped", True)
        assert client.text_of("waiting") == ""


async def test_processes_of_user_code_end_with_their_interpreter(workspace: Path) -> None:
    async with DaemonClient.start(session=workspace / "session", workspace=workspace) as client:
        interpreter = process_id_of(await ready(client))
        ended = end_of(workspace / "fifo")
        code = (
            "import subprocess\nwith open('fifo', 'w') as pipe: child = subprocess.Popen(['sleep', '600'], stdout=pipe)"
        )
        assert (await client.run(f"import subprocess\n{code}")).status == "ok"
        os.kill(interpreter, signal.SIGKILL)
        await ended


async def test_an_interpreter_that_dies_at_its_start_is_not_restarted_for_ever(workspace: Path) -> None:
    broken = workspace / "python"
    broken.write_text(f"#!/bin/sh\necho start >> {workspace}/starts\necho 'library not found' >&2\nexit 127\n")
    broken.chmod(0o755)
    async with DaemonClient.start(
        session=workspace / "session", workspace=workspace, interpreter=str(broken)
    ) as client:
        status = await client.until_state("dead")
        assert "exit code 127" in status.message
        assert "library not found" in status.message
        assert "selectInterpreter" in status.remedies
        assert (workspace / "starts").read_text().count("start") == 2
        assert await keys_of(client) == []
        error = await client.error_of(methods.NAMESPACE_CLEAR, Empty())
        assert "library not found" in error.message


async def test_an_interpreter_that_does_not_exist_is_named(workspace: Path) -> None:
    missing = str(workspace / "no-python")
    async with DaemonClient.start(session=workspace / "session", workspace=workspace, interpreter=missing) as client:
        status = await client.until_state("dead")
        assert missing in status.message
        assert status.remedies[0] == "selectInterpreter"


async def test_the_interpreter_ends_with_the_daemon(workspace: Path) -> None:
    async with DaemonClient.start(session=workspace / "session", workspace=workspace) as client:
        await ready(client)
        ended = end_of(workspace / "fifo")
        assert (await client.run("pipe = open('fifo', 'w')")).status == "ok"
        os.kill(client.daemon_id, signal.SIGKILL)
        await ended


async def test_what_user_code_started_ends_with_the_daemon_also_while_c_code_keeps_pythons_lock(
    workspace: Path,
) -> None:
    async with DaemonClient.start(session=workspace / "session", workspace=workspace) as client:
        await ready(client)
        ended = end_of(workspace / "fifo")
        running = await client.begin_run(
            "import collections, itertools, subprocess\n"
            "pipe = open('fifo', 'w')\n"
            "child = subprocess.Popen(['sleep', '600'], stdout=pipe)\n"
            "os_write = __import__('os').write\n"
            "collections.deque(itertools.chain(map(os_write, [1], [b'inside']), itertools.repeat(0)), maxlen=0)",
            "native",
        )
        await client.until(lambda: "inside" in client.text_of("native"))
        os.kill(client.daemon_id, signal.SIGKILL)
        await ended
        running.cancel()


async def test_start_files_that_break_the_interpreter_are_told_with_a_traceback(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (workspace / "start").mkdir()
    (workspace / "start" / "sitecustomize.py").write_text(
        "import signal, sys\nif 'whiskertoolbox_interpreter' in str(sys.orig_argv):\n    signal.signal = None\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(workspace / "start"))
    async with DaemonClient.start(session=workspace / "session", workspace=workspace) as client:
        status = await client.until_state("dead")
        assert "TypeError" in status.message
        assert "Traceback" in status.message
        assert "selectInterpreter" in status.remedies
