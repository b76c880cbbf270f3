"""It stops where the user put the breakpoint, on each supported Python."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.debug_session import DebugSession
from tests.support.interpreter_client import InterpreterClient, Run
from whiskertoolbox_protocol.execution import CodePlace

MOST_STEPS = 6
LOOP = "total = 0\nfor i in range(10):\n    total += i\nprint(total)\n"


@pytest.fixture
def loop(tmp_path: Path) -> Path:
    path = tmp_path / "loop.py"
    path.write_text(LOOP)
    return path


def go_on(interpreter: InterpreterClient, session: DebugSession, path: Path, run: Run, thread: int) -> None:
    session.breakpoints(path)
    session.proceed(thread)
    assert interpreter.finish(run).status == "ok"


def test_unsaved_text_stops_at_the_line_that_the_editor_shows(
    each_python: InterpreterClient, debugging: DebugSession, loop: Path
) -> None:
    shown = "# one\n# two\n# three\n\n# five\n" + LOOP
    (found,) = debugging.breakpoints(loop, {"line": 8}, shown_text=shown)
    assert (found["verified"], found["line"]) == (True, 8)
    debugging.configured()
    run = each_python.start_code(shown, CodePlace(path=str(loop), line=0))
    thread = debugging.stopped()
    assert debugging.places(thread)[0] == ("<module>", 8)
    go_on(each_python, debugging, loop, run, thread)


def test_the_dot_moves_with_its_line_and_what_cannot_stop_says_why(debugging: DebugSession, loop: Path) -> None:
    loop.write_text("# %%\n\nx = 1\n# %%\n# nothing\n")
    moved, nowhere = debugging.breakpoints(loop, {"line": 1}, {"line": 5})
    assert (moved["verified"], moved["line"]) == (True, 3)
    assert not nowhere["verified"]
    assert nowhere["message"]


def test_refused_breakpoints_are_answered_in_their_place(debugging: DebugSession, loop: Path) -> None:
    answers = debugging.breakpoints(
        loop, {"line": 1, "hitCondition": "abc"}, {"line": 3}, {"line": 4, "condition": "a b"}
    )
    assert [item["verified"] for item in answers] == [False, True, False]
    assert debugging.request("setFunctionBreakpoints", breakpoints=[{"name": "a.b"}, {"name": "f"}])["breakpoints"][0][
        "message"
    ]


def test_a_condition_and_a_hit_count_are_both_met(
    each_python: InterpreterClient, debugging: DebugSession, loop: Path
) -> None:
    debugging.breakpoints(loop, {"line": 3, "condition": "i % 2", "hitCondition": "3"})
    debugging.configured()
    run = each_python.start_file(loop)
    thread = debugging.stopped()
    assert debugging.evaluate(thread, "i") == "5"
    go_on(each_python, debugging, loop, run, thread)


def test_hits_are_counted_from_the_start_of_each_run(
    each_python: InterpreterClient, debugging: DebugSession, loop: Path
) -> None:
    debugging.breakpoints(loop, {"line": 3, "hitCondition": "8"})
    debugging.configured()
    for _ in range(2):
        run = each_python.start_file(loop)
        thread = debugging.stopped()
        assert debugging.evaluate(thread, "i") == "7"
        debugging.proceed(thread)
        assert each_python.finish(run).status == "ok"


def test_a_condition_that_raises_stops_and_says_so(
    each_python: InterpreterClient, debugging: DebugSession, loop: Path
) -> None:
    debugging.breakpoints(loop, {"line": 3, "condition": "nonsense > 1"})
    debugging.configured()
    run = each_python.start_file(loop)
    thread = debugging.stopped()
    go_on(each_python, debugging, loop, run, thread)
    assert f"{loop}:3" in run.text("stderr")
    assert "NameError" in run.text("stderr")


def test_a_logpoint_prints_among_the_output_of_its_code(
    each_python: InterpreterClient, debugging: DebugSession, loop: Path
) -> None:
    debugging.breakpoints(loop, {"line": 3, "logMessage": "{i:02d} of {total!r}", "condition": "i < 3"})
    debugging.configured()
    run = each_python.run_file(loop)
    assert run.text() == "00 of 0\n01 of 0\n02 of 1\n45\n"


def test_what_a_log_message_raises_is_shown_once_for_each_pass(
    each_python: InterpreterClient, debugging: DebugSession, loop: Path
) -> None:
    debugging.breakpoints(loop, {"line": 3, "logMessage": "{nonsense}", "hitCondition": "> 8"})
    debugging.configured()
    run = each_python.run_file(loop)
    assert run.text("stderr").count("NameError") == 2


def steps_to_the_end(interpreter: InterpreterClient, session: DebugSession, run: Run, step: str, thread: int) -> bool:
    """Take a step; returns whether the run has ended, and not stopped again."""

    def count_of_stops() -> int:
        return len([message for message in session.messages() if message.get("event") == "stopped"])

    seen = count_of_stops()
    session.ask(step, threadId=thread)
    interpreter.poll(lambda: run.answer.done() or count_of_stops() > seen)
    return bool(run.answer.done())


@pytest.mark.parametrize("last", ["print(total)", "(lambda: total)()", "if total:\n    total += 1"])
@pytest.mark.parametrize("step", ["next", "stepIn", "stepOut"])
def test_a_step_beyond_the_last_line_ends_the_run_and_stops_no_later_one(
    each_python: InterpreterClient, debugging: DebugSession, loop: Path, step: str, last: str
) -> None:
    loop.write_text(f"total = 1\n{last}\n")
    line = 1 + len(last.splitlines())
    debugging.breakpoints(loop, {"line": line})
    debugging.configured()
    run = each_python.start_file(loop)
    thread = debugging.stopped()
    assert debugging.places(thread) == [("<module>", line)]
    debugging.breakpoints(loop)
    for _ in range(MOST_STEPS):  # a step into a function stops there
        if steps_to_the_end(each_python, debugging, run, step, thread):
            break
    assert each_python.finish(run).status == "ok"
    each_python.run("1")
    each_python.run_file(loop)


def test_a_pause_while_idle_stops_no_later_run(
    each_python: InterpreterClient, debugging: DebugSession, loop: Path
) -> None:
    debugging.configured()
    each_python.run("1")
    (thread,) = [item["id"] for item in debugging.request("threads")["threads"]]
    debugging.request("pause", threadId=thread)
    each_python.run("2")
    each_python.run_file(loop)


@pytest.mark.parametrize("stop", [True, False])
def test_an_uncaught_exception_stops_where_it_leaves_the_users_code(
    each_python: InterpreterClient, loop: Path, stop: bool
) -> None:
    loop.write_text("def boom():\n    return 1 / 0\ntry:\n    boom()\nexcept ZeroDivisionError:\n    pass\nboom()\n")
    with DebugSession(each_python, stopAtUncaughtExceptions=stop) as session:
        session.request("setExceptionBreakpoints", filters=[])
        session.configured()
        run = each_python.start_file(loop)
        if stop:
            thread = session.stopped()
            assert session.request("exceptionInfo", threadId=thread)["exceptionId"] == "ZeroDivisionError"
            assert session.places(thread)[-1] == ("<module>", 7)
            session.proceed(thread)
        assert each_python.finish(run).status == "error"


def test_set_next_statement_outside_the_function_is_refused(
    each_python: InterpreterClient, debugging: DebugSession, loop: Path
) -> None:
    loop.write_text("def f():\n    a = 1\n    b = 2\n    return a + b\nf()\nprint('end')\n")
    debugging.breakpoints(loop, {"line": 3})
    debugging.configured()
    run = each_python.start_file(loop)
    thread = debugging.stopped()
    answer = debugging.ask("gotoTargets", source={"path": str(loop)}, line=6)
    assert not answer["success"]
    assert len(debugging.request("gotoTargets", source={"path": str(loop)}, line=2)["targets"]) == 1
    go_on(each_python, debugging, loop, run, thread)


def test_only_the_users_threads_are_listed(each_python: InterpreterClient, debugging: DebugSession, loop: Path) -> None:
    debugging.breakpoints(loop, {"line": 1})
    debugging.configured()
    run = each_python.start_file(loop)
    thread = debugging.stopped()
    assert [item["name"] for item in debugging.request("threads")["threads"]] == ["MainThread"]
    go_on(each_python, debugging, loop, run, thread)


def test_no_tool_and_no_trace_function_is_left_after_a_session(each_python: InterpreterClient, loop: Path) -> None:
    with DebugSession(each_python) as session:
        session.breakpoints(loop, {"line": 1, "condition": "False"})
        session.configured()
        each_python.run_file(loop)
    code = "import sys\nm = getattr(sys, 'monitoring', None)\n(m and m.get_tool(m.DEBUGGER_ID)), sys.gettrace()"
    assert each_python.run(code).result == "(None, None)"


def test_an_interrupt_under_a_condition_shows_the_users_frames_only(
    each_python: InterpreterClient, debugging: DebugSession, loop: Path
) -> None:
    loop.write_text("print('started')\ni = 0\nwhile True:\n    i += 1\n")
    debugging.breakpoints(loop, {"line": 4, "condition": "i < 0"})
    debugging.configured()
    for _ in range(3):
        run = each_python.start_file(loop)
        each_python.wait_for_text(run, "started")
        assert each_python.interrupt_and_finish(run).status == "interrupted"
        assert "pydevd" not in run.error.traceback
        assert "mends.py" not in run.error.traceback


def test_an_interrupt_within_a_condition_shows_the_users_frames_only(
    each_python: InterpreterClient, debugging: DebugSession, loop: Path
) -> None:
    loop.write_text("def endless():\n    print('within')\n    while True:\n        pass\ni = 1\ni += 1\n")
    debugging.breakpoints(loop, {"line": 6, "condition": "endless()"})
    debugging.configured()
    run = each_python.start_file(loop)
    each_python.wait_for_text(run, "within")
    assert each_python.interrupt_and_finish(run).status == "interrupted"
    assert f"{loop}" in run.error.traceback
    for foreign in ("pydevd", "mends.py", "<string>", "loop.py:-1"):
        assert foreign not in run.error.traceback


def test_steps_into_are_offered_for_the_line_only(
    each_python: InterpreterClient, debugging: DebugSession, loop: Path
) -> None:
    loop.write_text("def g(n):\n    return n\ng(g(1))\nprint('end')\n")
    debugging.breakpoints(loop, {"line": 3})
    debugging.configured()
    run = each_python.start_file(loop)
    thread = debugging.stopped()
    frame = debugging.frames(thread)[0]["id"]
    targets = debugging.request("stepInTargets", frameId=frame)["targets"]
    assert len(targets) == 2  # on Python 3.10 they have no arguments
    assert all(target["label"].startswith("g") for target in targets)
    go_on(each_python, debugging, loop, run, thread)
