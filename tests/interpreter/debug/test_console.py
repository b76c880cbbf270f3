"""The console where code stands is a whole console, on each supported Python."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.debug_session import DebugSession
from tests.support.interpreter_client import InterpreterClient, Run, started
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.channel import RequestError
from whiskertoolbox_protocol.debug import SelectFrame
from whiskertoolbox_protocol.execution import CompleteCode
from whiskertoolbox_protocol.interpreter import InterruptRun
from whiskertoolbox_protocol.variables import ListVariables

SCRIPT = """\
import numpy as np
G = 1
def bump():
    global G
    G += 1
def inner(values, gain):
    scaled = values * gain
    return scaled, G
def outer():
    trial = "first"
    return inner(np.arange(3), 2)
answer = outer()
print("went on", *answer[0], answer[1])
"""


@dataclass
class Stop:
    """Code that stands in `inner`."""

    client: InterpreterClient
    session: DebugSession
    thread: int
    run: Run

    @classmethod
    def at(cls, client: InterpreterClient, session: DebugSession, script: Path, line: int) -> Stop:
        """Run a script up to a line."""
        session.break_at(script, line)
        session.configured()
        run = client.start_file(script)
        return cls(client, session, session.stopped(), run)

    def types(self, code: str) -> Run:
        cell = self.client.start_in_frame(code)
        self.client.finish(cell)
        return cell

    def go_on(self) -> str:
        self.session.proceed(self.thread)
        assert self.client.finish(self.run).status == "ok", self.run.outputs
        return self.run.text()


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "console.py"
    path.write_text(SCRIPT)
    return path


@pytest.fixture
def stop(each_python: InterpreterClient, debugging: DebugSession, script: Path) -> Iterator[Stop]:
    standing = Stop.at(each_python, debugging, script, 8)
    yield standing
    debugging.break_at(script)
    if not standing.run.answer.done():
        debugging.proceed(standing.thread)
        each_python.finish(standing.run)


def test_what_is_printed_and_shown_belongs_to_what_was_typed(stop: Stop) -> None:
    typed = stop.types("print('sum', scaled.sum())\nvalues.tolist()")
    assert typed.text() == "sum 6\n"
    assert typed.result == "[0, 1, 2]"
    assert stop.go_on() == "went on 0 2 4 1\n"


def test_an_assignment_changes_the_variable_of_the_frame_and_of_its_module(stop: Stop) -> None:
    stop.types("scaled = scaled + 1")
    stop.types("G += 1; bump(); assert G == 3")
    assert stop.go_on() == "went on 1 3 5 3\n"


def test_lambdas_classes_and_functions_that_are_typed_see_the_frame(stop: Stop) -> None:
    typed = stop.types(
        "new = 4\n"
        "class Of:\n    sum = [int(v) * gain + new for v in values]\n"
        "def later(): return new + G + gain\n"
        "new = 5\n"
        "Of.sum, (lambda: gain)(), later()"
    )
    assert typed.result == "([4, 6, 8], 2, 8)"
    assert stop.types("later()").result == "8"


def test_data_objects_of_the_frame_are_stored_under_the_names_that_it_has_for_them(stop: Stop) -> None:
    stop.types("licks = wt.DigitalEventSeries([1, 2]); G = wt.DigitalEventSeries([3])")
    typed = stop.types('dm.import_new({**globals(), **locals()}, "time")')
    assert typed.result == "['G', 'licks']"
    assert stop.types("len(dm.getData('licks').toList())").result == "2"
    stop.types("dm.deleteData('G'); dm.deleteData('licks'); G = 1")


def test_an_error_is_shown_where_it_was_typed_and_nothing_ends(stop: Stop) -> None:
    failing = stop.types("scaled / nonsense")
    assert (failing.error.name, "nonsense" in failing.error.message) == ("NameError", True)
    assert "pydevd" not in failing.error.traceback
    assert stop.go_on() == "went on 0 2 4 1\n"


def test_magics_and_shell_commands_see_the_frame(stop: Stop) -> None:
    assert stop.types("!echo gain is {gain}").text() == "gain is 2\n"
    assert "CPU times" in stop.types("%time total = int(scaled.sum())").text()
    assert stop.types("total").result == "6"
    assert "loop" in stop.types("%timeit -n 1 -r 1 scaled.sum() + G").text()
    assert "scaled" in stop.types("%who").text()
    assert "ndarray" in stop.types("scaled?").text()


def test_a_breakpoint_in_what_is_called_does_not_stop_again(stop: Stop) -> None:
    assert stop.types("inner(values, 3)[0].tolist(), breakpoint()").result == "([0, 3, 6], None)"
    assert stop.go_on() == "went on 0 2 4 1\n"


def test_names_of_the_session_are_at_hand_and_the_last_value_too(stop: Stop) -> None:
    stop.types("21 * 2")
    assert stop.types("_, type(dm).__name__").result == "(42, 'DataManager')"


def test_another_frame_is_the_consoles_when_it_is_selected(stop: Stop) -> None:
    outer = stop.session.frames(stop.thread)[1]["id"]
    stop.client.channel.notify(methods.DEBUG_SELECT_FRAME, SelectFrame(frame=outer))
    assert stop.types("trial").result == "'first'"
    listed = stop.client.ask(methods.VARIABLES_LIST, ListVariables())
    assert listed.frame == "outer(), line 11 of console.py"
    assert [variable.name for variable in listed.variables] == ["trial"]


def test_the_variables_are_those_of_the_frame_until_the_code_goes_on(stop: Stop) -> None:
    listed = stop.client.ask(methods.VARIABLES_LIST, ListVariables())
    assert listed.frame == "inner(), line 8 of console.py"
    assert [variable.name for variable in listed.variables] == ["gain", "scaled", "values"]
    stop.go_on()
    listed = stop.client.ask(methods.VARIABLES_LIST, ListVariables())
    assert (listed.frame, "answer" in [item.name for item in listed.variables]) == ("", True)


def test_completion_and_hover_know_the_frames_variables(stop: Stop) -> None:
    assert "scaled" in stop.client.complete("scal")
    assert "gain" in stop.client.complete("inner(values, ga")
    found = stop.client.ask(methods.INSPECT, CompleteCode(code="scaled", cursor=3))
    assert (found.type, found.expression) == ("ndarray", "scaled")


def test_an_interrupt_ends_a_long_evaluation_and_the_code_goes_on_standing(stop: Stop) -> None:
    cell = stop.client.start_in_frame("print('begun')\nwhile True: pass")
    stop.client.wait_for_text(cell, "begun")
    stop.client.ask(methods.INTERPRETER_INTERRUPT, InterruptRun(run_id=cell.run_id))
    assert stop.client.finish(cell).status == "interrupted"
    assert cell.error.name == "KeyboardInterrupt"
    stop.client.ask(methods.INTERPRETER_INTERRUPT, InterruptRun(run_id=cell.run_id))  # it is over: nothing happens
    assert stop.types("gain").result == "2"
    assert stop.go_on() == "went on 0 2 4 1\n"


def test_what_is_typed_when_nothing_stands_is_refused(each_python: InterpreterClient) -> None:
    with pytest.raises(RequestError, match="not stopped"):
        each_python.finish(each_python.start_in_frame("1"))


def test_a_thread_that_stands_is_looked_at_and_interrupted_too(
    each_python: InterpreterClient, debugging: DebugSession, script: Path
) -> None:
    script.write_text(
        "import threading\ndef work(part):\n    done = part * 2\n    print('done', done)\n"
        "thread = threading.Thread(target=work, args=(4,))\nthread.start()\nthread.join()\n"
    )
    stop = Stop.at(each_python, debugging, script, 4)
    assert stop.types("done += 1; print(threading.current_thread() is thread)").text() == "True\n"
    cell = each_python.start_in_frame("print('begun')\nwhile True: pass")
    each_python.wait_for_text(cell, "begun")
    each_python.ask(methods.INTERPRETER_INTERRUPT, InterruptRun(run_id=cell.run_id))
    assert each_python.finish(cell).status == "interrupted"
    assert stop.go_on() == "done 9\n"
    # Python 3.11 hung here once at the first stop of another thread.
    script.write_text("inside = 1\nprint(inside)\n")
    debugging.break_at(script, 2)
    again = each_python.start_file(script)
    assert Stop(each_python, debugging, debugging.stopped(), again).go_on() == "1\n"


def test_figures_that_the_code_has_open_stay_its_own(tmp_path: Path) -> None:
    script = tmp_path / "figures.py"
    script.write_text(
        "import matplotlib.pyplot as plt\nfirst = plt.figure(figsize=(1, 1))\nplt.plot([1, 2])\n"
        "print(plt.gcf() is first)\n"
    )
    with started(tmp_path) as client, DebugSession(client) as session:
        stop = Stop.at(client, session, script, 4)
        assert stop.types("first.number").displays[0].data["text/plain"] == "1"
        (shown,) = stop.types("plt.plot([3, 4]);").displays
        assert "image/png" in shown.data
        assert stop.go_on() == "True\n"
        assert len(stop.run.displays) == 1


def test_the_console_at_a_stop_uses_the_streams_of_the_session(
    each_python: InterpreterClient, debugging: DebugSession, script: Path
) -> None:
    script.write_text(
        "import contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()) as text:\n    print('kept')\n"
        "    inside = 1\nprint(text.getvalue())\n"
    )
    stop = Stop.at(each_python, debugging, script, 4)
    assert stop.types("print('typed')").text() == "typed\n"
    assert stop.go_on() == "kept\n\n"
