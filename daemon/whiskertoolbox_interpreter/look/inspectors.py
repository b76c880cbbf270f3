"""How values of known types are summarized and opened: the registry that the Variables view is made from.

To show a type better, write an `Inspector` and register it in `BY_BASE` or `BY_TYPE`. An inspector runs beside user
code, on the control thread: it must be quick, must bound its text, and must not call what user code can define.
"""

from __future__ import annotations

import collections
import datetime
import itertools
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from whiskertoolbox_interpreter.look.safe_types import attributes, class_name, lineage, module_name, qualified_name
from whiskertoolbox_python.arrays.changes import excluding_changes
from whiskertoolbox_python.types.data_object import DataObject
from whiskertoolbox_python.types.registry import is_installed

TEXT_LIMIT = 120
PREVIEW_ITEMS = 5
PREVIEW_TEXT = 24
LONGEST_INTEGER_BITS = 512


@dataclass(frozen=True)
class Child:
    """One value inside another."""

    name: str
    position: int
    value: Any
    suffix: str
    """Python that follows the parent's expression; empty when there is none."""


@dataclass(frozen=True)
class Inspector:
    """What can be said about values of a type."""

    summary: Callable[[Any], str]
    count: Callable[[Any], int] = lambda _value: 0
    """How many children there are."""
    window: Callable[[Any, int, int], list[Child]] = lambda _value, _start, _stop: []
    """The children from `start` to before `stop`."""


def inspector_of(value: Any) -> Inspector:
    """The inspector for a value: its exact type's, else that of the nearest base, else by its attributes."""
    cls = type(value)
    exact = BY_TYPE.get(qualified_name(cls))
    if exact is not None:
        return exact
    if DataObject in lineage(cls) and is_installed(cls):
        return _DATA
    for base in lineage(cls):
        inspector = BY_BASE.get(qualified_name(base))
        if inspector is not None:
            return inspector
    return _OBJECT


def is_known(value: Any) -> bool:
    """Whether more is known of a value than that it has attributes."""
    return inspector_of(value) is not _OBJECT


def summarize(value: Any) -> str:
    """One bounded line about a value; empty when nothing can be said."""
    try:
        text = inspector_of(value).summary(value)
    except Exception:  # changed while being looked at, or not what its type's name says
        return ""
    text = " ".join(text.split())
    return text if len(text) <= TEXT_LIMIT else text[: TEXT_LIMIT - 1] + "…"


def count_children(value: Any) -> int:
    """How many children a value has."""
    try:
        return inspector_of(value).count(value)
    except Exception:  # as in `summarize`
        return 0


def children(value: Any, start: int, stop: int) -> list[Child]:
    """A window onto the children of a value."""
    try:
        return inspector_of(value).window(value, start, stop)
    except Exception:  # as in `summarize`
        return []


def child(value: Any, child_id: str) -> Child:
    """The child with an id; raises IndexError when it is gone."""
    position = int(child_id)
    return children(value, position, position + 1)[0]


def _brief(value: Any) -> str:
    """A value inside a preview: short for plain values and tuples of these, the type's name for all others."""
    kind = qualified_name(type(value))
    if kind == "builtins.tuple" and _is_plain(value):
        return _plain_text(value)
    if kind in _BRIEF_TYPES:
        text = BY_BASE[kind].summary(value)
        return text if len(text) <= PREVIEW_TEXT else text[: PREVIEW_TEXT - 1] + "…"
    return class_name(type(value))


def _is_plain(value: Any) -> bool:
    """Whether a value, or all in a short tuple, is of a plain type; its text is then Python for it."""
    if qualified_name(type(value)) == "builtins.tuple":
        return tuple.__len__(value) <= PREVIEW_ITEMS and all(map(_is_plain, value))
    return qualified_name(type(value)) in _BRIEF_TYPES


def _plain_text(value: Any) -> str:
    if qualified_name(type(value)) == "builtins.tuple":
        items = ", ".join(map(_plain_text, value))
        return f"({items},)" if tuple.__len__(value) == 1 else f"({items})"
    return BY_BASE[qualified_name(type(value))].summary(value)


