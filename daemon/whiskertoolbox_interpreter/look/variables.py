"""The namespace as the Variables view shows it, read from beside running user code without ever calling it."""

from __future__ import annotations

import keyword
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import FunctionType, ModuleType
from typing import Any, get_args

from whiskertoolbox_interpreter.interrupts import start_hidden_thread
from whiskertoolbox_interpreter.look.inspectors import child, children, count_children, icon_of, summarize
from whiskertoolbox_interpreter.look.memory import blocks_of
from whiskertoolbox_interpreter.look.safe_types import class_name, lineage
from whiskertoolbox_interpreter.look.tables import is_table
from whiskertoolbox_protocol.channel import RequestError
from whiskertoolbox_protocol.variables import (
    FoldedVariables,
    ListVariables,
    Variable,
    VariableKind,
    Variables,
    VariableSort,
)

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
_FUNCTIONS = {"builtin_function_or_method", "method", "ufunc", "_ArrayFunctionDispatcher", "partial"}

_HIDDEN = re.compile(r"__.*|_{1,3}|_i{0,3}\d*|_[iod]h|_exit_code|In|Out|dm|wt|get_ipython", re.ASCII)
"""Names that every session has: Python's, IPython's and the session's own."""


def named_values(namespace: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The user's variables with their names, sorted by these."""
    found = [(name, value) for name, value in dict(namespace).items() if type(name) is str]
    return sorted((item for item in found if not _is_of_the_session(*item)), key=lambda item: item[0])


def _is_of_the_session(name: str, value: Any) -> bool:
    if _HIDDEN.fullmatch(name):
        return True
    # `exit`, `display` and so on, unless the user gives these names to something else.
    module = value.__module__ if type(value) is FunctionType else ""
    return (
        type(module) is str
        and re.fullmatch(r"((whiskertoolbox_(interpreter|bundled)|IPython)\..*|_?io)", module) is not None
    )


def kind_of(value: Any) -> VariableKind:
    """What a variable is at a glance."""
    cls = type(value)
    bases = lineage(cls)
    if type in bases:
        return "class"
    if ModuleType in bases:
        return "module"
    return "function" if cls is FunctionType or class_name(cls) in _FUNCTIONS else "data"


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What can be seen where code stands."""

    name: str
    """For people: ``half(), line 2 of analysis.py``."""
    variables: Mapping[str, Any]
    """Of the frame itself."""
    names: dict[str, Any]
    """All that can be written there."""


_Order = Callable[[tuple[str, Any]], Any]
_ORDERS: dict[VariableSort, Callable[[Mapping[str, int], Mapping[str, int]], _Order]] = {
    "name": lambda _sizes, _changed_at: lambda item: (item[0].casefold(), item[0]),
    "type": lambda _sizes, _changed_at: lambda item: (class_name(type(item[1])).casefold(), item[0]),
    "size": lambda sizes, _changed_at: lambda item: (-sizes.get(item[0], 0), item[0]),
    "recent": lambda _sizes, changed_at: lambda item: (-changed_at.get(item[0], 0), item[0]),
}


class NamespaceView:
    """Answers what is in the namespace, and notices when that changes."""

    def __init__(
        self,
        namespace: dict[str, Any],
        *,
        busy: Callable[[], bool],
        scope: Callable[[], Scope | None],
        on_change: Callable[[int], None],
    ) -> None:
        self._namespace = namespace
        self._scope = scope
        self._busy = busy
        self._on_change = on_change
        self.revision = 0
        """Rises with every change that was noticed."""
        self._last_seen: _Seen = []
        self._changed_at: dict[str, int] = {}
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
            return self._answer_namespace(params, stop, deadline)
        value, expression = self.resolve(params.path)
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
        return Variables(variables=window, total=count_children(value), revision=self.revision)

    def _answer_namespace(self, params: ListVariables, stop: int, deadline: float) -> Variables:
        by_kind: dict[VariableKind, list[tuple[str, Any]]] = {kind: [] for kind in get_args(VariableKind)}
        scope = self._scope()
        for name, value in named_values(self._namespace if scope is None else scope.variables):
            by_kind[kind_of(value)].append((name, value))
        wanted = params.filter.strip().casefold()
        found = by_kind[params.kind]
        if wanted:
            everything = [item for items in by_kind.values() for item in items]
            found = [
                (name, value) for name, value in everything if wanted in f"{name}\n{class_name(type(value))}".casefold()
            ]
        blocks = {name: blocks_of(value) for name, value in found if time.thread_time() < deadline}
        sizes = {name: sum(held.values()) for name, held in blocks.items()}
        found.sort(key=_ORDERS[params.sort](sizes, self._changed_at))
        window = [
            replace(_describe(name, name, value, _written(name), deadline), size_bytes=sizes.get(name, 0))
            for name, value in found[params.offset : stop]
        ]
        return Variables(
            variables=window,
            total=len(found),
            revision=self.revision,
            frame="" if scope is None else scope.name,
            total_bytes=sum({identity: size for held in blocks.values() for identity, size in held.items()}.values()),
            folded=[
                FoldedVariables(kind=kind, count=len(items))
                for kind, items in by_kind.items()
                if kind != "data" and items and not wanted and params.kind == "data"
            ],
        )

    def resolve(self, path: list[str]) -> tuple[Any, str]:
        """The value at a path of child ids, and the Python that evaluates to it."""
        scope = self._scope()
        try:
            value = (self._namespace if scope is None else scope.names)[path[0]]  # globals of a frame too
            expression = _written(path[0])
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
        before = {name: (identity, summary) for name, identity, summary in self._last_seen}
        for name, identity, summary in seen:
            if before.get(name) != (identity, summary):
                self._changed_at[name] = self.revision + 1
        self._changed_at = {name: self._changed_at.get(name, 0) for name, _, _ in seen}
        self._last_seen = seen
        self.revision += 1
        self._on_change(self.revision)

    def _look(self) -> _Seen:
        deadline = time.thread_time() + WATCH_BUDGET_S
        scope = self._scope()
        return [
            (name, id(value), summarize(value) if time.thread_time() < deadline else "")
            for name, value in named_values(self._namespace if scope is None else scope.variables)[:WATCHED_VARIABLES]
        ]


def _written(name: str) -> str:
    """Python for a variable; empty for one that has another name in the namespace than Python can say.

    Such a name may come from a file, as that of an array does, and is not to be run.
    """
    return name if name.isidentifier() and not keyword.iskeyword(name) else ""


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
        is_table=in_time and is_table(value),
        icon=icon_of(value),
    )
