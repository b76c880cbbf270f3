"""Transforms, without a script, find what went into the recording: angle, curvature, phase, groups, areas, trials."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import whiskertoolbox_python as wt

from .conftest import Recording

pytestmark = [pytest.mark.slow, pytest.mark.extra]


@pytest.fixture
def dm(loaded_session: Path, tmp_path: Path) -> wt.DataManager:
    with wt.DataManager.open(loaded_session, read_only=True) as loaded:
        return loaded.save_as(tmp_path / "session")


def lines_of(dm: wt.DataManager, recording: Recording, name: str) -> wt.LineData:
    """The lines of one whisker, chosen by what went into the recording."""
    lines, c1_is_first = dm.getData("whisker_lines"), recording.series["c1_is_first_line"]
    numbers = np.arange(0, len(lines), 2) + (c1_is_first if name == "c2" else ~c1_is_first)
    chosen: wt.LineData = lines.with_entities(lines.entity_ids[numbers])
    return chosen


@pytest.mark.parametrize("name", ["c1", "c2"])
def test_curvature_and_length_of_a_whisker_are_the_true_ones(
    dm: wt.DataManager, recording: Recording, name: str
) -> None:
    lines = lines_of(dm, recording, name)
    curvature = wt.run_transform("Calculate Line Curvature", lines, polynomial_order=3, analytic=True)
    true = -recording.series[f"{name}_curvature_per_px"]  # of images y points down
    assert np.corrcoef(curvature.values, true)[0, 1] > 0.9
    assert np.median(np.abs(curvature.values / true - 1)) < 0.1
    (whisker,) = (one for one in recording.truth["whiskers"] if one["name"].lower() == name)
    lengths = wt.run_transform("CalculateLineLength", lines).values
    assert np.median(lengths) == pytest.approx(whisker["length_px"], rel=0.05)


@pytest.mark.parametrize("name", ["c1", "c2"])
def test_the_angle_at_the_base_follows_the_true_one(dm: wt.DataManager, recording: Recording, name: str) -> None:
    lines = lines_of(dm, recording, name)
    parameters = {
        "position": 0.0,
        "window": 1.0,
        "method": "Polynomial Fit",
        "axis_y_y": -1.0,
        "allow_mirrored_axes": True,
    }
    angle = wt.run_transform("Calculate Line Angle", lines, **parameters)
    error = angle.values - recording.series[f"{name}_angle_deg"]
    assert np.corrcoef(angle.values, recording.series[f"{name}_angle_deg"])[0, 1] > 0.99
    assert np.std(error) < 2


def test_lines_are_tracked_from_a_few_labels_to_the_group_of_their_whisker(
    dm: wt.DataManager, recording: Recording
) -> None:
    lines, groups = dm.getData("whisker_lines"), dm.getEntityGroupManager()
    frames = lines.distinct_times
    for name in ("c1", "c2"):
        true = lines_of(dm, recording, name)
        labelled = np.isin(true.times, frames[::25]) | np.isin(true.times, frames[-1:])
        groups.add_entities(groups.createGroup(name.upper()), true.entity_ids[labelled])
    dm.run_transform("Group Lines using Kalman Filtering", "whisker_lines")
    for name in ("c1", "c2"):
        found = np.concatenate(
            [dm.getGroup(name.upper()).entity_ids, dm.getGroup(f"Putative:{name.upper()}").entity_ids]
        )
        true_ids = lines_of(dm, recording, name).entity_ids
        assert np.isin(found, true_ids).mean() > 0.98
        assert np.isin(true_ids, found).mean() > 0.9


def test_the_phase_of_whisking_is_the_true_one(dm: wt.DataManager, recording: Recording) -> None:
    clock = dm.getTime(dm.getTimeKey("whisker_angle"))
    assert clock is not None
    rate_hz = 1 / np.diff(clock.seconds_at(np.arange(len(clock)))).mean()
    band = {"apply_bandpass_filter": True, "filter_low_freq": 4.0, "filter_high_freq": 20.0, "filter_order": 2}
    phase = dm.run_transform("Hilbert Phase", "whisker_angle", "phase", sampling_rate=float(rate_hz), **band)
    vigorous = recording.series["whisking_amplitude_deg"] > 8
    error = np.abs(np.angle(np.exp(1j * (phase.values - recording.series["whisking_phase_rad"]))))[vigorous]
    assert np.median(error) < 0.05


def test_a_table_and_a_batch_agree_on_the_mean_angle_of_each_trial(dm: wt.DataManager) -> None:
    table = wt.table(rows="trial_intervals", columns={"mean": ("whisker_angle", "Interval Mean")}).build(dm).to_tensor()
    means = [
        trial.getData("whisker_angle").values.astype(float).mean() for trial in dm.each_interval("trial_intervals")
    ]
    np.testing.assert_allclose(table.getColumn("mean"), means, rtol=0.01, atol=0.1)


def test_a_pipeline_of_upstream_finds_whisking_bouts(dm: wt.DataManager) -> None:
    specification = {"filter_family": "butterworth", "filter_response": "highpass", "order": 2, "zero_phase": True}
    specification |= {"sampling_rate_hz": 500.0, "cutoff_hz": 4.0}
    steps = [
        {
            "step_id": "filter",
            "transform_name": "Filter",
            "input_key": "whisker_angle",
            "parameters": {"filter_specification": specification},
        },
        {
            "step_id": "amplitude",
            "transform_name": "Hilbert Phase",
            "input_key": "filter_output",
            "phase": 1,
            "parameters": {"output_type": "Amplitude", "max_chunk_size": 0},
        },
        {
            "step_id": "beyond",
            "transform_name": "Threshold Interval Detection",
            "input_key": "amplitude_output",
            "phase": 2,
            "parameters": {"threshold_value": "${degrees}"},
        },
        {
            "step_id": "join",
            "transform_name": "Group Intervals",
            "input_key": "beyond_output",
            "output_key": "bouts",
            "phase": 3,
            "parameters": {"max_spacing": 50},
        },
    ]
    dm.run_pipeline({"metadata": {"name": "bouts", "variables": {"degrees": 6.0}}, "steps": steps})
    assert dm.getTimeKey("bouts") == dm.getTimeKey("whisker_angle")
    assert 1 <= len(dm.getData("bouts")) < 200
    made = dm.provenance("bouts")
    assert made is not None
    assert [step["transform"] for step in made.steps] == ["Filter", "Hilbert Phase", "Threshold Interval Detection"]
