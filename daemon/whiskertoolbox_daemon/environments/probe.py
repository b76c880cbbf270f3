"""Asks a Python what it is by running it, and remembers the answer while its files stay the same."""

from __future__ import annotations

import json
import logging
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from whiskertoolbox_daemon.pythons import NO_CONSOLE

logger = logging.getLogger(__name__)

PROBE_LIMIT_S = 20.0
"""The first start of a Python on a network drive takes long."""
OLDEST_PYTHON = (3, 10)

# -I keeps the probed Python from reading the current folder and the environment; NumPy installed for the user only
# is seen by the interpreter later, so it counts.
PROBE_SCRIPT = """
import json, site, sys, sysconfig
from importlib.machinery import PathFinder
places = list(sys.path)
if sys.prefix == sys.base_prefix:
    places.append(site.getusersitepackages())
print(json.dumps({
    "version": "%d.%d.%d" % sys.version_info[:3],
    "prefix": sys.prefix,
    "packages": sysconfig.get_path("purelib"),
    "has_numpy": PathFinder.find_spec("numpy", places) is not None,
}))
"""


@dataclass(frozen=True, kw_only=True)
class Probe:
    """What a Python says of itself."""

    version: str
    prefix: str
    packages: str
    """Folder that ``pip install`` writes to."""
    has_numpy: bool

    @property
    def too_old(self) -> bool:
        """Whether our code cannot run in it at all."""
        return tuple(map(int, self.version.split(".")[:2])) < OLDEST_PYTHON

    @property
    def problem(self) -> str:
        """Why it cannot be used as it is; empty when it can."""
        if self.too_old:
            return f"Python {self.version} is too old: {OLDEST_PYTHON[0]}.{OLDEST_PYTHON[1]} or newer is needed."
        return "" if self.has_numpy else "NumPy is missing."


class Probes:
    """Answers of Pythons, kept while the executable and its packages folder are unchanged. May be used by threads."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[tuple[int, int], Probe]] = {}

    def probe(self, python: Path) -> Probe | None:
        """Ask `python`, or remember; None when it does not answer as a Python does."""
        key = str(python)
        if key in self._known:
            stamp, known = self._known[key]
            if stamp == _stamp(python, known):
                return known
        answer = run_probe(python)
        if answer is not None:
            self._known[key] = (_stamp(python, answer), answer)
        return answer


def run_probe(python: Path) -> Probe | None:
    """Run `python` and read what it says of itself."""
    try:
        done = subprocess.run(
            [str(python), "-I", "-c", PROBE_SCRIPT],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PROBE_LIMIT_S,
            check=True,
            creationflags=NO_CONSOLE,
        )
        return Probe(**json.loads(done.stdout))
    except (OSError, subprocess.SubprocessError, ValueError, TypeError) as error:
        logger.debug("%s does not answer as a Python: %s", python, error)
        return None


def _stamp(python: Path, probe: Probe) -> tuple[int, int]:
    return _modified(str(python)), _modified(probe.packages)


def _modified(path: str) -> int:
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return 0
