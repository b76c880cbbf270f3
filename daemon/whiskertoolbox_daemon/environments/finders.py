"""Where Pythons lie: one finder per tool that makes them, each giving executables without running them."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from whiskertoolbox_daemon.pythons import is_environment, prefix_of
from whiskertoolbox_protocol.environments import EnvironmentKind

if TYPE_CHECKING:
    from findpython.providers.base import BaseProvider

logger = logging.getLogger(__name__)

FOLDERS_LOOKED_INTO = 1000
"""Of a workspace; a folder with more is not a place to look for environments."""
NO_ENVIRONMENTS_IN = (".git", "node_modules", ".whiskertoolbox")
CONDA_INSTALLATIONS = ("miniconda3", "anaconda3", "miniforge3", "mambaforge", "micromamba", "miniconda", "anaconda")


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """An executable that may be a Python."""

    path: Path
    kind: EnvironmentKind


@dataclass(frozen=True, kw_only=True)
class Machine:
    """What decides where environments lie: tests make their own."""

    home: Path = field(default_factory=Path.home)
    variables: Mapping[str, str] = field(default_factory=lambda: os.environ)
    platform: str = sys.platform
    root: Path = Path("/")

    def variable(self, name: str) -> Path | None:
        """Return the folder that an environment variable names, or None."""
        value = self.variables.get(name, "")
        return Path(value) if value else None

    @property
    def data(self) -> Path:
        """Return where programs keep their data."""
        if self.platform == "win32":
            return self.variable("APPDATA") or self.home / "AppData" / "Roaming"
        if self.platform == "darwin":
            return self.home / "Library" / "Application Support"
        return self.variable("XDG_DATA_HOME") or self.home / ".local" / "share"

    @property
    def cache(self) -> Path:
        """Return where programs keep what they can make again."""
        if self.platform == "win32":
            return self.variable("LOCALAPPDATA") or self.home / "AppData" / "Local"
        if self.platform == "darwin":
            return self.home / "Library" / "Caches"
        return self.variable("XDG_CACHE_HOME") or self.home / ".cache"

    def python_of(self, prefix: Path) -> Path | None:
        """Return the executable of an environment's folder, also one that leads nowhere; None if it has none."""
        windows = self.platform == "win32"
        names = ("Scripts/python.exe", "python.exe") if windows else ("bin/python", "bin/python3")
        return next((prefix / name for name in names if os.path.lexists(prefix / name)), None)

    def pythons_of(self, prefixes: Iterable[Path]) -> Iterator[Path]:
        """Yield the executables of those folders that have one."""
        return (python for prefix in prefixes if (python := self.python_of(prefix)) is not None)


def all_candidates(workspace: Path, machine: Machine, folders: Iterable[Path] = ()) -> Iterator[Candidate]:
    """Yield what every finder finds, in the order in which a list shows their kinds.

    Parameters
    ----------
    folders
        More places to look into, from a setting: environments, or folders of environments.
    """
    finders: tuple[tuple[EnvironmentKind, Callable[[], Iterator[Path]]], ...] = (
        ("workspace", lambda: in_workspace(workspace, machine)),
        ("virtual", lambda: in_folders(folders, machine)),
        ("virtual", lambda: in_virtualenvs(machine)),
        ("conda", lambda: in_conda(machine)),
        ("poetry", lambda: in_poetry(machine)),
        ("hatch", lambda: in_hatch(machine)),
        ("pyenv", lambda: in_pyenv(machine)),
        ("uv", lambda: in_uv(machine)),
        ("system", lambda: on_system(machine)),
    )
    for kind, finder in finders:
        yield from (Candidate(path=path, kind=kind) for path in _found_by(finder))


def _found_by(finder: Callable[[], Iterator[Path]]) -> Iterator[Path]:
    """Yield what a finder finds, until it fails, so that the others are heard."""
    try:
        yield from finder()
    except Exception:
        logger.exception("A search for environments failed")


