"""The namespace as the Variables view shows it, read from beside running user code without ever calling it."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from types import FunctionType, ModuleType
from typing import Any

from whiskertoolbox_interpreter.interrupts import start_hidden_thread
from whiskertoolbox_interpreter.look.inspectors import child, children, count_children, icon_of, summarize
from whiskertoolbox_interpreter.look.safe_types import class_name, lineage, module_name
from whiskertoolbox_protocol.channel import RequestError
from whiskertoolbox_protocol.variables import ListVariables, Variable, Variables

LIST_BUDGET_S = 0.2
"""Of processor time (a busy machine leaves nothing out), for one answer; what comes later has no summary."""
WATCH_INTERVAL_S = 0.4
SETTLE_S = 0.03
"""Runs in quick succession are told of together."""
WATCH_BUDGET_S = 0.03
"""Of processor time."""
WATCHED_VARIABLES = 500
LONGEST_WINDOW = 1000

_Seen = list[tuple[str, int, str]]

_HIDDEN = re.compile(r"__.*|_{1,3}|_i{0,3}\d*|_[iod]h|_exit_code|In|Out|dm|wt|get_ipython", re.ASCII)
"""Names that every session has: Python's, IPython's and the session's own."""


def user_variables(namespace: dict[str, Any]) -> list[tuple[str, Any]]:
    """The user's variables by name: no modules, and of functions and classes only those made in this session."""
    found = []
    for name, value in namespace.copy().items():
        if type(name) is str and not _HIDDEN.fullmatch(name) and _is_made_here(value):
            found.append((name, value))
    return sorted(found, key=lambda item: item[0])


def _is_made_here(value: Any) -> bool:
    cls = type(value)
    if cls is FunctionType:
        return type(value.__module__) is str and value.__module__ == "__main__"
    bases = lineage(cls)
    if type in bases:
        return module_name(value) == "__main__"
    return ModuleType not in bases and class_name(cls) != "builtin_function_or_method"


class NamespaceView:
    """Answers what is in the namespace, and notices when that changes."""

    def __init__(self, namespace: dict[str, Any], busy: Callable[[], bool], on_change: Callable[[int], None]) -> None:
        self._namespace = namespace
        self._busy = busy
        self._on_change = on_change
        self._revision = 0
        self._last_seen: _Seen = []
        self._woken = threading.Event()
        self._ended = False
        start_hidden_thread("variables", self._watch)

    def run_started(self) -> None:
        """Watch the namespace while code runs."""
        self._woken.set()

    def namespace_changed(self) -> None:
        """Tell of a change: anything may be different now, also where no summary shows it."""
        self._ended = True
        self._woken.set()

    def answer(self, params: ListVariables) -> Variables:
        """A window onto the namespace or onto the children of one variable."""
        stop = params.offset + max(0, min(params.limit, LONGEST_WINDOW))
        deadline = time.thread_time() + LIST_BUDGET_S
        if not params.path:
            found = user_variables(self._namespace)
            window = [_describe(name, name, value, name, deadline) for name, value in found[params.offset : stop]]
            return Variables(variables=window, total=len(found), revision=self._revision)
        value, expression = self._resolve(params.path)
        window = [
            _describe(
                item.name,
                str(item.position),
                item.value,
                _joined(expression, item.suffix),
                deadline,
            )
            for item in children(value, params.offset, stop)
        ]
        return Variables(variables=window, total=count_children(value), revision=self._revision)

    def _resolve(self, path: list[str]) -> tuple[Any, str]:
        """The value at a path of child ids, and the Python that evaluates to it."""
        try:
            value = self._namespace[path[0]]
            expression = path[0]
            for child_id in path[1:]:
                inner = child(value, child_id)
                value, expression = inner.value, _joined(expression, inner.suffix)
        except Exception:
            raise RequestError(f"{path[0]!r} has changed: this part of it is gone.") from None
        return value, expression

    def _watch(self) -> None:
        while True:
            self._woken.wait()
            time.sleep(SETTLE_S)
            self._woken.clear()
            if self._ended:
                self._ended = False
                self._notice(self._look())
            while self._busy() and not self._woken.wait(WATCH_INTERVAL_S):
                seen = self._look()
                if seen != self._last_seen:
                    self._notice(seen)

    def _notice(self, seen: _Seen) -> None:
        self._last_seen = seen
        self._revision += 1
        self._on_change(self._revision)

    def _look(self) -> _Seen:
        deadline = time.thread_time() + WATCH_BUDGET_S
        return [
            (name, id(value), summarize(value) if time.thread_time() < deadline else "")
            for name, value in user_variables(self._namespace)[:WATCHED_VARIABLES]
        ]


def _joined(expression: str, suffix: str) -> str:
    """Python for a child; empty when the child or its parent cannot be written."""
    return expression + suffix if expression and suffix else ""


def _describe(name: str, child_id: str, value: Any, expression: str, deadline: float) -> Variable:
    in_time = time.thread_time() < deadline
    return Variable(
        name=name,
        child_id=child_id,
        type=class_name(type(value)),
        summary=summarize(value) if in_time else "",
        has_children=in_time and count_children(value) > 0,
        expression=expression,
        icon=icon_of(value),
    )
