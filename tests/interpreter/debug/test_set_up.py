"""A debugger that cannot be set up is said, and code runs without it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.debug_session import DebugSession
from tests.support.interpreter_client import started
from tests.support.pythons import PYTHONS
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.channel import RequestError
from whiskertoolbox_protocol.status import Empty


@pytest.mark.parametrize("minor", PYTHONS)
def test_a_debugger_that_cannot_be_set_up_says_why_and_code_runs(minor: str, tmp_path: Path) -> None:
    with started(tmp_path, python=PYTHONS[minor]) as interpreter:
        interpreter.run("import socket\npair, socket.socketpair = socket.socketpair, None")
        for _ in range(2):
            with pytest.raises(RequestError, match="TypeError"):
                interpreter.ask(methods.DEBUG_ATTACH, Empty())
            assert interpreter.run("print(6 * 7)").text() == "42\n"
        interpreter.run("socket.socketpair = pair")
        interpreter.ask(methods.DEBUG_ATTACH, Empty())


OF_ANOTHER_DEBUGGER = {
    "IDE_PROJECT_ROOTS": "/nowhere",
    "LIBRARY_ROOTS": "/",
    "PATHS_FROM_ECLIPSE_TO_PYTHON": '[["/elsewhere", "/"]]',
    "PYDEVD_FILTERS": '{"**/*.py": true}',
    "PYDEVD_FILTER_LIBRARIES": "1",
    "PYDEVD_USE_CYTHON": "YES",
    "PYDEVD_USE_FRAME_EVAL": "YES",
    "PYDEVD_USE_SYS_MONITORING": "NO",
}


@pytest.mark.parametrize("minor", PYTHONS)
def test_settings_of_another_debugger_in_the_environment_change_nothing(minor: str, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text("x = 1\nx = 2\n")
    with (
        started(tmp_path, python=PYTHONS[minor], environment=OF_ANOTHER_DEBUGGER) as interpreter,
        DebugSession(interpreter) as session,
    ):
        session.break_at(script, 2)
        session.configured()
        run = interpreter.start_file(script)
        thread = session.stopped()
        assert session.places(thread) == [("<module>", 2)]
        assert session.frames(thread)[0]["source"]["path"] == str(script)
        session.proceed(thread)
        assert interpreter.finish(run).status == "ok"
        interpreter.run("import os")
        for name, value in OF_ANOTHER_DEBUGGER.items():
            assert interpreter.run(f"os.environ[{name!r}]").result == repr(value)
