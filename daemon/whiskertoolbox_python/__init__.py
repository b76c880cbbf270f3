"""The WhiskerToolbox library: time series and other data types, and the DataManager that keeps them.

Standard library and NumPy at import time; knows no server and no editor. Names are upstream's; what is ours is added
beside them.
"""

from __future__ import annotations

from whiskertoolbox_python.data_manager import DataManager
from whiskertoolbox_python.entities import EntityGroupManager, EntityId, GroupDescriptor
from whiskertoolbox_python.time_frame import ClockTicks, Interval, TimeFrame, TimeFrameIndex
from whiskertoolbox_python.types import (
    AnalogTimeSeries,
    DataType,
    DigitalEventSeries,
    DigitalIntervalSeries,
    LineData,
    MaskData,
    PointData,
    TensorData,
)
from whiskertoolbox_python.types.geometry import ImageSize, Point2D, Point2DU32
from whiskertoolbox_python.types.shapes import Line2D, Mask2D

__all__ = [
    "AnalogTimeSeries",
    "ClockTicks",
    "DataManager",
    "DataType",
    "DigitalEventSeries",
    "DigitalIntervalSeries",
    "EntityGroupManager",
    "EntityId",
    "GroupDescriptor",
    "ImageSize",
    "Interval",
    "Line2D",
    "LineData",
    "Mask2D",
    "MaskData",
    "Point2D",
    "Point2DU32",
    "PointData",
    "TensorData",
    "TimeFrame",
    "TimeFrameIndex",
]
