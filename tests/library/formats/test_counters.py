"""Times of events and samples that go back, repeat, or are a counter that starts again: told, or counted on."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from whiskertoolbox_python import DataManager
from whiskertoolbox_python.errors import LoadWarning

Load = Callable[..., Any]
Times = Sequence[float]


def _text(folder: Path, times: Times, rest: str = "") -> Path:
    (folder / "times.csv").write_text("".join(f"{time}{rest}\n" for time in times), encoding="utf-8")
    return folder / "times.csv"


def _hdf5(folder: Path, times: Times) -> Path:
    with h5py.File(folder / "times.h5", "w") as file:
        file["t"] = np.array(times)
        file["v"] = np.arange(1.0, len(times) + 1)
    return folder / "times.h5"


def loaded(path: Path, **options: Any) -> list[int]:
    manager = DataManager()
    manager.load_file(path, name="x", **options)
    return list(map(int, manager.getData("x").times))


def events(folder: Path, times: Times, **options: Any) -> list[int]:
    return loaded(_text(folder, times), data_type="digital_event", format="csv", **options)


def identified_events(folder: Path, times: Times, **options: Any) -> list[int]:
    path = _text(folder, times, ",left")
    return loaded(path, data_type="digital_event", format="csv", identifier_column=1, **options)


def samples(folder: Path, times: Times, **options: Any) -> list[int]:
    return loaded(_text(folder, times, ",1"), data_type="analog", format="csv", single_column_format=False, **options)


def stored_events(folder: Path, times: Times, **options: Any) -> list[int]:
    path = _hdf5(folder, times)
    return loaded(path, data_type="digital_event", format="hdf5", time_key="t", event_key="v", **options)


def stored_samples(folder: Path, times: Times, **options: Any) -> list[int]:
    path = _hdf5(folder, times)
    return loaded(path, data_type="analog", format="hdf5", time_key="t", value_key="v", **options)


ALL = [events, identified_events, samples, stored_events, stored_samples]


@pytest.mark.parametrize("load", ALL)
@pytest.mark.parametrize("size", [2**16, 2**32])
def test_a_counter_that_starts_again_is_counted_on_when_asked(tmp_path: Path, load: Load, size: int) -> None:
    times = [size - 600, size - 5, 7, size // 2, size - 1, 0]
    expected = [size - 600, size - 5, size + 7, size + size // 2, 2 * size - 1, 2 * size]
    assert load(tmp_path, times, unwrap=True) == expected


@pytest.mark.parametrize("load", ALL)
def test_a_counter_that_starts_again_is_told_with_the_option_to_set(tmp_path: Path, load: Load) -> None:
    told = r"1 are before the one that they follow \(first: number 3, 100 after 65000\); this looks.*set unwrap"
    with pytest.warns(LoadWarning, match=rf"times\.\w+: of 4 .*{told}"):
        assert load(tmp_path, [60000, 65000, 100, 5000]) == [100, 5000, 60000, 65000]


@pytest.mark.parametrize("load", [events, identified_events, stored_events])
def test_a_counter_is_counted_on_before_it_is_scaled(tmp_path: Path, load: Load) -> None:
    assert load(tmp_path, [65000, 1000], unwrap=True, scale=2.0) == [130000, 2 * 66536]


@pytest.mark.parametrize("load", [events, identified_events, stored_events])
def test_events_that_become_one_are_told(tmp_path: Path, load: Load) -> None:
    with pytest.warns(
        LoadWarning, match=r"of 4 events.* 2 have the index of another and are one event with it \(first: n"
    ):
        assert load(tmp_path, [5, 9, 5, 9]) == [5, 9]
    with pytest.warns(LoadWarning, match=r"1 have the index of another"):
        assert load(tmp_path, [0.5, 0.5, 1.0], scale=10.0) == [5, 10]


@pytest.mark.parametrize("load", [events, identified_events, stored_events])
def test_events_in_no_order_are_put_in_order_without_a_word(tmp_path: Path, load: Load) -> None:
    assert load(tmp_path, [30, 10, 20]) == [10, 20, 30]


@pytest.mark.parametrize("load", ALL)
def test_a_missing_time_is_told(tmp_path: Path, load: Load) -> None:
    with pytest.warns(LoadWarning, match=r"1 are -1, which most devices write for a missing time \(first: number 2"):
        assert load(tmp_path, [10, -1, 20]) == [-1, 10, 20]


@pytest.mark.parametrize("load", [samples, stored_samples])
def test_samples_that_go_back_or_repeat_are_told(tmp_path: Path, load: Load) -> None:
    told = r"1 are before the one that they follow \(first: number 3, 5 after 10\); 1 are equal to the one"
    with pytest.warns(LoadWarning, match=rf"of 5 times {told}"):
        assert load(tmp_path, [0, 10, 5, 20, 20]) == [0, 5, 10, 20, 20]
