"""SLEAP's files, as sleap-io 0.9.5 writes them, and as older versions did."""

import json
import shutil
from pathlib import Path

import h5py
import numpy as np
import pytest

from tests.support.field_files import POSE, names, read
from whiskertoolbox_python import LoadError
from whiskertoolbox_python.containers.sleap import read_analysis, read_labels


def test_frames_stay_at_their_place_and_tracks_apart() -> None:
    contents, warnings = read(read_labels, POSE / "predicted_instances.slp")
    assert warnings == []
    assert contents["a/nose"].read().frames.tolist() == list(range(100, 111))
    assert contents["a/nose"].read().xy[0].tolist() == [10, 20]
    assert contents["b/nose"].read().xy[0].tolist() == [11, 20]
    assert contents.clocks["frames"].size == 1000


def test_a_point_that_is_not_visible_is_left_out_though_the_file_has_its_place() -> None:
    """Of track a, the tail is at (100, 101) with visible False; sleap-io's lazy `numpy()` gives the place."""
    contents, _ = read(read_labels, POSE / "predicted_instances.slp")
    assert len(contents["a/tail"].read().frames) == 0
    assert contents["b/tail"].read().xy[0].tolist() == [100, 101]


def test_an_instance_without_a_track_becomes_a_part() -> None:
    """`labels.numpy()` of sleap-io drops it."""
    contents, _ = read(read_labels, POSE / "user_instances.slp")
    assert contents["untracked/nose"].read().frames.tolist() == [105]
    assert contents["untracked/nose"].read().xy.tolist() == [[7, 7]]


def test_labels_of_people_have_no_score() -> None:
    assert "a/nose_score" in names(read(read_labels, POSE / "predicted_instances.slp")[0])
    assert names(read(read_labels, POSE / "user_instances.slp")[0]) == [
        f"{track}/{node}" for track in ("a", "b", "untracked") for node in ("nose", "tail")
    ]


@pytest.mark.parametrize(("format_id", "x"), [(1.0, 9.5), (1.05, 9.5), (1.1, 10), (1.4, 10), (2.8, 10)])
def test_before_format_1_1_coordinates_are_half_a_pixel_larger(tmp_path: Path, format_id: float, x: float) -> None:
    shutil.copy(POSE / "predicted_instances.slp", tmp_path / "a.slp")
    with h5py.File(tmp_path / "a.slp", "r+") as file:
        file["metadata"].attrs["format_id"] = format_id
        if format_id < 1.2:
            instances = file["instances"][:]
            del file["instances"]
            kept = [name for name in instances.dtype.names if name != "tracking_score"]
            file["instances"] = instances[kept].astype([(name, instances.dtype[name]) for name in kept])
    contents, _ = read(read_labels, tmp_path / "a.slp")
    assert contents["a/nose"].read().xy[0, 0] == x


def test_the_axes_of_an_analysis_file_are_what_it_says(tmp_path: Path) -> None:
    """sleap-io's presets "matlab" and "standard" lay them differently."""
    matlab, _ = read(read_analysis, POSE / "sleap.analysis.h5")
    shutil.copy(POSE / "sleap.analysis.h5", tmp_path / "a.h5")
    with h5py.File(tmp_path / "a.h5", "r+") as file:
        for name, order in (("tracks", (3, 0, 2, 1)), ("point_scores", (2, 0, 1))):
            values, dims = file[name][:], json.loads(file[name].attrs["dims"])
            del file[name]
            file[name] = values.transpose(order)
            file[name].attrs["dims"] = json.dumps([dims[axis] for axis in order])
    standard, _ = read(read_analysis, tmp_path / "a.h5")
    assert names(matlab) == names(standard)
    for name in ("a/nose", "b/tail"):
        np.testing.assert_array_equal(matlab[name].read().xy, standard[name].read().xy)
        np.testing.assert_array_equal(matlab[name].read().frames, standard[name].read().frames)


def test_an_analysis_file_that_may_not_start_at_frame_0_says_so_and_takes_the_first_frame() -> None:
    contents, (warning,) = read(read_analysis, POSE / "sleap.analysis.h5")
    assert "900 of the video's 1,000 frames" in warning
    assert contents["a/nose"].read().frames[0] == 0
    moved, warnings = read(read_analysis, POSE / "sleap.analysis.h5", first_frame=100)
    assert warnings == []
    assert moved["a/nose"].read().frames[0] == 100


def test_a_video_that_is_not_there_is_refused() -> None:
    with pytest.raises(LoadError, match="it has 1 videos"):
        read(read_labels, POSE / "predicted_instances.slp", video=3)


@pytest.mark.parametrize("missing", ["instances", "pred_points", "tracks_json", "videos_json"])
def test_a_file_without_one_of_its_tables_is_one_clear_error(tmp_path: Path, missing: str) -> None:
    shutil.copy(POSE / "predicted_instances.slp", tmp_path / "a.slp")
    with h5py.File(tmp_path / "a.slp", "r+") as file:
        del file[missing]
    with pytest.raises(LoadError, match="damaged"):
        read(read_labels, tmp_path / "a.slp")
