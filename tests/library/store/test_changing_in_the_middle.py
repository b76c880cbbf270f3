"""Changes that are not at the end of the data: stored at the cost of what was changed, and in place for others."""

from pathlib import Path

import numpy as np
import pytest

from tests.support.line_entries import add_line, line_entries, traced
from tests.support.stored_files import files
from whiskertoolbox_python import DataManager, DigitalEventSeries, ImageSize, RaggedAnalogTimeSeries
from whiskertoolbox_python.live import objects


def test_what_is_added_in_the_middle_is_appended_too_and_is_in_its_place_for_others(session: Path) -> None:
    lines = traced(3)
    with DataManager.open(session) as manager, DataManager.open(session) as other:
        manager.setData("data", lines, "time")
        before = files(manager)
        lines.setImageSize(ImageSize(640, 480))
        manager.flush()
        for time in (1, 0, 5, 2, 1):
            add_line(lines, time)
            manager.flush()
            assert line_entries(other.getData("data")) == line_entries(lines)
        assert [time for time, *_ in line_entries(lines)] == [0, 0, 1, 1, 1, 2, 2, 5]
        assert files(manager) == before


def test_closing_puts_in_order_what_this_process_has_changed(session: Path) -> None:
    with DataManager.open(session) as manager:
        manager.setData("data", traced(3), "time")
    with DataManager.open(session) as manager:
        add_line(manager.getData("data"), 1)
        manager.flush()
        expected = line_entries(manager.getData("data"))
        with DataManager.open(session) as reader:
            assert line_entries(reader.getData("data")) == expected
        assert manager._store.rows("object")["data"].attributes["in_order"] is False
    with DataManager.open(session) as manager:
        assert "in_order" not in manager._store.rows("object")["data"].attributes
        assert line_entries(manager.getData("data")) == expected
        assert not manager.getData("data").points.flags.owndata


def test_values_set_anew_are_appended_and_the_old_ones_are_gone(session: Path) -> None:
    series = RaggedAnalogTimeSeries.from_arrays(np.arange(50), np.arange(51) * 2, np.arange(100))
    with DataManager.open(session) as manager, DataManager.open(session) as other:
        manager.setData("data", series, "time")
        series.setDataAtTime(7, [7])
        manager.flush()
        before = files(manager)
        for time in (3, 9, 3):
            series.setDataAtTime(time, [time, 0.5, time])
            series.clearAtTime(time + 1)
            manager.flush()
            seen = other.getData("data")
            for name in ("times", "offsets", "values"):
                np.testing.assert_array_equal(getattr(seen, name), getattr(series, name))
        assert seen.getDataAtTime(3).tolist() == [3, 0.5, 3]
        assert not {4, 10} & set(seen.times.tolist())
        assert len(seen) == 48
        assert files(manager) == before


LARGE = 50_000  # rows of 8 bytes, enough for a few pieces


def test_a_large_column_changed_in_the_middle_stays_in_its_file(session: Path) -> None:
    events = DigitalEventSeries(np.arange(LARGE) * 10)
    with DataManager.open(session) as manager, DataManager.open(session) as other:
        manager.setData("data", events, "time")
        before = files(manager)
        for change in (
            lambda: events.addEvent(205),
            lambda: events.removeEvent(1000),
            lambda: events.addEvent(LARGE * 10),
        ):
            change()
            manager.flush()
            seen = other.getData("data")
            np.testing.assert_array_equal(seen.times, events.times)
            np.testing.assert_array_equal(seen.entity_ids, events.entity_ids)
        assert files(manager).items() >= before.items()
        assert manager._store.rows("object")["data"].columns[0].pieces is not None
        manager.snapshot(session.with_name("snapshot"))
        manager.save_as(session.with_name("copy")).close()
    for name in ("snapshot", "copy"):
        with DataManager.open(session.with_name(name)) as copy:
            np.testing.assert_array_equal(copy.getData("data").times, events.times)
    with DataManager.open(session) as manager:
        assert manager._store.rows("object")["data"].columns[0].pieces is None
        np.testing.assert_array_equal(manager.getData("data").times, events.times)


def test_many_changes_in_the_middle_end_in_a_new_file(session: Path) -> None:
    events = DigitalEventSeries(np.arange(LARGE) * 10)
    with DataManager.open(session) as manager, DataManager.open(session) as other:
        manager.setData("data", events, "time")
        before = files(manager)
        for time in range(60):
            events.addEvent(time * 100 + 5)
            manager.flush()
            np.testing.assert_array_equal(other.getData("data").times, events.times)
        assert files(manager)["times"] != before["times"]


def test_what_is_too_large_to_be_put_in_order_is_read_and_changed_as_it_is(
    session: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(objects, "_LARGEST_COMPACTED", 0)
    with DataManager.open(session) as manager:
        manager.setData("data", traced(5), "time")
    times = [0, 1, 2, 3, 4]
    for late in (2, 0, 7, 2):
        with DataManager.open(session) as manager:
            lines = manager.getData("data")
            add_line(lines, late)
            times = sorted([*times, late])
            assert [time for time, *_ in line_entries(lines)] == lines.times.tolist() == times
    with DataManager.open(session) as manager:
        lines = manager.getData("data")
        assert manager._store.rows("object")["data"].attributes["in_order"] is False
        assert [len(lines.getAtTime(time)) for time in range(8)] == [2, 1, 3, 1, 1, 0, 0, 1]
        assert lines.points[:, 0].tolist() == np.repeat(times, 5).tolist()
        assert line_entries(lines.restrict(1, 3)) == [entry for entry in line_entries(lines) if 1 <= entry[0] <= 3]
        assert [int(lines.getDataByEntityId(entity_id).x[0]) for _, entity_id, _ in lines] == times
        lines.add_arrays([1, 9], [0, 5, 10], np.repeat([[1, 1], [9, 9]], 5, axis=0))
        assert lines.times.tolist() == sorted([*times, 1, 9])
        assert len(line_entries(lines)) == len(set(lines.entity_ids.tolist())) == len(times) + 2


def test_adding_to_what_was_read_copies_nothing_of_it(session: Path) -> None:
    with DataManager.open(session) as manager:
        manager.setData("data", traced(5), "time")
    with DataManager.open(session) as manager, DataManager.open(session) as other:
        lines = manager.getData("data")
        before = lines.points
        for time in (2, 9, 0):
            add_line(lines, time)
            manager.flush()
            assert np.shares_memory(np.asarray(lines.getAtTime(2)[0]), before)
            assert line_entries(lines) == line_entries(other.getData("data"))
            assert np.shares_memory(np.asarray(lines.getAtTime(2)[0]), before)
        assert lines.points[:, 0].tolist() == np.repeat([0, 0, 1, 2, 2, 3, 4, 9], 5).tolist()
