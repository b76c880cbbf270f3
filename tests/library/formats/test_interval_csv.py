"""Intervals as text, in both layouts."""

import warnings
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from whiskertoolbox_python.data_manager import DataManager
from whiskertoolbox_python.errors import LoadError, LoadWarning
from whiskertoolbox_python.formats.interval_state_csv import runs
from whiskertoolbox_python.testing.loader_contract import TextLoaderContract

PREAMBLE = "11/28/2025\n10:23 AM\n\n\n\n"
STATES = PREAMBLE + "Time\tv0\tv1\ty0\n0.0\t1\t0\n0.1\t1\t0\n0.2\t0\t1\n0.3\t0.5\t0\n"


class TestStartAndEnd(TextLoaderContract):
    entry: ClassVar = {"data_type": "digital_interval", "format": "csv"}

    def write(self, folder: Path) -> Path:
        text = "Start,End\n20,30\n0,10\n5,8\n16777217,16777219\n"
        (folder / "trials.csv").write_text(text, encoding="utf-8")
        return folder / "trials.csv"

    def check(self, manager: DataManager) -> None:
        expected = [[0, 10], [5, 8], [20, 30], [16777217, 16777219]]
        assert manager.getData("thing").intervals.tolist() == expected


class TestState(TextLoaderContract):
    entry: ClassVar = {"data_type": "digital_interval", "format": "csv", "csv_layout": "binary_state"}

    def write(self, folder: Path) -> Path:
        (folder / "states.dat").write_text(STATES, encoding="utf-8")
        return folder / "states.dat"

    def check(self, manager: DataManager) -> None:
        assert manager.getData("thing").intervals.tolist() == [[0, 1], [3, 3]]


class TestClockOfStates(TestState):
    entry: ClassVar = {"data_type": "time", "format": "multi_column_binary", "sampling_rate": 10}

    def check(self, manager: DataManager) -> None:
        assert self.clock(manager).times.tolist() == [0, 1, 2, 3]

    def test_bytes_that_are_not_utf8_cost_at_most_their_row(self, tmp_path: Path) -> None:
        report, _ = self.load_damaged(tmp_path, lambda data: data + b"\xe9\xff\n")
        assert "rows are counted here, so that none can be left out" in report.failures[0].reason


def test_intervals_that_come_again_are_one_and_told(tmp_path: Path) -> None:
    text = "Start,End\n20,30\n0,10\n20,31\n20,30\n0,10\n20,30\n"
    told = r"of 6 intervals 3 have the start and end of another and are one with it \(first: number 4, 20 to 30\)$"
    with pytest.warns(LoadWarning, match=told):
        loaded = load_intervals(tmp_path, text)
    assert loaded == {"iv": [[0, 10], [20, 30], [20, 31]]}


def load_intervals(folder: Path, text: str, **options: Any) -> dict[str, list[list[int]]]:
    (folder / "in.csv").write_text(text, encoding="utf-8")
    manager = DataManager()
    keys = manager.load_file(folder / "in.csv", data_type="digital_interval", format="csv", name="iv", **options)
    return {key: manager.getData(key).intervals.tolist() for key in keys}


def test_a_first_row_of_numbers_that_is_skipped_as_the_header_is_warned_of(tmp_path: Path) -> None:
    with pytest.warns(LoadWarning, match=r"in\.csv: line 1 holds only numbers.*set skip_header to false"):
        assert load_intervals(tmp_path, "0,10\n20,30\n") == {"iv": [[20, 30]]}


def test_intervals_that_end_before_they_start_are_told_once_with_the_file_and_kept(tmp_path: Path) -> None:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        assert load_intervals(tmp_path, "Start,End\n0,10\n9,1\n") == {"iv": [[0, 10], [9, 1]]}
    (one,) = told
    assert one.category is LoadWarning
    text = str(one.message)
    assert text.startswith(f"{tmp_path / 'in.csv'}: ")
    assert "1 of 2 intervals ends before it starts (first: interval 2, 9 to 1)" in text
    assert text.endswith("set flip_column_order")


def test_a_file_without_header_is_read_whole_when_told_so(tmp_path: Path) -> None:
    assert load_intervals(tmp_path, "0,10\n20,30\n", skip_header=False) == {"iv": [[0, 10], [20, 30]]}


def test_the_columns_can_be_flipped(tmp_path: Path) -> None:
    assert load_intervals(tmp_path, "End;Start\n10;0\n", flip_column_order=True, delimiter=";") == {"iv": [[0, 10]]}


def test_a_file_with_a_header_only_has_no_intervals(tmp_path: Path) -> None:
    assert load_intervals(tmp_path, "Start,End\n") == {"iv": []}


def test_an_unknown_layout_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match=r'unknown csv_layout "binary" .*known: intervals, binary_state'):
        load_intervals(tmp_path, STATES, csv_layout="binary")


def test_all_columns_of_a_state_file_are_named_by_their_headers(tmp_path: Path) -> None:
    with pytest.warns(LoadWarning, match="Column y0 has no data; iv_y0 is empty"):
        found = load_intervals(tmp_path, STATES, csv_layout="binary_state", all_columns=True)
    assert found == {"iv_v0": [[0, 1], [3, 3]], "iv_v1": [[2, 2]], "iv_y0": []}


def test_threshold_delimiter_and_preamble_are_chosen(tmp_path: Path) -> None:
    text = "note\nt||v\n0||1\n1||5\n2||5\n"
    options = {"delimiter": "||", "header_lines_to_skip": 1, "binary_threshold": 5}
    assert load_intervals(tmp_path, text, csv_layout="binary_state", **options) == {"iv": [[1, 2]]}


def test_rows_that_cannot_be_read_are_counted_and_are_off(tmp_path: Path) -> None:
    text = "t\tv\n0\t0\nbad\n1\tx\n2\t1\n"
    with pytest.warns(LoadWarning, match="2 rows cannot be read and are nan"):
        assert load_intervals(tmp_path, text, csv_layout="binary_state", header_lines_to_skip=0) == {"iv": [[3, 3]]}


def test_a_state_file_without_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match=r"in\.csv has no rows after 6 lines of header"):
        load_intervals(tmp_path, PREAMBLE + "Time\tv0\n", csv_layout="binary_state")


@pytest.mark.parametrize(
    ("states", "expected"),
    [("", []), ("0", []), ("1", [[0, 0]]), ("0110", [[1, 2]]), ("101", [[0, 0], [2, 2]]), ("111", [[0, 2]])],
)
def test_runs_have_inclusive_ends(states: str, expected: list[list[int]]) -> None:
    assert runs(np.array([state == "1" for state in states], bool), 0.5).tolist() == expected
