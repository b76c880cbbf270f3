"""Tables: a row for each interval, event or time, a column for each thing computed there."""

from __future__ import annotations

import csv
import fnmatch
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.errors import TransformError
from whiskertoolbox_python.target import Target
from whiskertoolbox_python.transforming._steps import read_json
from whiskertoolbox_python.transforming._table_computers import Rows, find_computer
from whiskertoolbox_python.transforming._text import closest
from whiskertoolbox_python.types.events import DigitalEventSeries
from whiskertoolbox_python.types.intervals import DigitalIntervalSeries
from whiskertoolbox_python.types.tensor import TensorData

RowKind = Literal["interval", "timestamp", "index"]


@dataclass(frozen=True)
class Column:
    """A column: what is computed of which data.

    Attributes
    ----------
    source : str
        Data key; with ``*`` a column for each key that matches.
    computer : str
        As ``Interval Mean``; docs/transforms.md lists them.
    name : str
        By default the source and the computer.
    parameters : dict

    Examples
    --------
    >>> Column("angle", "Interval Mean").title
    'angle Interval Mean'
    """

    source: str
    computer: str
    name: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    description: str = ""

    @property
    def title(self) -> str:
        """The column's name."""
        return self.name or f"{self.source} {self.computer}"


def column(source: str, computer: str, name: str = "", **parameters: Any) -> Column:
    """Make a column of a table; see `table`."""
    return Column(source, computer, name, parameters)


