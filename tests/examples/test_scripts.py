"""Each example script, run as a user runs it, finds what went into the recording."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import whiskertoolbox_python as wt

from .conftest import Recording

pytestmark = pytest.mark.slow

RunExample = Callable[..., Path]


def ticks_of(dm: wt.DataManager, time_key: str) -> NDArray[np.int64]:
    clock = dm.getTime(time_key)
    assert clock is not None
    return clock.times


def test_the_filtered_angle_is_near_the_noiseless_one(run_example: RunExample, recording: Recording) -> None:
    with wt.DataManager.open(run_example("filter_whisker_angle.py")) as dm:
        filtered = dm.getData("whisker_angle_filtered")
        assert dm.getTimeKey("whisker_angle_filtered") == dm.getTimeKey("whisker_angle") == "camera"
        np.testing.assert_array_equal(filtered.times, dm.getData("whisker_angle").times)
        error_deg = np.sqrt(np.mean((filtered.values - recording.series["angle_deg"]) ** 2))
    assert error_deg < 0.4 * recording.truth["angle_noise_deg"]


def test_the_lick_average_has_the_response_of_every_channel(run_example: RunExample, recording: Recording) -> None:
    response = recording.series["lick_response_uv"]
    with wt.DataManager.open(run_example("lick_aligned_average.py")) as dm:
        lag_ticks = ticks_of(dm, "lick_lag")
        for channel, gain in enumerate(recording.truth["lick_response"]["channel_gains"]):
            average = dm.getData(f"lick_aligned_lfp_{channel}").values
            after = average[lag_ticks >= 0][: response.size]
            assert np.corrcoef(after, gain * response)[0, 1] > 0.98
            assert after @ response / (response @ response) == pytest.approx(gain, abs=0.05)


def test_the_lick_average_of_the_angle_is_that_of_the_true_angle(run_example: RunExample, recording: Recording) -> None:
    with wt.DataManager.open(run_example("lick_aligned_average.py")) as dm:
        lag_ticks = ticks_of(dm, "lick_lag_frames")
        average = dm.getData("lick_aligned_whisker_angle").values
    at = np.array(recording.truth["lick_ticks"])[:, np.newaxis] + lag_ticks
    expected = np.interp(at, recording.series["frame_ticks"], recording.series["angle_deg"]).mean(axis=0)
    np.testing.assert_allclose(average, expected, atol=0.4)


def test_a_script_saves_its_figure_where_its_argument_says(run_example: RunExample, tmp_path: Path) -> None:
    run_example("lick_aligned_average.py", tmp_path / "figure.png")
    assert (tmp_path / "figure.png").read_bytes().startswith(b"\x89PNG")


def test_phase_amplitude_and_frequency_of_whisking_are_the_true_ones(
    run_example: RunExample, recording: Recording
) -> None:
    series = recording.series
    with wt.DataManager.open(run_example("whisking_phase.py")) as dm:
        phase, amplitude, frequency = (
            dm.getData(f"whisking_{name}").values for name in ("phase", "amplitude", "frequency")
        )
    vigorous = series["whisking_amplitude_deg"] > 8
    phase_error = np.abs(np.angle(np.exp(1j * (phase - series["whisking_phase_rad"]))))[vigorous]
    assert np.median(phase_error) < 0.05
    assert np.percentile(phase_error, 95) < 0.15
    assert np.median(np.abs(amplitude - series["whisking_amplitude_deg"])[vigorous]) < 0.5
    assert np.median(np.abs(frequency - series["whisking_frequency_hz"])[vigorous]) < 0.3


def test_lines_are_put_into_the_group_of_their_whisker(run_example: RunExample, recording: Recording) -> None:
    with wt.DataManager.open(run_example("whisker_tracking.py")) as dm:
        lines, groups = dm.getData("whisker_lines"), dm.getEntityGroupManager()
        c1, c2 = (groups.entity_ids(groups.find(name)) for name in ("C1", "C2"))
        c1_is_first = recording.series["c1_is_first_line"]
        np.testing.assert_array_equal(np.sort(c1), lines.entity_ids[np.arange(0, len(lines), 2) + ~c1_is_first])
        np.testing.assert_array_equal(np.sort(c2), lines.entity_ids[np.arange(0, len(lines), 2) + c1_is_first])


def test_angle_and_curvature_of_both_whiskers_are_the_true_ones(run_example: RunExample, recording: Recording) -> None:
    with wt.DataManager.open(run_example("whisker_tracking.py")) as dm:
        for name in ("c1", "c2"):
            angle, curvature = dm.getData(f"{name}_angle"), dm.getData(f"{name}_curvature")
            assert dm.getTimeKey(f"{name}_angle") == dm.getTimeKey("whisker_lines")
            true_angle, true_curvature = (
                recording.series[f"{name}_{what}"] for what in ("angle_deg", "curvature_per_px")
            )
            assert np.sqrt(np.mean((angle.values - true_angle) ** 2)) < 0.5
            assert np.sqrt(np.mean((curvature.values / true_curvature - 1) ** 2)) < 0.1


def test_the_made_groups_hold_the_trials_of_each_outcome(run_example: RunExample, recording: Recording) -> None:
    hits = [trial["start"] for trial in recording.truth["trials"] if trial["outcome"] == "hit"]
    with wt.DataManager.open(run_example("make_groups.py", recording.config.parent)) as dm:
        assert [int(item.data.start) for item in dm.getGroup("hit")] == hits


def test_the_made_groups_hold_the_lines_of_each_whisker(run_example: RunExample, recording: Recording) -> None:
    with wt.DataManager.open(run_example("make_groups.py", recording.config.parent)) as dm:
        for whisker in recording.truth["whiskers"]:
            first_points = np.array([np.asarray(item.data)[0] for item in dm.getGroup(whisker["name"])])
            np.testing.assert_allclose(first_points, np.tile(whisker["base"], (len(first_points), 1)), atol=8.0)
