"""Objects of the library as those of pandas, xarray, Arrow and pynapple; those packages are imported when asked for."""

from __future__ import annotations

import json
from collections.abc import Container, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.clocks.time_frame import TimeFrame
from whiskertoolbox_python.containers._contents import COLUMNS, NANOSECONDS, imported_columns, to_ticks
from whiskertoolbox_python.containers._packages import import_package
from whiskertoolbox_python.types.analog import AnalogTimeSeries
from whiskertoolbox_python.types.attributes import plain
from whiskertoolbox_python.types.data_object import DataObject
from whiskertoolbox_python.types.events import DigitalEventSeries
from whiskertoolbox_python.types.intervals import DigitalIntervalSeries
from whiskertoolbox_python.types.points import PointData
from whiskertoolbox_python.types.tensor import TensorData
from whiskertoolbox_python.upstream.notices import notice

ARROW_METADATA = b"whiskertoolbox"
"""Under which a column of an Arrow table has attributes, as JSON."""
TIMES = ("index", "seconds", "start", "end", "start_seconds", "end_seconds")
"""Columns of tables that say when, not what."""


def to_pandas(data: DataObject) -> Any:
    """Return a data frame: a row per sample, event, interval, point or row, with its index and seconds where known.

    Parameters
    ----------
    data : AnalogTimeSeries, DigitalEventSeries, DigitalIntervalSeries, PointData or TensorData
        What becomes the columns.

    Returns
    -------
    pandas.DataFrame
        Of a tensor, its columns; its further axes are laid side by side. The attributes are its ``attrs``.
    """
    frame = import_package("pandas", "pandas", "data frames").DataFrame(columns_of(data))
    frame.attrs.update(plain(data.attributes))
    return frame


def to_arrow(data: DataObject) -> Any:
    """Return a ``pyarrow.Table`` with the columns of `to_pandas`; ``pyarrow.parquet.write_table`` writes it.

    The attributes are in the metadata of each column of values, as JSON under ``whiskertoolbox``.
    """
    columns = columns_of(data)
    return arrow_table(columns, {name: data.attributes for name in columns if name not in TIMES})


def arrow_table(columns: Mapping[str, Any], attributes: Mapping[str, Mapping[str, Any]]) -> Any:
    """Return columns as an Arrow table whose fields have attributes."""
    pyarrow = import_package("pyarrow", "pyarrow", "Arrow tables")
    table = pyarrow.table(dict(columns))
    fields = [
        one.with_metadata({ARROW_METADATA: json.dumps(attributes[one.name])}) if attributes.get(one.name) else one
        for one in table.schema
    ]
    return table.cast(pyarrow.schema(fields))


def to_xarray(data: DataObject) -> Any:
    """Return an ``xarray.Dataset`` with the columns of `to_pandas` along ``time`` (seconds, else indices).

    Unit and description become ``units`` and ``long_name`` of the values, the other attributes ``attrs`` of the
    dataset: what netCDF cannot hold, as JSON.
    """
    xarray = import_package("xarray", "xarray", "xarray datasets")
    columns = columns_of(data)
    time = next((columns[name] for name in ("seconds", "index", "start") if name in columns), None)
    if time is None:
        time = np.arange(len(next(iter(columns.values()), ())), dtype=np.int64)  # rows that have no times
    known = data.attributes
    named = {name: known[own] for own, name in (("unit", "units"), ("description", "long_name")) if known.get(own)}
    variables = {name: ("time", values, {} if name in TIMES else named) for name, values in columns.items()}
    others = {name: _for_netcdf(value) for name, value in known.items() if name not in ("unit", "description")}
    return xarray.Dataset(variables, coords={"time": time}, attrs=others)


def _for_netcdf(value: Any) -> Any:
    return value if _is_plain(value) and not isinstance(value, bool) else json.dumps(value, ensure_ascii=False)


