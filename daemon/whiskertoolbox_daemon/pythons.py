"""What starting any Python needs: where our packages are, no console window, and what its environment is called.

Imported before anything slow: standard library only.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Any, TypeVar

AnyPath = TypeVar("AnyPath", bound=PurePath)

PACKAGES = Path(__file__).resolve().parents[1]
"""The folder that holds our four packages."""

INTERPRETER_PROGRAM = PACKAGES / "whiskertoolbox_interpreter"
"""What is run in the user's Python; a folder with a ``__main__.py``."""

NO_CONSOLE: int = getattr(subprocess, "CREATE_NO_WINDOW", 0)
"""On Windows no console window is to flash up."""


def environment_name(prefix: Path) -> str:
    """What the user calls an environment: its folder's name; empty for a Python that is not an environment."""
    if not is_environment(prefix):
        return ""
    return f"{prefix.parent.name}/{prefix.name}" if prefix.name in (".venv", "venv", "env") else prefix.name


def is_environment(folder: Path) -> bool:
    """Return whether a folder is an environment of venv's kind or of conda's."""
    return (folder / "pyvenv.cfg").exists() or (folder / "conda-meta").is_dir()


def prefix_of(executable: AnyPath) -> AnyPath:
    """Return the folder of an environment by its Python, which conda on Windows puts into the folder itself."""
    folder = executable.parent
    return folder.parent if folder.name in ("bin", "Scripts") else folder


def activated(
    python: str, environment: Mapping[str, str], *, is_windows: bool = sys.platform == "win32"
) -> dict[str, str]:
    """Return the variables with which a Python finds what else its environment holds, as after activating it.

    That is its programs, as `pip` and `ffmpeg`, and of conda's on Windows also the libraries of `sqlite3` and `ssl`.
    The path of a Python that is not an environment stays as it is.
    """
    prefix = prefix_of(Path(python))
    variables = {name: value for name, value in environment.items() if name not in ("VIRTUAL_ENV", "CONDA_PREFIX")}
    folders = [prefix / ("Scripts" if is_windows else "bin")]
    if (prefix / "conda-meta").is_dir():
        variables["CONDA_PREFIX"] = str(prefix)
        if is_windows:
            libraries = prefix / "Library"
            folders = [prefix, libraries / "mingw-w64" / "bin", libraries / "usr" / "bin", libraries / "bin", *folders]
    elif (prefix / "pyvenv.cfg").exists():
        variables["VIRTUAL_ENV"] = str(prefix)
    else:
        return dict(environment)
    separator = ";" if is_windows else os.pathsep
    variables["PATH"] = separator.join([*map(str, folders), *filter(None, [environment.get("PATH")])])
    return variables


def module_options(python: str) -> dict[str, Any]:
    """Return how ``python -m`` finds a module of ours: options of whatever starts it."""
    # With PYTHONSAFEPATH set, -m would not look into cwd.
    variables = {name: value for name, value in activated(python, os.environ).items() if name != "PYTHONSAFEPATH"}
    return {"cwd": PACKAGES, "env": variables, "creationflags": NO_CONSOLE}
