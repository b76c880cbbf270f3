"""The library as stubs for type checkers, which need not find it in the environment that they look at.

Its sources without what is in functions: signatures, docstrings and attributes, so checkers have little to read.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

LIBRARY = "whiskertoolbox_python"
_LEFT_OUT = frozenset({"testing"})
"""What only tests of other packages import; it needs pytest."""
_MAKES_ATTRIBUTES = "__init__"
_PASSED_OVER = (
    *("ArgumentType", "AssignmentType", "AttributeAccessIssue", "CallIssue", "IncompatibleMethodOverride"),
    *("IncompatibleVariableOverride", "InconsistentConstructor", "IndexIssue", "MissingImports"),
    *("OptionalMemberAccess", "OptionalSubscript", "OverlappingOverload", "ConstantRedefinition"),
)
IGNORED = (
    "# mypy: ignore-errors\n# pyrefly: ignore-errors\n"
    f"# pyright: basic, {', '.join(f'report{rule}=false' for rule in _PASSED_OVER)}\n"
)
"""Begins a stub in which checkers look for no problems: it is checked where it is made.

Not ``# type: ignore``, by which mypy takes the whole file for empty.
"""


def library_sources() -> Mapping[str, Path]:
    """Return the modules of the library: path of the stub below the library's folder -> source."""
    folder = Path(__file__).parents[2] / LIBRARY
    return {
        path.relative_to(folder).with_suffix(".pyi").as_posix(): path
        for path in sorted(folder.rglob("*.py"))
        if path.relative_to(folder).parts[0] not in _LEFT_OUT
    }


def stub_of(source: str) -> str:
    """Return a module's source with ``...`` for what is in its functions.

    >>> print(stub_of('def f(x: int) -> int:\\n    y = x\\n    return y\\n').split("\\n", 3)[3], end="")
    def f(x: int) -> int:
        ...
    """
    lines = source.split("\n")
    for function in reversed(list(_functions(ast.parse(source).body))):
        told = ast.get_docstring(function, clean=False) is not None
        body = function.body[1:] if told else function.body
        if function.name == _MAKES_ATTRIBUTES or not body or body[0].lineno == function.lineno:
            continue
        first = min([body[0].lineno, *(one.lineno for one in getattr(body[0], "decorator_list", ()))])
        rest = [] if told else [" " * body[0].col_offset + "..."]
        lines[first - 1 : function.end_lineno] = rest
    return IGNORED + "\n".join(lines)


def _functions(body: list[ast.stmt]) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield the functions of a module and its classes, in the order of their lines."""
    for statement in body:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield statement
        elif isinstance(statement, ast.ClassDef):
            yield from _functions(statement.body)
        elif isinstance(statement, ast.If):
            yield from _functions([*statement.body, *statement.orelse])
