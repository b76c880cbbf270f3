"""Every recorded input and output of upstream's own transform functions gives the same numbers here.

Tolerance: 2e-4 relative, 2e-3 for fitted lines, angles and curvatures; phases on the circle; skeletons of the medial
axis share 70 % of their pixels.
"""

from __future__ import annotations

import json
import math
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import whiskertoolbox_python as wt

pytestmark = pytest.mark.extra
CASES = json.loads((Path(__file__).parents[2] / "data" / "transforms" / "recorded_cases.json").read_text())
NUMBERED = [
    pytest.param(case, id=f"{number}-{case['transform'].replace(' ', '-')}")
    for number, case in enumerate(CASES)
    if not case["transform"].startswith("(")
]
LOOSE = {"Calculate Line Angle", "Calculate Line Curvature", "Resample Line", "Extract Line Subsegment"}


def number(value: Any) -> float:
    return float(value)


def made(described: dict[str, Any]) -> Any:
    kind, size = described["type"], described.get("image_size")
    image_size = None if size is None else wt.ImageSize(*size)
    if kind == "analog":
        return wt.AnalogTimeSeries.from_array(
            [number(v) for v in described["values"]], described["time"] or np.zeros(0, int)
        )
    if kind == "events":
        return wt.DigitalEventSeries(described["time"])
    if kind == "intervals":
        return wt.DigitalIntervalSeries.from_array(np.array(described["intervals"], np.int64).reshape(-1, 2))
    entries = described["entries"]
    times = np.array([entry["time"] for entry in entries], np.int64)
    if kind == "points":
        rows = np.array([entry["data"] for entry in entries], float).reshape(-1, 2)
        return wt.PointData.from_arrays(times, rows, image_size=image_size)
    sizes = [len(entry["data"]) for entry in entries]
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    rows = [np.array(entry["data"], float).reshape(-1, 2) for entry in entries]
    points = np.concatenate(rows) if rows else np.zeros((0, 2))
    if kind == "lines":
        return wt.LineData.from_arrays(times, offsets, points, image_size=image_size)
    return wt.MaskData.from_arrays(times, offsets, points.astype(np.int64), image_size=image_size)


def arguments(inputs: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Return the input and the data parameters that a recorded case describes in one of its ways."""
    values = dict(inputs)
    if "line" in values and "image" in values:
        x, y = np.array(values["line"]).T
        image = np.array(values["image"])
        return wt.Line2D(x, y), {"media_data": wt.MediaData.from_array(image[np.newaxis].astype(np.uint8))}
    if "line" in values:
        x, y = np.array(values["line"], float).reshape(-1, 2).T
        return wt.Line2D(x, y), {"point": wt.Point2D(*values["point"])} if "point" in values else {}
    if "mask" in values:
        pixels = np.array(values["mask"], np.int64).reshape(-1, 2)
        return wt.MaskData.from_arrays([0], [0, len(pixels)], pixels), {}
    if "samples" in values:
        pairs = [(t, number(v)) for t, v in values["samples"]]
        return made({"type": "analog", "time": [t for t, _ in pairs], "values": [v for _, v in pairs]}), {}
    if "values" in values:
        return [number(v) for v in values["values"]], {}
    if "events" in values:
        return wt.DigitalEventSeries(values["events"]), {}
    return made(values.pop("input")), {name: made(value) for name, value in values.items()}


def described(result: Any) -> Any:
    if isinstance(result, wt.AnalogTimeSeries):
        return {"time": result.times.tolist(), "values": result.values.tolist()}
    if isinstance(result, wt.DigitalEventSeries):
        return {"time": result.times.tolist()}
    if isinstance(result, wt.DigitalIntervalSeries):
        return {"intervals": result.intervals.tolist()}
    if isinstance(result, wt.RaggedAnalogTimeSeries):
        return {"entries": [{"time": int(t), "values": values.tolist()} for t, values in result]}
    if isinstance(result, wt.PointData):
        return {"entries": [{"time": int(t), "data": [p.x, p.y]} for t, _, p in result], "image_size": size_of(result)}
    if isinstance(result, (wt.LineData, wt.MaskData)):
        entries = [{"time": int(t), "data": np.asarray(item).tolist()} for t, _, item in result]
        return {"entries": entries, "image_size": size_of(result)}
    return np.asarray(result).tolist() if isinstance(result, (wt.Line2D, wt.Mask2D)) else result


def size_of(data: Any) -> list[int]:
    size = data.getImageSize()
    return [size.width, size.height]


def same(found: Any, wanted: Any, tolerance: float, on_circle: bool = False) -> bool:
    if isinstance(wanted, dict):
        return all(
            same(found[name], value, tolerance, on_circle and name == "values")
            for name, value in wanted.items()
            if name != "type"
        )
    if isinstance(wanted, list):
        return len(found) == len(wanted) and all(
            same(a, b, tolerance, on_circle) for a, b in zip(found, wanted, strict=True)
        )
    found, wanted = float(found), float(wanted)
    if math.isnan(wanted) or math.isinf(wanted):
        return str(found) == str(wanted)
    if on_circle:
        return abs(math.remainder(found - wanted, 2 * math.pi)) < 2e-3
    return math.isclose(found, wanted, rel_tol=tolerance, abs_tol=tolerance)


def outcome(case: dict[str, Any]) -> Any:
    data, others = arguments(case["inputs"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", wt.TransformWarning)  # the recorded numbers are upstream's quirks too
        return wt.run_transform(case["transform"], data, **others, **case["parameters"])


GROUPING = {
    "Group Lines by Index",
    "Group Lines by Proximity",
    "Line Group to Digital Intervals",
    "Line Outlier Detection",
}


@pytest.mark.parametrize("case", NUMBERED)
def test_a_recorded_case_gives_the_recorded_numbers(case: dict[str, Any]) -> None:
    name, wanted = case["transform"], case["output"]
    if name in GROUPING:
        return  # in a session: below
    if wanted is None or (isinstance(wanted, dict) and "error" in wanted):
        with pytest.raises(wt.TransformError):
            outcome(case)
        return
    found = described(outcome(case))
    if case["parameters"].get("method") == "MedialAxis":
        pixels = {tuple(pixel) for pixel in found["entries"][0]["data"]}
        expected = {tuple(pixel) for pixel in wanted}
        assert len(pixels & expected) >= 0.7 * max(len(pixels), len(expected))
        return
    if "mask" in case["inputs"] and not isinstance(wanted, dict):
        found = found["entries"][0].get("data", found["entries"][0].get("values", [None]))
        found = found[0] if not isinstance(wanted, list) else found
    if case["parameters"].get("output_mode") == "FWHM_PROFILE_EXTENTS":
        data, others = arguments(case["inputs"])
        lines = wt.LineData()
        lines.addAtTime(0, data)
        made_lines = wt.run_transform(name, lines, **others, **case["parameters"])
        found = [np.asarray(line).tolist() for _, _, line in made_lines]
    phase = name == "Hilbert Phase" and case["parameters"].get("output_type", "Phase") == "Phase"
    assert same(found, wanted, 2e-3 if name in LOOSE else 2e-4, on_circle=phase), f"{found}\n{wanted}"
