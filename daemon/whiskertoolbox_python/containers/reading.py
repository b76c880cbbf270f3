"""Looking into a file once for all the entries that load its parts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from whiskertoolbox_python.containers._contents import Allocate, Contents
from whiskertoolbox_python.containers.registry import Container, ContainerOptions


def look_into(
    shared: dict[Any, Any],
    container: Container,
    path: Path,
    options: ContainerOptions,
    warn: Callable[[str], None],
    allocate: Allocate,
) -> Contents:
    """Return what a file holds; the same as before if `shared` has it."""
    own = tuple(sorted((name, value) for name, value in vars(options).items() if name != "part"))
    key = (container.name, path, own)
    if key not in shared:
        shared[key] = container.contents(path, options, warn, allocate)
    contents: Contents = shared[key]
    return contents
