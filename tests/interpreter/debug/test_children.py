"""Processes that user code starts by multiprocessing are debugged, on each supported Python and however they start."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.debug_session import DebugSession
from tests.support.interpreter_client import InterpreterClient

SCRIPT = """\
import multiprocessing
def double(number):
    twice = 2 * number
    return twice
if __name__ == "__main__":
    with multiprocessing.get_context({method!r}).Pool(1) as pool:
        print(pool.map(double, [4, 5]))
"""


@pytest.fixture
def parent(each_python: InterpreterClient) -> Iterator[DebugSession]:
    with DebugSession(each_python, subProcess=True) as session:
        yield session


def started_child(session: DebugSession) -> dict[str, Any]:
    return session.event("whiskertoolbox.childStarted")


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "pool.py"
    path.write_text(SCRIPT.format(method="fork"))
    return path


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_a_worker_stops_at_a_breakpoint_in_a_session_of_its_own(
    each_python: InterpreterClient, parent: DebugSession, script: Path, method: str
) -> None:
    script.write_text(SCRIPT.format(method=method))
    parent.configured()
    run = each_python.start_file(script)
    child = DebugSession(each_python, process=started_child(parent)["process"])
    child.break_at(script, 4)
    child.configured()
    thread = child.stopped()
    assert child.places(thread)[0] == ("double", 4)
    assert {frame["source"]["path"] for frame in child.frames(thread)} == {str(script)}
    assert child.local_variables(thread) == {"number": "4", "twice": "8"}
    assert child.evaluate(thread, "twice + 1") == "9"
    child.break_at(script)
    child.proceed(thread)
    assert each_python.finish(run).status == "ok"
    assert run.text() == "[8, 10]\n"
    child.event("terminated")


RAISES = """\
import concurrent.futures, multiprocessing, threading
context = multiprocessing.get_context({method!r})
def inverse(number):
    half = number / 2
    return half / 0
def in_thread():
    thread = threading.Thread(target=inverse, args=(8,))
    thread.start()
    thread.join()
if __name__ == "__main__":
    {how}
