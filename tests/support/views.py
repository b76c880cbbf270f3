"""Data to look at with the viewer, and its answers as arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from whiskertoolbox_protocol.arrays import WireArray, array_bytes

SETUP = """
import numpy as np
dm.setTime('camera', wt.TimeFrame(range(0, 6000, 60), ticks_per_second=30000), True)
dm.setData('angle', wt.AnalogTimeSeries(np.arange(100), 100), 'camera')
dm.setData('licks', wt.DigitalEventSeries([10, 20, 30]), 'camera')
dm.setData('trials', wt.DigitalIntervalSeries([wt.Interval(5, 15), wt.Interval(40, 60)]), 'camera')
dm.setData('features', wt.TensorData.from_array(np.arange(20).reshape(10, 2), row_times=range(10)), 'camera')
points = wt.PointData()
points.addAtTime(3, wt.Point2D(1, 2))
dm.setData('tip', points, 'camera')
"""


def numbers(array: WireArray) -> np.ndarray[Any, Any]:
    return np.frombuffer(array_bytes(array), array.dtype).reshape(array.shape)
