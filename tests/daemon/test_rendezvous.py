"""How a window finds its session's daemon: one for all, only for its owner, of its own version."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.daemon_client import DAEMON, WAIT_LIMIT_S, DaemonClient, wait_for_file
from tests.support.lasting import A_WHILE_S, stop, until_left
from whiskertoolbox_daemon.handover import VERSION
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.execution import RunReference
from whiskertoolbox_protocol.status import Empty

if sys.platform == "win32":
    pytestmark = pytest.mark.skip(reason="there the daemon ends with its window")
else:
    from whiskertoolbox_daemon.rendezvous import Rendezvous, RendezvousError


async def test_windows_that_come_at_once_find_one_daemon(workspace: Path) -> None:
    session = workspace / "session"

    async def window() -> None:
        async with DaemonClient.start(session=session, workspace=workspace) as client:
            clients.append(client)
            await client.until_state("idle")
            ready.release()
            await leave.wait()

    clients: list[DaemonClient] = []
    ready, leave = asyncio.Semaphore(0), asyncio.Event()
    windows = [asyncio.ensure_future(window()) for _ in range(4)]
    for _ in windows:
        await asyncio.wait_for(ready.acquire(), WAIT_LIMIT_S)
    for number, client in enumerate(clients):
        await client.run(f"seen = [*globals().get('seen', []), {number}]", "run")
    await clients[0].run("print(seen)", "seen")
    assert clients[0].text_of("seen") == "[0, 1, 2, 3]\n"
    leave.set()
    await asyncio.gather(*windows)


async def test_only_the_owner_can_reach_the_socket(workspace: Path) -> None:
    async with DaemonClient.start(session=workspace / "session", workspace=workspace) as client:
        place = Rendezvous(client.session)
        folder = place.log.parent.stat()
        assert (stat.S_IMODE(folder.st_mode), folder.st_uid) == (0o700, os.getuid())
        files = [place.log.with_suffix(".socket"), place.log, place.process_id]
        assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600, 0o600, 0o600]


async def test_the_session_ends_some_time_after_its_last_window(workspace: Path) -> None:
    session, fifo = workspace / "session", workspace / "fifo"
    os.mkfifo(fifo)
    async with DaemonClient.start(session=session, workspace=workspace, linger_s=0.01) as client:
        await client.until_state("idle")
        ended = asyncio.ensure_future(asyncio.wait_for(asyncio.to_thread(fifo.read_text), WAIT_LIMIT_S))
        await client.run("pipe = open('fifo', 'w')")
    await ended
    assert not Rendezvous(session).log.with_suffix(".socket").exists()


@pytest.fixture
def other_version(tmp_path: Path) -> Path:
    """The daemon as another version of the extension has it."""
    return changed(tmp_path, "handover.py", f'VERSION = "{VERSION}"', 'VERSION = "0.0.1"')


@pytest.fixture
def impatient(tmp_path: Path) -> Path:
    """The bridge with a shorter limit for a daemon that was found."""
    return changed(tmp_path, "bridge.py", "limit_s = RESTART_LIMIT_S if end_hung else", "limit_s = 0.5 or")


def changed(tmp_path: Path, name: str, before: str, after: str) -> Path:
    """A copy of the daemon in which one file says something else."""
    packages = tmp_path / "other" / "daemon"
    shutil.copytree(DAEMON.parent, packages, ignore=shutil.ignore_patterns("__pycache__"))
    file = packages / DAEMON.name / name
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after))
    return packages / DAEMON.name


async def test_an_idle_daemon_of_another_version_is_replaced_and_the_window_told(
    workspace: Path, other_version: Path
) -> None:
    session = workspace / "session"
    async with DaemonClient.start(
        session=session, workspace=workspace, daemon=other_version, linger_s=A_WHILE_S
    ) as before:
        await before.until_state("idle")
        await before.run("dm.setData('angle', wt.AnalogTimeSeries([1.0, 2.0], [0, 1]), 'time')\nx = 1")
        assert before.version == "0.0.1"
    async with DaemonClient.start(session=session, workspace=workspace) as after:
        assert after.version == VERSION
        status = await after.until_state("idle")
        assert "another version" in status.message
        await after.run("print('x' in globals(), dm.getAllKeys())", "left")
        assert "angle" in after.text_of("left")
        assert after.text_of("left").startswith("False ")


async def test_a_session_whose_folder_was_deleted_is_started_again_and_the_window_told(workspace: Path) -> None:
    session = workspace / "session"
    async with DaemonClient.start(session=session, workspace=workspace, linger_s=A_WHILE_S) as before:
        await before.until_state("idle")
        await before.run("dm.setData('angle', wt.AnalogTimeSeries([1.0, 2.0], [0, 1]), 'time')")
        await before.request(methods.DATA_LIST, Empty())  # the daemon has opened it too
    shutil.rmtree(session)
    async with DaemonClient.start(session=session, workspace=workspace) as after:
        assert "deleted" in (await after.until_state("idle")).message
        assert (await after.request(methods.DATA_LIST, Empty())).keys == []
        stored = await after.run("dm.setData('lick', wt.AnalogTimeSeries([1.0, 2.0], [0, 1]), 'time')")
        assert stored.status == "ok"
        assert [entry.key for entry in (await after.request(methods.DATA_LIST, Empty())).keys] == ["lick"]


async def test_a_daemon_of_another_version_whose_code_runs_is_kept_and_says_its_version(
    workspace: Path, other_version: Path
) -> None:
    session, go_on = workspace / "session", workspace / "go_on"
    async with DaemonClient.start(
        session=session, workspace=workspace, daemon=other_version, linger_s=A_WHILE_S
    ) as before:
        await before.until_state("idle")
        loop = await before.begin_run(f"{wait_for_file(go_on)}print('after')", "loop")
    loop.cancel()
    async with DaemonClient.start(session=session, workspace=workspace) as after:
        assert after.version == "0.0.1"
        go_on.touch()
        assert (await after.request(methods.FOLLOW_RUN, RunReference(run_id="loop"))).status == "ok"
        assert after.text_of("loop") == "begun\nafter\n"
        await stop(after)


async def test_a_daemon_of_another_version_in_which_a_window_works_is_kept(
    workspace: Path, other_version: Path
) -> None:
    session = workspace / "session"
    async with (
        DaemonClient.start(session=session, workspace=workspace, daemon=other_version) as before,
        DaemonClient.start(session=session, workspace=workspace) as after,
    ):
        await before.until_state("idle")
        assert after.version == before.version == "0.0.1"


def test_the_version_that_is_compared_is_the_extensions() -> None:
    package = json.loads((DAEMON.parents[1] / "package.json").read_text(encoding="utf-8"))
    assert package["version"] == VERSION


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A runtime folder of this test's own; its path is short, as that of a socket must be."""
    with tempfile.TemporaryDirectory() as folder:
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        yield Path(folder)


