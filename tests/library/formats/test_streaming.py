"""Large files go into a session a chunk at a time: loading needs the memory of a chunk beyond the result."""

from __future__ import annotations

import importlib
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from whiskertoolbox_python import (
    AnalogTimeSeries,
    DataManager,
    DigitalEventSeries,
    DigitalIntervalSeries,
    LineData,
    MaskData,
    PointData,
    TensorData,
)
from whiskertoolbox_python.arrays import order
from whiskertoolbox_python.errors import LoadWarning
from whiskertoolbox_python.formats import _ragged_reading, _streaming, _text_reading, event_csv, mask_csv

for name in ("pyarrow.csv", "h5py", "hdf5plugin"):
    with suppress(ImportError):  # where there is NumPy alone
        importlib.import_module(name)  # what its import needs is not counted

CHUNK = 1 << 20
MOST = 6 * CHUNK
"""Bytes at once: a chunk in the file's type and in the working types, and what the libraries need."""


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DataManager]:
    monkeypatch.setattr(_streaming, "CHUNK_BYTES", CHUNK)
    with DataManager.open(tmp_path / "session") as manager:
        (tmp_path / "before.csv").write_bytes(b"1\n")
        manager.load_file(tmp_path / "before.csv", data_type="digital_event", format="csv")  # the first is not counted
        yield manager


