"""Packages of an environment: listed by what is there, changed through an installer, with its reason when it fails."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from typing import Any

import pytest

from tests.support.daemon_client import DaemonClient
from tests.support.package_folder import write_wheel
from whiskertoolbox_daemon.environments import installers, packages
from whiskertoolbox_daemon.environments.creating import create_environment
from whiskertoolbox_daemon.environments.finders import Machine
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.channel import RequestError
from whiskertoolbox_protocol.environments import ChangePackages, CreateEnvironment, PythonReference

PROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "a-whisker-package"
version = "1.2"
"""

BACKEND = """
import zipfile

def build_wheel(folder, settings=None, metadata=None):
    name = "a_whisker_package-1.2-py3-none-any.whl"
    with zipfile.ZipFile(f"{folder}/{name}", "w") as wheel:
        wheel.writestr("a_whisker_package.py", "length = 3")
        wheel.writestr("a_whisker_package-1.2.dist-info/METADATA", "Metadata-Version: 2.1\\nName: a-whisker-package\\nVersion: 1.2\\nSummary: Whiskers\\nRequires-Dist: NumPy>=1\\nHome-page: https://example.org\\n")
        wheel.writestr("a_whisker_package-1.2.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr("a_whisker_package-1.2.dist-info/RECORD", "")
    return name

build_editable = build_wheel
"""  # noqa: E501


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A package that is installed without an index."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "pyproject.toml").write_text(PROJECT)
    (folder / "backend.py").write_text(BACKEND)
    return folder / "pyproject.toml"


