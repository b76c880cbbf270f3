"""Parquet, Feather and Arrow IPC files: a signal per column of numbers."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from whiskertoolbox_python.containers._columns import parts_of_columns
from whiskertoolbox_python.containers._contents import Array, Contents
from whiskertoolbox_python.containers._packages import import_package
from whiskertoolbox_python.containers.interchange import ARROW_METADATA
from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats.report import one_line_reason


def recognises(start: bytes) -> bool:
    """Return whether a file begins as Parquet or Arrow files do."""
    return start.startswith((b"PAR1", b"ARROW1"))


def read(path: Path, *, time_column: str | None = None, warn: Callable[[str], None]) -> Contents:
    """Read a table; nulls become NaN.

    Parameters
    ----------
    path : Path
    time_column : str, optional
        Column of the times, in seconds or as dates; found by its name or dates by default.
    warn : callable
    """
    table = _table(path)
    columns: dict[str, Array] = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        values = _numbers(column)
        if values is not None:
            columns[name] = values
    if time_column is not None and time_column not in columns:
        raise LoadError(f"{path}: there is no column of times {time_column!r} (known: {', '.join(columns)})")
    parts, clocks = parts_of_columns(path, columns, time_column=time_column, warn=warn)
    known = {one.name: _attributes(one) for one in table.schema}
    parts = [replace(one, attributes=known[one.name]) for one in parts]
    left_out = sorted(set(table.column_names) - set(columns))
    if left_out:
        warn(f"{path}: columns that hold no numbers are left out: {', '.join(left_out)}")
    return Contents(tuple(parts), clocks)


def _attributes(field: Any) -> dict[str, Any]:
    """Return the attributes that a column was written with."""
    try:
        found = json.loads((field.metadata or {}).get(ARROW_METADATA, b"{}"))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _table(path: Path) -> Any:
    with path.open("rb") as file:
        is_parquet = file.read(4) == b"PAR1"
    try:
        if is_parquet:
            return import_package("pyarrow.parquet", "pyarrow", "Parquet files").read_table(path)
        ipc = import_package("pyarrow.ipc", "pyarrow", "Arrow files")
        with import_package("pyarrow", "pyarrow", "Arrow files").memory_map(str(path)) as source:
            return ipc.open_file(source).read_all()
    except LoadError:
        raise
    except Exception as error:
        raise LoadError(f"{path} cannot be read: {one_line_reason(error)}") from None


def _numbers(column: Any) -> Array | None:
    """Return a column as numbers or dates; None for other types."""
    pyarrow = import_package("pyarrow", "pyarrow", "Arrow files")
    kind = column.type
    if pyarrow.types.is_timestamp(kind) or pyarrow.types.is_date(kind):
        return np.asarray(column.cast(pyarrow.timestamp("ns")).to_numpy())
    if pyarrow.types.is_boolean(kind):
        return np.array([np.nan if value is None else float(value) for value in column.to_pylist()])
    if pyarrow.types.is_integer(kind) or pyarrow.types.is_floating(kind):
        values = column.to_numpy()
        return np.array(values, float) if column.null_count else np.array(values)
    return None
