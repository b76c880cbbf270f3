"""What the files of an environment say of it, for a list that is there before any Python has been started."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from whiskertoolbox_daemon.pythons import is_environment

_VERSION_OF_VENV = re.compile(r"^version(?:_info)?\s*=\s*(\d+\.\d+(?:\.\d+)?)", re.MULTILINE)
_NUMPY = re.compile(r"numpy-(\d[^-]*)[.-].*(?:dist|egg)-?info$", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class FilesSay:
    """An environment by its files."""

    version: str
    """Of its Python; empty where they do not say."""
    numpy: str
    """Version of NumPy; empty where none is seen."""


def read_environment(prefix: Path) -> FilesSay | None:
    """Return what the files in an environment's folder say; None for a folder that is not one."""
    if not is_environment(prefix):
        return None
    if (prefix / "conda-meta").is_dir():
        records = _names_in(prefix / "conda-meta")
        version, numpy = (_version_of_record(name, records) for name in ("python", "numpy"))
    else:
        said = _VERSION_OF_VENV.search(_text_of(prefix / "pyvenv.cfg"))
        version, numpy = said[1] if said else "", ""
    return FilesSay(version=version, numpy=numpy or _numpy_below(prefix))


def _version_of_record(package: str, records: list[str]) -> str:
    """Return the version in the name of conda's record of a package: ``numpy-2.4.6-py312h1_0.json``."""
    found = (re.match(rf"{package}-(\d[^-]*)-[^-]+\.json$", name) for name in records)
    return next((record[1] for record in found if record), "")


def _numpy_below(prefix: Path) -> str:
    libraries = (prefix / "lib" / name for name in _names_in(prefix / "lib") if name.startswith("python"))
    places: Iterator[Path] = (folder / "site-packages" for folder in (*libraries, prefix / "Lib"))
    found = (_NUMPY.match(name) for place in places for name in _names_in(place))
    return next((info[1] for info in found if info), "")


def _names_in(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
