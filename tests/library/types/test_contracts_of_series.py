"""The contract of data types, for the three series."""

import numpy as np

from whiskertoolbox_python import AnalogTimeSeries, DigitalEventSeries, DigitalIntervalSeries, Interval
from whiskertoolbox_python.testing.data_type_contract import DataTypeContract


class TestAnalogTimeSeries(DataTypeContract):
    changes = False

    def make(self) -> AnalogTimeSeries:
        return AnalogTimeSeries([1.5, 2.5, 3.5], 3)


class TestAnalogTimeSeriesWithGaps(DataTypeContract):
    changes = False

    def make(self) -> AnalogTimeSeries:
        return AnalogTimeSeries([1.5, 2.5, 3.5], [3, 500, 1000])


class TestDigitalEventSeries(DataTypeContract):
    def make(self) -> DigitalEventSeries:
        return DigitalEventSeries(np.array([1, 5, 7]))

    def change(self, data: DigitalEventSeries) -> None:
        data.addEvent(3)


class TestDigitalIntervalSeries(DataTypeContract):
    def make(self) -> DigitalIntervalSeries:
        return DigitalIntervalSeries([Interval(1, 5), Interval(10, 20)])

    def change(self, data: DigitalIntervalSeries) -> None:
        data.addInterval(6, 8)


def test_an_array_in_order_is_kept_without_a_copy_if_the_caller_gives_it_away() -> None:
    events, intervals = np.array([1, 5, 7]), np.array([[1, 5], [10, 20]])
    assert np.shares_memory(DigitalEventSeries.from_array(events, copy=False).times, events)
    assert np.shares_memory(DigitalIntervalSeries.from_array(intervals, copy=False).intervals, intervals)
    assert not np.shares_memory(DigitalEventSeries.from_array(events).times, events)
    assert not np.shares_memory(DigitalIntervalSeries.from_array(intervals).intervals, intervals)


def test_an_array_out_of_order_is_left_as_it_is() -> None:
    events, intervals = np.array([5, 1, 5]), np.array([[10, 20], [1, 5]])
    assert DigitalEventSeries.from_array(events, copy=False).times.tolist() == [1, 5]
    assert DigitalIntervalSeries.from_array(intervals, copy=False).intervals.tolist() == [[1, 5], [10, 20]]
    assert events.tolist() == [5, 1, 5]
    assert intervals.tolist() == [[10, 20], [1, 5]]
