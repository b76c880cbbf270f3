"""Small load configs with data files, for tests of loading."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def write_config(folder: Path, entries: list[dict[str, Any]], name: str = "recording.json") -> Path:
    """Write a load config."""
    path = folder / name
    path.write_text(json.dumps(entries), encoding="utf-8")
    return path


def analog(folder: Path, name: str, samples: int = 5) -> dict[str, Any]:
    """Write a CSV of one analog signal; returns its entry."""
    (folder / f"{name}.csv").write_text("".join(f"{value}.5\n" for value in range(samples)), encoding="utf-8")
    return {
        "data_type": "analog",
        "name": name,
        "filepath": f"{name}.csv",
        "format": "csv",
        "single_column_format": True,
        "has_header": False,
    }
