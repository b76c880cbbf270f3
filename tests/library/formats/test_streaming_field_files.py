"""Large files of the field's tools go into a session a chunk at a time: spikes, poses, tables, archives, stacks."""

from __future__ import annotations

import json
import pickle
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support.streaming import LEAST, bounded, hdf5_in_use
from whiskertoolbox_python import AnalogTimeSeries, DataManager, DigitalEventSeries, LineData, MediaData, PointData
from whiskertoolbox_python.containers import importing, table_csv

pytestmark = pytest.mark.usefixtures("small_steps")

COUNT = 200_000
NUMBERS = np.arange(COUNT)
assert importing  # what its import needs is not counted


@pytest.mark.parametrize("is_sorted", [True, False])
def test_spikes_of_kilosort_are_never_in_memory_as_a_whole(
    session: DataManager, tmp_path: Path, is_sorted: bool
) -> None:
    samples = 3 * NUMBERS
    order = NUMBERS if is_sorted else np.random.default_rng(0).permutation(COUNT)
    np.save(tmp_path / "spike_times.npy", samples[order].astype(np.uint64)[:, None])
    np.save(tmp_path / "spike_clusters.npy", (NUMBERS % 5).astype(np.int32)[order])
    (tmp_path / "params.py").write_text("sample_rate = 30000.\n", encoding="utf-8")
    with bounded(LEAST + 16 * COUNT):  # all are in one group of entities
        report = session.import_file(tmp_path)
    assert report.made[1:] == [f"unit_{unit}" for unit in range(5)]
    assert np.array_equal(session.getTime(report.made[0]).times, samples)
    for unit in range(5):
        assert np.array_equal(session.get(f"unit_{unit}", DigitalEventSeries).times, NUMBERS[unit::5])


