"""Lines of five points that tell which entry they are, for tests that add some and look whether all are whole."""

from __future__ import annotations

import numpy as np

from whiskertoolbox_python import Line2D, LineData

POINTS = 5


def traced(count: int) -> LineData:
    """Return lines at the times 0, 1, …"""
    lines = LineData()
    for time in range(count):
        add_line(lines, time)
    return lines


def add_line(lines: LineData, time: int) -> None:
    """Add the line of a time."""
    lines.addAtTime(time, Line2D(np.full((POINTS, 2), time, np.float32)))


def line_entries(lines: LineData) -> list[tuple[int, int, int]]:
    """Return time, entity id and number of points of each line, checked for being that of its time."""
    entries = []
    for time, entity_id, line in lines:
        assert (np.asarray(line) == int(time)).all()
        entries.append((int(time), entity_id.id, len(line)))
    assert all(length == POINTS for *_, length in entries)
    return entries
