"""DigitalEventSeries behaves as upstream's, and takes and gives arrays."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from whiskertoolbox_python import ClockTicks, DataManager, DigitalEventSeries, EntityId, TimeFrame, TimeFrameIndex


def test_events_are_sorted_and_distinct() -> None:
    series = DigitalEventSeries([3, 1, 2, 1, -5])
    assert series.toList() == [-5, 1, 2, 3]
    assert (series.size(), len(series), repr(series)) == (4, 4, "DigitalEventSeries(events=4)")
    assert isinstance(series.toList()[0], ClockTicks)
    assert not series.isView()
    assert not series.isLazy()


@pytest.mark.parametrize("events", [[1.0], "1", {1: 2}, np.array([1.5]), 5, None])
def test_events_are_integers(events: Any) -> None:
    with pytest.raises(TypeError):
        DigitalEventSeries(events)


def test_adding_keeps_the_order_and_ignores_what_is_there() -> None:
    series = DigitalEventSeries()
    for time in (5, TimeFrameIndex(1), np.int32(3), ClockTicks(5), True):
        series.addEvent(time)
    series.addEvent(time=9)
    series.addEvent(time_int=7)
    assert series.times.tolist() == [1, 3, 5, 7, 9]


@pytest.mark.parametrize("arguments", [(1.0,), ("1",), (), (None,), (1, 2)])
def test_adding_anything_else_is_a_type_error(arguments: Any) -> None:
    with pytest.raises(TypeError):
        DigitalEventSeries().addEvent(*arguments)


def test_removing_tells_whether_it_was_there() -> None:
    series = DigitalEventSeries([1, 2])
    assert series.removeEvent(1) is True
    assert series.removeEvent(1) is False
    assert series.times.tolist() == [2]
    series.clear()
    assert len(series) == 0
    assert series.removeEvent(2) is False


def test_the_list_goes_through_the_time_frame() -> None:
    series = DigitalEventSeries([0, 1, 5])
    series.setTimeFrame(TimeFrame([100, 200]))
    told = r"1 of 3 indices is outside the clock of 2 \(first: 5\), so that it has no tick; restrict the data to 0\.\.1"
    with pytest.warns(UserWarning, match=told):
        assert series.toList() == [100, 200, 5]
    assert series.times.tolist() == [0, 1, 5]
    with pytest.warns(UserWarning, match=told):
        assert series.ticks().tolist() == [100, 200, TimeFrame.NO_TIME]
    with pytest.warns(UserWarning, match=told):
        assert series.to_clock(TimeFrame([0, 100, 200])).times.tolist() == [1, 2]


@pytest.mark.parametrize("arguments", [{"time": 20}, {"time_int": 20}])
def test_an_event_is_removed_under_either_name_of_its_time(arguments: dict[str, int]) -> None:
    series = DigitalEventSeries([10, 20])
    assert series.removeEvent(**arguments)
    assert series.times.tolist() == [10]
    with pytest.raises(TypeError, match="give one time"):
        series.removeEvent()


def test_in_a_new_manager_the_list_is_the_indices() -> None:
    series = DigitalEventSeries([1, 2])
    DataManager().setData("e", series, "time")
    assert series.toList() == [1, 2]


def test_the_list_with_ids_has_pairs() -> None:
    assert DigitalEventSeries([4]).toListWithIds() == [(ClockTicks(4), EntityId(0))]


def test_a_range_has_both_ends() -> None:
    series = DigitalEventSeries([1, 5, 9])
    assert series.getEventsInRange(1, 5).tolist() == [1, 5]
    assert series.getEventsInRange(6, 2).tolist() == []
    series.setTimeFrame(TimeFrame(range(0, 1000, 100), ticks_per_second=1000))
    assert series.getEventsInRange(100, 501, unit="ticks").tolist() == [1, 5]
    assert series.getEventsInRange(0.5, 0.95, unit="seconds").tolist() == [5, 9]
    assert series.getEventsInRange(10, 20, TimeFrame(range(0, 3000, 50))).tolist() == [5, 9]


def test_it_goes_to_another_clock_by_time() -> None:
    series = DigitalEventSeries([0, 10, 11, 50])
    with pytest.raises(ValueError, match="no TimeFrame"):
        series.to_clock(TimeFrame([0]))
    series.setTimeFrame(TimeFrame(range(0, 1000, 10)))
    camera = TimeFrame([0, 100, 490, 900])
    found = series.to_clock(camera)
    assert found.times.tolist() == [0, 1, 2]
    assert found.getTimeFrame() is camera
    assert series.times.tolist() == [0, 10, 11, 50]


def test_it_is_an_array_of_indices_a_container_and_a_sequence() -> None:
    series = DigitalEventSeries(np.array([9, 1], np.uint16))
    assert np.asarray(series).tolist() == [1, 9]
    assert list(series) == [1, 9]
    assert series[1] == 9
    assert series[:1].tolist() == [1]
    assert 9 in series
    assert TimeFrameIndex(2) not in series
    assert 9.0 not in series
    assert DigitalEventSeries(series).times.tolist() == [1, 9]


def test_arrays_handed_out_do_not_follow_changes() -> None:
    series = DigitalEventSeries([1, 5])
    before = series.times
    for time in (3, 9, 0):
        series.addEvent(time)
    series.removeEvent(5)
    assert before.tolist() == [1, 5]
    assert not before.flags.writeable


@given(st.lists(st.tuples(st.booleans(), st.integers(-5, 20)), max_size=40), st.booleans(), st.sets(st.integers(0, 20)))
def test_it_is_a_sorted_set(actions: list[tuple[bool, int]], stored: bool, expected: set[int]) -> None:
    series = DigitalEventSeries(sorted(expected))
    if stored:
        DataManager().setData("e", series, "time")
    views = []
    for add, time in actions:
        if add:
            series.addEvent(time)
            expected.add(time)
        else:
            assert series.removeEvent(time) == (time in expected)
            expected.discard(time)
        assert series.times.tolist() == sorted(expected)
        views.append((series.times, sorted(expected)))
        assert len(series.entity_ids) == len(expected)
    assert all(view.tolist() == seen for view, seen in views)
    if stored:
        assert len(set(series.entity_ids.tolist())) == len(expected)


def test_an_event_at_the_tick_that_counts_the_others_has_an_identity_of_its_own(tmp_path: Path) -> None:
    with DataManager.open(tmp_path / "session") as manager:
        series = DigitalEventSeries([10, 20, 30, 40, 50])
        manager.setData("e", series, "time")
        series.removeEvent(10)
        series.removeEvent(20)
        series.addEvent(3)
        before = series.entity_ids.tolist()
        assert len(set(before)) == 4
    with DataManager.open(tmp_path / "session") as manager:
        assert manager.get("e", DigitalEventSeries).entity_ids.tolist() == before


def test_an_event_that_is_added_again_can_keep_its_identity() -> None:
    manager, series = DataManager(), DigitalEventSeries([5, 10, 20])
    manager.setData("e", series, "time")
    before = series.entity_ids.tolist()
    series.removeEvent(10)
    series.addEvent(10)
    series.set_entity_id(10, before[1])
    assert series.entity_ids.tolist() == before
    with pytest.raises(KeyError):
        series.set_entity_id(11, before[1])
