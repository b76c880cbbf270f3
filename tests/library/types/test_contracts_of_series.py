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
