"""The disk fills up: an error says so, and nothing that was stored before is lost.

The limit on the size of a file stands in for a full disk; every POSIX system has it.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from whiskertoolbox_python import DataManager

Start = Callable[..., Any]

LIMITED = """
import resource
def limit(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
def refused(call, *arguments):
    from whiskertoolbox_python.store import StoreFullError
    try:
        call(*arguments)
    except StoreFullError as error:
        assert sys.argv[1] in str(error), error
        return
    raise AssertionError("no error")
dm = DataManager.open(sys.argv[1])
dm.setData("kept", AnalogTimeSeries([1, 2], 2), "time")
"""


def finish(process: Start, session: Path, code: str) -> None:
    if sys.platform == "win32":
        return  # has no such limit
    with process(LIMITED + code, session) as other:
        other.finish()


def columns(session: Path) -> set[str]:
    return {path.suffix for path in (session / "columns").iterdir()}


def test_a_new_object_is_refused_and_leaves_nothing_behind(session: Path, process: Start) -> None:
    finish(
        process,
        session,
        """
limit(100_000)
refused(dm.setData, "big", AnalogTimeSeries(np.zeros(1_000_000), 1_000_000), "time")
assert dm.getData("big") is None and dm.getData("kept").toList() == [1, 2]
dm.setData("small", AnalogTimeSeries([5], 1), "time")
""",
    )
    with DataManager.open(session) as manager:
        assert manager.getData("kept").toList() == [1, 2]
        assert manager.getData("small").toList() == [5]
        assert columns(session) == {".npy"}
        assert manager.disk_usage() < 200_000


def test_replacing_keeps_the_old_object(session: Path, process: Start) -> None:
    finish(
        process,
        session,
        """
kept = dm.getData("kept")
limit(100_000)
refused(dm.setData, "kept", AnalogTimeSeries(np.zeros(1_000_000), 1_000_000), "time")
assert dm.getData("kept") is kept
""",
    )
    with DataManager.open(session) as manager:
        assert manager.getData("kept").toList() == [1, 2]


def test_an_object_that_was_refused_can_be_stored_later(session: Path, process: Start) -> None:
    finish(
        process,
        session,
        """
big = DigitalEventSeries(np.arange(100_000))
limit(100_000)
refused(dm.setData, "big", big, "time")
assert big.getTimeFrame() is None
limit(-1)
dm.setData("big", big, "time")
""",
    )
    with DataManager.open(session) as manager:
        assert len(manager.getData("big")) == 100_000
        assert len(set(manager.getData("big").entity_ids.tolist())) == 100_000


def test_a_change_in_place_waits_until_there_is_room(session: Path, process: Start) -> None:
    finish(
        process,
        session,
        """
import warnings
events = DigitalEventSeries(np.arange(100_000))
dm.setData("events", events, "time")
limit(100_000)
events.addEvent(200_000)
refused(dm.flush)
assert len(events) == 100_001
limit(-1)
warnings.simplefilter("ignore")
dm.flush()
""",
    )
    with DataManager.open(session) as manager:
        assert manager.getData("events").times[-1] == 200_000


def test_a_change_in_place_that_has_no_room_in_the_background_is_told_at_the_next_call(
    session: Path, process: Start
) -> None:
    finish(
        process,
        session,
        """
import threading, warnings
events = DigitalEventSeries(np.arange(100_000))
dm.setData("events", events, "time")
limit(100_000)
events.addEvent(200_000)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    while not caught:
        threading.Event().wait(0.01)
        dm.getData("events")
assert "tried again" in str(caught[0].message), caught[0].message
limit(-1)
while dm._live._dirty:
    threading.Event().wait(0.01)
""",
    )
    with DataManager.open(session) as manager:
        assert manager.getData("events").times[-1] == 200_000


def test_growth_that_has_no_room_is_appended_when_there_is(session: Path, process: Start) -> None:
    finish(
        process,
        session,
        """
import warnings
points = PointData()
dm.setData("points", points, "time")
points.add_arrays(np.arange(10_000), np.zeros((10_000, 2)))
dm.flush()
dm._live._flusher.stop()
files = [column.file for column in dm._store.rows("object")["points"].columns]
limit(100_000)
for time in range(10_000, 20_000):
    points.addAtTime(time, Point2D(time, 1))
refused(dm.flush)
limit(-1)
dm.flush()
assert files == [column.file for column in dm._store.rows("object")["points"].columns]
""",
    )
    with DataManager.open(session) as manager:
        points = manager.getData("points")
        assert points.times.tolist() == list(range(20_000))
        assert points.points[10_000:, 0].tolist() == list(range(10_000, 20_000))
        assert len(set(points.entity_ids.tolist())) == 20_000


def test_a_catalogue_without_room_keeps_what_it_has(session: Path, process: Start) -> None:
    finish(
        process,
        session,
        """
limit(1)
refused(dm.deleteData, "kept")
limit(-1)
assert dm.getData("kept").toList() == [1, 2]
dm.setData("more", AnalogTimeSeries([3], 1), "time")
""",
    )
    with DataManager.open(session) as manager:
        assert sorted(manager.getAnalogKeys()) == ["kept", "more"]


@pytest.mark.parametrize("call", ["dm.allocate, 1_000_000", "dm.save_as, sys.argv[1] + '-copy'"])
def test_allocating_and_copying_say_so_and_leave_nothing_behind(session: Path, process: Start, call: str) -> None:
    finish(
        process,
        session,
        f"""
dm.setData("big", AnalogTimeSeries(np.zeros(100_000), 100_000), "time")
limit(100_000)
refused({call})
""",
    )
    assert [path.name for path in session.parent.iterdir()] == ["session"]
    assert columns(session) == {".npy"}
