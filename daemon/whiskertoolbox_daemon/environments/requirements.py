"""What the ``python`` block of a load config asks for, compared with the interpreter; nothing is changed here."""

from __future__ import annotations

import asyncio
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

# Run in the user's Python, without our packages: imports nothing of what it looks for.
MISSING_SCRIPT = f"""
import json, sys
from importlib.machinery import PathFinder
tops, paths = json.loads(sys.argv[1])
places = paths + [place for place in sys.path if place]
known = {{*sys.builtin_module_names, *sys.stdlib_module_names}}
missing = [top for top in tops if top not in known and PathFinder.find_spec(top, places) is None]
print("\\n{MARK}" + json.dumps(missing))
"""


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
    from whiskertoolbox_python.errors import LoadError  # once NumPy is known to be there
    from whiskertoolbox_python.formats._config import read_config

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
    tops = list(dict.fromkeys(name.partition(".")[0] for name in block.imports))
    return ConfigRequirements(
        environment=environment,
        problem=problem,
        missing=await _missing(environment or python, tops, block.paths) if tops else [],
        modules_are_needed=block.imports_are_needed,
        paths=list(block.paths),
    )


async def _missing(python: str, tops: list[str], paths: tuple[str, ...]) -> list[str]:
    output = await answer([python, "-c", MISSING_SCRIPT, json.dumps([tops, paths])], LIMIT_S)
    answers = [line.removeprefix(MARK) for line in output.splitlines() if line.startswith(MARK)]
    if not answers:
        raise RequestError(f"{python} did not say which modules it has. Select another interpreter.")
    missing: list[str] = json.loads(answers[-1])
    return missing
