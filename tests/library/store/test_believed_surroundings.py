"""What a catalogue says of identities, clocks, groups, and of how things were made, is not believed either."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support.strangers import edit, one_of_each, put
from whiskertoolbox_python import AnalogTimeSeries, DataManager, DigitalEventSeries
from whiskertoolbox_python.errors import DamagedStoreError

HUGE = 1 << 62


@pytest.fixture
def full(tmp_path: Path) -> Path:
    """Return a session with an object of each type, closed."""
    return one_of_each(tmp_path / "session")


class TestIdentities:
    WRONG = (
        {"count": HUGE, "first_id": 1},
        {"count": 1 << 40, "first_id": 1},
        {"count": -1, "first_id": 1},
        {"count": 3, "first_id": HUGE * 2 - 2},
        {"count": "3"},
        {"count": 3.0, "first_id": 1},
    )

    @pytest.mark.parametrize("attributes", WRONG, ids=str)
    def test_numbers_of_identities_that_would_fill_the_memory_are_not_counted_out(
        self, full: Path, attributes: dict[str, Any]
    ) -> None:
        edit(
            full,
            "UPDATE entries SET attributes = ?, columns = '[]' WHERE section = 'identity' AND key LIKE '% event'",
            json.dumps(attributes),
        )
        with DataManager.open(full) as manager:
            before = set(manager.getData("event").entity_ids.tolist())
            with pytest.warns(UserWarning, match="identities of entries of 'event' are lost"):
                manager.setData("event", DigitalEventSeries([1, 2, 3, 4]), "time")
            new = manager.getData("event").entity_ids.tolist()
            assert len(set(new)) == 4
            assert not before & set(new)
        with DataManager.open(full) as manager:
            manager.getData("event").addEvent(50)
            assert len(manager.getData("event")) == 5

    @pytest.mark.parametrize("shape", [(3,), (2, 2)])
    def test_a_log_of_identities_that_is_none_is_not_used(self, full: Path, shape: tuple[int, ...]) -> None:
        with DataManager.open(full) as manager:
            manager.getData("line").add_arrays([9], [0, 1], [[1, 1]])
        np.save(full / "columns" / "0123456789ab-1.npy", np.zeros(shape, np.int64))
        edit(
            full,
            "UPDATE entries SET columns = ? WHERE section = 'identity' AND key = 'line line'",
            json.dumps([["log", "0123456789ab-1.npy", "<i8", list(shape)]]),
        )
        with DataManager.open(full) as manager, pytest.warns(UserWarning, match="identities of entries of 'line'"):
            manager.getData("line").add_arrays([10], [0, 1], [[1, 1]])


@pytest.mark.parametrize(
    "statement",
    [
        """UPDATE entries SET attributes = '{"ticks_per_second": "fast"}' WHERE section = 'clock' AND key = 'time'""",
        """UPDATE entries SET attributes = '{"ticks_per_second": -1}' WHERE section = 'clock' AND key = 'time'""",
        "UPDATE entries SET columns = '[]' WHERE section = 'clock' AND key = 'time'",
    ],
)
def test_a_clock_that_makes_no_sense_is_named_and_the_other_is_there(full: Path, statement: str) -> None:
    with DataManager.open(full) as manager:
        manager.setTime("camera", DataManager().getTime("time"))
    edit(full, statement)
    with DataManager.open(full) as manager:
        with pytest.raises(DamagedStoreError, match="'time'"):
            manager.getTime("time")
        assert manager.getTime("camera") is not None


class TestGroups:
    @pytest.mark.parametrize("attributes", [{"name": 5, "description": ""}, {"name": "x", "description": []}, {}])
    def test_a_group_that_makes_no_sense_is_named_and_the_rest_is_there(
        self, full: Path, attributes: dict[str, Any]
    ) -> None:
        with DataManager.open(full) as manager:
            groups = manager.getEntityGroupManager()
            groups.createGroup("good")
            groups.createGroup("bad")
        edit(full, "UPDATE entries SET attributes = ? WHERE section = 'group' AND key = '2'", json.dumps(attributes))
        with pytest.warns(UserWarning, match="what is stored of '2' makes no sense"):
            manager = DataManager.open(full)
        with manager:
            assert [group.name for group in manager.getEntityGroupManager().getAllGroupDescriptors()] == ["good"]


PROVENANCES: list[Any] = [
    5,
    "angle",
    {"transform": "x"},
    {"transform": 5, "parameters": {}, "inputs": {}},
    {"transform": "x", "parameters": {}, "inputs": {"input": 5}},
    {"transform": "x", "parameters": {}, "inputs": {"input": {"key": [], "version": 1}}},
    {"transform": "x", "parameters": {}, "inputs": {"input": {"key": "analog", "version": "1"}}},
    {"transform": "x", "parameters": 5, "inputs": {}},
    {"transform": "x", "parameters": {}, "inputs": {}, "surprise": 1},
]


@pytest.mark.parametrize("provenance", PROVENANCES, ids=str)
def test_how_something_was_made_is_named_when_it_makes_no_sense(full: Path, provenance: Any) -> None:
    put(full, "event", provenance=provenance)
    with DataManager.open(full) as manager:
        assert manager.getData("event").size() == 3
        with pytest.raises(DamagedStoreError, match="how 'event' was made"):
            manager.provenance("event")
        assert manager.out_of_date() == []


def test_data_made_of_each_other_in_a_long_chain_are_told_out_of_date(tmp_path: Path) -> None:
    """A chain as long as somebody likes, and one that closes."""
    count = 3000
    with DataManager.open(tmp_path / "session") as manager:
        manager.setData("key 0", DigitalEventSeries([1]), "time")
        version = next(entry.version for entry in manager.entries() if entry.key == "key 0")
    connection = sqlite3.connect(tmp_path / "session" / "catalogue.sqlite")
    for number in range(1, count):
        provenance = {
            "transform": "none of ours",
            "parameters": {},
            "inputs": {"input": {"key": f"key {number - 1}", "version": version if number > 1 else 0}},
        }
        connection.execute(
            "INSERT INTO entries SELECT section, ?, version, generation, type, time_key, size, nbytes, ?, columns "
            "FROM entries WHERE key = 'key 0'",
            (f"key {number}", json.dumps({"provenance": provenance})),
        )
    connection.commit()
    connection.close()
    with DataManager.open(tmp_path / "session") as manager:
        assert len(manager.out_of_date()) == count - 1


def test_announced_samples_that_are_not_there_are_not_listed_into_memory() -> None:
    with pytest.warns(UserWarning, match="the series has no samples"):
        series = AnalogTimeSeries([1.0], num_samples=1 << 60)
    with pytest.raises(ValueError, match="has no samples"):
        series.getTimeSeries()
