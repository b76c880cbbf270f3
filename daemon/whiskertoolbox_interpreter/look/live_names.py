"""What a dotted name is now, for files that are being edited. Nothing here can run user code: no property is read."""

from __future__ import annotations

import inspect
import itertools
import sys
from collections.abc import Iterator
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

from whiskertoolbox_interpreter.look.inspectors import summarize
from whiskertoolbox_interpreter.look.safe_types import (
    MISSING,
    attributes,
    class_name,
    lineage,
    members_of,
    qualified_name,
    resolve,
)
from whiskertoolbox_interpreter.look.variables import named_values
from whiskertoolbox_protocol.interpreter import LiveMember, LookedUp, LookUp

MOST_MEMBERS = 500
LONGEST_NAME = 200
LONGEST_DOCUMENTATION = 4000
_TABLES = frozenset({"pandas.DataFrame", "pandas.core.frame.DataFrame", "polars.dataframe.frame.DataFrame"})
"""Exactly these: of a subclass, `columns` may be the user's."""


def look_up(params: LookUp, namespace: dict[str, Any]) -> LookedUp:
    """Answer what an expression is, and which of its names begin as asked."""
    if params.want == "names":
        return LookedUp(found=True, members=_members(named_values(namespace), params.prefix))
    value = resolve(params.expression, namespace, only_values=True)
    if value is MISSING:
        return LookedUp(found=False)
    if params.want == "attributes":
        return LookedUp(found=True, members=_members(_attributes_of(value, params.stored_only), params.prefix))
    if params.want == "items":
        return LookedUp(found=True, members=_members(_items_of(value), params.prefix))
    function = _function_of(value)
    return LookedUp(
        found=True,
        type="class" if type in lineage(type(value)) else class_name(type(value)),
        summary="" if function is not None else summarize(value),
        parameters=[] if function is None else _parameters(*function),
        is_callable=function is not None,
        documentation=_documentation(value),
    )


def _attributes_of(value: Any, stored_only: bool) -> Iterator[tuple[str, Any]]:
    known = _known_statically(value) if stored_only else frozenset()
    yield from ((name, item) for name, item in attributes(value).items() if name not in known)
    if qualified_name(type(value)) in _TABLES:
        yield from ((name, item) for name, item in _items_of(value) if name.isidentifier())
    is_class = type in lineage(type(value))
    for cls in () if stored_only else lineage(value if is_class else type(value)):
        yield from members_of(cls).items()


def _known_statically(value: Any) -> frozenset[str]:
    """Return the stored attributes that who reads the code knows: all of a module or class, and what methods set."""
    if type(value) is ModuleType or type in lineage(type(value)):
        return frozenset(attributes(value))
    names: set[str] = set()
    for cls in lineage(type(value)):
        members = members_of(cls)
        annotations = members.get("__annotations__")
        names.update(members, annotations if type(annotations) is dict else ())
        for member in members.values():
            if type(member) is FunctionType:
                names.update(member.__code__.co_names)
    return frozenset(names)


def _items_of(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield names by which items are taken: keys of dictionaries, columns of tables, fields of arrays."""
    bases = {qualified_name(cls) for cls in lineage(type(value))}
    if dict in lineage(type(value)):
        pairs = list(itertools.islice(dict.items(value), 20 * MOST_MEMBERS))
        yield from ((key, item) for key, item in pairs if type(key) is str)
    elif qualified_name(type(value)) in _TABLES:
        pairs = list(zip(list(value.columns), list(value.dtypes), strict=True))
        yield from ((name, dtype) for name, dtype in pairs if type(name) is str)
    elif "numpy.ndarray" in bases:
        dtype = sys.modules["numpy"].ndarray.dtype.__get__(value)
        yield from ((name, dtype[name]) for name in dtype.names or ())


def _members(pairs: Iterator[tuple[str, Any]] | list[tuple[str, Any]], prefix: str) -> list[LiveMember]:
    """Return those that begin as typed; names with two underscores only for who has typed one."""
    found: dict[str, LiveMember] = {}
    for name, value in pairs:
        if len(found) >= MOST_MEMBERS:
            break
        is_wanted = name.casefold().startswith(prefix.casefold()) and (prefix or not name.startswith("_"))
        if is_wanted and name not in found and len(name) <= LONGEST_NAME:
            is_dtype = _is_dtype(value)
            kind = "column" if is_dtype else "property" if type(value) is property else class_name(type(value))
            found[name] = LiveMember(name=name, type=kind, summary=str(value) if is_dtype else summarize(value))
    return list(found.values())


def _is_dtype(value: Any) -> bool:
    """Return whether a value is a dtype of NumPy, pandas or polars."""
    return any(
        qualified_name(cls) in ("numpy.dtype", "polars.datatypes.classes.DataType") for cls in lineage(type(value))
    )


def _function_of(value: Any) -> tuple[FunctionType, bool] | None:
    """Return the Python function that a call runs, and whether its first parameter is given already."""
    if type(value) is MethodType:
        value = value.__func__
        return (value, True) if type(value) is FunctionType else None
    if type(value) is FunctionType:
        return value, False
    if type(value) is type:
        for cls in lineage(value):
            found = members_of(cls).get("__init__")
            if found is not None:
                return (found, True) if type(found) is FunctionType else None
    return None


def _parameters(function: FunctionType, is_bound: bool) -> list[str]:
    """Return the parameters as they are written; of their defaults only what is said without the user's code."""
    hops = 0
    while type(inner := vars(function).get("__wrapped__")) is FunctionType and hops < 20:
        function, hops = inner, hops + 1
    code = function.__code__
    count = code.co_argcount
    names = code.co_varnames
    defaults = dict(
        zip(names[count - len(function.__defaults__ or ()) : count], function.__defaults__ or (), strict=True)
    )
    keywords = function.__kwdefaults__ or {}
    written = [_written(name, defaults) for name in names[:count]]
    if code.co_posonlyargcount:
        written.insert(code.co_posonlyargcount, "/")
    only = names[count : count + code.co_kwonlyargcount]
    rest = list(names[count + code.co_kwonlyargcount :])
    if code.co_flags & inspect.CO_VARARGS:
        written.append(f"*{rest.pop(0)}")
    elif only:
        written.append("*")
    written += [_written(name, keywords) for name in only]
    if code.co_flags & inspect.CO_VARKEYWORDS:
        written.append(f"**{rest.pop(0)}")
    return written[1:] if is_bound and count else written


def _written(name: str, defaults: dict[str, Any]) -> str:
    if name not in defaults:
        return name
    value = defaults[name]
    is_plain = type(value) in (bool, int, float, str, type(None))
    return f"{name}={repr(value)[:40] if is_plain else '…'}"


def _documentation(value: Any) -> str:
    if type(value) is MethodType:
        value = value.__func__
    found: Any = ""
    if type(value) in (FunctionType, BuiltinFunctionType, ModuleType):
        found = value.__doc__ if type(value) is not ModuleType else vars(value).get("__doc__")
    elif type(value) is type:
        found = members_of(value).get("__doc__")
    return inspect.cleandoc(found)[:LONGEST_DOCUMENTATION] if type(found) is str else ""
