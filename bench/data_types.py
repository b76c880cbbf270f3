"""Tracked data, tensors and media beside `np.copy` of the same bytes, in one run.

python bench/data_types.py        prints a table; exit code 1 when a goal is missed

Each row takes the best of several runs, which alternate with the copy, so that whatever else the machine does falls on
both. The video rows compare with PyAV decoding the same file in order and converting each frame to gray.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "daemon"))

import whiskertoolbox_python as wt  # the path has to be set first

LINES, POINTS_PER_LINE = 10_000, 100
FRAMES, WIDTH, HEIGHT = 300, 640, 480
REPEATS = 9

Row = tuple[str, Callable[[], Any], Callable[[], Any], float | None]


def ragged_rows() -> list[Row]:
    """10 000 lines of 100 points, made, read and put in order."""
    times = np.arange(LINES)
    offsets = np.arange(LINES + 1) * POINTS_PER_LINE
    points = np.random.default_rng(0).random((LINES * POINTS_PER_LINE, 2), np.float32)
    pixels = (points * 640).astype(np.uint32)
    shuffled = np.random.default_rng(1).permutation(times)
    lines = wt.LineData.from_arrays(times, offsets, points)

    def copied() -> list[np.ndarray[Any, Any]]:
        return [np.copy(column) for column in (times, offsets, points)]

    many = np.arange(len(points))
    return [
        ("lines from columns", lambda: wt.LineData.from_arrays(times, offsets, points), copied, 3),
        ("lines from columns, adopted", lambda: wt.LineData.from_arrays(times, offsets, points, copy=False), copied, 1),
        (
            "lines from columns in random order",
            lambda: wt.LineData.from_arrays(shuffled, offsets, points),
            copied,
            None,
        ),
        ("masks from columns", lambda: wt.MaskData.from_arrays(times, offsets, pixels), copied, 3),
        (
            "1 M points from columns",
            lambda: wt.PointData.from_arrays(many, points),
            lambda: (points.copy(), many.copy()),
            6,
        ),
        ("all columns of lines", lambda: (lines.times, lines.offsets, lines.points), copied, 0.1),
        ("iterating over all lines", lambda: [np.asarray(line) for *_, line in lines], copied, None),
    ]


def tensor_rows() -> list[Row]:
    """A tensor of 1000 by 1000."""
    array = np.random.default_rng(0).random((1000, 1000), np.float32)
    tensor = wt.TensorData.from_array(array)
    return [
        ("tensor from an array", lambda: wt.TensorData.fromNumpy2D(array), array.copy, 2),
        ("values of a tensor", lambda: tensor.values, array.copy, 0.1),
    ]


def media_rows(folder: Path) -> list[Row]:
    """A video of 300 frames, in order and jumping."""
    path = folder / "video.mp4"
    rng = np.random.default_rng(0)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=500, options={"preset": "ultrafast", "g": "50", "bf": "2"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for _ in range(FRAMES):
            blocks = np.kron(rng.integers(0, 255, (HEIGHT // 32, WIDTH // 32)), np.ones((32, 32)))
            container.mux(stream.encode(av.VideoFrame.from_ndarray(blocks.astype(np.uint8), format="gray")))
        container.mux(stream.encode())

    def decoded() -> None:
        with av.open(str(path)) as container:
            container.streams.video[0].codec_context.thread_type = "AUTO"
            for frame in container.decode(video=0):
                frame.to_ndarray(format="gray")

    opened = wt.MediaData.from_video(path)
    jumps = rng.permutation(FRAMES)[:20].tolist()

    def fresh() -> wt.MediaData:
        return wt.MediaData.from_columns(opened.to_columns())

    def in_order() -> None:
        for _ in fresh():
            pass

    def jumping() -> None:
        media = fresh()
        for number in jumps:
            media.frame(number)

    return [
        ("opening a video, timestamps read", lambda: wt.MediaData.from_video(path), decoded, 0.5),
        ("video in order, every frame", in_order, decoded, 1.5),
        ("video, 20 frames here and there", jumping, decoded, None),
    ]


def best_of(measured: Callable[[], Any], reference: Callable[[], Any]) -> tuple[float, float]:
    """Least seconds of both, measured in turns."""
    best = [float("inf"), float("inf")]
    for _ in range(REPEATS):
        for place, work in enumerate((measured, reference)):
            begin = time.perf_counter()
            work()
            best[place] = min(best[place], time.perf_counter() - begin)
    return best[0], best[1]


def main() -> int:
    """Measure and print."""
    print(f"{'':<38}{'ours':>12}{'reference':>12}{'ratio':>8}{'goal':>8}")
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, measured, reference, goal in [*ragged_rows(), *tensor_rows(), *media_rows(Path(folder))]:
            ours, theirs = best_of(measured, reference)
            reached = goal is None or ours / theirs <= goal
            missed += not reached
            print(
                f"{name:<38}{1000 * ours:>9.3f} ms{1000 * theirs:>9.3f} ms{ours / theirs:>8.2f}{goal or '-':>8}"
                + ("" if reached else "  missed")
            )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
