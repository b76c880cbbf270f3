"""Finds the Pythons of this machine: finders in order of interest, each giving executables without running them."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from whiskertoolbox_daemon.environments.probe import Probe, Probes
from whiskertoolbox_daemon.pythons import environment_name
from whiskertoolbox_protocol.environments import Environment

Kind = Literal["workspace", "virtual", "conda", "pyenv", "system"]

logger = logging.getLogger(__name__)

FOLDERS_LOOKED_INTO = 1000
"""Of a workspace; a folder with more is no place to look for environments."""
NO_ENVIRONMENTS_IN = (".git", "node_modules", ".whiskertoolbox")
PROBES_AT_A_TIME = 4


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """An executable that may be a Python."""

    path: Path
    kind: Kind


def find_environments(workspace: Path, probes: Probes, *, current: str = "") -> list[Environment]:
    """The Pythons of this machine, the workspace's own first, each environment once.

    Runs every Python that `probes` does not know yet: call it on a thread.

    Parameters
    ----------
    current
        Executable of the chosen Python; listed even if no finder knows it.
    """
    candidates = list(unique_executables(all_candidates(workspace, current)))
    with ThreadPoolExecutor(PROBES_AT_A_TIME, thread_name_prefix="environment probe") as pool:
        found = list(pool.map(lambda candidate: probes.probe(candidate.path), candidates))
    environments: dict[str, Environment] = {}
    for candidate, probe in zip(candidates, found, strict=True):
        if probe is not None:
            environments.setdefault(os.path.realpath(probe.prefix), environment(candidate, probe))
    order = ("workspace", "virtual", "conda", "pyenv", "system")
    return sorted(environments.values(), key=lambda found: order.index(found.kind))


def environment(candidate: Candidate, probe: Probe) -> Environment:
    """A candidate that turned out to be a Python."""
    return Environment(
        path=str(candidate.path),
        version=probe.version,
        name=environment_name(Path(probe.prefix)) or f"Python {probe.version}",
        kind=candidate.kind,
        problem=probe.problem,
    )


def all_candidates(workspace: Path, current: str) -> Iterator[Candidate]:
    """What every finder finds, in their order."""
    finders: tuple[tuple[Kind, Callable[[], Iterator[Path]]], ...] = (
        ("workspace", lambda: in_workspace(workspace)),
        ("virtual", in_virtualenvs),
        ("conda", in_conda),
        ("pyenv", in_pyenv),
        ("system", on_system),
    )
    for kind, finder in finders:
        yield from (Candidate(path=path, kind=kind) for path in found_by(finder))
    for executable in (current, sys.executable):
        if executable:
            is_environment = environment_name(Path(executable).parent.parent) != ""
            yield Candidate(path=Path(executable), kind="virtual" if is_environment else "system")


def found_by(finder: Callable[[], Iterator[Path]]) -> list[Path]:
    """What a finder finds; nothing when it fails, so that the others are heard."""
    try:
        return list(finder())
    except Exception:
        logger.exception("A search for environments failed")
        return []


def unique_executables(candidates: Iterator[Candidate]) -> Iterator[Candidate]:
    """Without those that are certainly the same environment as an earlier one."""
    seen: set[str] = set()
    for candidate in candidates:
        prefix = candidate.path.parent.parent
        # The Python of a virtual environment links to the one it was made from, and is another one all the same.
        key = os.path.realpath(prefix if (prefix / "pyvenv.cfg").exists() else candidate.path)
        if key not in seen:
            seen.add(key)
            yield candidate


def python_of(prefix: Path) -> Path | None:
    """The Python executable of an environment's folder."""
    names = ("Scripts/python.exe", "python.exe") if sys.platform == "win32" else ("bin/python", "bin/python3")
    return next((prefix / name for name in names if (prefix / name).exists()), None)


def pythons_of(prefixes: Iterator[Path]) -> Iterator[Path]:
    """The executables of those folders that have one."""
    return (python for prefix in prefixes if (python := python_of(prefix)) is not None)


def subfolders(folder: Path) -> list[Path]:
    """Folders in `folder`, sorted; none when it cannot be read."""
    try:
        return sorted(Path(entry.path) for entry in os.scandir(folder) if entry.is_dir())
    except OSError:
        return []


def in_workspace(workspace: Path) -> Iterator[Path]:
    """Virtual environments in the workspace: the usual names first, then any, one or two levels down."""
    usual = [workspace / name for name in (".venv", "venv", "env")]
    below = subfolders(workspace)
    two_below = [
        inner for folder in below if folder.name not in (".git", "node_modules") for inner in subfolders(folder)
    ]
    folders = [*usual, *below, *two_below][:FOLDERS_LOOKED_INTO]
    return pythons_of(folder for folder in folders if (folder / "pyvenv.cfg").exists())


def in_virtualenvs() -> Iterator[Path]:
    """Environments of virtualenvwrapper and its like."""
    roots = [Path.home() / ".virtualenvs"]
    if workon := os.environ.get("WORKON_HOME"):
        roots.insert(0, Path(workon))
    return pythons_of(folder for root in roots for folder in subfolders(root))


def in_conda() -> Iterator[Path]:
    """Environments that conda knows, the active one first."""
    prefixes = [Path(prefix)] if (prefix := os.environ.get("CONDA_PREFIX")) else []
    known = Path.home() / ".conda" / "environments.txt"
    if known.exists():
        lines = known.read_text(encoding="utf-8", errors="replace").splitlines()
        prefixes += [Path(line.strip()) for line in lines if line.strip()]
    prefixes += [folder for prefix in list(prefixes) for folder in subfolders(prefix / "envs")]
    return pythons_of(prefix for prefix in prefixes if (prefix / "conda-meta").is_dir())


def in_pyenv() -> Iterator[Path]:
    """Versions and environments of pyenv."""
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    return pythons_of(folder for folder in subfolders(root / "versions"))


def on_system() -> Iterator[Path]:
    """What findpython finds: PATH, the registry, uv, rye, asdf, the Pythons of macOS."""
    from findpython.providers import ALL_PROVIDERS

    for name, provider_class in ALL_PROVIDERS.items():
        if name != "pyenv" and (provider := provider_class.create()) is not None:
            yield from (python.executable for python in provider.find_pythons())


class EnvironmentFinder:
    """Remembers what was found, and searches once however many ask."""

    def __init__(self, workspace: Path) -> None:
        self._workspace = workspace
        self._probes = Probes()
        self._found: list[Environment] | None = None
        self._lock = threading.Lock()

    def find(self, *, refresh: bool, current: str) -> list[Environment]:
        """The Pythons of this machine; searches the first time and when `refresh` is asked for."""
        with self._lock:
            if self._found is None or refresh:
                self._found = find_environments(self._workspace, self._probes, current=current)
            return self._found

    def probe(self, python: str) -> Probe | None:
        """What one Python says of itself; None when it is not a Python that runs."""
        return self._probes.probe(Path(python))