@dataclass(frozen=True)
class BuiltTable:
    """The numbers of a table.

    Attributes
    ----------
    names : list of str
    columns : list
        One array for each column, or a list of arrays where a row holds several numbers.
    rows : (rows, 2) array
        First and last index of each row.
    row_kind : str

    Examples
    --------
    >>> BuiltTable(["n"], [np.array([2.0])], np.array([[0, 3]]), "interval").to_tensor().getColumn("n")
    [2.0]
    """

    names: list[str]
    columns: list[Any]
    rows: npt.NDArray[np.int64]
    row_kind: RowKind

    def __len__(self) -> int:
        return len(self.rows)

    def to_tensor(self) -> TensorData:
        """Return a tensor with named columns, whose rows are the intervals or times.

        Raises
        ------
        TransformError
            When a column holds several numbers a row; use `to_dataframe`.
        """
        several = [name for name, values in zip(self.names, self.columns, strict=True) if isinstance(values, list)]
        if several:
            raise TransformError(f"column {several[0]!r} holds several numbers a row; use to_dataframe()")
        if not len(self.rows) or not self.names:
            return TensorData()
        values = np.column_stack(self.columns).astype(np.float32)
        if self.row_kind == "interval":
            return TensorData.from_array(values, column_names=self.names, row_intervals=self.rows)
        return TensorData.from_array(values, column_names=self.names, row_times=self.rows[:, 0])

    def to_dataframe(self) -> Any:
        """Return a pandas DataFrame; its index is the rows' first index.

        Raises
        ------
        ImportError
            When pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError as error:
            raise ImportError("this needs pandas: pip install pandas") from error
        return pd.DataFrame(dict(zip(self.names, self.columns, strict=True)), index=self.rows[:, 0])

    def save(self, path: str | os.PathLike[str], *, delimiter: str = ",", precision: int | None = None) -> None:
        """Write a CSV or Parquet file, by the ending of its name.

        Parameters
        ----------
        path : path
            ``.csv``, ``.tsv``, ``.txt`` or ``.parquet`` (which needs pandas and pyarrow).
        delimiter : str
            Between columns of a text file.
        precision : int, optional
            Significant digits; by default as many as it takes to read the same numbers back.
        """
        target = Path(path)
        if target.suffix.lower() == ".parquet":
            self.to_dataframe().to_parquet(target)
            return
        if target.suffix.lower() not in (".csv", ".tsv", ".txt"):
            raise TransformError(f"{target}: a table is saved as .csv, .tsv, .txt or .parquet")
        with target.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, delimiter="\t" if target.suffix.lower() == ".tsv" else delimiter)
            writer.writerow(["start", "end", *self.names] if self.row_kind == "interval" else ["time", *self.names])
            for number, pair in enumerate(self.rows.tolist()):
                values = [_written(values[number], precision) for values in self.columns]
                writer.writerow([*(pair if self.row_kind == "interval" else pair[:1]), *values])


def _written(value: Any, precision: int | None) -> str:
    if isinstance(value, np.ndarray):
        return " ".join(_written(item, precision) for item in value)
    number = float(value)
    return f"{number:.{precision}g}" if precision is not None else f"{number:.9g}"


@dataclass(frozen=True)
class Table:
    """What a table is made of; `build` makes it.

    Examples
    --------
    >>> import whiskertoolbox_python as wt
    >>> dm = wt.DataManager()
    >>> dm.setData("angle", wt.AnalogTimeSeries(range(10), 10), "time")
    >>> dm.setData("trials", wt.DigitalIntervalSeries([wt.Interval(1, 2), wt.Interval(5, 7)]), "time")
    >>> angles = wt.table(rows="trials", columns=[wt.column("angle", "Interval Mean", "mean angle")])
    >>> angles.build(dm).to_tensor().getColumn("mean angle")
    [1.5, 6.0]
    """

    rows: Any
    columns: tuple[Column, ...]
    row_kind: RowKind | None = None
    around: Literal["start", "end"] | None = None
    reach: int = 0
    table_id: str = "table"
    name: str = ""
    description: str = ""

    def build(self, target: Target, *, first: int | None = None) -> BuiltTable:
        """Compute the table.

        Parameters
        ----------
        target : DataManager
            Where the data are.
        first : int, optional
            Only so many rows, for a preview.

        Raises
        ------
        TransformError
            When a key, computer or parameter does not fit; the message names the column.
        """
        rows, kind = self._rows(target)
        if first is not None:
            rows = replace(rows, pairs=rows.pairs[:first])
        names: list[str] = []
        columns: list[Any] = []
        for wanted in self.columns:
            for one in _expanded(wanted, target):
                computer = find_computer(one.computer)
                data = target.getData(one.source)
                if data is None:
                    keys = [entry.key for entry in target.entries()]
                    raise TransformError(f"column {one.title!r}: there is no data key {closest(one.source, keys)}")
                if computer.of_intervals != rows.are_intervals:
                    needed = "intervals" if computer.of_intervals else "times"
                    raise TransformError(f"column {one.title!r}: {computer.name} needs rows that are {needed}")
                if not isinstance(data, computer.kind):
                    kinds = f"takes {computer.kind.__name__}, not {type(data).__name__}"
                    raise TransformError(f"column {one.title!r}: {computer.name} {kinds}")
                for suffix, values in computer.compute(rows, data, one.parameters):
                    names.append(one.title + suffix)
                    columns.append(values)
        return BuiltTable(names, columns, rows.pairs, kind)

    def preview(self, target: Target, rows: int = 10) -> BuiltTable:
        """Compute the first rows."""
        return self.build(target, first=rows)

    def _rows(self, target: Target) -> tuple[Rows, RowKind]:
        source, kind, clock = self.rows, self.row_kind, None
        if isinstance(source, str):
            data = target.getData(source) if kind != "index" else None
            frame = target.getTime(source) if data is None else None
            if data is None and frame is None:
                keys = [entry.key for entry in target.entries()]
                raise TransformError(f"rows: there is no data key or clock {closest(source, keys)}")
            source = np.arange(len(frame), dtype=np.int64) if frame is not None else data
            clock = frame
        if isinstance(source, DigitalIntervalSeries):
            pairs, clock, kind = source.intervals, source.getTimeFrame(), "interval"
        elif isinstance(source, DigitalEventSeries):
            pairs, clock, kind = np.column_stack([source.times] * 2), source.getTimeFrame(), "timestamp"
        else:
            numbers = np.asarray(source, np.int64)
            kind = kind or ("interval" if numbers.ndim == 2 else "timestamp")
            pairs = numbers.reshape(-1, 2) if kind == "interval" else np.column_stack([numbers] * 2)
        if self.around is not None and kind == "interval":
            middle = pairs[:, 0 if self.around == "start" else 1]
            pairs = np.column_stack([middle - self.reach, middle + self.reach])
        return Rows(pairs, kind == "interval", clock), kind

    def as_json(self) -> dict[str, Any]:
        """Return it as upstream's table JSON."""
        selector: dict[str, Any] = {"type": self.row_kind or "interval"}
        if isinstance(self.rows, str):
            selector["source"] = self.rows
        elif selector["type"] == "interval":
            selector["intervals"] = [{"start": a, "end": b} for a, b in np.asarray(self.rows).reshape(-1, 2).tolist()]
        else:
            selector["timestamps"] = np.asarray(self.rows).tolist()
        described = [
            {
                "name": one.title,
                "description": one.description,
                "data_source": one.source,
                "computer": one.computer,
                "parameters": dict(one.parameters),
            }
            for one in self.columns
        ]
        table = {"table_id": self.table_id, "name": self.name, "description": self.description, "tags": []}
        return {"tables": [{**table, "row_selector": selector, "columns": described}]}