_BRIEF_TYPES = {f"builtins.{name}" for name in ("int", "float", "complex", "bool", "str", "bytes", "NoneType")}


def _preview(parts: Iterable[str], total: int) -> str:
    shown = list(itertools.islice(parts, PREVIEW_ITEMS))
    dots = ", …" if total > len(shown) else ""
    return f"{total:,} item{'s' * (total != 1)}: {', '.join(shown)}{dots}" if shown else "empty"


# Plain values --------------------------------------------------------------------------------------------------------
def _integer(value: int) -> str:
    bits = int.bit_length(value)
    return int.__repr__(value) if bits <= LONGEST_INTEGER_BITS else f"integer of {bits:,} bits"


def _text(value: str) -> str:
    length = str.__len__(value)
    text = str.__repr__(str.__getitem__(value, slice(0, TEXT_LIMIT)))
    return text if length <= TEXT_LIMIT else f"{length:,} characters: {text}"


def _bytes(kind: type[bytes] | type[bytearray]) -> Callable[[Any], str]:
    def summary(value: Any) -> str:
        length = kind.__len__(value)
        text = bytes.__repr__(bytes(kind.__getitem__(value, slice(0, TEXT_LIMIT))))
        return text if length <= TEXT_LIMIT else f"{length:,} bytes: {text}"

    return summary


def _time_point(value: datetime.datetime) -> str:
    # The zone is left out: it may be of the user's own class.
    return datetime.datetime.isoformat(datetime.datetime.replace(value, tzinfo=None), " ")


# Containers ----------------------------------------------------------------------------------------------------------
def _sequence(kind: Any) -> Inspector:
    def window(value: Any, start: int, stop: int) -> list[Child]:
        items = kind.__getitem__(value, slice(start, stop))
        return [Child(f"[{i}]", i, item, f"[{i}]") for i, item in enumerate(items, start)]

    def summary(value: Any) -> str:
        first = kind.__getitem__(value, slice(0, PREVIEW_ITEMS))
        return _preview((_brief(item) for item in first), kind.__len__(value))

    return Inspector(summary, kind.__len__, window)


def _iterable(kind: Any) -> Inspector:
    """Sets and queues: ordered for showing only."""

    def window(value: Any, start: int, stop: int) -> list[Child]:
        items = itertools.islice(kind.__iter__(value), start, stop)
        return [Child(f"[{i}]", i, item, "") for i, item in enumerate(items, start)]

    def summary(value: Any) -> str:
        return _preview((_brief(item) for item in kind.__iter__(value)), kind.__len__(value))

    return Inspector(summary, kind.__len__, window)


def _dictionary_window(value: Any, start: int, stop: int) -> list[Child]:
    found = []
    for position, (key, item) in enumerate(itertools.islice(dict.items(value), start, stop), start):
        plain = _is_plain(key) and len(text := _plain_text(key)) <= TEXT_LIMIT
        found.append(Child(f"[{_brief(key)}]", position, item, f"[{text}]" if plain else ""))
    return found


def _dictionary_summary(value: Any) -> str:
    pairs = (f"{_brief(key)}: {_brief(item)}" for key, item in dict.items(value))
    return _preview(pairs, dict.__len__(value))


# Objects -------------------------------------------------------------------------------------------------------------
def _object_summary(value: Any) -> str:
    stored = attributes(value)
    return ", ".join(f"{name}={_brief(item)}" for name, item in itertools.islice(stored.items(), PREVIEW_ITEMS))


def _object_window(value: Any, start: int, stop: int) -> list[Child]:
    stored = enumerate(itertools.islice(attributes(value).items(), start, stop), start)
    return [Child(f".{name}", i, item, f".{name}" if name.isidentifier() else "") for i, (name, item) in stored]


_OBJECT = Inspector(_object_summary, lambda value: len(attributes(value)), _object_window)


def _function(value: Any) -> str:
    code = value.__code__
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    return f"({', '.join(names)})"


# NumPy ---------------------------------------------------------------------------------------------------------------
_SHORT_ARRAY = 8


