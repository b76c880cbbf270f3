"""Where Pythons lie on each system: the finders on folders made as the tools make them."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from types import ModuleType, TracebackType

import pytest

from whiskertoolbox_daemon.environments.finders import (
    Machine,
    in_conda,
    in_folders,
    in_hatch,
    in_poetry,
    in_pyenv,
    in_uv,
    in_virtualenvs,
    in_workspace,
    on_system,
)

PYTHONS = {"linux": "bin/python", "darwin": "bin/python", "win32": "Scripts/python.exe"}


def make_python(prefix: Path, *markers: str, program: str = "bin/python") -> Path:
    """A folder that looks like an environment; its Python is not run."""
    python = prefix / program
    python.parent.mkdir(parents=True)
    for marker in markers:
        (prefix / marker).mkdir() if marker == "conda-meta" else (prefix / marker).write_text("")
    python.write_text("")
    return python


def machine(tmp_path: Path, platform: str = "linux", **variables: str) -> Machine:
    return Machine(home=tmp_path / "home", variables=variables, platform=platform, root=tmp_path / "root")


def test_the_workspaces_environments_come_in_the_usual_order(tmp_path: Path) -> None:
    inner = make_python(tmp_path / "tools" / "analysis-env", "pyvenv.cfg")
    other = make_python(tmp_path / "an-env", "pyvenv.cfg")
    usual = make_python(tmp_path / ".venv", "pyvenv.cfg")
    conda = make_python(tmp_path / ".conda", "conda-meta")
    pixi = make_python(tmp_path / ".pixi" / "envs" / "default", "conda-meta")
    make_python(tmp_path / "no-environment")
    make_python(tmp_path / "deep" / "deeper" / "deepest", "pyvenv.cfg")
    found = list(dict.fromkeys(in_workspace(tmp_path, machine(tmp_path))))
    assert found == [usual, conda, pixi, other, inner]


def test_condas_list_and_the_active_environment_are_read(tmp_path: Path) -> None:
    home = tmp_path / "home"
    active = make_python(home / "conda" / "here", "conda-meta")
    inner = make_python(home / "conda" / "here" / "envs" / "mouse", "conda-meta")
    listed = make_python(home / "elsewhere" / "imaging", "conda-meta")
    (home / ".conda").mkdir()
    (home / ".conda" / "environments.txt").write_text(f"{listed.parents[1]}\n{home}/deleted\n\n")
    found = list(in_conda(machine(tmp_path, CONDA_PREFIX=str(active.parents[1]))))
    assert found == [active, listed, inner]


@pytest.mark.parametrize("folder", ["home/miniforge3", "home/micromamba", "root/opt/conda", "root/opt/miniconda3"])
def test_conda_is_found_wherever_it_is_installed(tmp_path: Path, folder: str) -> None:
    base = make_python(tmp_path / folder, "conda-meta")
    inner = make_python(tmp_path / folder / "envs" / "mouse", "conda-meta")
    assert list(in_conda(machine(tmp_path))) == [base, inner]


def test_conda_on_windows_is_found_without_being_on_the_path(tmp_path: Path) -> None:
    base = make_python(tmp_path / "ProgramData" / "miniconda3", "conda-meta", program="python.exe")
    windows = machine(tmp_path, "win32", PROGRAMDATA=str(tmp_path / "ProgramData"))
    assert list(in_conda(windows)) == [base]


def test_mambas_root_and_condas_folders_of_environments_are_found(tmp_path: Path) -> None:
    mamba = make_python(tmp_path / "mamba" / "envs" / "a", "conda-meta")
    conda = make_python(tmp_path / "lab" / "b", "conda-meta")
    variables = {"MAMBA_ROOT_PREFIX": str(tmp_path / "mamba"), "CONDA_ENVS_DIRS": str(tmp_path / "lab")}
    assert list(in_conda(machine(tmp_path, **variables))) == [mamba, conda]


def test_pyenvs_versions_and_environments_are_found(tmp_path: Path) -> None:
    version = make_python(tmp_path / "home" / ".pyenv" / "versions" / "3.12.1")
    environment = make_python(tmp_path / "home" / ".pyenv" / "versions" / "3.12.1" / "envs" / "mouse", "pyvenv.cfg")
    assert list(in_pyenv(machine(tmp_path))) == [version, environment]


def test_pyenv_for_windows_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "home" / ".pyenv" / "pyenv-win" / "versions" / "3.12.1"
    python = make_python(folder, program="python.exe")
    assert list(in_pyenv(machine(tmp_path, "win32"))) == [python]


@pytest.mark.parametrize(
    ("platform", "folder"),
    [
        ("linux", ".cache/pypoetry/virtualenvs"),
        ("darwin", "Library/Caches/pypoetry/virtualenvs"),
        ("win32", "AppData/Local/pypoetry/Cache/virtualenvs"),
    ],
)
def test_poetrys_cache_is_found_on_each_system(tmp_path: Path, platform: str, folder: str) -> None:
    python = make_python(tmp_path / "home" / folder / "mouse-x1-py3.12", program=PYTHONS[platform])
    assert list(in_poetry(machine(tmp_path, platform))) == [python]


@pytest.mark.parametrize(
    ("platform", "folder"),
    [
        ("linux", ".local/share/hatch"),
        ("darwin", "Library/Application Support/hatch"),
        ("win32", "AppData/Local/hatch"),
    ],
)
def test_hatchs_environments_are_found_on_each_system(tmp_path: Path, platform: str, folder: str) -> None:
    prefix = tmp_path / "home" / folder / "env" / "virtual" / "mouse" / "Xy12" / "test"
    assert list(in_hatch(machine(tmp_path, platform))) == []
    python = make_python(prefix, program=PYTHONS[platform])
    assert list(in_hatch(machine(tmp_path, platform))) == [python]


@pytest.mark.parametrize(
    ("platform", "folder"),
    [("linux", ".local/share/uv"), ("darwin", ".local/share/uv"), ("win32", "AppData/Roaming/uv")],
)
def test_the_pythons_of_uv_are_found_on_each_system(tmp_path: Path, platform: str, folder: str) -> None:
    program = "python.exe" if platform == "win32" else "bin/python"
    python = make_python(tmp_path / "home" / folder / "python" / "cpython-3.12", program=program)
    assert list(in_uv(machine(tmp_path, platform))) == [python]


@pytest.mark.parametrize("folder", [".virtualenvs", ".venvs", ".local/share/virtualenvs", ".local/share/pdm/venvs"])
def test_environments_that_tools_keep_in_the_home_folder_are_found(tmp_path: Path, folder: str) -> None:
    python = make_python(tmp_path / "home" / folder / "mouse")
    assert list(in_virtualenvs(machine(tmp_path))) == [python]


def test_a_folder_of_the_setting_is_an_environment_or_holds_some(tmp_path: Path) -> None:
    inner = make_python(tmp_path / "environments" / "mouse")
    one = make_python(tmp_path / "one")
    found = list(in_folders([tmp_path / "environments", one.parents[1]], machine(tmp_path)))
    assert found == [inner, one]


def program(file: Path) -> Path:
    """A file that is found as a program; it is not run."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("#!/bin/sh\n")
    file.chmod(0o755)
    return file


