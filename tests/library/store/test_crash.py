"""A writer is killed at any moment: nothing committed is lost, nothing half-written is seen."""

import os
import random
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from whiskertoolbox_python import DataManager

KILLS = 200
WRITER = """
import os
for line in sys.stdin:
    first = int(line)
    go, ready = os.pipe()
    child = os.fork()
    if not child:
        os.read(go, 1)
        dm = DataManager.open(sys.argv[1])
        events = dm.getData("events")
        lines = dm.getData("lines")
        n = first
        while True:
            n += 1
            dm.setData("values", AnalogTimeSeries(np.full(3000, n), 3000), "time")
            dm.setData("large", AnalogTimeSeries(np.full(300_000, n), 300_000), "time")  # over files of before
            dm.setData("intervals", DigitalIntervalSeries(np.array([[n, n], [n + 5, n + 5]])), "time")
            events.addEvent(n)
            events.addEvent(-n)
            lines.addAtTime(n // 2, Line2D(np.full((3, 2), n // 2, np.float32)))  # late
            for length in (1, 20, 60):
                lines.addAtTime(n, Line2D(np.full((length, 2), n, np.float32)))
                dm.flush()
            if n % 3 == 0:
                dm.flush()
            if n % 5 == 0:
                out = dm.allocate(1000)
                out[:] = n
                dm.seal("sealed", out, "time")
            os.write(1, b"%d\\n" % n)
    print("child", child, flush=True)  # before the child says anything
    os.write(ready, b"g")
    os.close(go)
    os.close(ready)
    os.waitpid(child, 0)
    print("dead", flush=True)
"""


class Reader:
    """Looks at the session while others write it, and fails at the first thing that is not whole."""

    def __init__(self, manager: DataManager) -> None:
        self.manager = manager
        self.looks = 0
        self.lines_seen: list[tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]] = []
        self.large_seen: list[tuple[np.ndarray[Any, Any], float]] = []

    def look(self) -> int:
        """Return the newest number seen."""
        self.looks += 1
        values = self.manager.getData("values")
        newest = 0
        if values is not None:
            assert len(values) == 3000
            newest = int(values.values[0])
            assert (values.values == newest).all()
        self.look_at_large(self.manager.getData("large"))
        intervals = self.manager.getData("intervals")
        if intervals is not None:
            start = intervals.intervals[0, 0]
            np.testing.assert_array_equal(intervals.intervals, [[start, start], [start + 5, start + 5]])
            assert len(intervals.entity_ids) == 2
        events = self.manager.getData("events")
        assert len(events.times) == len(events.entity_ids) == len(np.unique(events.entity_ids))
        assert (np.diff(events.times) > 0).all()
        self.look_at_lines(self.manager.getData("lines").to_columns().arrays)
        sealed = self.manager.getData("sealed")
        if sealed is not None:
            assert np.ptp(sealed.values) == 0
        return newest

    def look_at_large(self, large: Any) -> None:
        """Files of replaced columns are written over: never those that somebody is looking at."""
        if large is not None:
            self.large_seen = [*self.large_seen[-3:], (large.values, float(large.values[0]))]
        for values, number in self.large_seen:
            assert (values == number).all()

    def look_at_lines(self, columns: Mapping[str, np.ndarray[Any, Any]]) -> None:
        """Lines are appended to their files: of all that are there now, and were there before, every point is right."""
        times, offsets, points = columns["times"], columns["offsets"], columns["points"]
        assert len(times) == len(np.unique(columns["entity_ids"])) == len(offsets) - 1
        assert len(points) == offsets[-1]
        np.testing.assert_array_equal(points[:, 0], np.repeat(times, np.diff(offsets)))
        for seen, copy in self.lines_seen:
            np.testing.assert_array_equal(seen, copy)
        self.lines_seen = [*self.lines_seen[-2:], (points, points.copy())]


@pytest.mark.slow
def test_nothing_committed_is_lost_and_nothing_half_written_is_seen(session: Path, process: Callable[..., Any]) -> None:
    if sys.platform == "win32":
        return  # there is no SIGKILL, and no fork to make hundreds of processes quickly
    moments = random.Random(20)
    setup = """
        with DataManager.open(sys.argv[1]) as dm:
            dm.setData("events", DigitalEventSeries(), "time")
            dm.setData("lines", LineData(), "time")
        """
    with process(setup, session) as first:
        first.finish()
    with DataManager.open(session, read_only=False) as manager, process(WRITER, session) as nursery:
        reader, newest = Reader(manager), 0
        for _ in range(KILLS):
            nursery.tell(str(newest))
            child = int(nursery.hear().removeprefix("child "))
            # Somewhere in the opening of the session, or in one of the first commits.
            for _ in range(moments.randrange(3)):
                nursery.hear()
                reader.look()
            deadline = time.monotonic() + moments.uniform(0, 0.02)
            while time.monotonic() < deadline:
                reader.look()
            os.kill(child, signal.SIGKILL)
            acknowledged = newest
            while (word := nursery.hear()) != "dead":
                acknowledged = int(word)
            newest = reader.look()
            assert newest >= acknowledged
        assert newest > KILLS / 2
        assert reader.looks > KILLS
    with DataManager.open(session) as manager:
        Reader(manager).look()
        referenced = manager._store._known.files()  # type: ignore[attr-defined]  # a DiskStore
        assert {path.name for path in (session / "columns").iterdir()} == referenced
