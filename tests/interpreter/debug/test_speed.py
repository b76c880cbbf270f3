"""What a breakpoint costs in code of other files, on each supported Python."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.debug_session import DebugSession
from tests.support.interpreter_client import InterpreterClient
from whiskertoolbox_protocol.execution import CodePlace

TRACED = "import sys, threading\nsys.gettrace() is not None or threading._trace_hook is not None"
COUNT = """\
import sys, threading
reported = 0
class Counted(threading.local):
    def __getattribute__(self, name):
        global reported
        reported += 1
        return super().__getattribute__(name)
name = "._pydevd_sys_monitoring._pydevd_sys_monitoring"
modules = [module for key, module in sys.modules.items() if f".{key}".endswith(name)]
for pydevds in modules:
    before, pydevds._thread_local_info = pydevds._thread_local_info, Counted()
"""
"""pydevd looks there at each call of which Python tells it."""
FORGET = "for pydevds in modules:\n    pydevds._thread_local_info = before"
LINES = 50
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


def test_it_is_said_when_all_code_is_traced(each_python: InterpreterClient, debugging: DebugSession) -> None:
    debugging.configured()
    needs_tracing = each_python.run("import sys\nnot hasattr(sys, 'monitoring')").result == "True"
    debugging.request("setExceptionBreakpoints", filters=["raised"])
    each_python.wait_until(lambda: each_python.traced == needs_tracing, "that all code is traced")
    debugging.request("setExceptionBreakpoints", filters=[])
    each_python.wait_until(lambda: not each_python.traced, "that it is not any more")


def calls_of_the_debugger(interpreter: InterpreterClient) -> int:
    """How often it is called while some console lines run, once it has seen them run."""
    interpreter.run(COUNT)
    for _ in range(LINES):
        interpreter.run("1")
    interpreter.run("counted = reported")
    for _ in range(LINES):
        interpreter.run("1")
    reported = int(interpreter.run("reported - counted").result)
    interpreter.run(FORGET)
    return reported


def test_a_breakpoint_elsewhere_costs_a_console_line_no_calls_of_the_debugger(
    each_python: InterpreterClient, debugging: DebugSession, module: Path
) -> None:
    debugging.break_at(module, 3)
    debugging.configured()
    assert calls_of_the_debugger(each_python) < 10 * LINES


def test_code_that_was_stepped_through_costs_no_more_than_other_code(
    each_python: InterpreterClient, debugging: DebugSession, module: Path
) -> None:
    debugging.break_at(module, 1)
    debugging.configured()
    run = each_python.start_code("import threading\n", CodePlace(path=str(module), line=0))
    thread = debugging.stopped()
    debugging.request("next", threadId=thread)  # beyond the last line, through all that runs it
    assert each_python.finish(run).status == "ok"
    assert calls_of_the_debugger(each_python) < 10 * LINES
