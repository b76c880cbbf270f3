"""Parquet, Feather and Arrow IPC files: a signal per column of numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from whiskertoolbox_python.containers._columns import Column, parts_of_columns
from whiskertoolbox_python.containers._contents import Allocate, Array, Contents, in_memory
from whiskertoolbox_python.containers._packages import import_package
from whiskertoolbox_python.containers.interchange import ARROW_METADATA
from whiskertoolbox_python.containers.pose_attributes import attributes_in
from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats.report import one_line_reason

_ROWS_AT_ONCE = 1 << 16
_BYTES_AT_ONCE = 1 << 20


def recognises(start: bytes) -> bool:
    """Return whether a file begins as Parquet or Arrow files do."""
    return start.startswith((b"PAR1", b"ARROW1"))


def read(
    path: Path, *, time_column: str | None = None, warn: Callable[[str], None], allocate: Allocate = in_memory
) -> Contents:
    """Read a table; nulls become NaN.

    Parameters
    ----------
    path : Path
    time_column : str, optional
        Column of the times, in seconds or as dates; found by its name or dates by default.
    warn : callable
    allocate : callable
        Makes the columns.
    """
    schema, count = _schema(path)
    columns = {
        one.name: Column(dtype, count, partial(_values, path, place, count, allocate))
        for place, one in enumerate(schema)
        if (dtype := _type_of(one.type)) is not None
    }
    if time_column is not None and time_column not in columns:
        raise LoadError(f"{path}: there is no column of times {time_column!r} (known: {', '.join(columns)})")
    parts, clocks = parts_of_columns(path, columns, time_column=time_column, warn=warn, allocate=allocate)
    known = {one.name: attributes_in((one.metadata or {}).get(ARROW_METADATA, b"{}")) for one in schema}
    parts = [replace(one, attributes=known[one.name]) for one in parts]
    left_out = sorted({one.name for one in schema} - set(columns))
    if left_out:
        warn(f"{path}: columns that hold no numbers are left out: {', '.join(left_out)}")
    return Contents(tuple(parts), clocks)


def _schema(path: Path) -> tuple[Any, int]:
    """Return the columns of a table and its number of rows."""
    with _open(path) as (table, is_parquet):
        if is_parquet:
            return table.schema_arrow, int(table.metadata.num_rows)
        return table.schema, sum(table.get_batch(place).num_rows for place in range(table.num_record_batches))


def _values(path: Path, place: int, count: int, allocate: Allocate) -> Array:
    """Return a column, of which some rows at a time are read."""
    made: Array | None = None
    done = 0
    with _open(path, place) as (table, is_parquet):
        name = table.schema_arrow.names[place] if is_parquet else ""
        batches = (
            table.iter_batches(batch_size=_ROWS_AT_ONCE, columns=[name])
            if is_parquet
            else (table.get_batch(number) for number in range(table.num_record_batches))
        )
        for batch in batches:
            values = _numbers(batch.column(batch.num_columns - 1))
            if made is None or made.dtype != values.dtype:
                dtype = values.dtype if made is None else np.result_type(made, values)  # whole numbers, then a null
                before, made = made, allocate((count,), dtype)
                if before is not None:
                    made[:done] = before[:done]
            made[done : done + len(values)] = values
            done += len(values)
    return np.empty(0) if made is None else made


@contextmanager
def _open(path: Path, only: int | None = None) -> Iterator[tuple[Any, bool]]:
    """Open a file, of Arrow with one column only if that is wanted; say whether it is Parquet."""
    with path.open("rb") as file:
        is_parquet = file.read(4) == b"PAR1"
    try:
        if is_parquet:
            parquet = import_package("pyarrow.parquet", "pyarrow", "Parquet files")
            # With a buffer, a group of rows is read piece by piece; some files have one group.
            with parquet.ParquetFile(path, buffer_size=_BYTES_AT_ONCE) as table:
                yield table, True
            return
        ipc = import_package("pyarrow.ipc", "pyarrow", "Arrow files")
        options = ipc.IpcReadOptions(included_fields=None if only is None else [only])
        with import_package("pyarrow", "pyarrow", "Arrow files").memory_map(str(path)) as source:
            yield ipc.open_file(source, options=options), False
    except LoadError:
        raise
    except Exception as error:
        raise LoadError(f"{path} cannot be read: {one_line_reason(error)}") from None


def _type_of(kind: Any) -> np.dtype[Any] | None:
    """Return how a column is read, whole numbers without nulls; None for what is neither numbers nor dates."""
    types = import_package("pyarrow", "pyarrow", "Arrow files").types
    if types.is_timestamp(kind) or types.is_date(kind):
        return np.dtype("M8[ns]")
    if types.is_boolean(kind):
        return np.dtype(float)
    if types.is_integer(kind) or types.is_floating(kind):
        own: np.dtype[Any] = np.dtype(kind.to_pandas_dtype())
        return own
    return None


def _numbers(column: Any) -> Array:
    pyarrow = import_package("pyarrow", "pyarrow", "Arrow files")
    kind = column.type
    if pyarrow.types.is_timestamp(kind) or pyarrow.types.is_date(kind):
        return np.asarray(column.cast(pyarrow.timestamp("ns")).to_numpy(zero_copy_only=False))
    if pyarrow.types.is_boolean(kind):
        return np.asarray(column.cast(pyarrow.int8()).cast(pyarrow.float64()).to_numpy(zero_copy_only=False))
    values = column.to_numpy(zero_copy_only=False)
    return np.asarray(values, float) if column.null_count else np.asarray(values)
