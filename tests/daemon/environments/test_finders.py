"""Where Pythons lie on each system: the finders on folders made as the tools make them."""

from __future__ import annotations

from pathlib import Path

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
