"""The published JSON schema of pipelines accepts what is read, and refuses what reading refuses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import whiskertoolbox_python as wt

ROOT = Path(__file__).resolve().parents[3]
SCHEMA = json.loads((ROOT / "extension/schemas/pipeline.schema.json").read_text(encoding="utf-8"))
CONTACTS = {
    "step_id": "contacts",
    "transform_name": "Threshold Interval Detection",
    "input_key": "angle",
    "output_key": "contacts",
    "parameters": {"threshold_value": 1.5},
}


def is_accepted(pipeline: Any) -> bool:
    import jsonschema  # type: ignore[import-untyped]

    return not list(jsonschema.Draft7Validator(SCHEMA).iter_errors(pipeline))


def is_read(pipeline: Any, folder: Path) -> bool:
    file = folder / "pipeline.json"
    file.write_text(json.dumps(pipeline), encoding="utf-8")
    try:
        wt.read_pipeline(file)
    except wt.TransformError:
        return False
    return True


def with_parameters(**parameters: Any) -> dict[str, Any]:
    return {"steps": [{**CONTACTS, "parameters": parameters}]}


ACCEPTED = [
    {"steps": [CONTACTS]},
    [CONTACTS],
    {"transformations": {"steps": [CONTACTS]}},
    {"metadata": {"variables": {"limit": 2}}, **with_parameters(threshold_value="${limit}")},
    {"steps": [{"step_id": "z", "transform_name": "ZScoreNormalizeV2", "input_key": "a", "parameters": {"more": 1}}]},
    {"steps": [{**CONTACTS, "phase": 1, "enabled": False, "output_time_key": "time", "description": "whisking"}]},
    {"steps": []},
]
REFUSED = [
    {},
    {"steps": {}},
    {"steps": [{name: value for name, value in CONTACTS.items() if name != "input_key"}]},
    {"steps": [{**CONTACTS, "input_key": ""}]},
    {"steps": [{**CONTACTS, "phase": -1}]},
    with_parameters(threshold_value="high"),
    with_parameters(treshold_value=1.5),
    with_parameters(direction="sideways"),
]


@pytest.mark.extra
@pytest.mark.parametrize("pipeline", ACCEPTED)
def test_what_is_read_is_accepted(pipeline: Any, tmp_path: Path) -> None:
    assert is_read(pipeline, tmp_path)
    assert is_accepted(pipeline)


@pytest.mark.extra
@pytest.mark.parametrize("pipeline", REFUSED)
def test_what_cannot_be_read_is_refused(pipeline: Any, tmp_path: Path) -> None:
    assert not is_read(pipeline, tmp_path)
    assert not is_accepted(pipeline)


@pytest.mark.extra
def test_a_pipeline_without_keys_needs_none() -> None:
    reductions = [{"reduction_name": "MeanValueRaw", "output_key": "mean"}]
    steps = [{"step_id": "z", "transform_name": "ZScoreNormalizeV2", "param_bindings": {"mean": "mean"}}]
    portable = {"pre_reductions": reductions, "steps": steps}
    assert wt.read_portable_pipeline(portable).pre_reductions
    assert is_accepted(portable)
    assert not is_accepted({"pre_reductions": [{"output_key": "mean"}], "steps": steps})


@pytest.mark.extra
def test_transforms_of_users_are_accepted_and_those_that_are_built_in_are_completed() -> None:
    assert is_accepted({"steps": [{**CONTACTS, "transform_name": "Bandpass", "parameters": {"low_hz": 8}}]})
    known = SCHEMA["definitions"]["step"]["properties"]["transform_name"]["anyOf"][0]
    assert "Threshold Interval Detection" in known["enum"]
    assert len(known["enum"]) == len(known["enumDescriptions"])


def test_each_built_in_transform_has_its_parameters_with_meaning_and_default() -> None:
    rules = {
        rule["if"]["properties"]["transform_name"]["const"]: rule["then"]["properties"]["parameters"]["properties"]
        for rule in SCHEMA["definitions"]["step"]["allOf"]
    }
    grouping = rules["Group Intervals"]
    assert grouping["max_spacing"]["description"]
    assert "default" in grouping["max_spacing"]


def test_the_schema_is_up_to_date() -> None:
    command = [sys.executable, str(ROOT / "tools/generate_pipeline_schema.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
