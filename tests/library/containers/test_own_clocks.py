"""What is loaded carries the clock that its file gives; an entry is on it unless it names another."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from whiskertoolbox_python import DataManager, LoadError, TimeFrame
from whiskertoolbox_python.formats.report import LoadReport
from whiskertoolbox_python.testing.loader_contract import load_config

SPEED = {"data_type": "analog", "format": "table_csv", "part": "speed", "name": "speed", "filepath": "treadmill.csv"}
TORQUE = {**SPEED, "part": "torque", "name": "torque"}
TICKS = [0, 500_000_000, 1_250_000_000]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "treadmill.csv").write_text("time,speed,torque\n0.0,1,4\n0.5,2,5\n1.25,3,6\n", encoding="utf-8")
    return tmp_path


def config(folder: Path, *entries: dict[str, Any]) -> Path:
    (folder / "config.json").write_text(json.dumps(entries), encoding="utf-8")
    return folder / "config.json"


def load(manager: DataManager, folder: Path, *entries: dict[str, Any]) -> LoadReport:
    return load_config(manager, config(folder, *entries))


def test_an_entry_without_a_clock_is_on_the_one_that_its_file_gives(folder: Path) -> None:
    manager = DataManager()
    report = load(manager, folder, SPEED, TORQUE)
    assert (report.failures, report.warnings) == ([], [])
    assert report.made == ["treadmill_time", "speed", "torque"]
    assert [manager.getTimeKey(key) for key in ("speed", "torque")] == ["treadmill_time"] * 2
    clock = manager.getTime("treadmill_time")
    assert clock is not None
    assert (clock.times.tolist(), clock.ticks_per_second) == (TICKS, 1e9)


def test_a_file_loaded_without_a_config_is_on_its_clock_too(folder: Path) -> None:
    manager = DataManager()
    options: dict[str, Any] = {"data_type": "analog", "format": "table_csv", "part": "speed"}
    assert manager.load_file(folder / "treadmill.csv", **options) == ["treadmill"]
    assert manager.getTimeKey("treadmill") == "treadmill_time"
    manager.load_file(folder / "treadmill.csv", clock="time", **options)
    assert manager.getTimeKey("treadmill") == "time"


def test_an_entry_that_names_a_clock_is_on_that_one_and_the_file_gives_none(folder: Path) -> None:
    manager = DataManager()
    report = load(manager, folder, {**SPEED, "clock": "time"})
    assert report.made == ["speed"]
    assert manager.getTimeKey("speed") == "time"
    assert manager.getTimeFrameKeys() == ["time"]


def test_a_clock_of_that_name_with_other_times_stays_and_the_entry_says_so(folder: Path) -> None:
    manager = DataManager()
    manager.setTime("treadmill_time", TimeFrame([1, 2]))
    report = load(manager, folder, SPEED, {**TORQUE, "clock": "time"})
    (failure,) = report.failures
    assert 'another clock "treadmill_time"' in failure.reason
    assert "(2 and 3 ticks)" in failure.reason
    assert "treadmill.csv" in failure.reason
    assert report.made == ["torque"]
    clock = manager.getTime("treadmill_time")
    assert clock is not None
    assert clock.times.tolist() == [1, 2]
    with pytest.raises(LoadError, match="another clock"):
        manager.load_file(folder / "treadmill.csv", data_type="analog", format="table_csv", part="speed")


def test_a_clock_that_is_there_but_empty_is_filled(folder: Path) -> None:
    manager = DataManager()
    (folder / "config.json").write_text(json.dumps({"clocks": ["treadmill_time"], "data": [SPEED]}), encoding="utf-8")
    assert load_config(manager, folder / "config.json").failures == []
    clock = manager.getTime("treadmill_time")
    assert clock is not None
    assert clock.times.tolist() == TICKS


def test_loading_twice_changes_no_clock(folder: Path) -> None:
    manager = DataManager()
    load(manager, folder, SPEED)
    assert load(manager, folder, SPEED, TORQUE).failures == []


def test_a_part_that_is_put_on_the_clock_time_stays_there_when_its_config_is_loaded(folder: Path) -> None:
    preview = DataManager.preview_file(folder / "treadmill.csv").chosen(clocks={"time": "time"})
    manager = DataManager()
    load(manager, folder, *preview.entries())
    assert {manager.getTimeKey(key) for key in ("speed", "torque")} == {"time"}


def test_a_plan_says_that_the_file_gives_the_clock(folder: Path) -> None:
    plan = DataManager().plan_load(config(folder, SPEED))
    assert str(plan).endswith("on the clock of the file")
