"""Protocol types of debugging: DAP messages that pass between VS Code and the debugger in the interpreter."""

from typing import Literal

from whiskertoolbox_protocol.late_classes import message


@message
class DebugMessage:
    """A message of the Debug Adapter Protocol from VS Code."""

    content: str
    """The DAP message as JSON text."""
    text: str | None = None
    """What the editor shows of the source whose breakpoints a message sets; null: the same as the file on disk."""
    process: int = 0
    """For the debugger of a process that user code has started, by its id; 0: that of the interpreter itself."""


@message
class DebuggerMessage:
    """A message of the Debug Adapter Protocol for VS Code."""

    content: str
    """The DAP message as JSON text."""
    phase: Literal["configured", "ended"] | None = None
    """What the debug session has reached with it: breakpoints are set, or the debugger has let go."""
    process: int = 0
    """As of `DebugMessage`: whose debugger says so."""


@message
class SelectFrame:
    """The frame that is looked at in the call stack."""

    frame: int | None = None
    """Its id of the Debug Adapter Protocol; null: the innermost one of the thread that has stopped."""
