"""Tensors."""

from typing import Any

import numpy as np
import pytest

from whiskertoolbox_python import Interval, TensorData, TimeFrameIndex
from whiskertoolbox_python.testing.data_type_contract import DataTypeContract, assert_same_columns


def sample() -> TensorData:
    return TensorData.createOrdinal2D([1, 2, 3, 4, 5, 6], 2, 3, ["a", "b", "a"])


class TestOrdinalRows(DataTypeContract):
    def make(self) -> TensorData:
        return sample()

    def change(self, data: Any) -> None:
        data.setColumnNames(["x", "y", "z"])


class TestTimedRows(TestOrdinalRows):
    def make(self) -> TensorData:
        return TensorData.from_array([[1, 2, 3], [4, 5, 6], [7, 8, 9]], row_times=[0, 2, 5])


class TestIntervalRows(TestOrdinalRows):
    def make(self) -> TensorData:
        return TensorData.from_array(np.zeros((2, 4, 3)), row_intervals=[Interval(0, 1), Interval(2, 5)])


def test_an_empty_tensor_has_no_shape() -> None:
    tensor = TensorData()
    assert (tensor.ndim(), tensor.shape(), tensor.numRows(), tensor.numColumns()) == (0, [], 0, 0)
    assert tensor.isEmpty()
    assert not tensor.isContiguous()
    assert tensor.toList() == []
    assert tensor.rowType() == "Ordinal"
    assert bool(tensor)
    assert len(tensor) == 0
    assert repr(tensor) == "TensorData(shape=())"


