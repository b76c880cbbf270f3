"""Folders with a file for each frame, of which a loader reads all that are there."""

from __future__ import annotations

import re
from pathlib import Path

from whiskertoolbox_python.errors import SaveError

_MOST_DIGITS = 100


def check_padding(name: str, digits: int) -> None:
    """Refuse a number of digits that no file name has."""
    if not 0 <= digits <= _MOST_DIGITS:
        raise SaveError(f"{name} must be 0 to {_MOST_DIGITS} digits, not {digits}")


def to_remove(
    folder: Path, paths: list[Path], *, read: re.Pattern[str], written: re.Pattern[str], overwrite: bool
) -> list[Path]:
    """Return the files that the loader would read besides those that are going to be written to `paths`.

    Parameters
    ----------
    read, written : pattern
        Names of files that the loader reads, the frame being the first group, and of those that the saver writes.
    overwrite : bool
        Whether files in the folder may be replaced.

    Raises
    ------
    SaveError
        When there are files that may not be replaced, or that are none of the saver's; nothing has been written then.
    """
    found = [path for path in sorted(folder.iterdir()) if _has_frame(path.name, read)] if folder.is_dir() else []
    others = [path for path in found if not written.fullmatch(path.name)]
    if others:
        raise SaveError(f"{folder} holds {_files(others)} that would be loaded too; save to another folder")
    if found and not overwrite:
        raise SaveError(
            f"{folder} holds {_files(found)} that would be loaded too, or replaced; save to another folder, or give "
            "overwrite_existing=True to remove them"
        )
    return sorted(set(found) - set(paths))


def _has_frame(name: str, pattern: re.Pattern[str]) -> bool:
    match = pattern.fullmatch(name)
    return match is not None and -(2**63) <= int(match[1]) < 2**63


def _files(paths: list[Path]) -> str:
    return f"{len(paths):,} file{'s' * (len(paths) > 1)} ({paths[0].name}{', …' * (len(paths) > 1)})"
