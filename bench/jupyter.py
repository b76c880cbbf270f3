"""Start and round trip of a session, side by side with Jupyter (jupyter_client and ipykernel), in one run.

Both sides use this Python, the same statements and a plain blocking client in this process; the measurements of the two
alternate, so that whatever else the machine does falls on both. A run has ended when its answer has come and, for
Jupyter, also the kernel's `idle`: only then is its output complete. Exit code 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager
from lsp_client import DAEMON, DaemonClient

STATEMENTS = {"1+1": "1+1", "100-line print": "for line in range(100): print('line', line)"}
ROUND_TRIP_GOAL, START_GOAL, RESTART_GOAL = 0.3, 0.5, 0.15
CRASH = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
SPARE_IS_READY_S = 5.0
"""Long enough for an idle interpreter to start beside the one that works."""
SECONDS_TO_ANSWER = 60


class Kernel:
    """An ipykernel with the interface of `DaemonClient`."""

    def __init__(self) -> None:
        self._manager = KernelManager(kernel_name="python3")
        # ipykernel warns there that its messages are not encrypted; it is not what is measured.
        self._manager.start_kernel(stderr=subprocess.DEVNULL)
        self._client: BlockingKernelClient = self._manager.blocking_client()
        self._client.start_channels()
        self._client.wait_for_ready(timeout=SECONDS_TO_ANSWER)
        self.shown: list[dict[str, Any]] = []

    def run(self, code: str) -> dict[str, Any]:
        """Run code; returns when it has ended and all its output has arrived."""
        self.shown = []
        request = self._client.execute(code, store_history=False)
        while True:
            message = self._client.get_iopub_msg(timeout=SECONDS_TO_ANSWER)
            if message["parent_header"].get("msg_id") != request:
                continue
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                break
            self.shown.append(message["content"])
        while True:
            reply = self._client.get_shell_msg(timeout=SECONDS_TO_ANSWER)
            if reply["parent_header"].get("msg_id") == request:
                content: dict[str, Any] = reply["content"]
                return content

    def close(self) -> None:
        """End the kernel and wait until it is gone."""
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)


def seconds_of(action: Callable[[], object]) -> float:
    """How long an action takes."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def measure_starts(count: int, daemon: Path) -> tuple[list[float], list[float]]:
    """Seconds from starting the process until the first run is answered: ours and Jupyter's, one after the other."""

    def start(make: Callable[[], DaemonClient | Kernel]) -> float:
        started = time.perf_counter()
        session = make()
        ok = session.run("1+1")["status"] == "ok"
        taken = time.perf_counter() - started
        session.close()
        if not ok:
            raise RuntimeError(f"the first run failed: {session.shown}")
        return taken

    ours, jupyter = [], []
    for _ in range(count + 1):
        with tempfile.TemporaryDirectory() as workspace:
            ours.append(start(partial(DaemonClient, Path(workspace), daemon=daemon)))
        jupyter.append(start(Kernel))
    # The first start of each fills the file cache.
    return ours[1:], jupyter[1:]


def measure_restarts(count: int, daemon: Path) -> tuple[list[float], list[float]]:
    """Seconds from asking for a restart, and from a crash, until a run is answered, where a spare one stands ready."""
    restarts, crashes = [], []
    with tempfile.TemporaryDirectory() as workspace:
        session = DaemonClient(Path(workspace), daemon=daemon)
        session.run("1+1")
        session.request("whiskertoolbox/session/configure", {"lingerS": 0, "spareAfterS": 0})

        def restart() -> None:
            session.request("whiskertoolbox/interpreter/restart", {})
            session.run("1+1")

        def crash() -> None:
            session.run(CRASH)
            session.run("1+1")

        for _ in range(count):
            for times, action in ((restarts, restart), (crashes, crash)):
                time.sleep(SPARE_IS_READY_S)
                times.append(seconds_of(action))
        session.close()
    return restarts, crashes


def measure_round_trips(code: str, count: int, daemon: Path) -> tuple[list[float], list[float]]:
    """Seconds of a run in an idle session, ours and Jupyter's in turn."""
    with tempfile.TemporaryDirectory() as workspace:
        ours, jupyter = DaemonClient(Path(workspace), daemon=daemon), Kernel()
        try:
            for session in (ours, jupyter):
                for _ in range(50):
                    session.run(code)
            pairs = [(seconds_of(lambda: ours.run(code)), seconds_of(lambda: jupyter.run(code))) for _ in range(count)]
        finally:
            ours.close()
            jupyter.close()
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def main() -> int:
    """Measure, print the table, and say whether the goals are met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--starts", type=int, default=8)
    parser.add_argument("--round-trips", type=int, default=500, help="0 for the start alone")
    parser.add_argument(
        "--daemon", type=Path, default=DAEMON, help="another one than this checkout's, such as a package's"
    )
    options = parser.parse_args()

    # As on any user's machine: what was compiled at the first start is not compiled at every start.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    rows: list[tuple[str, float, float, float]] = []
    ours, jupyter = measure_starts(options.starts, options.daemon)
    rows.append(("start to first result, median", float(np.median(ours)), float(np.median(jupyter)), START_GOAL))
    for name, times in zip(("restart", "crash"), measure_restarts(options.starts, options.daemon), strict=True):
        kernel = float(np.median(jupyter))
        rows.append((f"{name} to first result, median", float(np.median(times)), kernel, RESTART_GOAL))
    for name, code in STATEMENTS.items() if options.round_trips else ():
        ours, jupyter = measure_round_trips(code, options.round_trips, options.daemon)
        for percentile in (50, 99):
            mine, theirs = (float(np.percentile(times, percentile)) for times in (ours, jupyter))
            rows.append((f"round trip, {name}, p{percentile}", mine, theirs, ROUND_TRIP_GOAL))

    print(f"Python {platform.python_version()}, {options.starts} starts, {options.round_trips} round trips of each")
    print(f"{'':<36}{'ours':>12}{'Jupyter':>12}{'ratio':>8}{'goal':>8}")
    missed = 0
    for name, mine, theirs, goal in rows:
        reached = mine / theirs <= goal
        missed += not reached
        print(
            f"{name:<36}{1000 * mine:>9.2f} ms{1000 * theirs:>9.2f} ms{mine / theirs:>8.2f}{goal:>8.2f}"
            + ("" if reached else "  missed")
        )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
