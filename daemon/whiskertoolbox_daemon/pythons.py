"""What starting any Python needs: where our packages are, no console window, and what its environment is called.

Imported before anything slow: standard library only.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

PACKAGES = Path(__file__).resolve().parents[1]
"""The folder that holds our four packages."""

INTERPRETER_PROGRAM = PACKAGES / "whiskertoolbox_interpreter"
"""What is run in the user's Python; a folder with a ``__main__.py``."""

NO_CONSOLE: int = getattr(subprocess, "CREATE_NO_WINDOW", 0)
"""On Windows no console window is to flash up."""


def environment_name(prefix: Path) -> str:
    """What the user calls an environment: its folder's name; empty for a Python that is not an environment."""
    if not ((prefix / "pyvenv.cfg").exists() or (prefix / "conda-meta").is_dir()):
        return ""
    return f"{prefix.parent.name}/{prefix.name}" if prefix.name in (".venv", "venv", "env") else prefix.name
