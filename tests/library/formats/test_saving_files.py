"""How savers write files: together or not at all, under any name, in bounded memory."""

import tracemalloc
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.saving import load, save
from whiskertoolbox_python.errors import LoadError, SaveError
from whiskertoolbox_python.formats import _binary
from whiskertoolbox_python.testing.saver_contract import full_disk
from whiskertoolbox_python.types.analog import AnalogTimeSeries
from whiskertoolbox_python.types.events import DigitalEventSeries
from whiskertoolbox_python.types.intervals import DigitalIntervalSeries
from whiskertoolbox_python.types.lines import LineData
from whiskertoolbox_python.types.tensor import TensorData


def tensor(number: float) -> TensorData:
    return TensorData.from_array([[number], [number]], row_times=[int(number), int(number) + 1])


@pytest.mark.parametrize("killed_at", [1, 2, 3, 4])
def test_a_kill_between_values_and_row_times_never_mixes_two_tensors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, killed_at: int
) -> None:
    entry = save(tensor(10), tmp_path / "x.npy")
    replace = Path.replace
    count = 0

    def replace_until_killed(self: Path, target: Path) -> Path:
        nonlocal count
        count += 1
        if count >= killed_at:
            raise KeyboardInterrupt
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", replace_until_killed)
    with pytest.raises(KeyboardInterrupt):
        save(tensor(20), tmp_path / "x.npy")
    try:
        loaded = load(entry)
    except LoadError:
        return  # the user is told
    assert loaded.row_times.tolist() == [loaded.values[0, 0], loaded.values[0, 0] + 1]


def test_values_that_fill_the_disk_leave_the_old_row_times(tmp_path: Path) -> None:
    entry = save(tensor(10), tmp_path / "x.npy")
    with full_disk(), pytest.raises(OSError, match=r"x\.npy"):
        save(tensor(20), tmp_path / "x.npy")
    assert load(entry).row_times.tolist() == [10, 11]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (AnalogTimeSeries([1, 2], 2), ".csv"),
        (AnalogTimeSeries([1, 2], 2), ".bin"),
        (AnalogTimeSeries([1, 2], 2), ".h5"),
    ],
)
def test_a_file_may_have_as_long_a_name_as_the_file_system_takes(tmp_path: Path, data: Any, name: str) -> None:
    path = tmp_path / ("x" * (255 - len(name)) + name)
    save(data, path)
    assert path.is_file()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(OSError, match=r"file'?$"):
        save(DigitalEventSeries([1]), tmp_path / "file" / "x.csv")


def test_rows_of_an_hdf5_file_on_a_full_disk_are_told_with_the_file(tmp_path: Path) -> None:
    lines = LineData.from_arrays(np.arange(500), np.arange(501) * 100, np.zeros((50_000, 2)))
    with full_disk(), pytest.raises(OSError, match=r"\[Errno \d+\] .*x\.h5"):
        save(lines, tmp_path / "x.h5")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"parent_dir": 5}, "parent_dir and filename must be texts, not 5 and 'x.csv'"),
        ({"filename": None}, "parent_dir and filename must be texts"),
        ({"filename": "a\0b.csv"}, r"b.csv' cannot be the name of a file"),
        ({"header": "\ud800"}, r"x\.csv: not every character can be written"),
        ({"format": "hdf5", "time_key": "a", "value_key": "a"}, "need different names, not"),
        ({"format": "hdf5", "time_key": "a", "value_key": "/a"}, r"cannot be named \['a', '/a'\]"),
        ({"format": "hdf5", "time_key": "a", "value_key": "a/b"}, r"cannot be named \['a', 'a/b'\]"),
    ],
)
def test_a_name_that_cannot_be_written_is_refused(tmp_path: Path, options: dict[str, Any], expected: str) -> None:
    with pytest.raises(SaveError, match=expected):
        save(AnalogTimeSeries([1, 2], 2), tmp_path / "x.csv", **options)
    assert list(tmp_path.iterdir()) == []


def test_two_of_three_datasets_of_one_name_are_refused(tmp_path: Path) -> None:
    lines = LineData.from_arrays([1], [0, 1], np.zeros((1, 2)))
    with pytest.raises(SaveError, match="the datasets need different names"):
        save(lines, tmp_path / "x.h5", x_key="frames")


def test_an_hdf5_file_can_be_written_after_the_disk_was_full(tmp_path: Path) -> None:
    signal = AnalogTimeSeries(np.arange(10_000), 10_000)
    with full_disk(), pytest.raises(OSError, match=r"x\.h5"):
        save(signal, tmp_path / "x.h5")
    save(signal, tmp_path / "x.h5")
    with h5py.File(tmp_path / "x.h5") as file:
        assert file["value"].shape == (10_000,)


@pytest.mark.slow
def test_words_are_written_in_bounded_memory(tmp_path: Path) -> None:
    words = 1 << 25
    tracemalloc.start()
    try:
        entry = save(DigitalEventSeries([5, words - 2]), tmp_path / "x.dat", format="uint16")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 2 * words  # the size of the file, a third of what marks of all words at once took
    assert load(entry).times.tolist() == [5, words - 2]


@settings(max_examples=60, deadline=None)
@given(
    edges=st.lists(st.integers(1, 9), min_size=2, max_size=30),
    transition=st.sampled_from(["rising", "falling"]),
)
def test_words_read_back_wherever_a_block_of_them_ends(
    tmp_path_factory: pytest.TempPathFactory, edges: list[int], transition: str
) -> None:
    intervals = np.cumsum(edges[: len(edges) // 2 * 2]).reshape(-1, 2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_binary, "_WORDS_AT_ONCE", 7)
        path = tmp_path_factory.mktemp("words") / "x.dat"
        entry = save(DigitalIntervalSeries(intervals), path, format="uint16", channel=15, transition=transition)
    np.testing.assert_array_equal(load(entry).intervals, intervals)


def test_the_last_index_there_is_reads_back_from_hdf5(tmp_path: Path) -> None:
    entry = save(DigitalEventSeries([0, 2**63 - 1]), tmp_path / "x.h5", time_key="t", event_key="e")
    assert load(entry).times.tolist() == [0, 2**63 - 1]
