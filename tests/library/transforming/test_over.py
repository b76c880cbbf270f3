"""Transforms run piece by piece: over intervals, events, entries and groups."""

from __future__ import annotations

import numpy as np
import pytest

import whiskertoolbox_python as wt


@pytest.fixture
def dm() -> wt.DataManager:
    manager = wt.DataManager()
    manager.setTime("camera", wt.TimeFrame(range(0, 1000, 10)))
    manager.setTime("master", wt.TimeFrame(range(1000)))
    manager.setData("angle", wt.AnalogTimeSeries(np.arange(100), 100), "camera")
    manager.setData("trials", wt.DigitalIntervalSeries([wt.Interval(10, 12), wt.Interval(20, 23)]), "camera")
    manager.setData("epochs", wt.DigitalIntervalSeries([wt.Interval(100, 120)]), "master")
    manager.setData("licks", wt.DigitalEventSeries([5, 7]), "camera")
    lines = wt.LineData()
    for time in (3, 3, 8):
        lines.addAtTime(time, wt.Line2D(np.array([[0, 0], [10, 10 * time]])))
    manager.setData("whiskers", lines, "camera")
    return manager


@pytest.fixture
def less_its_mean() -> str:
    @wt.transform(name="Less Its Mean")
    def less(signal: wt.AnalogTimeSeries) -> wt.AnalogTimeSeries:
        """Subtract the mean."""
        return wt.AnalogTimeSeries.from_array(signal.values - signal.values.mean(), signal.times)

    return "Less Its Mean"


def test_each_interval_is_run_by_itself_and_what_is_made_is_joined(dm: wt.DataManager, less_its_mean: str) -> None:
    made = dm.run_transform(less_its_mean, "angle", "centred", over="trials")
    assert made.times.tolist() == [10, 11, 12, 20, 21, 22, 23]
    assert made.values.tolist() == [-1, 0, 1, -1.5, -0.5, 0.5, 1.5]
    assert (dm.getTimeKey("centred"), made.getTimeFrame()) == ("camera", dm.getTime("camera"))


def test_intervals_of_another_clock_are_those_times(dm: wt.DataManager, less_its_mean: str) -> None:
    assert dm.run_transform(less_its_mean, "angle", over="epochs").times.tolist() == [10, 11, 12]


def test_numbers_become_a_table_with_a_row_for_each_interval(dm: wt.DataManager) -> None:
    made = dm.run_transform("MeanValueRaw", "angle", "means", over="trials")
    assert made.getColumn("MeanValueRaw") == [11.0, 21.5]
    assert made.row_intervals.tolist() == [[10, 12], [20, 23]]
    assert dm.getTimeKey("means") == "camera"


def test_at_events_there_is_a_row_for_each_event(dm: wt.DataManager) -> None:
    made = dm.run_transform("MeanValueRaw", "angle", over=dm.getData("licks"))
    assert (made.row_times.tolist(), made.getColumn("MeanValueRaw")) == ([5, 7], [5.0, 7.0])


def test_of_a_group_only_its_entities_are_taken_and_keep_their_identity(dm: wt.DataManager) -> None:
    ids = dm.getData("whiskers").entity_ids
    groups = dm.getEntityGroupManager()
    groups.add_entities(groups.createGroup("C1"), ids[[2, 0]])
    made = dm.run_transform("Resample Line", "whiskers", "smooth", over=dm.getGroup("C1"), target_spacing=1)
    assert made.times.tolist() == [3, 8]
    assert made.entity_ids.tolist() == ids[[0, 2]].tolist()


def test_over_the_input_itself_each_entry_is_alone(dm: wt.DataManager) -> None:
    seen: list[int] = []

    @wt.transform(name="Look At One")
    def look(lines: wt.LineData) -> wt.LineData:
        seen.append(len(lines))
        return wt.LineData.from_columns(lines.to_columns())

    made = dm.run_transform("Look At One", "whiskers", "same", over="whiskers")
    assert (seen, len(made)) == ([1, 1, 1], 3)
    assert made.entity_ids.tolist() == dm.getData("whiskers").entity_ids.tolist()


def test_how_it_was_made_is_known_goes_out_of_date_and_is_run_again(dm: wt.DataManager, less_its_mean: str) -> None:
    dm.run_transform(less_its_mean, "angle", "centred", over="trials")
    made = dm.provenance("centred")
    assert made is not None
    assert made.inputs["over"].key == "trials"
    assert dm.out_of_date() == []
    dm.setData("trials", wt.DigitalIntervalSeries([wt.Interval(50, 51)]), "camera")
    assert dm.out_of_date() == ["centred"]
    assert dm.rerun("centred").times.tolist() == [50, 51]


def test_objects_outside_a_session_are_taken_as_well(less_its_mean: str) -> None:
    trials = wt.DigitalIntervalSeries([wt.Interval(0, 1), wt.Interval(4, 5)])
    made = wt.run_transform(less_its_mean, wt.AnalogTimeSeries(range(6), 6), over=trials)
    assert made.toList() == [-0.5, 0.5, -0.5, 0.5]


def test_progress_counts_pieces_and_cancels_between_them(dm: wt.DataManager, less_its_mean: str) -> None:
    told: list[float] = []

    def stop(done: float) -> None:
        told.append(done)
        if done:
            raise wt.Cancelled

    with pytest.raises(wt.Cancelled):
        dm.run_transform(less_its_mean, "angle", "centred", over="trials", progress=stop)
    assert told == [0, 0.5]
    assert "centred" not in dm.getAllKeys()


@pytest.mark.parametrize(("over", "message"), [("angle", "over= takes intervals"), ("trails", 'no data key "trails"')])
def test_what_has_no_entries_is_refused(dm: wt.DataManager, over: str, message: str) -> None:
    with pytest.raises(wt.TransformError, match=message):
        dm.run_transform("MeanValueRaw", "angle", over=over)


def test_nothing_to_run_on_is_said(dm: wt.DataManager) -> None:
    with pytest.raises(wt.TransformError, match="has no entries"):
        dm.run_transform("MeanValueRaw", "angle", over=wt.DigitalIntervalSeries())
