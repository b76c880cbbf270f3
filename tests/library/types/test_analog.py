"""AnalogTimeSeries behaves as upstream's, and takes and gives arrays."""

from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from whiskertoolbox_python import AnalogTimeSeries, ClockTicks, TimeFrameIndex


def test_an_empty_series_has_nothing() -> None:
    series = AnalogTimeSeries()
    assert (len(series), series.getNumSamples(), repr(series)) == (0, 0, "AnalogTimeSeries(samples=0)")
    assert series.toList() == series.getTimeSeries() == []
    assert series.values.dtype == np.float32
    assert series.times.dtype == np.int64


def test_values_are_stored_as_float32() -> None:
    series = AnalogTimeSeries([0.1, 1e40, -1e40, float("nan")], 4)
    assert series.toList()[:3] == [0.10000000149011612, float("inf"), float("-inf")]
    assert np.isnan(series.values[3])


@pytest.mark.parametrize(
    "values",
    [
        (1, 2),
        range(1, 3),
        {1, 2},
        {1: 0, 2: 0}.keys(),
        map(float, (1, 2)),
        (float(x) for x in (1, 2)),
        bytearray([1, 2]),
        [True, np.float64(2)],
        [Decimal(1), 2],
        np.array([1, 2], np.uint8),
        np.array([1, 2], object),
        np.array([1, 2], ">f8"),
        [TimeFrameIndex(1), TimeFrameIndex(2)],
    ],
)
def test_values_are_any_list_of_numbers(values: Any) -> None:
    assert AnalogTimeSeries(values, 2).toList() == [1, 2]


@pytest.mark.parametrize(
    "values",
    [
        "12",
        b"12",
        ["1", "2"],
        [1, "2"],
        [None, 1],
        {1: 2, 2: 3},
        iter([1, 2]),
        np.zeros((2, 1)),
        [[1], [2]],
        2,
        [[1], 2],
        [1j, 2],
    ],
)
def test_values_are_nothing_else(values: Any) -> None:
    with pytest.raises(TypeError):
        AnalogTimeSeries(values, 2)


@pytest.mark.parametrize(
    "arguments", [([1],), ([1], 1.0), ([1], "1"), ([1], None), ([1], [0.0]), ([1], -1), ([1], 1, 2, 3)]
)
def test_other_arguments_are_a_type_error(arguments: Any) -> None:
    with pytest.raises(TypeError):
        AnalogTimeSeries(*arguments)


def test_arguments_can_be_named() -> None:
    assert AnalogTimeSeries(values=[1.0], num_samples=1).toList() == [1]
    assert AnalogTimeSeries(values=[1.0], times=[5]).times.tolist() == [5]


def test_times_are_sorted_together_with_the_values() -> None:
    series = AnalogTimeSeries([1, 2, 3], [3, 1, 2])
    assert series.times.tolist() == [1, 2, 3]
    assert series.toList() == [2, 3, 1]


def test_times_may_repeat_and_the_first_is_found() -> None:
    series = AnalogTimeSeries([1, 2, 3], [5, 5, 7])
    assert series.times.tolist() == [5, 5, 7]
    assert series.getAtTime(5) == 1


@pytest.mark.parametrize(
    "times", [[TimeFrameIndex(1), 2], [ClockTicks(1), np.int8(2)], np.array([1, 2], np.uint16), range(1, 3)]
)
def test_times_are_any_integers(times: Any) -> None:
    assert AnalogTimeSeries([1, 2], times).times.tolist() == [1, 2]


def test_unequal_lengths_make_an_empty_series_and_a_warning() -> None:
    with pytest.warns(UserWarning, match="3 values for 2 times"):
        series = AnalogTimeSeries([1, 2, 3], [1, 2])
    assert len(series) == 0
    assert series.getTimeSeries() == []


def test_a_wrong_number_of_samples_makes_no_samples_but_lists_their_times() -> None:
    with pytest.warns(UserWarning, match="num_samples=5"):
        series = AnalogTimeSeries([1, 2, 3], 5)
    assert len(series) == len(series.times) == len(series.values) == 0
    assert [int(index) for index in series.getTimeSeries()] == [0, 1, 2, 3, 4]


def test_values_are_a_read_only_view() -> None:
    series = AnalogTimeSeries([1, 2], 2)
    assert np.shares_memory(series.values, series.values)
    with pytest.raises(ValueError, match="read-only"):
        series.values[0] = 5


@pytest.mark.parametrize("times", [None, [7, 3, 5]])
def test_views_cannot_be_made_writable(times: Any) -> None:
    series = AnalogTimeSeries.from_array([1, 2, 3], times)
    for array in (series.values, np.asarray(series), series.toTimeValueArrays()[1], series.getDataInRange(0, 9)):
        with pytest.raises(ValueError, match="WRITEABLE"):
            array.flags.writeable = True


@pytest.mark.filterwarnings("ignore:Setting the shape:DeprecationWarning")  # NumPy from 2.5 on
def test_another_shape_of_the_values_leaves_the_series_alone() -> None:
    series = AnalogTimeSeries([1, 2], 2)
    for array in (series.values, np.asarray(series), series.toTimeValueArrays()[1]):
        array.shape = (2, 1)
    assert len(series) == 2
    assert series.values.shape == (2,)