def _ndarray(name: str) -> Any:
    """A descriptor or method of NumPy's own array class, whatever a subclass defines."""
    return getattr(sys.modules["numpy"].ndarray, name)


def _plain_array(value: Any) -> Any:
    return _ndarray("view")(value, sys.modules["numpy"].ndarray)


def _array_summary(value: Any) -> str:
    array = _plain_array(value)
    text = f"{array.shape} {array.dtype}"
    mask = _mask(value)
    if mask is not None:
        return f"{text}, {int(mask.sum()):,} masked"
    if array.dtype.names:
        return f"{array.shape} with the fields {', '.join(array.dtype.names[:PREVIEW_ITEMS])}"
    if array.ndim <= 1 and 0 < array.size <= _SHORT_ARRAY and array.dtype.kind in "biufc":
        text += f": {array.tolist()}"
    return text


def _mask(value: Any) -> Any:
    """The mask of NumPy's own masked arrays; None for others."""
    if class_name(type(value)) != "MaskedArray" or not module_name(type(value)).startswith("numpy.ma"):
        return None
    return sys.modules["numpy"].ma.getmaskarray(value)


def _array_count(value: Any) -> int:
    array = _plain_array(value)
    return array.shape[0] if array.ndim and array.size else 0


def _array_window(value: Any, start: int, stop: int) -> list[Child]:
    part = (_plain_array(value) if _mask(value) is None else value)[start:stop]
    return [Child(f"[{i}]", i, item, f"[{i}]") for i, item in enumerate(part, start)]


def _numpy_scalar(value: Any) -> str:
    numpy_class: Any = next(cls for cls in lineage(type(value)) if module_name(cls) == "numpy")
    return str(numpy_class.__str__(value))


# Tables --------------------------------------------------------------------------------------------------------------
def _table_summary(value: Any) -> str:
    rows, columns = value.shape
    names = ", ".join(_brief(name) for name in list(value.columns[:PREVIEW_ITEMS]))
    dots = ", …" if columns > PREVIEW_ITEMS else ""
    return f"{rows:,} rows × {columns:,} columns: {names}{dots}"


def _pandas_columns(value: Any, start: int, stop: int) -> list[Child]:
    names = list(value.columns[start:stop])
    return [Child(f"[{_brief(name)}]", i, value.iloc[:, i], f".iloc[:, {i}]") for i, name in enumerate(names, start)]


def _pandas_items(value: Any, start: int, stop: int) -> list[Child]:
    part = value.iloc[start:stop]
    pairs = enumerate(zip(part.index.tolist(), part.tolist(), strict=True), start)
    return [Child(f"[{_brief(label)}]", i, item, f".iloc[{i}]") for i, (label, item) in pairs]


def _polars_columns(value: Any, start: int, stop: int) -> list[Child]:
    return [
        Child(f"[{name!r}]", i, value[name], f"[{name!r}]") for i, name in enumerate(value.columns[start:stop], start)
    ]


def _polars_items(value: Any, start: int, stop: int) -> list[Child]:
    return [Child(f"[{i}]", i, item, f"[{i}]") for i, item in enumerate(value[start:stop].to_list(), start)]


def _series_summary(value: Any) -> str:
    return f"{tuple(value.shape)} {value.dtype}"


_PANDAS_TABLE = Inspector(_table_summary, lambda table: int(table.shape[1]), _pandas_columns)
_PANDAS_SERIES = Inspector(_series_summary, lambda series: int(series.shape[0]), _pandas_items)
_PANDAS_INDEX = Inspector(_series_summary)
_POLARS_TABLE = Inspector(_table_summary, lambda table: int(table.width), _polars_columns)
_POLARS_SERIES = Inspector(_series_summary, lambda series: int(series.len()), _polars_items)


# Ours ----------------------------------------------------------------------------------------------------------------
_COLUMNS_WAIT_S = 0.1


def data_columns(value: Any) -> dict[str, Any]:
    """The arrays of a data object, unless it is being changed right now."""
    lock = excluding_changes()
    if not lock.acquire(timeout=_COLUMNS_WAIT_S):
        return {}
    try:
        return dict(value.to_columns().arrays)
    finally:
        lock.release()


