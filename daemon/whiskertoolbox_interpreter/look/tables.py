"""What can be shown as a table: arrays, data frames, series, Arrow tables and data objects, as columns that are read in
parts.

Nothing here copies a whole value: an array may be a memory map that is larger than the memory. Only values of exactly
the known types are looked at, since code of a subclass may be the user's.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from whiskertoolbox_interpreter.look.safe_types import class_name, lineage, qualified_name
from whiskertoolbox_protocol.channel import RequestError
from whiskertoolbox_python.types.analog import AnalogTimeSeries
from whiskertoolbox_python.types.data_object import DataObject
from whiskertoolbox_python.types.events import DigitalEventSeries
from whiskertoolbox_python.types.intervals import DigitalIntervalSeries
from whiskertoolbox_python.types.points import PointData
from whiskertoolbox_python.types.tensor import TensorData

Rows = Any
"""A slice, or an int64 array of row numbers."""


@dataclass(frozen=True)
class Column:
    """A column: its heading, and how its values are read."""

    name: str
    type: str
    read: Callable[[Rows], Any]
    """The values of rows, as an array of one dimension."""
    code: str = ""
    """Python that follows the table's expression and gives the column; empty when there is none."""

    @property
    def is_number(self) -> bool:
        """Whether it holds numbers."""
        return self.type.startswith(("int", "uint", "float", "Int", "UInt", "Float", "double", "halffloat"))


@dataclass(frozen=True)
class Table:
    """A value as columns of equal length."""

    row_total: int
    column_total: int
    column: Callable[[int], Column]
    labels: Callable[[Rows], Sequence[str]]
    """The headings of rows."""
    axes: tuple[int, ...] = ()
    """Lengths of the axes of which one index is shown."""
    suffix: str = ""
    """Python that follows the value's expression and gives the table."""
    filter_code: str = ""
    """Python that follows the table's expression and chooses rows, with ``{}`` for the condition; or empty."""
    sort_code: Callable[[Column, bool, str], str] | None = None
    """Python that follows the table's expression and sorts it by a column, descending or not; given the expression."""
    shaded_by_column: bool = True
    """Shades compare the values of a column; otherwise all values with each other."""
    names: Sequence[str] = field(default_factory=tuple)
    """Names of all columns where they have any, for filters."""


def is_table(value: Any) -> bool:
    """Whether a value can be shown as a table."""
    names = {qualified_name(cls) for cls in lineage(type(value))}
    return "numpy.ndarray" in names or qualified_name(type(value)) in _BY_TYPE or _data_table_of(value) is not None


def table_of(value: Any, index: Sequence[int]) -> Table:
    """Return a value as a table; `index` is as of `TableView`."""
    data_table = _data_table_of(value)
    if data_table is not None:
        return data_table(value, index)
    make = _BY_TYPE.get(qualified_name(type(value)))
    if make is not None:
        return make(value)
    names = {qualified_name(cls) for cls in lineage(type(value))}
    if "numpy.ndarray" in names:
        numpy: Any = sys.modules["numpy"]
        is_masked = bool(names & {"numpy.ma.MaskedArray", "numpy.ma.core.MaskedArray"})
        return array_table(value if is_masked else numpy.ndarray.view(value, numpy.ndarray), index)
    raise RequestError(
        f"This {class_name(type(value))} is not a table. If it was one, another value has taken its place."
    )


def _numbers(rows: Rows) -> Sequence[str]:
    if isinstance(rows, slice):
        return [str(row) for row in range(rows.start, rows.stop)]
    return [str(row) for row in rows.tolist()]


# Arrays --------------------------------------------------------------------------------------------------------------
def array_table(array: Any, index: Sequence[int], names: Sequence[str] = ()) -> Table:
    """Return an array of any number of dimensions: the first axis is rows, the last one columns."""
    axes = tuple(array.shape[1:-1])
    given = [index[axis] if axis < len(index) else 0 for axis in range(len(axes))]
    chosen = [min(max(place, 0), length - 1) for place, length in zip(given, axes, strict=True)]
    suffix = f"[:, {', '.join(map(str, chosen))}]" if axes else ""
    if array.ndim == 0:
        array, suffix = array.reshape(1), ".reshape(1)"
    place_of_plane = (slice(None), *chosen)
    plane = array[place_of_plane] if axes and array.size else array
    if plane.dtype.names:
        return _structured_table(plane, suffix, axes)
    is_flat = plane.ndim == 1
    kind = str(plane.dtype)

    def column(place: int) -> Column:
        name = names[place] if place < len(names) else "" if is_flat else str(place)
        code = "" if is_flat else f"[:, {place}]"
        return Column(name, kind, lambda rows: plane[rows] if is_flat else plane[rows, place], code)

    return Table(
        len(plane),
        1 if is_flat else plane.shape[-1],
        column,
        _numbers,
        axes,
        suffix,
        "[{}]",
        _sort_array,
        shaded_by_column=False,
        names=names,
    )


