"""Whether an interpreter that has run nothing is what a new one would be."""

from __future__ import annotations

import os
import site
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from whiskertoolbox_protocol.interpreter import Freshness

CLOCK_S = 2.0
"""File systems and clocks differ by up to so much."""


class StartTime:
    """When this process was about to import what it consists of, and where it works; to be made early."""

    def __init__(self) -> None:
        self._started_at = time.time() - CLOCK_S
        self._folders: dict[str, os.stat_result] = {}

    def works_in(self, *folders: str) -> None:
        """Others of these names are not what it works in."""
        self._folders = {folder: os.stat(folder) for folder in folders}

    def freshness(self) -> Freshness:
        """Return whether what was imported is unchanged since, and the folders are those of their names."""
        try:
            is_fresh = all(os.path.samestat(os.stat(folder), known) for folder, known in self._folders.items()) and all(
                max(status.st_mtime, status.st_ctime) < self._started_at for status in map(os.stat, _what_counts())
            )
        except OSError:  # it is gone
            is_fresh = False
        return Freshness(is_fresh=is_fresh)


def _what_counts() -> Iterator[str]:
    yield sys.executable
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and os.path.isabs(file):
            yield file
    # Folders in which an installation adds, exchanges and removes files.
    yield from (path for path in sys.path if Path(path).name in ("site-packages", "dist-packages"))
    if site.ENABLE_USER_SITE and os.path.isdir(user := site.getusersitepackages()):
        yield user
