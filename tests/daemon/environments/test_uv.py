"""Environments and packages through the real uv, from wheels in a folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.support.package_folder import PACKAGES, write_wheel
from whiskertoolbox_daemon.environments import installers, packages
from whiskertoolbox_daemon.environments.creating import create_environment
from whiskertoolbox_protocol.channel import RequestError
from whiskertoolbox_protocol.environments import ChangePackages, CreateEnvironment

UV = Path(__file__).parents[3] / ".cache" / "python-uv" / ("Scripts/uv.exe" if os.name == "nt" else "bin/uv")

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of this machine's uv, and nothing from an index."""
    assert UV.exists(), "`npm test` installs uv into .cache/python-uv"
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    for package in (*PACKAGES, ("numpy", "2.0", ())):
        write_wheel(wheels, *package)
    monkeypatch.setattr(installers, "uv_program", lambda: str(UV))
    monkeypatch.setenv("UV_FIND_LINKS", str(wheels))
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    for variable in ("UV_NO_INDEX", "UV_NO_CONFIG", "UV_OFFLINE"):
        monkeypatch.setenv(variable, "1")


async def made(folder: Path, version: str = "") -> str:
    params = CreateEnvironment(change_id="1", folder=str(folder), version=version)
    return await create_environment(params, sys.executable, print)


async def changed(python: str, action: str, *names: str, requirements: str = "") -> dict[str, str]:
    params = ChangePackages(
        change_id="1",
        python=python,
        action=action,  # type: ignore[arg-type]
        packages=list(names),
        requirements=requirements,
    )
    await packages.change_packages(params, print)
    return await versions(python)


async def versions(python: str) -> dict[str, str]:
    return {package.name: package.version for package in (await packages.list_packages(python)).packages}


async def test_packages_of_an_environment_that_uv_makes_are_installed_upgraded_and_uninstalled(tmp_path: Path) -> None:
    python = await made(tmp_path / "env")
    assert await versions(python) == {"numpy": "2.0"}  # and no pip
    assert (await packages.list_packages(python)).installer == "uv"
    installed = await changed(python, "install", "whisker-plots", "whisker-tools==1.0")
    assert installed == {"numpy": "2.0", "whisker-plots": "2.0", "whisker-tools": "1.0"}
    assert (await changed(python, "upgrade", "whisker-tools"))["whisker-tools"] == "1.1"
    assert (await changed(python, "reinstall", "numpy==2.0"))["numpy"] == "2.0"
    assert "whisker-plots" not in await changed(python, "uninstall", "whisker-plots")


async def test_a_file_of_requirements_is_installed(tmp_path: Path) -> None:
    python = await made(tmp_path / "env")
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("whisker-plots\n")
    assert "whisker-tools" in await changed(python, "install", requirements=str(requirements))


async def test_uvs_reason_is_shown_and_nothing_changes(tmp_path: Path) -> None:
    python = await made(tmp_path / "env")
    with pytest.raises(RequestError, match=r"(?s)No solution found.*whisker-tools>=9"):
        await changed(python, "install", "whisker-needy")
    assert await versions(python) == {"numpy": "2.0"}


async def test_a_python_that_uv_cannot_get_is_named_and_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"3\.99"):
        await made(tmp_path / "env", version="3.99")
    assert not (tmp_path / "env").exists()
