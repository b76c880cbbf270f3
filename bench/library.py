"""Series, sessions and scripts beside `np.copy` of the same bytes, and beside pandas and pynapple, in one run.

python bench/library.py [group]     prints a table; exit code 1 when a goal is missed

Each row's ratio is the median over many pairs of runs, each beside a run of the reference, so that whatever else the
machine does falls on both. Each group of rows runs in a process of its own, as a script does: one that has freed large
arrays goes on with their memory, in which all NumPy is faster. pandas and pynapple are measured where they do the same
job, if they are installed.
"""

from __future__ import annotations

import contextlib
import importlib
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from scipy.signal import butter, filtfilt

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "daemon"))

import whiskertoolbox_python as wt  # the path has to be set first

SAMPLES = 1_000_000
REPEATS = 15
SECONDS = 3.0
RATE_HZ = 500.0

Work = Callable[[], Any]
Row = tuple[str, Work, Work, float | None]


def optional(name: str) -> Any:
    """Return a module, or None if it is not installed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with contextlib.suppress(ImportError):
            return importlib.import_module(name)
    print(f"({name} is not installed, so it is not compared)")
    return None


def making_rows(folder: Path) -> Iterator[Row]:
    """Series from arrays."""
    rng = np.random.default_rng(0)
    values = rng.random(SAMPLES, np.float32)
    times = np.cumsum(rng.integers(1, 4, SAMPLES))
    shuffled = rng.permutation(times)
    intervals = np.column_stack([times * 10, times * 10 + 5])

    def both() -> object:
        return values.copy(), times.copy()

    yield "analog from 1 M samples", lambda: wt.AnalogTimeSeries(values, SAMPLES), values.copy, 2
    yield "analog with a time index", lambda: wt.AnalogTimeSeries(values, times), both, 4
    yield "analog, array adopted", lambda: wt.AnalogTimeSeries.from_array(values, copy=False), values.copy, None
    yield "1 M sorted events", lambda: wt.DigitalEventSeries(times), times.copy, 3
    yield "1 M unsorted events / np.unique", lambda: wt.DigitalEventSeries(shuffled), lambda: np.unique(shuffled), 1.5
    yield "1 M intervals", lambda: wt.DigitalIntervalSeries(intervals), intervals.copy, None
    pandas, pynapple = optional("pandas"), optional("pynapple")
    if pandas is not None:
        yield "pandas.Series with a time index", lambda: pandas.Series(values.copy(), times.copy()), both, None
    if pynapple is not None:
        seconds = times / RATE_HZ
        yield "pynapple.Tsd", lambda: pynapple.Tsd(seconds, values), both, None
        yield "pynapple.Ts of sorted events", lambda: pynapple.Ts(seconds), times.copy, None


def reading_rows(folder: Path) -> Iterator[Row]:
    """What interactive use does all the time; the reference is a plain property that returns an attribute."""
    series = wt.AnalogTimeSeries(np.zeros(SAMPLES, np.float32), SAMPLES)

    class Plain:
        def __init__(self) -> None:
            self._values = series.values

        @property
        def values(self) -> object:
            return self._values

    plain = Plain()

    def ours() -> None:
        for _ in range(10_000):
            series.values  # noqa: B018 - the reading is what is measured

    def theirs() -> None:
        for _ in range(10_000):
            plain.values  # noqa: B018 - the reading is what is measured

    yield ".values / a plain property", ours, theirs, 5


def session_rows(folder: Path) -> Iterator[Row]:
    """Storing and opening."""
    manager = wt.DataManager.open(folder / "storing")
    values = np.random.default_rng(0).random(10_000_000, np.float32)

    def store() -> None:
        manager.setData("big", wt.AnalogTimeSeries.from_array(values, copy=False), "time")

    yield "setData of 40 MB", store, values.copy, 2

    def store_and_delete() -> None:
        manager.setData("other", wt.AnalogTimeSeries.from_array(values, copy=False), "time")
        manager.deleteData("other")

    yield "setData of 40 MB again, and deleteData", store_and_delete, values.copy, 2
    times = np.arange(SAMPLES)

    def store_events() -> None:
        manager.setData("events", wt.DigitalEventSeries(times), "time")

    def with_ids() -> object:
        return times.copy(), times.copy()

    yield "setData of 1 M events with ids", store_events, with_ids, None
    manager.getData("big")
    yield "1000 × getData / dict of the same", lambda: many(manager.getData), lambda: many({"big": 1}.get), None
    manager.close()

    for name, samples in (("small", 500_000), ("large", 500_000_000)):
        with wt.DataManager.open(folder / name) as session:
            session.seal("angle", session.allocate(samples), "time")

    def open_and_read(name: str) -> None:
        with wt.DataManager.open(folder / name) as session:
            session.entries()
            session.getData("angle")

    yield "opening 2 GB / opening 2 MB", lambda: open_and_read("large"), lambda: open_and_read("small"), 1.2


def many(get: Callable[[str], Any]) -> None:
    """Look a key up a thousand times."""
    for _ in range(1000):
        get("big")


def growing_rows(folder: Path) -> Iterator[Row]:
    """A tracking loop that adds a line per frame to a stored object, which is flushed meanwhile."""
    points = np.random.default_rng(0).random((100, 2), np.float32)
    line, frame = wt.Line2D(points), count(10_000_000)

    def stored(manager: wt.DataManager, key: str, lines: int) -> Any:
        offsets = np.arange(lines + 1) * len(points)
        data = wt.LineData.from_arrays(np.arange(lines), offsets, np.zeros((offsets[-1], 2), np.float32), copy=False)
        manager.setData(key, data, "time")
        add(data, 1)
        manager.flush()
        return data

    def add(data: Any, lines: int) -> None:
        for _ in range(lines):
            data.addAtTime(next(frame), line)

    def add_and_flush(data: Any) -> None:
        add(data, 10)
        session.flush()

    def add_late_and_flush(data: Any) -> None:
        for time_index in range(0, 200, 20):
            data.addAtTime(time_index, line)
        session.flush()

    with wt.DataManager.open(folder / "growing") as session:
        large, small = stored(session, "large", 250_000), stored(session, "small", 250)
        yield "10 lines added to 200 MB / 200 kB", lambda: add_and_flush(large), lambda: add_and_flush(small), 1.5
        yield (
            "10 in the middle of 200 MB / 200 kB",
            lambda: add_late_and_flush(large),
            lambda: add_late_and_flush(small),
            1.5,
        )
        free = stored(wt.DataManager(), "free", 250_000)
        yield "1000 × addAtTime, session / memory", lambda: add(large, 1000), lambda: add(free, 1000), 1.5


def script_rows(folder: Path) -> Iterator[Row]:
    """A script's whole way: read, filter, store; beside SciPy on the bare array."""
    angle = np.cumsum(np.random.default_rng(0).standard_normal(SAMPLES)).astype(np.float32)
    numerator, denominator = butter(4, [8, 25], "bandpass", fs=RATE_HZ)

    def filtered(manager: wt.DataManager) -> None:
        whole = filtfilt(numerator, denominator, manager.getData("angle").values)
        manager.setData("filtered", wt.AnalogTimeSeries(whole, len(whole)), "time")

    def plain() -> object:
        return filtfilt(numerator, denominator, angle)

    memory, session = wt.DataManager(), wt.DataManager.open(folder / "script")
    for manager in (memory, session):
        manager.setData("angle", wt.AnalogTimeSeries(angle, SAMPLES), "time")
    yield "filtfilt of 1 M, in memory", lambda: filtered(memory), plain, 1.05
    # Here setData has also committed to the disk when it returns.
    yield "filtfilt of 1 M, in a session", lambda: filtered(session), plain, 1.05
    session.close()


