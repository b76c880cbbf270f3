"""Where the programs lie that make environments and install into them: uv and conda."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from whiskertoolbox_daemon.environments.finders import Machine, conda_installations


def uv_program() -> str | None:
    """Return uv's executable, or None."""
    beside = Path(sys.executable).with_name("uv.exe" if sys.platform == "win32" else "uv")
    own = Path.home() / ".local" / "bin" / beside.name
    return shutil.which("uv") or next((str(path) for path in (beside, own) if path.is_file()), None)


def conda_program(machine: Machine | None = None) -> str | None:
    """Return the executable of conda, mamba or micromamba, or None.

    An editor that was started from a desktop knows nothing of what a shell's start files activate, so the places where
    conda is installed are looked at too.
    """
    machine = machine or Machine()
    for variable in ("CONDA_EXE", "MAMBA_EXE"):
        if (named := machine.variables.get(variable)) and os.path.isfile(named):
            return named
    path = machine.variables.get("PATH", "")
    if on_path := next(
        filter(None, (shutil.which(name, path=path) for name in ("conda", "mamba", "micromamba"))), None
    ):
        return on_path
    windows = machine.platform == "win32"
    names = ("Scripts/conda.exe", "Library/bin/micromamba.exe") if windows else ("bin/conda", "bin/micromamba")
    programs = (prefix / name for prefix in [*conda_installations(machine), machine.home / ".local"] for name in names)
    return next((str(program) for program in programs if program.is_file()), None)
