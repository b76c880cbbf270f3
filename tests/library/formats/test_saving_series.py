"""Saving analog signals, events and intervals."""

from pathlib import Path
from typing import Any, ClassVar

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whiskertoolbox_python.data_manager import DataManager
from whiskertoolbox_python.errors import SaveError, SaveWarning
from whiskertoolbox_python.formats._text_writing import exact
from whiskertoolbox_python.testing.saver_contract import SaverContract
from whiskertoolbox_python.types.analog import AnalogTimeSeries
from whiskertoolbox_python.types.events import DigitalEventSeries
from whiskertoolbox_python.types.intervals import DigitalIntervalSeries

ANGLE = np.array([0.1, -2 / 3, 1e30, 1e-30, np.nan, 16777216], np.float32)


class TestAnalogTable(SaverContract):
    format = "csv"
    options: ClassVar = {"precision": None}
    file_name = "angle.csv"

    def make(self) -> AnalogTimeSeries:
        return AnalogTimeSeries(ANGLE, [-5, 0, 3, 16777217, 2**40, 2**60])


class TestAnalogTableWithOtherMarks(TestAnalogTable):
    options: ClassVar = {"precision": None, "delimiter": ";", "line_delim": "\r\n", "save_header": False}


class TestRoundedAnalogTable(TestAnalogTable):
    options: ClassVar = {}

    def make(self) -> AnalogTimeSeries:
        return AnalogTimeSeries([0.25, 1.5, -3], 3)


class TestAnalogSamples(SaverContract):
    format = "binary"
    options: ClassVar = {"binary_data_type": "float32"}
    file_name = "angle.bin"

    def make(self) -> AnalogTimeSeries:
        return AnalogTimeSeries(ANGLE, len(ANGLE))


class TestScaledAnalogSamples(TestAnalogSamples):
    options: ClassVar = {"scale_factor": 0.195, "offset_value": 1}

    def make(self) -> AnalogTimeSeries:
        samples = np.arange(-300, 300, 7, dtype=np.int16).astype(np.float32)
        return AnalogTimeSeries(samples * np.float32(0.195) + np.float32(1), len(samples))


class TestAnalogHdf5(TestAnalogTable):
    format = "hdf5"
    options: ClassVar = {}
    file_name = "angle.h5"


class TestEventTable(SaverContract):
    format = "csv"
    file_name = "licks.csv"

    def make(self) -> DigitalEventSeries:
        return DigitalEventSeries([-3, 5, 16777217, 2**60 + 1])


class TestEventHdf5(TestEventTable):
    format = "hdf5"
    file_name = "licks.h5"


class TestEventWords(SaverContract):
    format = "uint16"
    options: ClassVar = {"channel": 3}
    file_name = "licks.dat"

    def make(self) -> DigitalEventSeries:
        return DigitalEventSeries([1, 3, 100])


class TestFallingEventWords(TestEventWords):
    options: ClassVar = {"channel": 3, "transition": "falling"}


class TestIntervalTable(SaverContract):
    format = "csv"
    file_name = "trials.csv"

    def make(self) -> DigitalIntervalSeries:
        return DigitalIntervalSeries(np.array([[-5, 3], [0, 10], [0, 12], [9, 9], [16777217, 2**60 + 1]]))


class TestIntervalTableWithoutHeader(TestIntervalTable):
    options: ClassVar = {"save_header": False, "delimiter": "\t"}


class TestNoIntervals(TestIntervalTable):
    def make(self) -> DigitalIntervalSeries:
        return DigitalIntervalSeries()


class TestIntervalWords(SaverContract):
    format = "binary"
    file_name = "trials.dat"

    def make(self) -> DigitalIntervalSeries:
        return DigitalIntervalSeries(np.array([[1, 2], [3, 10], [50, 60]]))


class TestFallingIntervalWords(TestIntervalWords):
    options: ClassVar = {"channel": 15, "transition": "falling"}


def test_intervals_that_end_before_they_start_are_told_and_come_back_as_they_were(tmp_path: Path) -> None:
    told = pytest.warns(UserWarning, match="2 of 3 intervals end before they start")
    with told:
        series = DigitalIntervalSeries(np.array([[0, 3], [5, 1], [9, 1]]))
    save(series, tmp_path / "trials.csv")
    manager = DataManager()
    with told:
        manager.load_file(tmp_path / "trials.csv", data_type="digital_interval", format="csv", name="again")
    assert manager.getData("again").intervals.tolist() == [[0, 3], [5, 1], [9, 1]]


@pytest.mark.parametrize("format", ["uint16", "binary"])
def test_intervals_that_end_before_they_start_are_no_runs(tmp_path: Path, format: str) -> None:
    manager = DataManager()
    with pytest.warns(UserWarning, match="1 of 1 intervals ends before it starts"):
        manager.setData("thing", DigitalIntervalSeries(np.array([[9, 1]])), "time")
    with pytest.raises(SaveError, match="use csv"):
        manager.save("thing", tmp_path / "trials.dat", format=format)


def save(data: Any, path: Path, **options: Any) -> str:
    manager = DataManager()
    manager.setData("thing", data, "time")
    manager.save("thing", path, **options)
    return path.read_text(encoding="utf-8")


