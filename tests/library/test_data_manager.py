"""DataManager behaves as upstream's: keys, clocks, identity, warnings, observers."""

import gc
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from whiskertoolbox_python import (
    AnalogTimeSeries,
    DataManager,
    DataType,
    DigitalEventSeries,
    DigitalIntervalSeries,
    EntityGroupManager,
    LineData,
    TimeFrame,
)


class Name(str):
    """Text of a class whose `str` is something else, as that of an enumeration's members."""

    __slots__ = ()

    def __str__(self) -> str:
        return "other"


class Calls:
    """An observer that counts."""

    def __init__(self, manager: DataManager) -> None:
        self.count = 0
        self.observer_id = manager.addObserver(self)

    def __call__(self) -> None:
        self.count += 1

    def since(self) -> int:
        count, self.count = self.count, 0
        return count


@pytest.fixture(params=["memory", "session"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    made = DataManager() if request.param == "memory" else DataManager.open(tmp_path / "session")
    yield made
    made.close()


def events(*times: int) -> DigitalEventSeries:
    return DigitalEventSeries(times)


def test_a_new_manager_has_an_empty_clock_and_an_empty_placeholder(manager: DataManager) -> None:
    assert repr(manager) == "DataManager(keys=1)"
    assert manager.getAllKeys() == ["media"]
    assert manager.getType("media") == DataType.Video
    assert manager.getTimeKey("media") == "time"
    assert manager.getTimeFrameKeys() == ["time"]
    clock = manager.getTime("time")
    assert clock is not None
    assert clock.getTotalFrameCount() == 0
    assert manager.getOutputPath() == str(Path.cwd())
    assert manager.getMediaKeys() == ["media"]


def test_managers_are_independent() -> None:
    one, other = DataManager(), DataManager()
    one.setData("e", events(1), "time")
    assert other.getData("e") is None


def test_what_a_manager_held_is_free_when_it_is_dropped() -> None:
    """Not when Python next looks for cycles: a script that goes through recordings holds one at a time."""
    gc.disable()
    tracemalloc.start()
    try:
        manager = DataManager()
        manager.setData("trace", AnalogTimeSeries.from_array(np.zeros(1_000_000, np.float32)), "time")
        lines = LineData.from_arrays([0], [0, 2], np.zeros((2, 2)))
        manager.setData("lines", lines, "time")
        del manager
        assert tracemalloc.get_traced_memory()[0] < 1_000_000
    finally:
        tracemalloc.stop()
        gc.enable()
    assert lines.entity_ids.tolist() == [1]


class TestData:
    def test_comes_back_as_the_same_object_with_the_clock(self, manager: DataManager) -> None:
        data = events(1, 2)
        manager.setData("e", data, "time")
        assert manager.getData("e") is data
        assert data.getTimeFrame() is manager.getTime("time")
        assert manager.getTimeKey("e") == "time"

    def test_of_a_subclass_comes_back_as_the_same_instance(self, manager: DataManager) -> None:
        class Mine(DigitalEventSeries):
            pass

        data = Mine([1])
        manager.setData("e", data, "time")
        assert type(manager.getData("e")) is Mine

    def test_of_an_unknown_key_is_none(self, manager: DataManager) -> None:
        assert manager.getData("nothing") is None
        assert manager.getTime("nothing") is None
        assert manager.getTimeKey("nothing") == ""
        assert manager.getType("nothing") == DataType.Unknown
        assert manager.deleteData("nothing") is False

    @pytest.mark.parametrize("data", [None, 5, [1, 2], np.zeros(3), TimeFrame(), "e"])
    def test_of_a_wrong_type_is_a_type_error(self, manager: DataManager, data: Any) -> None:
        with pytest.raises(TypeError):
            manager.setData("e", data, "time")

    def test_needs_a_time_key(self, manager: DataManager) -> None:
        with pytest.raises(TypeError):
            manager.setData("e", events(1))  # type: ignore[call-arg]  # that is the point

    def test_arguments_can_be_named(self, manager: DataManager) -> None:
        manager.setData(key="e", data=events(1), time_key="time")
        assert manager.getData(key="e") is not None

    @pytest.mark.parametrize("key", [5, None, ["e"]])
    def test_keys_are_text(self, manager: DataManager, key: Any) -> None:
        for call in (manager.getData, manager.deleteData, manager.getType, manager.getTime, manager.getTimeKey):
            with pytest.raises(TypeError):
                call(key)

    @pytest.mark.parametrize("key", ["", "with space", "ä/ö\\:*?", "a" * 300, "'; DROP TABLE entries; --", "\n"])
    def test_keys_are_any_text(self, manager: DataManager, key: str) -> None:
        data = events(1)
        manager.setData(key, data, "time")
        assert manager.getData(key) is data
        assert key in manager
        assert manager.deleteData(key) is True
        assert key not in manager

    @pytest.mark.parametrize("key", ["\ud800", "left\udcff"])
    def test_keys_have_utf_8(self, manager: DataManager, key: str) -> None:
        for call in (manager.getData, manager.deleteData, manager.getTime, manager.getTimeKey, manager.setOutputPath):
            with pytest.raises(TypeError, match="not text"):
                call(key)
        with pytest.raises(TypeError, match="not text"):
            manager.setData(key, events(1), "time")

    @pytest.mark.parametrize("kind", [np.str_, Name])
    def test_names_come_back_as_plain_text(self, manager: DataManager, kind: Any) -> None:
        manager.setTime(kind("camera"), TimeFrame())
        manager.setData(kind("left"), events(1), kind("camera"))
        manager.setOutputPath(kind("out"))
        groups = manager.getEntityGroupManager()
        group = groups.getGroupDescriptor(groups.createGroup(kind("go"), kind("all")))
        assert group is not None
        names = [*manager.getAllKeys(), *manager.getTimeFrameKeys(), manager.getTimeKey("left")]
        names += [manager.getOutputPath(), group.name, group.description]
        assert names == ["media", "left", "time", "camera", "camera", "out", "go", "all"]
        assert {type(name) for name in names} == {str}

    def test_that_is_stored_already_stays_where_it_is(self, manager: DataManager) -> None:
        data = events(1)
        manager.setData("e", data, "time")
        for key in ("e", "f"):
            with pytest.warns(UserWarning, match=f"setData\\('{key}'\\).*stored already, as 'e'"):
                manager.setData(key, data, "time")
        assert sorted(manager.getAllKeys()) == ["e", "media"]

    def test_on_an_unknown_clock_is_not_stored(self, manager: DataManager) -> None:
        data = events(1)
        manager.setData("e", data, "time")
        with pytest.warns(UserWarning, match="no time key 'camera'"):
            manager.setData("e", events(2), "camera")
        assert manager.getData("e") is data

    def test_replaces_data_of_any_type(self, manager: DataManager) -> None:
        old = events(1)
        manager.setData("x", old, "time")
        manager.setData("x", AnalogTimeSeries([1], 1), "time")
        assert manager.getType("x") == DataType.Analog
        assert manager.getDigitalEventKeys() == []
        assert old.getTimeFrame() is manager.getTime("time")

    def test_may_replace_the_placeholder(self, manager: DataManager) -> None:
        manager.setData("media", events(1), "time")
        assert manager.getType("media") == DataType.DigitalEvent
        assert manager.getMediaKeys() == []

    def test_that_is_deleted_is_gone_but_keeps_its_clock(self, manager: DataManager) -> None:
        data = events(1)
        manager.setData("e", data, "time")
        assert manager.deleteData("e") is True
        assert manager.getData("e") is None
        assert data.getTimeFrame() is manager.getTime("time")
        assert manager.deleteData("media") is True
        assert manager.getAllKeys() == []

    def test_that_was_deleted_can_be_stored_again(self, manager: DataManager) -> None:
        data = events(1)
        manager.setData("e", data, "time")
        manager.deleteData("e")
        manager.setData("f", data, "time")
        assert manager.getData("f") is data

    def test_is_listed_by_type(self, manager: DataManager) -> None:
        manager.setData("a", AnalogTimeSeries([1], 1), "time")
        manager.setData("e", events(1), "time")
        manager.setData("i", DigitalIntervalSeries(), "time")
        assert manager.getAnalogKeys() == ["a"]
        assert manager.getDigitalEventKeys() == ["e"]
        assert manager.getDigitalIntervalKeys() == ["i"]
        assert manager.getLineKeys() == manager.getMaskKeys() == manager.getPointKeys() == manager.getTensorKeys() == []

    def test_is_listed_with_its_columns_as_it_is_now(self, manager: DataManager) -> None:
        data = events(1, 2)
        manager.setData("e", data, "time")
        data.addEvent(3)
        entry = next(entry for entry in manager.entries() if entry.key == "e")
        assert (entry.type, entry.time_key, entry.size, entry.nbytes) == (DataType.DigitalEvent, "time", 3, 48)
        assert entry.columns == (("times", "int64", (3,)), ("entity_ids", "int64", (3,)))

    def test_is_copied_under_another_key(self, manager: DataManager) -> None:
        data = events(1, 2)
        manager.setData("e", data, "time")
        manager.copy_data("e", "f")
        data.addEvent(3)
        assert manager.getData("f").times.tolist() == [1, 2]
        assert manager.getData("f").entity_ids.tolist() == [3, 4]
        with pytest.raises(KeyError, match="'nothing'"):
            manager.copy_data("nothing", "g")

    def test_in_two_managers_takes_the_last_ones_clock(self) -> None:
        one, other, data = DataManager(), DataManager(), events(1)
        one.setData("e", data, "time")
        other.setData("e", data, "time")
        assert one.getData("e") is other.getData("e") is data
        assert data.getTimeFrame() is other.getTime("time")

    def test_changes_are_seen_by_both_managers_that_hold_it(self) -> None:
        one, other, data = DataManager(), DataManager(), events(1)
        one.setData("e", data, "time")
        other.setData("e", data, "time")
        data.addEvent(2)
        assert [entry.size for entry in one.entries()] == [entry.size for entry in other.entries()] == [0, 2]

    def test_is_stored_from_an_allocated_array_without_a_copy(self, manager: DataManager) -> None:
        out = manager.allocate(1000)
        np.multiply(np.arange(1000, dtype=np.float32), 2, out=out)
        manager.seal("double", out, "time", start_index=5)
        found = manager.getData("double")
        assert np.shares_memory(found.values, out)
        assert found.getAtTime(6) == 2
        with pytest.raises(TypeError):
            manager.seal("x", np.zeros(3), "time")  # type: ignore[arg-type]  # that is the point


class TestClocks:
    def test_are_set_once_unless_overwritten(self, manager: DataManager) -> None:
        first, second = TimeFrame([1, 2]), TimeFrame([3])
        assert manager.setTime("camera", first) is True
        assert manager.setTime("camera", second) is False
        assert manager.getTime("camera") is first
        assert manager.setTime("camera", second, overwrite=True) is True
        assert manager.getTime("camera") is second
        assert sorted(manager.clocks()) == [("camera", 1), ("time", 0)]

    def test_that_are_none_are_not_set(self, manager: DataManager) -> None:
        assert manager.setTime("camera", None) is False
        with pytest.raises(TypeError):
            manager.setTime("camera", [1, 2])  # type: ignore[arg-type]  # that is the point

    def test_time_always_exists(self, manager: DataManager) -> None:
        assert manager.setTime("time", TimeFrame([1])) is False
        assert manager.setTime("time", TimeFrame([1]), True) is True

    def test_that_are_overwritten_reach_the_data(self, manager: DataManager) -> None:
        data = events(0)
        manager.setData("e", data, "time")
        clock = TimeFrame([100])
        manager.setTime("time", clock, overwrite=True)
        assert data.getTimeFrame() is clock
        assert data.toList() == [100]

    def test_can_be_exchanged(self, manager: DataManager) -> None:
        data, clock = events(0), TimeFrame([100])
        manager.setData("e", data, "time")
        manager.setTime("camera", clock)
        assert manager.setTimeKey("e", "camera") is True
        assert data.getTimeFrame() is clock
        assert manager.getTimeKey("e") == "camera"
        assert manager.setTimeKey("e", "nothing") is False
        assert manager.setTimeKey("nothing", "camera") is False

    def test_keep_their_rate_over_sessions(self, tmp_path: Path) -> None:
        with DataManager.open(tmp_path / "s") as manager:
            manager.setTime("camera", TimeFrame([0, 60], ticks_per_second=30000))
        with DataManager.open(tmp_path / "s") as manager:
            clock = manager.getTime("camera")
            assert clock is not None
            assert clock.seconds_at([1]).tolist() == [0.002]


class TestObservers:
    def test_are_called_as_often_as_upstream_does(self, manager: DataManager) -> None:
        calls, data = Calls(manager), events(1)
        manager.setData("e", data, "time")
        assert calls.since() == 1
        with pytest.warns(UserWarning, match="stored already"):
            manager.setData("e", data, "time")
        assert calls.since() == 0
        with pytest.warns(UserWarning, match="no time key"):
            manager.setData("e", events(2), "nothing")
        assert calls.since() == 0
        manager.setData("e", events(2), "time")
        assert calls.since() == 2
        manager.setTime("camera", TimeFrame())
        assert calls.since() == 1
        manager.setTime("camera", TimeFrame())
        assert calls.since() == 0
        manager.getData("e").addEvent(7)
        manager.flush()
        assert calls.since() == 0
        manager.deleteData("e")
        assert calls.since() == 1
        manager.deleteData("e")
        assert calls.since() == 0
        manager.reset()
        assert calls.since() == 1

    def test_have_ids_and_can_be_removed(self, manager: DataManager) -> None:
        first, second = Calls(manager), Calls(manager)
        assert (first.observer_id, second.observer_id) == (1, 2)
        manager.removeObserver(1)
        manager.removeObserver(99)
        manager.setData("e", events(1), "time")
        assert (first.count, second.count) == (0, 1)

    def test_must_be_callable(self, manager: DataManager) -> None:
        with pytest.raises(TypeError):
            manager.addObserver(5)  # type: ignore[arg-type]  # that is the point

    def test_that_raise_leave_the_change_made_and_the_later_ones_uncalled(self, manager: DataManager) -> None:
        def fail() -> None:
            raise RuntimeError("observer")

        manager.setData("e", events(1), "time")
        manager.addObserver(fail)
        later, data = Calls(manager), events(2)
        with pytest.raises(RuntimeError, match="observer"):
            manager.setData("e", data, "time")
        assert manager.getData("e") is data
        assert later.count == 0

    def test_may_change_the_observers_and_the_data(self, manager: DataManager) -> None:
        def once() -> None:
            manager.removeObserver(1)
            manager.addObserver(lambda: None)
            manager.setData("f", events(5), "time")

        manager.addObserver(once)
        manager.setData("e", events(1), "time")
        assert "f" in manager


def test_reset_drops_everything_but_observers_and_output_path(manager: DataManager) -> None:
    calls = Calls(manager)
    manager.setOutputPath("/somewhere")
    manager.setTime("camera", TimeFrame([1]))
    manager.setData("e", events(1), "camera")
    calls.since()
    manager.reset()
    assert calls.since() == 1
    assert manager.getAllKeys() == ["media"]
    assert manager.clocks() == [("time", 0)]
    assert manager.getOutputPath() == "/somewhere"
    assert manager.getData("e") is None


def test_output_path_may_be_a_path(manager: DataManager, tmp_path: Path) -> None:
    manager.setOutputPath(tmp_path)
    assert manager.getOutputPath() == str(tmp_path)


def test_group_manager_is_the_same_each_time(manager: DataManager) -> None:
    assert isinstance(manager.getEntityGroupManager(), EntityGroupManager)
    assert manager.getEntityGroupManager() is manager.getEntityGroupManager()


def test_a_manager_has_no_dict_and_cannot_be_subscripted(manager: DataManager) -> None:
    with pytest.raises(AttributeError):
        manager.surprise = 1  # type: ignore[attr-defined]  # that is the point
    with pytest.raises(TypeError):
        manager["e"]  # type: ignore[index]  # that is the point


def test_a_warning_points_at_the_line_that_caused_it(manager: DataManager) -> None:
    with pytest.warns(UserWarning, match="no time key") as caught:
        manager.setData("e", events(1), "nothing")
    assert caught[0].filename == __file__
