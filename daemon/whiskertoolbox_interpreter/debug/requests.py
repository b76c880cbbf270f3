"""Which requests of the Debug Adapter Protocol pydevd answers. Pure.

One that it does not know it leaves without an answer; one that lacks an argument ends the thread that reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_NEEDS: dict[str, tuple[str, ...]] = {
    "attach": (),
    "completions": ("text", "column"),
    "configurationDone": (),
    "continue": ("threadId",),
    "disconnect": (),
    "evaluate": ("expression",),
    "exceptionInfo": ("threadId",),
    "goto": ("threadId", "targetId"),
    "gotoTargets": ("source", "line"),
    "initialize": ("adapterID",),
    "launch": (),
    "modules": (),
    "next": ("threadId",),
    "pause": ("threadId",),
    "scopes": ("frameId",),
    "setBreakpoints": ("source",),
    "setDebuggerProperty": (),
    "setExceptionBreakpoints": ("filters",),
    "setExpression": ("expression", "value"),
    "setFunctionBreakpoints": ("breakpoints",),
    "setVariable": ("variablesReference", "name", "value"),
    "source": ("sourceReference",),
    "stackTrace": ("threadId",),
    "stepIn": ("threadId",),
    "stepInTargets": ("frameId",),
    "stepOut": ("threadId",),
    "terminate": (),
    "threads": (),
    "variables": ("variablesReference",),
}
"""The arguments without which a request cannot be answered."""

_AT_A_STOP = {"exceptionInfo", "goto"}
"""Carried out by the thread that stands, so never when none does."""


def fault_of(command: str, arguments: Mapping[str, Any], *, stopped: bool) -> str | None:
    """Why a request is refused, so that it is answered; None for one that pydevd answers."""
    if command not in _NEEDS:
        return f"This debugger does not know the request {command!r}."
    missing = [name for name in _NEEDS[command] if arguments.get(name) is None]
    if command == "setBreakpoints" and not missing and not arguments["source"].get("path"):
        missing = ["source.path"]
    if missing:
        return f"The request {command!r} needs {', '.join(missing)}."
    return "The code is not stopped." if command in _AT_A_STOP and not stopped else None
