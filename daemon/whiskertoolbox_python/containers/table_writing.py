"""Keys into one table with named columns: CSV or Parquet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.containers._packages import import_package
from whiskertoolbox_python.containers.interchange import TIMES, arrow_table, columns_of
from whiskertoolbox_python.errors import LoadError, SaveError
from whiskertoolbox_python.formats._saver import write_text
from whiskertoolbox_python.formats._text_writing import TextOptions, exact, integers, table
from whiskertoolbox_python.target import Entry, Target
from whiskertoolbox_python.types.analog import AnalogTimeSeries

Array = npt.NDArray[Any]
_TABLES = ("analog", "digital_event", "digital_interval", "points", "tensor")


def holds(entries: Sequence[Entry]) -> bool:
    """Return whether keys make one table: a single one, or signals of one length on one clock."""
    words = [entry.kind.config_word for entry in entries]
    if len(entries) == 1:
        return words[0] in _TABLES
    return set(words) == {"analog"} and len({(entry.time_key, entry.size) for entry in entries}) == 1


def write_csv(
    manager: Target, path: Path, *, keys: Iterable[str], begin: Callable[[str], None], warn: Callable[[str], None]
) -> None:
    """Write a table as text, with as many digits as read back exactly."""
    columns = _columns(manager, keys, begin)
    if not all(map(_is_plain, columns)):
        raise SaveError("a key's name has a comma, quote or line end in it, which the header of a table cannot hold")
    cells = [(values, _as_text(values)) for values in columns.values()]
    write_text(path, table(TextOptions(), ",".join(columns), cells))


def write_parquet(
    manager: Target, path: Path, *, keys: Iterable[str], begin: Callable[[str], None], warn: Callable[[str], None]
) -> None:
    """Write a Parquet file."""
    keys = list(keys)
    try:
        parquet = import_package("pyarrow.parquet", "pyarrow", "Parquet files")
    except LoadError as error:
        raise SaveError(str(error)) from error
    columns = _columns(manager, keys, begin)
    values = [name for name in columns if name not in TIMES]
    named = dict(zip(keys, keys, strict=True)) if set(keys) <= set(columns) else dict.fromkeys(values, keys[0])
    parquet.write_table(
        arrow_table(columns, {name: manager.getData(key).attributes for name, key in named.items()}), path
    )


def _columns(manager: Target, keys: Iterable[str], begin: Callable[[str], None]) -> dict[str, Array]:
    """Return the columns: of one key as data frames have them, of signals a column each beside their time."""
    loaded: dict[str, Any] = {}
    for key in keys:
        begin(key)
        loaded[key] = manager.getData(key)
    first_key, first = next(iter(loaded.items()))
    if not all(isinstance(data, AnalogTimeSeries) for data in loaded.values()):
        if len(loaded) > 1:
            raise SaveError("a table holds one key, or several signals; export the others one by one")
        return columns_of(first)
    shared = columns_of(first)
    time = "seconds" if "seconds" in shared else "index"
    columns = {time: shared[time]}
    for key, data in loaded.items():
        if manager.getTimeKey(key) != manager.getTimeKey(first_key) or not np.array_equal(data.times, first.times):
            raise SaveError(f"{key!r} has other times than {first_key!r}, so they make no table; export them apart")
        if key == time:
            raise SaveError(f"{key!r} would be called as the column of the times; rename it first")
        columns[key] = np.array(data.values)
    return columns


def _is_plain(name: str) -> bool:
    return not any(character in name for character in ',"\r\n')


def _as_text(values: Array) -> Callable[[Array], list[str]]:
    if values.dtype.kind in "iub":
        return integers
    return exact if values.dtype == np.float32 else lambda part: list(map(repr, part.tolist()))
