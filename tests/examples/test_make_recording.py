"""The made recording is what its ground truth says, and loads completely."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from make_recording import CAMERA_BIT, LICK_BIT, LICK_CONTACT_TICKS, TRIAL_BIT, main, make_recording

import whiskertoolbox_python as wt

from .conftest import EXAMPLES, Recording

pytestmark = pytest.mark.slow

LFP_KEYS = {"lfp_0", "lfp_1", "lfp_2", "lfp_3"}
TRACKED_KEYS = {"tracked_nose", "tracked_c1_tip", "tracked_c2_tip"}
ALL_KEYS = LFP_KEYS | TRACKED_KEYS
ALL_KEYS |= {"whisker_angle", "lick_events", "trial_intervals", "camera_ttl", "trial_features"}
ALL_KEYS |= {"whisker_lines", "face_mask", "whisker_video"}


@pytest.fixture(scope="module")
def loaded(recording: Recording) -> wt.DataManager:
    dm = wt.DataManager()
    report = dm.load(recording.config)
    assert report.failures == []
    assert report.warnings == []
    assert set(report.made) == ALL_KEYS | {"master", "camera", "video"}
    return dm


def test_both_clocks_know_their_rate(loaded: wt.DataManager) -> None:
    second = loaded.getData("whisker_angle").restrict(1.0, 2.0, unit="seconds")
    assert abs(len(second) - 500) <= 1


def make_short_recording(folder: Path, seed: int = 1) -> Path:
    return make_recording(folder, duration_s=8.0, video_s=0.2, seed=seed)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_same_seed_makes_the_same_files(tmp_path: Path) -> None:
    first = make_short_recording(tmp_path / "first")
    again = make_short_recording(tmp_path / "again")
    assert contents(first.parent) == contents(again.parent)


def test_another_seed_makes_another_recording(recording: Recording, tmp_path: Path) -> None:
    other = make_short_recording(tmp_path, seed=2)
    other_truth = json.loads((other.parent / "ground_truth.json").read_text())
    assert other_truth["lick_ticks"] != recording.truth["lick_ticks"][: len(other_truth["lick_ticks"])]


def test_the_default_recording_is_a_minute_in_less_than_sixty_megabytes(recording: Recording) -> None:
    assert recording.truth["duration_s"] >= 60
    assert sum(path.stat().st_size for path in recording.config.parent.iterdir()) < 60e6


def test_a_recording_too_short_for_a_trial_is_refused_with_the_least_length(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path / "out"), "--duration-s", "3"]) == 1
    assert "at least 8 s" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_without_pyav_everything_but_the_video_is_made_and_that_is_said(tmp_path: Path) -> None:
    code = f"import sys; sys.modules['av'] = None; sys.path.insert(0, {str(EXAMPLES)!r}); import make_recording as m; "
    code += f"raise SystemExit(m.main([{str(tmp_path)!r}, '--duration-s', '8', '--video-s', '0.2']))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=250)
    assert done.returncode == 0
    assert "without the video" in done.stderr
    config = json.loads((tmp_path / "recording.json").read_text())
    assert "video" not in {entry["data_type"] for entry in config["data"]}
    assert not (tmp_path / "whisker_video.mp4").exists()


def test_every_entry_of_the_config_loads(loaded: wt.DataManager) -> None:
    assert set(loaded.getAllKeys()) - {"media"} == ALL_KEYS


def test_the_clocks_hold_the_real_ticks(loaded: wt.DataManager, recording: Recording) -> None:
    master, camera = loaded.getTime("master"), loaded.getTime("camera")
    assert master is not None
    assert camera is not None
    assert len(master) == recording.truth["duration_s"] * recording.truth["master_rate_hz"]
    np.testing.assert_array_equal(camera.times, recording.series["frame_ticks"])


def test_the_video_has_a_clock_of_the_frames_that_it_holds(loaded: wt.DataManager) -> None:
    camera, video = loaded.getTime("camera"), loaded.getTime("video")
    assert camera is not None
    assert video is not None
    assert len(video) == len(loaded.getData("whisker_video")) == 2500
    np.testing.assert_array_equal(video.times, camera.times[:2500])


def test_every_key_is_on_its_clock(loaded: wt.DataManager) -> None:
    clocks = dict.fromkeys({"whisker_angle", "whisker_lines", "face_mask"} | TRACKED_KEYS, "camera")
    clocks["whisker_video"] = "video"
    assert {key: loaded.getTimeKey(key) for key in ALL_KEYS} == {key: clocks.get(key, "master") for key in ALL_KEYS}


def test_licks_and_trials_are_the_true_ones(loaded: wt.DataManager, recording: Recording) -> None:
    licks = [int(tick) for tick in loaded.getData("lick_events").toList()]
    trials = [(int(trial.start), int(trial.end)) for trial in loaded.getData("trial_intervals").toList()]
    assert licks == recording.truth["lick_ticks"]
    assert trials == [(trial["start"], trial["end"]) for trial in recording.truth["trials"]]


def test_licks_lie_in_trials_with_a_response(recording: Recording) -> None:
    for trial in recording.truth["trials"]:
        assert bool(trial["lick_ticks"]) == (trial["outcome"] in {"hit", "false alarm"})
        assert all(trial["start"] < tick < trial["end"] for tick in trial["lick_ticks"])


def test_every_frame_pulse_is_an_event(loaded: wt.DataManager, recording: Recording) -> None:
    pulses = [int(tick) for tick in loaded.getData("camera_ttl").toList()]
    assert pulses == recording.series["frame_ticks"].tolist()


def test_the_digital_words_carry_frames_licks_and_trials(recording: Recording) -> None:
    words = np.fromfile(recording.config.parent / "digital_in.dat", dtype="<u2")
    starts = {bit: np.flatnonzero(np.diff((words >> bit) & 1, prepend=0) == 1) for bit in range(3)}
    np.testing.assert_array_equal(starts[CAMERA_BIT], recording.series["frame_ticks"])
    np.testing.assert_array_equal(starts[LICK_BIT], recording.truth["lick_ticks"])
    np.testing.assert_array_equal(starts[TRIAL_BIT], [trial["start"] for trial in recording.truth["trials"]])
    assert np.diff(recording.truth["lick_ticks"]).min() > LICK_CONTACT_TICKS


def test_the_angle_is_the_true_one_plus_the_stated_noise(loaded: wt.DataManager, recording: Recording) -> None:
    noise = loaded.getData("whisker_angle").values - recording.series["angle_deg"]
    assert np.std(noise) == pytest.approx(recording.truth["angle_noise_deg"], rel=0.05)
    assert abs(np.mean(noise)) < 0.05


def test_the_field_potential_is_in_microvolts_and_follows_theta(loaded: wt.DataManager, recording: Recording) -> None:
    lfp = loaded.getData("lfp_0").values[recording.series["frame_ticks"]]
    theta = np.cos(recording.series["theta_phase_rad"])
    assert 2 * np.mean(lfp * theta) == pytest.approx(recording.truth["theta_amplitude_uv"], rel=0.15)


def test_whisking_stays_between_five_and_fifteen_hertz(recording: Recording) -> None:
    frequency = recording.series["whisking_frequency_hz"]
    assert frequency.min() > 5
    assert frequency.max() < 15
