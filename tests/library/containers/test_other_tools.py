"""sleap-io and movement in an environment of their own: they read what is exported, and their files are imported.

Of Python 3.12 and later movement 0.17.0, of 3.11 movement 0.15.0, which calls axes in the plural; sleap-io 0.9.5.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from whiskertoolbox_python import AnalogTimeSeries, DataManager, PointData
from whiskertoolbox_python.containers.exporting import export_file

pytestmark = pytest.mark.extra

ROOT = Path(__file__).parents[3]
PYTHON = ROOT / ".cache/python-field" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
WHO, PARTS, FRAMES = ("m1", "m2"), ("nose", "tail"), [2, 3, 5]


def ask_tools(what: str, folder: Path) -> Any:
    assert PYTHON.exists(), "`npm test` makes an environment with tools of the field in .cache/python-field"
    script = ROOT / "tests/support/other_tools.py"
    done = subprocess.run(
        [PYTHON, script, what, folder], capture_output=True, encoding="utf-8", timeout=500, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def read_by_tools(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return what the tools say of two mice that were exported, tracked in frames 2, 3 and 5."""
    manager, folder = DataManager(), tmp_path_factory.mktemp("ours")
    for place, who in enumerate(WHO):
        for part in PARTS:
            x = 10 * place + PARTS.index(part) + np.arange(3) + 0.5
            points = PointData.from_arrays(FRAMES, np.column_stack([x, [1, 2, 3]]))
            points.attributes = {"unit": "px", "recording": {"subject": {"subject_id": "m7"}}}
            manager.setData(f"{who}_{part}", points, "time")
            manager.setData(f"{who}_{part}_likelihood", AnalogTimeSeries([0.5, 0.25, 0.75], FRAMES), "time")
    keys = {who: [f"{who}_{part}" for part in PARTS] for who in WHO}
    export_file(manager, folder / "ours.h5", keys=keys)
    export_file(manager, folder / "ours.analysis.h5", keys=keys)
    export_file(manager, folder / "ours.nc", keys=keys, fps=50)
    return ask_tools("read", folder)


def test_sleap_io_finds_every_instance_in_its_frame(read_by_tools: Any) -> None:
    found = read_by_tools["sleap_io"]
    assert found["nodes"] == list(PARTS)
    assert sorted(found["points"]) == sorted(f"{frame} {who}" for frame in FRAMES for who in WHO)
    assert found["points"]["5 m2"] == [[12.5, 3], [13.5, 3]]


@pytest.mark.parametrize("name", ["ours.h5", "ours.analysis.h5", "ours.nc"])
def test_movement_finds_positions_and_confidences_by_frame_individual_and_part(name: str, read_by_tools: Any) -> None:
    found = read_by_tools["movement"][name]
    assert found["names"] == [["x", "y"], list(PARTS), list(WHO)]
    np.testing.assert_allclose(found["time"], np.arange(6) / 50)
    position, confidence = np.array(found["position"]), np.array(found["confidence"])
    assert position[FRAMES, 0, 1, 1].tolist() == [11.5, 12.5, 13.5]
    assert position[FRAMES, 1, 0, 0].tolist() == [1, 2, 3]
    assert (position[[0, 1, 4]] == -1).all()
    np.testing.assert_allclose(confidence[FRAMES, 1, 0], [0.5, 0.25, 0.75])
    assert found["speed"] == [6, 2, 2]


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with what the tools have written."""
    folder = tmp_path_factory.mktemp("theirs")
    ask_tools("write", folder)
    return folder


def imported(path: Path) -> DataManager:
    manager = DataManager()
    report = manager.import_file(path)
    assert not report.failures
    return manager


@pytest.mark.parametrize("name", ["sleap.slp", "sleap.analysis.h5"])
def test_what_sleap_io_writes_is_in_its_frames_with_its_scores(name: str, theirs: Path) -> None:
    manager = imported(theirs / name)
    nose, tail = manager.getData("m2_nose"), manager.getData("m2_tail")
    assert nose.times.tolist() == [3, 4, 6]
    assert nose.points.tolist() == [[13, 20], [14, 20], [16, 20]]
    assert tail.times.tolist() == [3, 4]  # it is not seen in frame 6
    score = manager.getData("m2_nose_score")
    np.testing.assert_allclose(np.asarray(score.values)[np.isin(score.times, [3, 4, 6])], 0.9)


@pytest.mark.parametrize("name", ["movement.nc", "movement.h5", "movement.csv", "movement.analysis.h5"])
def test_what_movement_writes_is_each_mouses_own(name: str, theirs: Path) -> None:
    manager = imported(theirs / name)
    expected = np.arange(40, dtype=float).reshape(5, 2, 2, 2)
    for place, who in enumerate(WHO):
        for number, part in enumerate(PARTS):
            points = manager.getData(f"{who}_{part}")
            assert points.times.tolist() == [0, 1, 2, 3, 4]
            np.testing.assert_array_equal(points.points, expected[:, :, number, place])
    likelihood = next(key for key in manager.getAllKeys() if key.startswith("m1_nose_"))
    np.testing.assert_allclose(manager.getData(likelihood).values, 0.75)


def test_a_file_of_lightning_pose_that_movement_writes_is_one_mouse(theirs: Path) -> None:
    manager = imported(theirs / "lightning_m2.csv")
    expected = np.arange(40, dtype=float).reshape(5, 2, 2, 2)
    np.testing.assert_array_equal(manager.getData("tail").points, expected[:, :, 1, 1])
