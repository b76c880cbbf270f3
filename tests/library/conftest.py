"""What holds for all tests of the library: what is left out where there is NumPy alone."""

import ast
from importlib.util import find_spec
from pathlib import Path

import pytest


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """With ``-m "not extra"``, leave out modules that cannot even be imported without an extra."""
    if config.option.markexpr != "not extra" or collection_path.suffix != ".py":
        return None
    imported: set[str] = set()
    for node in ast.parse(collection_path.read_text("utf-8")).body:
        if isinstance(node, ast.Import):
            imported.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            imported.add(node.module or "")
    return None if all(_is_there(name.partition(".")[0], collection_path.parent) for name in imported) else True


def _is_there(module: str, folder: Path) -> bool:
    return not module or (folder / f"{module}.py").exists() or find_spec(module) is not None
