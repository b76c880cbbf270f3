"""Tensors as tables and NumPy files."""

from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pytest

from whiskertoolbox_python.data_manager import DataManager
from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.testing.loader_contract import FileLoaderContract, TextLoaderContract
from whiskertoolbox_python.types.tensor import TensorData

VALUES = np.arange(6, dtype=np.float32).reshape(3, 2)


class TestTable(TextLoaderContract):
    entry: ClassVar = {"data_type": "tensor", "format": "csv"}

    def write(self, folder: Path) -> Path:
        (folder / "features.csv").write_text('row,a,"b,c"\n10,1,2\n20,3,nan\n', encoding="utf-8")
        return folder / "features.csv"

    def check(self, manager: DataManager) -> None:
        tensor = manager.getData("thing")
        np.testing.assert_array_equal(tensor.values, np.array([[1, 2], [3, np.nan]], np.float32))
        assert tensor.columnNames() == ["a", "b,c"]
        assert tensor.rowType() == "TimeFrameIndex"
        assert tensor.row_times.tolist() == [10, 20]

    def test_bytes_that_are_not_utf8_cost_at_most_their_row(self, tmp_path: Path) -> None:
        """A tensor without one of its rows is another tensor, so here they cost the file."""
        report, _ = self.load_damaged(tmp_path, lambda data: data + b"\xe9\xff\n")
        assert "line 4 has 0 values, expected 2" in report.failures[0].reason


class TestNumpy(FileLoaderContract):
    entry: ClassVar = {"data_type": "tensor", "format": "numpy"}

    def write(self, folder: Path) -> Path:
        np.save(folder / "features.npy", VALUES)
        return folder / "features.npy"

    def check(self, manager: DataManager) -> None:
        np.testing.assert_array_equal(manager.getData("thing").values, VALUES)
        assert manager.getData("thing").rowType() == "Ordinal"


def load_table(folder: Path, text: str, **options: Any) -> TensorData:
    (folder / "table.csv").write_text(text, encoding="utf-8")
    manager = DataManager()
    manager.load_file(folder / "table.csv", data_type="tensor", format="csv", name="t", **options)
    tensor = manager.getData("t")
    assert isinstance(tensor, TensorData)
    return tensor


def test_labels_that_are_ranges_make_interval_rows(tmp_path: Path) -> None:
    tensor = load_table(tmp_path, "row,a\n0-10,1\n-5--3,2\n")
    assert tensor.rowType() == "Interval"
    assert tensor.row_intervals.tolist() == [[0, 10], [-5, -3]]


def test_a_negative_first_label_is_a_time_index(tmp_path: Path) -> None:
    assert load_table(tmp_path, "row,a\n-5,1\n").row_times.tolist() == [-5]


def test_other_labels_make_ordinal_rows(tmp_path: Path) -> None:
    tensor = load_table(tmp_path, "row,a\nx,1\n5,2\n")
    assert tensor.rowType() == "Ordinal"
    assert tensor.toList() == [1, 2]


