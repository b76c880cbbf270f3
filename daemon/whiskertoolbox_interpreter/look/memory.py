"""How much memory values take, without calling user code, and counting what several of them share once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import Any

from whiskertoolbox_interpreter.look.inspectors import data_columns
from whiskertoolbox_interpreter.look.safe_types import lineage, qualified_name
from whiskertoolbox_python.types.data_object import DataObject
from whiskertoolbox_python.types.registry import is_installed

_SIZES: dict[str, Callable[[Any], int]] = {
    "builtins.str": str.__sizeof__,
    "builtins.bytes": bytes.__sizeof__,
    "builtins.bytearray": bytearray.__sizeof__,
    "builtins.int": int.__sizeof__,
    "builtins.list": list.__sizeof__,
    "builtins.tuple": tuple.__sizeof__,
    "builtins.dict": dict.__sizeof__,
    "builtins.set": set.__sizeof__,
    "builtins.frozenset": frozenset.__sizeof__,
}
_FRAMES: dict[str, Callable[[Any], int]] = {
    "pandas.DataFrame": lambda frame: int(frame.memory_usage().sum()),
    "pandas.core.frame.DataFrame": lambda frame: int(frame.memory_usage().sum()),
    "pandas.Series": lambda series: int(series.memory_usage()),
    "pandas.core.series.Series": lambda series: int(series.memory_usage()),
    "polars.dataframe.frame.DataFrame": lambda frame: int(frame.estimated_size()),
    "polars.series.series.Series": lambda series: int(series.estimated_size()),
    "pyarrow.lib.Table": lambda table: int(table.nbytes),
    "pyarrow.lib.RecordBatch": lambda batch: int(batch.nbytes),
}


def blocks_of(value: Any) -> dict[int, int]:
    """Return the blocks of memory that a value holds: their size by an identity. Containers count without what is in
    them, but for the arrays that a list or dictionary holds directly.
    """
    try:
        return _blocks(value)
    except Exception:  # changed while being looked at, or not what its type's name says
        return {}


def _blocks(value: Any) -> dict[int, int]:
    cls = type(value)
    names = [qualified_name(base) for base in lineage(cls)]
    if "numpy.ndarray" in names:
        return _array_block(value)
    if DataObject in lineage(cls) and is_installed(cls):
        return _array_blocks(data_columns(value).values())
    if names[0] in _FRAMES:
        return {id(value): _FRAMES[names[0]](value)}
    size = next((_SIZES[name](value) for name in names if name in _SIZES), object.__sizeof__(value))
    inside: list[Any] = []
    if cls in (list, tuple) and len(value) <= MOST_INSIDE:
        inside = list(value)
    elif cls is dict and len(value) <= MOST_INSIDE:
        inside = list(value.values())
    return {id(value): size} | _array_blocks(item for item in inside if qualified_name(type(item)) == "numpy.ndarray")


MOST_INSIDE = 200


def _array_blocks(arrays: Iterable[Any]) -> dict[int, int]:
    found: dict[int, int] = {}
    for array in arrays:
        for identity, size in _array_block(array).items():
            found[identity] = max(size, found.get(identity, 0))
    return found


def _array_block(array: Any) -> dict[int, int]:
    """Return the array that owns the memory: of two views of one array the memory counts once."""
    ndarray: Any = sys.modules["numpy"].ndarray
    base, nbytes = ndarray.base.__get__, ndarray.nbytes.__get__
    owner = array
    while ndarray in lineage(type(base(owner))):
        owner = base(owner)
    return {id(owner): int(nbytes(array))}
