"""Text printed before a crash is shown, and of the crash what concerns the user."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.daemon_client import DaemonClient
from whiskertoolbox_daemon.interpreters.crash_reports import users_part

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's"),
]

ENDS = {
    "os._exit": "os._exit(3)",
    "SIGKILL": "os.kill(os.getpid(), signal.SIGKILL)",
    "a read of invalid memory": "ctypes.string_at(0)",
    "abort": "os.abort()",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def session(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[DaemonClient]:
    folder: Path = tmp_path_factory.mktemp("workspace")
    async with DaemonClient.start(session=folder / "session", workspace=folder) as client:
        await client.until_state("idle")
        yield client


@pytest.mark.parametrize("name", ENDS)
async def test_what_was_printed_right_before_the_end_is_shown(session: DaemonClient, name: str) -> None:
    run_id = f"printed, {name}"
    code = f"import ctypes, os, signal, sys\nprint('a')\nprint('µ', file=sys.stderr)\n{ENDS[name]}"
    assert (await session.run(code, run_id)).status == "died"
    assert session.text_of(run_id, "stdout") == "a\n"
    assert session.text_of(run_id).startswith("a\nµ\n")


async def test_thousands_of_lines_before_the_end_are_shown_once(session: DaemonClient) -> None:
    lines = 20_000
    code = f"import os, signal\nfor i in range({lines}): print(i)\nos.kill(os.getpid(), signal.SIGKILL)"
    assert (await session.run(code, "lines")).status == "died"
    assert session.text_of("lines") == "".join(f"{i}\n" for i in range(lines))


async def test_a_crash_shows_the_users_calls_and_none_of_ours(session: DaemonClient) -> None:
    code = (
        "import ctypes, threading, time\nthreading.Thread(target=time.sleep, args=(600,), daemon=True).start()\n"
        "def crash(): ctypes.string_at(0)\ncrash()"
    )
    assert (await session.run(code, "crash")).status == "died"
    text = session.text_of("crash", "stderr")
    assert text.startswith("Fatal Python error: Segmentation fault\n")
    assert " in crash\n" in text
    assert "whiskertoolbox" not in text
    assert text.index("Current thread") < text.index("\nThread 0x")


async def test_a_crash_of_a_child_is_shown_whole(session: DaemonClient) -> None:
    code = (
        "import subprocess, sys\nsubprocess.run([sys.executable, '-X', 'faulthandler', '-c', 'import os; os.abort()'])"
    )
    assert (await session.run(code, "child")).status == "ok"
    assert "Fatal Python error: Aborted" in session.text_of("child", "stderr")


async def test_a_report_that_is_cut_short_is_shown_as_far_as_it_goes() -> None:
    assert users_part("Fatal Python error: Segmentation fault\n\n") == "Fatal Python error: Segmentation fault\n"
    assert users_part("Fatal Python error: Aborted\n\nThread 0x1 (most recent call first):\n").splitlines() == [
        "Fatal Python error: Aborted",
        "Thread 0x1 (most recent call first):",
    ]
