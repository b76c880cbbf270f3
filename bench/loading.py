"""Loading beside `pandas.read_csv` (C engine) of the same file and, for video, beside OpenCV, in one run.

python bench/loading.py [ROWS]     prints the ratios; ROWS defaults to 2 million

Needs pandas, OpenCV and PyAV. Each row takes the best of three, alternating with its peer, in processor time of this
process, so that other work on the machine counts little. Peak memory is that of Python and NumPy beyond the result;
pyarrow, which reads large text if it is installed, holds a block of 4 MB more.
"""

from __future__ import annotations

import sys
import tempfile
import time
import tracemalloc
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "daemon"))

import whiskertoolbox_python as wt  # the path has to be set first

REPEATS = 3


def best(work: Callable[[], Any], peer: Callable[[], Any]) -> float:
    """Return the ratio of the shortest times."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(REPEATS):
        for call, found in zip((work, peer), times, strict=True):
            start = time.process_time()
            call()
            found.append(time.process_time() - start)
    return min(times[0]) / min(times[1])


def peak_beyond_result(work: Callable[[], Any], result_bytes: int) -> float:
    """Return the peak of allocated memory beyond the result, in MB."""
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return (peak - result_bytes) / 2**20


def loaded(path: Path, **options: Any) -> Any:
    """Load one file into a new manager."""
    manager = wt.DataManager()
    manager.load_file(path, name="x", **options)
    return manager


def text_rows(folder: Path, rows: int) -> None:
    """Print the ratios of text."""
    import pandas as pd

    rng = np.random.default_rng(0)
    values = rng.normal(size=rows)
    ticks = np.cumsum(rng.integers(1, 50, rows))
    np.savetxt(folder / "one.csv", values, "%.6f")
    np.savetxt(folder / "two.csv", np.column_stack([np.arange(rows), values]), ["%d", "%.6f"], delimiter=",")
    np.savetxt(folder / "events.csv", ticks, "%d")
    starts = ticks[: rows // 4] * 10
    np.savetxt(folder / "intervals.csv", np.column_stack([starts, starts + 5]), "%d", delimiter=",")
    csv = {"format": "csv"}
    cases: list[tuple[str, Path, dict[str, Any], int]] = [
        ("analog, one column", folder / "one.csv", {"data_type": "analog", **csv}, 4 * rows),
        (
            "analog, time and value",
            folder / "two.csv",
            {"data_type": "analog", "single_column_format": False, **csv},
            12 * rows,
        ),
        ("events", folder / "events.csv", {"data_type": "digital_event", **csv}, 16 * rows),
        (
            "intervals",
            folder / "intervals.csv",
            {"data_type": "digital_interval", "skip_header": False, **csv},
            16 * rows // 4,
        ),
    ]
    for name, path, options, size in cases:
        print_row(
            name,
            lambda path=path, options=options: loaded(path, **options),  # type: ignore[misc]
            lambda path=path: pd.read_csv(path, header=None).to_numpy(np.float32),  # type: ignore[misc]
            "pandas",
            size,
        )


def print_row(name: str, ours: Callable[[], Any], peer: Callable[[], Any], peer_name: str, result_bytes: int) -> None:
    """Print the ratio of one row, and the memory that it takes."""
    ratio, peak = best(ours, peer), peak_beyond_result(ours, result_bytes)
    print(f"{name:28} {ratio:6.2f} x {peer_name:8} {peak:6.1f} MB beyond the result")


def tracking_rows(folder: Path, frames: int = 100_000, parts: int = 8) -> None:
    """Print the ratio of DeepLabCut's CSV, as pandas writes it."""
    import pandas as pd

    rng = np.random.default_rng(2)
    table = rng.uniform(0, 640, (frames, parts, 3)).astype(np.float32)
    table[..., 2] = rng.uniform(0.5, 1, (frames, parts))
    names = [["DLC"], [f"part{number}" for number in range(parts)], ["x", "y", "likelihood"]]
    header = pd.MultiIndex.from_product(names, names=["scorer", "bodyparts", "coords"])
    path = folder / "dlc.csv"
    pd.DataFrame(table.reshape(frames, -1).astype(np.float64), columns=header).to_csv(path)
    print_row(
        "DeepLabCut, 8 parts",
        lambda: loaded(path, data_type="points", format="dlc_csv"),
        lambda: pd.read_csv(path, header=[0, 1, 2], index_col=0).to_numpy(np.float32),
        "pandas",
        16 * frames * parts,
    )


