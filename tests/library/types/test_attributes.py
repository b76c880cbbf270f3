"""What is known of data beside the numbers is kept with them."""

import copy
import json
import pickle
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from whiskertoolbox_python import AnalogTimeSeries, DataManager, DigitalEventSeries, LoadError
from whiskertoolbox_python.containers.exporting import export_file

LFP = {"unit": "mV", "electrode": {"location": "S1", "depth": 850.5, "sites": (1, 2)}}


@pytest.fixture
def session(tmp_path: Path) -> Path:
    with DataManager.open(tmp_path / "session") as manager:
        lfp = AnalogTimeSeries([1, 2, 3], 3)
        lfp.attributes = LFP
        manager.setData("lfp", lfp, "time")
        manager.setData("licks", DigitalEventSeries([1, 5]), "time")
    return tmp_path / "session"


def attributes(path: Path, key: str = "lfp") -> Any:
    with DataManager.open(path, read_only=True) as manager:
        return manager.getData(key).attributes


def test_attributes_are_there_when_the_session_is_opened_again(session: Path) -> None:
    assert attributes(session) == LFP
    assert attributes(session, "licks") == {}


def test_snapshots_and_copies_have_the_attributes(session: Path, tmp_path: Path) -> None:
    with DataManager.open(session) as manager:
        manager.snapshot(tmp_path / "snapshot")
        manager.save_as(tmp_path / "copy").close()
        manager.copy_data("lfp", "again")
        manager.rename_data("lfp", "potential")
    assert attributes(tmp_path / "snapshot") == attributes(tmp_path / "copy") == LFP
    assert attributes(session, "again") == attributes(session, "potential") == LFP


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))])
def test_a_copy_of_attributes_is_a_dict_of_the_users_own(duplicate: Callable[[Any], Any]) -> None:
    lfp = AnalogTimeSeries([1], 1)
    lfp.attributes = LFP
    made = duplicate(lfp.attributes)
    made["electrode"]["depth"] = 900
    assert made == {"unit": "mV", "electrode": {"location": "S1", "depth": 900, "sites": [1, 2]}}
    assert lfp.attributes == LFP


def test_a_change_of_attributes_is_stored_and_seen_by_who_has_the_object_in_hand(session: Path) -> None:
    with DataManager.open(session) as mine, DataManager.open(session) as other:
        in_hand = other.getData("lfp")
        mine.getData("lfp").attributes = {**LFP, "unit": "uV"}
        mine.flush()
        other.refresh()
        assert in_hand.attributes == {**LFP, "unit": "uV"}
    assert attributes(session)["unit"] == "uV"


def test_data_that_are_changed_keep_their_attributes(session: Path) -> None:
    with DataManager.open(session) as manager:
        licks = manager.getData("licks")
        licks.attributes = {"description": "tongue"}
        licks.addEvent(7)
    assert attributes(session, "licks") == {"description": "tongue"}


def test_a_part_of_data_has_the_attributes_of_the_whole(session: Path) -> None:
    with DataManager.open(session) as manager:
        assert manager.getData("lfp").restrict(0, 1).attributes == LFP


@pytest.mark.parametrize("place", ["attributes", "within"])
def test_attributes_are_replaced_and_say_so_when_they_are_changed(session: Path, place: str) -> None:
    found = attributes(session)
    with pytest.raises(TypeError, match=r"data\.attributes = \{\*\*data\.attributes"):
        (found if place == "attributes" else found["electrode"])["depth"] = 3
    with pytest.raises(TypeError, match="read-only"):
        found.update(unit="V")


def test_numbers_of_numpy_become_pythons_own() -> None:
    lfp = AnalogTimeSeries([1], 1)
    lfp.attributes = {"gain": np.float32(0.5), "sites": np.arange(2), "good": np.True_}
    assert json.dumps(lfp.attributes) == '{"gain": 0.5, "sites": [0, 1], "good": true}'


def endless() -> dict[str, Any]:
    found: dict[str, Any] = {}
    found["again"] = found
    return found


@pytest.mark.parametrize(
    ("wrong", "error", "said"),
    [
        ("mV", TypeError, "a mapping, such as"),
        ({1: "mV"}, TypeError, "the name 1 is int, not text"),
        ({"a": {"b": [object()]}}, TypeError, r"\['a'\]\['b'\]\[0\] is object"),
        ({"notes": "x" * 300_000}, ValueError, "store what is large as data"),
        (endless(), ValueError, "contain themselves"),
    ],
    ids=["text", "name", "object", "large", "endless"],
)
def test_what_cannot_be_kept_is_refused_and_changes_nothing(wrong: Any, error: type[Exception], said: str) -> None:
    lfp = AnalogTimeSeries([1], 1)
    lfp.attributes = LFP
    with pytest.raises(error, match=said):
        lfp.attributes = wrong
    assert lfp.attributes == LFP


@pytest.mark.parametrize("stranger", [5, "mV", [1], None])
def test_attributes_of_a_strangers_session_that_make_no_sense_are_passed_over(session: Path, stranger: Any) -> None:
    connection = sqlite3.connect(session / "catalogue.sqlite")
    connection.execute("UPDATE entries SET attributes = ? WHERE key = 'lfp'", (json.dumps({"about": stranger}),))
    connection.commit()
    connection.close()
    assert attributes(session) == {}


def test_a_load_config_gives_attributes_beside_those_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "lfp.csv").write_text("1\n2\n")
    entry = {"data_type": "analog", "format": "csv", "filepath": "lfp.csv", "name": "lfp", "attributes": LFP}
    (tmp_path / "recording.json").write_text(json.dumps([entry]))
    manager = DataManager()
    manager.load(tmp_path / "recording.json")
    assert manager.getData("lfp").attributes == LFP
    with pytest.raises(LoadError, match='"attributes": attributes are a mapping'):
        manager.load_file(tmp_path / "lfp.csv", data_type="analog", format="csv", name="b", attributes=["mV"])


def test_a_folder_of_csv_files_reads_attributes_back(session: Path, tmp_path: Path) -> None:
    with DataManager.open(session) as manager:
        export_file(manager, tmp_path / "out", keys=["lfp", "licks"])
    again = DataManager()
    again.load(tmp_path / "out" / "recording.json")
    assert again.getData("lfp").attributes == LFP
    assert again.getData("licks").attributes == {}
