"""Variables as last seen, for the time when the interpreter cannot answer."""

from __future__ import annotations

import asyncio
import dataclasses
from collections import OrderedDict
from collections.abc import Callable

from whiskertoolbox_daemon.interpreters.supervisor import Supervisor
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.channel import RequestError
from whiskertoolbox_protocol.variables import ListVariables, Variables, VariablesChanged

ANSWER_LIMIT_S = 0.5
REMEMBERED = 200
"""Levels of the variable tree whose last state is kept."""

Key = tuple[object, ...]


class VariableSnapshots:
    """Lists variables; from the last known state when the interpreter does not answer at once.

    C code that keeps Python's lock stops every thread of the interpreter, also the one that answers us.

    Parameters
    ----------
    on_change
        Called when an answer that came too late shows a newer state than the one that was given instead.
    """

    def __init__(self, interpreter: Supervisor, on_change: Callable[[VariablesChanged], None]) -> None:
        self._interpreter = interpreter
        self._on_change = on_change
        self._known: OrderedDict[Key, Variables] = OrderedDict()
        self._process_id = 0
        self._late: set[asyncio.Task[Variables]] = set()

    async def list(self, params: ListVariables) -> Variables:
        """The variables now, or as last seen and marked stale."""
        self._forget_other_processes()
        if self._interpreter.state in ("starting", "dead"):
            return Variables(variables=[], total=0, revision=0)
        key = (tuple(params.path), params.offset, params.limit, params.kind, params.filter, params.sort)
        asked = asyncio.create_task(self._ask(key, params))
        done, _ = await asyncio.wait({asked}, timeout=ANSWER_LIMIT_S)
        if done:
            return asked.result()
        self._late.add(asked)
        asked.add_done_callback(self._came_late)
        last = self._known.get(key, Variables(variables=[], total=0, revision=0))
        return dataclasses.replace(last, stale=True)

    async def _ask(self, key: Key, params: ListVariables) -> Variables:
        answer = await self._interpreter.ask(methods.VARIABLES_LIST, params)
        self._known[key] = answer
        self._known.move_to_end(key)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return answer

    def _came_late(self, asked: asyncio.Task[Variables]) -> None:
        self._late.discard(asked)
        if not asked.cancelled() and asked.exception() is None:
            self._on_change(VariablesChanged(revision=asked.result().revision))
        elif not asked.cancelled() and not isinstance(asked.exception(), RequestError):
            asked.result()  # ours to find, not to hide

    def _forget_other_processes(self) -> None:
        info = self._interpreter.info
        process_id = info.process_id if info is not None else 0
        if process_id != self._process_id:
            self._process_id = process_id
            self._known.clear()