def table(
    *,
    rows: Any,
    columns: Sequence[Column] | Mapping[str, tuple[str, str]],
    around: Literal["start", "end"] | None = None,
    reach: int = 0,
) -> Table:
    """Describe a table; its `build` computes it in a session.

    Parameters
    ----------
    rows : str, series or array
        A data key of intervals (a row each) or events, or a time key (a row for each index); or a series, an
        ``(N, 2)`` array of intervals, or a list of times.
    columns : list of Column, or dict
        As `column` makes them; or name to (data key, computer).
    around : {"start", "end"}, optional
        Instead of whole intervals, the surroundings of their start or end.
    reach : int
        Indices on each side of it.

    Examples
    --------
    >>> import whiskertoolbox_python as wt
    >>> wt.table(rows="trials", columns={"mean": ("angle", "Interval Mean")}).columns[0].title
    'mean'
    """
    if isinstance(columns, Mapping):
        columns = [Column(source, computer, name) for name, (source, computer) in columns.items()]
    return Table(rows, tuple(columns), around=around, reach=reach)


def read_tables(source: str | os.PathLike[str] | Mapping[str, Any]) -> list[Table]:
    """Read upstream's table JSON, from a file or an object.

    Raises
    ------
    TransformError
        When it cannot be used; the message names the table.
    """
    described, _ = read_json(source)
    tables = described.get("tables")
    if not isinstance(tables, list):
        raise TransformError('"tables" is missing; it must be a list')
    return [_read(entry, number) for number, entry in enumerate(tables)]


def _read(entry: Mapping[str, Any], number: int) -> Table:
    label = f"table {entry.get('table_id', number + 1)!r}"
    selector = entry.get("row_selector")
    if not isinstance(selector, Mapping) or selector.get("type") not in ("interval", "timestamp", "index"):
        raise TransformError(f'{label}: "row_selector" needs the type interval, timestamp or index')
    kind = selector["type"]
    rows: Any = selector.get("source") or selector.get("timestamps")
    if "intervals" in selector:
        rows = np.array([[pair["start"], pair["end"]] for pair in selector["intervals"]], np.int64).reshape(-1, 2)
    if kind == "index":
        rows = selector.get("timeframe") or rows
    if rows is None:
        raise TransformError(f'{label}: "row_selector" needs a source, intervals or timestamps')
    columns = [
        Column(
            one["data_source"],
            one["computer"],
            one.get("name", ""),
            one.get("parameters") or {},
            one.get("description", ""),
        )
        for one in entry.get("columns", [])
    ]
    for one in columns:
        find_computer(one.computer)
    names = [str(entry.get(name, "")) for name in ("table_id", "name", "description")]
    return Table(rows, tuple(columns), kind, None, 0, *names)


def _expanded(wanted: Column, target: Target) -> list[Column]:
    """Return a column for each key that a pattern matches; group mode of the designer."""
    if "*" not in wanted.source:
        return [wanted]
    keys = [entry.key for entry in target.entries() if fnmatch.fnmatchcase(entry.key, wanted.source)]
    if not keys:
        raise TransformError(f"column {wanted.title!r}: no data key matches {wanted.source!r}")
    prefix = f"{wanted.name} " if wanted.name else ""
    suffix = "" if wanted.name else f" {wanted.computer}"
    return [replace(wanted, source=key, name=f"{prefix}{key}{suffix}") for key in keys]
