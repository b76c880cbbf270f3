"""What is installed in an environment, and changing it, through uv, conda or pip; commands are lists, never lines.

Nothing here runs user code: packages are listed by an isolated Python.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from whiskertoolbox_daemon.environments import installers
from whiskertoolbox_daemon.processes import kill_group
from whiskertoolbox_daemon.pythons import NO_CONSOLE, activated, prefix_of
from whiskertoolbox_protocol.channel import RequestError
from whiskertoolbox_protocol.environments import (
    ChangePackages,
    OutdatedPackage,
    OutdatedPackages,
    Package,
    Packages,
)

Installer = Literal["uv", "pip", "conda"]

LIST_LIMIT_S = 60.0
OUTDATED_LIMIT_S = 120.0
ENDS_WITHIN_S = 5.0
KEPT_LINES = 12
"""Of an installer's output, for the message that says why it failed."""
MARK = "whiskertoolbox-packages:"

LIST_SCRIPT = f"""
import json, re
from importlib.metadata import distributions
rows, requires = {{}}, {{}}
for found in distributions():
    meta = found.metadata
    name = meta["Name"]
    if not name or name in rows:
        continue
    links = [line.partition(",")[2].strip() for line in meta.get_all("Project-URL") or []]
    rows[name] = [name, found.version or "", meta["Summary"] or "", (meta["Home-page"] or (links + [""])[0])]
    needs = [line for line in found.requires or [] if "extra ==" not in line]
    requires[name] = [re.match(r"[A-Za-z0-9._-]+", line).group() for line in needs]
print("\\n{MARK}" + json.dumps([list(rows.values()), requires]))
"""

RUN_MODULE = (
    "import sys; sys.path[:] = [place for place in sys.path if place]; sys.argv[:] = sys.argv[1:]; "
    "import runpy; runpy.run_module(sys.argv[0], run_name='__main__', alter_sys=True)"
)
"""What ``-m`` does, but for looking into the current folder first, where a stranger's ``pip.py`` may lie."""

RUN_CARRIED_PIP = """
import sys
sys.path[:] = [place for place in sys.path if place]
import glob, os, runpy, sysconfig
try:
    import ensurepip
except ImportError:
    sys.exit("error: there is no pip that could install into this environment. Install uv, or pip into it.")
folders = [os.path.join(os.path.dirname(ensurepip.__file__), "_bundled"), sysconfig.get_config_var("WHEEL_PKG_DIR")]
folders.append("/usr/share/python-wheels")
wheels = [wheel for folder in folders if folder for wheel in glob.glob(os.path.join(folder, "pip-*.whl"))]
if not wheels:
    sys.exit("error: there is no pip that could install into this environment. Install uv, or pip into it.")
sys.path.insert(0, wheels[0])
sys.argv[0] = "pip"
runpy.run_module("pip", run_name="__main__", alter_sys=True)
"""
"""Runs the pip that Python carries for new environments, out of its wheel: the environment itself gets none."""

_SHOWN_AS = {RUN_MODULE: ["-m"], RUN_CARRIED_PIP: ["-m", "pip"], "-c": []}
"""How the log shows words of a command."""

_SPEC = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?(\[[A-Za-z0-9._, -]+\])?\s*([<>=!~]=?=?[^;@\s]+)?")


async def list_packages(python: str) -> Packages:
    """Return what is installed in an environment; raises `RequestError`."""
    output = await answer([python, "-I", "-c", LIST_SCRIPT], LIST_LIMIT_S)
    answers = [line.removeprefix(MARK) for line in output.splitlines() if line.startswith(MARK)]
    if not answers:
        raise RequestError(f"{python} did not list its packages. Select another interpreter.")
    rows, requires = json.loads(answers[-1])
    needed_by: dict[str, list[str]] = {}
    for name, needs in requires.items():
        for needed in needs:
            needed_by.setdefault(_normalized(needed), []).append(name)
    packages = [
        Package(
            name=name,
            version=version,
            summary=summary,
            homepage=homepage if homepage.startswith(("https://", "http://")) else "",
            needed_by=sorted(needed_by.get(_normalized(name), []), key=str.casefold),
        )
        for name, version, summary, homepage in rows
    ]
    packages.sort(key=lambda package: package.name.casefold())
    return Packages(packages=packages, installer=installer_of(python))


