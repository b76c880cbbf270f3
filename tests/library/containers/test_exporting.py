"""What is exported is read back by the tool that it is for."""

import json
import shutil
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

import numpy as np
import pandas as pd
import pynapple
import pynwb
import pytest
import xarray

from tests.support.field_files import POSE, read
from whiskertoolbox_python import (
    AnalogTimeSeries,
    DataManager,
    DigitalEventSeries,
    DigitalIntervalSeries,
    Interval,
    PointData,
    SaveError,
    SaveWarning,
    TensorData,
    TimeFrame,
)
from whiskertoolbox_python.containers.exporting import export_file
from whiskertoolbox_python.containers.interchange import (
    from_pynapple,
    to_arrow,
    to_pandas,
    to_pynapple,
    to_xarray,
)
from whiskertoolbox_python.containers.movement import read as read_movement
from whiskertoolbox_python.containers.sleap import read_analysis

pytestmark = pytest.mark.extra


@pytest.fixture
def poses() -> DataManager:
    manager = DataManager()
    manager.import_file(POSE / "dlc_single.csv")
    return manager


@pytest.fixture
def recording() -> DataManager:
    manager = DataManager()
    manager.setTime("camera", TimeFrame([0, 10, 21, 30, 40], ticks_per_second=1000))
    manager.setTime("even", TimeFrame(range(0, 500, 10), ticks_per_second=1000))
    manager.setData("angle", AnalogTimeSeries([1, 2, 3, 4, 5], 5), "camera")
    manager.setData("speed", AnalogTimeSeries(range(50), 50), "even")
    manager.setData("licks", DigitalEventSeries([1, 3]), "camera")
    manager.setData("unit", DigitalEventSeries([0, 2, 4]), "camera")
    manager.setData("trials", DigitalIntervalSeries([Interval(0, 1), Interval(3, 4)]), "camera")
    manager.setData("nose", PointData.from_arrays([0, 2], np.array([[1.0, 2], [3, 4]])), "camera")
    manager.setData("nose_likelihood", AnalogTimeSeries([0.9, 0.1, 0.8, 0.7, 0.6], 5), "camera")
    return manager


def test_pandas_reads_the_table_of_deeplabcut(poses: DataManager, tmp_path: Path) -> None:
    """In the fixed form, which pandas 1.5 to 3.1 all read; 3.1's tables cannot be read by 2.x."""
    export_file(poses, tmp_path / "a.h5", keys=["nose", "tail"])
    table = pd.read_hdf(tmp_path / "a.h5")
    assert table.columns.names == ["scorer", "bodyparts", "coords"]
    np.testing.assert_array_equal(table["whiskertoolbox"]["tail"]["x"], [100, 101, 102, 103])
    np.testing.assert_allclose(table["whiskertoolbox"]["nose"]["likelihood"], 0.9)
    again = DataManager()
    again.import_file(tmp_path / "a.h5")
    np.testing.assert_array_equal(again.getData("nose").points, poses.getData("nose").points)


def test_several_animals_become_individuals(tmp_path: Path) -> None:
    manager = DataManager()
    manager.import_file(POSE / "dlc_multi_with_unique.csv")
    keys = {"m1": ["m1_nose", "m1_tail"], "m2": ["m2_nose", "m2_tail"]}
    export_file(manager, tmp_path / "a.h5", keys=keys)
    table = pd.read_hdf(tmp_path / "a.h5")
    assert table.columns.names == ["scorer", "individuals", "bodyparts", "coords"]
    np.testing.assert_array_equal(table["whiskertoolbox"]["m2"]["tail"]["y"], [350, 351, 352, 353])


def test_a_frame_without_a_point_is_nan(poses: DataManager, tmp_path: Path) -> None:
    poses.setData("ear", PointData.from_arrays([2], np.array([[5.0, 6.0]])), "time")
    export_file(poses, tmp_path / "a.h5", keys=["ear", "nose"])
    assert np.isnan(pd.read_hdf(tmp_path / "a.h5")["whiskertoolbox"]["ear"]["x"]).tolist() == [True, True, False, True]


def test_the_analysis_file_of_sleap_starts_at_frame_0_and_names_its_axes(poses: DataManager, tmp_path: Path) -> None:
    export_file(poses, tmp_path / "a.analysis.h5", keys=["nose", "tail"])
    contents, warnings = read(read_analysis, tmp_path / "a.analysis.h5")
    assert warnings == []
    assert contents["tail"].read().xy.tolist() == [[100, 150], [101, 151], [102, 152], [103, 153]]
    np.testing.assert_allclose(contents["nose_score"].read().values, 0.9, rtol=1e-6)