def test_the_default_table_of_a_signal_is_upstreams(tmp_path: Path) -> None:
    text = save(AnalogTimeSeries([1.5, -2], [3, 7]), tmp_path / "a.csv")
    assert text == "Time,Data\n3,1.50\n7,-2.00\n"


def test_the_default_tables_of_events_and_intervals_are_upstreams(tmp_path: Path) -> None:
    assert save(DigitalEventSeries([3, 7]), tmp_path / "e.csv") == "Event\n3\n7\n"
    assert save(DigitalIntervalSeries(np.array([[3, 7]])), tmp_path / "i.csv") == "Start,End\n3,7\n"


def test_lost_decimals_are_warned_of(tmp_path: Path) -> None:
    with pytest.warns(SaveWarning, match="thing: values were rounded to 2 decimals; precision=None writes them"):
        text = save(AnalogTimeSeries([1.234], 1), tmp_path / "a.csv")
    assert text == "Time,Data\n0,1.23\n"


@settings(max_examples=300)
@given(st.lists(st.floats(width=32), max_size=20))
def test_exact_texts_read_back_as_the_same_float32(numbers: list[float]) -> None:
    values = np.array(numbers, np.float32)
    np.testing.assert_array_equal(np.array([float(text) for text in exact(values)], np.float32), values)


def test_simple_numbers_stay_short() -> None:
    assert exact(np.array([0.1, 10, -2.5, 100000], np.float32)) == ["0.1", "10", "-2.5", "100000"]


@pytest.mark.parametrize(
    ("data", "options", "expected"),
    [
        (AnalogTimeSeries([1, 2], [5, 6]), {"format": "binary"}, "raw samples have no times"),
        (AnalogTimeSeries([0.5], 1), {"format": "binary"}, "not every value is some int16.*give binary_data_type"),
        (AnalogTimeSeries([1e6], 1), {"format": "binary"}, "not every value is some int16"),
        (AnalogTimeSeries([np.nan], 1), {"format": "binary"}, "not every value is some int16"),
        (AnalogTimeSeries([1], 1), {"format": "binary", "scale_factor": 0}, "scale_factor must not be 0"),
        (AnalogTimeSeries([1], 1), {"precision": -1}, "precision must be 0 to 60 decimals"),
        (AnalogTimeSeries([1], 1), {"precision": "two"}, 'thing: option "precision" must be whole number'),
        (AnalogTimeSeries([1], 1), {"delimiter": "||"}, "delimiter must be one character"),
        (AnalogTimeSeries([1], 1), {"format": "xml"}, r'thing: unknown analog format "xml" .*known: csv, binary, hdf5'),
        (DigitalEventSeries([0]), {"format": "uint16"}, "events must be at 1 or later"),
        (DigitalEventSeries([4, 5]), {"format": "uint16"}, "not next to each other"),
        (DigitalEventSeries([-4]), {"format": "uint16"}, "words hold indices from 0"),
        (DigitalEventSeries([2**40]), {"format": "uint16"}, "words hold indices from 0"),
        (DigitalEventSeries([4]), {"format": "uint16", "channel": 16}, "must be a bit from 0 to 15"),
        (DigitalEventSeries(), {"format": "hdf5"}, "thing: there is nothing to save"),
        (DigitalIntervalSeries(np.array([[1, 5], [5, 9]])), {"format": "uint16"}, "not touch each other"),
        (DigitalIntervalSeries(np.array([[0, 1]])), {"format": "uint16"}, "intervals must start at 1"),
    ],
)  # fmt: skip
def test_what_a_format_cannot_hold_is_refused_and_nothing_is_written(
    tmp_path: Path, data: Any, options: dict[str, Any], expected: str
) -> None:
    manager = DataManager()
    manager.setData("thing", data, "time")
    with pytest.raises(SaveError, match=expected):
        manager.save("thing", tmp_path / "x.csv", **options)
    manager.deleteData("thing")
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_key_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(SaveError, match=r'there is no data "angel" \(known: media\)'):
        DataManager().save("angel", tmp_path / "x.csv")


def test_media_have_no_format(tmp_path: Path) -> None:
    with pytest.raises(SaveError, match="media is Video; there is no format to save it in"):
        DataManager().save("media", tmp_path / "x.csv")


def test_the_end_of_the_file_name_says_the_format(tmp_path: Path) -> None:
    save_to = tmp_path / "new folder" / "a.h5"
    manager = DataManager()
    manager.setData("thing", AnalogTimeSeries([1, 2], 2), "time")
    assert manager.save("thing", save_to)["format"] == "hdf5"
    with h5py.File(save_to) as file:
        assert file["value"][:].tolist() == [1, 2]


def test_folder_and_file_name_can_be_given_as_options(tmp_path: Path) -> None:
    manager = DataManager()
    manager.setData("thing", DigitalEventSeries([1]), "time")
    entry = manager.save("thing", tmp_path / "x.csv", parent_dir=str(tmp_path / "out"), filename="licks.csv")
    assert Path(entry["filepath"]) == tmp_path / "out" / "licks.csv"
    assert (tmp_path / "out" / "licks.csv").is_file()


def test_the_entry_names_the_clock(tmp_path: Path) -> None:
    manager = DataManager()
    manager.setData("thing", DigitalEventSeries([1]), "time")
    assert manager.save("thing", tmp_path / "x.csv")["clock"] == "time"
