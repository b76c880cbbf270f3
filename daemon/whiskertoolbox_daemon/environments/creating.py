"""Making a new environment with NumPy in it: by uv or venv, or by conda."""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from whiskertoolbox_daemon.environments import installers
from whiskertoolbox_daemon.environments.packages import follow, module_command, uv_or_pip
from whiskertoolbox_daemon.environments.probe import Probe, run_probe
from whiskertoolbox_protocol.channel import RequestError
from whiskertoolbox_protocol.environments import CreateEnvironment


async def create_environment(params: CreateEnvironment, base: str, on_text: Callable[[str], None]) -> str:
    """Make an environment; returns its executable. What was made of one that fails or is cancelled is removed.

    Parameters
    ----------
    base
        Executable of the Python to make it from where `params` names none.
    """
    folder = Path(params.folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise RequestError(f"{folder} exists already. Choose a folder that does not exist yet.")
    python = _python_in(params)
    make = await _by_conda(params, params.base or base) if params.kind == "conda" else _virtual(params, base)
    try:
        await follow(make, on_text)
        if params.kind == "virtual":
            await follow(uv_or_pip(python, "install", "numpy"), on_text)
    except BaseException:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
        raise
    return python


def _virtual(params: CreateEnvironment, base: str) -> list[str]:
    uv = installers.uv_program()
    if uv is not None:
        return [uv, "venv", "--python", params.version or params.base or base, params.folder]
    if params.version:
        raise RequestError(f"Getting Python {params.version} needs uv, which is not installed (pip install uv).")
    return module_command(params.base or base, "venv", params.folder)


async def _by_conda(params: CreateEnvironment, base: str) -> list[str]:
    conda = installers.conda_program()
    if conda is None:
        raise RequestError("conda is not installed, and neither is mamba or micromamba. Install one of them.")
    version = params.version
    if not version and isinstance(answer := await asyncio.to_thread(run_probe, Path(base)), Probe):
        version = ".".join(answer.version.split(".")[:2])
    python = f"python={version}" if version else "python"
    return [conda, "create", "--yes", "--prefix", params.folder, python, "numpy"]


def _python_in(params: CreateEnvironment) -> str:
    if sys.platform == "win32":
        return str(Path(params.folder, "python.exe" if params.kind == "conda" else "Scripts/python.exe"))
    return str(Path(params.folder, "bin", "python"))