"""
HOW = {
    "a process": "child = context.Process(target=inverse, args=(8,))\n    child.start()\n    child.join()",
    "a pool": "with context.Pool(1) as pool:\n        pool.apply_async(inverse, (8,)).wait()",
    "an executor": (
        "with concurrent.futures.ProcessPoolExecutor(1, mp_context=context) as executor:\n"
        "        executor.submit(inverse, 8).exception()"
    ),
    "a thread": "child = context.Process(target=in_thread)\n    child.start()\n    child.join()",
}


@pytest.mark.parametrize(
    ("method", "how"), [("fork", "a process"), ("spawn", "a pool"), ("fork", "an executor"), ("fork", "a thread")]
)
def test_an_uncaught_exception_in_a_worker_stops_where_it_was_raised(
    each_python: InterpreterClient, parent: DebugSession, script: Path, method: str, how: str
) -> None:
    script.write_text(RAISES.format(method=method, how=HOW[how]))
    parent.configured()
    run = each_python.start_file(script)
    child = DebugSession(each_python, process=started_child(parent)["process"])
    child.request("setExceptionBreakpoints", filters=["uncaught"])
    child.configured()
    thread = child.stopped()
    assert child.request("exceptionInfo", threadId=thread)["exceptionId"] == "ZeroDivisionError"
    assert child.places(thread)[0] == ("inverse", 5)
    assert child.local_variables(thread)["half"] == "4.0"
    child.proceed(thread)
    assert each_python.finish(run).status == "ok"
    assert "whiskertoolbox" not in each_python.fd_text(run, "stderr")


def test_a_process_that_a_worker_starts_runs_as_usual(
    each_python: InterpreterClient, parent: DebugSession, script: Path
) -> None:
    script.write_text(
        "import multiprocessing\n"
        "context = multiprocessing.get_context('fork')\n"
        "def inner():\n"
        "    raise SystemExit(1 // 0)\n"
        "def outer():\n"
        "    child = context.Process(target=inner)\n"
        "    child.start()\n"
        "    child.join()\n"
        "    raise SystemExit(child.exitcode + 6)\n"
        "child = context.Process(target=outer)\n"
        "child.start()\n"
        "child.join()\n"
        "print(child.exitcode)\n"
    )
    parent.configured()
    run = each_python.start_file(script)
    child = DebugSession(each_python, process=started_child(parent)["process"])
    child.request("setExceptionBreakpoints", filters=["uncaught"])
    child.break_at(script, 4)
    child.configured()
    assert each_python.finish(run).status == "ok"
    assert run.text() == "7\n"
    assert "ZeroDivisionError" in each_python.fd_text(run, "stderr")
    assert "Not debugged" not in each_python.fd_text(run, "stderr")


def test_the_end_of_the_session_lets_workers_go_on(each_python: InterpreterClient, script: Path) -> None:
    script.write_text(SCRIPT.format(method="fork").replace("Pool(1)", "Pool(2)"))
    with DebugSession(each_python, subProcess=True) as parent:
        parent.configured()
        run = each_python.start_file(script)
        child = DebugSession(each_python, process=started_child(parent)["process"])
        started_child(parent)  # nobody debugs this one, which waits
        child.break_at(script, 4)
        child.configured()
        child.stopped()
    assert each_python.finish(run).status == "ok"
    assert run.text() == "[8, 10]\n"


def test_stop_in_the_session_of_a_worker_interrupts_the_run(
    each_python: InterpreterClient, parent: DebugSession, script: Path
) -> None:
    parent.configured()
    run = each_python.start_file(script)
    child = DebugSession(each_python, process=started_child(parent)["process"])
    child.break_at(script, 4)
    child.configured()
    child.stopped()
    child.request("disconnect", terminateDebuggee=True)
    assert each_python.finish(run).status == "interrupted"


def test_stop_in_the_session_of_the_run_ends_a_worker_that_stands(
    each_python: InterpreterClient, script: Path, tmp_path: Path
) -> None:
    went_on = tmp_path / "went on"
    script.write_text(SCRIPT.format(method="fork").replace("return twice", f"open({str(went_on)!r}, 'w').close()"))
    parent = DebugSession(each_python, subProcess=True)
    parent.configured()
    run = each_python.start_file(script)
    child = DebugSession(each_python, process=started_child(parent)["process"])
    child.break_at(script, 4)
    child.configured()
    child.stopped()
    parent.request("disconnect", terminateDebuggee=True)
    assert each_python.finish(run).status == "interrupted"
    child.event("terminated")
    assert not went_on.exists()


def test_nothing_of_a_worker_is_debugged_unless_that_is_wanted(
    each_python: InterpreterClient, debugging: DebugSession, script: Path
) -> None:
    debugging.break_at(script, 4)
    debugging.configured()
    assert each_python.run_file(script).text() == "[8, 10]\n"
    assert "whiskertoolbox.childStarted" not in [message.get("event") for message in debugging.messages()]


def test_no_port_is_opened_in_a_worker(each_python: InterpreterClient, parent: DebugSession, script: Path) -> None:
    script.write_text(
        "import gc, multiprocessing, socket\n"
        "def families(_number):\n"
        "    return {item.family.name for item in gc.get_objects() if type(item) is socket.socket}\n"
        "with multiprocessing.get_context('fork').Pool(1) as pool:\n"
        "    print(pool.map(families, [1]))\n"
    )
    parent.configured()
    run = each_python.start_file(script)
    child = DebugSession(each_python, process=started_child(parent)["process"])
    child.configured()
    assert each_python.finish(run).status == "ok"
    assert run.text() == "[{'AF_UNIX'}]\n"


def test_a_request_to_a_worker_that_has_ended_is_answered(
    each_python: InterpreterClient, parent: DebugSession, script: Path
) -> None:
    parent.configured()
    run = each_python.start_file(script)
    child = DebugSession(each_python, process=started_child(parent)["process"])
    child.configured()
    assert each_python.finish(run).status == "ok"
    child.event("terminated")
    answer = child.ask("threads")
    assert (answer["success"], answer["message"]) == (False, "The process has ended.")
    assert child.ask("disconnect")["success"]
