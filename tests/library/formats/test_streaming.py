"""Large text and binary files go into a session a chunk at a time: beyond the result it needs the memory of a chunk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support.streaming import LEAST, TIMES, bounded, told_of_repeats
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
from whiskertoolbox_python.formats import _ragged_reading, _text_reading, mask_csv


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
def test_intervals_in_no_order_are_never_in_memory_as_a_whole(session: DataManager, tmp_path: Path) -> None:
    starts = np.random.default_rng(0).integers(0, 100_000, 200_000)  # some come several times
    bounds = np.column_stack([starts, starts + np.arange(200_000) % 3])
    (tmp_path / "i.csv").write_bytes(b"".join(b"%d,%d\n" % (first, last) for first, last in bounds.tolist()))
    with bounded(LEAST), pytest.warns(LoadWarning, match="have the start and end of another"):
        session.load_file(tmp_path / "i.csv", data_type="digital_interval", format="csv", skip_header=False)
    assert np.array_equal(session.get("i", DigitalIntervalSeries).intervals, np.unique(bounds, axis=0))


@pytest.mark.usefixtures("small_steps")
def test_points_in_no_order_need_memory_for_their_offsets_only(session: DataManager, tmp_path: Path) -> None:
    frames = np.random.default_rng(0).integers(0, 2**40, 200_000) // 2**20
    lines = (b"%d %d %d\n" % (frame, row % 640, row % 480) for row, frame in enumerate(frames.tolist()))
    (tmp_path / "p.csv").write_bytes(b"".join(lines))
    with bounded(LEAST + 8 * len(frames)):
        session.load_file(tmp_path / "p.csv", data_type="points", format="csv")
    data = session.get("p", PointData)
    order = np.argsort(frames, kind="stable")
    assert np.array_equal(data.times, frames[order])
    assert np.array_equal(data.points, np.column_stack([order % 640, order % 480]))


@pytest.mark.usefixtures("small_steps")
def test_lines_in_no_order_are_never_in_memory_as_a_whole(session: DataManager, tmp_path: Path) -> None:
    count, cells = 12_000, ",".join(["7"] * 100)
    with (tmp_path / "l.csv").open("w", encoding="utf-8") as text:
        text.writelines(f'{row * 7 % count},"{row},{cells}","{cells},8"\n' for row in range(count))
    with bounded():
        session.load_file(tmp_path / "l.csv", data_type="line", format="csv", has_header=False)
    data = session.get("l", LineData)
    assert np.array_equal(data.times, np.arange(count))
    assert np.array_equal(data.offsets, 101 * np.arange(count + 1))
    assert np.array_equal(np.sort(data.points[::101, 0]), np.arange(count))
    assert np.array_equal(data.points[::101, 0].astype(int) * 7 % count, data.times)


@pytest.mark.usefixtures("small_steps")
@pytest.mark.parametrize("rate", [1.0, 30_000.0])
def test_a_clock_as_text_is_never_in_memory_as_a_whole(session: DataManager, tmp_path: Path, rate: float) -> None:
    ticks = 3 * np.arange(300_000)
    (tmp_path / "t.txt").write_bytes(b"time\n" + b"".join(b"%r\n" % (tick / rate) for tick in ticks.tolist()))
    options: dict[str, Any] = {"header_lines_to_skip": 0, "sampling_rate": rate}
    with bounded(LEAST):
        session.load_file(tmp_path / "t.txt", data_type="time", format="multi_column_binary", name="t", **options)
    assert np.array_equal(session.getTime("t").times, ticks)


@pytest.mark.usefixtures("small_steps")
def test_edges_of_a_bit_are_never_in_memory_as_a_whole(session: DataManager, tmp_path: Path) -> None:
    words = (np.arange(800_000) % 2).astype(np.uint16)
    words.tofile(tmp_path / "w.bin")
    options: dict[str, Any] = {"channel": 0, "transition": "rising"}
    rising = np.flatnonzero(words)
    with bounded(LEAST):
        session.load_file(tmp_path / "w.bin", data_type="time", format="uint16_length", name="words")
        session.load_file(tmp_path / "w.bin", data_type="time", format="uint16", name="edges", **options)
        session.load_file(tmp_path / "w.bin", data_type="digital_event", format="uint16", name="e", **options)
        session.load_file(tmp_path / "w.bin", data_type="digital_interval", format="uint16", name="i", **options)
    assert np.array_equal(session.getTime("words").times, np.arange(len(words)))
    assert np.array_equal(session.getTime("edges").times, rising)
    assert np.array_equal(session.get("e", DigitalEventSeries).times, rising)
    assert np.array_equal(session.get("i", DigitalIntervalSeries).intervals[:, 1], rising[:-1] + 1)


@pytest.mark.usefixtures("small_steps")
def test_states_as_text_are_never_in_memory_as_a_whole(session: DataManager, tmp_path: Path) -> None:
    (tmp_path / "s.txt").write_bytes(b"time\tstate\n" + b"0.0000000000\t1\n0.0000000000\t0\n" * 200_000)
    options: dict[str, Any] = {"csv_layout": "binary_state", "header_lines_to_skip": 0}
    with bounded(LEAST):
        session.load_file(tmp_path / "s.txt", data_type="digital_interval", format="csv", **options)
    intervals = session.get("s", DigitalIntervalSeries).intervals
    assert np.array_equal(intervals, np.repeat(2 * np.arange(200_000), 2).reshape(-1, 2))


@pytest.mark.usefixtures("small_steps")
@pytest.mark.parametrize("label", ["%d", "%d-%d", "row %d"])
def test_a_table_as_text_is_never_in_memory_as_a_whole(session: DataManager, tmp_path: Path, label: str) -> None:
    count, columns = 5000, 20
    cells = ",".join(f"{column}.5" for column in range(columns))
    with (tmp_path / "t.csv").open("w", encoding="utf-8") as text:
        text.writelines(f"{label % ((row,) * label.count('%d'))},{cells}\n" for row in range(count))
    with bounded(LEAST // 2):
        session.load_file(tmp_path / "t.csv", data_type="tensor", format="csv", has_header=False)
    table = session.get("t", TensorData)
    assert np.array_equal(table.values, np.tile(np.arange(columns) + 0.5, (count, 1)))
    assert table.rowType() == {"%d": "TimeFrameIndex", "%d-%d": "Interval"}.get(label, "Ordinal")


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
