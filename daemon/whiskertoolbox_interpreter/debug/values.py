"""How the debugger shows values: as the Variables view does, in one line each and in pages.

Importing this module imports pydevd.
"""

from __future__ import annotations

from typing import Any

from _pydevd_bundle import pydevd_api, pydevd_suspended_frames

from whiskertoolbox_interpreter.look.inspectors import children, count_children, is_known, summarize

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
        if not is_known(self.value):
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
            for child in children(self.value, start, start + (count or count_children(self.value)))
        ]

    def data_of(self: Any, fmt: Any = None, context: str | None = None, **limits: Any) -> dict[str, Any]:
        data: dict[str, Any] = data_by_pydevd(self, fmt=fmt, context=context, **limits)
        if not is_known(self.value):
            return data
        count = count_children(self.value)
        if context not in ("repl", "clipboard") and type(self.value).__module__ != "builtins":
            data["value"] = summarize(self.value) or data["value"]
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
