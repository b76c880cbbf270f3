"""Analog signals as text."""

import json
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from whiskertoolbox_python.data_manager import DataManager
from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats.report import LoadReport
from whiskertoolbox_python.testing.loader_contract import TextLoaderContract, load_config


class TestSingleColumn(TextLoaderContract):
    entry: ClassVar = {"data_type": "analog", "format": "csv"}

    def write(self, folder: Path) -> Path:
        (folder / "angle.csv").write_text("1.5\n-2\n3e1\n", encoding="utf-8")
        return folder / "angle.csv"

    def check(self, manager: DataManager) -> None:
        angle = manager.getData("thing")
        assert angle.values.tolist() == [1.5, -2, 30]
        assert angle.times.tolist() == [0, 1, 2]


class TestTwoColumns(TextLoaderContract):
    entry: ClassVar = {"data_type": "analog", "format": "csv", "single_column_format": False, "has_header": True}

    def write(self, folder: Path) -> Path:
        (folder / "angle.csv").write_text("Time,Data\n10,1.5\n20.0,2.5\n40,3.5\n", encoding="utf-8")
        return folder / "angle.csv"

    def check(self, manager: DataManager) -> None:
        angle = manager.getData("thing")
        assert angle.times.tolist() == [10, 20, 40]
        assert angle.values.tolist() == [1.5, 2.5, 3.5]


def load_text(folder: Path, text: str, **options: object) -> tuple[LoadReport, DataManager]:
    (folder / "angle.csv").write_text(text, encoding="utf-8", newline="")
    entry = {"data_type": "analog", "format": "csv", "name": "angle", "filepath": "angle.csv", **options}
    (folder / "config.json").write_text(json.dumps([entry]), encoding="utf-8")
    manager = DataManager()
    return load_config(manager, folder / "config.json"), manager


def test_a_bad_cell_costs_its_row_and_the_warning_names_file_and_line(tmp_path: Path) -> None:
    report, manager = load_text(tmp_path, "0,1\n1,x\n2,3\n", single_column_format=False)
    assert manager.getData("angle").times.tolist() == [0, 2]
    assert manager.getData("angle").values.tolist() == [1, 3]
    (warning,) = report.warnings
    assert "angle.csv" in warning
    assert 'line 2: "x" is not a number' in warning


def test_only_the_first_bad_rows_are_named_and_the_others_counted(tmp_path: Path) -> None:
    report, _ = load_text(tmp_path, "1\n" + "bad\n" * 1000)
    (warning,) = report.warnings
    assert "1,000 rows cannot be read and are nan" in warning
    assert "line 4" in warning
    assert "and 997 more" in warning
    assert len(warning) < 1000


def test_indices_beyond_the_whole_numbers_of_float32_and_float64_are_exact(tmp_path: Path) -> None:
    text = "16777217,1\n9007199254740993,2\n-3,3\n"
    _, manager = load_text(tmp_path, text, single_column_format=False)
    assert manager.getData("angle").times.tolist() == [-3, 16777217, 9007199254740993]


@pytest.mark.parametrize("cell", ["1e99", "9223372036854775808", "nan", "inf", "1_000", "0x10", "١"])
def test_what_is_no_index_costs_its_row(tmp_path: Path, cell: str) -> None:
    report, manager = load_text(tmp_path, f"0,1\n{cell},2\n2,3\n", single_column_format=False)
    assert manager.getData("angle").times.tolist() == [0, 2]
    assert "line 2" in report.warnings[0]


def test_a_value_that_float32_cannot_hold_is_nan_and_nan_and_inf_are_values(tmp_path: Path) -> None:
    report, manager = load_text(tmp_path, "1\n1e39\nnan\n-inf\n")
    np.testing.assert_array_equal(manager.getData("angle").values, np.array([1, np.nan, np.nan, -np.inf], np.float32))
    assert 'line 2: "1e39" is too large for float32' in report.warnings[0]


def test_quoted_cells_and_spaces_around_cells_are_read(tmp_path: Path) -> None:
    _, manager = load_text(tmp_path, '"0", 1 \n1,"2"\n\n   \n', single_column_format=False)
    assert manager.getData("angle").values.tolist() == [1, 2]


def test_the_columns_and_the_delimiter_are_chosen(tmp_path: Path) -> None:
    text = "a;b;c\n1;7;100\n2;8;200\n"
    _, manager = load_text(
        tmp_path,
        text,
        single_column_format=False,
        has_header=True,
        delimiter=";",
        time_column=2,
        data_column=0,
    )
    assert manager.getData("angle").times.tolist() == [100, 200]
    assert manager.getData("angle").values.tolist() == [1, 2]


def test_unsorted_rows_are_sorted_together(tmp_path: Path) -> None:
    _, manager = load_text(tmp_path, "3,30\n1,10\n2,20\n", single_column_format=False)
    assert manager.getData("angle").values.tolist() == [10, 20, 30]


def test_a_file_with_the_wrong_delimiter_fails_with_advice(tmp_path: Path) -> None:
    report, manager = load_text(tmp_path, "0;1\n1;2\n", single_column_format=False)
    assert "none of the 2 rows can be read" in report.failures[0].reason
    assert "Check the delimiter" in report.failures[0].reason
    assert "angle" not in manager.getAllKeys()


def test_a_header_without_rows_fails(tmp_path: Path) -> None:
    report, _ = load_text(tmp_path, "Time,Data\n", has_header=True)
    assert "angle.csv has no data" in report.failures[0].reason


def test_utf16_text_is_named_as_such(tmp_path: Path) -> None:
    (tmp_path / "angle.csv").write_text("1\n2\n", encoding="utf-16")
    manager = DataManager()
    with pytest.raises(LoadError, match=r"angle\.csv is UTF-16 text; save it as UTF-8"):
        manager.load_file(tmp_path / "angle.csv", data_type="analog", format="csv")


@pytest.mark.parametrize(
    ("option", "value", "expected"),
    [
        ("has_header", "maybe", '"has_header" must be true or false'),
        ("time_column", 1.5, '"time_column" must be whole number'),
        ("time_column", -1, "columns are counted from 0"),
        ("delimiter", "", "\"delimiter\" is '': give the text"),
        ("delimiter", "\n", "give the text that separates columns"),
        ("time_column", 10**20, '"time_column" must be whole number'),
        ("delimiter", 5, '"delimiter" must be text'),
    ],
)
def test_an_option_of_a_wrong_type_is_named(tmp_path: Path, option: str, value: object, expected: str) -> None:
    report, _ = load_text(tmp_path, "0,1\n", **{"single_column_format": False, option: value})
    assert expected in report.failures[0].reason


@pytest.mark.slow
def test_a_million_rows_are_read_exactly(tmp_path: Path) -> None:
    values = np.random.default_rng(0).normal(size=1_000_000).round(4).astype(np.float32)
    text = "".join(f"{index},{value:.4f}\n" for index, value in enumerate(values.tolist()))
    report, manager = load_text(tmp_path, text + "bad\n", single_column_format=False)
    assert "line 1000001" in report.warnings[0]
    np.testing.assert_array_equal(manager.getData("angle").values, values)
