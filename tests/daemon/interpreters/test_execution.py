"""Running code through the daemon: order, outputs, interrupts, back pressure."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest
from pygls.exceptions import JsonRpcException

from tests.support.daemon_client import WAIT_LIMIT_S, DaemonClient, wait_for_file
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.execution import (
    CodePlace,
    CompleteCode,
    DisplayOutput,
    ErrorOutput,
    RunCode,
    RunFile,
    RunQueue,
    RunResult,
    StreamOutput,
)
from whiskertoolbox_protocol.status import Empty
from whiskertoolbox_protocol.wire import decode

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_run_is_answered_after_its_outputs_have_been_shown(shared: DaemonClient) -> None:
    result = await shared.run("print('a')\n'b'", "first")
    assert result.status == "ok"
    assert shared.outputs_of("first") == [
        StreamOutput(name="stdout", text="a\n"),
        DisplayOutput(data={"text/plain": "'b'"}, is_result=True),
    ]


async def test_an_error_is_an_output_with_a_traceback(shared: DaemonClient) -> None:
    result = await shared.run("1 / 0", "error")
    outputs = shared.outputs_of("error")
    assert result.status == "error"
    assert isinstance(outputs[-1], ErrorOutput)
    assert (outputs[-1].name, "division by zero" in outputs[-1].message) == ("ZeroDivisionError", True)


async def test_a_traceback_names_the_line_of_the_file(shared: DaemonClient, tmp_path: Path) -> None:
    file = tmp_path / "analysis.py"
    file.write_text("\n" * 20 + "1 / 0\n")
    place = CodePlace(path=str(file), line=20)
    await shared.request(methods.RUN_CODE, RunCode(run_id="placed", code="1 / 0\n", place=place))
    (error,) = shared.outputs_of("placed")
    assert isinstance(error, ErrorOutput)
    assert f"{file}:21" in error.traceback or f'{file}", line 21' in error.traceback


async def test_a_file_runs_with_its_arguments(shared: DaemonClient, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text("import sys\nprint(sys.argv[1:], __file__)\n")
    params = RunFile(run_id="file", path=str(script), arguments=["--trial", "3"])
    assert (await shared.request(methods.RUN_FILE, params)).status == "ok"
    assert shared.text_of("file") == f"['--trial', '3'] {script}\n"


async def test_runs_keep_the_order_they_were_sent_in(shared: DaemonClient) -> None:
    await shared.run("order = []")
    await asyncio.gather(*(shared.run(f"order.append({number})", f"order-{number}") for number in range(20)))
    await shared.run("print(order)", "order")
    assert shared.text_of("order") == f"{list(range(20))}\n"


async def test_text_of_c_code_and_subprocesses_belongs_to_its_run(shared: DaemonClient) -> None:
    code = f"""
        import os, subprocess
        os.write(1, "é from a descriptor\\n".encode())
        os.write(2, b"a warning of C code\\n")
        done = subprocess.run([{sys.executable!r}, "-c", "print('from a subprocess')"])
    """
    await shared.run("\n".join(line.strip() for line in code.splitlines()), "descriptors")
    assert "é from a descriptor\n" in shared.text_of("descriptors", "stdout")
    assert "from a subprocess\n" in shared.text_of("descriptors", "stdout")
    assert shared.text_of("descriptors", "stderr") == "a warning of C code\n"


async def test_programs_of_the_chosen_environment_are_found_first(shared: DaemonClient) -> None:
    await shared.run("!python -c 'import sys; print(sys.prefix)'", "python")
    assert shared.text_of("python", "stdout") == f"{sys.prefix}\n"


async def test_python_children_write_what_is_read_of_them(shared: DaemonClient) -> None:
    child = "import sys; print(sys.stdout.encoding)"
    await shared.run(f"import subprocess, sys; _ = subprocess.run([sys.executable, '-c', {child!r}])", "child")
    assert shared.text_of("child", "stdout") == "utf-8\n"


async def test_endless_text_of_c_code_is_cut_with_its_end_kept(shared: DaemonClient) -> None:
    code = "import os\nfor _ in range(64): os.write(1, b'x' * 65536)\nlast = os.write(1, b'the end')"
    await shared.run(code, "flood")
    text = shared.text_of("flood")
    assert len(text) < 1_200_000
    assert "bytes left out.]" in text
    assert text.endswith("the end")


async def test_a_window_that_shows_nothing_makes_the_writer_wait(shared: DaemonClient) -> None:
    shared.hold_outputs(True)
    code = "import os, time\nfor number in range(10): written = os.write(1, b'x' * 100_000); print(number)"
    running = asyncio.ensure_future(shared.run(code, "slow window"))
    await shared.until(lambda: shared.batches_waiting > 0)
    assert (await shared.request(methods.SESSION_STATUS, Empty())).state == "busy"
    assert shared.batches_waiting == 1
    shared.hold_outputs(False)
    assert (await running).status == "ok"
    assert shared.text_of("slow window").count("x") == 1_000_000


async def test_an_interrupt_ends_an_endless_loop(shared: DaemonClient) -> None:
    running = await shared.begin_run("import time\nwhile True: time.sleep(0.01)", "endless")
    interrupted = await shared.request(methods.INTERRUPT, Empty())
    assert interrupted.stopped
    assert (await running).status == "interrupted"


async def test_an_interrupt_while_idle_does_nothing(shared: DaemonClient) -> None:
    assert (await shared.request(methods.INTERRUPT, Empty())).stopped
    assert (await shared.run("1")).status == "ok"


async def test_an_interrupt_drops_the_runs_that_wait(shared: DaemonClient) -> None:
    first = await shared.begin_run("while True: pass", "in front of another")
    second = await shared.begin_behind("print('never')", "waiting")
    await shared.request(methods.INTERRUPT, Empty())
    assert (await first).status == "interrupted"
    dropped = decode(RunResult, await asyncio.wait_for(second, WAIT_LIMIT_S))
    assert (dropped.status, "interrupted" in dropped.message) == ("dropped", True)
    assert shared.text_of("waiting") == ""


async def test_the_window_is_told_which_runs_wait_and_for_what(shared: DaemonClient, tmp_path: Path) -> None:
    first = await shared.begin_run(wait_for_file(tmp_path / "go on"), "the first")
    second = await shared.begin_behind("1", "the second")
    waiting = RunQueue(running="the first", waiting=["the second"], waits_for="the code before it is running")
    await shared.until(lambda: waiting in shared.received(methods.QUEUE_CHANGED))
    (tmp_path / "go on").touch()
    assert (await first).status == "ok"
    await asyncio.wait_for(second, WAIT_LIMIT_S)
    await shared.until(lambda: shared.received(methods.QUEUE_CHANGED)[-1] == RunQueue())


async def test_runs_behind_one_of_their_batch_that_fails_are_dropped(shared: DaemonClient) -> None:
    runs = [("1", "all"), ("1 / 0", "all"), ("print('never')", "all"), ("print('others')", "another")]
    answers = await asyncio.gather(
        *(
            shared.request(methods.RUN_CODE, RunCode(run_id=f"of a batch {number}", code=code, batch=batch))
            for number, (code, batch) in enumerate(runs)
        )
    )
    assert [answer.status for answer in answers] == ["ok", "error", "dropped", "ok"]
    assert (shared.text_of("of a batch 2"), shared.text_of("of a batch 3")) == ("", "others\n")


STUBBORN = """
import os, time
def stubborn():
    while True:
        try:
            os.write(1, b"inside")
            time.sleep(60)
        except KeyboardInterrupt:
            pass
