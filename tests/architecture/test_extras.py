"""The extras of the distribution: what formats need is in them, and they can stand in one environment."""

from __future__ import annotations

import importlib.metadata
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from whiskertoolbox_python.containers.exporting import EXPORTERS
from whiskertoolbox_python.containers.registry import CONTAINERS

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]
FROM_ELSEWHERE = {"pandas", "tables", "xarray", "h5netcdf", "tomli"}
"""Named where they are missing; whoever asks for files of other tools has them, or no extra would be small."""


def names_in(requirements: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(one).name) for one in requirements}


def test_what_a_format_needs_is_in_an_extra() -> None:
    needs = [*(one.needs for one in CONTAINERS), *(one.needs for one in EXPORTERS)]
    needed = names_in([one for several in needs for one in several])
    assert needed - names_in([one for extra in EXTRAS.values() for one in extra]) <= FROM_ELSEWHERE


def test_zarr_is_in_an_extra_of_its_own_as_spikeinterface_excludes_version_3() -> None:
    """SpikeInterface 0.105.3 wants zarr < 3 before Python 3.14; NWB in HDF5 needs no zarr."""
    assert [name for name, extra in EXTRAS.items() if "zarr" in names_in(extra)] == ["zarr"]
    assert names_in(EXTRAS["zarr"]) == {"zarr"}


@pytest.mark.parametrize("extra", EXTRAS)
def test_an_extra_stands_beside_all_others_in_one_environment(extra: str) -> None:
    """That of the tests has all of them: what is installed is what each wants, and what that wants in turn."""
    wanted = [(extra, Requirement(one)) for one in EXTRAS[extra]]
    seen: set[str] = set()
    conflicts = []
    while wanted:
        by, requirement = wanted.pop()
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        installed = importlib.metadata.distribution(requirement.name)
        if not requirement.specifier.contains(installed.version, prereleases=True):
            conflicts.append(f"{by} wants {requirement}, installed is {installed.version}")
        name = canonicalize_name(requirement.name)
        if name not in seen:
            seen.add(name)
            wanted += [(name, Requirement(one)) for one in installed.requires or ()]
    assert conflicts == []
