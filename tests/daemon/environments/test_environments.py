"""Finding Pythons: by finders that look at folders, and by asking each Python once."""

from __future__ import annotations

import os
import sys
import venv
from pathlib import Path

import pytest

from tests.support.daemon_client import DaemonClient
from whiskertoolbox_daemon.environments import finders
from whiskertoolbox_daemon.environments.finders import (
    EnvironmentFinder,
    in_conda,
    in_pyenv,
    in_workspace,
)
from whiskertoolbox_daemon.environments.probe import Probe, Probes, run_probe
from whiskertoolbox_daemon.pythons import environment_name
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.environments import FindEnvironments

if sys.platform == "win32":
    pytest.skip("the folders are made as POSIX systems have them", allow_module_level=True)


def make_python(prefix: Path, *markers: str, text: str = "#!/bin/sh\n") -> Path:
    """A folder that looks like an environment; its Python is not run."""
    (prefix / "bin").mkdir(parents=True)
    for marker in markers:
        (prefix / marker).mkdir() if marker == "conda-meta" else (prefix / marker).write_text("")
    python = prefix / "bin" / "python"
    python.write_text(text)
    python.chmod(0o755)
    return python


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder with nothing in it."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    for name in ("CONDA_PREFIX", "PYENV_ROOT", "WORKON_HOME"):
        monkeypatch.delenv(name, raising=False)
    return folder


def test_the_workspaces_environments_come_in_the_usual_order(tmp_path: Path) -> None:
    inner = make_python(tmp_path / "tools" / "analysis-env", "pyvenv.cfg")
    other = make_python(tmp_path / "an-env", "pyvenv.cfg")
    usual = make_python(tmp_path / ".venv", "pyvenv.cfg")
    make_python(tmp_path / "no-environment")
    make_python(tmp_path / "deep" / "deeper" / "deepest", "pyvenv.cfg")
    found = list(dict.fromkeys(in_workspace(tmp_path)))
    assert found == [usual, other, inner]


def test_condas_list_and_the_active_environment_are_read(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    active = make_python(home / "miniconda", "conda-meta")
    inner = make_python(home / "miniconda" / "envs" / "mouse", "conda-meta")
    listed = make_python(home / "elsewhere" / "imaging", "conda-meta")
    (home / ".conda").mkdir()
    (home / ".conda" / "environments.txt").write_text(f"{listed.parents[1]}\n{home}/deleted\n\n")
    monkeypatch.setenv("CONDA_PREFIX", str(active.parents[1]))
    assert list(in_conda()) == [active, listed, inner]


def test_pyenvs_versions_are_found(home: Path) -> None:
    python = make_python(home / ".pyenv" / "versions" / "3.12.1")
    assert list(in_pyenv()) == [python]


def test_an_environment_is_found_once_however_many_finders_see_it(home: Path, tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    venv.create(workspace / ".venv", symlinks=True)
    (home / ".virtualenvs").mkdir()
    (home / ".virtualenvs" / "same").symlink_to(workspace / ".venv")
    python = str(workspace / ".venv" / "bin" / "python")
    found = EnvironmentFinder(workspace).find(refresh=False, current=python)
    ours = [entry for entry in found if os.path.realpath(Path(entry.path).parents[1]) == str(workspace / ".venv")]
    assert [(entry.path, entry.kind, entry.name) for entry in ours] == [(python, "workspace", "workspace/.venv")]


def test_a_finder_that_fails_leaves_the_others(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr(finders, "in_conda", fail)
    venv.create(tmp_path / ".venv", symlinks=True)
    found = EnvironmentFinder(tmp_path).find(refresh=False, current="")
    assert found[0].path == str(tmp_path / ".venv" / "bin" / "python")


def test_a_python_says_what_it_is() -> None:
    probe = run_probe(Path(sys.executable))
    assert probe is not None
    assert (probe.version, probe.prefix, probe.has_numpy) == (sys.version.split()[0], sys.prefix, True)
    assert probe.problem == ""


@pytest.mark.parametrize("text", ["#!/bin/sh\necho hello\n", "#!/bin/sh\nexit 3\n", "not even a script"])
def test_what_is_no_python_is_left_out(tmp_path: Path, text: str) -> None:
    assert run_probe(make_python(tmp_path / "fake", text=text)) is None


def test_problems_are_named() -> None:
    old = Probe(version="3.9.18", prefix="/usr", packages="/usr/lib", has_numpy=True)
    bare = Probe(version="3.12.1", prefix="/usr", packages="/usr/lib", has_numpy=False)
    assert old.problem == "Python 3.9.18 is too old: 3.10 or newer is needed."
    assert bare.problem == "NumPy is missing."


def counting_python(folder: Path) -> tuple[Path, Path]:
    """A stand-in for a Python that notes each time it is run, and the folder of its packages."""
    packages = folder / "site-packages"
    packages.mkdir()
    answer = f'{{"version": "3.12.1", "prefix": "{folder}", "packages": "{packages}", "has_numpy": true}}'
    python = make_python(folder / "env", text=f"#!/bin/sh\necho run >> {folder}/runs\necho '{answer}'\n")
    return python, packages


def test_an_unchanged_python_is_asked_once(tmp_path: Path) -> None:
    python, _ = counting_python(tmp_path)
    probes = Probes()
    assert probes.probe(python) == probes.probe(python)
    assert (tmp_path / "runs").read_text() == "run\n"


def test_a_python_is_asked_again_when_a_package_was_installed(tmp_path: Path) -> None:
    python, packages = counting_python(tmp_path)
    probes = Probes()
    probes.probe(python)
    os.utime(packages, ns=(0, 0))
    probes.probe(python)
    assert (tmp_path / "runs").read_text() == "run\nrun\n"


@pytest.mark.parametrize(
    ("folder", "marker", "name"),
    [("mouse", "pyvenv.cfg", "mouse"), ("mouse/.venv", "pyvenv.cfg", "mouse/.venv"), ("mouse", "conda-meta", "mouse")],
)
def test_an_environment_is_called_by_its_folder(tmp_path: Path, folder: str, marker: str, name: str) -> None:
    make_python(tmp_path / folder, marker)
    assert environment_name(tmp_path / folder) == name


def test_a_python_that_is_no_environment_has_no_name(tmp_path: Path) -> None:
    assert environment_name(tmp_path) == ""


async def test_the_daemon_lists_its_own_python(workspace: Path) -> None:
    async with DaemonClient.start(session=workspace / "session", workspace=workspace) as client:
        found = await client.request(methods.ENVIRONMENTS_FIND, FindEnvironments())
        prefixes = [os.path.realpath(Path(entry.path).parents[1]) for entry in found.environments]
        assert os.path.realpath(sys.prefix) in prefixes
        assert len(set(prefixes)) == len(prefixes)