def _data_window(value: Any, start: int, stop: int) -> list[Child]:
    columns = enumerate(itertools.islice(data_columns(value).items(), start, stop), start)
    return [Child(name, i, array, "") for i, (name, array) in columns]


_CLOCK = Inspector(
    lambda clock: f"{len(clock._times):,} times",
    lambda _clock: 1,
    lambda clock, start, _stop: [] if start else [Child("times", 0, clock._times, "")],
)


def _inside_parentheses(value: Any) -> str:
    """What a small value of the library holds: its own repr without the name, which the tree shows beside it."""
    text = repr(value)
    start, end = text.find("("), text.rfind(")")
    return text[start + 1 : end] if 0 <= start < end else text


_DATA = Inspector(lambda data: data.kind.count(data._entry_count()), lambda data: len(data_columns(data)), _data_window)


def register_library(classes: Iterable[type]) -> None:
    """Show the library's data types by their number of entries, and open them into their arrays; the rest by value."""
    for cls in classes:
        is_data = issubclass(cls, DataObject)
        BY_TYPE.setdefault(qualified_name(cls), _DATA if is_data else Inspector(_inside_parentheses))


def icon_of(value: Any) -> str:
    """The codicon of a data object's kind; empty for other values."""
    return str(value.kind.icon) if inspector_of(value) is _DATA else ""


BY_BASE: dict[str, Inspector] = {
    "builtins.bool": Inspector(lambda value: "True" if value else "False"),
    "builtins.int": Inspector(_integer),
    "builtins.float": Inspector(float.__repr__),
    "builtins.complex": Inspector(complex.__repr__),
    "builtins.str": Inspector(_text),
    "builtins.bytes": Inspector(_bytes(bytes)),
    "builtins.bytearray": Inspector(_bytes(bytearray)),
    "builtins.NoneType": Inspector(lambda _value: "None"),
    "builtins.ellipsis": Inspector(lambda _value: "…"),
    "builtins.list": _sequence(list),
    "builtins.tuple": _sequence(tuple),
    "builtins.range": Inspector(range.__repr__, range.__len__, _sequence(range).window),
    "builtins.set": _iterable(set),
    "builtins.frozenset": _iterable(frozenset),
    "builtins.dict": Inspector(_dictionary_summary, dict.__len__, _dictionary_window),
    "builtins.function": Inspector(_function),
    "builtins.type": Inspector(lambda _value: ""),
    "builtins.module": Inspector(lambda _value: ""),
    "numpy.ndarray": Inspector(_array_summary, _array_count, _array_window),
    "numpy.ma.MaskedConstant": Inspector(lambda _value: "masked"),
    "numpy.ma.core.MaskedConstant": Inspector(lambda _value: "masked"),
    "numpy.generic": Inspector(_numpy_scalar),
}
"""Types whose own C code does the looking, so that subclasses can be shown too."""

BY_TYPE: dict[str, Inspector] = {
    "collections.deque": _iterable(collections.deque),
    "datetime.datetime": Inspector(_time_point),
    "datetime.date": Inspector(str),
    "datetime.timedelta": Inspector(str),
    "pathlib.PosixPath": Inspector(str),
    "whiskertoolbox_python.clocks.time_frame.TimeFrame": _CLOCK,
    "pathlib._local.PosixPath": Inspector(str),
    "pathlib.WindowsPath": Inspector(str),
    "pathlib._local.WindowsPath": Inspector(str),
    "pandas.DataFrame": _PANDAS_TABLE,
    "pandas.core.frame.DataFrame": _PANDAS_TABLE,
    "pandas.Series": _PANDAS_SERIES,
    "pandas.core.series.Series": _PANDAS_SERIES,
    "pandas.Index": _PANDAS_INDEX,
    "pandas.core.indexes.base.Index": _PANDAS_INDEX,
    "polars.dataframe.frame.DataFrame": _POLARS_TABLE,
    "polars.series.series.Series": _POLARS_SERIES,
}
"""Types whose Python code is called: only for exactly these, since a subclass may be the user's."""
