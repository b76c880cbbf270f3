"""Sessions of debugging, one after the other, leave nothing behind, on each supported Python."""

from __future__ import annotations

from pathlib import Path

from tests.support.debug_session import DebugSession
from tests.support.interpreter_client import InterpreterClient
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.interpreter import InterruptRun

CYCLES = 8
COUNT = "import os, sys; print(len(sys._current_frames()), len(os.listdir('/dev/fd')))"
SCRIPT = "def work(n):\n    twice = n * 2\n    return twice\ntotal = work(4)\nwhile total == 8:\n    pass\n"


def cycle(interpreter: InterpreterClient, script: Path, *, interrupts: bool) -> None:
    """Stop, type, interrupt what was typed, step, and go on or interrupt the run."""
    with DebugSession(interpreter) as session:
        session.break_at(script, 3)
        session.configured()
        run = interpreter.start_file(script)
        thread = session.stopped()
        typed = interpreter.start_in_frame("print(twice)\ntwice = 9")
        assert interpreter.finish(typed).status == "ok"
        endless = interpreter.start_in_frame("print('begun')\nwhile True: pass")
        interpreter.wait_for_text(endless, "begun")
        interpreter.ask(methods.INTERPRETER_INTERRUPT, InterruptRun(run_id=endless.run_id))
        assert interpreter.finish(endless).status == "interrupted"
        session.request("next", threadId=thread)
        session.stopped()
        if interrupts:
            assert interpreter.interrupt_and_finish(run).status == "interrupted"
        else:
            session.proceed(thread)
            assert interpreter.finish(run).status == "ok"
    assert typed.text() == "8\n"


def test_many_cycles_leave_no_thread_and_no_descriptor(each_python: InterpreterClient, tmp_path: Path) -> None:
    script = tmp_path / "soak.py"
    script.write_text(SCRIPT)
    cycle(each_python, script, interrupts=False)  # the debugger's own come with the first
    before = each_python.run(COUNT).text()
    for number in range(CYCLES):
        cycle(each_python, script, interrupts=number % 2 == 1)
    each_python.poll(lambda: each_python.run(COUNT).text() == before, f"as many threads and descriptors as {before}")