stubborn()
"""
KEEPS_PYTHONS_LOCK = """
import collections, itertools, os
def native():
    inside = map(os.write, [1], [b"inside"])  # written by the C function, which no signal leaves from then on
    collections.deque(itertools.chain(inside, itertools.repeat(0)), maxlen=0)
native()
"""


@pytest.mark.parametrize(
    ("code", "function"), [(STUBBORN, "stubborn"), (KEEPS_PYTHONS_LOCK, "native")], ids=["retry", "C"]
)
@pytest.mark.skipif(sys.platform == "win32", reason="there is no signal to ask a native function for its stack")
async def test_code_that_does_not_stop_is_shown_with_its_stack(shared: DaemonClient, code: str, function: str) -> None:
    running = asyncio.ensure_future(shared.run(code, function))
    await shared.until(lambda: "inside" in shared.text_of(function) or running.done())
    result = await shared.request(methods.INTERRUPT, Empty())
    assert not result.stopped
    assert f"in {function}" in result.stack
    status = await shared.request(methods.INTERPRETER_RESTART, Empty())
    assert status.state == "idle"
    assert (await running).status == "died"


async def test_a_run_that_waits_can_be_cancelled_alone(shared: DaemonClient, tmp_path: Path) -> None:
    go_on = tmp_path / "go on"
    first = await shared.begin_run(f"{wait_for_file(go_on)}print('done')", "in front")
    second = await shared.begin_behind("print('never')", "behind")
    shared.cancel("behind")
    with pytest.raises(JsonRpcException):
        await asyncio.wait_for(second, WAIT_LIMIT_S)
    go_on.touch()
    assert (await first).status == "ok"
    assert (shared.text_of("in front"), shared.text_of("behind")) == ("begun\ndone\n", "")


async def test_completions_know_the_live_namespace(shared: DaemonClient) -> None:
    await shared.run("whisker_number_seven = 7")
    found = await shared.request(methods.COMPLETE, CompleteCode(code="whisker_num", cursor=11))
    assert "whisker_number_seven" in [match.text for match in found.matches]


async def test_clearing_the_namespace_keeps_dm_and_wt(shared: DaemonClient) -> None:
    await shared.run("mine = 1")
    await shared.request(methods.NAMESPACE_CLEAR, Empty())
    await shared.run("print('mine' in globals(), dm is not None, wt.__name__)", "cleared")
    assert shared.text_of("cleared") == "False True whiskertoolbox_python\n"


async def test_the_state_is_told_at_every_change(shared: DaemonClient, tmp_path: Path) -> None:
    await shared.until_state("idle")
    told = len(shared.received(methods.SESSION_CHANGED))
    running = await shared.begin_run(wait_for_file(tmp_path / "go on"), "told of")
    await shared.until_state("busy")
    (tmp_path / "go on").touch()
    await running
    await shared.until_state("idle")
    assert [status.state for status in shared.received(methods.SESSION_CHANGED)[told:]] == ["busy", "idle"]


async def test_names_of_the_session_in_strings_are_left_to_the_language_server(shared: DaemonClient) -> None:
    for text in ('dm.getData("named_', 'dm.getTime("cam_'):
        found = await shared.request(methods.COMPLETE, CompleteCode(code=text, cursor=len(text)))
        assert found.matches == []
