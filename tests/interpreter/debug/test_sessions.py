"""One debug session after the other, without a pause: what one leaves going keeps the next from nothing."""

from __future__ import annotations

from pathlib import Path

from tests.support.debug_session import DebugSession
from tests.support.interpreter_client import InterpreterClient

SCRIPT = "def work():\n    a = 1\n    print(a)\nwork()\n"


def test_a_session_begins_while_the_last_ones_code_goes_on(each_python: InterpreterClient, tmp_path: Path) -> None:
    script = tmp_path / "work.py"
    script.write_text(SCRIPT)
    runs = []
    for _ in range(10):
        with DebugSession(each_python) as session:
            session.break_at(script, 3)
            session.configured()
            runs.append(each_python.start_file(script))
            session.stopped()
    assert {each_python.finish(run).status for run in runs} == {"ok"}
    assert each_python.run("import threading; print(threading.active_count())").text() == "1\n"
