"""What a Python is started with: the variables that activating its environment would set."""

from __future__ import annotations

import os
from pathlib import Path, PureWindowsPath

import pytest

from whiskertoolbox_daemon.pythons import activated, prefix_of


def venv(folder: Path) -> Path:
    (folder / "pyvenv.cfg").touch()
    return folder


def conda(folder: Path) -> Path:
    (folder / "conda-meta").mkdir()
    return folder


@pytest.mark.parametrize(
    ("executable", "prefix"),
    [
        (r"C:\Users\me\miniconda3\envs\dlc\python.exe", r"C:\Users\me\miniconda3\envs\dlc"),
        (r"D:\rig\.venv\Scripts\python.exe", r"D:\rig\.venv"),
        (r"\\server\share\envs\dlc\python.exe", r"\\server\share\envs\dlc"),
    ],
)
def test_the_folder_of_an_environment_is_found_on_windows(executable: str, prefix: str) -> None:
    assert prefix_of(PureWindowsPath(executable)) == PureWindowsPath(prefix)


def test_a_virtual_environment_comes_first_on_the_path(tmp_path: Path) -> None:
    variables = activated(
        str(venv(tmp_path) / "bin" / "python"), {"PATH": "/usr/bin", "CONDA_PREFIX": "/c"}, is_windows=False
    )
    assert variables == {"PATH": os.pathsep.join([str(tmp_path / "bin"), "/usr/bin"]), "VIRTUAL_ENV": str(tmp_path)}


def test_the_libraries_of_a_conda_environment_are_found_on_windows(tmp_path: Path) -> None:
    variables = activated(
        str(conda(tmp_path) / "python.exe"), {"PATH": "C:\\Windows", "VIRTUAL_ENV": "v"}, is_windows=True
    )
    library = tmp_path / "Library"
    places = [tmp_path, library / "mingw-w64" / "bin", library / "usr" / "bin", library / "bin", tmp_path / "Scripts"]
    assert variables == {"PATH": ";".join([*map(str, places), "C:\\Windows"]), "CONDA_PREFIX": str(tmp_path)}


def test_a_python_that_is_no_environment_changes_nothing(tmp_path: Path) -> None:
    environment = {"PATH": "/usr/bin", "HOME": "/home/me"}
    assert activated(str(tmp_path / "bin" / "python"), environment) == environment