@pytest.fixture
def python(tmp_path: Path) -> str:
    """An environment without pip, as uv makes them."""
    venv.create(tmp_path / "env", symlinks=sys.platform != "win32")
    return str(tmp_path / "env" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python"))


def change(python: str, action: str = "install", *names: str, requirements: str = "") -> ChangePackages:
    return ChangePackages(
        change_id="1",
        python=python,
        action=action,
        packages=list(names),
        requirements=requirements,  # type: ignore[arg-type]
    )


@pytest.mark.slow
async def test_a_package_is_installed_listed_and_uninstalled_in_an_environment_without_pip(
    workspace: Path, project: Path, python: str
) -> None:
    async with DaemonClient.start(session=workspace / "session", workspace=workspace) as client:
        await client.request(methods.PACKAGES_CHANGE, change(python, requirements=str(project)))
        listed = await client.request(methods.PACKAGES_LIST, PythonReference(python=python))
        (ours,) = [package for package in listed.packages if package.name == "a-whisker-package"]
        assert (ours.version, ours.summary, ours.homepage) == ("1.2", "Whiskers", "https://example.org")
        assert "whisker" in "".join(message.text for message in client.received(methods.PACKAGES_LOG))
        await client.request(methods.PACKAGES_CHANGE, change(python, "uninstall", "a-whisker-package"))
        listed = await client.request(methods.PACKAGES_LIST, PythonReference(python=python))
        assert "a-whisker-package" not in [package.name for package in listed.packages]


@pytest.mark.slow
async def test_where_there_is_no_pip_at_all_the_one_that_python_carries_installs(
    project: Path, python: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installers, "uv_program", lambda: None)
    monkeypatch.setattr(sys, "executable", python)  # what runs the daemon has no pip either
    log: list[str] = []
    await packages.change_packages(change(python, requirements=str(project)), log.append)
    assert log[0].startswith(f"> {python} -m pip install")
    names = [package.name for package in (await packages.list_packages(python)).packages]
    assert "a-whisker-package" in names
    assert "pip" not in names


@pytest.mark.slow
async def test_what_start_files_print_is_no_part_of_an_answer(
    tmp_path: Path, python: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = Path(sysconfig.get_path("purelib", vars={"base": str(tmp_path / "env")}))
    (site / "sitecustomize.py").write_text("import atexit\nprint('[welcome]')\natexit.register(print, '[goodbye]')\n")
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    for version in ("1.0", "1.1"):
        write_wheel(wheels, "whisker-tools", version)
    monkeypatch.setattr(installers, "uv_program", lambda: None)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    await packages.change_packages(change(python, "install", "whisker-tools==1.0"), print)
    assert "whisker-tools" in [package.name for package in (await packages.list_packages(python)).packages]
    (newer,) = (await packages.outdated_packages(python)).packages
    assert (newer.name, newer.latest) == ("whisker-tools", "1.1")


async def test_who_needs_a_package_is_listed_with_it() -> None:
    listed = await packages.list_packages(sys.executable)
    (pluggy,) = [package for package in listed.packages if package.name == "pluggy"]
    assert "pytest" in pluggy.needed_by


@pytest.mark.parametrize("name", ["--target=/", "-r", "a b", "git+https://example.org/x", "", "x; rm -rf", "../evil"])
def test_what_is_no_package_name_is_refused(name: str) -> None:
    with pytest.raises(RequestError, match="is not a package name"):
        packages.change_command(change(sys.executable, "install", name))


@pytest.mark.parametrize("name", ["scipy", "scipy>=1.11", "dask[distributed]", "zarr==2.18.7", "h5py ~=3.8", "a_b.c"])
def test_names_with_versions_and_extras_are_taken(name: str) -> None:
    assert packages.change_command(change(sys.executable, "install", name))[-1] == name


def test_what_is_there_and_does_not_work_is_installed_again() -> None:
    command = packages.change_command(change(sys.executable, "reinstall", "numpy==2.1.0"))
    assert command[-2:] == ["--force-reinstall", "numpy==2.1.0"]


def test_nothing_named_is_refused() -> None:
    with pytest.raises(RequestError, match="No package was named"):
        packages.change_command(change(sys.executable))


def test_a_missing_requirements_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="there is no such file"):
        packages.change_command(change(sys.executable, requirements=str(tmp_path / "requirements.txt")))


def test_a_conda_environment_is_changed_by_conda(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "env" / "conda-meta").mkdir(parents=True)
    (tmp_path / "conda").write_text("")
    python = str(tmp_path / "env" / "bin" / "python")
    monkeypatch.setenv("CONDA_EXE", str(tmp_path / "conda"))
    command = packages.change_command(change(python, "install", "scipy"))
    assert command == [str(tmp_path / "conda"), "install", "--yes", "--prefix", str(tmp_path / "env"), "scipy"]


@pytest.fixture
def conda(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in for conda, as its desktop installer leaves it; writes what it is asked to ``asked``."""
    program = tmp_path / "home" / "miniforge3" / "bin" / "conda"
    program.parent.mkdir(parents=True)
    make = f'mkdir -p "$4/conda-meta" "$4/bin" && ln -s "{sys.executable}" "$4/bin/python"'
    program.write_text(f'#!/bin/sh\necho "$@" >> "{tmp_path}/asked"\necho Solving\n[ "$1" != create ] || ({make})\n')
    program.chmod(0o755)
    monkeypatch.setattr(installers, "Machine", lambda: Machine(home=tmp_path / "home", variables={}, root=tmp_path))
    return program


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for conda is a shell script")
async def test_an_environment_of_condas_is_made_changed_and_known_as_such(tmp_path: Path, conda: Path) -> None:
    folder = tmp_path / "mouse"
    log: list[str] = []
    params = CreateEnvironment(change_id="1", folder=str(folder), kind="conda")
    python = await create_environment(params, sys.executable, log.append)
    assert python == str(folder / "bin" / "python")
    assert packages.installer_of(python) == "conda"
    await packages.change_packages(change(python, "install", "scipy>=1.11"), log.append)
    await packages.change_packages(change(python, "uninstall", "scipy"), log.append)
    minor = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert (tmp_path / "asked").read_text().splitlines() == [
        f"create --yes --prefix {folder} python={minor} numpy",
        f"install --yes --prefix {folder} scipy>=1.11",
        f"remove --yes --prefix {folder} scipy",
    ]
    assert log[0] == f"> {conda} create --yes --prefix {folder} python={minor} numpy\n"


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for conda is a shell script")
async def test_a_python_version_is_asked_of_conda(tmp_path: Path, conda: Path) -> None:
    params = CreateEnvironment(change_id="1", folder=str(tmp_path / "mouse"), kind="conda", version="3.12")
    await create_environment(params, sys.executable, print)
    assert "python=3.12 numpy" in (tmp_path / "asked").read_text()
    assert conda.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for conda is a shell script")
async def test_what_conda_made_of_an_environment_that_fails_is_removed(tmp_path: Path, conda: Path) -> None:
    conda.write_text('#!/bin/sh\nmkdir -p "$4/conda-meta"\necho "error: nothing provides numpy" >&2\nexit 1\n')
    params = CreateEnvironment(change_id="1", folder=str(tmp_path / "mouse"), kind="conda")
    with pytest.raises(RequestError, match="nothing provides numpy"):
        await create_environment(params, sys.executable, print)
    assert not (tmp_path / "mouse").exists()


async def test_where_there_is_no_conda_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installers, "conda_program", lambda: None)
    params = CreateEnvironment(change_id="1", folder=str(tmp_path / "mouse"), kind="conda")
    with pytest.raises(RequestError, match="conda is not installed"):
        await create_environment(params, sys.executable, print)


@pytest.mark.parametrize(
    ("platform", "program"),
    [
        ("linux", "home/miniconda3/bin/conda"),
        ("linux", "home/.local/bin/micromamba"),
        ("darwin", "root/opt/homebrew/miniforge3/bin/conda"),
        ("win32", "ProgramData/anaconda3/Scripts/conda.exe"),
        ("win32", "home/micromamba/Library/bin/micromamba.exe"),
    ],
)
def test_conda_is_found_although_no_shell_has_activated_it(tmp_path: Path, platform: str, program: str) -> None:
    variables = {"PROGRAMDATA": str(tmp_path / "ProgramData")}
    machine = Machine(home=tmp_path / "home", variables=variables, platform=platform, root=tmp_path / "root")
    assert installers.conda_program(machine) is None
    (tmp_path / program).parent.mkdir(parents=True)
    (tmp_path / program).write_text("")
    assert installers.conda_program(machine) == str(tmp_path / program)


@pytest.mark.slow
async def test_a_failing_install_shows_the_installers_reason(project: Path, python: str) -> None:
    project.with_name("backend.py").write_text("raise ImportError('no compiler for whiskers')\n")
    with pytest.raises(RequestError, match="no compiler for whiskers"):
        await packages.change_packages(change(python, requirements=str(project)), lambda _text: None)


async def test_an_environment_is_not_made_over_something_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "env").mkdir()
    (tmp_path / "env" / "notes.txt").write_text("mine")
    params = CreateEnvironment(change_id="1", folder=str(tmp_path / "env"))
    with pytest.raises(RequestError, match="exists already"):
        await create_environment(params, sys.executable, print)
    assert (tmp_path / "env" / "notes.txt").read_text() == "mine"


@pytest.fixture
def lasting_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that makes `tmp_path/env`, then `tmp_path/begun`, and has a child that holds its output."""
    base = tmp_path / "python"
    base.write_text(f"#!/bin/sh\nmkdir {tmp_path}/env\nsleep 600 &\ntouch {tmp_path}/begun\nwait\n")
    base.chmod(0o755)
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setattr(installers, "uv_program", lambda: None)
    return base


async def test_a_cancelled_environment_leaves_nothing_behind(tmp_path: Path, lasting_python: Path) -> None:
    params = CreateEnvironment(change_id="1", folder=str(tmp_path / "env"))
    making = asyncio.create_task(create_environment(params, str(lasting_python), print))
    while not (tmp_path / "begun").exists():
        await asyncio.sleep(0)
    making.cancel()
    with pytest.raises(asyncio.CancelledError):
        await making
    assert not (tmp_path / "env").exists()


async def test_an_environment_cancelled_while_its_program_starts_leaves_nothing_behind(
    tmp_path: Path, lasting_python: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class CancelledAtOnce(subprocess.Popen[bytes]):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            while not (tmp_path / "begun").exists():
                pass
            making.cancel()

    monkeypatch.setattr(subprocess, "Popen", CancelledAtOnce)
    params = CreateEnvironment(change_id="1", folder=str(tmp_path / "env"))
    making = asyncio.create_task(create_environment(params, str(lasting_python), print))
    with pytest.raises(asyncio.CancelledError):
        await making
    assert not (tmp_path / "env").exists()


@pytest.fixture
def trapped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder is a stranger's, with modules of the names of those that we run or that they import."""
    folder = tmp_path / "a stranger's"
    folder.mkdir()
    for name in ("pip", "venv", "ensurepip", "runpy", "json", "re", "os", "site", "sitecustomize", "usercustomize"):
        (folder / f"{name}.py").write_text("open('/'.join([*__file__.split('/')[:-1], 'trapped']), 'w').close()\n")
    monkeypatch.chdir(folder)
    monkeypatch.setattr(installers, "uv_program", lambda: None)
    return folder


@pytest.mark.slow
async def test_nothing_in_the_current_folder_is_run_when_packages_change(
    trapped: Path, python: str, project: Path
) -> None:
    requirements = trapped / "requirements.txt"
    requirements.write_text("../project\n")
    log: list[str] = []
    await packages.change_packages(change(python, requirements=str(requirements)), log.append)
    listed = await packages.list_packages(python)
    assert "a-whisker-package" in [package.name for package in listed.packages]
    await packages.change_packages(change(python, "uninstall", "a-whisker-package"), log.append)
    assert "-m pip --python" in log[0]
    assert not (trapped / "trapped").exists()


@pytest.mark.slow
async def test_nothing_in_the_current_folder_is_run_when_an_environment_is_made(trapped: Path, tmp_path: Path) -> None:
    params = CreateEnvironment(change_id="1", folder=str(tmp_path / "new"))
    log: list[str] = []
    with contextlib.suppress(RequestError):  # where there is no index to get NumPy from
        await create_environment(params, sys.executable, log.append)
    assert "-m venv" in log[0]
    assert "-m pip" in "".join(log)
    assert not (trapped / "trapped").exists()