async def test_a_runtime_folder_whose_path_is_too_long_for_a_socket_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = tmp_path / ("long" * 30)
    with tempfile.TemporaryDirectory() as short:
        long.mkdir()
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(long))
        monkeypatch.setenv("TMPDIR", short)
        async with DaemonClient.start(session=tmp_path / "session", workspace=tmp_path) as client:
            await client.until_state("idle")
        assert list(long.iterdir()) == []
        assert [path.name for path in Path(short).glob("*/lock")] == ["lock"]


def bridge_of(folder: Path, daemon: Path = DAEMON) -> subprocess.CompletedProcess[str]:
    """Run what the editor starts, with nothing that could be an editor on its stdin."""
    options = ["--session", str(folder / "session"), "--workspace", str(folder)]
    return subprocess.run(
        [sys.executable, "-I", "-S", str(daemon), *options],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=WAIT_LIMIT_S,
        check=False,
    )


def test_a_folder_that_others_can_open_is_refused(runtime: Path, tmp_path: Path) -> None:
    (runtime / "whiskertoolbox").mkdir(0o755)
    bridge = bridge_of(tmp_path)
    assert (bridge.returncode, "only you can open" in bridge.stderr) == (1, True)
    with pytest.raises(RendezvousError):
        Rendezvous(tmp_path / "session")


