"""Protocol types of the session: what runs, in which Python, and what is wrong if something is."""

from dataclasses import field
from typing import Literal

from whiskertoolbox_protocol.late_classes import message

SessionState = Literal["starting", "idle", "busy", "stopped", "dead", "unavailable"]
"""``stopped``: at a breakpoint. ``dead``: the interpreter ended. ``unavailable``: the session cannot be opened."""

Remedy = Literal["selectInterpreter", "installNumpy", "restartInterpreter", "showLog"]


@message
class Empty:
    """No parameters, or nothing to answer beyond that it was done."""


@message
class InterpreterInfo:
    """The Python that runs user code."""

    executable: str
    """Absolute path of the Python."""
    version: str
    """For example ``3.11.7``; empty while it is not ready."""
    name: str
    """What the user calls it: the environment's folder name, or the version."""
    process_id: int
    """0 while it is not ready."""


@message
class SessionStatus:
    """State of the session, sent whole at every change."""

    state: SessionState
    session_path: str
    """Folder of the session store."""
    interpreter: InterpreterInfo | None = None
    message: str = ""
    """What happened and what to do; empty when there is nothing to say."""
    remedies: list[Remedy] = field(default_factory=list)
    """Actions that help with `message`, the best first."""
    read_only: bool = False
    """The store could only be opened for reading."""
    traced: bool = False
    """User code is traced by the debugger, and many times slower."""


@message
class SelectInterpreter:
    """Restart user code in another Python; all data stays."""

    path: str
    """Absolute path of a Python executable."""


@message
class SessionOptions:
    """What a window's settings say about the session's life."""

    linger_s: float
    """How long the session goes on when its last window has gone, in seconds."""
    spare_after_s: float | None = None
    """A second interpreter is started when the session has been idle for so long, in seconds; null: none is."""


@message
class SessionEnded:
    """The session ends, for all windows."""

    message: str
    """Why."""
