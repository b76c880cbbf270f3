"""What is evaluated and set in a frame changes what the code sees, or is answered with what is wrong."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.support.debug_session import DebugSession
from tests.support.interpreter_client import InterpreterClient
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.debug import SelectFrame
from whiskertoolbox_protocol.tables import ReadTable, TableView

SCRIPT = """\
import numpy as np
G = 1
grid = np.arange(6).reshape(2, 3)
def work():
    a = 1
    values = np.array([1.0, 2.0, 3.0])
    items = {"k": [1, 2]}
    print(a, G, values, items)
work()
print(G)
"""


class Stopped:
    """Code that stands in `work`, and what it prints when it goes on."""

    def __init__(self, interpreter: InterpreterClient, session: DebugSession, script: Path) -> None:
        self.interpreter = interpreter
        self.session = session
        script.write_text(SCRIPT)
        session.breakpoints(script, {"line": 8})
        session.configured()
        self.run = interpreter.start_file(script)
        self.thread = session.stopped()
        self.frame = session.frames(self.thread)[0]["id"]

    def locals(self) -> int:
        scopes = self.session.request("scopes", frameId=self.frame)["scopes"]
        reference: int = scopes[0]["variablesReference"]
        return reference

    def inside(self, name: str) -> int:
        variables = self.session.request("variables", variablesReference=self.locals())["variables"]
        (reference,) = [item["variablesReference"] for item in variables if item["name"] == name]
        return int(reference)

    def printed(self) -> list[str]:
        self.session.proceed(self.thread)
        assert self.interpreter.finish(self.run).status == "ok"
        return self.run.text().splitlines()


@pytest.fixture
def stopped(each_python: InterpreterClient, debugging: DebugSession, tmp_path: Path) -> Stopped:
    return Stopped(each_python, debugging, tmp_path / "work.py")


def test_a_global_of_the_module_is_assigned_to_from_a_function(stopped: Stopped) -> None:
    stopped.session.evaluate(stopped.thread, "G += 1")
    assert stopped.session.evaluate(stopped.thread, "G, globals()['G']") == "(2, 2)"
    assert stopped.printed()[-1] == "2"


@pytest.mark.parametrize(("name", "first"), [("values", ["1", "2", "3"]), ("grid", ["0", "3"])])
def test_arrays_of_the_frame_and_of_its_module_are_tables(stopped: Stopped, name: str, first: list[str]) -> None:
    stopped.interpreter.channel.notify(methods.DEBUG_SELECT_FRAME, SelectFrame(frame=stopped.frame))
    params = ReadTable(view=TableView(path=[name]), row_count=10, column_count=10)
    assert stopped.interpreter.ask(methods.TABLES_READ, params).cells[0] == first


def test_a_local_is_set_and_made(stopped: Stopped) -> None:
    stopped.session.evaluate(stopped.thread, "a = new = 5")
    assert stopped.session.evaluate(stopped.thread, "a, new") == "(5, 5)"
    assert stopped.printed()[0].startswith("5 1")


def test_a_variable_is_set_in_the_view(stopped: Stopped) -> None:
    answer = stopped.session.request("setVariable", variablesReference=stopped.locals(), name="a", value="a + 6")
    assert answer["value"] == "7"
    assert stopped.printed()[0].startswith("7 1")


def test_an_element_of_a_numpy_array_is_set_in_the_view(stopped: Stopped) -> None:
    answer = stopped.session.request("setVariable", variablesReference=stopped.inside("values"), name="[1]", value="20")
    assert float(answer["value"]) == 20
    assert "[ 1. 20.  3.]" in stopped.printed()[0]


def test_an_undefined_name_is_answered_as_a_failure_and_changes_nothing(stopped: Stopped) -> None:
    answer = stopped.session.ask("setVariable", variablesReference=stopped.locals(), name="a", value="nonsense")
    assert not answer["success"]
    assert "NameError" in answer["message"]
    assert stopped.printed()[0].startswith("1 1")
    assert stopped.run.text("stderr") == ""


def test_an_array_is_one_line_and_its_elements_come_in_pages(
    each_python: InterpreterClient, debugging: DebugSession, tmp_path: Path
) -> None:
    script = tmp_path / "work.py"
    script.write_text("import numpy as np\nlong = np.arange(100_000)\nprint()\n")
    debugging.breakpoints(script, {"line": 3})
    debugging.configured()
    run = each_python.start_file(script)
    thread = debugging.stopped()
    scopes = debugging.request("scopes", frameId=debugging.frames(thread)[0]["id"])["scopes"]
    shown = debugging.request("variables", variablesReference=scopes[0]["variablesReference"])["variables"]
    (long,) = [item for item in shown if item["name"] == "long"]
    assert long["indexedVariables"] == 100_000
    assert "int64" in long["value"]
    assert "\n" not in long["value"]
    page = debugging.request(
        "variables", variablesReference=long["variablesReference"], filter="indexed", start=50_000, count=2
    )["variables"]
    assert [(item["name"], item["evaluateName"]) for item in page] == [
        ("[50000]", "long[50000]"),
        ("[50001]", "long[50001]"),
    ]
    assert not {"In", "Out", "_ih", "get_ipython"}.intersection(item["name"] for item in shown)
    debugging.proceed(thread)
    assert each_python.finish(run).status == "ok"


SESSION = """\
import numpy as np
import whiskertoolbox_python as wt
dm.setTime("camera", wt.TimeFrame(range(0, 4000, 2)), overwrite=True)
values = np.arange(2000, dtype=np.float32) / 4
dm.setData("angle", wt.AnalogTimeSeries(values, range(2000)), "camera")
angle = dm.getData("angle")
numbers = np.arange(1000, dtype=np.int64)
print()
"""


def test_data_is_one_line_and_the_keys_of_the_session_stand_under_dm(
    each_python: InterpreterClient, debugging: DebugSession, tmp_path: Path
) -> None:
    script = tmp_path / "session.py"
    script.write_text(SESSION)
    debugging.breakpoints(script, {"line": 8})
    debugging.configured()
    run = each_python.start_file(script)
    thread = debugging.stopped()
    scopes = debugging.request("scopes", frameId=debugging.frames(thread)[0]["id"])["scopes"]

    def inside(reference: int) -> dict[str, dict[str, Any]]:
        found = debugging.request("variables", variablesReference=reference)["variables"]
        return {item["name"]: item for item in found}

    shown = inside(scopes[0]["variablesReference"])
    line = "AnalogTimeSeries 2,000 samples, clock of 2,000 times: 0, 0.25, 0.5, …"
    assert shown["angle"]["value"] == line
    assert shown["numbers"]["value"].endswith("ndarray (1000,) int64: 0, 1, 2, …")
    assert re.fullmatch(r"DataManager with \d+ keys", shown["dm"]["value"])
    keys = inside(shown["dm"]["variablesReference"])
    assert (keys["angle"]["value"], keys["angle"]["evaluateName"]) == (line, "dm.getData('angle')")
    columns = inside(keys["angle"]["variablesReference"])
    assert columns["values"]["evaluateName"] == "dm.getData('angle').values"
    assert columns["values"]["indexedVariables"] == 2000
    debugging.proceed(thread)
    assert each_python.finish(run).status == "ok"
