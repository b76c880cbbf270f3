"""A row of the catalogue: text and numbers in SQLite, and a `Row` here; a stranger's catalogue is not believed."""

from __future__ import annotations

import functools
import json
import math
from typing import Any

import numpy as np

from whiskertoolbox_python.store.disk.layout import is_column_name
from whiskertoolbox_python.store.protocol import SECTIONS, Row, StoredColumn

FIELDS = "section, key, version, generation, type, time_key, size, nbytes, attributes, columns"
_LARGEST = 1 << 62
"""Bytes of an array that can be meant."""
_DIMENSIONS = 32
_as_json = json.JSONEncoder().encode


class RowError(ValueError):
    """A row makes no sense; the message says why."""


def row_values(row: Row) -> tuple[Any, ...]:
    """Return what is written for a row: plain numbers, as SQLite takes those of NumPy for bytes."""
    numbers = int(row.version), int(row.generation)
    sizes = int(row.size), int(row.nbytes)
    columns = [_described(column) for column in row.columns]
    return (
        row.section,
        row.key,
        *numbers,
        row.type,
        row.time_key,
        *sizes,
        _as_json(dict(row.attributes)),
        _as_json(columns),
    )


def parse_row(values: tuple[Any, ...], revision: int) -> Row:
    """Return the row that is read from `FIELDS` in a catalogue of that revision; raises `RowError`."""
    section, key, version, generation, kind, time_key, size, nbytes, attributes, columns = values
    if not _names_entry(section, key):
        raise RowError("it names no entry")
    if not (type(version) is type(generation) is type(size) is type(nbytes) is int):
        raise RowError("its version or size is not a whole number")
    if not (type(kind) is type(time_key) is type(attributes) is type(columns) is str):
        raise RowError("its type, clock, attributes or columns are not text")
    if not all(map(_is_text, (kind, time_key, attributes, columns))):
        raise RowError("its type, clock, attributes or columns are not UTF-8 text")
    if not 0 <= generation <= version <= revision or size < 0 or nbytes < 0:
        raise RowError("its version or size is impossible")
    try:
        described, listed = json.loads(attributes), json.loads(columns)
    except (ValueError, RecursionError):
        raise RowError("its attributes or columns are not JSON") from None
    if type(described) is not dict or type(listed) is not list:
        raise RowError("its attributes or columns are not what they should be")
    return Row(section, key, version, generation, kind, time_key, size, nbytes, described, tuple(map(_column, listed)))


def damaged_row(values: tuple[Any, ...]) -> Row | None:
    """Return a row without contents for one that makes no sense; None if it cannot even be told whose it is."""
    section, key, version, *_ = values
    if not _names_entry(section, key):
        return None
    return Row(section, key, version if type(version) is int else -1, 0, "", "", 0, 0, {}, ())


def _names_entry(section: object, key: object) -> bool:
    if section not in SECTIONS or not isinstance(key, str) or not _is_text(key):
        return False
    return section != "group" or (key.isascii() and key.isdigit() and len(key) < 20)


def _is_text(value: str) -> bool:
    """Return whether a text is one: bytes of the catalogue that are not UTF-8 are halves of surrogate pairs here."""
    if value.isascii():
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _described(column: StoredColumn) -> list[Any]:
    described = [column.name, column.file, column.dtype, list(map(int, column.shape))]
    return described if column.pieces is None else [*described, int(column.count), column.pieces]


def _column(described: object) -> StoredColumn:
    if type(described) is not list or not 4 <= len(described) <= 6:
        raise RowError("a column is not described as one")
    name, file, dtype, shape, count, pieces = [*described, None, None][:6]
    if type(name) is not str or type(dtype) is not str or type(shape) is not list:
        raise RowError("a column is not described as one")
    if not is_column_name(file):
        raise RowError(f"column {name!r:.50} names the file {file!r:.100}, which is not one of the session")
    itemsize = _itemsize(dtype)
    if not itemsize:
        raise RowError(f"column {name!r:.50} has the impossible type {dtype!r:.50}")
    if count is None:
        count = shape[0] if shape else 1
    sizes = [*shape, count]
    if any(type(length) is not int or length < 0 for length in sizes) or len(shape) > _DIMENSIONS:
        raise RowError(f"column {name!r:.50} has an impossible shape")
    if math.prod(length or 1 for length in sizes) * itemsize > _LARGEST:
        raise RowError(f"column {name!r:.50} has an impossible size")
    if pieces is None:
        return StoredColumn(name, file, dtype, tuple(shape), count, None)
    if not shape:
        raise RowError(f"column {name!r:.50} has pieces of a single number")
    try:
        runs = tuple((int(first), int(number)) for first, number in pieces)
    except (TypeError, ValueError, OverflowError):
        raise RowError(f"column {name!r:.50} has pieces that are none") from None
    return StoredColumn(name, file, dtype, tuple(shape), count, runs)


@functools.lru_cache(maxsize=256)
def _itemsize(dtype: str) -> int:
    """Return the bytes of a number of that type; 0 for what cannot be stored, such as Python objects."""
    if len(dtype) > 16:
        return 0
    try:
        kind = np.dtype(dtype)
    except (TypeError, ValueError, SyntaxError):
        return 0
    return kind.itemsize if kind.kind in "biufcmMSU" and kind.str == dtype else 0
