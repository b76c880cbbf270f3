"""The list of Pythons with thirty environments in a temporary folder: when the first is told, and when all are.

The first is told by its files (version, path, NumPy), before its Python has answered; when one has, is printed too.

One of them is slow to start, as on a network drive: the others are to be there before it, and all when it has answered.
Nothing is remembered from an earlier search. Exit code 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

import numpy as np

from whiskertoolbox_daemon.environments.finders import Machine
from whiskertoolbox_daemon.environments.probe import PROBE_SCRIPT, Probes
from whiskertoolbox_daemon.environments.search import EnvironmentSearch
from whiskertoolbox_protocol.environments import Environments

ENVIRONMENTS = 30
SLOW_START_S = 3.0
FIRST_GOAL_S = 0.1
ALL_GOAL = 1.1
"""Of the time that the slow one takes alone, which is in both."""


def make_environments(home: Path) -> Path:
    """Make the environments; returns the executable of the slow one."""
    for number in range(ENVIRONMENTS):
        venv.create(home / ".virtualenvs" / f"env-{number:02}", symlinks=os.name != "nt")
    slow = home / ".virtualenvs" / "env-00"
    (packages,) = slow.glob("lib/python*/site-packages")
    (packages / "slow.pth").write_text(f"import time; time.sleep({SLOW_START_S})\n")
    return slow / "bin" / "python"


def seconds_to_start(python: Path) -> float:
    """How long a Python takes to say what it is, alone."""
    started = time.perf_counter()
    subprocess.run([python, "-I", "-c", PROBE_SCRIPT], check=True, capture_output=True)
    return time.perf_counter() - started


async def search(home: Path) -> tuple[float, float, float]:
    """Seconds until the first environment is told, until the first has answered, and until the end."""
    ended = asyncio.Event()
    told: list[float] = []
    answered: list[float] = []

    def on_change(found: Environments) -> None:
        now = time.perf_counter() - started
        told.append(now)
        assert found.environments, "nothing is told before something has been found"
        if any(one.state != "found" for one in found.environments):
            answered.append(now)
        if not found.searching:
            assert sum(one.path.startswith(str(home)) for one in found.environments) == ENVIRONMENTS
            ended.set()

    machine = Machine(home=home, variables={}, root=home)
    started = time.perf_counter()
    EnvironmentSearch(home, on_change, machine=machine, probes=Probes()).find(refresh=False, current="")
    await ended.wait()
    return told[0], answered[0], told[-1]


def main() -> int:
    """Measure, print the table, and say whether the goals are met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(os.path.realpath(folder))
        slow = make_environments(home)
        ordinary = slow.parents[2] / "env-01" / "bin" / "python"
        rounds = [
            (*asyncio.run(search(home)), seconds_to_start(ordinary), seconds_to_start(slow))
            for _ in range(options.rounds)
        ]
    first, answered, everything, one, alone = (float(np.median(times)) for times in zip(*rounds, strict=True))
    print(f"Goals: {1000 * FIRST_GOAL_S:.0f} ms for the first, {ALL_GOAL} of the slowest one's start for all")
    print(f"Python {platform.python_version()}, {ENVIRONMENTS} environments, medians of {options.rounds}")
    ratio = everything / alone
    goals = [
        (f"first told after {1000 * first:.0f} ms", first <= FIRST_GOAL_S),
        (f"first answer told after {1000 * answered:.0f} ms, an ordinary one alone {1000 * one:.0f} ms", True),
        (f"all after {everything:.2f} s, the slowest alone {alone:.2f} s: {ratio:.2f}", ratio <= ALL_GOAL),
    ]
    for text, reached in goals:
        print(text + ("" if reached else "  missed"))
    return 0 if all(reached for _, reached in goals) else 1


if __name__ == "__main__":
    sys.exit(main())