@contextmanager
def bounded(most: int = MOST) -> Iterator[None]:
    """Fail if more is allocated at once than a few chunks; mapped files are not allocated."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < most
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("channels", [1, 3, 100])
def test_raw_samples_are_never_in_memory_as_a_whole(session: DataManager, tmp_path: Path, channels: int) -> None:
    samples = (np.arange(3_000_000 // channels * channels) % 30_000).astype(np.int16).reshape(-1, channels)
    samples.tofile(tmp_path / "raw.bin")
    with bounded():
        keys = session.load_file(
            tmp_path / "raw.bin", data_type="analog", format="binary", name="v", num_channels=channels, scale_factor=0.5
        )
    assert len(keys) == channels
    for channel, key in enumerate(keys):
        assert np.array_equal(session.get(key, AnalogTimeSeries).values, samples[:, channel] * np.float32(0.5))


def test_raw_samples_with_a_tensor_are_never_in_memory_as_a_whole(session: DataManager, tmp_path: Path) -> None:
    samples = (np.arange(3_000_000) % 30_000).astype(np.int16).reshape(-1, 30)
    samples.tofile(tmp_path / "raw.bin")
    options: dict[str, Any] = {"num_channels": 30, "use_tensor_backed": True}
    with bounded():
        session.load_file(tmp_path / "raw.bin", data_type="analog", format="binary", name="v", **options)
    assert np.array_equal(session.get("v", TensorData).values, samples)
    assert np.array_equal(session.get("v_29", AnalogTimeSeries).values, samples[:, 29])


def test_channels_of_a_recording_are_never_in_memory_as_a_whole(session: DataManager, tmp_path: Path) -> None:
    """SpikeGLX, for all containers whose channels are interleaved; the clock is one that the session has."""
    samples = (np.arange(2_400_000) % 30_000).astype("<i2").reshape(-1, 8)
    path = tmp_path / "run_g0_t0.imec0.ap.bin"
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
    }
    path.with_suffix(".meta").write_text("".join(f"{key}={value}\n" for key, value in meta.items()), encoding="utf-8")
    with bounded():
        options = {"part": "imec0.ap", "clock": "time"}
        keys = session.load_file(path, data_type="analog", format="spikeglx", name="v", **options)
    assert keys == [f"v_AP{channel}" for channel in range(8)]
    for channel, key in enumerate(keys):
        assert np.array_equal(session.get(key, AnalogTimeSeries).values, samples[:, channel])


def test_a_numpy_file_is_never_in_memory_as_a_whole(session: DataManager, tmp_path: Path) -> None:
    values = np.arange(4_000_000, dtype=np.float32).reshape(-1, 40)
    np.save(tmp_path / "table.npy", values)
    with bounded():
        session.load_file(tmp_path / "table.npy", data_type="tensor", format="numpy", name="table")
    assert np.array_equal(session.get("table", TensorData).values, values)


def test_a_signal_as_text_is_never_in_memory_as_a_whole(
    session: DataManager, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SMALL_BLOCK_BYTES", "BLOCK_BYTES"):
        monkeypatch.setattr(_text_reading, name, 1 << 16)
    numbers = np.arange(2_000_000)
    (tmp_path / "v.csv").write_bytes(b"".join(b"%d\n" % number for number in numbers.tolist()))
    with bounded():
        session.load_file(tmp_path / "v.csv", data_type="analog", format="csv")
    assert np.array_equal(session.get("v", AnalogTimeSeries).values, numbers)


def test_a_signal_with_times_as_text_is_never_in_memory_as_a_whole(
    session: DataManager, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SMALL_BLOCK_BYTES", "BLOCK_BYTES"):
        monkeypatch.setattr(_text_reading, name, 1 << 16)
    monkeypatch.setattr(order, "AT_ONCE", 1 << 16)
    numbers = np.arange(1_000_000)
    (tmp_path / "v.csv").write_bytes(b"".join(b"%d,%d\n" % (3 * number, number) for number in numbers.tolist()))
    with bounded():
        session.load_file(tmp_path / "v.csv", data_type="analog", format="csv", single_column_format=False)
    data = session.get("v", AnalogTimeSeries)
    assert np.array_equal(data.values, numbers)
    assert np.array_equal(data.times, 3 * numbers)


TIMES = {
    "rising": np.arange(0, 900_000, 3),
    "in no order": np.arange(299_999, -1, -1) * 3,
    "with repeats": np.repeat(np.arange(149_999, -1, -1), 2),
}
LEAST = 1_500_000
"""Bytes that are less than these events."""


@pytest.fixture
def small_steps(session: DataManager, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_streaming, "CHUNK_BYTES", 1 << 18)
    monkeypatch.setattr(order, "AT_ONCE", 1 << 14)
    monkeypatch.setattr(event_csv, "AT_ONCE", 1 << 12)
    for name in ("SMALL_BLOCK_BYTES", "BLOCK_BYTES"):
        monkeypatch.setattr(_text_reading, name, 1 << 16)


@pytest.mark.usefixtures("small_steps")
@pytest.mark.parametrize("kind", TIMES)
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_events_as_text_are_never_in_memory_as_a_whole(
    session: DataManager, tmp_path: Path, kind: str, scale: float
) -> None:
    times = TIMES[kind]
    (tmp_path / "e.csv").write_bytes(b"".join(b"%d\n" % time for time in times.tolist()))
    with bounded(LEAST), told_of_repeats(kind):
        session.load_file(tmp_path / "e.csv", data_type="digital_event", format="csv", scale=scale)
    assert np.array_equal(session.get("e", DigitalEventSeries).times, np.unique(times) * int(scale))


@pytest.mark.usefixtures("small_steps")
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_events_of_many_units_are_never_in_memory_as_a_whole(
    session: DataManager, tmp_path: Path, scale: float
) -> None:
    times = np.arange(200_000)
    lines = (b"%d,unit%d\n" % (time, time % 5) for time in times.tolist())
    (tmp_path / "e.csv").write_bytes(b"".join(lines))
    with bounded(LEAST):
        options: dict[str, Any] = {"identifier_column": 1, "scale": scale}
        keys = session.load_file(tmp_path / "e.csv", data_type="digital_event", format="csv", **options)
    assert keys == [f"e_{unit}" for unit in range(5)]
    for unit, key in enumerate(keys):
        assert np.array_equal(session.get(key, DigitalEventSeries).times, times[unit::5] * int(scale))


@pytest.mark.usefixtures("small_steps")
@pytest.mark.parametrize("flip", [False, True])
def test_intervals_as_text_are_never_in_memory_as_a_whole(session: DataManager, tmp_path: Path, flip: bool) -> None:
    starts = np.arange(0, 2_000_000, 10)
    bounds = np.column_stack([starts, starts + 4])
    lines = (b"%d,%d\n" % (first, last) for first, last in (bounds[:, ::-1] if flip else bounds).tolist())
    (tmp_path / "i.csv").write_bytes(b"start,end\n" + b"".join(lines))
    with bounded(LEAST):
        session.load_file(tmp_path / "i.csv", data_type="digital_interval", format="csv", flip_column_order=flip)
    data = session.get("i", DigitalIntervalSeries)
    assert np.array_equal(data.intervals, bounds)
    assert np.array_equal(data.entity_ids, np.arange(1, 200_001) + (data.entity_ids[0] - 1))


@pytest.mark.usefixtures("small_steps")
@pytest.mark.parametrize("every", [1, 2])
def test_points_as_text_need_memory_for_their_offsets_only(session: DataManager, tmp_path: Path, every: int) -> None:
    """Of every so many rows, one is a point."""
    count = 200_000
    frames = np.arange(count)
    lines = (b"%d %s %d\n" % (row, b"nan" if row % every else b"1.5", row % 480) for row in range(count))
    (tmp_path / "p.csv").write_bytes(b"".join(lines))
    with bounded(LEAST + 8 * count):
        session.load_file(tmp_path / "p.csv", data_type="points", format="csv")
    data = session.get("p", PointData)
    assert np.array_equal(data.times, frames[::every])
    assert np.array_equal(data.points, np.column_stack([np.full(count, 1.5), frames % 480])[::every])


@pytest.mark.usefixtures("small_steps")
@pytest.mark.parametrize("threshold", [0.0, 0.5])
def test_body_parts_of_deeplabcut_are_never_in_memory_as_a_whole(
    session: DataManager, tmp_path: Path, threshold: float
) -> None:
    count, names = 20_000, [f"p{number:02}" for number in range(20)]
    header = ["scorer" + ",s" * 60, "bodyparts," + ",".join(f"{name},{name},{name}" for name in names)]
    text = "\n".join([*header, "coords" + ",x,y,likelihood" * 20]) + "\n"
    rows = (f"{row}" + f",{row}.5,7,{0.75 if row % 10 else 0.25}" * 20 + "\n" for row in range(count))
    (tmp_path / "d.csv").write_text(text + "".join(rows), encoding="utf-8")
    with bounded(2 * LEAST):  # the points are 6 MB, the numbers of the file 10 MB
        options: dict[str, Any] = {"likelihood_threshold": threshold}
        keys = session.load_file(tmp_path / "d.csv", data_type="points", format="dlc_csv", **options)
    assert keys == [f"d_{name}" for name in names]
    frames = np.arange(count)[np.arange(count) % 10 > 0] if threshold else np.arange(count)
    for key in keys:
        data = session.get(key, PointData)
        assert np.array_equal(data.times, frames)
        assert np.array_equal(data.points, np.column_stack([frames + 0.5, np.full(len(frames), 7)]))


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


def hdf5_in_use(session: DataManager, folder: Path) -> Any:
    """Return h5py, once a file has been read with it: what the first needs is not counted."""
    import h5py

    with h5py.File(folder / "first.h5", "w") as file:
        file["t"], file["e"] = [0, 0], [1, 1]
    with pytest.warns(LoadWarning):
        session.load_file(folder / "first.h5", data_type="digital_event", format="hdf5", time_key="t", event_key="e")
    return h5py


@contextmanager
def told_of_repeats(kind: str) -> Iterator[None]:
    if kind != "with repeats":
        yield
        return
    with pytest.warns(LoadWarning, match=r"150,000 have the index of another .*first: number 300,000, 0 after 0\)"):
        yield


@pytest.mark.parametrize("data_type", ["mask", "line"])
def test_shapes_as_text_are_never_in_memory_as_a_whole(
    session: DataManager, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data_type: str
) -> None:
    for name in ("SMALL_BLOCK_BYTES", "BLOCK_BYTES"):
        monkeypatch.setattr(_ragged_reading, name, 1 << 16)
    monkeypatch.setattr(mask_csv, "_MOST_AT_ONCE", 1 << 16)
    cells, points = ("3,7,500,4,7,500", 1000) if data_type == "mask" else (",".join(["7"] * 250), 250)
    lists = f'"{cells}"' if data_type == "mask" else f'"{cells}","{cells}"'
    count = 8_000_000 // 8 // points * 4
    with (tmp_path / "rows.csv").open("w", encoding="utf-8") as text:
        text.writelines(f"{frame},{lists}\n" for frame in range(count))
    with bounded():
        session.load_file(tmp_path / "rows.csv", data_type=data_type, format="csv", has_header=False)
    data = session.get("rows", MaskData if data_type == "mask" else LineData)
    assert len(data) == count
    assert data.points.shape == (count * points, 2)
    assert data.points[-1].tolist() == ([506, 4] if data_type == "mask" else [7, 7])


@pytest.mark.parametrize("place", range(1, 10))
def test_a_time_that_goes_back_is_told_wherever_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    monkeypatch.setattr(order, "AT_ONCE", 4)
    times = list(range(10, 20))
    times[place] = 0
    (tmp_path / "v.csv").write_text("".join(f"{time},1\n" for time in times), encoding="utf-8")
    with pytest.warns(LoadWarning, match=rf"first: number {place + 1}, 0 after {9 + place}\)"):
        DataManager().load_file(tmp_path / "v.csv", data_type="analog", format="csv", single_column_format=False)