@pytest.mark.parametrize(
    ("access", "error"),
    [
        (lambda tensor: tensor.values, RuntimeError),
        (lambda tensor: tensor.flatValues(), RuntimeError),
        (lambda tensor: tensor.row(0), RuntimeError),
        (lambda tensor: tensor.getColumn(0), RuntimeError),
        (lambda tensor: tensor.getColumn("a"), ValueError),
        (lambda tensor: tensor.setColumnNames(["a"]), ValueError),
        (lambda tensor: tensor.setColumnNames([]), ValueError),
    ],
)
def test_an_empty_tensor_refuses_what_needs_data(access: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        access(TensorData())


def test_numbers_are_row_major_however_they_are_asked_for() -> None:
    tensor = sample()
    assert tensor.values.tolist() == [[1, 2, 3], [4, 5, 6]]
    assert tensor.flatValues().tolist() == tensor.toList() == [1, 2, 3, 4, 5, 6]
    assert tensor.row(1) == [4, 5, 6]
    assert tensor.getColumn(1) == tensor.column_values("b").tolist() == [2, 5]
    assert tensor[1, 2] == 6
    assert [row.tolist() for row in tensor] == [[1, 2, 3], [4, 5, 6]]
    assert repr(tensor) == "TensorData(shape=(2, 3))"
    assert tensor.isContiguous()


def test_reading_never_copies() -> None:
    tensor = sample()
    for view in (tensor.flatValues(), np.asarray(tensor), tensor.column_values(0), tensor[1], tensor.restrict(1, 1)[0]):
        assert np.shares_memory(view, tensor.values)
        assert not view.flags.writeable


def test_a_copy_or_another_type_is_made_when_asked_for() -> None:
    tensor = sample()
    assert np.array(tensor).flags.writeable
    assert np.asarray(tensor, np.float64).dtype == np.float64
    with pytest.raises(ValueError, match="without a copy"):
        tensor.__array__(np.float64, copy=False)


def test_the_first_column_of_a_name_is_found() -> None:
    tensor = sample()
    assert tensor.hasNamedColumns()
    assert tensor.columnNames() == ["a", "b", "a"]
    assert tensor.getColumn("a") == tensor.getColumn(name="a") == tensor.getColumn(index=0) == [1, 4]
    with pytest.raises(ValueError, match="'c'; columns: 'a', 'b', 'a'"):
        tensor.getColumn("c")


@pytest.mark.parametrize("column", [3, 2**40])
def test_a_column_that_does_not_exist_is_an_index_error(column: int) -> None:
    with pytest.raises(IndexError):
        sample().getColumn(column)


@pytest.mark.parametrize("column", [-1, 1.0, None])
def test_a_column_is_asked_for_by_number_or_name(column: Any) -> None:
    with pytest.raises(TypeError):
        sample().getColumn(column)


def test_a_row_that_does_not_exist_is_an_index_error() -> None:
    with pytest.raises(IndexError):
        sample().row(2)
    with pytest.raises(TypeError):
        sample().row(-1)


def test_there_are_as_many_names_as_columns() -> None:
    tensor = TensorData.fromNumpy2D([[1, 2]])
    assert not tensor.hasNamedColumns()
    for names in ([], ["a"], ["a", "b", "c"]):
        with pytest.raises(ValueError, match="2 columns"):
            tensor.setColumnNames(names)
    tensor.setColumnNames(("a", "a"))
    assert tensor.columnNames() == ["a", "a"]
    with pytest.raises(ValueError, match="2 columns"):
        TensorData.fromNumpy2D([[1, 2]], ["a"])
    with pytest.raises(TypeError):
        tensor.setColumnNames("ab")


@pytest.mark.parametrize(("rows", "cols"), [(0, 0), (0, 3), (1, 5), (-1, -6)])
def test_the_shape_must_hold_the_data(rows: int, cols: int) -> None:
    with pytest.raises((ValueError, TypeError)):
        TensorData.createOrdinal2D([1, 2, 3, 4, 5, 6], rows, cols)


def test_an_empty_axis_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        TensorData.createOrdinal2D([], 0, 3)
    with pytest.raises(ValueError, match="at least one"):
        TensorData.fromNumpy2D(np.zeros((2, 0)))


def test_from_numpy_copies_what_numpy_can_read() -> None:
    source = np.arange(6, dtype=np.float64).reshape(2, 3)
    tensor = TensorData.fromNumpy2D(source.T)
    source[:] = 0
    assert tensor.values.tolist() == [[0, 3], [1, 4], [2, 5]]
    assert TensorData.fromNumpy2D([[1, 2], [3, 4]]).toList() == [1, 2, 3, 4]
    assert TensorData.fromNumpy2D([[1e40]]).toList() == [float("inf")]


@pytest.mark.parametrize("array", [[1, 2], np.zeros((1, 2, 3)), 5])
def test_from_numpy_takes_two_dimensions(array: Any) -> None:
    with pytest.raises(ValueError, match="two dimensions"):
        TensorData.fromNumpy2D(array)


@pytest.mark.filterwarnings("ignore:Creating an ndarray from ragged")  # NumPy 1.23 warns first
@pytest.mark.parametrize("array", [[[1, 2], [3]], [["x"]], None])
def test_from_numpy_refuses_what_is_no_array_of_numbers(array: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        TensorData.fromNumpy2D(array)


def test_more_dimensions_flatten_by_row_and_column() -> None:
    tensor = TensorData.createND(range(24), [2, 3, 4], ["a", "b", "c", "d"])
    assert (tensor.ndim(), tensor.shape(), tensor.numRows(), tensor.numColumns()) == (3, [2, 3, 4], 2, 4)
    assert tensor.row(1) == list(range(12, 24))
    assert tensor.getColumn("b") == [1, 5, 9, 13, 17, 21]
    one = TensorData.createND([1, 2, 3], [3])
    assert (one.numRows(), one.numColumns(), one.getColumn(0)) == (3, 1, [1, 2, 3])


@pytest.mark.filterwarnings("ignore:Setting the shape:DeprecationWarning")  # NumPy from 2.5 on
def test_views_cannot_be_made_writable_and_have_a_shape_of_their_own() -> None:
    tensor = TensorData.from_array([[1, 2], [3, 4]], row_times=[5, 6])
    made = (tensor, TensorData.createND(range(4), (2, 2)), TensorData.fromNumpy2D([[1, 2], [3, 4]]))
    for array in (tensor.row_times, *(one.values for one in made), *(one.flatValues() for one in made)):
        with pytest.raises(ValueError, match="WRITEABLE"):
            array.flags.writeable = True
        array.shape = (1, *array.shape)
    assert tensor.row_times.shape == (2,)
    assert all(one.values.shape == (2, 2) for one in made)


@pytest.mark.filterwarnings("ignore:Setting the shape:DeprecationWarning")  # NumPy from 2.5 on
def test_a_column_of_a_single_one_is_a_view() -> None:
    tensor = TensorData.createND([1, 2, 3], [3])
    tensor.column_values(0).shape = (3, 1)
    assert tensor.shape() == [3]


def test_an_array_is_adopted_on_request() -> None:
    array = np.zeros((2, 2), np.float32)
    assert np.shares_memory(TensorData.from_array(array, copy=False).values, array)
    assert not np.shares_memory(TensorData.from_array(array).values, array)


def test_rows_are_found_by_time() -> None:
    tensor = TensorData.from_array([[0], [5], [7]], row_times=[0, 5, 7])
    assert tensor.rowType() == "TimeFrameIndex"
    assert tensor.rowTimeIndices() == [0, 5, 7]
    assert isinstance(tensor.rowTimeIndices()[0], TimeFrameIndex)
    assert [tensor.findRowForTime(time) for time in (5, 6)] == [1, None]
    assert [tensor.findRowGreaterOrEqual(time) for time in (1, 5, 8)] == [1, 1, None]
    assert [tensor.findRowLessOrEqual(time) for time in (6, -1)] == [1, None]
    assert tensor.find_rows([7, 6, 0]).tolist() == [2, -1, 0]


def test_rows_in_any_order_of_time_are_found_too() -> None:
    tensor = TensorData.from_array([[0], [1], [2]], row_times=[7, 0, 5])
    assert tensor.findRowGreaterOrEqual(1) == 2
    assert tensor.findRowLessOrEqual(6) == 2
    assert tensor.find_rows([0, 7, 5]).tolist() == [1, 0, 2]
    assert tensor.restrict(1, 10).toList() == [0, 2]


@pytest.mark.parametrize("method", ["findRowForTime", "findRowGreaterOrEqual", "findRowLessOrEqual"])
def test_other_rows_have_no_times(method: str) -> None:
    intervals = TensorData.from_array([[1]], row_intervals=[[3, 9]])
    assert intervals.rowType() == "Interval"
    assert intervals.row_intervals.tolist() == [[3, 9]]
    for tensor in (sample(), intervals):
        with pytest.raises(RuntimeError, match=tensor.rowType()):
            getattr(tensor, method)(0)
        with pytest.raises(TypeError):
            getattr(tensor, method)(0.0)
        with pytest.raises(RuntimeError):
            tensor.rowTimeIndices()


def test_rows_have_as_many_times_as_the_tensor() -> None:
    with pytest.raises(ValueError, match="2 rows"):
        TensorData.from_array([[1], [2]], row_times=[1])
    with pytest.raises(ValueError, match="either"):
        TensorData.from_array([[1]], row_times=[1], row_intervals=[[1, 2]])
    with pytest.raises(ValueError, match="shape"):
        TensorData.from_array([[1]], row_intervals=[1])


@pytest.mark.parametrize(
    "rows",
    [
        {"row_times": np.array([2**63], np.uint64)},
        {"row_times": [2**63]},
        {"row_times": [1.0]},
        {"row_intervals": np.array([[0, 2**63]], np.uint64)},
        {"row_intervals": [[0, 2**63]]},
        {"row_intervals": [[0, 1.0]]},
    ],
)
def test_rows_belong_to_integers_of_64_bits(rows: Any) -> None:
    with pytest.raises(TypeError):
        TensorData.from_array([[1]], **rows)


def test_names_of_columns_come_back_as_plain_text() -> None:
    names = TensorData.fromNumpy2D([[1, 2]], np.array(["a", "b"])).columnNames()
    assert [(type(name), name) for name in names] == [(str, "a"), (str, "b")]


def test_a_part_without_rows_finds_none() -> None:
    part = TensorData.from_array([[0], [5]], row_times=[0, 5]).restrict(1, 4)
    assert part.findRowForTime(0) is None
    assert part.find_rows([0]).tolist() == [-1]


def test_interval_rows_belong_to_what_they_overlap() -> None:
    tensor = TensorData.from_array([[0], [1], [2]], row_intervals=[[0, 3], [4, 8], [9, 9]])
    expected = TensorData.from_array([[0], [1]], row_intervals=[[0, 3], [4, 8]])
    assert_same_columns(tensor.restrict(3, 4).to_columns(), expected.to_columns())
    assert len(tensor.restrict(4, 3)) == 0
