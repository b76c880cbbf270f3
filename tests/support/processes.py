"""Other Python processes: each runs a piece of code and talks by lines."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

DAEMON = Path(__file__).parents[2] / "daemon"
WINDOWS_RULES = Path(__file__).with_name("windows_rules")
"""On the path of a Python process that has ``WINDOWS_RULES=1``, this makes it keep Windows' rules for files."""
PRELUDE = """
import sys
import numpy as np
from whiskertoolbox_python import *
def say(*words): print(*words, flush=True)
"""


class Process:
    """A Python process with pipes."""

    def __init__(self, code: str, *arguments: object, windows_rules: bool = "WINDOWS_RULES" in os.environ) -> None:
        path, environment = [str(DAEMON)], dict(os.environ)
        if windows_rules:
            path.append(str(WINDOWS_RULES))
            environment["WINDOWS_RULES"] = "1"
        self._process = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", PRELUDE + textwrap.dedent(code), *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment | {"PYTHONPATH": os.pathsep.join(path)},
        )

    def hear(self) -> str:
        """Return the next line that it says."""
        assert self._process.stdout is not None
        return self._process.stdout.readline().rstrip("\n")

    def tell(self, word: str = "") -> None:
        """Send it a line."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{word}\n")
        self._process.stdin.flush()

    def finish(self) -> str:
        """Wait for it to end well, and return what it said since."""
        said, _ = self._process.communicate(timeout=250)
        assert self._process.returncode == 0
        return said.rstrip("\n")

    def kill(self) -> None:
        """End it by SIGKILL, if it still runs."""
        self._process.kill()
        self._process.wait()

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *error: object) -> None:
        """Kill it and close its pipes."""
        self.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None and not pipe.closed:
                pipe.close()
