"""The relay between the editor's debugger and the interpreter's: breakpoints stop ordinary runs."""

from __future__ import annotations

import asyncio
import os
import venv
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.support.daemon_client import WAIT_LIMIT_S, DaemonClient
from tests.support.daemon_debugger import Debugger
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.execution import RunFile, RunInFrame
from whiskertoolbox_protocol.status import Empty, SelectInterpreter
from whiskertoolbox_protocol.variables import ListVariables

pytestmark = pytest.mark.asyncio(loop_scope="module")

SCRIPT = "def half(value):\n    result = value / 2\n    return result\n\n\nanswer = half(10)\nprint('answer', answer)\n"


@pytest_asyncio.fixture(loop_scope="module")
async def debugger(shared: DaemonClient) -> AsyncIterator[Debugger]:
    await shared.request(methods.DEBUG_ATTACH, Empty())
    shared.received(methods.DEBUG_RECEIVED).clear()
    yield Debugger(shared)


async def run_to_breakpoint(client: DaemonClient, debugger: Debugger, script: Path) -> asyncio.Future[Any]:
    await debugger.attach(script, [2])
    run_id = f"{script.stem} {len(client.outputs)}"
    params = RunFile(run_id=run_id, path=str(script))
    running = asyncio.ensure_future(client.request(methods.RUN_FILE, params))
    await debugger.until(event="stopped")
    return running


async def run_on(debugger: Debugger, running: asyncio.Future[Any]) -> None:
    """Let what stands go on to its end."""
    thread = (await debugger.until(event="stopped"))["body"]["threadId"]
    await debugger.request("continue", threadId=thread)
    assert (await running).status == "ok"


async def test_a_breakpoint_stops_a_run_and_everything_stays_alive(
    shared: DaemonClient, debugger: Debugger, tmp_path: Path
) -> None:
    script = tmp_path / "analysis.py"
    script.write_text(SCRIPT)
    running = await run_to_breakpoint(shared, debugger, script)
    stopped = await debugger.until(event="stopped")
    thread = stopped["body"]["threadId"]
    frames = (await debugger.request("stackTrace", threadId=thread))["stackFrames"]
    assert (frames[0]["name"], frames[0]["line"]) == ("half", 2)
    assert (await shared.until_state("stopped")).state == "stopped"
    assert (await shared.request(methods.DATA_LIST, Empty())).keys == []
    await shared.until_changed(  # the answer, which on a busy machine comes after the stale one
        methods.VARIABLES_CHANGED,
        lambda: shared.request(methods.VARIABLES_LIST, ListVariables()),
        lambda listed: not listed.stale,
    )
    value = await debugger.request("evaluate", expression="value + 1", frameId=frames[0]["id"])
    assert value["result"] == "11"
    await debugger.request("continue", threadId=thread)
    assert (await running).status == "ok"
    await debugger.detach()
    await shared.until_state("idle")


async def test_a_run_behind_code_that_stands_waits_visibly(
    shared: DaemonClient, debugger: Debugger, tmp_path: Path
) -> None:
    script = tmp_path / "stands.py"
    script.write_text(SCRIPT)
    running = await run_to_breakpoint(shared, debugger, script)
    behind = await shared.begin_behind("print(1)", "behind it")
    await shared.until(
        lambda: (
            bool(told := shared.received(methods.QUEUE_CHANGED))
            and (told[-1].waiting, told[-1].waits_for) == (["behind it"], "stopped at line 2 of stands.py")
        )
    )
    await run_on(debugger, running)
    await asyncio.wait_for(behind, WAIT_LIMIT_S)
    await debugger.detach()


async def test_an_interrupt_ends_what_was_typed_at_a_stop_and_not_the_run(
    shared: DaemonClient, debugger: Debugger, tmp_path: Path
) -> None:
    script = tmp_path / "long.py"
    script.write_text(SCRIPT)
    running = await run_to_breakpoint(shared, debugger, script)
    behind = await shared.begin_behind("print(1)", "still behind")
    # It takes two interrupts to end it: the second comes after two seconds, and is for nothing else either.
    code = "print('begun')\ntry:\n  while True: pass\nexcept KeyboardInterrupt: pass\nwhile True: pass"
    typed = asyncio.ensure_future(shared.request(methods.RUN_IN_FRAME, RunInFrame(run_id="typed", code=code)))
    await shared.until(lambda: shared.text_of("typed") == "begun\n")
    assert (await shared.request(methods.INTERRUPT, Empty())).stopped
    assert (await typed).status == "interrupted"
    assert (await shared.until_state("stopped")).state == "stopped"
    result = await shared.request(methods.RUN_IN_FRAME, RunInFrame(run_id="after", code="print(value)"))
    assert (result.status, shared.text_of("after")) == ("ok", "10\n")
    await run_on(debugger, running)
    await asyncio.wait_for(behind, WAIT_LIMIT_S)
    assert shared.text_of("still behind") == "1\n"
    await debugger.detach()


async def test_what_programs_print_at_a_stop_is_shown_under_what_was_typed(
    shared: DaemonClient, debugger: Debugger, tmp_path: Path
) -> None:
    script = tmp_path / "programs.py"
    script.write_text(SCRIPT)
    running = await run_to_breakpoint(shared, debugger, script)
    code = "import os; _ = os.write(1, b'by a program')"
    result = await shared.request(methods.RUN_IN_FRAME, RunInFrame(run_id="program", code=code))
    assert (result.status, shared.text_of("program")) == ("ok", "by a program")
    await run_on(debugger, running)
    await debugger.detach()


async def test_a_second_debug_session_works_on_the_same_interpreter(
    shared: DaemonClient, debugger: Debugger, tmp_path: Path
) -> None:
    script = tmp_path / "again.py"
    script.write_text(SCRIPT)
    running = await run_to_breakpoint(shared, debugger, script)
    await run_on(debugger, running)
    await debugger.detach()


async def test_without_a_debug_session_nothing_stops(shared: DaemonClient, debugger: Debugger, tmp_path: Path) -> None:
    script = tmp_path / "free.py"
    script.write_text(SCRIPT)
    result = await shared.request(methods.RUN_FILE, RunFile(run_id="free", path=str(script)))
    assert (result.status, shared.text_of("free")) == ("ok", "answer 5.0\n")


async def test_debug_requests_are_answered_while_there_is_no_interpreter(workspace: Path) -> None:
    bare = workspace / "bare"
    venv.create(bare, with_pip=False, symlinks=os.name != "nt")
    python = bare / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    async with DaemonClient.start(session=workspace / "session", workspace=workspace) as client:
        await client.request(methods.INTERPRETER_SELECT, SelectInterpreter(path=str(python)))
        debugger = Debugger(client)
        refused = await debugger.until(type="response", request_seq=debugger.send("threads"))
        assert (refused["success"], "interpreter" in refused["message"]) == (False, True)
        ended = await debugger.until(type="response", request_seq=debugger.send("disconnect"))
        assert ended["success"]