def test_pythons_on_the_path_are_found_but_not_what_only_leads_to_them(tmp_path: Path) -> None:
    python = program(tmp_path / "bin" / "python3.12")
    program(tmp_path / "bin" / "python3-config")
    program(tmp_path / "home" / ".pyenv" / "shims" / "python")
    path = f"{tmp_path}/bin:{tmp_path}/home/.pyenv/shims:{tmp_path}/gone:"
    assert list(on_system(machine(tmp_path, PATH=path))) == [python]


@pytest.mark.parametrize(
    ("folder", "name"), [(".asdf/installs/python/3.12.1/bin", "python3.12"), (".rye/py/cpython@3.12.1/bin", "python3")]
)
def test_the_pythons_of_asdf_and_rye_are_found(tmp_path: Path, folder: str, name: str) -> None:
    python = program(tmp_path / "home" / folder / name)
    assert list(on_system(machine(tmp_path))) == [python]


def test_the_frameworks_of_macos_are_found_and_its_own_old_python_is_not_run(tmp_path: Path) -> None:
    framework = tmp_path / "root" / "Library" / "Frameworks" / "Python.framework" / "Versions"
    pythons = [program(framework / version / "bin" / f"python{version}") for version in ("3.12", "3.13")]
    program(tmp_path / "root" / "usr" / "bin" / "python3")
    homebrew = program(tmp_path / "root" / "opt" / "homebrew" / "bin" / "python3.13")
    path = f"{homebrew.parent}:{tmp_path}/root/usr/bin"
    assert sorted(on_system(machine(tmp_path, "darwin", PATH=path))) == sorted([homebrew, *pythons])
    assert list(on_system(machine(tmp_path, "linux", PATH=str(framework.parent)))) == []


