"""Any run can be looked at, also one that was started without a debugger, on each supported Python."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.support.debug_session import DebugSession
from tests.support.interpreter_client import InterpreterClient
from whiskertoolbox_protocol.execution import CodePlace, RunOptions

CELL = "vscode-notebook-cell:/Interactive-1.interactive%23W1"

FAILS = "def inner(number):\n    half = number / 2\n    return half / 0\nwhole = 7\ninner(whole)\n"


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "looked_at.py"
    path.write_text(FAILS)
    return path


@pytest.mark.parametrize("call", ["breakpoint()", "pdb.set_trace()"])
def test_code_that_asks_to_be_looked_at_stops_without_a_session(each_python: InterpreterClient, call: str) -> None:
    before = len(each_python.wanted_sessions)
    run = each_python.start_code(f"import pdb\ndef asks(a):\n    b = a + 1\n    {call}\n    return b\nasks(1)")
    each_python.wait_until(lambda: len(each_python.wanted_sessions) > before, "a session is wanted")
    with DebugSession(each_python) as session:
        session.configured()
        thread = session.stopped()
        assert session.places(thread)[0] == ("asks", 4)
        assert session.evaluate(thread, "a + b") == "3"
        session.proceed(thread)
        assert each_python.finish(run).status == "ok"
    assert run.result == "2"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("x = 1\nbreakpoint()\n", ("<module>", 2)),
        ("import pdb\npdb.set_trace()\n", ("<module>", 2)),
        ("def f():\n    return breakpoint()\nf()\n", ("f", 2)),
        ("f = lambda: breakpoint()\nf()\n", ("<lambda>", 1)),
        ("x = 1\nexec('breakpoint()')\n", ("<module>", 2)),
        (
            "import threading\ndef f():\n    breakpoint()\nt = threading.Thread(target=f)\nt.start()\nt.join()\n",
            ("f", 3),
        ),
    ],
)
def test_breakpoint_stops_where_it_stands_also_when_nothing_follows(
    each_python: InterpreterClient, debugging: DebugSession, script: Path, text: str, place: tuple[str, int]
) -> None:
    script.write_text(text)
    debugging.configured()
    run = each_python.start_file(script)
    thread = debugging.stopped()
    assert debugging.places(thread)[0] == place
    debugging.proceed(thread)
    assert each_python.finish(run).status == "ok"


def test_code_is_stepped_through_from_a_call_of_breakpoint(
    each_python: InterpreterClient, debugging: DebugSession, script: Path
) -> None:
    script.write_text("def g():\n    return 1\ndef f():\n    breakpoint()\n    return g()\nx = f()\nprint(x)\n")
    debugging.configured()
    run = each_python.start_file(script)
    seen = [debugging.places(thread := debugging.stopped())[0]]
    for command in ("next", "stepIn", "stepOut", "stepOut"):
        debugging.request(command, threadId=thread)
        seen.append(debugging.places(thread := debugging.stopped())[0])
    assert seen == [("f", 4), ("f", 5), ("g", 2), ("f", 5), ("<module>", 6)]
    debugging.proceed(thread)
    assert each_python.finish(run).status == "ok"
    assert run.text() == "1\n"


def test_breakpoint_that_no_code_of_the_user_calls_says_so_and_goes_on(
    each_python: InterpreterClient, debugging: DebugSession
) -> None:
    debugging.configured()
    run = each_python.run("import threading\nt = threading.Thread(target=breakpoint)\nt.start()\nt.join()")
    assert "no code of yours" in run.text("stderr")


FORKS = """\
import os, threading
child = os.fork()
if child == 0:
    try:
        breakpoint()
        thread = threading.Thread(target=lambda: 1 / 0)
        thread.start()
        thread.join()
    finally:
        os._exit(7)
