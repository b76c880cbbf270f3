"""Asks a Python what it is by running it, and remembers the answer while its files stay the same."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path

from whiskertoolbox_daemon.pythons import NO_CONSOLE, activated
from whiskertoolbox_protocol.environments import EnvironmentState
from whiskertoolbox_protocol.launch import OLDEST_NUMPY
from whiskertoolbox_protocol.wire import decode, encode

logger = logging.getLogger(__name__)

PROBE_LIMIT_S = 20.0
"""The first start of a Python on a network drive takes long."""
OLDEST_PYTHON = (3, 10)
NEWEST_TESTED_PYTHON = (3, 13)
IMPLEMENTATIONS = {"pypy": "PyPy", "graalpy": "GraalPy"}
"""How those are written that do not write themselves as one word."""
MARK = "whiskertoolbox-probe:"

# -I keeps the probed Python from reading the current folder and the environment; NumPy installed for the user only
# is seen by the interpreter later, so it counts. What its start files print stands on other lines than the answer.
PROBE_SCRIPT = f"""
import json, os, re, site, sys, sysconfig
places = list(sys.path)
if sys.prefix == sys.base_prefix:
    places.append(site.getusersitepackages())
numpy = ""
for place in places:
    if not numpy and os.path.isdir(os.path.join(place, "numpy")):
        names = [re.match(r"numpy-([0-9][^-]*)[.-].*(dist|egg)-?info$", name, re.I) for name in os.listdir(place)]
        numpy = ([name.group(1) for name in names if name] or ["unknown"])[0]
print("\\n{MARK}" + json.dumps({{
    "version": "%d.%d.%d" % sys.version_info[:3],
    "prefix": sys.prefix,
    "packages": sysconfig.get_path("purelib"),
    "numpy": numpy,
    "implementation": sys.implementation.name,
    "free_threaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
}}))
"""


@dataclass(frozen=True, kw_only=True)
class Probe:
    """What a Python says of itself."""

    version: str
    prefix: str
    packages: str
    """Folder that ``pip install`` writes to."""
    numpy: str
    """Version of NumPy; empty when there is none."""
    implementation: str = "cpython"
    free_threaded: bool = False

    @property
    def state(self) -> EnvironmentState:
        """What can be done with it."""
        if self._unusable:
            return "unusable"
        return "needsNumpy" if self._numpy_problem else "usable"

    @property
    def problem(self) -> str:
        """Why it cannot be used as it is; empty when it can."""
        return self._unusable or self._numpy_problem

    @property
    def _unusable(self) -> str:
        if self.implementation != "cpython":
            name = IMPLEMENTATIONS.get(self.implementation, self.implementation.capitalize())
            return f"{name} cannot be used: WhiskerToolbox needs CPython."
        if _numbers(self.version) < OLDEST_PYTHON:
            return f"Python {self.version} is too old: {OLDEST_PYTHON[0]}.{OLDEST_PYTHON[1]} or newer is needed."
        if self.free_threaded:
            return f"This build of Python {self.version} is free-threaded: WhiskerToolbox needs the ordinary build."
        return ""

    @property
    def _numpy_problem(self) -> str:
        if not self.numpy:
            return "NumPy is missing."
        if self.numpy[0].isdigit() and _numbers(self.numpy) < OLDEST_NUMPY:
            oldest = ".".join(map(str, OLDEST_NUMPY))
            return f"NumPy {self.numpy} is too old: {oldest} or newer is needed."
        return ""

    @property
    def note(self) -> str:
        """What a user should know who chooses it all the same."""
        newest = ".".join(map(str, NEWEST_TESTED_PYTHON))
        return f"newer than {newest}, the newest tested" if _numbers(self.version) > NEWEST_TESTED_PYTHON else ""


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2] if part.isdigit())


@dataclass(frozen=True, kw_only=True)
class NoPython:
    """An executable that did not answer as a Python does."""

    reason: str


class Probes:
    """Answers of Pythons, kept while executable and packages folder are unchanged, over sessions too.

    May be used by several threads.

    Parameters
    ----------
    file
        Where they are kept; None: nowhere.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._known: dict[str, tuple[tuple[int, int], Probe]] = {}
        self._lock = threading.Lock()
        if file is not None:
            self._read(file)

    def known(self, python: Path) -> Probe | None:
        """Return the answer that is remembered and still holds; runs nothing."""
        with self._lock:
            stamp, known = self._known.get(str(python), (None, None))
        return known if known is not None and stamp == _stamp(python, known) else None

    def probe(self, python: Path) -> Probe | NoPython:
        """Return what a Python says of itself, asking it if need be."""
        if (known := self.known(python)) is not None:
            return known
        answer = run_probe(python)
        if isinstance(answer, Probe):
            with self._lock:
                self._known[str(python)] = (_stamp(python, answer), answer)
        return answer

    def save(self) -> None:
        """Write the answers down for the next session; a cache that cannot be written costs time only."""
        if self._file is None:
            return
        with self._lock:
            rows = [[path, stamp, encode(probe)] for path, (stamp, probe) in self._known.items()]
        part = self._file.with_suffix(f".{os.getpid()}.part")
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # others are not to say what a Python is
            part.write_text(json.dumps(rows), encoding="utf-8")
            part.replace(self._file)
        except OSError as error:
            logger.debug("%s cannot be written: %s", self._file, error)

    def _read(self, file: Path) -> None:
        try:
            for path, stamp, probe in json.loads(file.read_text(encoding="utf-8")):
                executable, packages = stamp
                self._known[decode(str, path)] = (decode(int, executable), decode(int, packages)), decode(Probe, probe)
        except (OSError, ValueError, TypeError, LookupError, RecursionError):
            self._known.clear()  # none yet, or one of another version


def run_probe(python: Path) -> Probe | NoPython:
    """Run `python` and read what it says of itself."""
    try:
        done = subprocess.run(
            [str(python), "-I", "-c", PROBE_SCRIPT],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PROBE_LIMIT_S,
            check=False,
            env=activated(str(python), os.environ),
            cwd=Path.home(),  # nothing in the workspace, where the daemon works, is found by chance
            creationflags=NO_CONSOLE,
        )
    except FileNotFoundError:
        leads_nowhere = os.path.lexists(python)
        return NoPython(reason="The Python that it was made from is gone." if leads_nowhere else "Not found.")
    except PermissionError:
        return NoPython(reason="It may not be executed.")
    except subprocess.TimeoutExpired:
        return NoPython(reason=f"It did not answer within {PROBE_LIMIT_S:.0f} s.")
    except OSError as error:
        return NoPython(reason=f"It cannot be started: {error.strerror}.")
    lines = done.stdout.decode("utf-8", errors="replace").splitlines()
    answers = [line.removeprefix(MARK) for line in lines if line.startswith(MARK)]
    try:
        return Probe(**json.loads(answers[-1]))
    except (LookupError, ValueError, TypeError):
        logger.debug("%s does not answer as a Python: %s", python, done.stderr[-500:])
        ended = f"It crashed (exit code {done.returncode})." if done.returncode else "It does not answer as a Python."
        return NoPython(reason=ended)


def _stamp(python: Path, probe: Probe) -> tuple[int, int]:
    return _modified(str(python)), _modified(probe.packages)


def _modified(path: str) -> int:
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return 0
