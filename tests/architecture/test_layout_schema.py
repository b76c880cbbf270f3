"""The published JSON schema of layouts, which is made of the viewer's TypeScript, accepts what the viewer writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "extension/schemas/layout.schema.json").read_text(encoding="utf-8"))
SERIES = {"key": "angle", "channel": -1, "color": "#ff0000", "removeMean": True, "highPass": 0.5, "lowPass": None}
LAYOUT = {
    "version": 1,
    "time": None,
    "window": [0, 100.5],
    "lanes": [{"label": "angle", "weight": 2, "behind": False, "series": [SERIES]}],
    "pictures": [{"key": "video", "overlays": [{"key": "whisker", "size": 2, "visible": True}], "gamma": 1}],
    "bookmarks": [{"time": 7, "label": "a sneeze"}],
    "periEvent": {"key": "unit_3", "alignment": "trials", "before": 0.5, "after": 1, "bin": 0.02, "sort": "count"},
}
UPSTREAM = {
    "version": 2,
    "lanes": [{"lane_id": "a", "lane_order": 1, "series": [{"key": "angle"}]}],
    "event_associations": [{"event_key": "licks", "target_lane_id": "a"}],
}


def problems(layout: Any) -> list[Any]:
    return list(jsonschema.Draft7Validator(SCHEMA).iter_errors(layout))


@pytest.mark.parametrize("layout", [LAYOUT, {"version": 1, "lanes": []}, UPSTREAM, {**LAYOUT, "periEvent": None}])
def test_layouts_of_ours_and_of_upstream_are_accepted(layout: Any) -> None:
    assert problems(layout) == []


@pytest.mark.parametrize(
    "layout",
    [
        {"version": 1},
        {"version": 2, "lanes": []},
        {"version": 1, "lanes": [{"series": [{"kex": "angle"}]}]},
        {"version": 1, "lanes": [{"weight": "high"}]},
        {"version": 1, "lanes": [], "window": [0]},
    ],
)
def test_what_the_viewer_would_not_show_as_written_is_refused(layout: Any) -> None:
    assert problems(layout)


def test_what_is_left_out_of_a_series_is_told_with_its_meaning() -> None:
    series = SCHEMA["definitions"]["Series"]["properties"]
    assert series["channel"] == {
        "type": "number",
        "default": -1,
        "description": "Column of a tensor; -1: the whole key.",
    }