def test_an_adopted_array_is_left_as_it_is() -> None:
    source = np.array([1, 2], np.float32)
    assert not AnalogTimeSeries.from_array(source, copy=False).values.flags.writeable
    assert source.flags.writeable


def test_times_are_a_new_array_that_can_be_written() -> None:
    series = AnalogTimeSeries([1, 2], 2)
    series.times[0] = 9
    assert series.times.tolist() == [0, 1]


def test_the_source_array_is_copied() -> None:
    source = np.array([1, 2], np.float32)
    series = AnalogTimeSeries(source, 2)
    source[0] = 9
    assert series.toList() == [1, 2]


def test_times_and_values_come_together() -> None:
    times, values = AnalogTimeSeries([1, 2], [4, 9]).toTimeValueArrays()
    assert (times.tolist(), values.tolist()) == ([4, 9], [1, 2])
    assert times.dtype == np.int64
    assert times.flags.writeable
    assert not values.flags.writeable


def test_time_series_are_indices() -> None:
    assert repr(AnalogTimeSeries([1, 2], [4, 9]).getTimeSeries()) == "[TimeFrameIndex(4), TimeFrameIndex(9)]"


@pytest.mark.parametrize("times", [[0, 1, 2], [4, 5, 6], [0, 5, 9]])
def test_a_sample_is_found_only_at_its_time(times: list[int]) -> None:
    series = AnalogTimeSeries([1, 2, 3], times)
    found = {time: series.getAtTime(time) for time in range(-2, 12)}
    assert {time: value for time, value in found.items() if value is not None} == dict(
        zip(times, [1, 2, 3], strict=True)
    )
    assert {time for time in range(-2, 12) if time in series} == set(times)


@pytest.mark.parametrize("time", [1.0, "1", None, 2**63])
def test_a_time_is_an_integer(time: Any) -> None:
    with pytest.raises(TypeError):
        AnalogTimeSeries([1, 2], 2).getAtTime(time)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (15, 35, [2, 3]),
        (21, 29, []),
        (10, 40, [1, 2, 3, 4]),
        (-100, 100, [1, 2, 3, 4]),
        (30, 20, []),
        (20, 20, [2]),
        (50, 60, []),
    ],
)
def test_a_range_has_both_ends(start: int, end: int, expected: list[int]) -> None:
    found = AnalogTimeSeries([1, 2, 3, 4], [10, 20, 30, 40]).getDataInRange(start, end)
    assert found.tolist() == expected
    assert found.dtype == np.float32
    assert not found.flags.writeable


@given(st.sets(st.integers(-50, 50)), st.integers(-60, 60), st.integers(-60, 60))
def test_a_range_is_the_samples_whose_times_are_in_it(times: set[int], start: int, end: int) -> None:
    series = AnalogTimeSeries([float(time) for time in sorted(times)], sorted(times))
    assert series.getDataInRange(start, end).tolist() == [time for time in sorted(times) if start <= time <= end]
    assert series.restrict(start, end).times.tolist() == [time for time in sorted(times) if start <= time <= end]


def test_extreme_bounds_are_a_range() -> None:
    assert AnalogTimeSeries([1, 2], 2).getDataInRange(-(2**63), 2**63 - 1).tolist() == [1, 2]


def test_numpy_reads_it_without_a_copy() -> None:
    series = AnalogTimeSeries([1, 2], 2)
    for array in (np.asarray(series), np.array(series, copy=False)):
        assert np.shares_memory(array, series.values)
        assert not array.flags.writeable
    assert not np.shares_memory(np.array(series), series.values)
    assert np.asarray(series, np.float64).tolist() == [1, 2]
    assert np.mean(series) == 1.5


def test_it_is_iterable_sliceable_and_made_of_another() -> None:
    series = AnalogTimeSeries([1, 2, 3], 3)
    assert list(series) == [1, 2, 3]
    assert series[1] == 2
    assert series[-1] == 3
    assert series[1:].tolist() == [2, 3]
    assert AnalogTimeSeries(series, 3).toList() == [1, 2, 3]


def test_an_array_is_adopted_when_asked() -> None:
    source = np.arange(3, dtype=np.float32)
    series = AnalogTimeSeries.from_array(source, start_index=10, copy=False)
    assert np.shares_memory(series.values, source)
    assert source.flags.writeable
    assert not series.values.flags.writeable
    assert series.times.tolist() == [10, 11, 12]
    assert AnalogTimeSeries.from_array([3, 1], [5, 2]).toList() == [1, 3]


def test_from_array_refuses_unequal_lengths() -> None:
    with pytest.raises(ValueError, match="2 values and 1 times"):
        AnalogTimeSeries.from_array([1, 2], [1])


def test_a_subclass_has_a_dict_and_needs_no_init() -> None:
    class Mine(AnalogTimeSeries):
        def __init__(self) -> None:
            super().__init__([1, 2], 2)
            self.note = "mine"

    mine = Mine()
    assert mine.note == "mine"
    assert isinstance(mine.restrict(0, 0), AnalogTimeSeries)
