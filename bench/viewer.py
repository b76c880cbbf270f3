"""What the viewer's answers cost, beside NumPy, tsdownsample and a bare PyAV loop, as ratios.

python bench/viewer.py [--samples 108000000] [--frames 600]     prints a table; exit code 1 when a goal is missed

Both sides of a ratio are measured in turns, and the median of the ratios counts: a busy machine slows both.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "daemon"))

import whiskertoolbox_python as wt  # the path has to be set first
from whiskertoolbox_daemon.data.frames import FrameReader
from whiskertoolbox_daemon.data.views import ViewReader
from whiskertoolbox_protocol.views import LaneQuery, ReadFrame, ReadViews, ViewInPreparation
from whiskertoolbox_python.views import Pyramid, Timeline, Window, trace

LANES = 64
BUDGET = 2400
"""Points of a lane on a screen that is 1,200 pixels wide."""
WINDOWS = 200
TURNS = 7

missed: list[str] = []


def report(what: str, value: float, goal: float, *, at_least: bool = False, unit: str = "") -> None:
    """Print a number beside its goal."""
    is_met = value >= goal if at_least else value <= goal
    if not is_met:
        missed.append(what)
    sign = "≥" if at_least else "≤"
    print(f"{what:<78} {value:10.4g}{unit}   goal {sign} {goal:<8.4g} {'ok' if is_met else 'MISSED'}", flush=True)


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def ratio(mine: Callable[[], object], others: Callable[[], object]) -> float:
    """Return the median of the ratios of both in turns."""
    mine(), others()
    return statistics.median(seconds(mine) / seconds(others) for _ in range(TURNS))


def resident_bytes() -> int:
    """Return the resident memory of this process (Linux)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def pure_views(values: npt.NDArray[np.float32]) -> None:
    """The whole window, and the pyramid, beside what others do with the same samples."""
    pyramid = Pyramid.of(values)
    timeline, window = Timeline(len(values)), Window(0, len(values))
    whole = lambda: trace(values, timeline, window, budget=BUDGET, pyramid=pyramid)  # noqa: E731
    passes = lambda: (values.min(), values.max())  # noqa: E731
    report("window over all samples / np.min and np.max over them", ratio(whole, passes), 1 / 100)
    try:
        import tsdownsample
    except ImportError:
        print("tsdownsample is not installed: pip install tsdownsample")
    else:
        minmax = tsdownsample.MinMaxDownsampler()
        others = lambda: minmax.downsample(values, n_out=BUDGET)  # noqa: E731
        report("window over all samples / tsdownsample's MinMax over them", ratio(whole, others), 1 / 50)
    report("building the pyramid / np.min and np.max", ratio(lambda: Pyramid.of(values), passes), 1.3)
    report("bytes of the pyramid / bytes of the samples", pyramid.nbytes / values.nbytes, 1 / 16)


async def tour(session: Path, count: int) -> None:
    """Pan and zoom over many lanes through the daemon's reader."""
    reader = ViewReader(session, may_save=lambda: True)
    random = np.random.default_rng(1)
    spans = count * 2.0 ** -random.uniform(0, 20, WINDOWS)
    starts = random.uniform(0, 1, WINDOWS) * (count - spans)

    async def read(lanes: int, start: float, span: float) -> float:
        query = [LaneQuery(key="signal", channel=-1, budget=BUDGET)] * lanes
        begun = time.perf_counter()
        answer = await reader.read(ReadViews(view_id="bench", start=start, end=start + span, lanes=query))
        if any(isinstance(lane, ViewInPreparation) for lane in answer.lanes):
            await asyncio.sleep(0.05)
            return await read(lanes, start, span)
        return time.perf_counter() - begun

    await read(1, 0, count)  # the pyramid is built now
    before = resident_bytes()
    one: list[float] = []
    many: list[float] = []
    for start, span in zip(starts.tolist(), spans.tolist(), strict=True):
        one.append(await read(1, start, span))
        many.append(await read(LANES, start, span))
    report(
        f"p99 of {LANES} lanes / {LANES} times the p99 of one lane",
        float(np.percentile(many, 99) / np.percentile(one, 99) / LANES),
        2,
    )
    print(f"    one lane: median {1e3 * statistics.median(one):.1f} ms, p99 {1e3 * np.percentile(one, 99):.1f} ms")
    print(
        f"    {LANES} lanes: median {1e3 * statistics.median(many):.1f} ms, p99 {1e3 * np.percentile(many, 99):.1f} ms"
    )
    report("growth of resident memory over the tour", (resident_bytes() - before) / 2**20, 100, unit=" MiB")
    await reader.close()


def make_video(path: Path, frames: int) -> None:
    import av

    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=100)
        stream.width, stream.height, stream.pix_fmt = 640, 480, "yuv420p"
        random = np.random.default_rng(0)
        noise = random.integers(0, 40, (480, 640), np.uint8)
        for number in range(frames):
            picture = np.roll(noise, number, 1) + np.uint8(60)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "gray").reformat(format="yuv420p")))
        container.mux(stream.encode())


async def video(session: Path, path: Path, frames: int) -> None:
    """Frames through the viewer's process, in order and at random, beside PyAV in this one."""
    import av

    reader = FrameReader(session)

    async def frame(number: int) -> None:
        query = ReadFrame(view_id="bench", key="movie", tick=number, budget=640 * 480, overlays=[])
        shown = await reader.read(query, sys.executable, [])
        assert shown.index == number, shown.message

    async def timed(work: Awaitable[object]) -> float:
        begun = time.perf_counter()
        await work
        return time.perf_counter() - begun

    async def play() -> None:
        for number in range(frames):
            await frame(number)

    def bare_play() -> None:
        with av.open(str(path)) as container:
            container.streams.video[0].thread_type = "AUTO"
            for decoded in container.decode(video=0):
                decoded.to_ndarray(format="gray")

    wanted = np.random.default_rng(2).integers(0, frames, 60).tolist()

    async def scrub() -> None:
        for number in wanted:
            await frame(number)

    with av.open(str(path)) as container:
        pts = sorted(packet.pts for packet in container.demux(video=0) if packet.size)

    def bare_scrub() -> None:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            for number in wanted:
                container.seek(pts[number], stream=stream, backward=True)
                next(f for f in container.decode(stream) if f.pts == pts[number]).to_ndarray(format="gray")

    await frame(0)
    plays = [seconds(bare_play) / await timed(play()) for _ in range(3)]
    report("frames per second in order / bare PyAV loop", statistics.median(plays), 0.7, at_least=True)
    scrubs = [await timed(scrub()) / seconds(bare_scrub) for _ in range(3)]
    report("time to a random frame / bare exact PyAV seek", statistics.median(scrubs), 1.3)
    await reader.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=108_000_000)
    parser.add_argument("--frames", type=int, default=600)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        session, path = Path(folder) / "session", Path(folder) / "movie.mp4"
        make_video(path, options.frames)
        with wt.DataManager.open(session) as dm:
            out = dm.allocate(options.samples)
            random = np.random.default_rng(0)
            for first in range(0, options.samples, 1 << 20):
                part = out[first : first + (1 << 20)]
                part[:] = random.standard_normal(len(part), np.float32)
            dm.seal("signal", out, "time")
            dm.set_media("movie", wt.MediaData.from_video(path), "time")
            pure_views(dm.getData("signal").values)
        asyncio.run(tour(session, options.samples))
        asyncio.run(video(session, path, options.frames))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