def to_pynapple(data: DataObject) -> Any:
    """Return a signal as ``Tsd``, events as ``Ts``, intervals as ``IntervalSet``, points and tensors as ``TsdFrame``.

    pynapple keeps metadata of intervals and columns: the other columns of a table of trials, and the unit of points and
    tensors. It has no place for other attributes.

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
        return _interval_set(nap, _seconds(data, data.intervals), data.attributes.get(COLUMNS, {}))
    if isinstance(data, PointData):
        return _tsd_frame(nap, data, data.times, np.array(data.points), ["x", "y"])
    if isinstance(data, TensorData):
        values = np.array(data.values).reshape(data.numRows(), -1)
        return _tsd_frame(nap, data, _row_times(data), values, data.columnNames() or None)
    raise TypeError(f"{type(data).__name__} has no counterpart in pynapple")


def _tsd_frame(nap: Any, data: DataObject, times: Any, values: Any, names: list[str] | None) -> Any:
    unit = data.attributes.get("unit")
    metadata = {"unit": [unit] * values.shape[1]} if unit else None
    return nap.TsdFrame(t=_seconds(data, times), d=values, columns=names, metadata=metadata)


def _interval_set(nap: Any, bounds: npt.NDArray[np.float64], columns: Mapping[str, Any]) -> Any:
    """Return intervals as pynapple holds them, which drops those without a duration and joins those that overlap."""
    others = imported_columns("the object", columns, bounds, notice)
    order = np.argsort(bounds[:, 0], kind="stable")
    bounds = bounds[order]
    without = np.flatnonzero(bounds[:, 0] == bounds[:, 1])
    if len(without):
        notice(
            f"{len(without)} intervals are one index long, the first at {bounds[without[0], 0]:.9g} s; pynapple holds "
            "none without a duration, so they are left out"
        )
    bounds = bounds[bounds[:, 0] < bounds[:, 1]]
    made = nap.IntervalSet(start=bounds[:, 0], end=bounds[:, 1])
    if others and len(made) == len(order):
        made.set_info({name: [values[place] for place in order] for name, values in others.items()})
    elif others:
        notice(f"with them go the columns of all intervals: {', '.join(others)}")
    if len(made) < len(bounds):
        met = np.flatnonzero(bounds[1:, 0] < np.maximum.accumulate(bounds[:, 1])[:-1])
        notice(
            f"some of {len(bounds)} intervals overlap, the first at {bounds[met[0] + 1, 0]:.9g} s; "
            f"pynapple joins those, so {len(made)} are left"
        )
    return made


def _row_times(data: TensorData) -> npt.NDArray[np.int64]:
    """Return the time index of each row; of rows that are intervals, where they start."""
    if data.rowType() == "Interval":
        return data.row_intervals[:, 0]
    return data.row_times if data.rowType() == "TimeFrameIndex" else np.arange(data.numRows(), dtype=np.int64)


def from_pynapple(made: Any) -> tuple[DataObject, TimeFrame]:
    """Return what a ``Tsd``, ``TsdFrame``, ``Ts`` or ``IntervalSet`` holds, and its clock (nanoseconds).

    Store both: ``dm.setTime("nap", clock)``, then ``dm.setData("speed", data, "nap")``.
    """
    kind = type(made).__name__
    if kind == "IntervalSet":
        bounds = np.column_stack([np.asarray(made.start), np.asarray(made.end)])
        ticks, indices = np.unique(to_ticks(bounds, NANOSECONDS), return_inverse=True)
        intervals = DigitalIntervalSeries.from_array(indices.reshape(bounds.shape).astype(np.int64))
        if len(made.metadata.columns):
            columns = {str(name): made.metadata[name].tolist() for name in made.metadata.columns}
            known = {name: values for name, values in columns.items() if all(map(_is_plain, values))}
            times = {"start_time": bounds[:, 0].tolist(), "stop_time": bounds[:, 1].tolist()}
            intervals.attributes = {COLUMNS: {**times, **known}}
        return intervals, TimeFrame.from_array(ticks, ticks_per_second=NANOSECONDS)
    if kind not in ("Ts", "Tsd", "TsdFrame"):
        raise TypeError(f"{kind} is not a Tsd, TsdFrame, Ts or IntervalSet")
    clock = TimeFrame.from_array(to_ticks(np.asarray(made.t), NANOSECONDS), ticks_per_second=NANOSECONDS)
    if kind == "Ts":
        return DigitalEventSeries.from_array(np.arange(len(clock), dtype=np.int64)), clock
    if kind == "Tsd":
        return AnalogTimeSeries.from_array(np.asarray(made.values, np.float32)), clock
    names = [str(name) for name in made.columns]
    values, rows = np.asarray(made.values, np.float32), np.arange(len(made.values), dtype=np.int64)
    found: DataObject = (
        PointData.from_arrays(rows, values)
        if names == ["x", "y"]
        else TensorData.from_array(values, column_names=names, row_times=rows)
    )
    units = set(made.metadata["unit"]) if "unit" in made.metadata.columns else set()
    found.attributes = {"unit": str(units.pop())} if len(units) == 1 else {}
    return found, clock


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | bool | int | float)


def columns_of(data: DataObject) -> dict[str, Any]:
    """Return the columns of a table of an object, by name; seconds where its clock's rate is known."""
    if isinstance(data, DigitalIntervalSeries):
        return _columns_of_bounds(data, data.intervals)
    if isinstance(data, TensorData):
        values = np.array(data.values).reshape(data.numRows(), -1)
        columns = _columns_of_rows(data)
        return {**columns, **dict(zip(_labels(data, values.shape[1], taken=columns), values.T, strict=True))}
    if not isinstance(data, AnalogTimeSeries | DigitalEventSeries | PointData):
        raise TypeError(f"{type(data).__name__} is not a table; it has rows of different lengths")
    columns = _columns_of_times(data, data.times)
    if isinstance(data, AnalogTimeSeries):
        columns["value"] = np.array(data.values)
    elif isinstance(data, PointData):
        columns |= {"x": np.array(data.points[:, 0]), "y": np.array(data.points[:, 1])}
    return columns


