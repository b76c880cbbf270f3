"""What the ``python`` block of a load config asks for, compared with the interpreter; nothing is changed here."""

from __future__ import annotations

import asyncio
import inspect
import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

from whiskertoolbox_daemon.environments.finders import Machine
from whiskertoolbox_daemon.environments.packages import answer
from whiskertoolbox_daemon.pythons import prefix_of
from whiskertoolbox_protocol.channel import RequestError
from whiskertoolbox_protocol.data import ConfigRequirements
from whiskertoolbox_protocol.environments import Environment

LIMIT_S = 60.0
MARK = "whiskertoolbox-missing:"


async def requirements_of(
    config: Path, *, python: str, check: Callable[[str], Awaitable[Environment]]
) -> ConfigRequirements:
    """Return what is not met; nothing for a config that cannot be read, which loading it says.

    Parameters
    ----------
    python
        Executable of the interpreter.
    check
        Asks a Python what it is.
    """
    from whiskertoolbox_python import LoadError  # once NumPy is known to be there
    from whiskertoolbox_python.formats.config import read_config

    try:
        block = (await asyncio.to_thread(read_config, config)).python
    except LoadError:
        return ConfigRequirements()
    environment = problem = ""
    folder = block.environment
    if folder is not None and os.path.realpath(folder) != os.path.realpath(prefix_of(Path(python))):
        executable = Machine().python_of(folder)
        found = None if executable is None else await check(str(executable))
        if executable is None:
            problem = f"{folder} is not an environment." if folder.is_dir() else f"{folder} does not exist."
        elif found is not None and found.problem:
            problem = f"{folder}: {found.problem}"
        else:
            environment = str(executable)
    return ConfigRequirements(
        environment=environment,
        problem=problem,
        missing=await _missing(environment or python, block.imports, block.paths) if block.imports else [],
        modules_are_needed=block.imports_are_needed,
        paths=list(block.paths),
    )


async def _missing(python: str, imports: tuple[str, ...], paths: tuple[str, ...]) -> list[str]:
    output = await answer([python, "-c", _missing_script(), json.dumps([imports, paths])], LIMIT_S)
    answers = [line.removeprefix(MARK) for line in output.splitlines() if line.startswith(MARK)]
    if not answers:
        raise RequestError(f"{python} did not say which modules it has. Select another interpreter.")
    missing: list[str] = json.loads(answers[-1])
    return missing


def _missing_script() -> str:
    """Return what looks for modules as loading does, in a Python that has none of our packages."""
    import whiskertoolbox_python  # noqa: F401 - first, see the import rule
    from whiskertoolbox_python.formats.python_block import missing_modules

    return f"""
from __future__ import annotations
import json, sys
from importlib.machinery import PathFinder
sys.path[:] = [place for place in sys.path if place]
{inspect.getsource(missing_modules)}
print("\\n{MARK}" + json.dumps(missing_modules(*json.loads(sys.argv[1]))))
"""
