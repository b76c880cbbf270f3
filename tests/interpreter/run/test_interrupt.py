"""Interrupting user code: all that runs in Python can be stopped, and nothing of ours breaks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.interpreter_client import InterpreterClient


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("while True: pass", id="a loop"),
        pytest.param("import time\ntime.sleep(1000)", id="a sleep"),
        pytest.param("while True: print('x' * 100)", id="a loop that prints"),
        pytest.param("import asyncio\nawait asyncio.sleep(1000)", id="an await"),
        pytest.param("import asyncio\nasync def f():\n    while True: pass\nawait f()", id="a loop in a coroutine"),
        pytest.param("import numpy\na = numpy.ones((300, 300))\nwhile True: a @ a", id="numpy"),
        pytest.param("import subprocess\nsubprocess.run(['sleep', '1000'])", id="a process"),
        pytest.param("!sleep 1000", id="a shell command"),
        pytest.param("import threading\nthreading.Event().wait()", id="waiting for a thread"),
        pytest.param("import queue\nqueue.Queue().get()", id="waiting for a queue"),
    ],
)
def test_an_interrupt_stops(interpreter: InterpreterClient, code: str) -> None:
    run = interpreter.start_code(f"print('started')\n{code}")
    interpreter.wait_for_text(run, "started")
    assert interpreter.interrupt_and_finish(run).status == "interrupted"
    assert run.error.name == "KeyboardInterrupt"
    assert "whiskertoolbox_interpreter" not in run.error.traceback
    assert interpreter.run("1 + 1").result == "2"


def test_an_interrupt_stops_code_whose_output_nobody_takes(interpreter: InterpreterClient) -> None:
    run = interpreter.start_code("print('started')\nwhile True: print('x' * 10_000)")
    interpreter.wait_for_text(run, "started")
    with interpreter.answers_held():
        interpreter.interrupt()
    assert interpreter.finish(run).status == "interrupted"


def test_an_interrupt_while_nothing_runs_does_nothing(interpreter: InterpreterClient) -> None:
    for _ in range(20):
        interpreter.interrupt()
        assert interpreter.run("1 + 1").result == "2"


def test_the_request_interrupts_like_the_signal(interpreter: InterpreterClient) -> None:
    run = interpreter.start_code("import time\nprint('started')\ntime.sleep(1000)")
    interpreter.wait_for_text(run, "started")
    assert interpreter.interrupt_and_finish(run, interpreter.request_interrupt).status == "interrupted"


def test_code_may_handle_its_interrupt(interpreter: InterpreterClient) -> None:
    code = (
        "import time\ntry:\n    print('started')\n    time.sleep(1000)\nexcept KeyboardInterrupt:\n    print('saved')"
    )
    run = interpreter.start_code(code)
    interpreter.wait_for_text(run, "started")
    assert interpreter.interrupt_and_finish(run).status == "ok"
    assert run.text().endswith("saved\n")


def test_a_second_interrupt_does_not_break_the_report_of_the_first(
    interpreter: InterpreterClient, tmp_path: Path
) -> None:
    go_on = tmp_path / "go on"
    interpreter.run(
        f"""
        import os, time
        reporter = get_ipython().InteractiveTB
        class Slow:
            def __getattr__(self, name):
                if name == "structured_traceback":
                    print("reporting")
                    while not os.path.exists({str(go_on)!r}): time.sleep(0.01)
                return getattr(reporter, name)
        get_ipython().InteractiveTB = Slow()
        """
    )
    run = interpreter.start_code("print('started')\nwhile True: pass")
    interpreter.wait_for_text(run, "started")
    interpreter.interrupt()
    interpreter.wait_for_text(run, "reporting")
    interpreter.interrupt()
    go_on.touch()
    assert interpreter.finish(run).status == "interrupted"
    assert (run.error.name, run.text("stderr")) == ("KeyboardInterrupt", "")
    interpreter.run("get_ipython().InteractiveTB = reporter")


def test_many_interrupts_leave_the_interpreter_whole(interpreter: InterpreterClient) -> None:
    for number in range(30):
        run = interpreter.start_code(f"print('started')\nwhile True: print({number}, end='')")
        interpreter.wait_for_text(run, "started")
        assert interpreter.interrupt_and_finish(run).status == "interrupted"
    assert interpreter.run("print('whole')").text() == "whole\n"


def test_the_stack_says_where_running_code_is(interpreter: InterpreterClient) -> None:
    run = interpreter.start_code("def deep():\n    print('started')\n    while True: pass\ndeep()")
    interpreter.wait_for_text(run, "started")
    interpreter.poll(lambda: "while True" in interpreter.stack(), "the loop")  # it may still be inside print
    stack = interpreter.stack()
    interpreter.interrupt_and_finish(run)
    assert "in deep" in stack
    assert "whiskertoolbox_interpreter" not in stack
