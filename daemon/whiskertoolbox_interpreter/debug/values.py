"""How the debugger shows values: as the Variables view does, in one line each and in pages.

Importing this module imports pydevd.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

from _pydevd_bundle import pydevd_api, pydevd_suspended_frames

from whiskertoolbox_interpreter.look.inspectors import (
    Child,
    children,
    count_children,
    data_columns,
    is_known,
    summarize,
)
from whiskertoolbox_interpreter.look.safe_types import class_name, lineage, qualified_name
from whiskertoolbox_python import DataManager
from whiskertoolbox_python.types.data_object import DataObject

FIRST_VALUES = 3
PAGE = 100
"""So many children are shown at once; more of them come in pages, by their index."""

_OF_THE_SHELL = {"In", "Out", "exit", "quit", "get_ipython"}


def show_as_the_variables_view_does() -> None:
    """Let our inspectors say what pydevd shows of arrays, tables, containers and data objects."""
    variable_class: Any = pydevd_suspended_frames._ObjectVariable
    children_by_pydevd, data_by_pydevd = variable_class.get_children_variables, variable_class.get_var_data
    answer, scope_by_pydevd = pydevd_api.internal_get_variable_json, pydevd_suspended_frames.get_var_scope
    page = [0, 0]

    def answer_with_page(debugger: Any, request: Any) -> None:
        page[:] = request.arguments.start or 0, request.arguments.count or 0
        try:
            answer(debugger, request)
        finally:
            page[:] = 0, 0

    def children_of(self: Any, fmt: Any = None, scope: Any = None) -> list[Any]:
        if not _is_known(self.value):
            found: list[Any] = children_by_pydevd(self, fmt=fmt, scope=scope)
            return found
        start, count = page
        return [
            variable_class(
                self.py_db,
                child.name,
                child.value,
                self._register_variable,
                evaluate_name=self.evaluate_name + child.suffix if self.evaluate_name and child.suffix else None,
                frame=self.frame,
            )
            for child in _children(self.value, start, start + (count or _count(self.value)))
        ]

    def data_of(self: Any, fmt: Any = None, context: str | None = None, **limits: Any) -> dict[str, Any]:
        data: dict[str, Any] = data_by_pydevd(self, fmt=fmt, context=context, **limits)
        if not _is_known(self.value):
            return data
        count = _count(self.value)
        if context not in ("repl", "clipboard") and type(self.value).__module__ != "builtins":
            data["value"] = _line(self.value) or data["value"]
        if count > PAGE:
            data["indexedVariables"] = count
        return data

    def child_named(self: Any, name: str, fmt: Any = None, scope: Any = None) -> Any:
        return next((item for item in self.get_children_variables(fmt=fmt, scope=scope) if item.name == name), None)

    def scope_of(name: Any, *arguments: Any) -> str:
        # What the shell keeps of itself in the user's namespace stands with the private names.
        scope: str = "protected variables" if name in _OF_THE_SHELL else scope_by_pydevd(name, *arguments)
        return scope

    pydevd_api.internal_get_variable_json = answer_with_page
    pydevd_suspended_frames.get_var_scope = scope_of
    variable_class.get_children_variables = children_of
    variable_class.get_child_variable_named = child_named
    variable_class.get_var_data = data_of


def _is_known(value: Any) -> bool:
    return _is_manager(value) or is_known(value)


def _is_manager(value: Any) -> bool:
    return DataManager in lineage(type(value))


def _count(value: Any) -> int:
    return len(value.getAllKeys()) if _is_manager(value) else count_children(value)


def _children(value: Any, start: int, stop: int) -> list[Child]:
    """Of the session its data; of anything else what the Variables view shows."""
    if DataObject in lineage(type(value)):
        return [_with_attribute(value, child) for child in children(value, start, stop)]
    if not _is_manager(value):
        return children(value, start, stop)
    keys = enumerate(itertools.islice(value.getAllKeys(), start, stop), start)
    return [Child(key, i, value.getData(key), f".getData({key!r})") for i, key in keys]


def _with_attribute(data: DataObject, child: Child) -> Child:
    """A column of a data object; it can be written where an attribute gives the same."""
    attribute: Any = getattr(data, child.name, None)
    is_same = getattr(attribute, "dtype", None) == child.value.dtype and attribute.shape == child.value.shape
    return replace(child, suffix=f".{child.name}") if is_same else child


def _line(value: Any) -> str:
    """Type, length or shape, clock and first values; empty when nothing can be said."""
    bases = lineage(type(value))
    if _is_manager(value):
        return f"{class_name(type(value))} with {len(value.getAllKeys()):,} keys"
    summary = summarize(value)
    if not summary or "numpy.generic" in map(qualified_name, bases):
        return summary
    parts = [f"{class_name(type(value))} {summary}"]
    if DataObject in bases:
        clock = value.getTimeFrame()
        parts.append("no clock" if clock is None else f"clock of {summarize(clock)}")
        first = _first_values(next(iter(data_columns(value).values()), None))
    else:
        first = "" if ":" in summary else _first_values(value)
    return ", ".join(parts) + (f": {first}" if first else "")


def _first_values(array: Any) -> str:
    """The first numbers of an array of one dimension."""
    names = map(qualified_name, lineage(type(array)))
    if "numpy.ndarray" not in names or array.ndim != 1 or array.dtype.kind not in "biuf" or not len(array):
        return ""
    first = [f"{number:.6g}" if array.dtype.kind == "f" else str(number) for number in array[:FIRST_VALUES].tolist()]
    return ", ".join([*first, "…"] if len(array) > FIRST_VALUES else first)