def _structured_table(array: Any, suffix: str, axes: tuple[int, ...]) -> Table:
    if array.ndim > 1:  # its fields are the columns of each element
        array, suffix = array[:, 0], f"{suffix}[:, 0]"
    fields = array.dtype.names

    def column(place: int) -> Column:
        name = fields[place]
        return Column(name, str(array.dtype[name]), lambda rows: array[rows][name], f"[{name!r}]")

    return Table(len(array), len(fields), column, _numbers, axes, suffix, "[{}]", _sort_array, names=fields)


def _sort_array(column: Column, descending: bool, expression: str) -> str:
    return f"[np.argsort({expression}{column.code}, kind='stable'){'[::-1]' if descending else ''}]"


# Tables of other libraries -------------------------------------------------------------------------------------------
def _pandas_table(frame: Any) -> Table:
    def column(place: int) -> Column:
        name = frame.columns[place]
        series = frame.iloc[:, place]
        code = f"[{name!r}]" if type(name) in (str, int, tuple) else f".iloc[:, {place}]"
        return Column(str(name), str(series.dtype), lambda rows: series.iloc[rows].to_numpy(), code)

    names = [str(name) for name in frame.columns[:10_000]]
    return Table(
        len(frame),
        frame.shape[1],
        column,
        _pandas_labels(frame.index),
        filter_code="[{}]",
        sort_code=lambda column, descending, _: (
            f".sort_values({column.name!r}{', ascending=False' if descending else ''})"
        ),
        names=names,
    )


def _pandas_series(series: Any) -> Table:
    name = "" if series.name is None else str(series.name)
    only = Column(name, str(series.dtype), lambda rows: series.iloc[rows].to_numpy())
    return Table(
        len(series),
        1,
        lambda _place: only,
        _pandas_labels(series.index),
        filter_code="[{}]",
        sort_code=lambda _, descending, __: f".sort_values({'ascending=False' if descending else ''})",
        names=(name,),
    )


def _pandas_labels(index: Any) -> Callable[[Rows], Sequence[str]]:
    return lambda rows: [str(label) for label in index[rows].tolist()]


def _polars_table(frame: Any) -> Table:
    def column(place: int) -> Column:
        series = frame[:, place]
        return Column(series.name, str(series.dtype), lambda rows: _polars_values(series, rows), f"[{series.name!r}]")

    return Table(
        frame.height,
        frame.width,
        column,
        _numbers,
        filter_code=".filter({})",
        sort_code=lambda column, descending, _: f".sort({column.name!r}, descending={descending})",
        names=frame.columns,
    )


def _polars_series(series: Any) -> Table:
    only = Column(series.name, str(series.dtype), lambda rows: _polars_values(series, rows))
    return Table(
        series.len(),
        1,
        lambda _place: only,
        _numbers,
        filter_code=".filter({})",
        sort_code=lambda _, descending, __: f".sort(descending={descending})",
        names=(series.name,),
    )


def _polars_values(series: Any, rows: Rows) -> Any:
    return series[rows].to_numpy()


def _arrow_table(table: Any) -> Table:
    names = list(table.schema.names)

    def column(place: int) -> Column:
        values = table.column(place)

        def read(rows: Rows) -> Any:
            part = values.slice(rows.start, rows.stop - rows.start) if isinstance(rows, slice) else values.take(rows)
            return part.to_numpy(zero_copy_only=False)

        return Column(names[place], str(values.type), read, f".column({place})")

    return Table(
        table.num_rows,
        table.num_columns,
        column,
        _numbers,
        names=names,
        sort_code=lambda column, descending, _: (
            f".sort_by([({column.name!r}, {'descending' if descending else 'ascending'!r})])"
        ),
    )


