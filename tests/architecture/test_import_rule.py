"""Who may import whom. import-linter holds the rule too; here it can be read, and third parties are in it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

DAEMON = Path(__file__).parents[2] / "daemon"
STANDARD = set(sys.stdlib_module_names)

OURS_ALLOWED = {
    "whiskertoolbox_python": set[str](),
    "whiskertoolbox_protocol": set[str](),
    "whiskertoolbox_daemon": {"whiskertoolbox_python", "whiskertoolbox_protocol"},
    "whiskertoolbox_interpreter": {"whiskertoolbox_python", "whiskertoolbox_protocol"},
}
"""What each package may import of ours, besides itself."""

THIRD_PARTIES_ALLOWED = {
    "whiskertoolbox_python": {"numpy"},
    "whiskertoolbox_protocol": set[str](),
    "whiskertoolbox_daemon": {"numpy", "pygls", "lsprotocol", "cattrs", "findpython", "parso"},
    "whiskertoolbox_interpreter": {
        "numpy",
        "IPython",
        "traitlets",
        "jedi",
        "debugpy",
        "pydevd",
        "_pydev_bundle",
        "_pydevd_bundle",
        "_pydevd_sys_monitoring",
        "bytecode",
        "pydevd_file_utils",
    },
}
"""What each package may import of others' when it is itself imported; extras are imported where they are used."""

PACKAGES = sorted(OURS_ALLOWED)


def imported_modules(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.partition(".")[0]


def imported_at_once(tree: ast.Module) -> Iterator[str]:
    """What is imported when the module is: not in functions, not for type checkers only."""
    for statement in tree.body:
        is_for_type_checkers = isinstance(statement, ast.If) and "TYPE_CHECKING" in ast.unparse(statement.test)
        if (
            not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
            and not is_for_type_checkers
        ):
            yield from imported_modules(statement)


LIBRARY = "whiskertoolbox_python"


def modules_of(package: str) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted((DAEMON / package).rglob("*.py")):
        yield path.relative_to(DAEMON), ast.parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("package", PACKAGES)
def test_package_imports_of_ours_only_what_the_rule_allows(package: str) -> None:
    allowed = OURS_ALLOWED[package] | {package}
    wrong = {
        f"{path} imports {module}"
        for path, tree in modules_of(package)
        for module in imported_modules(tree)
        if module.startswith("whiskertoolbox_") and module not in allowed
    }
    assert not wrong, f"{package} may import {sorted(allowed)}"


@pytest.mark.parametrize("package", PACKAGES)
def test_no_package_imports_what_is_private_in_another(package: str) -> None:
    names = [
        (path, f"{node.module}.{alias.name}")
        for path, tree in modules_of(package)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and not node.level
        for alias in node.names
    ]
    wrong = {
        f"{path} imports {name}"
        for path, name in names
        if name.startswith("whiskertoolbox_")
        and name.partition(".")[0] != package
        and any(part.startswith("_") for part in name.split("."))
    }
    assert len(names) > 10
    assert not wrong


def test_late_imports_of_the_library_begin_with_its_package() -> None:
    """A thread that begins with a part of it holds that part's lock while another, inside the package, needs it."""
    late = {
        f"{path}: {function.name}": sorted(
            (node.lineno, node.module if isinstance(node, ast.ImportFrom) else node.names[0].name)
            for node in ast.walk(function)
            if isinstance(node, (ast.Import, ast.ImportFrom))
            and (node.module or "" if isinstance(node, ast.ImportFrom) else node.names[0].name).startswith(LIBRARY)
        )
        for path, tree in modules_of("whiskertoolbox_daemon")
        for function in ast.walk(tree)
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef))
    }
    assert len([imports for imports in late.values() if imports]) > 10
    assert [place for place, imports in late.items() if imports and imports[0][1] != LIBRARY] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_package_needs_of_third_parties_only_what_the_rule_allows(package: str) -> None:
    allowed = THIRD_PARTIES_ALLOWED[package]
    wrong = {
        f"{path} imports {module}"
        for path, tree in modules_of(package)
        for module in imported_at_once(tree)
        if module not in STANDARD and not module.startswith("whiskertoolbox_") and module not in allowed
    }
    # Contract suites are for test code, which has pytest and Hypothesis.
    wrong = {line for line in wrong if not line.startswith(str(Path("whiskertoolbox_python", "testing")))}
    assert not wrong, f"at import time {package} may need {sorted(allowed)}"


def test_only_the_daemon_knows_the_language_server_protocol() -> None:
    others = [package for package in PACKAGES if package != "whiskertoolbox_daemon"]
    knowing = {
        str(path)
        for package in others
        for path, tree in modules_of(package)
        if {"pygls", "lsprotocol"} & set(imported_modules(tree))
    }
    assert not knowing
