"""`dm.origin`: the file, the line of code and the time that a key came from."""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
import time
from pathlib import Path

import pytest

import whiskertoolbox_python as wt
from tests.support.processes import DAEMON
from whiskertoolbox_python.types.origin import Origin

HERE = __file__
SCRIPT = """import whiskertoolbox_python as wt

with wt.DataManager.open("session") as dm:
    dm.setData(
        "angle", wt.AnalogTimeSeries([1.5, 2.5], 2), "time"
    )
    list(map(lambda key: dm.setData(key, wt.LineData(), "time"), ["lines"]))
"""


@pytest.fixture(params=["memory", "disk"])
def dm(request: pytest.FixtureRequest, tmp_path: Path) -> wt.DataManager:
    return wt.DataManager() if request.param == "memory" else wt.DataManager.open(tmp_path / "session")


def origin(dm: wt.DataManager, key: str) -> Origin:
    found = dm.origin(key)
    assert found is not None
    return found


def test_a_key_comes_from_the_line_that_stored_it(dm: wt.DataManager) -> None:
    before = time.time()
    dm.setData("licks", wt.DigitalEventSeries([1]), "time")
    line = sys._getframe().f_lineno - 1
    found = origin(dm, "licks")
    assert (found.file, found.script, found.line) == ("", HERE, line)
    assert before - 1 <= found.time_s <= time.time() + 1
    assert str(found).startswith(f"{HERE}:{line}, 20")


def test_a_loaded_key_comes_from_its_file_and_from_the_line_that_loaded_it(dm: wt.DataManager, tmp_path: Path) -> None:
    (tmp_path / "licks.csv").write_text("10\n20\n")
    dm.load_file(tmp_path / "licks.csv", data_type="digital_event", format="csv")
    assert (origin(dm, "licks").file, origin(dm, "licks").script) == (str(tmp_path / "licks.csv"), HERE)
    dm.setData("more", wt.LineData(), "time")
    assert origin(dm, "more").file == ""


def test_each_entry_of_a_load_config_comes_from_its_own_file(dm: wt.DataManager, tmp_path: Path) -> None:
    entries = [
        {"data_type": "digital_event", "format": "csv", "name": name, "filepath": f"{name}.csv"} for name in ("a", "b")
    ]
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("10\n20\n")
    (tmp_path / "recording.json").write_text(json.dumps(entries))
    dm.load(tmp_path / "recording.json")
    assert [Path(origin(dm, key).file).name for key in ("a", "b")] == ["a.csv", "b.csv"]


def test_what_a_transform_made_comes_from_the_line_that_ran_it(dm: wt.DataManager) -> None:
    dm.setData("angle", wt.AnalogTimeSeries([0, 2, 0], 3), "time")
    dm.run_transform("Threshold Event Detection", "angle", "touches", threshold_value=1)
    assert (origin(dm, "touches").script, origin(dm, "touches").line) == (HERE, sys._getframe().f_lineno - 1)


def test_another_process_and_another_day_know_it(tmp_path: Path) -> None:
    script = tmp_path / "storing.py"
    script.write_text(SCRIPT, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(DAEMON)}
    subprocess.run([sys.executable, script.name], cwd=tmp_path, env=environment, check=True)
    with wt.DataManager.open(tmp_path / "session") as dm:
        assert (origin(dm, "angle").script, origin(dm, "angle").line) == (str(script), 4)
        assert (origin(dm, "lines").script, origin(dm, "lines").line) == (str(script), 7)
        dm.getData("angle").attributes = {"unit": "deg"}
        dm.rename_data("lines", "whiskers")
        dm.snapshot(tmp_path / "copy")
    with wt.DataManager.open(tmp_path / "copy", read_only=True) as dm:
        assert [origin(dm, key).line for key in ("angle", "whiskers")] == [4, 7]


def test_what_is_replaced_comes_from_the_line_that_replaced_it(dm: wt.DataManager, tmp_path: Path) -> None:
    script = tmp_path / "twice.py"
    script.write_text(
        "dm.setData('x', wt.LineData(), 'time')\ndm.setData('x', wt.PointData(), 'time')\n", encoding="utf-8"
    )
    runpy.run_path(str(script), {"dm": dm, "wt": wt})
    assert (origin(dm, "x").script, origin(dm, "x").line) == (str(script), 2)


def test_code_that_is_in_no_file_is_named_by_its_input_or_not_at_all(dm: wt.DataManager) -> None:
    for name, expected in (("<ipython-input-3-1a2b>", "In [3]"), ("<string>", "")):
        exec(compile("dm.setData('x', wt.LineData(), 'time')", name, "exec"), {"dm": dm, "wt": wt, "__name__": "m"})
        assert origin(dm, "x").script == expected
        assert origin(dm, "x").line == (1 if expected else 0)


def test_what_the_command_line_stores_is_stored_by_no_code_of_the_users(dm: wt.DataManager) -> None:
    started_by_python_m = {"dm": dm, "wt": wt, "__name__": "__main__", "__package__": "whiskertoolbox_daemon"}
    exec(compile("dm.setData('x', wt.LineData(), 'time')", "/lib/cli.py", "exec"), started_by_python_m)
    assert (origin(dm, "x").script, origin(dm, "x").line) == ("", 0)


def test_a_path_that_no_system_has_is_not_kept(dm: wt.DataManager) -> None:
    code = compile("dm.setData('x', wt.LineData(), 'time')", "/" + "x" * 10_000, "exec")
    exec(code, {"dm": dm, "wt": wt, "__name__": "m"})
    assert origin(dm, "x").script == ""


def test_there_is_none_of_what_no_call_has_stored(dm: wt.DataManager) -> None:
    assert dm.origin("media") is None
    assert dm.origin("no such key") is None


@pytest.mark.parametrize(
    "stored", [None, 3, {}, {"file": 1, "script": "", "line": 1, "time_s": 1}, {"file": "", "script": "", "line": "1"}]
)
def test_what_a_stranger_has_stored_is_passed_over(stored: object) -> None:
    assert Origin.from_json(stored) is None


def test_a_time_that_no_calendar_has_is_not_shown() -> None:
    assert str(Origin("", "/x.py", 1, float("inf"))) == "/x.py:1"
