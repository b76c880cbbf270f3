"""Exports of tables and folders, and the choice of formats."""

from pathlib import Path

import numpy as np
import pytest

from whiskertoolbox_python import (
    AnalogTimeSeries,
    DataManager,
    DigitalEventSeries,
    DigitalIntervalSeries,
    Interval,
    LineData,
    MaskData,
    PointData,
    SaveError,
    SaveWarning,
    TensorData,
    TimeFrame,
    export_file,
    export_formats,
)

TICKS = [0, 2**60, 2**60 + 7, 2**60 + 9]


@pytest.fixture
def recording() -> DataManager:
    manager = DataManager()
    manager.setTime("camera", TimeFrame.from_array(TICKS, ticks_per_second=30000))
    manager.setData("angle", AnalogTimeSeries([0.1, np.nan, 1e-30, 16777217], 4), "camera")
    manager.setData("Angle", AnalogTimeSeries([1, 2, 3, 4], 4), "camera")
    manager.setData("licks, ${HOME} {left}*", DigitalEventSeries([1, 3]), "camera")
    manager.setData("trials", DigitalIntervalSeries([Interval(0, 1), Interval(3, 4)]), "time")
    manager.setData("nose", PointData.from_arrays([0, 2], np.array([[1.5, 2], [np.nan, 4]])), "camera")
    line = np.array([[0.1, 5], [3, 7.25]], np.float32)
    manager.setData("whisker", LineData.from_arrays([2], [0, 2], line), "camera")
    mask = np.array([[3, 5], [4, 5], [4, 6]])
    manager.setData("whisker_mask", MaskData.from_arrays([1], [0, 3], mask), "camera")
    manager.setData("con", TensorData.from_array(np.array([[0.1, 2], [3, 4]]), column_names=["a", "b"]), "time")
    return manager


def load(folder: Path) -> DataManager:
    manager = DataManager()
    report = manager.load(folder / "recording.json")
    assert report.failures == []
    return manager


def test_a_folder_is_loaded_again_by_its_config_with_every_digit_and_clock(
    recording: DataManager, tmp_path: Path
) -> None:
    export_file(recording, tmp_path / "out")
    again = load(tmp_path / "out")
    assert {(one.key, one.time_key, one.kind, one.size) for one in again.entries() if one.size} == {
        (one.key, one.time_key, one.kind, one.size) for one in recording.entries() if one.size
    }
    np.testing.assert_array_equal(again.getData("angle").values, recording.getData("angle").values)
    np.testing.assert_array_equal(again.getData("nose").points, recording.getData("nose").points)
    np.testing.assert_array_equal(again.getData("whisker").points, recording.getData("whisker").points)
    np.testing.assert_array_equal(again.getData("con").values, recording.getData("con").values)
    assert again.getData("con").columnNames() == ["a", "b"]
    clock = again.getTime("camera")
    assert clock is not None
    assert (clock.times.tolist(), clock.ticks_per_second) == (TICKS, 30000)


def test_a_clock_without_times_is_told(recording: DataManager, tmp_path: Path) -> None:
    recording.setTime("later", TimeFrame())
    recording.setData("licks", DigitalEventSeries([1, 3]), "later")
    with pytest.warns(SaveWarning, match="'later' has no times"):
        export_file(recording, tmp_path / "out", keys=["licks"])
    assert load(tmp_path / "out").getTimeKey("licks") == "time"


def test_files_of_a_folder_have_names_that_every_system_takes(recording: DataManager, tmp_path: Path) -> None:
    export_file(recording, tmp_path / "out")
    names = [path.name for path in (tmp_path / "out").iterdir()]
    assert len({name.casefold() for name in names}) == len(names) == 8 + 1 + 1
    assert {"angle.csv", "Angle_2.csv", "_con.csv", "licks_ __HOME_ _left__.csv", "camera.clock.csv"} <= set(names)


def test_a_folder_keeps_files_that_it_does_not_write(recording: DataManager, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "notes.txt").write_text("mine")
    with pytest.raises(SaveError, match="is there already"):
        export_file(recording, tmp_path / "out", keys=["angle"], overwrite=False)
    export_file(recording, tmp_path / "out", keys=["angle"])
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "angle.csv",
        "camera.clock.csv",
        "notes.txt",
        "recording.json",
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("name", ["a.csv", pytest.param("a.parquet", marks=pytest.mark.extra)])
def test_signals_with_the_same_times_are_one_table_with_their_seconds(
    recording: DataManager, tmp_path: Path, name: str
) -> None:
    recording.setTime("camera", TimeFrame([0, 1, 5, 6], ticks_per_second=1000), overwrite=True)
    export_file(recording, tmp_path / name, keys=["angle", "Angle"])
    again = DataManager()
    again.import_file(tmp_path / name)
    np.testing.assert_array_equal(again.getData("angle").values, recording.getData("angle").values)
    clock = again.getData("Angle").getTimeFrame()
    assert clock.seconds_at([0, 1, 2, 3]).tolist() == [0, 0.001, 0.005, 0.006]


