"""Deleting an environment: its own folder and nothing else, and never one that runs something of ours."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from whiskertoolbox_daemon.pythons import is_environment, prefix_of
from whiskertoolbox_protocol.channel import RequestError

PARTS = frozenset(
    {
        *("bin", "scripts", "include", "lib", "lib64", "share", "etc", "man", "doc", "src", "var", "ssl", "sbin"),
        *("pyvenv.cfg", ".gitignore", ".lock", "cachedir.tag"),
        *("conda-meta", "dlls", "tools", "libs", "library", "compiler_compat", "cmake", ".nonadmin"),
    }
)
"""What venv, uv, virtualenv, conda and the packages that they install put into an environment's folder."""


async def delete_environment(python: str, *, in_use: Iterable[str]) -> None:
    """Delete the environment of an executable; raises `RequestError` when that would take anything else along.

    Parameters
    ----------
    in_use
        Executables whose environments are needed, such as the one that runs user code.
    """
    folder = prefix_of(Path(python))
    if not is_environment(folder):
        raise RequestError(f"{folder} is not an environment that can be deleted: it is an installation of Python.")
    if (folder / "condabin").is_dir() or (folder / "envs").is_dir():
        raise RequestError(f"{folder} is an installation of conda, which is not deleted from here.")
    used = {os.path.realpath(prefix_of(Path(path))) for path in in_use if path} | {os.path.realpath(sys.prefix)}
    if os.path.realpath(folder) in used:
        raise RequestError(f"{folder} is in use. Select another interpreter, restart the session, and delete it then.")
    strangers = sorted(entry.name for entry in os.scandir(folder) if entry.name.lower() not in PARTS)
    if folder.is_symlink() or strangers:
        what = f"it also holds {strangers[0]}" if strangers else "it is a link"
        raise RequestError(f"{folder} was not deleted: {what}, which is not part of an environment.")
    try:
        await asyncio.to_thread(shutil.rmtree, folder)
    except OSError as error:
        raise RequestError(f"{folder} was not deleted completely: {error.filename}: {error.strerror}.") from error
