"""Protocol types used only between the daemon and the interpreter."""

from dataclasses import field
from typing import Literal

from whiskertoolbox_protocol.late_classes import message


@message
class InterpreterReady:
    """The interpreter can run code."""

    executable: str
    version: str
    prefix: str
    process_id: int


@message
class InterpreterFailed:
    """The interpreter could not start; it ends after saying so."""

    reason: Literal["python_too_old", "numpy_missing", "session_unavailable", "error"]
    message: str


@message
class DebuggerState:
    """What the debugger does to user code."""

    stopped: bool
    """It stands at a breakpoint."""
    path: str = ""
    """File or cell (`In[3]`) that the main thread stands in; empty when another thread stands, or none."""
    line: int = 0
    """1-based line there."""
    traced: bool = False
    """All of it is traced, which makes it many times slower; before Python 3.12."""


@message
class InterruptRun:
    """Raise KeyboardInterrupt in running code."""

    run_id: str = ""
    """Of a cell that runs in code that stands, and of nothing else; empty: whatever runs."""


@message
class Stack:
    """The main thread's stack, innermost call last."""

    text: str


@message
class Freshness:
    """What an interpreter that stands ready says of itself."""

    is_fresh: bool
    """A new one would be the same: nothing that it has imported was changed or installed since it started."""


@message
class LookUp:
    """Ask what a dotted name is in the live namespace; answered without what could run user code."""

    expression: str
    """Empty for ``names``."""
    want: Literal["value", "attributes", "items", "names"]
    """``items``: keys of a dictionary, columns of a table, fields of an array; ``names``: the variables."""
    prefix: str = ""
    """How the names that are listed begin."""
    stored_only: bool = False
    """Of attributes those that the object itself has, and not those of its class."""


@message
class LiveMember:
    """A name within a value."""

    name: str
    type: str
    """Name of the class; ``column``, ``property``."""
    summary: str


@message
class LookedUp:
    """What a dotted name is now."""

    found: bool
    type: str = ""
    summary: str = ""
    is_callable: bool = False
    """It is a function, method or class whose parameters are known."""
    parameters: list[str] = field(default_factory=list)
    """As they are written, without annotations."""
    documentation: str = ""
    members: list[LiveMember] = field(default_factory=list)
