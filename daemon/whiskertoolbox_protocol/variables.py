"""Protocol types of the interpreter's variables."""

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class ListVariables:
    """List the namespace, or the children of one variable."""

    path: list[str] = field(default_factory=list)
    """Child ids from the namespace down, each a `Variable.child_id`; empty: the namespace itself."""
    offset: int = 0
    limit: int = 200


@dataclass(frozen=True, kw_only=True)
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
    icon: str = ""
    """Codicon of a data object's kind; empty for other values."""


@dataclass(frozen=True, kw_only=True)
class Variables:
    """A window onto a level of the variable tree."""

    variables: list[Variable]
    total: int
    revision: int
    stale: bool = False
    """The interpreter could not answer in time; this is the last known state."""


@dataclass(frozen=True, kw_only=True)
class VariablesChanged:
    """The namespace has a newer revision."""

    revision: int


@dataclass(frozen=True, kw_only=True)
class VariableReference:
    """A top-level variable by name."""

    name: str