def test_xarray_reads_the_dataset_of_movement(poses: DataManager, tmp_path: Path) -> None:
    export_file(poses, tmp_path / "a.nc", keys=["nose", "tail"], fps=30.0)
    with xarray.open_dataset(tmp_path / "a.nc", engine="h5netcdf") as dataset:
        assert dataset.position.dims == ("time", "space", "keypoint", "individual")
        assert dataset.position.sel(keypoint="tail", space="x").values.ravel().tolist() == [100, 101, 102, 103]
        assert dataset.attrs["fps"] == 30
    contents, _ = read(read_movement, tmp_path / "a.nc")
    assert contents["nose"].read().frames.tolist() == [0, 1, 2, 3]


def write_nwb(recording: DataManager, path: Path) -> Path:
    subject = {"subject_id": "m1", "species": "Mus musculus", "sex": "F", "age": "P90D"}
    export_file(
        recording,
        path,
        session_start_time=datetime(2026, 3, 1, tzinfo=timezone.utc),
        session_description="licking",
        identifier="day1",
        subject=subject,
        units=["unit"],
        unit={"speed": "mV"},
    )
    return path


def test_movement_needs_h5py_which_h5netcdf_does_not_bring(
    poses: DataManager, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "h5py", None)
    with pytest.raises(SaveError, match='pip install "h5py"'):
        export_file(poses, tmp_path / "a.nc")
    assert list(tmp_path.iterdir()) == []


def test_pynwb_reads_the_file_and_finds_it_valid(recording: DataManager, tmp_path: Path) -> None:
    path = write_nwb(recording, tmp_path / "a.nwb")
    assert pynwb.validate(path=str(path)) == []
    with pynwb.NWBHDF5IO(str(path), "r") as io:
        file = io.read()
        assert file.acquisition["angle"].timestamps[:].tolist() == [0, 0.01, 0.021, 0.03, 0.04]
        assert (file.acquisition["speed"].rate, file.acquisition["speed"].conversion) == (100, 1e-3)
        assert file.acquisition["speed"].unit == "volts"
        assert file.units["spike_times"][0].tolist() == [0, 0.021, 0.04]
        assert file.intervals["trials"].stop_time[:].tolist() == [0.01, 0.04]
        pose = file.processing["behavior"]["PoseEstimation"]
        nose = pose.pose_estimation_series["nose"]
        assert nose.data[2].tolist() == [3, 4]
        assert np.isnan(nose.data[1]).all()
        assert nose.confidence[:].tolist() == pytest.approx([0.9, 0.1, 0.8, 0.7, 0.6])


def test_nwbinspector_finds_nothing_critical(recording: DataManager, tmp_path: Path) -> None:
    """The exit status of nwbinspector 0.7.2 is 0 whatever it finds, so its report is read."""
    path = write_nwb(recording, tmp_path / "a.nwb")
    report = tmp_path / "report.json"
    program = shutil.which("nwbinspector", path=str(Path(sys.executable).parent))
    assert program is not None
    command = [program, str(path), "--json-file-path", str(report), "--skip-validate"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert report.exists(), done.stderr
    messages = json.loads(report.read_text())["messages"]
    assert [one["message"] for one in messages if one["importance"] in ("CRITICAL", "ERROR", "PYNWB_VALIDATION")] == []


def test_an_exported_nwb_file_is_imported_again(recording: DataManager, tmp_path: Path) -> None:
    again = DataManager()
    report = again.import_file(write_nwb(recording, tmp_path / "a.nwb"))
    assert report.failures == []
    np.testing.assert_allclose(again.getData("speed").values, np.arange(50) * 1e-3, rtol=1e-6)
    assert again.getData("trials").getTimeFrame().seconds_at([0, 1]).tolist() == pytest.approx([0, 0.01])
    assert again.getData("nose").points.tolist() == [[1, 2], [3, 4]]


def test_data_on_a_clock_of_unknown_rate_is_refused(poses: DataManager, tmp_path: Path) -> None:
    with pytest.raises(SaveError, match=r"'nose.*' is on a clock of unknown rate"), pytest.warns(SaveWarning):
        export_file(poses, tmp_path / "a.nwb")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "options", "reason"),
    [
        ("a.xyz", {}, "no format follows from the file name"),
        ("a.h5", {"format": "dlc"}, 'unknown format "dlc"'),
        ("a.h5", {"keys": ["nse"]}, 'did you mean "nose"'),
        ("a.h5", {"keys": ["nose_likelihood"]}, "holds no points"),
        ("a.h5", {"keys": []}, "nothing to write"),
        ("a.nwb", {"session_start_time": 2026}, "'2026' is no date and time"),
        ("a.nwb", {"session_start_time": "2026-03-01T10:00:00"}, "needs a time zone"),
        ("a.h5", {"colour": 1}, "colour"),
    ],
)
def test_what_cannot_be_exported_is_one_clear_error_and_no_file(
    poses: DataManager, tmp_path: Path, name: str, options: dict[str, object], reason: str
) -> None:
    with pytest.raises(SaveError, match=reason):
        export_file(poses, tmp_path / name, **options)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_pynapple_takes_series_in_seconds_and_gives_them_back(recording: DataManager) -> None:
    tsd = to_pynapple(recording.getData("angle"))
    assert isinstance(tsd, pynapple.Tsd)
    assert tsd.t.tolist() == [0, 0.01, 0.021, 0.03, 0.04]
    data, clock = from_pynapple(tsd)
    assert np.asarray(data).tolist() == [1, 2, 3, 4, 5]
    assert clock.seconds_at([2]).tolist() == [0.021]
    events, clock = from_pynapple(to_pynapple(recording.getData("licks")))
    assert clock.seconds_at(events.times).tolist() == [0.01, 0.03]
    intervals, clock = from_pynapple(to_pynapple(recording.getData("trials")))
    assert clock.seconds_at(intervals.intervals.ravel()).tolist() == [0, 0.01, 0.03, 0.04]
    points, _ = from_pynapple(to_pynapple(recording.getData("nose")))
    assert points.points.tolist() == [[1, 2], [3, 4]]


