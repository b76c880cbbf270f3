"""Files of the field beside what else reads them, in one run: NumPy, `pandas.read_hdf` and pynwb.

python bench/formats.py [MILLIONS]     prints the ratios; MILLIONS of samples a channel, 0.2 by default

Each row takes the best of three, alternating with its peer, in processor time, so that other work counts little.
"""

from __future__ import annotations

import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "daemon"))

import whiskertoolbox_python as wt  # the path has to be set first

REPEATS = 3
CHANNELS = 64
ROWS_AT_ONCE = 1 << 16


def compare(label: str, limit: float, work: Callable[[], Any], peer: Callable[[], Any]) -> None:
    """Print the ratio of the shortest times, and the one that is wanted."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(REPEATS):
        for call, found in zip((work, peer), times, strict=True):
            start = time.process_time()
            call()
            found.append(time.process_time() - start)
    print(f"{label}: {min(times[0]) / min(times[1]):.2f} (wanted: at most {limit})", flush=True)


def recording(folder: Path, samples: int) -> None:
    """Interleaved int16 into a session, beside NumPy's copy into as many float32 files."""
    path = folder / "recording.bin"
    block = np.random.default_rng(0).integers(-3000, 3000, (ROWS_AT_ONCE, CHANNELS)).astype(np.int16)
    with path.open("wb") as file:
        for start in range(0, samples, ROWS_AT_ONCE):
            block[: samples - start].tofile(file)

    def ours() -> None:
        with tempfile.TemporaryDirectory(dir=folder) as session, wt.DataManager.open(session) as manager:
            manager.load_file(path, data_type="analog", format="binary", name="lfp", num_channels=CHANNELS)

    def theirs() -> None:
        with tempfile.TemporaryDirectory(dir=folder) as columns:
            rows = np.memmap(path, np.int16, "r").reshape(-1, CHANNELS)
            files = [(Path(columns) / str(channel)).open("wb") for channel in range(CHANNELS)]
            for start in range(0, len(rows), ROWS_AT_ONCE):
                part = np.ascontiguousarray(rows[start : start + ROWS_AT_ONCE].T, np.float32)
                for file, channel in zip(files, part, strict=True):
                    channel.tofile(file)
            for file in files:
                file.close()

    compare(f"int16 recording, {CHANNELS} channels / NumPy in chunks", 1.2, ours, theirs)


def poses(folder: Path, frames: int) -> None:
    """DeepLabCut's HDF5 beside `pandas.read_hdf`."""
    import pandas as pd

    names = ("scorer", "bodyparts", "coords")
    columns = pd.MultiIndex.from_product(
        [["net"], [f"p{part}" for part in range(20)], ["x", "y", "likelihood"]], names=names
    )
    table = pd.DataFrame(np.random.default_rng(0).random((frames, 60)), columns=columns)
    table.to_hdf(folder / "poses.h5", key="df_with_missing", format="table", mode="w")
    compare(
        "DeepLabCut HDF5, 20 parts / pandas.read_hdf",
        1.0,
        lambda: wt.DataManager().import_file(folder / "poses.h5"),
        lambda: pd.read_hdf(folder / "poses.h5"),
    )


def units(folder: Path, count: int) -> None:
    """Sorted units of NWB beside pynwb's full read."""
    import pynwb

    start = datetime(2026, 3, 1, tzinfo=timezone.utc)
    file = pynwb.NWBFile(session_description="bench", identifier="bench", session_start_time=start)
    rng = np.random.default_rng(0)
    for _ in range(count):
        file.add_unit(spike_times=np.sort(rng.random(200) * 1000))
    with pynwb.NWBHDF5IO(str(folder / "units.nwb"), "w") as io:
        io.write(file)

    def theirs() -> None:
        with pynwb.NWBHDF5IO(str(folder / "units.nwb"), "r") as io:
            io.read().units.to_dataframe()

    compare(
        f"NWB, {count} units / pynwb",
        0.5,
        lambda: wt.DataManager().import_file(folder / "units.nwb"),
        theirs,
    )


def main() -> None:
    """Print a line for each format."""
    samples = int(1e6 * float(sys.argv[1] if len(sys.argv) > 1 else 0.2))
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder:
        recording(Path(folder), samples)
        poses(Path(folder), samples)
        units(Path(folder), 1000)


if __name__ == "__main__":
    main()
