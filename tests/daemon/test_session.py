"""Restarting, other Pythons, and sessions that cannot be opened."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.support.daemon_client import DaemonClient
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.status import Empty, SelectInterpreter
from whiskertoolbox_python import AnalogTimeSeries, DataManager


@pytest.fixture(scope="module")
def second_python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Another environment that has everything this one has."""
    return make_environment(tmp_path_factory.mktemp("second") / "other-env", with_packages=True)


@pytest.fixture(scope="module")
def bare_python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An environment without NumPy."""
    return make_environment(tmp_path_factory.mktemp("bare") / "bare-env", with_packages=False)


def make_environment(folder: Path, *, with_packages: bool) -> str:
    venv.create(folder, with_pip=False, symlinks=os.name != "nt")
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if with_packages:
        place = subprocess.check_output(
            [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], text=True
        )
        ours = next(entry for entry in sys.path if entry.endswith("site-packages"))
        (Path(place.strip()) / "packages.pth").write_text(ours)
    return str(python)


async def keys_of(client: DaemonClient) -> list[str]:
    return [entry.key for entry in (await client.request(methods.DATA_LIST, Empty())).keys]


STORE_A_KEY = "dm.setData('angle', wt.AnalogTimeSeries([1.0, 2.0], [0, 1]), 'time')"


async def test_a_restart_forgets_variables_and_keeps_data(workspace: Path) -> None:
    async with DaemonClient.start(session=workspace / "session", workspace=workspace) as client:
        await client.run(f"x = 1\n{STORE_A_KEY}")
        status = await client.request(methods.INTERPRETER_RESTART, Empty())
        assert (status.state, status.message) == ("idle", "")
        await client.run("print('x' in globals(), dm.getAnalogKeys())", "after")
        assert client.text_of("after") == "False ['angle']\n"


async def test_restarts_in_quick_succession_leave_one_working_interpreter(workspace: Path) -> None:
    async with DaemonClient.start(session=workspace / "session", workspace=workspace) as client:
        restarts = [client.request(methods.INTERPRETER_RESTART, Empty()) for _ in range(3)]
        statuses = await asyncio.gather(*restarts)
        assert statuses[-1].state == "idle"
        assert (await client.run("1")).status == "ok"


async def test_another_python_keeps_the_data(workspace: Path, second_python: str) -> None:
    async with DaemonClient.start(session=workspace / "session", workspace=workspace) as client:
        await client.run(STORE_A_KEY)
        status = await client.request(methods.INTERPRETER_SELECT, SelectInterpreter(path=second_python))
        assert status.interpreter is not None
        assert (status.state, status.interpreter.name) == ("idle", "other-env")
        await client.run("import sys; print(sys.executable, dm.getAnalogKeys())", "after")
        assert client.text_of("after") == f"{second_python} ['angle']\n"


@pytest.mark.parametrize("kind", ["missing", "no Python"])
async def test_a_wrong_choice_leaves_the_interpreter_as_it_is(workspace: Path, kind: str) -> None:
    wrong = workspace / "wrong"
    if kind == "no Python":
        wrong.write_text("#!/bin/sh\necho hello\n")
        wrong.chmod(0o755)
    async with DaemonClient.start(session=workspace / "session", workspace=workspace) as client:
        await client.run("x = 1")
        error = await client.error_of(methods.INTERPRETER_SELECT, SelectInterpreter(path=str(wrong)))
        assert str(wrong) in error.message
        await client.run("print(x)", "after")
        assert client.text_of("after") == "1\n"


async def test_code_goes_on_until_the_new_python_is_ready(workspace: Path, second_python: str) -> None:
    async with DaemonClient.start(session=workspace / "session", workspace=workspace) as client:
        began = workspace / "began"
        run = await client.begin_run(f"open({str(began)!r}, 'w').close()\nwhile True: pass", "endless")
        await client.until(began.exists)
        await client.request(methods.INTERPRETER_SELECT, SelectInterpreter(path=second_python))
        assert (await run).status in {"interrupted", "died"}
        await client.run("import sys; print(sys.executable)", "after")
        assert client.text_of("after") == f"{second_python}\n"


@pytest.mark.skipif(sys.platform == "win32", reason="the program is a shell script")
async def test_a_python_that_dies_at_its_start_leaves_variables_and_running_code(
    workspace: Path, second_python: str
) -> None:
    # It answers what is asked of it first, and then ends: an environment that is broken deeper down.
    broken = workspace / "broken"
    broken.write_text(
        "#!/bin/sh\n"
        f'case "$*" in *whiskertoolbox_interpreter*) echo broken deeper down >&2; exit 3;; esac\n'
        f'exec {second_python} "$@"\n'
    )
    broken.chmod(0o755)
    async with DaemonClient.start(session=workspace / "session", workspace=workspace) as client:
        await client.run("x = 1")
        error = await client.error_of(methods.INTERPRETER_SELECT, SelectInterpreter(path=str(broken)))
        assert "broken deeper down" in error.message
        assert "exit code 3" in error.message
        await client.run("print(x)", "after")
        assert client.text_of("after") == "1\n"


@pytest.mark.skipif(sys.platform == "win32", reason="a program that runs is not deleted there")
async def test_an_environment_that_is_deleted_in_use_is_noticed_and_code_goes_on(workspace: Path) -> None:
    environment = workspace / "short-lived"
    python = make_environment(environment, with_packages=True)
    async with DaemonClient.start(session=workspace / "session", workspace=workspace, interpreter=python) as client:
        await client.run("x = 1")
        environment.rename(workspace / "elsewhere")
        await client.until(lambda: any(status.message for status in client.received(methods.SESSION_CHANGED)))
        status = await client.request(methods.SESSION_STATUS, Empty())
        assert (status.state, status.remedies) == ("idle", ["selectInterpreter"])
        assert status.message.startswith(f"{python} has been deleted or moved.")
        await client.run("print(x)", "after")
        assert client.text_of("after") == "1\n"


async def test_a_python_without_numpy_says_what_to_do_and_data_stays_visible(workspace: Path, bare_python: str) -> None:
    async with DaemonClient.start(session=workspace / "session", workspace=workspace) as client:
        await client.run(STORE_A_KEY)
        status = await client.request(methods.INTERPRETER_SELECT, SelectInterpreter(path=bare_python))
        assert (status.state, status.remedies) == ("dead", ["installNumpy", "selectInterpreter"])
        assert "NumPy" in status.message
        assert status.interpreter is not None
        assert status.interpreter.executable == bare_python
        assert await keys_of(client) == ["angle"]
        back = await client.request(methods.INTERPRETER_SELECT, SelectInterpreter(path=sys.executable))
        assert (back.state, back.message) == ("idle", "")


async def test_a_daemon_without_numpy_answers_and_says_what_to_do(workspace: Path, bare_python: str) -> None:
    # pygls comes with the extension; here it is given by path, without NumPy beside it.
    libraries = workspace / "libraries"
    libraries.mkdir()
    site = Path(next(entry for entry in sys.path if entry.endswith("site-packages")))
    for name in (
        "pygls",
        "lsprotocol",
        "cattrs",
        "attrs",
        "attr",
        "typing_extensions.py",
        "exceptiongroup",
        "findpython",
        "parso",
    ):
        if (site / name).exists():
            (libraries / name).symlink_to(site / name)
    environment = {**os.environ, "PYTHONPATH": str(libraries)}
    async with DaemonClient.start(
        session=workspace / "session", workspace=workspace, python=bare_python, interpreter=bare_python, env=environment
    ) as client:
        status = await client.until_state("unavailable")
        assert status.remedies == ["installNumpy", "selectInterpreter"]
        assert bare_python in status.message
        assert "NumPy" in (await client.error_of(methods.DATA_LIST, Empty())).message


def make_store(folder: Path) -> None:
    with DataManager.open(folder) as manager:
        manager.setData("angle", AnalogTimeSeries([1.0], [0]), "time")


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


async def test_a_damaged_store_is_named_and_not_touched(workspace: Path) -> None:
    session = workspace / "session"
    make_store(session)
    (session / "catalogue.sqlite").write_bytes(b"no database at all" * 1000)
    before = snapshot(session)
    async with DaemonClient.start(session=session, workspace=workspace) as client:
        status = await client.until_state("unavailable")
        assert str(session) in status.message
        assert str(session) in (await client.error_of(methods.DATA_LIST, Empty())).message
    assert snapshot(session) == before


async def test_a_newer_store_is_named_and_not_touched(workspace: Path) -> None:
    session = workspace / "session"
    make_store(session)
    with sqlite3.connect(session / "catalogue.sqlite") as catalogue:
        catalogue.execute("PRAGMA user_version = 99")
        catalogue.execute("UPDATE meta SET value = 99 WHERE name = 'readable_from'")
    catalogue.close()
    async with DaemonClient.start(session=session, workspace=workspace) as client:
        status = await client.until_state("unavailable")
        assert "newer" in status.message


async def test_a_locked_store_can_still_be_read(workspace: Path) -> None:
    session = workspace / "session"
    make_store(session)
    with contextlib.closing(sqlite3.connect(session / "catalogue.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        async with DaemonClient.start(session=session, workspace=workspace) as client:
            status = await client.until_state("dead")
            assert "locked" in status.message
            assert str(session) in status.message
            assert status.remedies[0] == "restartInterpreter"
            assert await keys_of(client) == ["angle"]
            other.execute("ROLLBACK")
            status = await client.request(methods.INTERPRETER_RESTART, Empty())
            assert (status.state, status.message, status.read_only) == ("idle", "", False)


async def test_a_session_that_is_a_file_is_named(workspace: Path) -> None:
    session = workspace / "session"
    session.write_text("I am a file")
    async with DaemonClient.start(session=session, workspace=workspace) as client:
        assert str(session) in (await client.until_state("unavailable")).message


async def test_a_repaired_store_opens_at_the_next_restart(workspace: Path) -> None:
    session = workspace / "session"
    session.write_text("in the way")
    async with DaemonClient.start(session=session, workspace=workspace) as client:
        await client.until_state("unavailable")
        session.unlink()
        status = await client.request(methods.INTERPRETER_RESTART, Empty())
        assert (status.state, status.message) == ("idle", "")
        assert await keys_of(client) == []


async def test_a_workspaces_session_keeps_out_of_git(workspace: Path) -> None:
    async with DaemonClient.start(session=workspace / ".whiskertoolbox" / "session", workspace=workspace) as client:
        await client.request(methods.DATA_LIST, Empty())
        assert (workspace / ".whiskertoolbox" / ".gitignore").read_text() == "*\n"


async def test_the_next_daemon_finds_what_the_last_one_kept(workspace: Path) -> None:
    for expected in ([], ["angle"]):
        async with DaemonClient.start(session=workspace / "session", workspace=workspace) as client:
            assert await keys_of(client) == expected
            await client.run(STORE_A_KEY)


async def test_the_log_of_an_ordinary_session_reports_no_errors(workspace: Path) -> None:
    async with DaemonClient.start(session=workspace / "session", workspace=workspace) as client:
        await client.run("1")
    assert "ERROR" not in client.log
    assert "Traceback" not in client.log
