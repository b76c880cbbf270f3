"""The blocks of valid code: which lines each statement takes, and which inner statement stands at a line."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from typing import Literal

Extent = tuple[int, int]
"""First and last line, 0-based, both inclusive."""

_FURTHER_CLAUSES = ("elif", "else", "except", "finally", "case")


def extents_of(statements: Iterable[ast.stmt]) -> list[tuple[int, int, ast.stmt]]:
    """Extents of statements, decorators included; those that share a line (``a = 1; b = 2``) are one."""
    extents: list[tuple[int, int, ast.stmt]] = []
    for node in statements:
        first = min([node.lineno, *(item.lineno for item in getattr(node, "decorator_list", []))]) - 1
        last = (node.end_lineno or node.lineno) - 1
        if extents and first <= extents[-1][1]:
            extents[-1] = (extents[-1][0], max(last, extents[-1][1]), node)
        else:
            extents.append((first, last, node))
    return extents


def inner_statement(
    lines: Sequence[str], line: int, block: Literal["topLevel", "innermost", "line"]
) -> tuple[int, int, int | None] | None:
    """The statement inside of a whole one at `line`: its first and last line and where the next one inside starts.

    None: the whole one is meant.
    """
    try:
        (outer,) = ast.parse("\n".join(lines)).body
    except (SyntaxError, ValueError):
        return None
    if block == "topLevel":
        return _found(lines, outer.body, line) if isinstance(outer, ast.If) and _is_main_guard(outer) else None
    found: tuple[int, int, int | None] | None = None
    node: ast.stmt = outer
    after: int | None = None
    while True:
        inside = _find(lines, _children(node, lines), line)
        if inside is None:
            return found
        first, last, node, following = inside
        after = after if following is None else following
        found = first, last, after


def _found(lines: Sequence[str], statements: list[ast.stmt], line: int) -> tuple[int, int, int | None] | None:
    inside = _find(lines, statements, line)
    return None if inside is None else (inside[0], inside[1], inside[3])


def _find(
    lines: Sequence[str], statements: Iterable[ast.stmt], line: int
) -> tuple[int, int, ast.stmt, int | None] | None:
    """The statement of a block at a line or next below it, with the start of the one behind it."""
    extents = extents_of(statements)
    if not extents or line < extents[0][0]:
        return None
    for index, (first, last, node) in enumerate(extents):
        if line <= last:
            if line < first and lines[line].lstrip().startswith(_FURTHER_CLAUSES):
                return None  # it cannot be run without what is before it
            following = extents[index + 1][0] if index + 1 < len(extents) else None
            return first, last, node, following
    return None


def _children(node: ast.AST, lines: Sequence[str]) -> list[ast.stmt]:
    """All statements of all blocks of a statement, in the order of their lines; an ``elif`` is a block, not one."""
    children: list[ast.stmt] = []
    for field in ("body", "handlers", "orelse", "finalbody", "cases"):
        for child in getattr(node, field, []):
            is_branch = isinstance(child, ast.If) and lines[child.lineno - 1].lstrip().startswith("elif")
            if isinstance(child, ast.stmt) and not is_branch:
                children.append(child)
            else:  # a handler, a case, an `elif`
                children += _children(child, lines)
    return sorted(children, key=lambda child: child.lineno)


def _is_main_guard(node: ast.If) -> bool:
    test = node.test
    if not (isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Eq)):
        return False
    sides = [test.left, test.comparators[0]]
    names = [side.id for side in sides if isinstance(side, ast.Name)]
    values = [side.value for side in sides if isinstance(side, ast.Constant)]
    return names == ["__name__"] and values == ["__main__"]