class Registry(ModuleType):
    """What findpython uses of `winreg`: keys by their path, each with its values."""

    HKEY_LOCAL_MACHINE, HKEY_CURRENT_USER = "HKLM", "HKCU"
    KEY_WOW64_64KEY, KEY_WOW64_32KEY, KEY_READ, REG_SZ = 256, 512, 1, 1

    def __init__(self, keys: dict[str, dict[str, str]]) -> None:
        super().__init__("winreg")
        self._keys = keys

    def OpenKeyEx(self, root: str, below: str, _reserved: int, access: int) -> Key:
        view = " (32)" if access & self.KEY_WOW64_32KEY else ""
        path = f"{root}{view}/" + below.replace("\\", "/")
        if not any(PurePosixPath(key).is_relative_to(path) for key in self._keys):
            raise FileNotFoundError(path)
        return Key(path)

    def EnumKey(self, key: Key, index: int) -> str:
        below = [PurePosixPath(one).relative_to(key.path) for one in self._keys if one.startswith(f"{key.path}/")]
        names = list(dict.fromkeys(path.parts[0] for path in below))
        if index >= len(names):
            raise OSError("no more")
        return names[index]

    def EnumValue(self, key: Key, index: int) -> tuple[str, str, int]:
        values = list(self._keys.get(key.path, {}).items())
        if index >= len(values):
            raise OSError("no more")
        return (*values[index], self.REG_SZ)


class Key:
    """An open key of a `Registry`."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __enter__(self) -> Key:
        return self

    def __exit__(self, *_error: type[BaseException] | BaseException | TracebackType | None) -> None:
        return None


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, dict[str, str]]]:
    """The registry that findpython reads, empty at first."""
    keys: dict[str, dict[str, str]] = {}
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(platform, "machine", lambda: "AMD64")
    monkeypatch.setitem(sys.modules, "winreg", Registry(keys))
    yield keys
    for name in [name for name in sys.modules if name.startswith("findpython.pep514tools")]:
        del sys.modules[name]


def test_pythons_in_the_registry_of_windows_are_found(tmp_path: Path, registry: dict[str, dict[str, str]]) -> None:
    mine = make_python(tmp_path / "Users" / "me" / "Python312", program="python.exe")
    everybodys = make_python(tmp_path / "Program Files" / "Python313", program="python.exe")
    small = make_python(tmp_path / "Program Files (x86)" / "Python311-32", program="python.exe")
    conda = make_python(tmp_path / "miniconda3", "conda-meta", program="python.exe")
    for key, python in (
        ("HKCU/Software/Python/PythonCore/3.12", mine),
        ("HKLM/Software/Python/PythonCore/3.13", everybodys),
        ("HKLM (32)/Software/Python/PythonCore/3.11-32", small),
        ("HKCU/Software/Python/ContinuumAnalytics/Anaconda", conda),
        ("HKCU/Software/Python/PythonCore/3.10", tmp_path / "uninstalled" / "python.exe"),
    ):
        registry[key] = {"DisplayName": "Python", "SysVersion": key.rpartition("/")[2]}
        registry[f"{key}/InstallPath"] = {"": f"{python.parent}", "ExecutablePath": str(python)}
    registry["HKLM/Software/Python/PythonCore/2.6/InstallPath"] = {"": f"{tmp_path}/Python26"}
    registry["HKLM/Software/Python/PyLauncher/InstallPath"] = {"": f"{tmp_path}"}
    assert sorted(on_system(machine(tmp_path, "win32"))) == sorted([mine, everybodys, small, conda])


def test_a_machine_without_python_in_its_registry_has_none(tmp_path: Path, registry: dict[str, dict[str, str]]) -> None:
    assert registry == {}
    assert list(on_system(machine(tmp_path, "win32"))) == []
