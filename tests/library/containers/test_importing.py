"""One door: any file is recognised by its content, previewed and loaded; a config and code do the same again."""

import json
import shutil
from pathlib import Path

import h5py
import numpy as np
import pytest
import tifffile

from tests.support.field_files import FIELD, POSE, WHISK
from whiskertoolbox_python import DataManager, LoadError, MediaData
from whiskertoolbox_python.containers.registry import CONTAINERS

pytestmark = pytest.mark.extra

KNOWN = {
    "pose/dlc_single.csv": "deeplabcut",
    "pose/ensemble_kalman_smoother.csv": "deeplabcut",
    "pose/dlc_multi_table_pandas_2_2.h5": "deeplabcut_hdf5",
    "pose/predicted_instances.slp": "sleap",
    "pose/sleap.analysis.h5": "sleap_analysis",
    "pose/anipose_calibration.toml": "anipose_calibration",
    "nwb/two_pose_containers.nwb": "nwb",
    "whisk/face_left.whiskers": "whisk",
    "whisk/face_left_classified.measurements": "whisk_measurements",
    "openephys": "open_ephys",
    "phy": "phy",
    "phy/params.py": "phy",
}


@pytest.mark.parametrize(("path", "format"), KNOWN.items())
def test_a_file_is_recognised_whatever_its_name(path: str, format: str, tmp_path: Path) -> None:
    assert DataManager.preview_file(FIELD / path).format == format
    if (FIELD / path).is_file() and format not in ("phy", "anipose_calibration"):
        shutil.copy(FIELD / path, tmp_path / "data.bin")
        assert DataManager.preview_file(tmp_path / "data.bin").format == format


def test_everything_that_is_selected_is_loaded_on_the_clocks_of_the_file() -> None:
    manager = DataManager()
    report = manager.import_file(FIELD / "nwb/pose_ndx_pose_0_4.nwb")
    assert report.failures == []
    assert manager.getTimeKey("lfp") == "lfp_time"
    assert manager.getTimeKey("tail") == "nose_time"
    assert manager.getData("tail").getTimeFrame().seconds_at([0, 1]).tolist() == pytest.approx([0, 0.1])
    assert manager.getData("lfp").getTimeFrame().seconds_at([1]).tolist() == pytest.approx([0.01])


def test_clocks_of_a_file_have_one_unit_so_that_they_can_be_compared() -> None:
    """100 samples a second beside timestamps: an index of one clock is found on the other by its time."""
    manager = DataManager()
    manager.import_file(FIELD / "nwb/pose_ndx_pose_0_4.nwb")
    lfp, pose = manager.getTime("lfp_time"), manager.getTime("nose_time")
    assert lfp is not None
    assert pose is not None
    assert lfp.ticks_per_second == pose.ticks_per_second == 1e9
    assert lfp.convert([0, 9], pose).tolist() == [0, 1]


def test_the_unit_of_clocks_can_be_chosen() -> None:
    manager = DataManager()
    manager.import_file(FIELD / "nwb/pose_ndx_pose_0_4.nwb", ticks_per_second=1000)
    pose = manager.getTime("nose_time")
    assert pose is not None
    assert pose.times.tolist() == [0, 100, 200, 300, 400]


def test_parts_are_chosen_renamed_and_put_on_a_clock_of_the_session() -> None:
    manager = DataManager()
    manager.load_file(POSE / "dlc_single.csv", data_type="points", format="dlc_csv")
    path = FIELD / "nwb/pose_ndx_pose_0_4.nwb"
    chosen = {"processing/behavior/PoseEstimation/nose": "snout"}
    report = manager.import_file(path, parts=chosen, clocks={"processing/behavior/PoseEstimation/nose": "time"})
    assert report.made == ["snout"]
    assert manager.getTimeKey("snout") == "time"


@pytest.mark.parametrize("path", ["nwb/pose_ndx_pose_0_4.nwb", "openephys", "phy", "pose/dlc_multi_with_unique.csv"])
def test_the_config_and_the_code_of_a_preview_do_the_same_again(path: str, tmp_path: Path) -> None:
    first, second, third = DataManager(), DataManager(), DataManager()
    first.import_file(FIELD / path)
    preview = DataManager.preview_file(FIELD / path)
    (tmp_path / "config.json").write_text(preview.config())
    second.load(tmp_path / "config.json").raise_failures()
    exec(preview.code(), {"dm": third})
    for other in (second, third):
        assert set(other.getAllKeys()) == set(first.getAllKeys())
        for key in set(first.getAllKeys()) - {"media"}:
            mine, theirs = first.getData(key), other.getData(key)
            assert first.getTimeKey(key) == other.getTimeKey(key)
            np.testing.assert_array_equal(np.asarray(mine), np.asarray(theirs))


