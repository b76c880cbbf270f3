"""Ragged analog series."""

from typing import Any

import numpy as np
import pytest

from whiskertoolbox_python import RaggedAnalogTimeSeries, TimeFrameIndex
from whiskertoolbox_python.testing.data_type_contract import DataTypeContract


class TestRaggedAnalogTimeSeries(DataTypeContract):
    def make(self) -> RaggedAnalogTimeSeries:
        return RaggedAnalogTimeSeries.from_arrays([0, 3, 900], [0, 2, 3, 6], range(6))

    def change(self, data: Any) -> None:
        data.appendAtTime(3, [9])


def by_time(series: RaggedAnalogTimeSeries) -> dict[int, list[float]]:
    return {int(time): values.tolist() for time, values in series}


def test_it_begins_empty() -> None:
    series = RaggedAnalogTimeSeries()
    assert (len(series), series.getNumTimePoints(), series.getTotalValueCount()) == (0, 0, 0)
    assert series.getDataAtTime(0).shape == (0,)
    assert series.offsets.tolist() == [0]
    assert bool(series)
    assert repr(series) == "RaggedAnalogTimeSeries(times=0, values=0)"


def test_values_are_set_appended_and_removed_by_time() -> None:
    series = RaggedAnalogTimeSeries()
    series.setDataAtTime(5, [1, 2])
    series.setDataAtTime(time=TimeFrameIndex(2), data=np.array([3.0]))
    series.appendAtTime(5, (4,))
    series.appendAtTime(7, [])
    assert by_time(series) == {2: [3], 5: [1, 2, 4]}
    series.setDataAtTime(5, [9])
    assert by_time(series) == {2: [3], 5: [9]}
    series.setDataAtTime(2, [])
    assert by_time(series) == {5: [9]}
    assert series.clearAtTime(5)
    assert not series.clearAtTime(5)
    assert by_time(series) == {}


def test_questions_about_a_time() -> None:
    series = RaggedAnalogTimeSeries.from_arrays([4], [0, 3], [1, 2, 3])
    assert series.hasDataAtTime(4)
    assert 4 in series
    assert TimeFrameIndex(5) not in series
    assert "4" not in series
    assert [series.getCountAtTime(time) for time in (4, 5)] == [3, 0]
    assert series.getTimeIndices() == [4]
    with pytest.raises(TypeError):
        series.getDataAtTime(4.0)  # type: ignore[arg-type]  # the point of the test


def test_columns_have_each_time_once_in_order() -> None:
    series = RaggedAnalogTimeSeries.from_arrays([8, 1, 8], [0, 2, 3, 4], [1, 2, 3, 4])
    assert series.times.tolist() == [1, 8]
    assert series.offsets.tolist() == [0, 1, 4]
    assert series.values.tolist() == [3, 1, 2, 4]
    for column in (series.times, series.offsets, series.values, series.getDataAtTime(8)):
        assert not column.flags.writeable
    assert np.shares_memory(series.getDataAtTime(8), series.values)
    assert np.shares_memory(np.asarray(series), series.values)


def test_what_was_read_stays_when_the_time_is_set_again() -> None:
    series = RaggedAnalogTimeSeries.from_arrays([0], [0, 2], [1, 2])
    before = series.getDataAtTime(0)
    series.setDataAtTime(0, [7])
    assert before.tolist() == [1, 2]


@pytest.mark.parametrize("values", ["ab", None, [[1, 2]], ["a"]])
def test_values_are_a_list_of_numbers(values: Any) -> None:
    with pytest.raises(TypeError):
        RaggedAnalogTimeSeries().setDataAtTime(0, values)


def test_offsets_must_fit() -> None:
    with pytest.raises(ValueError, match="offsets"):
        RaggedAnalogTimeSeries.from_arrays([0], [0, 3], [1, 2])


def test_given_values_are_copied_unless_adopted() -> None:
    values = np.zeros(2, np.float32)
    assert not np.shares_memory(RaggedAnalogTimeSeries.from_arrays([0], [0, 2], values).values, values)
    assert np.shares_memory(RaggedAnalogTimeSeries.from_arrays([0], [0, 2], values, copy=False).values, values)
