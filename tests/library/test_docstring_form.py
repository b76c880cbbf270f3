"""The docstrings of the library's public names are whole, by the rules of numpydoc that pyproject.toml chooses."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import whiskertoolbox_python as wt

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

pytestmark = pytest.mark.extra

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "whiskertoolbox_python"


def public_names() -> Iterator[str]:
    """Names that users may write: of the package, and of its classes what is ours."""
    for name in wt.__all__:
        value = getattr(wt, name)
        if not getattr(value, "__module__", "").startswith(PACKAGE) or not (
            inspect.isclass(value) or inspect.isfunction(value)
        ):
            continue
        yield name
        if inspect.isclass(value):
            yield from (f"{name}.{member}" for member in sorted(dir(value)) if is_ours(value, member))


def is_ours(owner: type, name: str) -> bool:
    if name.startswith("_"):
        return False
    member = inspect.getattr_static(owner, name)
    function = member.fget if isinstance(member, property) else getattr(member, "__func__", member)
    return inspect.isfunction(function) and function.__module__.startswith(PACKAGE)


def chosen_checks() -> set[str]:
    from numpydoc.validate import ERROR_MSGS

    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["numpydoc_validation"]
    return set(ERROR_MSGS) - set(settings["checks"])


def faults(name: str, checks: set[str]) -> list[str]:
    """What is wrong with a docstring; parameters may go without a section, but not be missing from one."""
    from numpydoc.docscrape import get_doc_object
    from numpydoc.validate import validate

    value = functools.reduce(getattr, name.split("."), wt)  # a name such as `batch` is that of a module too
    result = validate(get_doc_object(value))
    has_section = "Parameters\n---" in inspect.cleandoc(result["docstring"])
    return [
        f"{name}: {code} {message}"
        for code, message in result["errors"]
        if code in checks and (code != "PR01" or has_section)
    ]


def test_every_public_docstring_is_whole() -> None:
    checks = chosen_checks()
    found = [fault for name in public_names() for fault in faults(name, checks)]
    assert found == []


def test_every_public_thing_is_looked_at() -> None:
    names = set(public_names())
    assert {"DataManager", "DataManager.load", "AnalogTimeSeries.restrict", "Line2D", "plot"} <= names
    assert {name for name in wt.__all__ if inspect.isclass(getattr(wt, name))} <= names