_BY_TYPE: dict[str, Callable[[Any], Table]] = {
    "pandas.DataFrame": _pandas_table,
    "pandas.core.frame.DataFrame": _pandas_table,
    "pandas.Series": _pandas_series,
    "pandas.core.series.Series": _pandas_series,
    "polars.dataframe.frame.DataFrame": _polars_table,
    "polars.series.series.Series": _polars_series,
    "pyarrow.lib.Table": _arrow_table,
    "pyarrow.lib.RecordBatch": _arrow_table,
}


# Ours ----------------------------------------------------------------------------------------------------------------
def _data_table_of(value: Any) -> Callable[[Any, Sequence[int]], Table] | None:
    return next((make for kind, make in _DATA_TABLES.items() if type(value) is kind), None)


def _tensor_table(data: TensorData, index: Sequence[int]) -> Table:
    table = array_table(data.values, index, data.columnNames())
    labels = table.labels
    if data.rowType() == "TimeFrameIndex":
        times = data.row_times
        labels = lambda rows: [str(time) for time in times[rows].tolist()]  # noqa: E731
    elif data.rowType() == "Interval":
        bounds = data.row_intervals
        labels = lambda rows: [f"{start}–{end}" for start, end in bounds[rows].tolist()]  # noqa: E731
    return replace(table, labels=labels, suffix=f".values{table.suffix}", shaded_by_column=True)


def _series_table(data: DataObject, _index: Sequence[int]) -> Table:
    arrays = data.to_columns()
    columns: list[Column] = []
    if isinstance(data, AnalogTimeSeries):
        times = arrays.arrays.get("times")
        start = arrays.attributes.get("start_index", 0)
        columns += _at(data, "index", lambda rows: _counted(rows, start) if times is None else times[rows])
        columns.append(Column("value", "float32", lambda rows: data.values[rows], ".values"))
        count = len(data.values)
    elif isinstance(data, DigitalIntervalSeries):
        bounds = data.intervals
        columns += _at(data, "start", lambda rows: bounds[rows, 0], ".intervals[:, 0]")
        columns += _at(data, "end", lambda rows: bounds[rows, 1], ".intervals[:, 1]")
        columns.append(Column("length", "int64", lambda rows: bounds[rows, 1] - bounds[rows, 0] + 1))
        count = len(bounds)
    elif isinstance(data, DigitalEventSeries):
        events = data.times
        columns += _at(data, "index", lambda rows: events[rows], ".times")
        count = len(events)
    else:
        assert isinstance(data, PointData)
        at, points = data.times, data.points
        columns += _at(data, "index", lambda rows: at[rows], ".times")
        columns.append(Column("x", "float32", lambda rows: points[rows, 0], ".points[:, 0]"))
        columns.append(Column("y", "float32", lambda rows: points[rows, 1], ".points[:, 1]"))
        count = len(at)
    if not isinstance(data, AnalogTimeSeries) and len(data.entity_ids) == count:
        ids = data.entity_ids
        columns.append(Column("entity", "int64", lambda rows: ids[rows], ".entity_ids"))
    return Table(count, len(columns), lambda place: columns[place], _numbers, names=[item.name for item in columns])


def _at(data: DataObject, name: str, read: Callable[[Rows], Any], code: str = ".times") -> list[Column]:
    """Return a column of clock indices, and the same in seconds where the clock's rate is known."""
    columns = [Column(name, "int64", read, code)]
    clock = data.getTimeFrame()
    if clock is not None and clock.ticks_per_second:
        columns.append(Column(f"{name} (s)" if name != "index" else "seconds", "float64", _seconds(clock, read)))
    return columns


def _seconds(clock: Any, read: Callable[[Rows], Any]) -> Callable[[Rows], Any]:
    numpy: Any = sys.modules["numpy"]

    def seconds(rows: Rows) -> Any:
        indices = read(rows)
        is_inside = (indices >= 0) & (indices < len(clock.times))
        found = clock.times[numpy.where(is_inside, indices, 0)] / clock.ticks_per_second if len(clock.times) else 0.0
        return numpy.where(is_inside, found, numpy.nan)

    return seconds


def _counted(rows: Rows, start: int) -> Any:
    numpy: Any = sys.modules["numpy"]
    return numpy.arange(start + rows.start, start + rows.stop) if isinstance(rows, slice) else start + rows


_DATA_TABLES: dict[type, Callable[[Any, Sequence[int]], Table]] = {
    TensorData: _tensor_table,
    AnalogTimeSeries: _series_table,
    DigitalEventSeries: _series_table,
    DigitalIntervalSeries: _series_table,
    PointData: _series_table,
}
