"""What a breakpoint costs in code of other files, on each supported Python."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.debug_session import DebugSession
from tests.support.interpreter_client import InterpreterClient
from whiskertoolbox_protocol.execution import CodePlace

TRACED = "import sys, threading\nsys.gettrace() is not None or threading._trace_hook is not None"
PASSES = """\
import threading
def called(n):
    doubled = 2 * n
    return doubled
def generated():
    yield 1
    yield 2
class Held:
    @property
    def value(self):
        return [called(n) for n in range(2)]
"""


@pytest.fixture
def module(tmp_path: Path) -> Path:
    path = tmp_path / f"passes_{tmp_path.name}.py"
    path.write_text(PASSES)
    return path


def test_a_breakpoint_traces_nothing_before_it_is_met(
    each_python: InterpreterClient, debugging: DebugSession, module: Path
) -> None:
    debugging.break_at(module, 3)
    debugging.configured()
    assert each_python.run(TRACED).result == "False"


def test_code_that_goes_on_after_a_breakpoint_is_no_longer_traced(
    each_python: InterpreterClient, debugging: DebugSession, module: Path
) -> None:
    debugging.break_at(module, 3)
    debugging.configured()
    run = each_python.start_code(f"{PASSES}called(1)\n{TRACED}", CodePlace(path=str(module), line=0))
    thread = debugging.stopped()
    debugging.request("next", threadId=thread)
    assert debugging.places(debugging.stopped())[0] == ("called", 4)
    debugging.proceed(thread)
    assert each_python.finish(run).status == "ok"
    assert run.result == "False"


@pytest.mark.parametrize(
    ("line", "call"),
    [
        (3, "called(1)"),
        (7, "list(generated())"),
        (11, "Held().value"),
        (3, "thread = threading.Thread(target=called, args=(1,))\nthread.start()\nthread.join()"),
    ],
)
def test_functions_that_were_there_before_their_breakpoint_stop(
    each_python: InterpreterClient, debugging: DebugSession, module: Path, line: int, call: str
) -> None:
    each_python.run_file(module)
    debugging.break_at(module, line)
    debugging.configured()
    run = each_python.start_code(call)
    thread = debugging.stopped()
    assert debugging.places(thread)[0][1] == line
    debugging.break_at(module)
    debugging.proceed(thread)
    assert each_python.finish(run).status == "ok"


@pytest.mark.parametrize("how", ["import {name}", "exec(compile(open({path!r}).read(), {path!r}, 'exec'))"])
def test_what_is_imported_or_compiled_by_code_stops(
    each_python: InterpreterClient, debugging: DebugSession, module: Path, how: str
) -> None:
    debugging.break_at(module, 8)
    debugging.configured()
    statement = how.format(name=module.stem, path=str(module))
    run = each_python.start_code(f"import sys\nsys.path.insert(0, {str(module.parent)!r})\n{statement}")
    thread = debugging.stopped()
    assert debugging.places(thread)[0] == ("<module>", 8)
    debugging.break_at(module)
    debugging.proceed(thread)
    assert each_python.finish(run).status == "ok"


def test_a_function_is_as_it_was_after_the_session(each_python: InterpreterClient, module: Path) -> None:
    each_python.run_file(module)
    each_python.run("before = called.__code__")
    with DebugSession(each_python) as session:
        session.break_at(module, 3)
        session.configured()
        each_python.run("1")
    assert each_python.run("called.__code__ is before").result == "True"


def test_code_that_runs_when_its_breakpoint_is_set_stops(
    each_python: InterpreterClient, debugging: DebugSession, module: Path
) -> None:
    module.write_text("print('started')\nn = 0\nwhile n < 1e12:\n    n += 1\n    if n < 0:\n        break\n")
    debugging.configured()
    run = each_python.start_file(module)
    each_python.wait_for_text(run, "started")
    debugging.break_at(module, 4)
    thread = debugging.stopped()
    assert debugging.places(thread)[0] == ("<module>", 4)
    debugging.break_at(module)
    debugging.evaluate(thread, "n = 1e13")
    debugging.proceed(thread)
    assert each_python.finish(run).status == "ok"
    assert each_python.run(TRACED).result == "False"