def test_a_link_that_lies_in_the_folders_place_is_refused(runtime: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(0o700)
    (runtime / "whiskertoolbox").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(RendezvousError, match="only you can open"):
        Rendezvous(tmp_path / "session")


@pytest.mark.parametrize("mask", [0, 0o022, 0o277])
def test_the_folder_is_the_owners_whatever_the_umask(runtime: Path, tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        with Rendezvous(tmp_path / "session").new_listener():
            pass
    finally:
        os.umask(before)
    folder = runtime / "whiskertoolbox"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()] == [0o600]


def test_where_no_socket_can_be_made_the_message_names_it_and_what_to_do(runtime: Path, tmp_path: Path) -> None:
    place = Rendezvous(tmp_path / "session")
    (runtime / "whiskertoolbox").rmdir()
    with pytest.raises(RendezvousError, match=r"\.socket cannot be made: .* XDG_RUNTIME_DIR"):
        place.new_listener()


def test_a_bridge_whose_stdin_is_no_connection_ends_and_leaves_nothing(runtime: Path, tmp_path: Path) -> None:
    assert bridge_of(tmp_path).returncode == 0
    assert [path.name for path in (runtime / "whiskertoolbox").iterdir()] == ["lock"]


async def test_what_connects_and_hands_nothing_over_is_let_go(workspace: Path) -> None:
    async with DaemonClient.start(session=workspace / "session", workspace=workspace) as client:
        await client.until_state("idle")
        with socket.socket(socket.AF_UNIX) as stranger:
            stranger.settimeout(WAIT_LIMIT_S)
            stranger.connect(str(Rendezvous(client.session).log.with_suffix(".socket")))
            stranger.send(VERSION.encode())
            assert await asyncio.to_thread(stranger.recv, 1) == b"+"
            stranger.send(b"+")
            assert await asyncio.to_thread(stranger.recv, 1) == b""
        assert (await client.run("1")).status == "ok"


async def test_a_daemon_that_has_hung_is_said_so_and_ended_when_that_is_wanted(
    workspace: Path, impatient: Path
) -> None:
    session = workspace / "session"
    async with DaemonClient.start(session=session, workspace=workspace, linger_s=A_WHILE_S) as before:
        await before.until_state("idle")
        await before.run("dm.setData('angle', wt.AnalogTimeSeries([1.0, 2.0], [0, 1]), 'time')")
        hung = before.daemon_id
        os.kill(hung, signal.SIGSTOP)
        refused = await asyncio.to_thread(bridge_of, workspace, daemon=impatient)
        assert (refused.returncode, "Restart Session ends it" in refused.stderr) == (1, True)
        assert before.daemon_id == hung
        async with DaemonClient.start(
            session=session, workspace=workspace, daemon=impatient, options=("--end-hung",)
        ) as after:
            assert after.daemon_id != hung
            assert "did not answer" in (await after.until_state("idle")).message
            assert [entry.key for entry in (await after.request(methods.DATA_LIST, Empty())).keys] == ["angle"]
        await until_left(before)


async def test_a_daemon_that_answers_is_not_ended_by_a_window_that_ends_hung_ones(workspace: Path) -> None:
    session = workspace / "session"
    async with DaemonClient.start(session=session, workspace=workspace) as first:
        await first.until_state("idle")
        await first.run("x = 1")
        async with DaemonClient.start(session=session, workspace=workspace, options=("--end-hung",)) as second:
            await second.run("print(x)", "x")
            assert second.text_of("x") == "1\n"


def test_a_lock_that_a_stopped_process_holds_is_not_waited_for_for_ever(runtime: Path, tmp_path: Path) -> None:
    place = Rendezvous(tmp_path / "session")
    with place.locked(), pytest.raises(RendezvousError, match=str(runtime)), place.locked(0.05):
        pass
    with place.locked(0.05):
        pass