async def outdated_packages(python: str) -> OutdatedPackages:
    """Return of which installed packages there are newer versions; asks the package index."""
    command = uv_or_pip(python, "list", "--outdated", "--format", "json")
    output = await answer(command, OUTDATED_LIMIT_S)
    # Start files of the environment print other lines.
    answers = [line for line in output.splitlines() if line.startswith("[{")]
    rows = json.loads(answers[-1]) if answers else []
    return OutdatedPackages(packages=[OutdatedPackage(name=row["name"], latest=row["latest_version"]) for row in rows])


async def change_packages(params: ChangePackages, on_text: Callable[[str], None]) -> None:
    """Install, upgrade or uninstall; raises `RequestError` with the installer's reason. Ends when cancelled."""
    # Paths in a file of requirements are relative to it.
    folder = Path(params.requirements).parent if params.requirements else None
    await follow(change_command(params), on_text, folder=folder)


def change_command(params: ChangePackages) -> list[str]:
    """Return the program and arguments that make a change; raises `RequestError` for what is not a package."""
    for spec in params.packages:
        if not _SPEC.fullmatch(spec.strip()):
            raise RequestError(f"{spec!r} is not a package name with an optional version, such as scipy>=1.11.")
    packages = [spec.strip() for spec in params.packages]
    if not packages and not params.requirements:
        raise RequestError("No package was named.")
    if params.action == "uninstall":
        if installer_of(params.python) == "conda" and (conda := installers.conda_program()):
            return [conda, "remove", "--yes", "--prefix", str(prefix_of(Path(params.python))), *packages]
        return uv_or_pip(params.python, "uninstall", *packages)
    wanted = [*_from_file(params.requirements), *packages]
    options = {"upgrade": ["--upgrade"], "reinstall": ["--force-reinstall"]}.get(params.action, [])
    by_conda = params.action != "upgrade" and not params.requirements and installer_of(params.python) == "conda"
    if by_conda and (conda := installers.conda_program()):
        return [conda, "install", "--yes", *options, "--prefix", str(prefix_of(Path(params.python))), *packages]
    return uv_or_pip(params.python, "install", *options, *wanted)


def _from_file(path: str) -> list[str]:
    if not path:
        return []
    if not os.path.isfile(path):
        raise RequestError(f"{path}: there is no such file.")
    # Of a project only what it needs would do, but pip has no such thing: the project itself is installed, editable.
    return ["-e", str(Path(path).parent)] if path.endswith(".toml") else ["-r", path]


def installer_of(python: str) -> Installer:
    """Return what installs into an environment: conda into conda's, else uv where there is one, else pip."""
    if (prefix_of(Path(python)) / "conda-meta").is_dir() and installers.conda_program():
        return "conda"
    return "uv" if installers.uv_program() else "pip"


def uv_or_pip(python: str, command: str, *arguments: str) -> list[str]:
    """Return what has uv, or where there is none the nearest pip, do something in an environment."""
    uv = installers.uv_program()
    if uv is not None:
        # uv refuses a Python that belongs to the system, and says so; pip does the same.
        return [uv, "pip", command, "--python", python, *(part for part in arguments if part != "--yes")]
    quiet = ["--disable-pip-version-check", "--no-input"]
    yes = ["--yes"] if command == "uninstall" else []
    if _has_pip(python):
        return module_command(python, "pip", command, *quiet, *yes, *arguments)
    if _has_pip(sys.executable):
        return module_command(sys.executable, "pip", "--python", python, command, *quiet, *yes, *arguments)
    return [python, "-c", RUN_CARRIED_PIP, command, *quiet, *yes, *arguments]


