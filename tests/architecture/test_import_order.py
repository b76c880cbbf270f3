"""The order of imports inside each package, for every import: those in functions and for type checkers included.

The order is that of the ``layers`` contracts in pyproject.toml, which import-linter checks too; here the graph is drawn
from the sources, so that a name imported through a package counts for the module that it comes from.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # import-linter needs it too

REPOSITORY = Path(__file__).parents[2]
DAEMON = REPOSITORY / "daemon"
PACKAGES = sorted(path.name for path in DAEMON.iterdir() if (path / "__init__.py").is_file())
LARGEST_SHARE = 1 / 5

Graph = Mapping[str, set[str]]


def layers_of(package: str) -> list[set[str]]:
    """What may import what is below it, from top to bottom; empty for a package without a contract."""
    config = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    for contract in config["tool"]["importlinter"]["contracts"]:
        if contract["type"] == "layers" and contract.get("containers") == [package]:
            return [{name.strip(" ()") for name in layer.split("|")} for layer in contract["layers"]]
    return []


@cache
def modules_of(package: str) -> Mapping[str, Path]:
    def name(path: Path) -> str:
        return ".".join(path.relative_to(DAEMON).with_suffix("").parts).removesuffix(".__init__")

    return {name(path): path for path in sorted((DAEMON / package).rglob("*.py"))}


def imports_of(module: str, package: str) -> Iterator[str]:
    modules = modules_of(package)
    for node in ast.walk(ast.parse(modules[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)
        elif isinstance(node, ast.ImportFrom) and node.module in modules:
            inside = (f"{node.module}.{alias.name}" for alias in node.names)
            yield from (name if name in modules else node.module for name in inside)


@cache
def graph_of(package: str) -> Graph:
    return {module: set(imports_of(module, package)) for module in modules_of(package)}


def area_of(module: str) -> str:
    """The folder or file at the level of the layers."""
    return module.split(".")[1] if "." in module else ""


@pytest.mark.parametrize("package", PACKAGES)
def test_no_modules_import_each_other_in_a_circle(package: str) -> None:
    try:
        list(TopologicalSorter(graph_of(package)).static_order())
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


@pytest.mark.parametrize("package", [package for package in PACKAGES if layers_of(package)])
def test_no_import_climbs(package: str) -> None:
    place = {area: depth for depth, areas in enumerate(layers_of(package)) for area in areas} | {"": -1}
    climbing = {
        f"{module} imports {imported}"
        for module, imports in graph_of(package).items()
        for imported in imports
        if area_of(module) != area_of(imported) and place[area_of(module)] >= place[area_of(imported)]
    }
    assert climbing == set()


def test_the_library_has_an_order_of_imports() -> None:
    assert layers_of("whiskertoolbox_python")


def test_no_folder_holds_more_than_a_fifth_of_all_lines(source: tuple[Path, ...]) -> None:
    lines: dict[str, int] = {}
    for path in source:
        if path.parts[0] in ("daemon", "extension"):
            folder = "/".join(path.parts[:3])
            lines[folder] = lines.get(folder, 0) + len((REPOSITORY / path).read_text(encoding="utf-8").splitlines())
    largest = LARGEST_SHARE * sum(lines.values())
    assert {folder: count for folder, count in lines.items() if count > largest} == {}
