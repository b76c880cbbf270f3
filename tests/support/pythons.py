"""Environments of each supported Python, for what differs between them."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

_CACHE = Path(__file__).parents[2] / ".cache"
MINORS = ("3.10", "3.11", "3.12", "3.13")


def python_of(minor: str) -> str:
    """The Python of a minor version, with NumPy, IPython and debugpy; skips the test, with a word, where none is."""
    if minor == f"{sys.version_info[0]}.{sys.version_info[1]}":
        return sys.executable
    place = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
    python = _CACHE.joinpath(f"python-{minor}", *place)
    if not python.exists():
        pytest.skip(f"no Python {minor} on this machine (npm test makes an environment of each that it finds)")
    return str(python)