def module_command(python: str, name: str, *arguments: str) -> list[str]:
    """Return what runs a module of a Python, as ``-m`` does."""
    return [python, "-c", RUN_MODULE, name, *arguments]


def _has_pip(python: str) -> bool:
    prefix = prefix_of(Path(python))
    places = [*prefix.glob("lib/python*/site-packages/pip"), prefix / "Lib" / "site-packages" / "pip"]
    # A Python that is not an environment keeps its packages elsewhere on some systems; there pip is asked, and answers.
    return any(place.is_dir() for place in places) or not (prefix / "pyvenv.cfg").exists()


def _normalized(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


async def answer(command: list[str], limit_s: float) -> str:
    """Run a program to its end and return what it writes; raises `RequestError` with its reason when it fails."""
    process = await _start(command, stderr=subprocess.PIPE)
    try:
        output, errors = await asyncio.wait_for(process.communicate(), limit_s)
    except asyncio.TimeoutError:
        raise RequestError(f"{command[0]} did not answer within {limit_s:.0f} s.") from None
    finally:
        await _end(process)
    if process.returncode:
        raise RequestError(_reason(errors.decode("utf-8", errors="replace"), command[0], process.returncode))
    return output.decode("utf-8", errors="replace")


async def follow(command: list[str], on_text: Callable[[str], None], *, folder: Path | None = None) -> None:
    """Run a program to its end, telling what it writes; raises `RequestError` with its reason when it fails."""
    words = [shown for word in command for shown in _SHOWN_AS.get(word, [word])]
    on_text(f"> {subprocess.list2cmdline(words)}\n")
    process = await _start(command, stderr=subprocess.STDOUT, folder=folder)
    assert process.stdout is not None
    tail = ""
    try:
        while chunk := await process.stdout.read(1 << 14):
            text = chunk.decode("utf-8", errors="replace")
            tail = (tail + text)[-8000:]
            on_text(text)
        await process.wait()
    finally:
        await _end(process)
    if process.returncode:
        raise RequestError(_reason(tail, command[0], process.returncode))


async def _start(command: list[str], *, stderr: int, folder: Path | None = None) -> asyncio.subprocess.Process:
    here = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    starting = asyncio.ensure_future(
        asyncio.create_subprocess_exec(
            *command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            cwd=folder or Path.home(),  # not the workspace, of which nothing is to be found by chance
            env=activated(command[0], here) | {"PYTHONIOENCODING": "utf-8", "NO_COLOR": "1"},
            creationflags=NO_CONSOLE,
            start_new_session=sys.platform != "win32",  # what it has started ends with it
        )
    )
    try:
        return await asyncio.shield(starting)
    except asyncio.CancelledError:
        # Cancelled itself, asyncio would kill the program alone and wait for whatever holds its output.
        with contextlib.suppress(OSError):
            await _end(await starting)
        raise
    except OSError as error:
        raise RequestError(f"{command[0]} cannot be started: {error.strerror}.") from error


async def _end(process: asyncio.subprocess.Process) -> None:
    """Kill what still runs, with all that it has started, and wait for its end."""
    if process.returncode is not None:
        return
    kill_group(process)
    with contextlib.suppress(asyncio.TimeoutError):  # what has left the group may hold its output
        await asyncio.wait_for(process.communicate(), ENDS_WITHIN_S)


def _reason(text: str, program: str, code: int) -> str:
    lines = [line.rstrip() for line in re.sub(r"\x1b\[[0-9;]*m", "", text).splitlines() if line.strip()]
    said = [line for line in lines if line.lower().lstrip(" ×").startswith(("error", "no solution"))]
    if not said or said[0].endswith("Exception:"):  # of a traceback the end says why
        shown = lines[-KEPT_LINES:]
    else:
        shown = lines[lines.index(said[0]) :]
    return "\n".join(shown[:KEPT_LINES]) or f"{Path(program).name} ended with exit code {code} and without a reason."
