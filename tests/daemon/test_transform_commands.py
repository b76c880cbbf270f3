"""`whiskertoolbox transform`, `pipeline` and `batch`, run as people run them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.daemon.test_cli import whiskertoolbox
from whiskertoolbox_python import AnalogTimeSeries, DataManager

STEP = {"step_id": "a", "transform_name": "Threshold Event Detection", "input_key": "angle", "output_key": "touches"}


@pytest.fixture
def session(tmp_path: Path) -> Path:
    return make_session(tmp_path / "session", "angle")


def make_session(folder: Path, key: str) -> Path:
    with DataManager.open(folder) as manager:
        manager.setData(key, AnalogTimeSeries([0, 2, 0, 3], 4), "time")
    return folder


def pipeline(tmp_path: Path, *steps: dict[str, object]) -> Path:
    path = tmp_path / "pipeline.json"
    path.write_text(json.dumps({"steps": list(steps)}))
    return path


def events(session: Path) -> list[int]:
    with DataManager.open(session, read_only=True) as manager:
        return list(manager.getData("touches").times.tolist())


def test_a_transform_is_run_with_parameters(session: Path) -> None:
    keys = ["--input", "angle", "--output", "touches"]
    done = whiskertoolbox(
        "transform",
        STEP["transform_name"],
        "--session",
        session,
        *keys,
        "-p",
        "threshold_value=2.5",
        "-p",
        "direction=Positive (Rising)",
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert events(session) == [3]


def test_a_wrong_parameter_is_named(session: Path) -> None:
    done = whiskertoolbox("transform", "Filter", "--session", session, "--input", "angle", "-p", "cutoff=3")
    assert done.returncode == 1
    assert 'unknown parameter "cutoff"' in done.stderr


def test_a_pipeline_is_run_and_a_failing_step_named(session: Path, tmp_path: Path) -> None:
    done = whiskertoolbox("pipeline", pipeline(tmp_path, STEP), "--session", session)
    assert (done.returncode, done.stdout) == (0, "made: touches\n")
    assert events(session) == [1, 3]
    failing = pipeline(tmp_path, STEP, STEP | {"step_id": "b", "input_key": "gone"})
    done = whiskertoolbox("pipeline", failing, "--session", session)
    assert done.returncode == 1
    assert "step 'b' (Threshold Event Detection of 'gone') failed" in done.stderr


def test_a_pipeline_that_cannot_be_read_is_bad_usage(session: Path, tmp_path: Path) -> None:
    done = whiskertoolbox("pipeline", tmp_path / "none.json", "--session", session)
    assert done.returncode == 2
    assert "cannot be read" in done.stderr


def test_the_exit_code_of_a_batch_is_the_number_of_sessions_that_failed(session: Path, tmp_path: Path) -> None:
    others = [make_session(tmp_path / name, "another key") for name in ("b", "c")]
    done = whiskertoolbox("batch", pipeline(tmp_path, STEP), "--over", session, *others, "--workers", 1)
    assert done.returncode == 2
    assert done.stdout == "session: touches\n"
    assert done.stderr.count("failed: b: ") == done.stderr.count("failed: c: ") == 1
    assert "there is no data key" in done.stderr
