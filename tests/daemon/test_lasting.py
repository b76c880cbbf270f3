"""The daemon outlives its windows: what runs goes on, and is shown to the window that comes next."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from tests.support.daemon_client import WAIT_LIMIT_S, DaemonClient, wait_for_file
from tests.support.lasting import A_WHILE_S, stop, until_left
from whiskertoolbox_daemon.interpreters.run_records import KEPT_CHARACTERS, KeptOutputs
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.debug import DebugMessage
from whiskertoolbox_protocol.execution import DisplayOutput, RunCode, RunInFrame, RunReference, StreamOutput
from whiskertoolbox_protocol.status import Empty

if sys.platform == "win32":
    pytestmark = pytest.mark.skip(reason="there the daemon ends with its window")
else:
    from whiskertoolbox_daemon.rendezvous import Rendezvous


async def test_variables_and_a_running_loop_are_there_for_the_next_window(workspace: Path) -> None:
    session, go_on = workspace / "session", workspace / "go_on"
    async with DaemonClient.start(session=session, workspace=workspace, linger_s=A_WHILE_S) as first:
        await first.until_state("idle")
        daemon = first.daemon_id
        await first.run("x = 41")
        loop = await first.begin_run(f"print('before')\n{wait_for_file(go_on)}x += 1\nprint('after')", "loop")
        await first.until(lambda: "before" in first.text_of("loop"))
    loop.cancel()
    async with DaemonClient.start(session=session, workspace=workspace) as second:
        assert second.daemon_id == daemon
        [run] = (await second.request(methods.UNSEEN_RUNS, Empty())).runs
        assert (run.run_id, "print('after')" in run.code) == ("loop", True)
        following = asyncio.ensure_future(second.request(methods.FOLLOW_RUN, RunReference(run_id="loop")))
        await second.until(lambda: "before" in second.text_of("loop"))
        go_on.touch()
        assert (await following).status == "ok"
        assert second.text_of("loop") == "begun\nbefore\nafter\n"
        await second.run("print(x)", "x")
        assert second.text_of("x") == "42\n"
        assert (await second.request(methods.UNSEEN_RUNS, Empty())).runs == []
        await stop(second)


async def test_what_ended_while_nobody_was_there_is_shown_with_its_result(workspace: Path) -> None:
    session, go_on, done = workspace / "session", workspace / "go_on", workspace / "done"
    async with DaemonClient.start(session=session, workspace=workspace, linger_s=A_WHILE_S) as first:
        await first.until_state("idle")
        code = f"{wait_for_file(go_on)}print('unseen')\nopen({str(done)!r}, 'w').close()\n1/0"
        loop = await first.begin_run(code, "loop")
        behind = await first.begin_behind("print('behind')", "behind")
    loop.cancel()
    behind.cancel()
    go_on.touch()
    async with DaemonClient.start(session=session, workspace=workspace) as second:
        await second.until_state("idle")
        assert [run.run_id for run in (await second.request(methods.UNSEEN_RUNS, Empty())).runs] == ["loop", "behind"]
        assert (await second.request(methods.FOLLOW_RUN, RunReference(run_id="loop"))).status == "error"
        assert "unseen" in second.text_of("loop")
        assert any(output.kind == "error" for output in second.outputs_of("loop"))
        assert (await second.request(methods.FOLLOW_RUN, RunReference(run_id="behind"))).status == "ok"
        assert second.text_of("behind") == "behind\n"
        await stop(second)


@pytest.mark.parametrize("killed", ["bridge", "bridge's process group", "extension host"])
async def test_a_killed_window_is_one_that_has_gone(workspace: Path, killed: str) -> None:
    session, go_on = workspace / "session", workspace / "go_on"
    async with DaemonClient.start(
        session=session, workspace=workspace, linger_s=A_WHILE_S, start_new_session=True
    ) as first:
        await first.until_state("idle")
        loop = await first.begin_run(f"{wait_for_file(go_on)}print('after')", "loop")
        assert first.process is not None
        assert first.process.stdin is not None
        if killed == "bridge":
            first.process.kill()
        elif killed == "bridge's process group":
            os.killpg(first.process.pid, signal.SIGKILL)
        else:  # which leaves the bridge, with nobody at the other end
            first.process.stdin.close()
        await until_left(first)
        async with DaemonClient.start(session=session, workspace=workspace) as second:
            following = asyncio.ensure_future(second.request(methods.FOLLOW_RUN, RunReference(run_id="loop")))
            go_on.touch()
            assert (await following).status == "ok"
            assert "after" in second.text_of("loop")
            await stop(second)
        loop.cancel()


async def test_a_window_that_comes_back_is_shown_what_the_run_shows_now(workspace: Path) -> None:
    session = workspace / "session"
    async with DaemonClient.start(session=session, workspace=workspace, linger_s=A_WHILE_S) as first:
        await first.until_state("idle")
        code = (
            f"{wait_for_file(workspace / 'gone')}from IPython.display import display, clear_output\n"
            "for i in range(3000): display(i)\n"
            "clear_output()\nhandle = display('first', display_id=True)\nhandle.update('second')"
        )
        loop = await first.begin_run(code, "loop")
    loop.cancel()
    (workspace / "gone").touch()
    async with DaemonClient.start(session=session, workspace=workspace) as second:
        await second.until_state("idle")
        assert (await second.request(methods.FOLLOW_RUN, RunReference(run_id="loop"))).status == "ok"
        shown = [output for output in second.outputs_of("loop") if isinstance(output, DisplayOutput)]
        assert [output.data["text/plain"] for output in shown] == ["'second'"]
        assert not any(isinstance(output, StreamOutput) for output in second.outputs_of("loop"))
        await stop(second)


async def test_two_windows_share_one_interpreter(workspace: Path) -> None:
    session = workspace / "session"
    async with (
        DaemonClient.start(session=session, workspace=workspace) as first,
        DaemonClient.start(session=session, workspace=workspace) as second,
    ):
        await first.until_state("idle")
        assert first.daemon_id == second.daemon_id
        await first.run("x = 'of the first'", "set")
        await second.run("print(x)", "get")
        assert second.text_of("get") == "of the first\n"
        assert first.text_of("get") == ""
        await first.until(lambda: bool(first.received(methods.VARIABLES_CHANGED)))
        error = await second.error_of(methods.FOLLOW_RUN, RunReference(run_id="set"))
        assert "no longer known" in error.message


async def test_the_prelude_runs_once_in_each_interpreter(workspace: Path) -> None:
    session = workspace / "session"
    prelude = RunCode(run_id="prelude", code="x = 0", as_prelude=True)
    async with DaemonClient.start(session=session, workspace=workspace, linger_s=A_WHILE_S) as first:
        assert (await first.request(methods.RUN_CODE, prelude)).status == "ok"
        await first.run("x = 1")
    async with DaemonClient.start(session=session, workspace=workspace) as second:
        assert (await second.request(methods.RUN_CODE, prelude)).status == "dropped"
        await second.run("print(x)", "x")
        assert second.text_of("x") == "1\n"
        await second.request(methods.INTERPRETER_RESTART, Empty())
        assert (await second.request(methods.RUN_CODE, prelude)).status == "ok"
        await stop(second)


async def test_a_run_that_another_window_shows_is_not_taken_from_it(workspace: Path) -> None:
    session, go_on = workspace / "session", workspace / "go_on"
    async with (
        DaemonClient.start(session=session, workspace=workspace) as first,
        DaemonClient.start(session=session, workspace=workspace) as second,
    ):
        await first.until_state("idle")
        loop = await first.begin_run(wait_for_file(go_on), "loop")
        assert (await second.request(methods.UNSEEN_RUNS, Empty())).runs == []
        error = await second.error_of(methods.FOLLOW_RUN, RunReference(run_id="loop"))
        assert "another window" in error.message
        go_on.touch()
        assert (await loop).status == "ok"


async def test_a_window_is_told_when_another_one_leaves_runs_behind(workspace: Path) -> None:
    session, go_on = workspace / "session", workspace / "go_on"
    async with DaemonClient.start(session=session, workspace=workspace) as second:
        async with DaemonClient.start(session=session, workspace=workspace) as first:
            await first.until_state("idle")
            loop = await first.begin_run(wait_for_file(go_on), "loop")
        loop.cancel()
        await second.until(lambda: bool(second.received(methods.RUNS_LEFT)))
        assert [run.run_id for run in (await second.request(methods.UNSEEN_RUNS, Empty())).runs] == ["loop"]
        go_on.touch()
        assert (await second.request(methods.FOLLOW_RUN, RunReference(run_id="loop"))).status == "ok"


async def test_stop_ends_the_session_for_all_windows_and_tells_them(workspace: Path) -> None:
    session = workspace / "session"
    async with (
        DaemonClient.start(session=session, workspace=workspace, linger_s=A_WHILE_S) as first,
        DaemonClient.start(session=session, workspace=workspace) as second,
    ):
        await first.until_state("idle")
        fifo = workspace / "fifo"
        os.mkfifo(fifo)
        ended = asyncio.ensure_future(asyncio.wait_for(asyncio.to_thread(fifo.read_text), WAIT_LIMIT_S))
        await first.run("pipe = open('fifo', 'w')")
        await stop(second)
        await first.until(lambda: bool(first.received(methods.SESSION_ENDED)))
        await ended
        await until_left(first)
        await until_left(second)
        assert first.process is not None
        assert first.process.returncode == 0


async def test_a_killed_daemon_leaves_the_data_and_the_next_window_has_a_new_one(workspace: Path) -> None:
    session = workspace / "session"
    async with DaemonClient.start(session=session, workspace=workspace, linger_s=A_WHILE_S) as first:
        await first.until_state("idle")
        await first.run("dm.setData('angle', wt.AnalogTimeSeries([1.0, 2.0], [0, 1]), 'time')")
        killed = first.daemon_id
        os.kill(killed, signal.SIGKILL)
        await until_left(first)
        assert first.process is not None
        assert first.process.returncode == 1
    assert Rendezvous(session).log.with_suffix(".socket").exists()  # it could not tidy up
    async with DaemonClient.start(session=session, workspace=workspace) as second:
        await second.until_state("idle")
        assert second.daemon_id != killed
        assert [entry.key for entry in (await second.request(methods.DATA_LIST, Empty())).keys] == ["angle"]


def configure_debugger(client: DaemonClient) -> None:
    for seq, command in enumerate(["initialize", "attach", "configurationDone"], start=1):
        content = f'{{"seq": {seq}, "type": "request", "command": "{command}", "arguments": {{}}}}'
        client.notify(methods.DEBUG_SEND, DebugMessage(content=content))


async def test_what_a_window_runs_where_code_stands_is_shown_in_that_window(workspace: Path) -> None:
    session = workspace / "session"
    async with (
        DaemonClient.start(session=session, workspace=workspace) as first,
        DaemonClient.start(session=session, workspace=workspace) as second,
    ):
        await first.until_state("idle")
        await first.request(methods.DEBUG_ATTACH, Empty())
        configure_debugger(first)
        running = asyncio.ensure_future(first.run("breakpoint()\nx = 3", "stops"))
        await first.until_state("stopped")
        assert (await second.request(methods.RUN_IN_FRAME, RunInFrame(run_id="typed", code="print(7)"))).status == "ok"
        assert second.text_of("typed") == "7\n"
        assert first.text_of("typed") == ""
        running.cancel()


async def test_a_window_that_goes_while_code_stands_at_a_breakpoint_lets_it_go_on(workspace: Path) -> None:
    session, script = workspace / "session", workspace / "script.py"
    script.write_text("x = 1\nx = 2\n")
    async with DaemonClient.start(session=session, workspace=workspace, linger_s=A_WHILE_S) as first:
        await first.until_state("idle")
        await first.request(methods.DEBUG_ATTACH, Empty())
        async with DaemonClient.start(session=session, workspace=workspace) as second:
            error = await second.error_of(methods.DEBUG_ATTACH, Empty())
            assert "another window" in error.message
        configure_debugger(first)
        running = asyncio.ensure_future(first.run("breakpoint()\nx = 3", "stops"))
        await first.until_state("stopped")
    running.cancel()
    async with DaemonClient.start(session=session, workspace=workspace) as third:
        assert (await third.request(methods.FOLLOW_RUN, RunReference(run_id="stops"))).status == "ok"
        await stop(third)


def test_of_a_flood_the_newest_is_kept_within_bounds() -> None:
    kept = KeptOutputs()
    for number in range(2 * KEPT_CHARACTERS >> 20):
        kept.add([StreamOutput(name="stdout", text=f"{number:<{1 << 20}}")])
    shown = [output for batch in kept.batches() for output in batch if isinstance(output, StreamOutput)]
    assert "not shown again" in shown[0].text
    text = "".join(output.text for output in shown[1:])
    assert KEPT_CHARACTERS // 4 < len(text) <= KEPT_CHARACTERS
    numbers = [int(number) for number in text.split()]
    assert numbers == list(range(numbers[0], 2 * KEPT_CHARACTERS >> 20))
