"""Large recordings, HDF5 and other containers go into a session a chunk at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support.streaming import LEAST, TIMES, bounded, hdf5_in_use, told_of_repeats
from whiskertoolbox_python import (
    AnalogTimeSeries,
    DataManager,
    DigitalEventSeries,
    LineData,
    MaskData,
    MediaData,
    TensorData,
)
from whiskertoolbox_python.errors import LoadWarning


def spikeglx(folder: Path, samples: np.ndarray[Any, Any], **others: str) -> Path:
    path = folder / "run_g0_t0.imec0.ap.bin"
    samples.tofile(path)
    meta = {
        "typeThis": "imec",
        "acqApLfSy": "384,384,1",
        "snsSaveChanSubset": "0:7",
        "nSavedChans": "8",
        "imSampRate": "30000",
        "imAiRangeMax": "512",
        "imMaxInt": "512",
        "imChan0apGain": "1",
        "firstSample": "0",
        "fileSizeBytes": str(samples.nbytes),
        **others,
    }
    path.with_suffix(".meta").write_text("".join(f"{key}={value}\n" for key, value in meta.items()), encoding="utf-8")
    return path


def test_channels_of_a_recording_are_never_in_memory_as_a_whole(session: DataManager, tmp_path: Path) -> None:
    """SpikeGLX, for all containers whose channels are interleaved; the clock is one that the session has."""
    samples = (np.arange(2_400_000) % 30_000).astype("<i2").reshape(-1, 8)
    path = spikeglx(tmp_path, samples)
    with bounded():
        options = {"part": "imec0.ap", "clock": "time"}
        keys = session.load_file(path, data_type="analog", format="spikeglx", name="v", **options)
    assert keys == [f"v_AP{channel}" for channel in range(8)]
    for channel, key in enumerate(keys):
        assert np.array_equal(session.get(key, AnalogTimeSeries).values, samples[:, channel])


@pytest.mark.extra
@pytest.mark.usefixtures("small_steps")
@pytest.mark.parametrize(
    ("kind", "dtype", "compression"),
    [("rising", np.int32, None), ("in no order", np.float64, "gzip"), ("with repeats", np.uint64, None)],
)
def test_events_in_hdf5_are_never_in_memory_as_a_whole(
    session: DataManager, tmp_path: Path, kind: str, dtype: type[Any], compression: Any
) -> None:
    h5py = hdf5_in_use(session, tmp_path)
    times = TIMES[kind]
    with h5py.File(tmp_path / "e.h5", "w") as file:
        file.create_dataset("t", data=times.astype(dtype), compression=compression)
        file.create_dataset("e", data=np.ones((1, len(times))), compression=compression)
    with bounded(LEAST), told_of_repeats(kind):
        options = {"time_key": "t", "event_key": "e"}
        session.load_file(tmp_path / "e.h5", data_type="digital_event", format="hdf5", **options)
    assert np.array_equal(session.get("e", DigitalEventSeries).times, np.unique(times))


@pytest.mark.extra
@pytest.mark.usefixtures("small_steps")
@pytest.mark.parametrize("scale", [1.0, 30_000.0])
def test_a_signal_in_hdf5_is_never_in_memory_as_a_whole(session: DataManager, tmp_path: Path, scale: float) -> None:
    h5py = hdf5_in_use(session, tmp_path)
    numbers = np.arange(300_000)
    with h5py.File(tmp_path / "v.h5", "w") as file:
        file.create_dataset("t", data=numbers / scale, chunks=(20_000,), compression="gzip")
        file.create_dataset("v", data=numbers[:, None].astype(np.float64), chunks=(30_000, 1), compression="gzip")
    with bounded(LEAST):
        options = {"time_key": "t", "value_key": "v", "scale": scale}
        session.load_file(tmp_path / "v.h5", data_type="analog", format="hdf5", **options)
    data = session.get("v", AnalogTimeSeries)
    assert np.array_equal(data.values, numbers)
    assert np.array_equal(data.times, numbers)


@pytest.mark.extra
@pytest.mark.parametrize("data_type", ["mask", "line"])
@pytest.mark.parametrize("is_ragged", [True, False])
def test_shapes_in_hdf5_are_never_in_memory_as_a_whole(
    session: DataManager, tmp_path: Path, data_type: str, is_ragged: bool
) -> None:
    h5py = hdf5_in_use(session, tmp_path)
    points, count = 500, 2000
    row = np.arange(points, dtype=np.float32)
    with h5py.File(tmp_path / "rows.h5", "w") as file:
        file["frames"] = np.arange(count)
        for name in ("x", "y"):
            if is_ragged:
                rows = file.create_dataset(name, (count,), h5py.vlen_dtype(np.float32))
                for place in range(count):
                    rows[place] = row
            else:
                file.create_dataset(name, data=np.tile(row, (count, 1)), chunks=(64, points))
    with bounded():
        options = {"x_key": "x", "y_key": "y"}
        session.load_file(tmp_path / "rows.h5", data_type=data_type, format="hdf5", **options)
    data = session.get("rows", MaskData if data_type == "mask" else LineData)
    assert len(data) == count
    assert np.array_equal(data.points, np.tile(np.column_stack([row, row]), (count, 1)))


@pytest.mark.usefixtures("small_steps")
@pytest.mark.parametrize("first", [7, 7.5])
def test_the_clock_of_a_recording_is_never_in_memory_as_a_whole(
    session: DataManager, tmp_path: Path, first: float
) -> None:
    """A recording that began between two samples is counted in nanoseconds."""
    count = 400_000
    path = spikeglx(tmp_path, np.zeros((count, 8), "<i2"), imSampRate="25000", firstSample=str(first))
    with bounded(LEAST):
        session.load_file(path, data_type="time", format="spikeglx", name="t", part="imec0.ap")
    expected = np.arange(count) + 7 if first == 7 else np.arange(count) * 40_000 + 300_000
    assert np.array_equal(session.getTime("t").times, expected)


@pytest.mark.extra
@pytest.mark.usefixtures("small_steps")
def test_parts_of_an_nwb_file_are_never_in_memory_as_a_whole(session: DataManager, tmp_path: Path) -> None:
    h5py = hdf5_in_use(session, tmp_path)
    count = 200_000
    numbers = np.arange(count)
    path = tmp_path / "a.nwb"
    with h5py.File(path, "w") as file:
        file.attrs["nwb_version"] = "2.9.0"
        for name, kind, data in (
            ("signal", "TimeSeries", numbers * 2),
            ("place", "SpatialSeries", np.column_stack([numbers, numbers, numbers])),
            ("sideways", "ElectricalSeries", np.stack([numbers, -numbers])),
        ):
            series = file.create_group(f"acquisition/{name}")
            series.attrs["neurodata_type"] = kind
            series.create_dataset("data", data=data.astype(np.float32), chunks=True)
            series["data"].attrs["conversion"] = 0.5
            series.create_dataset("timestamps", data=numbers / 1000, chunks=(10_000,))
    for kind, name in (("analog", "signal"), ("tensor", "place"), ("analog", "sideways")):
        with bounded(LEAST), pytest.warns(LoadWarning, match="sideways has shape .* channels first"):
            session.load_file(path, data_type=kind, format="nwb", name=name, part=f"acquisition/{name}")
    assert np.array_equal(session.get("signal", AnalogTimeSeries).values, numbers)
    assert np.array_equal(session.getTime(session.getTimeKey("signal")).times, numbers * 1_000_000)
    table = session.get("place", TensorData)
    assert np.array_equal(table.values, np.tile(numbers[:, None] / 2, 3))
    assert np.array_equal(table.row_times, numbers)
    assert np.array_equal(session.get("sideways_1", AnalogTimeSeries).values, -numbers / 2)


@pytest.mark.extra
@pytest.mark.usefixtures("small_steps")
def test_images_of_an_nwb_file_are_never_in_memory_as_a_whole(session: DataManager, tmp_path: Path) -> None:
    h5py = hdf5_in_use(session, tmp_path)
    frames = (np.arange(4_000_000) % 251).astype(np.uint8).reshape(100, 200, 200)
    with h5py.File(tmp_path / "a.nwb", "w") as file:
        file.attrs["nwb_version"] = "2.9.0"
        series = file.create_group("acquisition/images")
        series.attrs["neurodata_type"] = "ImageSeries"
        series.create_dataset("data", data=frames, chunks=(1, 200, 200))
        series.create_dataset("starting_time", data=0.0).attrs["rate"] = 30.0
    with bounded(LEAST):
        session.load_file(tmp_path / "a.nwb", data_type="images", format="nwb", name="i", part="acquisition/images")
    images = session.get("i", MediaData)
    assert np.asarray(images.frame(99)).tolist() == frames[99].tolist()


@pytest.mark.extra
@pytest.mark.usefixtures("small_steps")
@pytest.mark.parametrize("shape", [(400_000, 1), (1, 400_000), (40_000, 10)])
def test_an_array_of_matlab_is_never_in_memory_as_a_whole(
    session: DataManager, tmp_path: Path, shape: tuple[int, int]
) -> None:
    h5py = hdf5_in_use(session, tmp_path)
    values = np.arange(400_000).reshape(shape)
    with h5py.File(tmp_path / "a.mat", "w", userblock_size=512) as file:
        file.create_dataset("x", data=values.T.astype(np.float64), chunks=True).attrs["MATLAB_class"] = b"double"
    with (tmp_path / "a.mat").open("r+b") as file:
        file.write(b"MATLAB 7.3 MAT-file".ljust(124) + b"\0\2IM")
    with bounded(LEAST):
        kind = "analog" if 1 in shape else "tensor"
        session.load_file(tmp_path / "a.mat", data_type=kind, format="matlab", part="x")
    assert np.array_equal(session.getData("a").values, values.ravel() if 1 in shape else values)


@pytest.mark.usefixtures("small_steps")
def test_traces_of_suite2p_are_never_in_memory_as_a_whole(session: DataManager, tmp_path: Path) -> None:
    plane = tmp_path / "plane0"
    plane.mkdir()
    traces = np.arange(1_000_000, dtype=np.float32).reshape(20, -1)
    np.save(plane / "F.npy", traces)
    np.save(plane / "iscell.npy", np.column_stack([np.arange(20) % 2, np.ones(20)]))
    with bounded(LEAST):
        session.load_file(plane, data_type="analog", format="suite2p", name="f", part="F", rate=30.0)
    for cell in range(1, 20, 2):
        assert np.array_equal(session.get(f"f_{cell}", AnalogTimeSeries).values, traces[cell])
