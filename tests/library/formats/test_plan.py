"""A load config is resolved to a plan before anything is carried out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from whiskertoolbox_python import DataManager
from whiskertoolbox_python.testing.loader_contract import load_config


def write(folder: Path, *entries: dict[str, Any]) -> Path:
    (folder / "config.json").write_text(json.dumps(entries), encoding="utf-8")
    return folder / "config.json"


ANGLE = {"data_type": "analog", "format": "csv", "name": "angle", "filepath": "angle.csv", "clock": "camera"}


def test_a_plan_says_from_where_how_and_onto_which_clock(tmp_path: Path) -> None:
    (tmp_path / "angle.csv").write_text("1\n", encoding="utf-8")
    plan = DataManager().plan_load(write(tmp_path, ANGLE))
    assert str(plan) == f"load angle: analog csv from {tmp_path / 'angle.csv'} on camera"


def test_a_plan_changes_nothing_and_reads_no_data(tmp_path: Path) -> None:
    (tmp_path / "angle.csv").write_text("this is not a number\n", encoding="utf-8")
    manager = DataManager()
    before = manager.revision
    assert manager.plan_load(write(tmp_path, ANGLE)).failures == []
    assert manager.revision == before


def test_a_plan_names_every_entry_that_cannot_be_loaded(tmp_path: Path) -> None:
    plan = DataManager().plan_load(write(tmp_path, ANGLE, {**ANGLE, "format": "cvs"}, {**ANGLE, "header": 1}))
    assert [failure.key for failure in plan.failures] == ["angle"] * 3
    assert "angle.csv does not exist" in plan.failures[0].reason
    assert 'did you mean "csv"?' in plan.failures[1].reason


def test_what_a_plan_refuses_is_what_a_load_refuses(tmp_path: Path) -> None:
    (tmp_path / "angle.csv").write_text("1\n", encoding="utf-8")
    config = write(tmp_path, ANGLE, {**ANGLE, "name": "gone", "filepath": "gone.csv"}, {**ANGLE, "clock": 5})
    manager = DataManager()
    planned = manager.plan_load(config).failures
    manager.setTime("camera", manager.getTime("time"))
    assert [str(failure) for failure in load_config(manager, config).failures] == [str(failure) for failure in planned]
