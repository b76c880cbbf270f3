"""MATLAB, NumPy, Parquet, CSV, ABF, ImageJ regions, suite2p: written by their own tools, read here."""

from pathlib import Path

import hdf5storage
import numpy as np
import pandas as pd
import pyabf.abfWriter
import pytest
import roifile
import scipy.io

from tests.support.field_files import names, read
from whiskertoolbox_python import DataManager, LoadError
from whiskertoolbox_python.containers import (
    arrow,
    axon,
    imagej_roi,
    matlab,
    numpy_arrays,
    suite2p,
    table_csv,
)

pytestmark = pytest.mark.extra

MATRIX = np.arange(15, dtype=np.int16).reshape(3, 5)


@pytest.mark.parametrize("version", ["5", "7.3"])
def test_matlab_arrays_keep_their_axes_and_structs_give_prefixes(tmp_path: Path, version: str) -> None:
    """Version 7.3 is HDF5 with the axes reversed, and an empty array that holds its shape (hdf5storage 0.2.2)."""
    variables = {"a": MATRIX, "v": np.arange(7.0), "e": np.zeros((0, 3)), "s": {"x": np.arange(4.0), "name": "text"}}
    if version == "5":
        scipy.io.savemat(tmp_path / "a.mat", variables)
    else:
        hdf5storage.savemat(str(tmp_path / "a.mat"), variables, format="7.3", store_python_metadata=False)
    contents, _ = read(matlab.read, tmp_path / "a.mat")
    assert sorted(names(contents)) == ["a", "s.x", "v"]
    np.testing.assert_array_equal(contents["a"].read().values, MATRIX)
    assert np.asarray(contents["v"].read().values).tolist() == list(range(7))
    assert contents["s.x"].kind == "analog"
    assert DataManager.preview_file(tmp_path / "a.mat").format == "matlab"


def test_a_matlab_file_that_is_cut_off_is_one_clear_error(tmp_path: Path) -> None:
    scipy.io.savemat(tmp_path / "a.mat", {"a": MATRIX})
    (tmp_path / "a.mat").write_bytes((tmp_path / "a.mat").read_bytes()[:150])
    with pytest.raises(LoadError, match="cannot be read as a MATLAB file"):
        read(matlab.read, tmp_path / "a.mat")


