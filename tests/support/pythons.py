"""Environments of each supported Python, for what differs between them."""

from __future__ import annotations

import os
import sys
from pathlib import Path

MINORS = ("3.10", "3.11", "3.12", "3.13")
_CACHE = Path(__file__).parents[2] / ".cache"


def _python_of(minor: str) -> str | None:
    if minor == f"{sys.version_info[0]}.{sys.version_info[1]}":
        return sys.executable
    place = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
    python = _CACHE.joinpath(f"python-{minor}", *place)
    return str(python) if python.exists() else None


PYTHONS = {minor: python for minor in MINORS if (python := _python_of(minor)) is not None}
"""A Python with NumPy, IPython and debugpy for each minor version that `npm test` found on this machine."""

MISSING = [minor for minor in MINORS if minor not in PYTHONS]
