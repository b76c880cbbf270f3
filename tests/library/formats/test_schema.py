"""The published JSON schema of load configs accepts and refuses what loading does."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
SCHEMA = json.loads((ROOT / "extension/schemas/load-config.schema.json").read_text(encoding="utf-8"))


def rules_for(data_type: str, format: str | None = None) -> list[dict[str, Any]]:
    """What the schema demands of an entry of that type, and format."""
    found = []
    for rule in SCHEMA["definitions"]["entry"]["allOf"]:
        condition = rule["if"]["properties"]
        formats = condition.get("format", {"enum": [format]})["enum"]
        if condition["data_type"]["const"] == data_type and format in formats:
            found.append(rule["then"])
    return found


def problems(config: Any) -> list[str]:
    """What an editor marks in a config."""
    import jsonschema  # type: ignore[import-untyped]

    def innermost(error: Any) -> str:
        # `oneOf` says of each form of a config what is wrong with it; the one that is meant has the deeper fault.
        causes = list(error.context or ())
        return innermost(max(causes, key=lambda cause: len(cause.absolute_path))) if causes else str(error.message)

    return [innermost(error) for error in jsonschema.Draft7Validator(SCHEMA).iter_errors(config)]


def test_the_schema_is_up_to_date() -> None:
    command = [sys.executable, str(ROOT / "tools/generate_load_schema.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_an_option_is_completed_with_its_meaning_and_default() -> None:
    (options,) = [rule["properties"] for rule in rules_for("analog", "csv") if "has_header" in rule["properties"]]
    assert options["has_header"]["type"] == ["boolean", "string"]
    assert options["has_header"]["description"]
    assert "default" in options["has_header"]


def test_a_format_that_does_not_exist_is_refused() -> None:
    formats = [rule["properties"]["format"]["enum"] for rule in rules_for("points") if "format" in rule["properties"]]
    assert any("csv" in known and "cvs" not in known for known in formats)


@pytest.mark.extra
def test_a_data_type_of_a_package_is_accepted() -> None:
    assert problems([{"data_type": "spike_sorting", "name": "units", "filepath": "units.bin", "format": "own"}]) == []


@pytest.mark.extra
def test_an_option_that_the_format_does_not_know_is_named() -> None:
    entry = {"data_type": "analog", "name": "angle", "filepath": "angle.csv", "format": "csv"}
    assert problems([{**entry, "has_header": True, "clock": "camera", "color": "#ff0000"}]) == []
    (problem,) = problems([{**entry, "has_headers": True}])
    assert problem.startswith("'has_headers' is not one of [")
    assert "'has_header'" in problem


@pytest.mark.extra
def test_a_video_needs_no_format_and_has_the_options_of_the_one_that_it_names() -> None:
    entry = {"data_type": "video", "name": "whiskers", "filepath": "whiskers.mp4"}
    assert problems([entry]) == []
    assert problems([{**entry, "format": "nwb", "part": "acquisition/whiskers"}]) == []
    assert problems([{**entry, "part": "acquisition/whiskers"}]) != []


@pytest.mark.extra
def test_the_config_of_the_demo_has_no_problems(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "examples/make_recording.py"), str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True)
    assert problems(json.loads((tmp_path / "recording.json").read_text(encoding="utf-8"))) == []


def test_the_editor_is_told_which_files_are_load_configs() -> None:
    validation = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["contributes"]["jsonValidation"][0]
    assert (ROOT / validation["url"]).is_file()
    assert "recording.json" in validation["fileMatch"]