def compared(measured: Work, reference: Work) -> tuple[float, float, float]:
    """Return the median seconds of both, measured in turns, and the median of their ratios."""
    pairs: list[tuple[float, float]] = []
    end = time.perf_counter() + SECONDS
    while len(pairs) < REPEATS or time.perf_counter() < end:
        seconds = []
        for work in (measured, reference):
            begin = time.perf_counter()
            work()
            seconds.append(time.perf_counter() - begin)
        pairs.append((seconds[0], seconds[1]))
    ours, theirs = zip(*pairs, strict=True)
    return median(ours), median(theirs), median(one / other for one, other in pairs)


GROUPS = {
    "making": making_rows,
    "reading": reading_rows,
    "session": session_rows,
    "growing": growing_rows,
    "script": script_rows,
}


def main() -> int:
    """Measure and print all groups, or one."""
    if sys.argv[1:]:
        return measure(GROUPS[sys.argv[1]])
    print(f"{'':<38}{'ours':>12}{'reference':>12}{'ratio':>9}{'goal':>8}", flush=True)
    return max(subprocess.run([sys.executable, __file__, group], check=False).returncode for group in GROUPS)


def measure(rows: Callable[[Path], Iterator[Row]]) -> int:
    """Measure and print one group."""
    folder = Path(tempfile.mkdtemp(prefix="whiskertoolbox-bench-"))
    missed = 0
    try:
        for name, measured, reference, goal in rows(folder):
            ours, theirs, ratio = compared(measured, reference)
            reached = goal is None or ratio <= goal
            missed += not reached
            print(
                f"{name:<38}{1000 * ours:>9.3f} ms{1000 * theirs:>9.3f} ms{ratio:>9.3f}{goal or '-':>8}"
                + ("" if reached else "  missed")
            )
    finally:
        shutil.rmtree(folder)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