@pytest.mark.extra
def test_a_table_of_events_has_their_indices_and_seconds(recording: DataManager, tmp_path: Path) -> None:
    import pyarrow.parquet

    recording.setTime("camera", TimeFrame([0, 1, 5, 6], ticks_per_second=1000), overwrite=True)
    export_file(recording, tmp_path / "a.parquet", keys=["licks, ${HOME} {left}*"])
    table = pyarrow.parquet.read_table(tmp_path / "a.parquet")
    assert table.to_pydict() == {"index": [1, 3], "seconds": [0.001, 0.006]}


def test_a_table_of_intervals_has_their_starts_and_ends(recording: DataManager, tmp_path: Path) -> None:
    export_file(recording, tmp_path / "a.csv", keys=["trials"])
    assert (tmp_path / "a.csv").read_text() == "start,end\n0,1\n3,4\n"


def test_signals_with_other_times_make_no_table(recording: DataManager, tmp_path: Path) -> None:
    recording.setData("late", AnalogTimeSeries.from_array(np.arange(4.0), [0, 1, 2, 9]), "camera")
    with pytest.raises(SaveError, match="'late' has other times than 'angle'"):
        export_file(recording, tmp_path / "a.csv", keys=["angle", "late"])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("keys", "formats"),
    [
        (["angle"], ["nwb", "table_csv", "arrow", "csv"]),
        (["angle", "Angle"], ["nwb", "table_csv", "arrow", "csv"]),
        (["angle", "trials"], ["nwb", "csv"]),
        (["nose"], ["nwb", "deeplabcut_hdf5", "sleap_analysis", "movement", "table_csv", "arrow", "csv"]),
        (["nose", "nose_score"], ["nwb", "deeplabcut_hdf5", "sleap_analysis", "movement", "csv"]),
        (["whisker_mask"], ["csv"]),
    ],
)
def test_formats_are_those_that_can_hold_all_keys(recording: DataManager, keys: list[str], formats: list[str]) -> None:
    recording.setData("nose_score", AnalogTimeSeries([1, 2, 3], 3), "camera")
    assert [one.name for one in export_formats(recording, keys)] == formats


def test_an_unknown_key_has_no_formats(recording: DataManager) -> None:
    with pytest.raises(SaveError, match='did you mean "angle"'):
        export_formats(recording, ["angel"])


def test_what_is_there_is_replaced_only_if_it_may_be(recording: DataManager, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("mine")
    with pytest.raises(SaveError, match="is there already"):
        export_file(recording, tmp_path / "a.csv", keys=["angle"], overwrite=False)
    assert (tmp_path / "a.csv").read_text() == "mine"
    export_file(recording, tmp_path / "a.csv", keys=["Angle"])
    assert (tmp_path / "a.csv").read_text().splitlines()[0] == "seconds,Angle"


def test_a_file_takes_no_place_of_a_folder(recording: DataManager, tmp_path: Path) -> None:
    (tmp_path / "a.csv").mkdir()
    with pytest.raises(SaveError, match="is a folder"):
        export_file(recording, tmp_path / "a.csv", keys=["angle"])
    (tmp_path / "out").write_text("")
    with pytest.raises(SaveError, match="is a file"):
        export_file(recording, tmp_path / "out", keys=["angle"])


@pytest.mark.extra
def test_without_keys_what_has_no_place_is_named(recording: DataManager, tmp_path: Path) -> None:
    with pytest.warns(SaveWarning, match="no place for angle, Angle, licks"):
        export_file(recording, tmp_path / "a.analysis.h5")
    assert (tmp_path / "a.analysis.h5").is_file()


def test_progress_tells_each_key_and_the_end(recording: DataManager, tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    export_file(recording, tmp_path / "out", keys=["angle", "nose"], progress=lambda *step: told.append(step))
    assert told == [(0, 2, "angle"), (1, 2, "nose"), (2, 2, "")]
