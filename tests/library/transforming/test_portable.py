"""Pipelines without keys: pre-reductions, bound parameters, range reductions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import whiskertoolbox_python as wt

ANGLE = wt.AnalogTimeSeries([1, 3, 5], 3)
MEAN = {"reduction_name": "MeanValueRaw", "output_key": "m"}


def z_score(**bindings: str) -> dict[str, object]:
    return {
        "step_id": "z",
        "transform_name": "ZScoreNormalizeV2",
        "parameters": {"epsilon": 0},
        "param_bindings": bindings,
    }


def test_a_number_computed_first_is_bound_to_a_parameter(tmp_path: Path) -> None:
    file = tmp_path / "z.json"
    file.write_text(json.dumps({"pre_reductions": [MEAN], "steps": [z_score(mean="m")]}))
    made = wt.read_portable_pipeline(file).run(ANGLE)
    assert isinstance(made, wt.AnalogTimeSeries)
    assert made.toList() == [-2, 0, 2]


def test_a_range_reduction_at_the_end_gives_a_number() -> None:
    steps = {"steps": [z_score(mean="m")], "pre_reductions": [MEAN], "range_reduction": {"reduction_name": "MaxValue"}}
    assert wt.read_portable_pipeline(steps).run(ANGLE) == 2


def test_numbers_may_be_given_and_a_disabled_step_is_passed_over() -> None:
    steps = {"steps": [z_score(mean="m"), {**z_score(mean="gone"), "enabled": False}]}
    assert wt.read_portable_pipeline(steps).run(ANGLE, {"m": 1}).toList() == [0, 2, 4]


def test_a_binding_that_is_missing_or_not_finite_is_named() -> None:
    pipeline = wt.read_portable_pipeline({"steps": [z_score(mean="m")]})
    with pytest.raises(wt.TransformError, match="mean is bound to 'm', which nothing has computed"):
        pipeline.run(ANGLE)
    with pytest.raises(wt.TransformError, match="mean is bound to 'm', which is nan"):
        pipeline.run(ANGLE, {"m": float("nan")})


def test_one_without_steps_is_refused() -> None:
    with pytest.raises(wt.TransformError, match="needs a step or a range reduction"):
        wt.read_portable_pipeline({"steps": []})
