"""Saving one data object, and loading what the returned entry says."""

from pathlib import Path
from typing import Any

from whiskertoolbox_python import DataManager


def save(data: Any, path: Path, **options: Any) -> dict[str, Any]:
    """Save an object; returns the entry that reads it back."""
    manager = DataManager()
    manager.setData("thing", data, "time")
    return manager.save("thing", path, **options)


def load(entry: dict[str, Any]) -> Any:
    """Load the object of such an entry."""
    manager = DataManager()
    manager.load_file(**{"path" if name == "filepath" else name: value for name, value in entry.items()})
    return manager.getData("thing")
