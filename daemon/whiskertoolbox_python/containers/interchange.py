"""Objects of the library as those of pandas, xarray, Arrow and pynapple; those packages are imported when asked for."""

from __future__ import annotations

from typing import Any

import numpy as np

from whiskertoolbox_python.clocks.time_frame import TimeFrame
from whiskertoolbox_python.containers._contents import NANOSECONDS, to_ticks
from whiskertoolbox_python.containers._packages import import_package
from whiskertoolbox_python.types.analog import AnalogTimeSeries
from whiskertoolbox_python.types.data_object import DataObject
from whiskertoolbox_python.types.events import DigitalEventSeries
from whiskertoolbox_python.types.intervals import DigitalIntervalSeries
from whiskertoolbox_python.types.points import PointData
from whiskertoolbox_python.types.tensor import TensorData


def to_pandas(data: DataObject) -> Any:
    """Return a data frame: a row per sample, event, interval, point or row, with its index and seconds where known.

    Parameters
    ----------
    data : AnalogTimeSeries, DigitalEventSeries, DigitalIntervalSeries, PointData or TensorData
        What becomes the columns.

    Returns
    -------
    pandas.DataFrame
        Of a tensor, its columns; its further axes are laid side by side.
    """
    return import_package("pandas", "pandas", "data frames").DataFrame(columns_of(data))


def to_arrow(data: DataObject) -> Any:
    """Return a ``pyarrow.Table`` with the columns of `to_pandas`; ``pyarrow.parquet.write_table`` writes it."""
    return import_package("pyarrow", "pyarrow", "Arrow tables").table(columns_of(data))


def to_xarray(data: DataObject) -> Any:
    """Return an ``xarray.Dataset`` with the columns of `to_pandas` along ``time`` (seconds, else indices)."""
    xarray = import_package("xarray", "xarray", "xarray datasets")
    columns = columns_of(data)
    time = columns.get("seconds", columns.get("index", columns.get("start")))
    return xarray.Dataset({name: ("time", values) for name, values in columns.items()}, coords={"time": time})


def to_pynapple(data: DataObject) -> Any:
    """Return a signal as ``Tsd``, events as ``Ts``, intervals as ``IntervalSet``, points and tensors as ``TsdFrame``.

    Raises
    ------
    ValueError
        When the clock's rate is unknown: pynapple counts in seconds.
    """
    nap = import_package("pynapple", "pynapple", "pynapple objects")
    if isinstance(data, AnalogTimeSeries):
        return nap.Tsd(t=_seconds(data, data.times), d=np.array(data.values))
    if isinstance(data, DigitalEventSeries):
        return nap.Ts(t=_seconds(data, data.times))
    if isinstance(data, DigitalIntervalSeries):
        bounds = _seconds(data, data.intervals)
        return nap.IntervalSet(start=bounds[:, 0], end=bounds[:, 1])
    if isinstance(data, PointData):
        return nap.TsdFrame(t=_seconds(data, data.times), d=np.array(data.points), columns=["x", "y"])
    if isinstance(data, TensorData):
        values = np.array(data.values)
        names = data.columnNames() or None
        return nap.TsdFrame(
            t=_seconds(data, np.arange(len(values), dtype=np.int64)), d=values.reshape(len(values), -1), columns=names
        )
    raise TypeError(f"{type(data).__name__} has no counterpart in pynapple")


def from_pynapple(made: Any) -> tuple[DataObject, TimeFrame]:
    """Return what a ``Tsd``, ``TsdFrame``, ``Ts`` or ``IntervalSet`` holds, and its clock (nanoseconds).

    Store both: ``dm.setTime("nap", clock)``, then ``dm.setData("speed", data, "nap")``.
    """
    kind = type(made).__name__
    if kind == "IntervalSet":
        bounds = np.column_stack([np.asarray(made.start), np.asarray(made.end)])
        ticks, indices = np.unique(to_ticks(bounds, NANOSECONDS), return_inverse=True)
        intervals = DigitalIntervalSeries.from_array(indices.reshape(bounds.shape).astype(np.int64))
        return intervals, TimeFrame.from_array(ticks, ticks_per_second=NANOSECONDS)
    if kind not in ("Ts", "Tsd", "TsdFrame"):
        raise TypeError(f"{kind} is not a Tsd, TsdFrame, Ts or IntervalSet")
    clock = TimeFrame.from_array(to_ticks(np.asarray(made.t), NANOSECONDS), ticks_per_second=NANOSECONDS)
    if kind == "Ts":
        return DigitalEventSeries.from_array(np.arange(len(clock), dtype=np.int64)), clock
    if kind == "Tsd":
        return AnalogTimeSeries.from_array(np.asarray(made.values, np.float32)), clock
    names = [str(name) for name in made.columns]
    values = np.asarray(made.values, np.float32)
    if names == ["x", "y"]:
        return PointData.from_arrays(np.arange(len(values), dtype=np.int64), values), clock
    return TensorData.from_array(values, column_names=names, row_times=np.arange(len(values), dtype=np.int64)), clock


def columns_of(data: DataObject) -> dict[str, Any]:
    """Return the columns of a table of an object, by name; seconds where its clock's rate is known."""
    if isinstance(data, DigitalIntervalSeries):
        bounds = data.intervals
        columns: dict[str, Any] = {"start": np.array(bounds[:, 0]), "end": np.array(bounds[:, 1])}
        seconds = _seconds_or_none(data, bounds)
        if seconds is not None:
            columns |= {"start_seconds": seconds[:, 0], "end_seconds": seconds[:, 1]}
        return columns
    if isinstance(data, TensorData):
        values = np.array(data.values).reshape(data.numRows(), -1)
        names = data.columnNames()
        labels = names if len(names) == values.shape[1] else [str(place) for place in range(values.shape[1])]
        return dict(zip(labels, values.T, strict=True))
    if not isinstance(data, AnalogTimeSeries | DigitalEventSeries | PointData):
        raise TypeError(f"{type(data).__name__} is not a table; it has rows of different lengths")
    columns = {"index": np.array(data.times)}
    seconds = _seconds_or_none(data, data.times)
    if seconds is not None:
        columns["seconds"] = seconds
    if isinstance(data, AnalogTimeSeries):
        columns["value"] = np.array(data.values)
    elif isinstance(data, PointData):
        columns |= {"x": np.array(data.points[:, 0]), "y": np.array(data.points[:, 1])}
    return columns


def _seconds_or_none(data: DataObject, indices: Any) -> Any:
    frame = data.getTimeFrame()
    known = frame is not None and len(frame) and frame.ticks_per_second is not None
    return _seconds(data, indices) if known else None


def _seconds(data: DataObject, indices: Any) -> Any:
    frame = data.getTimeFrame()
    if frame is None or not len(frame):
        raise ValueError("the data is on a clock without times, so seconds are unknown; put it on another")
    return frame.seconds_at(np.asarray(indices).ravel()).reshape(np.shape(indices))
