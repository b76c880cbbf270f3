"""Where a breakpoint stops, and which breakpoints are refused: decided on text, before pydevd sees them. Pure."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import CodeType
from typing import Any

_HIT_CONDITION = re.compile(r"\s*(==|>=|<=|>|<|%)?\s*0*[1-9]\d*\s*")
_MAGIC = re.compile(r"^([ \t]*)(?:[%!].*|\w[\w.]*\?+)$", re.MULTILINE)
_CELL_MAGIC = re.compile(r"\s*%%\w")
_CELL = re.compile(r"^#\s?%%", re.MULTILINE)

Breakpoint = Mapping[str, Any]
"""A SourceBreakpoint or FunctionBreakpoint of the protocol."""


@dataclass(frozen=True)
class Refused:
    """Why a breakpoint cannot stop anything."""

    message: str


def checked(breakpoint_: Breakpoint, lines: Lines | None) -> Breakpoint | Refused:
    """Return the breakpoint at the line where it stops, or why it is refused.

    Parameters
    ----------
    breakpoint_
        As the editor sent it.
    lines
        Of the text that the editor shows; None for what is not Python text.
    """
    if (fault := _fault(breakpoint_)) is not None:
        return Refused(fault)
    if lines is None:
        return breakpoint_
    line = lines.stopping_line(int(breakpoint_["line"]))
    if line is None:
        return Refused("No code that can be stopped runs on this line or below it in this cell.")
    return {**breakpoint_, "line": line}


def checked_function(breakpoint_: Breakpoint) -> Breakpoint | Refused:
    """Return a breakpoint on a function's name, or why it is refused."""
    name = str(breakpoint_.get("name", "")).strip()
    if not name.isidentifier():
        return Refused(f"{name!r} is not the name of a function: write what follows `def`, without module or class.")
    fault = _fault(breakpoint_)
    return {**breakpoint_, "name": name} if fault is None else Refused(fault)


def log_expression(message: str) -> str:
    """Return the Python expression that a log message is: the inside of an f-string, and a line end.

    Raises SyntaxError with what is wrong with it.
    """
    for quotes in ('"""', "'''"):
        if quotes in message:
            continue
        # The line end stands before the closing quotes, so the message may end in a quote; and raw: a path is a path.
        expression = f"rf{quotes}{message}\n{quotes}"
        compile(expression, "<log message>", "eval")
        return expression
    raise SyntaxError("both kinds of triple quotes in one message")


def _fault(breakpoint_: Breakpoint) -> str | None:
    hits, condition, message = (breakpoint_.get(name) for name in ("hitCondition", "condition", "logMessage"))
    if hits and _HIT_CONDITION.fullmatch(hits) is None:
        return f"The hit count {hits!r} is not understood. Write 3, == 3, >= 3, > 3, <= 3, < 3, or % 3 for every third."
    try:
        if condition:
            compile(condition.strip(), "<condition>", "eval")
    except (SyntaxError, ValueError) as error:
        return f"The condition {condition!r} is not an expression: {_words(error)}."
    try:
        if message:
            log_expression(message)
    except (SyntaxError, ValueError) as error:
        return (
            f"The log message is not understood: {_words(error)}. Braces hold Python; write {{{{ and }}}} for braces."
        )
    return None


def _words(error: Exception) -> str:
    return error.msg if isinstance(error, SyntaxError) else str(error)


class Lines:
    """The lines of a text where code can stop, all 1-based.

    A line stands for itself where Python knows it. Else a line within a statement stands for that statement, and a
    line between statements for the next one below it in its cell.
    """

    def __init__(self, text: str) -> None:
        self._text_lines = text.split("\n")
        starts = [text.count("\n", 0, match.start()) for match in _CELL.finditer(text)]
        self._cell_starts = [0, *(start for start in starts if start)]
        self._known: set[int] = set()
        self._extents: list[tuple[int, int]] = []
        try:
            self._read(text, 0)
        except (SyntaxError, ValueError):  # what is being edited in one cell does not matter in another
            bounds = [*self._cell_starts, len(self._text_lines)]
            for start, end in itertools.pairwise(bounds):
                self._read_cell(start, end)

    def stopping_line(self, line: int) -> int | None:
        """The line where a breakpoint on `line` stops; None: nowhere."""
        if line in self._known:
            return line
        around = [extent for extent in self._extents if extent[0] <= line <= extent[1]]
        if around:
            first, last = max(around)  # the innermost begins last
            before = [known for known in self._known if first <= known < line]
            within = [known for known in self._known if line < known <= last]
            if before or within:
                return max(before) if before else min(within)
        end = next((start for start in self._cell_starts if start >= line), len(self._text_lines))
        return min((known for known in self._known if line < known <= end), default=None)

    def _read_cell(self, start: int, end: int) -> None:
        text = "\n".join(self._text_lines[start:end])
        if _CELL_MAGIC.match(text):
            return  # which compiles the text itself, under a name of its own
        for readable in (text, _MAGIC.sub(r"\1pass", text)):
            try:
                self._read(readable, start)
            except (SyntaxError, ValueError):
                continue
            return
        for number in range(start, end):  # being edited: every line that says something may be code
            line = self._text_lines[number].strip()
            if line and not line.startswith("#"):
                self._known.add(number + 1)

    def _read(self, text: str, offset: int) -> None:
        tree = ast.parse(text)
        code = compile(tree, "<text>", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        self._known |= {line + offset for line in _code_lines(code)}
        for node in ast.walk(tree):
            # A block is not a statement to stop at: between the statements in it the next one is meant.
            if isinstance(node, ast.stmt) and not {"body", "cases"}.intersection(node._fields):
                self._extents.append((node.lineno + offset, (node.end_lineno or node.lineno) + offset))


def _code_lines(code: CodeType) -> Iterator[int]:
    # A module's code begins with a line 0 that is nobody's.
    yield from (line for _start, _end, line in code.co_lines() if line)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _code_lines(constant)
