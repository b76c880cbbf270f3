"""What saving is made of: the errors, how a saver describes itself, and writing that leaves nothing half-written."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import numpy.typing as npt

from whiskertoolbox_python.errors import SaveError
from whiskertoolbox_python.held_files import may_be_in_use, patiently

Write = Callable[[Path], object]
"""Writes a file to a path."""


@dataclass(frozen=True)
class Destination:
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
    save: Callable[[Any, Destination, Any], dict[str, Any]]
    doc: str
    layout_option: str | None = None
    """The option that chooses among several savers of one format; None when there is one."""
    layout_value: object = None
    """The value that chooses this one."""


def require_entries(count: int, target: Destination) -> None:
    """Refuse to write a file that its loader would refuse because it holds nothing."""
    if not count:
        raise SaveError(f"{target.key}: there is nothing to save")


def write_text(path: Path, parts: Iterable[str]) -> None:
    """Write a text file, UTF-8, line ends as they are in the parts."""
    write_files([(path, text_writer(parts))])


def text_writer(parts: Iterable[str]) -> Write:
    """Return what writes a text to a path, as `write_text` does."""

    def write(path: Path) -> None:
        with path.open("w", encoding="utf-8", newline="") as file:
            file.writelines(parts)

    return write


def array_writer(arrays: Iterable[npt.NDArray[Any]]) -> Write:
    """Return what writes the bytes of arrays, one after the other, to a path."""

    def write(path: Path) -> None:
        with path.open("wb") as file:
            for array in arrays:
                file.write(array.data)  # not `tofile`, whose error on a full disk has no number

    return write


def write_files(files: Iterable[tuple[Path, Write]], *, removing: Sequence[Path] = ()) -> None:
    """Write files that belong together and remove others; when anything of it fails, all is as it was before.

    Each file comes with what writes it to a given path: a temporary one beside it. When all are written whole, they
    take their places, and the old ones and those to remove are deleted.
    """
    moves: list[tuple[Path, Path]] = []
    names = _new_names()
    try:
        for path, write in files:
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary = path.with_name(next(names))
            moves.append((temporary, path))
            with _naming(path):
                write(temporary)
        _put_in_place(moves, removing, names)
    finally:
        for temporary, _ in moves:
            temporary.unlink(missing_ok=True)


def _put_in_place(moves: list[tuple[Path, Path]], removing: Sequence[Path], names: Iterator[str]) -> None:
    """Make the moves, given as (from, to), and remove files.

    A single file takes the place of the old one in one step. Where there are more, all old ones are set aside first,
    and the first file is the first to go and the last to come: a process that is killed in between leaves files
    missing, never new ones beside old ones.
    """
    paths = [*(path for _, path in moves), *removing]
    aside = [(path, path.with_name(next(names))) for path in paths if len(paths) > 1 and path.is_file()]
    done: list[tuple[Path, Path]] = []
    try:
        for start, goal in (*aside, *reversed(moves)):
            with _naming(start if (start, goal) in aside else goal):
                patiently(Path.replace, start, goal)
            done.append((start, goal))
    except BaseException:
        for start, goal in reversed(done):
            patiently(Path.replace, goal, start)
        raise
    for _, goal in aside:
        with suppress(OSError):  # somebody has it open, on Windows
            goal.unlink()


def _new_names() -> Iterator[str]:
    """Yield names for temporary files; short ones, since a file system may take none longer than the file's."""
    token = os.urandom(8).hex()
    return (f".{token}-{number}.part" for number in count())


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Make errors name the file: a failed write names none, and the temporary name tells nobody anything."""
    try:
        yield
    except UnicodeEncodeError as error:
        raise SaveError(f"{path}: not every character can be written ({error})") from error
    except OSError as error:
        if error.errno is None:
            raise OSError(f"{path}: {error}") from error
        if may_be_in_use(error) and path.exists():
            hint = "if another program has it open, close it there and save again"
            raise OSError(error.errno, f"{error.strerror}; {hint}", str(path)) from error
        raise OSError(error.errno, error.strerror, str(path)) from error
