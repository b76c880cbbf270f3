"""`rename_data`: another key, and everything else as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

import whiskertoolbox_python as wt


def recording(dm: wt.DataManager) -> None:
    dm.setTime("camera", wt.TimeFrame(range(100)))
    dm.setData("angle", wt.AnalogTimeSeries([0, 2, 0, 3], 4), "camera")
    dm.setData("licks", wt.DigitalEventSeries([10, 20, 30]), "camera")
    lines = wt.LineData()
    lines.addAtTime(3, wt.Line2D([1, 2], [3, 4]))
    dm.setData("whiskers", lines, "camera")


@pytest.fixture(params=["memory", "disk"])
def dm(request: pytest.FixtureRequest, tmp_path: Path) -> wt.DataManager:
    manager = wt.DataManager() if request.param == "memory" else wt.DataManager.open(tmp_path / "session")
    recording(manager)
    return manager


@pytest.mark.parametrize("key", ["angle", "licks", "whiskers"])
def test_the_object_its_clock_and_its_frame_stay(dm: wt.DataManager, key: str) -> None:
    data = dm.getData(key)
    dm.rename_data(key, "renamed")
    assert dm.getData("renamed") is data
    assert dm.getData(key) is None
    assert dm.getTimeKey("renamed") == "camera"
    assert data.getTimeFrame() is not None


@pytest.mark.parametrize("key", ["licks", "whiskers"])
def test_entries_keep_their_identities_and_groups(dm: wt.DataManager, key: str) -> None:
    before = dm.getData(key).entity_ids.tolist()
    groups = dm.getEntityGroupManager()
    good = groups.createGroup("good")
    groups.add_entities(good, before[:1])
    dm.rename_data(key, "renamed")
    assert dm.getData("renamed").entity_ids.tolist() == before
    assert groups.entity_ids(good).tolist() == before[:1]
    assert len(set(before)) == len(before)


def test_how_it_was_made_stays(dm: wt.DataManager) -> None:
    dm.run_transform("Threshold Event Detection", "angle", "touches", threshold_value=1)
    dm.rename_data("touches", "contacts")
    provenance = dm.provenance("contacts")
    assert provenance is not None
    assert provenance.transform == "Threshold Event Detection"


def test_another_process_sees_the_new_key_with_all_of_it(tmp_path: Path) -> None:
    with wt.DataManager.open(tmp_path / "session") as one, wt.DataManager.open(tmp_path / "session") as other:
        recording(one)
        other.refresh()
        ids = other.getData("licks").entity_ids.tolist()
        one.rename_data("licks", "tongue")
        other.refresh()
        assert "licks" not in other
        assert other.getData("tongue").entity_ids.tolist() == ids
        other.getData("tongue").addEvent(50)
        other.flush()
        one.refresh()
        assert one.getData("tongue").times.tolist() == [10, 20, 30, 50]
        assert one.getData("tongue").entity_ids.tolist()[:3] == ids


def test_it_can_be_changed_and_saved_afterwards(tmp_path: Path) -> None:
    with wt.DataManager.open(tmp_path / "session") as dm:
        recording(dm)
        dm.rename_data("licks", "tongue")
        dm.getData("tongue").addEvent(40)
        dm.setData("licks", wt.DigitalEventSeries([1]), "camera")
    with wt.DataManager.open(tmp_path / "session", read_only=True) as dm:
        assert dm.getData("tongue").times.tolist() == [10, 20, 30, 40]
        assert dm.getData("licks").times.tolist() == [1]


def test_a_key_in_use_is_refused_and_nothing_changes(dm: wt.DataManager) -> None:
    with pytest.raises(ValueError, match="'licks' is a data key already"):
        dm.rename_data("angle", "licks")
    with pytest.raises(ValueError, match="empty"):
        dm.rename_data("angle", "")
    with pytest.raises(KeyError, match="did you mean"):
        dm.rename_data("angel", "new")
    assert dm.getAllKeys() == ["media", "angle", "licks", "whiskers"]


def test_observers_are_called_once(dm: wt.DataManager) -> None:
    calls = []
    dm.addObserver(lambda: calls.append(1))
    dm.rename_data("angle", "renamed")
    assert calls == [1]


def test_a_clock_takes_its_data_along(dm: wt.DataManager) -> None:
    frame, angle = dm.getTime("camera"), dm.getData("angle")
    dm.rename_clock("camera", "top camera")
    assert dm.getTimeFrameKeys() == ["time", "top camera"]
    assert dm.getTime("top camera") is frame
    assert dm.getTime("camera") is None
    assert {dm.getTimeKey(key) for key in ("angle", "licks", "whiskers")} == {"top camera"}
    assert angle.getTimeFrame() is frame
    assert dm.getTimeKey("media") == "time"


def test_another_process_sees_the_new_clock_with_its_data(tmp_path: Path) -> None:
    with wt.DataManager.open(tmp_path / "session") as one, wt.DataManager.open(tmp_path / "session") as other:
        recording(one)
        one.getTime("camera")
        licks = other.getData("licks")
        one.getData("licks").addEvent(40)
        one.rename_clock("camera", "top")
        other.refresh()
        assert other.getTimeKey("licks") == "top"
        assert licks.times.tolist() == [10, 20, 30, 40]
        assert len(licks.getTimeFrame()) == 100
        one.getData("licks").addEvent(50)
    with wt.DataManager.open(tmp_path / "session", read_only=True) as dm:
        assert dm.getTimeKey("licks") == "top"
        assert dm.getData("licks").times.tolist() == [10, 20, 30, 40, 50]
        assert len(dm.getData("angle").getTimeFrame()) == 100


def test_a_clock_in_use_or_of_every_session_is_refused_and_nothing_changes(dm: wt.DataManager) -> None:
    dm.setTime("other", wt.TimeFrame(range(3)))
    with pytest.raises(ValueError, match="'other' is a time key already"):
        dm.rename_clock("camera", "other")
    with pytest.raises(ValueError, match="empty"):
        dm.rename_clock("camera", "")
    with pytest.raises(ValueError, match="'time' cannot be renamed"):
        dm.rename_clock("time", "clock")
    with pytest.raises(KeyError, match="did you mean"):
        dm.rename_clock("camere", "new")
    assert dm.getTimeFrameKeys() == ["time", "camera", "other"]


def test_a_change_that_another_process_makes_meanwhile_stays_on_the_renamed_clock(tmp_path: Path) -> None:
    with wt.DataManager.open(tmp_path / "session") as one, wt.DataManager.open(tmp_path / "session") as other:
        recording(one)
        licks = other.getData("licks")
        with other._live._flush_lock:  # what is not flushed yet when the clock is renamed
            licks.addEvent(40)
            one.rename_clock("camera", "top")
        other.flush()
        with pytest.warns(UserWarning, match="at the same time"):
            assert other.getTimeKey("licks") == "top"
        assert len(licks.getTimeFrame()) == 100
    with wt.DataManager.open(tmp_path / "session", read_only=True) as dm:
        assert dm.getTimeKey("licks") == "top"
        assert dm.getData("licks").times.tolist() == [10, 20, 30, 40]
