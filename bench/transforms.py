"""Speed of transforms and batches, as ratios to what one would write with SciPy and scikit-image.

python bench/transforms.py [--only WORD]

Each line: what, our time, the other's time, the ratio, and the ratio that is wanted at most (for speedups: at least).
"""

from __future__ import annotations

import argparse
import pickle
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "daemon"), str(ROOT)]

import whiskertoolbox_python as wt  # noqa: E402  # the path has to be set first
from bench import transforms_work as work  # noqa: E402


def best(run: Callable[[], object], repeats: int = 5) -> float:
    """Shortest time of several, in seconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def show(what: str, ours: float, other: float, wanted: float) -> None:
    ratio = ours / other
    verdict = "" if ratio <= wanted else "   MORE THAN WANTED"
    print(
        f"{what:44} {ours * 1e3:9.1f} ms {other * 1e3:9.1f} ms   {ratio:6.3f}  (at most {wanted}){verdict}", flush=True
    )


def lines(count: int = 10_000, vertices: int = 60) -> wt.LineData:
    random = np.random.default_rng(0)
    steps = random.normal([2.0, 0.5], 0.3, (count, vertices, 2))
    points = np.cumsum(steps, axis=1).reshape(-1, 2)
    offsets = np.arange(count + 1) * vertices
    return wt.LineData.from_arrays(np.arange(count), offsets, points, image_size=wt.ImageSize(640, 480))


def masks(count: int = 10_000) -> wt.MaskData:
    random = np.random.default_rng(0)
    image = np.zeros((24, 40), bool)
    image[6:18, 4:36] = True
    made = wt.MaskData()
    made.setImageSize(wt.ImageSize(640, 480))
    pixels, counts = [], []
    for _ in range(count):
        noisy = image ^ (random.random(image.shape) < 0.05)
        row, column = np.nonzero(noisy)
        pixels.append(np.column_stack([column, row]) + random.integers(0, 400, 2))
        counts.append(len(row))
    made.add_arrays(np.arange(count), np.concatenate([[0], np.cumsum(counts)]), np.concatenate(pixels))
    return made


def signals() -> None:
    from scipy import signal

    values = np.random.default_rng(0).normal(size=1_000_000).astype(np.float32)
    series = wt.AnalogTimeSeries.from_array(values)
    specification = {"filter_family": "butterworth", "filter_response": "lowpass", "order": 4}
    specification |= {"sampling_rate_hz": 1000.0, "cutoff_hz": 10.0}  # type: ignore[dict-item]
    sections = signal.butter(4, 10, fs=1000, output="sos")
    show(
        "Filter, 1 million samples",
        best(lambda: wt.run_transform("Filter", series, filter_specification=specification)),
        best(lambda: signal.sosfilt(sections, values).astype(np.float32)),
        1.05,
    )
    show(
        "Hilbert Phase, 1 million samples",
        best(lambda: wt.run_transform("Hilbert Phase", series, max_chunk_size=0)),
        best(lambda: np.angle(signal.hilbert(values)).astype(np.float32)),
        1.05,
    )
    show(
        "Hilbert Phase in blocks",
        best(lambda: wt.run_transform("Hilbert Phase", series)),
        best(lambda: np.angle(signal.hilbert(values)).astype(np.float32)),
        1.05,
    )


def of_lines() -> None:
    from skimage.measure import approximate_polygon

    data = lines()
    rows = [np.asarray(line, np.float64) for _, _, line in data]

    def loop(work_on: Callable[[Any], object]) -> float:
        return best(lambda: [work_on(points) for points in rows], 2)

    def along(points: Any) -> Any:
        return np.concatenate([[0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])

    def angle(points: Any) -> object:
        s = along(points)
        low, high = (np.array([np.interp(f * s[-1], s, points[:, axis]) for axis in (0, 1)]) for f in (0.1, 0.3))
        return np.degrees(np.arctan2(*(high - low)[::-1]))

    def curvature(points: Any) -> object:
        s = along(points) / along(points)[-1]
        x, y = (np.polynomial.polynomial.polyfit(s, points[:, axis], 3) for axis in (0, 1))
        return x, y

    def resample(points: Any) -> object:
        s = along(points)
        return np.column_stack([np.interp(np.arange(0, s[-1], 5), s, points[:, axis]) for axis in (0, 1)])

    for what, name, parameters, other, wanted in (
        ("length", "CalculateLineLength", {}, along, 0.2),
        ("angle", "Calculate Line Angle", {}, angle, 0.2),
        ("curvature", "Calculate Line Curvature", {}, curvature, 0.2),
        ("point", "Extract Point from Line", {"method": "Direct"}, resample, 0.2),
        ("fixed spacing", "Resample Line", {}, resample, 0.2),
        (
            "Douglas-Peucker",
            "Resample Line",
            {"algorithm": "Douglas-Peucker"},
            lambda points: approximate_polygon(points, 2),
            0.2,
        ),
        ("smoothed", "Resample Line", {"algorithm": "Polynomial Smooth"}, curvature, 0.2),
        ("subsegment", "Extract Line Subsegment", {}, curvature, 0.2),
        ("outliers", "RemoveLineOutliers", {}, curvature, 1.1),
    ):
        ours = best(lambda name=name, parameters=parameters: wt.run_transform(name, data, **parameters), 2)  # type: ignore[misc]
        show(f"10 000 lines: {what}", ours, loop(other), wanted)


def of_masks() -> None:
    from scipy import ndimage
    from skimage import morphology

    data = masks()
    rasters = []
    for _, _, mask in data:
        pixels = np.asarray(mask).astype(np.int64)
        low = pixels.min(axis=0) - 1
        image = np.zeros(pixels.max(axis=0)[::-1] - low[::-1] + 2, bool)
        image[pixels[:, 1] - low[1], pixels[:, 0] - low[0]] = True
        rasters.append(image)

    def components(image: Any) -> object:
        labels, _ = ndimage.label(image, np.ones((3, 3)))
        return np.nonzero((np.bincount(labels.ravel()) >= 10)[labels] & image)

    for what, name, other, wanted in (
        ("area", "Calculate Area", lambda image: image.sum(), 0.2),
        ("centroid", "Calculate Mask Centroid", lambda image: np.argwhere(image).mean(axis=0), 0.2),
        ("components", "Remove Small Connected Components", components, 1.1),
        ("holes", "Fill Mask Holes", lambda image: np.nonzero(ndimage.binary_fill_holes(image)), 1.1),
        (
            "median",
            "Apply Median Filter",
            lambda image: np.nonzero(ndimage.median_filter(image, 3, mode="reflect")),
            1.1,
        ),
        ("skeleton", "Skeletonize Mask", lambda image: np.nonzero(morphology.skeletonize(image)), 1.1),
    ):
        ours = best(lambda name=name: wt.run_transform(name, data), 2)  # type: ignore[misc]
        loop = best(lambda other=other: [other(image) for image in rasters], 2)  # type: ignore[misc]
        show(f"10 000 masks: {what}", ours, loop, wanted)


def batches() -> None:
    samples = 2_000_000
    with tempfile.TemporaryDirectory() as folder, wt.DataManager.open(Path(folder) / "session") as dm:
        values = np.random.default_rng(0).normal(size=samples).astype(np.float32)
        dm.setData("angle", wt.AnalogTimeSeries.from_array(values), "time")
        trials = np.arange(200)[:, np.newaxis] * 10_000 + np.array([0, 9_999])
        dm.setData("trials", wt.DigitalIntervalSeries.from_array(trials), "time")
        one = best(lambda: [work.spectrum(trial) for trial in dm.each_interval("trials")], 1)
        two = best(lambda: wt.batch(work.spectrum, over=dm.getData("trials"), workers=2), 1)
        print(
            f"{'batch of 200 trials, 2 processes':44} {two:9.2f} s  {one:9.2f} s    {one / two:6.2f}  (at least 1.85)"
        )
        ours = best(lambda: wt.batch(work.first, over=dm.getData("trials"), workers=1), 3)
        parts = [values[start:end] for start, end in trials.tolist()]

        def pool() -> None:
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
                list(executor.map(work.first_of, [len(part) for part in parts]))

        other = best(pool, 3)
        print(f"{'overhead per task':44} {(ours - other) / len(parts) * 1e3:9.2f} ms  (at most 1.5)")
        big = np.zeros(10_000_000, np.float32)
        dm.setData("big", wt.AnalogTimeSeries.from_array(big), "time")
        dm.setData("spans", wt.DigitalIntervalSeries([wt.Interval(n, 10_000_000 - 1) for n in range(20)]), "time")
        ours = best(lambda: wt.batch(work.first_of_big, over=dm.getData("spans"), workers=1), 2)

        def sent() -> None:
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
                list(executor.map(work.first_sample, [big] * 20))

        show("tasks of 40 MB, against sending the arrays", ours, best(sent, 1), 0.2)
        assert len(pickle.dumps(big)) > 40_000_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    for part in (signals, of_lines, of_masks, batches):
        if options.only in part.__name__:
            part()


if __name__ == "__main__":
    main()
