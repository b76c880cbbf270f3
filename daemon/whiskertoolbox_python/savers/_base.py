"""What saving is made of: the errors, how a saver describes itself, and writing that leaves nothing half-written."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whiskertoolbox_python._files import SaveError, SaveWarning

__all__ = ["SaveError", "SaveWarning", "Saver", "Target", "check_new", "replacing", "write_text"]


@dataclass(frozen=True)
class Target:
    """Where one object is saved to."""

    path: Path
    """File, or folder for formats of several files."""
    key: str
    warn: Callable[[str], None]


@dataclass(frozen=True)
class Saver:
    """A format that a data type is saved in: one line in the registry.

    ``save`` writes the file and returns the loader's options that read it back.
    """

    data_type: str
    """As in a load config."""
    formats: tuple[str, ...]
    options: type[Any]
    save: Callable[[Any, Target, Any], dict[str, Any]]
    doc: str
    layout_option: str | None = None
    """The option that chooses among several savers of one format; None when there is one."""
    layout_value: object = None
    """The value that chooses this one."""


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; it takes the place of `path` when all went well, else it is removed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: Path, parts: Iterator[str]) -> None:
    """Write a text file, UTF-8, line ends as they are in the parts."""
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        file.writelines(parts)


def check_new(paths: list[Path], *, overwrite: bool) -> None:
    """Refuse to write over files unless that is asked for; nothing has been written then."""
    existing = [path for path in paths if path.exists()]
    if existing and not overwrite:
        raise SaveError(
            f"{existing[0]} exists{f' and {len(existing) - 1:,} more' if len(existing) > 1 else ''}; "
            "give overwrite_existing=True, or another folder"
        )