@pytest.mark.extra
def test_units_of_an_nwb_file_are_never_in_memory_as_a_whole(session: DataManager, tmp_path: Path) -> None:
    h5py = hdf5_in_use(session, tmp_path)
    times = NUMBERS / 1000
    with h5py.File(tmp_path / "a.nwb", "w") as file:
        file.attrs["nwb_version"] = "2.9.0"
        units = file.create_group("units")
        units.create_dataset("spike_times", data=np.concatenate([times[0::2], times[1::2]]), chunks=(10_000,))
        units["spike_times_index"] = [COUNT // 2, COUNT]
        units["id"] = [7, 8]
    with bounded(LEAST):
        session.import_file(tmp_path / "a.nwb")
    assert np.array_equal(session.getTime(session.getTimeKey("7")).times, NUMBERS * 1_000_000)
    assert np.array_equal(session.get("7", DigitalEventSeries).times, NUMBERS[::2])
    assert np.array_equal(session.get("8", DigitalEventSeries).times, NUMBERS[1::2])


def write_facemap(h5py: Any, path: Path) -> None:
    with h5py.File(path, "w") as file:
        for column, values in (("x", NUMBERS + 0.5), ("y", NUMBERS % 480), ("likelihood", NUMBERS % 2)):
            file.create_dataset(f"Facemap/nose/{column}", data=values.astype(np.float64), chunks=(10_000,))


def write_sleap_analysis(h5py: Any, path: Path) -> None:
    with h5py.File(path, "w") as file:
        tracks = np.stack([NUMBERS + 0.5, NUMBERS % 480])[None, :, None].astype(np.float64)
        file.create_dataset("tracks", data=tracks, chunks=(1, 1, 1, 10_000), compression="gzip")
        file["point_scores"] = (NUMBERS % 2)[None, None].astype(np.float64)
        file["node_names"], file["track_names"], file["track_occupancy"] = [b"nose"], [b"a"], np.ones((COUNT, 1))


def write_movement(h5py: Any, path: Path) -> None:
    axes = {"time": NUMBERS, "space": ["x", "y"], "keypoint": ["nose"], "individual": ["a"]}
    with h5py.File(path, "w") as file:
        for name, values in axes.items():
            file[name] = values
            file[name].make_scale(name)
        position = np.stack([NUMBERS + 0.5, NUMBERS % 480], axis=1)[:, :, None, None].astype(np.float64)
        file.create_dataset("position", data=position, chunks=(10_000, 2, 1, 1))
        file.create_dataset("confidence", data=(NUMBERS % 2)[:, None, None].astype(np.float64))
        for name, own in (("position", list(axes)), ("confidence", ["time", "keypoint", "individual"])):
            for place, axis in enumerate(own):
                file[name].dims[place].attach_scale(file[axis])


def write_deeplabcut(h5py: Any, path: Path) -> None:
    names = [("DLC", "nose", name) for name in ("x", "y", "likelihood")]
    rows = np.empty(COUNT, [("index", "<i8"), ("values_block_0", "<f8", (3,))])
    rows["index"] = NUMBERS
    rows["values_block_0"] = np.column_stack([NUMBERS + 0.5, NUMBERS % 480, NUMBERS % 2])
    with h5py.File(path, "w") as file:
        group = file.create_group("df_with_missing")
        group.create_dataset("table", data=rows, chunks=(2000,), compression="gzip")
        group.attrs["pandas_type"] = np.bytes_(b"frame_table")
        group.attrs["non_index_axes"] = np.void(pickle.dumps([(1, names)], 0))
        group.attrs["info"] = np.void(pickle.dumps({1: {"names": ["scorer", "bodyparts", "coords"]}}, 0))


@pytest.mark.extra
@pytest.mark.parametrize(
    ("write", "name"),
    [
        (write_facemap, "a_FacemapPose.h5"),
        (write_sleap_analysis, "a.analysis.h5"),
        (write_movement, "a.nc"),
        (write_deeplabcut, "a.h5"),
    ],
)
@pytest.mark.parametrize("threshold", [0.0, 0.5])
def test_poses_in_hdf5_are_never_in_memory_as_a_whole(
    session: DataManager, tmp_path: Path, write: Any, name: str, threshold: float
) -> None:
    write(hdf5_in_use(session, tmp_path), tmp_path / name)
    with bounded(LEAST + 8 * COUNT):  # offsets of the points
        report = session.import_file(tmp_path / name, threshold=threshold)
    points = session.get(next(key for key in report.made if key.endswith("nose")), PointData)
    frames = NUMBERS[1::2] if threshold else NUMBERS
    assert np.array_equal(points.times, frames)
    assert np.array_equal(points.points, np.column_stack([frames + 0.5, frames % 480]))
    likelihood = session.get(next(key for key in report.made if "_" in key), AnalogTimeSeries)
    assert np.array_equal(likelihood.values, NUMBERS % 2)


@pytest.mark.extra
def test_a_project_of_sleap_is_never_in_memory_as_a_whole(session: DataManager, tmp_path: Path) -> None:
    """A file of SLEAP's own, its frames repeated."""
    h5py = hdf5_in_use(session, tmp_path)
    nodes, frames = 20, 20_000
    instance = np.dtype(
        [
            ("instance_id", "i8"),
            ("instance_type", "u1"),
            ("frame_id", "u8"),
            ("skeleton", "u4"),
            ("track", "i4"),
            ("from_predicted", "i8"),
            ("score", "f4"),
            ("point_id_start", "u8"),
            ("point_id_end", "u8"),
        ]
    )
    instances = np.zeros(frames, instance)
    instances["instance_id"] = instances["frame_id"] = np.arange(frames)
    instances["instance_type"], instances["from_predicted"] = 1, -1
    instances["point_id_start"] = nodes * np.arange(frames)
    instances["point_id_end"] = instances["point_id_start"] + nodes
    points = np.zeros(frames * nodes, [("x", "f8"), ("y", "f8"), ("visible", "?"), ("complete", "?"), ("score", "f8")])
    points["x"], points["y"], points["visible"] = np.arange(frames * nodes), 7, True
    rows = np.zeros(
        frames,
        [
            ("frame_id", "u8"),
            ("video", "u4"),
            ("frame_idx", "u8"),
            ("instance_id_start", "u8"),
            ("instance_id_end", "u8"),
        ],
    )
    rows["frame_id"] = rows["frame_idx"] = rows["instance_id_start"] = np.arange(frames)
    rows["instance_id_end"] = np.arange(frames) + 1
    metadata = {
        "nodes": [{"name": f"n{node}"} for node in range(nodes)],
        "skeletons": [{"nodes": [{"id": node} for node in range(nodes)], "links": []}],
    }
    with h5py.File(tmp_path / "a.slp", "w") as file:
        file.create_group("metadata").attrs.update({"format_id": 1.2, "json": json.dumps(metadata)})
        file["frames"], file["instances"], file["points"], file["pred_points"] = rows, instances, points[:0], points
        file["tracks_json"], file["videos_json"] = np.array([b'["", "a"]']), np.array([b"{}"])
    with bounded(4 * LEAST):  # the points alone are 10 MB; an instance is some numbers, which are looked at together
        session.import_file(tmp_path / "a.slp")
    last = session.get("n19", PointData)
    assert np.array_equal(last.times, np.arange(frames))
    assert np.array_equal(last.points[:, 0], nodes * np.arange(frames) + 19)


@pytest.mark.extra
@pytest.mark.parametrize("kind", ["parquet", "one group", "arrow"])
def test_a_table_of_arrow_is_never_in_memory_as_a_whole(session: DataManager, tmp_path: Path, kind: str) -> None:
    import pyarrow
    from pyarrow import feather, parquet

    table = pyarrow.table({"time": NUMBERS / 1000, "a": NUMBERS * 1.0, "b": pyarrow.array([*range(COUNT - 1), None])})
    path = tmp_path / "t.table"
    if kind == "arrow":
        feather.write_feather(table, path, chunksize=10_000)
    else:
        parquet.write_table(table, path, row_group_size=10_000 if kind == "parquet" else COUNT)
    del table
    before = pyarrow.default_memory_pool().max_memory()
    with bounded(LEAST):
        session.import_file(path)
    assert pyarrow.default_memory_pool().max_memory() - before < 2 * LEAST
    assert np.array_equal(session.getTime(session.getTimeKey("a")).times, NUMBERS * 1_000_000)
    assert np.array_equal(session.get("a", AnalogTimeSeries).values, NUMBERS)
    assert np.array_equal(session.get("b", AnalogTimeSeries).values[:-1], NUMBERS[:-1])
    assert np.isnan(session.get("b", AnalogTimeSeries).values[-1])


@pytest.mark.parametrize("is_sorted", [True, False])
def test_a_table_of_signals_as_text_is_never_in_memory_as_a_whole(
    session: DataManager, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_sorted: bool
) -> None:
    monkeypatch.setattr(table_csv, "AT_ONCE", 1 << 10)
    times = NUMBERS if is_sorted else NUMBERS[::-1]
    (tmp_path / "t.csv").write_text("time,a\n" + "".join(f"{time},{time}.5\n" for time in times.tolist()), "utf-8")
    with bounded(LEAST):
        report = session.import_file(tmp_path / "t.csv")
    assert bool(report.warnings) is not is_sorted
    assert np.array_equal(session.get("a", AnalogTimeSeries).values, NUMBERS + 0.5)
    assert np.array_equal(session.getTime(session.getTimeKey("a")).times, NUMBERS * 1_000_000_000)


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@pytest.mark.parametrize("order", ["C", "F"])
def test_an_archive_of_numpy_is_never_in_memory_as_a_whole(
    session: DataManager, tmp_path: Path, save: Any, order: Any
) -> None:
    table = np.asarray(np.arange(600_000.0).reshape(-1, 3), order=order)
    save(tmp_path / "a.npz", table=table, signal=NUMBERS)
    with bounded(4_500_000):  # the table is 4.8 MB; a megabyte is unpacked at once
        session.import_file(tmp_path / "a.npz")
    assert np.array_equal(session.getData("table").values, table)
    assert np.array_equal(session.get("signal", AnalogTimeSeries).values, NUMBERS)


def test_a_member_of_an_archive_that_is_shorter_than_it_says_is_told(session: DataManager, tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.arange(10))
    np.save(tmp_path / "b.npy", np.arange(10))
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("a.npy", (tmp_path / "a.npy").read_bytes()[:-8])
        archive.write(tmp_path / "b.npy", "b.npy")
    report = session.import_file(tmp_path / "a.npz")
    assert report.made == ["b"]
    assert [warning.split("a.npz: ")[1] for warning in report.warnings] == [
        "a cannot be read: it has 72 bytes for an array of (10,) int64; left out"
    ]


@pytest.mark.extra
@pytest.mark.parametrize("is_compressed", [True, False])
def test_an_array_of_older_matlab_is_never_in_memory_as_a_whole(
    session: DataManager, tmp_path: Path, is_compressed: bool
) -> None:
    import scipy.io

    table = np.random.default_rng(0).normal(size=(COUNT, 3))
    arrays = {"table": table, "signal": NUMBERS[None] * 1.0, "small": np.float64(3)}
    scipy.io.savemat(tmp_path / "a.mat", arrays, do_compression=is_compressed)
    with bounded(4_500_000):  # the table is 4.8 MB; a megabyte is unpacked at once
        session.import_file(tmp_path / "a.mat")
    assert np.array_equal(session.getData("table").values, table.astype(np.float32))
    assert np.array_equal(session.get("signal", AnalogTimeSeries).values, NUMBERS)
    assert session.get("small", AnalogTimeSeries).values.tolist() == [3]


@pytest.mark.extra
def test_a_recording_of_axon_is_never_in_memory_as_a_whole(session: DataManager, tmp_path: Path) -> None:
    import pyabf.abfWriter

    pyabf.abfWriter.writeABF1(np.arange(COUNT * 2.0).reshape(2, -1) % 1000, str(tmp_path / "a.abf"), 20_000)
    with bounded(LEAST):
        report = session.import_file(tmp_path / "a.abf")
    expected = pyabf.ABF(str(tmp_path / "a.abf")).data[0]
    (signal,) = (data for key in report.made if isinstance(data := session.getData(key), AnalogTimeSeries))
    assert np.array_equal(signal.values, expected)


@pytest.mark.extra
@pytest.mark.parametrize("axes", ["TYX", "TCYX", "TCZYX"])
def test_a_stack_of_tiff_is_never_in_memory_as_a_whole(session: DataManager, tmp_path: Path, axes: str) -> None:
    import tifffile

    sides = {"T": 40, "Z": 2, "C": 2, "Y": 100, "X": 100}
    shape = tuple(sides[axis] for axis in axes)
    stack = (np.arange(np.prod(shape)) % 251).astype(np.uint8).reshape(shape)
    tifffile.imwrite(tmp_path / "a.tif", stack, metadata={"axes": axes}, photometric="minisblack")
    with bounded(1 << 19):
        report = session.import_file(tmp_path / "a.tif")
    images = session.get(report.made[-1], MediaData)
    last = stack[-1, 1, -1] if axes == "TCZYX" else stack[-1, -1] if axes == "TCYX" else stack[-1]
    assert np.asarray(images.frame(len(images) - 1)).tolist() == last.tolist()


def test_traced_whiskers_are_never_in_memory_as_a_whole(session: DataManager, tmp_path: Path) -> None:
    count, points = 2000, 100
    line = np.stack([np.arange(points), np.full(points, 7), np.ones(points), np.ones(points)]).astype("<f4").tobytes()
    parts = [np.array([0, frame, points], "<i4").tobytes() + line for frame in range(count)]
    (tmp_path / "a.whiskers").write_bytes(b"bwhiskbin1\0\0" + b"".join(parts) + np.array([count], "<i4").tobytes())
    with bounded(LEAST):
        session.import_file(tmp_path / "a.whiskers", face="right")
    data = session.get("whiskers", LineData)
    assert np.array_equal(data.times, np.arange(count))
    assert np.array_equal(
        data.points, np.tile(np.column_stack([np.arange(points)[::-1], np.full(points, 7)]), (count, 1))
    )
