"""In a process that user code has started: its debugger speaks through the interpreter that started it."""

from __future__ import annotations

import socket
import sys
import time
from typing import Any

from whiskertoolbox_interpreter.debug import importing
from whiskertoolbox_interpreter.debug.importing import import_pydevd, trace_this_thread
from whiskertoolbox_interpreter.debug.uncaught import UncaughtInWorker

_LOOK_S = 0.05


def join(connection: socket.socket) -> tuple[Any, UncaughtInWorker]:
    """Connect pydevd; return its object, and what meets exceptions."""
    pydevd = import_pydevd()
    from whiskertoolbox_interpreter.debug import mends

    pydevd.start_client = lambda _host, _port: connection
    mends.mend()
    uncaught = UncaughtInWorker()
    trace_this_thread(pydevd)
    debugger = pydevd.get_global_debugger()
    mends.mend_debugger(debugger)
    return debugger, uncaught


def wait_for_breakpoints(debugger: Any) -> None:
    """Wait until the debug session of this process has set its breakpoints, or is over."""
    deadline = time.monotonic() + importing.SESSION_LIMIT_S
    while not debugger.is_attached() and not debugger.pydb_disposed:
        if time.monotonic() > deadline:
            print(f"Not debugged: no debug session has begun within {importing.SESSION_LIMIT_S} s.", file=sys.stderr)
            return
        time.sleep(_LOOK_S)
