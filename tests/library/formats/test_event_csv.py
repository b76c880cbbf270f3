"""Events as text."""

from pathlib import Path
from typing import Any, ClassVar

import pytest

from whiskertoolbox_python.data_manager import DataManager
from whiskertoolbox_python.errors import LoadError, LoadWarning
from whiskertoolbox_python.testing.loader_contract import FileLoaderContract, TextLoaderContract


class TestOneSeries(TextLoaderContract):
    entry: ClassVar = {"data_type": "digital_event", "format": "csv"}

    def write(self, folder: Path) -> Path:
        (folder / "licks.csv").write_text("30\n10.0\n20\n", encoding="utf-8")
        return folder / "licks.csv"

    def check(self, manager: DataManager) -> None:
        assert manager.getData("thing").times.tolist() == [10, 20, 30]


class TestIdentifiers(TextLoaderContract):
    entry: ClassVar = {**TestOneSeries.entry, "has_header": True, "event_column": 1, "label_column": 0}
    keys: ClassVar[tuple[str, ...]] = ("thing_0", "thing_1")

    def write(self, folder: Path) -> Path:
        (folder / "spikes.csv").write_text("unit,time\n9,5\n9,1\n10,2\n9,7\n10,4\n", encoding="utf-8")
        return folder / "spikes.csv"

    def check(self, manager: DataManager) -> None:
        assert manager.getData("thing_0").times.tolist() == [2, 4]
        assert manager.getData("thing_1").times.tolist() == [1, 5, 7]

    @pytest.mark.parametrize("share", [0.5, 0.99])
    def test_a_truncated_file_is_loaded_as_far_as_it_goes_or_fails_as_a_whole(
        self, tmp_path: Path, share: float
    ) -> None:
        """A shorter file may have fewer identifiers, and then other keys."""
        report, manager = self.load_damaged(tmp_path, lambda data: data[: int(len(data) * share)])
        assert report.failures or all(len(manager.getData(key)) for key in report.made)


class TestFolder(FileLoaderContract):
    entry: ClassVar = {**TestOneSeries.entry, "multi_file": True, "append_filename": True}
    keys: ClassVar[tuple[str, ...]] = ("thing_a",)

    def write(self, folder: Path) -> Path:
        (folder / "units").mkdir()
        (folder / "units" / "a.csv").write_text("3\n1\n", encoding="utf-8")
        return folder / "units"

    def damaged_file(self, path: Path) -> Path:
        return path / "a.csv"

    def check(self, manager: DataManager) -> None:
        assert manager.getData("thing_a").times.tolist() == [1, 3]


def load_events(path: Path, **options: Any) -> dict[str, list[int]]:
    manager = DataManager()
    keys = manager.load_file(path, data_type="digital_event", format="csv", name="ev", **options)
    return {key: manager.getData(key).times.tolist() for key in keys}


def write(folder: Path, text: str) -> Path:
    (folder / "events.csv").write_text(text, encoding="utf-8")
    return folder / "events.csv"


@pytest.mark.parametrize("columns", [{}, {"identifier_column": 1}])
def test_times_are_scaled_to_the_nearest_index_and_those_between_are_told(
    tmp_path: Path, columns: dict[str, int]
) -> None:
    path = write(tmp_path, "0.033333,a\n0.066667,a\n0.1,a\n")
    told = r"events\.csv: 2 of 3 times are not at a whole index .*first: number 1, 0\.033333, is at 0\.99999"
    with pytest.warns(LoadWarning, match=told):
        assert load_events(path, scale=30, **columns) == {"ev": [1, 2, 3]}


def test_a_scaled_time_that_is_a_whole_number_is_not_one_less(tmp_path: Path) -> None:
    path = write(tmp_path, "0.29\n0.57\n")
    assert load_events(path, scale=100) == {"ev": [29, 57]}


def test_scale_can_divide(tmp_path: Path) -> None:
    path = write(tmp_path, "8\n10\n")
    assert load_events(path, scale=2, scale_divide=True) == {"ev": [4, 5]}


def test_a_scale_of_zero_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match='"scale" must be a number other than 0'):
        load_events(write(tmp_path, "7\n"), scale=0)


@pytest.mark.parametrize("columns", [{}, {"identifier_column": 1}])
def test_a_time_that_no_index_can_hold_after_scaling_costs_its_row(tmp_path: Path, columns: dict[str, int]) -> None:
    path = write(tmp_path, "7,a\n1e15,a\n")
    with pytest.warns(LoadWarning, match=r'events\.csv: 1 row left out \(line 2: "1e15" is out of range\)'):
        assert load_events(path, scale=30000, **columns) == {"ev": [210000]}


def test_a_single_identifier_keeps_the_name(tmp_path: Path) -> None:
    path = write(tmp_path, "5,a\n3,a\n")
    assert load_events(path, identifier_column=1) == {"ev": [3, 5]}


def test_a_bad_row_among_identifiers_is_left_out_with_its_line(tmp_path: Path) -> None:
    path = write(tmp_path, "5,a\nx,a\n7\n3,b\n")
    with pytest.warns(LoadWarning, match='line 2: "x" is not a number; line 3: only 1 column'):
        assert load_events(path, identifier_column=1) == {"ev_0": [5], "ev_1": [3]}


def test_a_file_without_events_fails(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match=r"events\.csv has no events"):
        load_events(write(tmp_path, "Event\n"), has_header=True)


@pytest.fixture
def units(tmp_path: Path) -> Path:
    for name, text in {"b.csv": "2\n", "a.txt": "1\n", "c.csv": "none\n", "d.dat": "4\n", "unit_7.csv": "7\n"}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_a_folder_gives_a_series_per_file_in_name_order(units: Path) -> None:
    with pytest.warns(LoadWarning, match=r"c\.csv: none of the 1 rows can be read.*file skipped"):
        assert load_events(units, multi_file=True) == {"ev_0": [1], "ev_1": [2], "ev_2": [7]}


def test_a_pattern_chooses_the_files_of_a_folder(units: Path) -> None:
    assert load_events(units, multi_file=True, file_pattern="unit_*") == {"ev_0": [7]}


def test_hidden_files_of_a_folder_are_no_events(units: Path) -> None:
    (units / "._unit_7.csv").write_bytes(b"\0\5\x16\7")  # as macOS leaves it on a stick or a share
    (units / ".unit_8.csv").write_text("8\n", encoding="utf-8")
    assert load_events(units, multi_file=True, file_pattern="*unit_*") == {"ev_0": [7]}


def test_a_folder_without_events_fails(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match=r"no file in that folder has events \(pattern: \*\.csv, \*\.txt\)"):
        load_events(tmp_path, multi_file=True)


def test_a_file_where_a_folder_is_wanted_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match=r"events\.csv must be a folder"):
        load_events(write(tmp_path, "1\n"), multi_file=True)


@pytest.mark.parametrize("columns", [{}, {"identifier_column": 1}])
def test_times_in_seconds_without_a_scale_are_told(tmp_path: Path, columns: dict[str, int]) -> None:
    path = write(tmp_path, "0.5,a\n1.5,a\n")
    with pytest.warns(LoadWarning, match=r"cut off \(of 2; first: line 1, .0\.5.\); if these are seconds"):
        assert load_events(path, **columns) == {"ev": [0, 1]}
    assert load_events(path, scale=1000, **columns) == {"ev": [500, 1500]}