def test_numpy_arrays_of_any_type(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", MATRIX)
    np.savez(tmp_path / "b.npz", one=np.arange(4), two=MATRIX)
    assert read(numpy_arrays.read, tmp_path / "a.npy")[0]["a"].read().values.tolist() == MATRIX.tolist()
    contents, _ = read(numpy_arrays.read, tmp_path / "b.npz")
    assert [(part.name, part.kind) for part in contents.parts] == [("one", "analog"), ("two", "tensor")]


def test_large_whole_numbers_are_not_rounded_silently(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.array([1, 2**24 + 1]))
    report = DataManager().import_file(tmp_path / "a.npy")
    assert "16,777,217 are rounded" in report.warnings[0]


def test_parquet_and_feather_columns_are_on_the_clock_of_their_time(tmp_path: Path) -> None:
    frame = pd.DataFrame({"time": [0.5, 1.0, 2.0], "speed": [1.5, None, 3.5], "n": [1, 2, 3], "who": list("abc")})
    frame.to_parquet(tmp_path / "a.parquet")
    frame.to_feather(tmp_path / "a.feather", compression="uncompressed")
    for name in ("a.parquet", "a.feather"):
        contents, (warning,) = read(arrow.read, tmp_path / name)
        assert names(contents) == ["speed", "n"]
        np.testing.assert_array_equal(contents["speed"].read().values, [1.5, np.nan, 3.5])
        assert contents.clocks["time"].ticks().tolist() == [500_000_000, 1_000_000_000, 2_000_000_000]
        assert "who" in warning


def test_dates_of_a_table_become_nanoseconds_since_the_first(tmp_path: Path) -> None:
    dates = pd.to_datetime(["2026-03-01 00:00:00.1", "2026-03-01 00:00:00.35"])
    pd.DataFrame({"when": dates, "x": [1.0, 2.0]}).to_parquet(tmp_path / "a.parquet")
    contents, _ = read(arrow.read, tmp_path / "a.parquet")
    assert contents.clocks["when"].ticks().tolist() == [0, 250_000_000]


def test_bonsai_csv_has_the_clock_of_its_timestamps(tmp_path: Path) -> None:
    """Seven decimals and a time zone, which changes in the middle of the night of summer time."""
    rows = [
        "2026-10-25T02:59:59.9000000+02:00,1.5,True",
        "2026-10-25T02:00:00.1500000+01:00,2.5,False",
    ]
    (tmp_path / "a.csv").write_text("\n".join(["Timestamp,Value.X,Item2", *rows]))
    contents, warnings = read(table_csv.read, tmp_path / "a.csv")
    assert warnings == []
    assert names(contents) == ["Value.X", "Item2"]
    assert contents.clocks["Timestamp"].ticks().tolist() == [0, 250_000_000]
    assert contents["Item2"].read().values.tolist() == [1, 0]


def test_rows_of_a_table_out_of_order_or_without_a_time_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("time,x\n2,20\n1,10\n,99\n3,30\n1\n")
    contents, warnings = read(table_csv.read, tmp_path / "a.csv")
    assert np.asarray(contents["x"].read().values).tolist() == [10, 20, 30]
    assert [word in " ".join(warnings) for word in ("line 6", "no time", "go backwards 1 times")] == [True] * 3


def test_a_counter_of_nanoseconds_is_not_taken_for_seconds(tmp_path: Path) -> None:
    """Cameras write such; as seconds they are beyond what a clock can hold."""
    (tmp_path / "a.csv").write_text("timestamp,value\n1700000000000000000,1\n1700000000033000000,2\n")
    contents, (warning,) = read(table_csv.read, tmp_path / "a.csv")
    assert "'timestamp' goes up to 1.7e+18, so it counts something smaller than seconds" in warning
    assert names(contents) == ["timestamp", "value"]
    assert contents.clocks["frames"].ticks().tolist() == [0, 1]
    with pytest.raises(LoadError, match="convert it to seconds first"):
        read(table_csv.read, tmp_path / "a.csv", time_column="timestamp")


def test_abf_sweeps_follow_each_other(tmp_path: Path) -> None:
    """neo 0.14.6 gives one sweep of three times the length for pyabf's files."""
    sweeps = np.arange(6000, dtype=float).reshape(3, 2000) / 100
    pyabf.abfWriter.writeABF1(sweeps, str(tmp_path / "a.abf"), 1000.0, units="pA")
    contents, _ = read(axon.read, tmp_path / "a.abf")
    (signal,) = [part for part in contents.parts if part.kind == "analog"]
    assert signal.unit == "pA"
    np.testing.assert_allclose(signal.read().values, sweeps.ravel(), atol=0.05)
    assert contents["sweeps"].read().bounds.tolist() == [[0, 1999], [2000, 3999], [4000, 5999]]
    assert contents.clocks["samples"].ticks_per_second == 1000
    assert np.all(np.diff(contents.clocks["samples"].ticks()) >= 1)


def test_an_imagej_region_is_a_mask_on_its_frame(tmp_path: Path) -> None:
    """roifile 2026.9.22 counts positions from 0 when it writes and from 1 when it reads; 0 means none."""
    square = [[10, 20], [14, 20], [14, 23], [10, 23]]
    roifile.ImagejRoi.frompoints(square, position=7, name="cell").tofile(tmp_path / "a.roi")
    contents, _ = read(imagej_roi.read, tmp_path / "a.roi")
    mask = contents["cell"].read()
    assert mask.frames.tolist() == [7]
    assert sorted(map(tuple, mask.points.tolist())) == [(x, y) for x in range(10, 14) for y in range(20, 23)]


def test_the_hole_of_a_composite_is_left_out() -> None:
    """roifile 2026.9.22 gives closed paths, and does not say which of them is a hole."""
    outer = np.array([[0, 0], [6, 0], [6, 6], [0, 6]], float)
    hole = np.array([[2, 2], [4, 2], [4, 4], [2, 4]], float)
    pixels = imagej_roi.filled_pixels([outer, hole])
    assert len(pixels) == 36 - 4
    assert [2, 2] not in pixels.tolist()


def test_suite2p_gives_the_traces_of_its_cells(tmp_path: Path) -> None:
    plane = tmp_path / "suite2p" / "plane0"
    plane.mkdir(parents=True)
    np.save(plane / "iscell.npy", [[1, 0.9], [0, 0.1], [1, 0.8]])
    for name in ("F", "Fneu", "spks"):
        np.save(plane / f"{name}.npy", np.arange(12, dtype=np.float32).reshape(3, 4))
    contents, _ = read(suite2p.read, tmp_path / "suite2p", rate=15.0)
    assert contents["F"].channels == ("0", "2")
    assert contents["F"].read().raw[:][:, 1].tolist() == [8, 9, 10, 11]
    assert contents.clocks["frames"].ticks_per_second == 15
    everything, _ = read(suite2p.read, tmp_path / "suite2p", only_cells=False)
    assert everything["spks"].channels == ("0", "1", "2")
