"""Protocol types of the interpreter's variables."""

from dataclasses import field
from typing import Literal

from whiskertoolbox_protocol.late_classes import message

VariableKind = Literal["data", "function", "class", "module"]
VariableSort = Literal["name", "type", "size", "recent"]


@message
class ListVariables:
    """List the namespace, or the children of one variable."""

    path: list[str] = field(default_factory=list)
    """Child ids from the namespace down, each a `Variable.child_id`; empty: the namespace itself."""
    offset: int = 0
    limit: int = 200
    kind: VariableKind = "data"
    """Of the namespace: which variables."""
    filter: str = ""
    """Of the namespace: text that a name or type contains, whatever the case; with it all kinds are listed together."""
    sort: VariableSort = "name"
    """Of the namespace: size and recent list the largest and the newest first."""


@message
class Variable:
    """A variable or a child of one, as a tree shows it."""

    name: str
    """As shown: ``x``, ``[0]``, ``['key']``, ``.attribute``."""
    child_id: str
    """Opaque; a step of a `ListVariables.path`."""
    type: str
    """``ndarray``, ``DataFrame``, ``AnalogTimeSeries``, …"""
    summary: str
    """Shape and dtype, or value, in one bounded line."""
    has_children: bool
    expression: str
    """Python that evaluates to it, for insertion; empty if there is none."""
    size_bytes: int = 0
    """Memory as far as it is known; of containers without what is inside, but for arrays."""
    is_table: bool = False
    """It can be shown as a table."""
    icon: str = ""
    """Codicon of a data object's kind; empty for other values."""


@message
class FoldedVariables:
    """Variables of a kind that are listed only when asked for."""

    kind: VariableKind
    count: int


@message
class Variables:
    """A window onto a level of the variable tree."""

    variables: list[Variable]
    total: int
    revision: int
    total_bytes: int = 0
    """Of the namespace: memory of all its variables; what several of them share is counted once."""
    folded: list[FoldedVariables] = field(default_factory=list)
    """Of the namespace: what else there is."""
    frame: str = ""
    """Of the namespace: the frame whose variables these are, while code stands: ``half(), line 2 of analysis.py``."""
    stale: bool = False
    """The interpreter could not answer in time; this is the last known state."""


@message
class VariablesChanged:
    """The namespace has a newer revision."""

    revision: int


@message
class DescribeVariable:
    """Ask for what a hover shows of a variable or a child of one."""

    path: list[str]
    """As of `ListVariables`."""