def shape_rows(folder: Path) -> None:
    """Print the ratios of lines of 60 points and of masks of 80 runs, as we write them."""
    import pandas as pd

    def peer(path: Path, columns: list[str]) -> None:
        table = pd.read_csv(path)
        for column in columns:
            for cell in table[column]:
                np.fromstring(cell, sep=",")

    rng = np.random.default_rng(3)
    x, y = rng.uniform(0, 640, (2, 20_000, 60))
    lines = folder / "lines.csv"
    with lines.open("w", encoding="utf-8") as text:
        text.write("Frame,X,Y\n")
        for frame in range(len(x)):
            lists = (",".join(f"{number:.1f}" for number in row[frame]) for row in (x, y))
            text.write('{},"{}","{}"\n'.format(frame, *lists))
    print_row(
        "lines of 60 points",
        lambda: loaded(lines, data_type="line", format="csv"),
        lambda: peer(lines, ["X", "Y"]),
        "pandas",
        8 * x.size,
    )
    masks = folder / "masks.csv"
    starts, lengths = rng.integers(0, 500, (5000, 80)), rng.integers(5, 60, (5000, 80))
    with masks.open("w", encoding="utf-8") as text:
        text.write("Frame,RLE\n")
        for frame in range(len(starts)):
            runs = np.column_stack([np.arange(80), starts[frame], lengths[frame]]).reshape(-1)
            text.write(f'{frame},"{",".join(map(str, runs.tolist()))}"\n')
    print_row(
        "masks of 80 runs",
        lambda: loaded(masks, data_type="mask", format="csv"),
        lambda: peer(masks, ["RLE"]),
        "pandas",
        8 * int(lengths.sum()),
    )


def binary_rows(folder: Path, samples: int = 8_000_000, channels: int = 8) -> None:
    """Print the ratios of interleaved samples, loaded into memory and into a session."""
    path = folder / "raw.bin"
    np.random.default_rng(4).integers(-3000, 3000, samples).astype(np.int16).tofile(path)
    options: dict[str, Any] = {"data_type": "analog", "format": "binary", "num_channels": channels}

    def into_session() -> None:
        with tempfile.TemporaryDirectory() as session, wt.DataManager.open(Path(session) / "session") as manager:
            manager.load_file(path, name="x", **options)

    def peer() -> Any:
        return np.ascontiguousarray(np.fromfile(path, np.int16).reshape(-1, channels).T).astype(np.float32)

    def peer_saved() -> None:
        with tempfile.TemporaryDirectory() as other:
            np.save(Path(other) / "x.npy", peer())

    print_row("binary, 8 channels", lambda: loaded(path, **options), peer, "NumPy", 4 * samples)
    print_row("the same into a session", into_session, peer_saved, "NumPy", 4 * samples)


def video_rows(folder: Path, frames: int = 1000) -> None:
    """Print the ratios of video."""
    import av
    import cv2

    path = folder / "video.mp4"
    base = (np.add.outer(np.arange(480), np.arange(640)) % 256).astype(np.uint8)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 640, 480, "yuv420p"
        for number in range(frames):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.roll(base, number * 3, 1), format="gray")))
        container.mux(stream.encode())
    rng = np.random.default_rng(1)
    orders = {
        "in order": list(range(frames)),
        "60 at random": rng.integers(0, frames, 60).tolist(),
        "100 backwards": list(range(frames // 2, frames // 2 - 100, -1)),
    }

    def ours(order: list[int]) -> None:
        media = wt.MediaData.from_video(path)
        for number in order:
            media.frame(number)

    def peer(order: list[int]) -> None:
        capture = cv2.VideoCapture(str(path))
        expected = 0
        for number in order:
            if number != expected:
                capture.set(cv2.CAP_PROP_POS_FRAMES, number)
            cv2.cvtColor(capture.read()[1], cv2.COLOR_BGR2GRAY)
            expected = number + 1

    for name, order in {**orders, "opening, first frame": [0]}.items():
        ratio = best(lambda order=order: ours(order), lambda order=order: peer(order))  # type: ignore[misc]
        print(f"video, {name:21} {ratio:6.2f} x OpenCV")


def main() -> None:
    """Print all ratios."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder:
        text_rows(Path(folder), rows)
        tracking_rows(Path(folder))
        shape_rows(Path(folder))
        binary_rows(Path(folder))
        video_rows(Path(folder))


if __name__ == "__main__":
    main()
