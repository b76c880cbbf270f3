"""Data objects of one type put together: what was made piece by piece."""

from __future__ import annotations

from typing import Any

import numpy as np

from whiskertoolbox_python.errors import TransformError
from whiskertoolbox_python.transforming._results import offsets_of
from whiskertoolbox_python.types._ragged_data import RaggedData
from whiskertoolbox_python.types.analog import AnalogTimeSeries
from whiskertoolbox_python.types.events import DigitalEventSeries
from whiskertoolbox_python.types.intervals import DigitalIntervalSeries
from whiskertoolbox_python.types.points import PointData
from whiskertoolbox_python.types.ragged_analog import RaggedAnalogTimeSeries


def join(objects: list[Any]) -> Any:
    """Join data objects of one type: all their entries; of samples at the same time, those of the first object.

    Attributes that all have alike are kept.

    Raises
    ------
    TransformError
        When they are of several types, or of one that cannot be joined.
    """
    joined = _joined(objects)
    if all(item.attributes == objects[0].attributes for item in objects):
        joined.attributes = objects[0].attributes
    return joined


def _joined(objects: list[Any]) -> Any:
    kind: type[Any] = type(objects[0])
    if any(type(item) is not kind for item in objects):
        raise TransformError("results are of several types; they cannot be stored under one key")
    if kind is DigitalIntervalSeries:
        return DigitalIntervalSeries.from_array(np.concatenate([item.intervals for item in objects]))
    if kind is DigitalEventSeries:
        return DigitalEventSeries(np.concatenate([item.times for item in objects]))
    if kind is AnalogTimeSeries:
        times, first = np.unique(np.concatenate([item.times for item in objects]), return_index=True)
        return AnalogTimeSeries.from_array(np.concatenate([item.values for item in objects])[first], times)
    if kind is not RaggedAnalogTimeSeries and not issubclass(kind, RaggedData):
        raise TransformError(f"results of type {kind.__name__} cannot be joined; they are in `values`")
    made: Any = kind
    times = np.concatenate([item.times for item in objects])
    offsets = offsets_of(np.concatenate([np.diff(item.offsets) for item in objects]))
    if kind is RaggedAnalogTimeSeries:
        return made.from_arrays(times, offsets, np.concatenate([item.values for item in objects]))
    arrays = [times, np.concatenate([item.points for item in objects])]
    if not issubclass(kind, PointData):
        arrays.insert(1, offsets)
    return made.from_arrays(*arrays, image_size=objects[0].getImageSize())