def _labels(data: TensorData, count: int, *, taken: Container[str]) -> list[str]:
    """Return a name for each column, with its number where the name comes again or is that of a time."""
    names = data.columnNames()
    if len(names) != count:
        return [str(place) for place in range(count)]
    return [f"{name}_{place}" if name in taken or name in names[:place] else name for place, name in enumerate(names)]


def _columns_of_rows(data: TensorData) -> dict[str, Any]:
    """Return when each row of a tensor is, where its rows have times."""
    if data.rowType() == "Interval":
        return _columns_of_bounds(data, data.row_intervals)
    return _columns_of_times(data, data.row_times) if data.rowType() == "TimeFrameIndex" else {}


def _columns_of_times(data: DataObject, times: npt.NDArray[np.int64]) -> dict[str, Any]:
    seconds = _seconds_or_none(data, times)
    return {"index": np.array(times), **({} if seconds is None else {"seconds": seconds})}


def _columns_of_bounds(data: DataObject, bounds: npt.NDArray[np.int64]) -> dict[str, Any]:
    seconds = _seconds_or_none(data, bounds)
    in_seconds = {} if seconds is None else {"start_seconds": seconds[:, 0], "end_seconds": seconds[:, 1]}
    return {"start": np.array(bounds[:, 0]), "end": np.array(bounds[:, 1]), **in_seconds}


def _seconds_or_none(data: DataObject, indices: Any) -> Any:
    frame = data.getTimeFrame()
    known = frame is not None and len(frame) and frame.ticks_per_second is not None
    return _seconds(data, indices) if known else None


def _seconds(data: DataObject, indices: Any) -> Any:
    frame = data.getTimeFrame()
    if frame is None or not len(frame):
        raise ValueError("the data is on a clock without times, so seconds are unknown; put it on another")
    return frame.seconds_at(np.asarray(indices).ravel()).reshape(np.shape(indices))
