"""A process that user code forks is no part of the debug session."""

from __future__ import annotations

import os
import socket
import sys
import threading


def forget_debugger(connections: list[socket.socket]) -> None:
    """In a forked child: run untraced, and leave the parent's debug session alone."""
    from _pydev_bundle.pydev_monkey import _on_forked_process
    from pydevd import get_global_debugger

    nowhere = os.open(os.devnull, os.O_RDWR)
    for connection in connections:
        os.dup2(nowhere, connection.fileno(), inheritable=False)
    os.close(nowhere)
    get_global_debugger().breakpoints.clear()  # the code still calls at them
    _on_forked_process(setup_tracing=False)
    sys.settrace(None)
    threading.settrace(None)
    monitoring = getattr(sys, "monitoring", None)
    if monitoring is not None and monitoring.get_tool(monitoring.DEBUGGER_ID) is not None:
        monitoring.set_events(monitoring.DEBUGGER_ID, 0)
