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

from whiskertoolbox_python import AnalogTimeSeries, DataManager, LineData, MaskData, TensorData
from whiskertoolbox_python.errors import LoadWarning
from whiskertoolbox_python.formats import _order, _ragged_reading, _streaming, _text_reading, mask_csv

with suppress(ImportError):  # where there is NumPy alone
    importlib.import_module("pyarrow.csv")  # what its import needs is not counted

CHUNK = 1 << 20
MOST = 6 * CHUNK
"""Bytes at once: a chunk in the file's type and in the working types, and what the libraries need."""


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DataManager]:
    monkeypatch.setattr(_streaming, "CHUNK_BYTES", CHUNK)
    with DataManager.open(tmp_path / "session") as manager:
        manager.setData("before", AnalogTimeSeries([1.0], 1), "time")  # what the first commit needs is not counted
        yield manager


@contextmanager
def bounded() -> Iterator[None]:
    """Fail if more is allocated at once than a few chunks; mapped files are not allocated."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < MOST
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
    monkeypatch.setattr(_order, "_AT_ONCE", 1 << 16)
    numbers = np.arange(1_000_000)
    (tmp_path / "v.csv").write_bytes(b"".join(b"%d,%d\n" % (3 * number, number) for number in numbers.tolist()))
    with bounded():
        session.load_file(tmp_path / "v.csv", data_type="analog", format="csv", single_column_format=False)
    data = session.get("v", AnalogTimeSeries)
    assert np.array_equal(data.values, numbers)
    assert np.array_equal(data.times, 3 * numbers)


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
    monkeypatch.setattr(_order, "_AT_ONCE", 4)
    times = list(range(10, 20))
    times[place] = 0
    (tmp_path / "v.csv").write_text("".join(f"{time},1\n" for time in times), encoding="utf-8")
    with pytest.warns(LoadWarning, match=rf"first: number {place + 1}, 0 after {9 + place}\)"):
        DataManager().load_file(tmp_path / "v.csv", data_type="analog", format="csv", single_column_format=False)
