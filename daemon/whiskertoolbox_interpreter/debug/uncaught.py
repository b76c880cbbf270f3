"""Exceptions that user code does not catch: where they are met, and how the code then stands where they were raised."""

from __future__ import annotations

import os
import sys
import threading
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import Any

from whiskertoolbox_interpreter.debug.dap import UNCAUGHT
from whiskertoolbox_interpreter.show.tracebacks import user_part

_KEEPERS = {"multiprocessing.pool": "ExceptionWithTraceback", "concurrent.futures.process": "_ExceptionWithTraceback"}
"""What pools of processes make of an exception that a task has raised."""
_REPORTS = "multiprocessing.process"
"""Catches what leaves the code of a process."""


def stand_where_raised(debugger: Any, error: BaseException) -> None:
    """Stop this thread where an exception was raised; its frames are over, but have their variables."""
    trace = user_part(error.__traceback__)
    if trace is not None:
        debugger.trigger_exception_handler((type(error), error, trace), as_uncaught=False)


def meet_in_threads(met: Callable[[BaseException], None]) -> None:
    """Call `met` with each exception that ends a thread, before it is reported."""
    report = threading.excepthook

    def meet_and_report(raised: Any) -> None:
        if raised.exc_value is not None:
            met(raised.exc_value)
        report(raised)

    threading.excepthook = meet_and_report


class UncaughtInWorker:
    """Those of a process that user code has started: `multiprocessing` catches what leaves the code there.

    To be made before its debugger is connected, whose session says whether code shall stop.
    """

    def __init__(self) -> None:
        from _pydevd_bundle.pydevd_process_net_command_json import PyDevJsonCommandProcessor

        self._process = os.getpid()
        self._is_wanted = False
        handle = PyDevJsonCommandProcessor.on_setexceptionbreakpoints_request

        def note_and_handle(processor: Any, py_db: Any, request: Any) -> Any:
            filters = request.arguments.filters
            self._is_wanted = UNCAUGHT in filters
            request.arguments.filters = [name for name in filters if name != UNCAUGHT]  # pydevd would trace for it
            return handle(processor, py_db, request)

        PyDevJsonCommandProcessor.on_setexceptionbreakpoints_request = note_and_handle

    def meet(self) -> None:
        """Meet what leaves the code of this process from now on, its tasks and its threads."""
        report = traceback.print_exc  # so a process reports what ends it; a frame around its code would show there

        def meet_and_report(*arguments: Any, **keywords: Any) -> None:
            error = sys.exc_info()[1]
            if error is not None and sys._getframe(1).f_globals.get("__name__") == _REPORTS:
                self._met(error)
            report(*arguments, **keywords)

        traceback.print_exc = meet_and_report
        meet_in_threads(self._met)
        for module, name in _KEEPERS.items():
            if module in sys.modules:
                setattr(sys.modules[module], name, self._keeper(getattr(sys.modules[module], name)))

    def _keeper(self, keep: Callable[[BaseException, TracebackType | None], object]) -> Callable[..., object]:
        def meet_and_keep(error: BaseException, trace: TracebackType | None) -> object:
            self._met(error)
            return keep(error, trace)

        return meet_and_keep

    def _met(self, error: BaseException) -> None:
        from pydevd import get_global_debugger

        if not self._is_wanted or os.getpid() != self._process or not isinstance(error, Exception):
            return
        if get_global_debugger().is_attached():
            stand_where_raised(get_global_debugger(), error)
