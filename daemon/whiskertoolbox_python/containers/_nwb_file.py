"""One NWB file being looked through: its clocks, and where to say what is wrong with it."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from whiskertoolbox_python.arrays.order import parts as parts_of_rows
from whiskertoolbox_python.arrays.order import ranked
from whiskertoolbox_python.containers._contents import NANOSECONDS, Allocate, Array, Clock, to_ticks
from whiskertoolbox_python.containers._tree import ArrayInFile, Node


class FileOfNwb:
    """A file, its electrodes, and the clocks found in it so far."""

    def __init__(
        self,
        path: Path,
        threshold: float,
        warn: Callable[[str], None],
        electrodes: list[dict[str, Any]],
        allocate: Allocate,
    ) -> None:
        self.path = path
        self.allocate = allocate
        self.electrodes = electrodes
        self.threshold = threshold
        self.warn = warn
        self.clocks: dict[str, Clock] = {}
        self._clock_of: dict[object, str] = {}

    def clock_of(self, group: Node, children: dict[str, Node], count: int) -> str:
        """Return the name of the clock of a time series; series that share their timestamps share it."""
        stamps = children.get("timestamps")
        start = children.get("starting_time")
        key: object
        if stamps is not None:
            if stamps.shape != (count,):
                self.warn(f"{self.path}: {group.path} has {count:,} values and {stamps.shape} timestamps")
            key = stamps.identity
            clock = partial(_clock_of_stamps, self.path, stamps)
        elif start is not None:
            rate, first = float(start.attribute("rate", 0.0)), float(start.scalar() or 0.0)
            if rate <= 0:
                self.warn(f"{self.path}: {group.path} has no rate; its samples are counted")
                return ""
            key = (first, rate, count)
            clock = partial(Clock.regular, count, rate, start=first)
        else:
            self.warn(f"{self.path}: {group.path} has no times; its samples are counted")
            return ""
        if key not in self._clock_of:
            self._clock_of[key] = group.path
            self.clocks[group.path] = clock()
        return self._clock_of[key]

    def clock_of_times(self, name: str, times: Array | ArrayInFile) -> Array:
        """Make a clock with an index for each of some times in seconds, any shape; return the index of each time."""
        if not isinstance(times, ArrayInFile):
            times = times.ravel()
        found = self.allocate((math.prod(times.shape),), np.int64)
        for rows in parts_of_rows(len(found)):
            found[rows] = to_ticks(times[rows], NANOSECONDS, rows.start)
        ticks, indices = ranked(found, self.allocate)
        self.clocks[name] = Clock.of(ticks, NANOSECONDS)
        return indices


def _clock_of_stamps(path: Path, stamps: Node) -> Clock:
    return Clock.of_seconds(ArrayInFile.of(path, stamps).__getitem__, stamps.shape[0])
