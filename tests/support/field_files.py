"""Small files of the field's formats, and what tests of their readers share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from whiskertoolbox_python.containers._contents import Contents

FIELD = Path(__file__).resolve().parents[1] / "data/field"
"""Made with the formats' own tools; README.md there says with which versions."""

POSE = FIELD / "pose"
WHISK = FIELD / "whisk"


def read(reader: Callable[..., Contents], path: Path, **options: Any) -> tuple[Contents, list[str]]:
    """Read a file; return what it holds and the warnings."""
    warnings: list[str] = []
    return reader(path, warn=warnings.append, **options), warnings


def names(contents: Contents) -> list[str]:
    """Return the names of the parts."""
    return [part.name for part in contents.parts]
