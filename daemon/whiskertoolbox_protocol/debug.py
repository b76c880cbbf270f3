"""Protocol types of debugging: DAP messages relayed unchanged between VS Code and the interpreter's debugpy."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class DebugMessage:
    """One Debug Adapter Protocol message."""

    content: str
    """The DAP message as JSON text, unchanged."""
    text: str | None = None
    """What the editor shows of the source whose breakpoints a message sets; null: the same as the file on disk."""