def unique_executables(candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    """Leave out those that are certainly the same environment as an earlier one."""
    seen: set[str] = set()
    for candidate in candidates:
        prefix = prefix_of(candidate.path)
        # The Python of a virtual environment links to the one it was made from, and is another one all the same.
        key = os.path.realpath(prefix if (prefix / "pyvenv.cfg").exists() else candidate.path)
        if key not in seen:
            seen.add(key)
            yield candidate


def subfolders(folder: Path) -> list[Path]:
    """Return the folders in `folder`, sorted; none when it cannot be read."""
    try:
        return sorted(Path(entry.path) for entry in os.scandir(folder) if entry.is_dir())
    except OSError:
        return []


def in_workspace(workspace: Path, machine: Machine) -> Iterator[Path]:
    """Find environments in the workspace: the usual names first, then any, one or two levels down."""
    usual = [workspace / name for name in (".venv", "venv", "env", ".conda")]
    pixi = subfolders(workspace / ".pixi" / "envs")
    below = subfolders(workspace)
    two_below = [inner for folder in below if folder.name not in NO_ENVIRONMENTS_IN for inner in subfolders(folder)]
    folders = [*usual, *pixi, *below, *two_below][:FOLDERS_LOOKED_INTO]
    return machine.pythons_of(folder for folder in folders if is_environment(folder))


def in_folders(folders: Iterable[Path], machine: Machine) -> Iterator[Path]:
    """Find environments that a setting names, or whose folder it names."""
    for folder in folders:
        yield from machine.pythons_of([folder, *subfolders(folder)])


def in_virtualenvs(machine: Machine) -> Iterator[Path]:
    """Find environments of virtualenvwrapper, pipenv, PDM and their like."""
    roots = [machine.variable("WORKON_HOME"), machine.home / ".virtualenvs", machine.home / ".venvs"]
    roots += [machine.home / ".local" / "share" / "virtualenvs", machine.data / "pdm" / "venvs"]
    return machine.pythons_of(folder for root in roots if root for folder in subfolders(root))


def in_conda(machine: Machine) -> Iterator[Path]:
    """Find environments of conda, mamba, micromamba and miniforge, the active one first."""
    active = machine.variable("CONDA_PREFIX")
    listed = machine.home / ".conda" / "environments.txt"
    lines = listed.read_text(encoding="utf-8", errors="replace").splitlines() if listed.exists() else []
    prefixes = [*([active] if active else []), *(Path(line.strip()) for line in lines if line.strip())]
    prefixes += [*conda_installations(machine), machine.home / ".conda"]
    if root := machine.variable("MAMBA_ROOT_PREFIX"):
        prefixes.append(root)
    prefixes += [folder for prefix in list(prefixes) for folder in subfolders(prefix / "envs")]
    for name in ("CONDA_ENVS_PATH", "CONDA_ENVS_DIRS"):
        roots = machine.variables.get(name, "").split(";" if machine.platform == "win32" else ":")
        prefixes += [folder for root in roots if root for folder in subfolders(Path(root))]
    # An environment without Python is not ours, and is not a broken one either.
    return machine.pythons_of(prefix for prefix in prefixes if (prefix / "conda-meta").is_dir())


def conda_installations(machine: Machine) -> list[Path]:
    """Return the folders where conda, mamba, micromamba and miniforge are installed unless told otherwise."""
    parents = [machine.home, machine.home / "opt", machine.root / "opt", machine.root / "opt" / "homebrew"]
    if machine.platform == "win32":
        parents = [machine.home, machine.cache, machine.variable("PROGRAMDATA") or machine.root / "ProgramData"]
    return [*(parent / name for parent in parents for name in CONDA_INSTALLATIONS), machine.root / "opt" / "conda"]


def in_pyenv(machine: Machine) -> Iterator[Path]:
    """Find versions and environments of pyenv, and of pyenv for Windows."""
    root = machine.variable("PYENV_ROOT") or machine.home / ".pyenv"
    versions = [*subfolders(root / "versions"), *subfolders(root / "pyenv-win" / "versions")]
    for version in versions:
        yield from machine.pythons_of([version, *subfolders(version / "envs")])


def in_uv(machine: Machine) -> Iterator[Path]:
    """Find the Pythons that uv has installed."""
    data = machine.data if machine.platform == "win32" else machine.home / ".local" / "share"
    root = machine.variable("UV_PYTHON_INSTALL_DIR") or (machine.variable("XDG_DATA_HOME") or data) / "uv" / "python"
    return machine.pythons_of(subfolders(root))


def in_poetry(machine: Machine) -> Iterator[Path]:
    """Find the environments in Poetry's cache."""
    roots = [machine.variable("POETRY_VIRTUALENVS_PATH")]
    cache = machine.variable("POETRY_CACHE_DIR")
    below = machine.cache / "pypoetry" / "Cache" if machine.platform == "win32" else machine.cache / "pypoetry"
    roots.append((cache or below) / "virtualenvs")
    return machine.pythons_of(folder for root in roots if root for folder in subfolders(root))


def in_hatch(machine: Machine) -> Iterator[Path]:
    """Find the environments that Hatch keeps, three folders down: project, path, name."""
    data = machine.cache if machine.platform == "win32" else machine.data
    root = (machine.variable("HATCH_DATA_DIR") or data / "hatch") / "env" / "virtual"
    folders = (folder for project in subfolders(root) for path in subfolders(project) for folder in subfolders(path))
    return machine.pythons_of(folders)


def on_system(machine: Machine) -> Iterator[Path]:
    """Find what findpython finds: PATH, rye, asdf, the registry of Windows, the frameworks of macOS."""
    from findpython.providers.asdf import AsdfProvider
    from findpython.providers.macos import MacOSProvider
    from findpython.providers.path import PathProvider
    from findpython.providers.rye import RyeProvider
    from findpython.providers.winreg import WinregProvider

    folders = machine.variables.get("PATH", "").split(";" if machine.platform == "win32" else ":")
    providers: list[BaseProvider] = [
        PathProvider([Path(folder) for folder in folders if folder]),
        AsdfProvider(machine.variable("ASDF_DATA_DIR") or machine.home / ".asdf"),
        RyeProvider(machine.variable("RYE_PY_ROOT") or machine.home / ".rye" / "py"),
    ]
    if machine.platform == "win32":
        providers.append(WinregProvider())
    if machine.platform == "darwin":
        frameworks = MacOSProvider()
        frameworks.INSTALL_BASE = machine.root / "Library" / "Frameworks" / "Python.framework" / "Versions"
        providers.append(frameworks)
    # That of macOS is too old, and running it may open a dialog that asks to install developer tools.
    of_macos = machine.root / "usr" / "bin" if machine.platform == "darwin" else None
    for provider in providers:
        for found in _found_by(partial(_executables_of, provider)):
            # A shim of pyenv or asdf starts one of those that are found without it, or says that there is none.
            if found.parent.name != "shims" and found.parent != of_macos:
                yield found


def _executables_of(provider: BaseProvider) -> Iterator[Path]:
    return (python.executable for python in provider.find_pythons())