def test_a_preview_prints_as_a_table() -> None:
    text = str(DataManager.preview_file(FIELD / "openephys"))
    assert "KEY" in text
    assert "3,000 × 4" in text
    assert "uV" in text


def test_groups_of_a_file_become_groups_of_the_session() -> None:
    manager = DataManager()
    manager.import_file(FIELD / "phy")
    assert {len(manager.getGroup(name)) for name in ("good", "noise", "mua")} == {60}
    assert len(manager.getGroup("unsorted")) == 120


def test_interleaved_channels_become_a_key_each_in_their_unit() -> None:
    manager = DataManager()
    manager.import_file(FIELD / "openephys")
    (key,) = [key for key in manager.getAnalogKeys() if key.endswith("ADC1")]
    assert manager.getData(key).values[0] == pytest.approx(1000 * 0.00015258789, rel=1e-6)


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("empty.dat", b"", "it is empty"),
        ("noise.dat", bytes(range(256)) * 20, "begins like no format that is known"),
        ("notes.txt", b"just\nsome, words\n", "no table"),
        ("other.json", b'{"a": 1}', "JSON, but no load config"),
        ("one.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 20, "a single image"),
        ("settings.toml", b"[a]\nb = 1\n", "no calibration"),
    ],
)
def test_a_file_that_is_not_recognised_says_what_it_was_taken_for(
    tmp_path: Path, name: str, data: bytes, reason: str
) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(LoadError, match=reason) as caught:
        DataManager.preview_file(tmp_path / name)
    assert str(tmp_path / name) in str(caught.value)


def test_hdf5_of_an_unknown_layout_names_its_datasets(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["deep/values"] = [1, 2]
    with pytest.raises(LoadError, match=r"it is HDF5.*deep/values.*load_file"):
        DataManager.preview_file(tmp_path / "a.h5")


def test_images_in_a_file_of_a_named_format_are_not_taken_for_a_folder_of_pictures(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "stack.tif", np.zeros((7, 6, 8), np.uint8))
    manager = DataManager()
    manager.load_file(tmp_path / "stack.tif", data_type="images", format="tiff_stack", part="frames", name="stack")
    assert manager.get("stack", MediaData).getTotalFrameCount() == 7


def test_a_load_config_is_sent_to_load(tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text(json.dumps([{"data_type": "analog", "name": "a"}]))
    with pytest.raises(LoadError, match=r"load it with dm\.load"):
        DataManager.preview_file(tmp_path / "c.json")


def test_an_unknown_part_clock_or_option_is_named_with_the_known_ones() -> None:
    manager = DataManager()
    for options, expected in (
        ({"parts": ["nse"]}, 'did you mean "nose"'),
        ({"clocks": {"camera": "time"}}, 'unknown clock "camera"'),
        ({"treshold": 1}, 'did you mean "threshold"'),
        ({"threshold": "high"}, 'option "threshold" must be number'),
        ({"format": "dlc"}, 'unknown format "dlc"'),
    ):
        with pytest.raises(LoadError, match=expected):
            manager.import_file(POSE / "dlc_single.csv", **options)  # type: ignore[arg-type]
    assert manager.getAllKeys() == ["media"]


def test_an_import_reports_its_progress_and_stops_when_the_callback_raises() -> None:
    manager = DataManager()
    seen: list[tuple[int, int, str]] = []

    class Stopped(Exception):
        pass

    def follow(done: int, total: int, label: str) -> None:
        seen.append((done, total, label))
        if done == 2:
            raise Stopped

    with pytest.raises(Stopped):
        manager.import_file(POSE / "dlc_single.csv", progress=follow)
    assert seen == [(0, 4, "nose"), (1, 4, "nose_likelihood"), (2, 4, "tail")]
    assert set(manager.getAllKeys()) == {"media", "nose", "nose_likelihood"}


@pytest.mark.parametrize(
    "path",
    [*sorted(POSE.iterdir()), *sorted(WHISK.iterdir()), *sorted((FIELD / "nwb").iterdir())],
    ids=lambda path: path.name,
)
@pytest.mark.parametrize("share", [0.0, 0.02, 0.3, 0.7, 0.99])
def test_a_truncated_file_is_refused_or_told_never_another_error(path: Path, share: float, tmp_path: Path) -> None:
    data = path.read_bytes()
    (tmp_path / path.name).write_bytes(data[: int(len(data) * share)])
    manager = DataManager()
    refused = ""
    made: list[str] = []
    try:
        report = manager.import_file(tmp_path / path.name)
    except LoadError as error:
        refused = str(error)
    else:
        made = report.made
        assert not any("Error:" in failure.reason for failure in report.failures)
    assert made or (str(tmp_path / path.name) in refused and manager.getAllKeys() == ["media"])


def test_every_container_says_what_it_needs_and_may_hold() -> None:
    for container in CONTAINERS:
        assert container.title
        assert container.kinds
