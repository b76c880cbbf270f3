"""Breakpoints in cells of notebooks and of the console stop in the cell, on each supported Python."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.debug_session import DebugSession
from tests.support.interpreter_client import InterpreterClient, started
from tests.support.pythons import PYTHONS

CELL = "vscode-notebook-cell:/work/My%20analysis.ipynb#W0sZmlsZQ%3D%3D"
OTHER = "vscode-notebook-cell:/work/My%20analysis.ipynb#W1sZmlsZQ%3D%3D"

FUNCTION = "def half(number):\n    result = number / 2\n    return result\n"


def break_in_cell(session: DebugSession, cell: str, text: str, *lines: int) -> list[dict[str, Any]]:
    return session.breakpoints(cell, *({"line": line} for line in lines), shown_text=text)


def places(session: DebugSession, thread: int) -> list[tuple[str, int]]:
    """(document, line) of each frame, innermost first."""
    return [(frame["source"]["path"], frame["line"]) for frame in session.frames(thread)]


@pytest.fixture
def session(each_python: InterpreterClient) -> Iterator[DebugSession]:
    with DebugSession(each_python) as session:
        yield session
        for cell in (CELL, OTHER):
            break_in_cell(session, cell, "")


def test_a_cell_stops_at_its_line_and_is_shown_there(each_python: InterpreterClient, session: DebugSession) -> None:
    text = "\n\nx = 1\n# a comment\ny = x + 1\nz = 3"
    (found,) = break_in_cell(session, CELL, text, 4)
    assert (found["verified"], found["line"], found["source"]["path"]) == (True, 5, CELL)
    session.configured()
    run = each_python.start_code(text, cell=CELL)
    thread = session.stopped()
    assert places(session, thread) == [(CELL, 5)]
    assert session.evaluate(thread, "x") == "1"
    session.request("next", threadId=thread)
    assert places(session, session.stopped()) == [(CELL, 6)]
    session.proceed(thread)
    assert each_python.finish(run).status == "ok"


@pytest.mark.parametrize("minor", PYTHONS)
def test_code_that_ran_before_the_first_session_stops_in_its_cell(minor: str, tmp_path: Path) -> None:
    with started(tmp_path, python=PYTHONS[minor]) as interpreter:
        assert interpreter.finish(interpreter.start_code(FUNCTION, cell=CELL)).status == "ok"
        with DebugSession(interpreter) as session:
            break_in_cell(session, CELL, FUNCTION, 2)
            session.configured()
            run = interpreter.start_code("half(3)", cell=OTHER)
            thread = session.stopped()
            assert places(session, thread) == [(CELL, 2), (OTHER, 1)]
            session.proceed(thread)
            assert interpreter.finish(run).status == "ok"
        assert run.result == "1.5"


def test_a_cell_that_is_run_again_stops_in_its_new_code_alone(
    each_python: InterpreterClient, session: DebugSession
) -> None:
    changed = "# it begins lower now\n\n" + FUNCTION
    session.configured()
    for text, keeping in ((FUNCTION, "old = half"), (changed, "new = half")):
        assert each_python.finish(each_python.start_code(text, cell=CELL)).status == "ok"
        each_python.run(keeping)
    break_in_cell(session, CELL, changed, 5)
    assert each_python.run("old(4)").result == "2.0"
    run = each_python.start_code("new(6)", cell=OTHER)
    thread = session.stopped()
    assert places(session, thread)[0] == (CELL, 5)
    session.proceed(thread)
    assert each_python.finish(run).status == "ok"


def test_a_breakpoint_counts_for_the_code_that_its_cell_has_next(
    each_python: InterpreterClient, session: DebugSession
) -> None:
    break_in_cell(session, CELL, FUNCTION, 2)
    session.configured()
    for _time in range(2):
        assert each_python.finish(each_python.start_code(FUNCTION, cell=CELL)).status == "ok"
        run = each_python.start_code("half(8)")
        thread = session.stopped()
        assert places(session, thread)[0] == (CELL, 2)
        session.proceed(thread)
        assert each_python.finish(run).status == "ok"


def test_old_code_of_a_cell_is_not_shown_as_what_the_cell_has_now(
    each_python: InterpreterClient, session: DebugSession
) -> None:
    session.configured()
    calling = "def through(call):\n    return call()\nkept = through\n"
    assert each_python.finish(each_python.start_code(calling, cell=CELL)).status == "ok"
    assert each_python.finish(each_python.start_code("changed = 1", cell=CELL)).status == "ok"
    break_in_cell(session, OTHER, "kept(lambda: 1 +\n1)", 1)
    run = each_python.start_code("kept(lambda: 1 +\n1)", cell=OTHER)
    thread = session.stopped()
    session.request("stepIn", threadId=thread)
    session.stopped()
    assert CELL not in [document for document, _ in places(session, thread)]
    break_in_cell(session, OTHER, "")
    session.proceed(thread)
    assert each_python.finish(run).status == "ok"


def test_a_cell_that_shows_code_of_a_file_sends_to_the_file(session: DebugSession) -> None:
    answer = session.request("setBreakpoints", source={"path": CELL}, breakpoints=[{"line": 1}])
    (refused,) = answer["breakpoints"]
    assert not refused["verified"]
    assert "file" in refused["message"]


def test_lines_of_a_cell_are_counted_from_its_first_also_when_that_is_blank(each_python: InterpreterClient) -> None:
    run = each_python.start_code("\n\n1 / 0", cell=CELL)
    assert each_python.finish(run).status == "error"
    assert "line 3" in run.error.traceback
    assert "----> 3" in run.error.traceback


def test_of_many_cells_the_last_are_known_and_those_with_breakpoints(
    each_python: InterpreterClient, session: DebugSession
) -> None:
    def cell(number: int) -> str:
        return f"{CELL}{number}"

    session.configured()
    run = each_python.start_code(FUNCTION.replace("half", "kept"), cell=OTHER)
    assert each_python.finish(run).status == "ok"
    break_in_cell(session, OTHER, FUNCTION, 2)
    with each_python.limited("debug.cells", MOST_CELLS=8):
        for number in range(9):
            assert each_python.finish(each_python.start_code(FUNCTION, cell=cell(number))).status == "ok"
    known = each_python.run(
        "import gc\nsorted({item.uri for item in gc.get_objects() if type(item).__name__ == 'NamedCell'})"
    ).result
    assert (cell(0) + "'" in known, cell(1) + "'" in known, OTHER in known) == (False, True, True)
    run = each_python.start_code("half(4) + kept(2)", cell=CELL)
    thread = session.stopped()
    assert places(session, thread)[0] == (OTHER, 2)
    session.proceed(thread)
    assert each_python.finish(run).status == "ok"
