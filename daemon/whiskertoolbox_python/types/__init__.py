"""The registry of data types: one line each."""

from __future__ import annotations

from whiskertoolbox_python.types.analog import AnalogTimeSeries
from whiskertoolbox_python.types.data_object import DataObject
from whiskertoolbox_python.types.events import DigitalEventSeries
from whiskertoolbox_python.types.intervals import DigitalIntervalSeries
from whiskertoolbox_python.types.kinds import DataType
from whiskertoolbox_python.types.lines import LineData
from whiskertoolbox_python.types.masks import MaskData
from whiskertoolbox_python.types.media import MediaData
from whiskertoolbox_python.types.points import PointData
from whiskertoolbox_python.types.ragged_analog import RaggedAnalogTimeSeries
from whiskertoolbox_python.types.tensor import TensorData

REGISTRY: dict[DataType, type[DataObject]] = {
    DataType.Analog: AnalogTimeSeries,
    DataType.DigitalEvent: DigitalEventSeries,
    DataType.DigitalInterval: DigitalIntervalSeries,
    DataType.Line: LineData,
    DataType.Mask: MaskData,
    DataType.Points: PointData,
    DataType.RaggedAnalog: RaggedAnalogTimeSeries,
    DataType.Video: MediaData,
    DataType.Images: MediaData,
    DataType.Tensor: TensorData,
}
"""Which class a stored object of a type becomes."""
