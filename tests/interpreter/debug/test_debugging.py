"""Breakpoints in ordinary runs, driven with raw DAP messages as VS Code sends them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.debug_session import DebugSession
from tests.support.interpreter_client import InterpreterClient, Run, started
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.debug import DebugMessage
from whiskertoolbox_protocol.execution import CodePlace

SCRIPT = """\
def double(n):
    a = n
    b = 2 * a
    return b
x = double(1)
y = double(2)
x + y
"""


@pytest.fixture
def session(interpreter: InterpreterClient) -> Iterator[DebugSession]:
    with DebugSession(interpreter) as session:
        yield session


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "script.py"
    path.write_text(SCRIPT)
    return path


def stop_in_double(interpreter: InterpreterClient, session: DebugSession, script: Path) -> tuple[Run, int]:
    session.break_at(script, 3)
    session.configured()
    run = interpreter.start_file(script)
    return run, session.stopped()


def finish(interpreter: InterpreterClient, session: DebugSession, script: Path, run: Run, thread: int) -> None:
    session.break_at(script)
    session.proceed(thread)
    assert interpreter.finish(run).status == "ok"


def test_a_script_stops_at_a_breakpoint_in_the_users_frames_only(
    interpreter: InterpreterClient, session: DebugSession, script: Path
) -> None:
    run, thread = stop_in_double(interpreter, session, script)
    assert session.places(thread) == [("double", 3), ("<module>", 5)]
    assert {frame["source"]["path"] for frame in session.frames(thread)} == {str(script)}
    finish(interpreter, session, script, run, thread)


def test_frames_of_ours_are_hidden_also_when_libraries_are_debugged(
    interpreter: InterpreterClient, script: Path
) -> None:
    with DebugSession(interpreter, justMyCode=False) as session:
        run, thread = stop_in_double(interpreter, session, script)
        assert session.places(thread) == [("double", 3), ("<module>", 5)]
        finish(interpreter, session, script, run, thread)


def test_locals_are_shown_and_expressions_evaluated_in_the_stopped_frame(
    interpreter: InterpreterClient, session: DebugSession, script: Path
) -> None:
    run, thread = stop_in_double(interpreter, session, script)
    assert session.local_variables(thread) == {"a": "1", "n": "1"}
    assert session.evaluate(thread, "a * 10") == "10"
    finish(interpreter, session, script, run, thread)


def test_code_is_stepped_through(interpreter: InterpreterClient, session: DebugSession, script: Path) -> None:
    run, thread = stop_in_double(interpreter, session, script)
    session.request("next", threadId=thread)
    assert session.places(session.stopped())[0] == ("double", 4)
    session.request("stepOut", threadId=thread)
    assert session.places(session.stopped())[0] == ("<module>", 5)
    session.request("next", threadId=thread)
    assert session.places(session.stopped())[0] == ("<module>", 6)
    session.request("next", threadId=thread)
    assert session.places(session.stopped())[0] == ("double", 3)  # its own breakpoint, in the second call
    finish(interpreter, session, script, run, thread)


def test_a_selection_stops_at_the_line_of_its_file_and_is_stepped_to_its_end(
    interpreter: InterpreterClient, session: DebugSession, script: Path
) -> None:
    interpreter.run("double = abs")
    session.break_at(script, 5)
    session.configured()
    selection = "".join(SCRIPT.splitlines(keepends=True)[4:])
    run = interpreter.start_code(selection, CodePlace(path=str(script), line=4))
    thread = session.stopped()
    for line in (5, 6, 7):
        assert session.places(thread) == [("<module>", line)]
        if line < 7:
            session.request("next", threadId=thread)
            session.stopped()
    session.proceed(thread)
    assert interpreter.finish(run).status == "ok"
    assert run.result == "3"


def test_a_stop_is_reported_and_variables_are_listed_meanwhile(
    interpreter: InterpreterClient, session: DebugSession, script: Path
) -> None:
    interpreter.run("answer = 42")
    run, thread = stop_in_double(interpreter, session, script)
    interpreter.wait_until(lambda: interpreter.debugger_states[-1:] == [True], "stopped")
    assert interpreter.variable("a").summary == "1"
    assert "answer" in interpreter.complete("answe")
    finish(interpreter, session, script, run, thread)
    interpreter.wait_until(lambda: interpreter.debugger_states[-1:] == [False], "continued")


def test_the_console_is_evaluated_where_the_code_stopped(
    interpreter: InterpreterClient, session: DebugSession, script: Path
) -> None:
    run, thread = stop_in_double(interpreter, session, script)
    frame = session.frames(thread)[0]["id"]
    for place in ({}, {"frameId": frame}):
        answer = session.request("evaluate", expression="n + 100", context="repl", **place)
        assert answer["result"] == "101"
        assert session.event("invalidated") == {"areas": ["variables"]}
    finish(interpreter, session, script, run, thread)
    refused = session.ask("evaluate", expression="1", context="repl")
    assert (refused["success"], refused["message"]) == (
        False,
        "The code is not stopped: there is no frame to evaluate in.",
    )


def test_changes_in_place_are_committed_at_a_stop(
    interpreter: InterpreterClient, session: DebugSession, script: Path
) -> None:
    script.write_text("events = dm.getData('licks')\nevents.addEvent(7)\nprint('here')\n")
    interpreter.run("dm.setData('licks', wt.DigitalEventSeries([1]), 'time')")
    folder = interpreter.run("print(dm.path)").text().strip()
    session.break_at(script, 3)
    session.configured()
    run = interpreter.start_file(script)
    thread = session.stopped()

    from whiskertoolbox_python import DataManager

    with DataManager.open(folder, read_only=True) as other:
        interpreter.poll(lambda: other.refresh() is not None and other.getData("licks").size() == 2, "the second event")
    finish(interpreter, session, script, run, thread)


def test_the_session_goes_on_after_a_debug_session_and_a_new_one_can_begin(
    interpreter: InterpreterClient, script: Path
) -> None:
    for _ in range(3):
        with DebugSession(interpreter) as session:
            run, thread = stop_in_double(interpreter, session, script)
            finish(interpreter, session, script, run, thread)
        assert interpreter.run_file(script).displays == []


def test_nothing_is_traced_after_a_debug_session(interpreter: InterpreterClient) -> None:
    with DebugSession(interpreter) as session:
        session.configured()
    assert interpreter.run("import sys, threading\nsys.gettrace(), threading._trace_hook").result == "(None, None)"


def test_disconnecting_lets_stopped_code_go_on(interpreter: InterpreterClient, script: Path) -> None:
    with DebugSession(interpreter) as session:
        run, _ = stop_in_double(interpreter, session, script)
    assert interpreter.finish(run).status == "ok"
    interpreter.wait_until(lambda: interpreter.debugger_states[-1:] == [False], "not stopped")


def test_an_interrupt_ends_stopped_code_before_its_next_line(
    interpreter: InterpreterClient, session: DebugSession, script: Path
) -> None:
    script.write_text("print('before')\nprint('after')\n")
    session.break_at(script, 2)
    session.configured()
    for _ in range(3):  # the debugger must survive it
        run = interpreter.start_file(script)
        session.stopped()
        assert interpreter.interrupt_and_finish(run).status == "interrupted"
        assert run.text() == "before\n"
        assert "pydevd" not in run.error.traceback


def test_the_stop_button_interrupts_and_keeps_the_interpreter(interpreter: InterpreterClient, script: Path) -> None:
    with DebugSession(interpreter) as session:
        run, _ = stop_in_double(interpreter, session, script)
        session.request("terminate")
        session.event("terminated")
        assert interpreter.finish(run).status == "interrupted"
        session.request("disconnect", terminateDebuggee=True)
    assert interpreter.run("1 + 1").result == "2"


def test_a_loop_that_runs_already_can_be_stopped_at_a_breakpoint(interpreter: InterpreterClient, script: Path) -> None:
    script.write_text("import time\nprint('started')\nwhile True:\n    time.sleep(0.001)\n")
    run = interpreter.start_file(script)
    interpreter.wait_for_text(run, "started")
    with DebugSession(interpreter) as session:
        session.break_at(script, 4)
        session.configured()
        assert session.places(session.stopped()) == [("<module>", 4)]
        assert interpreter.interrupt_and_finish(run).status == "interrupted"


def test_breakpoint_stops_where_it_is_called(
    interpreter: InterpreterClient, session: DebugSession, script: Path
) -> None:
    script.write_text("def f():\n    breakpoint()\n    return 1\nf()\n")
    session.configured()
    run = interpreter.start_file(script)
    thread = session.stopped()
    assert session.places(thread)[0][0] == "f"
    finish(interpreter, session, script, run, thread)


def test_breakpoint_is_passed_over_with_a_word_when_nobody_starts_a_session(interpreter: InterpreterClient) -> None:
    with interpreter.limited("debug.importing", SESSION_LIMIT_S=0.1):
        run = interpreter.run("breakpoint()\nprint('went on')")
    assert run.text() == "went on\n"
    assert "no debug session has begun" in run.text("stderr")


def test_a_forked_process_runs_past_breakpoints(
    interpreter: InterpreterClient, session: DebugSession, script: Path
) -> None:
    script.write_text(
        "import os\n"
        "def work():\n"
        "    return 5\n"
        "child = os.fork()\n"
        "if not child:\n"
        "    os._exit(work())\n"
        "print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
    )
    session.break_at(script, 3)
    session.configured()
    run = interpreter.start_file(script)
    assert interpreter.finish(run).status == "ok"
    assert run.text() == "5\n"


def test_no_port_is_opened(interpreter: InterpreterClient, session: DebugSession, script: Path) -> None:
    interpreter.run(
        """
        import gc, socket
        def families():
            return {item.family.name for item in gc.get_objects() if type(item) is socket.socket}
        """
    )
    run, thread = stop_in_double(interpreter, session, script)
    assert session.evaluate(thread, "families()") == "{'AF_UNIX'}"
    finish(interpreter, session, script, run, thread)


def test_nothing_of_the_debugger_is_left_in_the_environment_of_processes(interpreter: InterpreterClient) -> None:
    with DebugSession(interpreter):
        pass
    assert interpreter.run("import os\n[name for name in os.environ if 'PYDEVD' in name]").result == "[]"


def test_a_request_to_an_interpreter_that_knows_of_no_session_is_answered(tmp_path: Path) -> None:
    with started(tmp_path) as interpreter:
        asked = {"seq": 1, "type": "request", "command": "threads"}
        interpreter.channel.notify(methods.DEBUG_SEND, DebugMessage(content=json.dumps(asked)))
        interpreter.wait_until(lambda: interpreter.debug_messages, "an answer")
        answer = json.loads(interpreter.debug_messages[0])
        assert (answer["request_seq"], answer["success"]) == (1, False)
        assert "again" in answer["message"]


def test_the_debugger_is_not_loaded_before_it_is_needed(tmp_path: Path) -> None:
    with started(tmp_path) as interpreter:
        interpreter.run("1")
        loaded = interpreter.run("import sys\nprint(*sys.modules)").text().split()
    assert not {"pydevd", "jedi", "matplotlib", "prompt_toolkit"}.intersection(loaded)