print("ended with", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows forks no processes")
def test_a_process_that_is_forked_without_a_debugger_stops_at_nothing(
    each_python: InterpreterClient, debugging: DebugSession
) -> None:
    debugging.request("setExceptionBreakpoints", filters=["uncaught"])
    debugging.configured()
    run = each_python.run(FORKS)
    assert run.text().endswith("ended with 7\n")
    shown = run.text("stderr") + each_python.fd_text(run, "stderr")
    assert "this process is not debugged" in shown
    assert "ZeroDivisionError" in shown
    assert "AttributeError" not in shown


@pytest.mark.parametrize("command", ["%debug", "import pdb\npdb.pm()"])
def test_the_last_error_is_looked_at_where_it_was_raised(
    each_python: InterpreterClient, script: Path, command: str
) -> None:
    failing = each_python.start_file(script)
    assert each_python.finish(failing).status == "error"
    before = len(each_python.wanted_sessions)
    run = each_python.start_code(command)
    each_python.wait_until(lambda: len(each_python.wanted_sessions) > before, "a session is wanted")
    with DebugSession(each_python) as session:
        session.configured()
        thread = session.stopped()
        assert session.places(thread) == [("inner", 3), ("<module>", 5)]
        assert session.local_variables(thread)["half"] == "3.5"
        assert session.evaluate(thread, "half * 2") == "7.0"
        session.proceed(thread)
        assert each_python.finish(run).status == "ok"


def test_a_run_stops_at_its_first_line_when_that_is_wanted(
    each_python: InterpreterClient, debugging: DebugSession, script: Path
) -> None:
    debugging.configured()
    code = "x = 1\ny = 2\n"
    run = each_python.start_code(code, CodePlace(path=str(script), line=7), RunOptions(stop_on_entry=True))
    thread = debugging.stopped()
    assert debugging.places(thread) == [("<module>", 8)]
    debugging.request("next", threadId=thread)
    assert debugging.places(debugging.stopped()) == [("<module>", 9)]
    debugging.proceed(thread)
    assert each_python.finish(run).status == "ok"


@pytest.mark.parametrize("way", ["code", "module"])
def test_launched_code_stops_on_entry_in_its_folder_and_environment(
    each_python: InterpreterClient, debugging: DebugSession, tmp_path: Path, way: str
) -> None:
    text = "import os, sys\nplace = os.getcwd(), os.environ.get('CAMERA'), sys.argv[1:]\nprint(*place)\n"
    module = tmp_path / "tool.py"
    module.write_text(text)
    options = RunOptions(
        working_directory=str(tmp_path), environment={"CAMERA": "left", "PATH": None}, stop_on_entry=True
    )
    debugging.configured()
    before = each_python.run("import os, sys\nsys.path[1] == '', os.getcwd(), os.environ['PATH']").result
    code = text if way == "code" else "%run -m tool x 'y z'"
    run = each_python.start_code(code, options=options, cell=CELL)
    thread = debugging.stopped()
    (frame, *_callers) = debugging.frames(thread)
    assert (frame["source"]["path"], frame["line"]) == (CELL if way == "code" else str(module), 1)
    debugging.request("next", threadId=thread)
    assert debugging.frames(debugging.stopped())[0]["line"] == 2
    debugging.proceed(thread)
    assert each_python.finish(run).status == "ok"
    assert run.text() == f"{tmp_path} left {[] if way == 'code' else ['x', 'y z']}\n"
    after = each_python.run("sys.path[1] == '', os.getcwd(), os.environ['PATH']").result
    assert (after, "CAMERA" in each_python.run("dict(os.environ)").result) == (before, False)


@pytest.mark.parametrize("libraries", [False, True])
def test_a_program_takes_arguments_folder_environment_and_entry_at_once(
    each_python: InterpreterClient, tmp_path: Path, script: Path, libraries: bool
) -> None:
    script.write_text("import os, sys\nprint(os.getcwd(), os.environ.get('CAMERA'), sys.argv[1:])\n")
    options = RunOptions(working_directory=str(tmp_path), environment={"CAMERA": "left"}, stop_on_entry=True)
    with DebugSession(each_python, justMyCode=not libraries) as session:
        session.configured()
        run = each_python.start_file(script, "--n", "3", options=options)
        thread = session.stopped()
        assert [(item["source"]["path"], item["line"]) for item in session.frames(thread)] == [(str(script), 1)]
        session.proceed(thread)
        assert each_python.finish(run).status == "ok"
    assert run.text() == f"{tmp_path} left ['--n', '3']\n"


def test_an_uncaught_exception_of_a_thread_stops_too(each_python: InterpreterClient, script: Path) -> None:
    script.write_text(
        "import threading\n" + FAILS.replace("inner(whole)", "threading.Thread(target=inner, args=(7,)).start()")
    )
    with DebugSession(each_python, stopAtUncaughtExceptions=True) as session:
        session.request("setExceptionBreakpoints", filters=[])
        session.configured()
        run = each_python.start_file(script)
        thread = session.stopped()
        assert session.places(thread)[0] == ("inner", 4)
        session.proceed(thread)
        assert each_python.finish(run).status == "ok"


def test_set_next_statement_goes_on_at_another_line_of_the_function(
    each_python: InterpreterClient, debugging: DebugSession, script: Path
) -> None:
    script.write_text("def f():\n    a = 1\n    print('passed')\n    return a\nf()\n")
    debugging.break_at(script, 4)
    debugging.configured()
    run = each_python.start_file(script)
    thread = debugging.stopped()
    (target,) = debugging.request("gotoTargets", source={"path": str(script)}, line=3)["targets"]
    debugging.request("goto", threadId=thread, targetId=target["id"])
    assert debugging.places(debugging.stopped())[0] == ("f", 3)
    debugging.break_at(script)
    debugging.proceed(thread)
    assert each_python.finish(run).status == "ok"
    assert run.text() == "passed\npassed\n"


def test_another_session_of_the_editor_takes_over_where_code_stands(
    each_python: InterpreterClient, script: Path
) -> None:
    first = DebugSession(each_python)
    first.break_at(script, 2)
    first.configured()
    run = each_python.start_file(script)
    thread = first.stopped()
    with DebugSession(each_python, takes_over=True) as second:
        second.break_at(script, 2)
        second.configured()
        assert second.places(thread)[0][1] == 2
        second.request("next", threadId=thread)
        assert second.places(second.stopped())[0][1] == 3
        second.proceed(thread)
        assert each_python.finish(run).status == "error"
