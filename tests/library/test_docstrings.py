"""Every public name is documented, and every example in the library runs and gives what it says."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import whiskertoolbox_python as wt

PUBLIC = {name: getattr(wt, name) for name in wt.__all__}
CLASSES = {
    name: member
    for name, member in PUBLIC.items()
    if inspect.isclass(member) and not issubclass(member, Exception)  # errors are met, not made
}
RETURNED = {"DataObject", "Entry", "ExportFormat", "Item", "LoadFailure", "LoadReport"}
"""Made by the library; the methods that return them show how."""
MODULES = [
    module.name
    for module in pkgutil.walk_packages(wt.__path__, f"{wt.__name__}.")
    if not module.name.startswith(f"{wt.__name__}.testing")
]


def public_members(kind: type) -> dict[str, Any]:
    return {
        name: member
        for name, member in inspect.getmembers(kind)
        if not name.startswith("_") and (callable(member) or isinstance(member, property))
    }


@pytest.mark.parametrize("name", [wt.__name__, *MODULES])
def test_examples_give_what_they_say(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # examples may write files
    module = importlib.import_module(name)
    # What a script has after the prelude, `import numpy as np` and `from whiskertoolbox_python import *`.
    names = {**vars(module), "np": np, "wt": wt, **PUBLIC}
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    report: list[str] = []
    for example in doctest.DocTestFinder().find(module, globs=names):
        runner.run(example, out=report.append, clear_globs=False)
    assert runner.summarize(verbose=False).failed == 0, "".join(report)


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_has_a_docstring(name: str) -> None:
    assert inspect.getdoc(PUBLIC[name])


@pytest.mark.parametrize("name", CLASSES)
def test_every_public_member_has_a_docstring_that_is_a_sentence(name: str) -> None:
    for member_name, member in public_members(CLASSES[name]).items():
        text = inspect.getdoc(member)
        assert text, f"{name}.{member_name} has no docstring"
        summary = text.split("\n\n")[0].strip()
        assert summary[-1] in ".:;", f"{name}.{member_name}: {summary!r}"


@pytest.mark.parametrize("name", CLASSES)
def test_every_class_that_can_be_made_shows_how(name: str) -> None:
    kind = CLASSES[name]
    if not inspect.signature(kind).parameters or name in RETURNED:
        return
    assert ">>>" in (inspect.getdoc(kind) or ""), f"{name} has parameters and no example"


@pytest.mark.parametrize("name", CLASSES)
def test_every_documented_parameter_exists(name: str) -> None:
    for member_name, member in {"": CLASSES[name], **public_members(CLASSES[name])}.items():
        section = documented_parameters(inspect.getdoc(member) or "")
        if isinstance(member, property) or not section:
            continue
        known = set(inspect.signature(member).parameters)
        assert section <= known, f"{name}.{member_name} documents {sorted(section - known)}"


def documented_parameters(docstring: str) -> set[str]:
    """Return the names in the Parameters section of a numpydoc docstring."""
    lines = docstring.splitlines()
    if "Parameters" not in lines:
        return set()
    names: set[str] = set()
    start = lines.index("Parameters") + 2
    for place, line in enumerate(lines[start:], start):
        if place + 1 < len(lines) and set(lines[place + 1]) == {"-"}:
            break
        if line and not line.startswith(" "):
            names.update(part.strip().lstrip("*") for part in line.split(" : ")[0].split(","))
    return names
