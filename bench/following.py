"""How soon another process sees what code changes in large stored objects, in milliseconds.

python bench/following.py [--megabytes 500]     prints a table; exit code 1 when the most is over 250 ms

A process opens the session, reads the object, and changes it in a loop; another, this one, asks for it all the time.
Both use the processor all the time, as a busy script and a busy view would.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "daemon"))

import whiskertoolbox_python as wt  # the path has to be set first

SECONDS = 6.0
LIMIT_MS = 250.0
WRITER = """
import sys, time
sys.path.insert(0, sys.argv[1])
import numpy as np
import whiskertoolbox_python as wt

dm = wt.DataManager.open(sys.argv[2])
data, change, count, pause_s, end_s = dm.getData("data"), sys.argv[3], *map(float, sys.argv[4:])
places = np.random.default_rng(0).permutation(int(count)).tolist()
line = wt.Line2D(np.ones((100, 2), np.float32))
changes = {
    "append": lambda: data.addAtTime(int(count) + len(places), line),
    "insert": lambda: data.addAtTime(places.pop(), line),
    "event": lambda: data.addEvent(2 * places.pop() + 1),
    "clear": lambda: data.clearAtTime(places.pop()),
}
print("ready", flush=True)
input()
end = time.monotonic() + end_s
while time.monotonic() < end:
    changes[change]()
    print(time.monotonic(), flush=True)
    resume = time.monotonic() + pause_s
    while time.monotonic() < resume:
        pass
dm.close()
"""


def stored(change: str, megabytes: int) -> tuple[Any, int]:
    """Return an object of that size, and the number of its entries."""
    row_bytes = {"event": 16, "clear": 4}.get(change, 8)
    rows = megabytes * 1_000_000 // row_bytes
    if change == "event":
        return wt.DigitalEventSeries(np.arange(0, 2 * rows, 2)), rows
    times = np.arange(rows // 100)
    offsets = np.arange(len(times) + 1) * 100
    if change == "clear":
        values = np.zeros(offsets[-1], np.float32)
        return wt.RaggedAnalogTimeSeries.from_arrays(times, offsets, values, copy=False), len(times)
    return wt.LineData.from_arrays(times, offsets, np.zeros((offsets[-1], 2), np.float32), copy=False), len(times)


def followed(folder: Path, change: str, megabytes: int, pause_s: float) -> list[float]:
    """Return for each change, all of which make the number of entries another one, how long it took to be seen."""
    with wt.DataManager.open(folder) as manager:
        data, count = stored(change, megabytes)
        manager.setData("data", data, "time")
        del data
    command = [
        sys.executable,
        "-c",
        WRITER,
        *map(str, (Path(wt.__file__).parent.parent, folder, change, count, pause_s, SECONDS)),
    ]
    seen: list[tuple[int, float]] = [(0, 0.0)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdin is not None
        assert writer.stdout is not None
        writer.stdout.readline()
        with wt.DataManager.open(folder) as manager:
            len(manager.getData("data"))  # both have it before the first change
            writer.stdin.write("begin\n")
            writer.stdin.flush()
            end = time.monotonic() + SECONDS
            while time.monotonic() < end:
                made = abs(len(manager.getData("data")) - count)
                if made > seen[-1][0]:
                    seen.append((made, time.monotonic()))
        moments = [float(line) for line in writer.stdout]
    return [1000 * (moment - made) for (before, _), (after, moment) in pairwise(seen) for made in moments[before:after]]


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--megabytes", type=int, help="of each object; by default 500, and 50 of events")
    asked = parser.parse_args().megabytes
    missed = 0
    print(f"{'':<52}{'median':>10}{'most':>10}{'limit':>8}")
    for change, pause_s, megabytes, name in (
        ("append", 0.002, asked or 500, "a line after the last"),
        ("insert", 0.002, asked or 500, "a line anywhere"),
        ("clear", 0.002, asked or 500, "values of a time taken out"),
        ("event", 0.02, asked or 50, "an event anywhere"),
    ):
        folder = Path(tempfile.mkdtemp(prefix="whiskertoolbox-bench-"))
        try:
            delays = followed(folder / "session", change, megabytes, pause_s)
        finally:
            shutil.rmtree(folder)
        most = max(delays)
        missed += most > LIMIT_MS
        row = f"{name}, of {megabytes} MB, every {1000 * pause_s:.0f} ms"
        print(f"{row:<52}{statistics.median(delays):>7.0f} ms{most:>7.0f} ms{LIMIT_MS:>8.0f}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
