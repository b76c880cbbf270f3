"""Protocol types of questions about source code that is not run."""

from typing import Literal

from whiskertoolbox_protocol.late_classes import message


@message
class StatementAt:
    """Which statement stands at a line of a Python document that is open in the editor."""

    uri: str
    line: int
    """0-based."""
    block: Literal["topLevel", "innermost", "line"] = "topLevel"
    """How much: the whole block at the margin, the smallest statement, or the line as it stands."""


@message
class Statement:
    """Lines of one top-level statement, decorators and all clauses included; 0-based, the last one inclusive."""

    start_line: int
    end_line: int
    next_line: int
    """Where the next statement starts; the line behind the end if there is none."""


@message
class FoundStatement:
    """Answer to `StatementAt`."""

    statement: Statement | None
    """None: no statement at the line or below it."""