def test_pandas_arrow_and_xarray_have_the_same_columns(recording: DataManager) -> None:
    nose = recording.getData("nose")
    frame = to_pandas(nose)
    assert list(frame) == ["index", "seconds", "x", "y"]
    assert frame["seconds"].tolist() == [0, 0.021]
    assert to_arrow(nose).column("x").to_pylist() == [1, 3]
    assert to_xarray(nose).y.sel(time=0.021).item() == 4
    assert list(to_pandas(recording.getData("trials"))) == ["start", "end", "start_seconds", "end_seconds"]


def test_rows_of_a_tensor_keep_their_times(recording: DataManager) -> None:
    rows = TensorData.from_array(np.array([[1.0, 2], [3, 4]]), column_names=["a", "index"], row_times=[2, 4])
    recording.setData("features", rows, "camera")
    features = recording.getData("features")
    assert to_pynapple(features).t.tolist() == [0.021, 0.04]
    frame = to_pandas(features)
    assert list(frame) == ["index", "seconds", "a", "index_1"]
    assert (frame["index"].tolist(), frame["seconds"].tolist()) == ([2, 4], [0.021, 0.04])
    assert to_xarray(features).a.sel(time=0.04).item() == 3


def test_rows_of_a_tensor_keep_their_intervals(recording: DataManager) -> None:
    rows = TensorData.from_array(np.array([[1.0], [3]]), row_intervals=[[0, 1], [2, 4]])
    recording.setData("features", rows, "camera")
    features = recording.getData("features")
    assert to_pynapple(features).t.tolist() == [0, 0.021]
    assert to_pandas(features)["end_seconds"].tolist() == [0.01, 0.04]


def test_rows_of_a_tensor_without_times_are_counted(recording: DataManager) -> None:
    tensor = TensorData.from_array(np.array([[1.0, 5], [3, 6]]), column_names=["a", "a"])
    assert list(to_pandas(tensor)) == ["a", "a_1"]
    assert to_xarray(tensor).a_1.sel(time=1).item() == 6


def test_intervals_that_pynapple_drops_or_joins_are_told(recording: DataManager) -> None:
    """pynapple 0.11.4 holds no interval without a duration, as one of a single frame is, and none that overlap."""
    one_index = DigitalIntervalSeries([Interval(0, 1), Interval(3, 3)])
    recording.setData("trials", one_index, "camera")
    with pytest.warns(UserWarning, match=r"1 intervals are one index long, the first at 0\.03 s"):
        made = to_pynapple(recording.getData("trials"))
    assert made.end.tolist() == [0.01]
    recording.setData("trials", DigitalIntervalSeries.from_array([[0, 2], [1, 3], [4, 5]]), "even")
    with pytest.warns(UserWarning, match="precede"), pytest.warns(UserWarning, match=r"some of 3 .* first at 0\.01 s"):
        made = to_pynapple(recording.getData("trials"))
    assert made.end.tolist() == [0.03, 0.05]
