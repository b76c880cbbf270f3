"""One of two processes that work on a session: called directly, or by JSON lines when this file runs as a program."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from whiskertoolbox_python import (
    AnalogTimeSeries,
    DataManager,
    DigitalEventSeries,
    Line2D,
    LineData,
    RaggedAnalogTimeSeries,
    TimeFrame,
)
from whiskertoolbox_python.arrays import allocation as _room
from whiskertoolbox_python.arrays import growing
from whiskertoolbox_python.store.disk import spare_files


def treat_small_data_as_large(set_attribute: Callable[[object, str, int], object] = setattr) -> None:
    """Store series in pieces, and write over the files of what was replaced, however small they are."""
    set_attribute(growing, "_WORTH_A_PIECE", 1)
    set_attribute(_room, "_LEAST", 1)
    set_attribute(spare_files, "_LEAST", 1)


class Side:
    """A manager, and what can be done to it."""

    def __init__(self, path: str) -> None:
        self.manager = DataManager.open(path)

    def put_analog(self, key: str, numbers: list[int]) -> None:
        """Store a series."""
        self.manager.setData(key, AnalogTimeSeries(numbers, len(numbers)), "time")

    def put_events(self, key: str, numbers: list[int]) -> None:
        """Store events."""
        self.manager.setData(key, DigitalEventSeries(numbers), "time")

    def add_event(self, key: str, number: int) -> None:
        """Change stored events in place."""
        self.manager.getData(key).addEvent(number)
        self.manager.flush()

    def remove_event(self, key: str, number: int) -> None:
        """Change stored events in place."""
        self.manager.getData(key).removeEvent(number)
        self.manager.flush()

    def put_lines(self, key: str, times: list[int]) -> None:
        """Store lines, one at each time."""
        lines = LineData()
        for time in times:
            lines.addAtTime(time, Line2D(np.full((2, 2), time, np.float32)))
        self.manager.setData(key, lines, "time")

    def add_lines(self, key: str, times: list[int]) -> None:
        """Add to stored lines, each of which is flushed by itself."""
        for time in times:
            self.manager.getData(key).addAtTime(time, Line2D(np.full((2, 2), time, np.float32)))
            self.manager.flush()

    def put_ragged(self, key: str, values: dict[str, list[int]]) -> None:
        """Store values per time."""
        ragged = RaggedAnalogTimeSeries()
        for time, numbers in values.items():
            ragged.setDataAtTime(int(time), numbers)
        self.manager.setData(key, ragged, "time")

    def set_ragged(self, key: str, time: int, numbers: list[int]) -> None:
        """Change stored values of a time in place."""
        self.manager.getData(key).setDataAtTime(time, numbers)
        self.manager.flush()

    def append_ragged(self, key: str, time: int, numbers: list[int]) -> None:
        """Add to stored values of a time in place."""
        self.manager.getData(key).appendAtTime(time, numbers)
        self.manager.flush()

    def snapshot(self, path: str) -> None:
        """Take a snapshot."""
        self.manager.snapshot(path)

    def delete(self, key: str) -> bool:
        """Delete a key."""
        return self.manager.deleteData(key)

    def set_clock(self, numbers: list[int]) -> None:
        """Overwrite the clock."""
        self.manager.setTime("time", TimeFrame(numbers), overwrite=True)

    def reset(self) -> None:
        """Drop everything."""
        self.manager.reset()

    def close(self) -> None:
        """Close the manager."""
        self.manager.close()

    def look(self) -> dict[str, Any]:
        """Return all that the manager shows, checked for being whole."""
        clock = self.manager.getTime("time")
        assert clock is not None
        seen: dict[str, Any] = {"clock": clock.times.tolist()}
        for key in self.manager.getAllKeys():
            data = self.manager.getData(key)
            if isinstance(data, AnalogTimeSeries):
                seen[key] = ["analog", data.toList()]
            elif isinstance(data, DigitalEventSeries):
                assert len(set(data.entity_ids.tolist()) - {0}) == len(data)
                assert data.getTimeFrame() is clock
                seen[key] = ["events", data.times.tolist()]
            elif isinstance(data, RaggedAnalogTimeSeries):
                seen[key] = ["ragged", {str(int(time)): values.tolist() for time, values in data}]
                assert all(data.getDataAtTime(int(time)).tolist() == values for time, values in seen[key][1].items())
                assert len(data) == len(seen[key][1])
            elif isinstance(data, LineData):
                assert len(set(data.entity_ids.tolist()) - {0}) == len(data)
                assert data.offsets.tolist() == list(range(0, 2 * len(data) + 1, 2))
                assert data.points.tolist() == [[time, time] for time in data.times.repeat(2).tolist()]
                seen[key] = ["lines", data.times.tolist()]
        return seen


def main() -> None:
    """Obey the lines ``[method, arguments…]`` and answer each with its result."""
    treat_small_data_as_large()
    side: Side | None = None
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        if name == "open":
            side, result = Side(*arguments), None
        else:
            result = getattr(side, name)(*arguments)
        print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