def test_a_table_without_header_has_no_column_names(tmp_path: Path) -> None:
    tensor = load_table(tmp_path, "1;5\n2;6\n", has_header=False, delimiter=";")
    assert tensor.toList() == [5, 6]
    assert not tensor.hasNamedColumns()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("row,a\n1,x\n", 'line 2: "x" is not a number'),
        ("row,a\n1,2\n2,3,4\n", "line 3 has 2 values, expected 1"),
        ("row,a\n1,2\ntwo,3\n", 'line 3: label "two" is not a time index'),
        ("row,a\n1-2,2\n3,3\n", 'line 3: label "3" is not an interval'),
        ("row,a\n", "has no rows"),
        ("row;a\n1;2\n", "the header has one column only; check the delimiter"),
        ("row,a\n1,1e39\n", "too large for float32"),
    ],
)
def test_a_table_with_a_fault_is_refused_with_its_line(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(LoadError, match=rf"table\.csv.*{expected}"):
        load_table(tmp_path, text)


def load_array(folder: Path, array: npt.NDArray[Any], rows: npt.NDArray[Any] | None = None) -> TensorData:
    np.save(folder / "x.npy", array)
    if rows is not None:
        np.save(folder / "x_rows.npy", rows)
    manager = DataManager()
    manager.load_file(folder / "x.npy", data_type="tensor", format="numpy")
    tensor = manager.getData("x")
    assert isinstance(tensor, TensorData)
    return tensor


def test_axes_after_the_first_become_columns(tmp_path: Path) -> None:
    cube = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    assert load_array(tmp_path, cube).values.tolist() == cube.reshape(2, 12).tolist()
    assert load_array(tmp_path, cube[0, 0]).shape() == [4, 1]
    assert load_array(tmp_path, np.asfortranarray(cube)).toList() == list(range(24))


def test_a_file_of_rows_beside_it_gives_times_or_intervals(tmp_path: Path) -> None:
    assert load_array(tmp_path, VALUES, np.array([5, 6, 9])).row_times.tolist() == [5, 6, 9]
    intervals = np.array([[0, 4], [5, 9], [10, 14]])
    assert load_array(tmp_path, VALUES, intervals).row_intervals.tolist() == intervals.tolist()
    assert load_array(tmp_path, VALUES, np.arange(3)).rowType() == "Ordinal"


@pytest.mark.parametrize("rows", [np.arange(2), np.zeros((3, 3), int), np.array([0.0, 1.0, 2.0])])
def test_a_file_of_rows_that_does_not_fit_is_refused(tmp_path: Path, rows: npt.NDArray[Any]) -> None:
    with pytest.raises(LoadError, match=r"x_rows\.npy must hold integers of shape \(3,\) or \(3, 2\)"):
        load_array(tmp_path, VALUES, rows)


@pytest.mark.parametrize("dtype", ["float64", "int32", "object"])
def test_other_types_than_float32_are_refused(tmp_path: Path, dtype: str) -> None:
    with pytest.raises(LoadError, match=r"x\.npy (holds|cannot be read)"):
        load_array(tmp_path, VALUES.astype(dtype))


def test_an_archive_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "x.npz", a=VALUES)
    (tmp_path / "x.npz").rename(tmp_path / "y.npy")
    with pytest.raises(LoadError, match="is an archive of several arrays"):
        DataManager().load_file(tmp_path / "y.npy", data_type="tensor", format="numpy")


def test_an_array_without_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="holds no rows"):
        load_array(tmp_path, VALUES[:0])


def test_a_file_that_numpy_did_not_write_is_named_as_such(tmp_path: Path) -> None:
    (tmp_path / "table.npy").write_text("frame,x\n1,2\n", encoding="utf-8")
    with pytest.raises(LoadError, match=r"table\.npy is not a \.npy file; write it with numpy\.save"):
        DataManager().load_file(tmp_path / "table.npy", data_type="tensor", format="numpy")


@pytest.mark.parametrize(
    "labels",
    [
        ("2024-01-05", "2024-01-06"),
        ("0.1", "0.2"),
        ("3rd trial", "4th trial"),
        ("1e3", "2e3"),
        ("left-paw", "right-paw"),
    ],
)
def test_labels_that_only_begin_like_numbers_are_text(tmp_path: Path, labels: tuple[str, str]) -> None:
    (tmp_path / "table.csv").write_text(f"t,a\n{labels[0]},1\n{labels[1]},2\n", encoding="utf-8")
    manager = DataManager()
    manager.load_file(tmp_path / "table.csv", data_type="tensor", format="csv", name="t")
    assert manager.getData("t").rowType() == "Ordinal"


def test_a_blank_line_within_a_tensor_refuses_it(tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text("t,a\nx,1\n\ny,2\n\n", encoding="utf-8")
    with pytest.raises(LoadError, match="line 3 is blank, and a tensor cannot lack one of its rows"):
        DataManager().load_file(tmp_path / "table.csv", data_type="tensor", format="csv", name="t")
