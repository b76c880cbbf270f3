"""Stubs by which static tools know `dm` and `wt`, of what type the data of each key is, and the library.

pyright, basedpyright, Pylance and Pyrefly read the folder ``typings`` of a workspace without being told. `checkers`
tells other tools.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from whiskertoolbox_daemon.language.library_stubs import IGNORED, LIBRARY, library_sources, stub_of

FOLDER = "typings"
BUILTINS = "__builtins__.pyi"
SESSION = "whiskertoolbox_session"
MOST_NAMES = 2000
"""Of more keys, or clocks, the others may be of any type."""
MARK = "# Written by WhiskerToolbox for type checkers, again whenever the data keys change.\n"
_DIGEST = ".made-from"
"""A file beside the stubs of the library: which sources they are made from."""
_IGNORED_BY_GIT = f"/.gitignore\n/{BUILTINS}\n/{SESSION}.pyi\n/whiskertoolbox_mypy.py\n/{LIBRARY}/\n"
_BUILTINS_TEXT = f"{MARK}{IGNORED}from {SESSION} import dm as dm\nfrom {SESSION} import wt as wt\n"


@dataclass(frozen=True)
class StubNames:
    """What a stub says of a session."""

    classes: Mapping[str, str]
    """Data key -> its class in the library."""
    clocks: Collection[str]
    unmade: Collection[str] = ()
    """Data keys that are not there and that a file of the workspace makes or loads."""
    unmade_clocks: Collection[str] = ()


def session_stub(names: StubNames) -> str:
    """Return the stub of `dm` and `wt`.

    A text that is not a key gives None, as `getData` does; one that is put together may be any key.
    """
    keys: dict[str, list[str]] = {}
    for key in sorted(names.classes)[:MOST_NAMES]:
        keys.setdefault(f"_wt.{names.classes[key]}", []).append(key)
    keys["Any"] = sorted(set(names.unmade) - set(names.classes))[:MOST_NAMES]
    has_all_keys = 0 < len(names.classes) <= MOST_NAMES > len(names.unmade)
    clocks = {"_wt.TimeFrame": sorted(names.clocks)[:MOST_NAMES]}
    clocks["Any"] = sorted(set(names.unmade_clocks) - set(names.clocks))[:MOST_NAMES]
    has_all_clocks = has_all_keys and len(names.clocks) <= MOST_NAMES > len(names.unmade_clocks)
    return "\n".join(
        [
            f"{MARK}{IGNORED}from typing import Any, Literal, TypeVar, overload",
            "",
            f"import {LIBRARY} as _wt",
            "from typing_extensions import LiteralString, deprecated",
            "",
            *_names_of("getData", keys),
            *_names_of("getTime", clocks),
            "",
            "class _SessionData(_wt.DataManager):",
            *_overloads("getData", keys, "data key" if has_all_keys else ""),
            *_overloads("getTime", clocks, "clock" if has_all_clocks else ""),
            "",
            "wt = _wt",
            "dm: _SessionData",
            "",
        ]
    )


def _names_of(method: str, names: Mapping[str, Iterable[str]]) -> Iterable[str]:
    """Yield a type for the names of each class: editors complete literals, but not those that bound a variable.

    What a string may name is completed by the language server, which says more of it; twice would be once too often.
    """
    for number, some in enumerate(some for some in names.values() if some):
        yield f"_{method}{number} = TypeVar('_{method}{number}', bound=Literal[{', '.join(map(repr, some))}])"


def _overloads(method: str, names: Mapping[str, Iterable[str]], what: str) -> Iterable[str]:
    """Yield a method's overloads: a class for its names, and None for other texts if they are said to be wrong."""
    for number, made in enumerate(made for made, some in names.items() if some):
        yield f"    @overload\n    def {method}(self, key: _{method}{number}) -> {made}: ..."
    if what:
        yield f'    @overload\n    @deprecated("The session has no {what} of this name.")'
        yield f"    def {method}(self, key: LiteralString) -> None: ..."
    yield f"    @overload\n    def {method}(self, key: str) -> Any: ..."


def write_stubs(workspace: Path, names: StubNames) -> bool:
    """Write the stubs, out of reach of git; return False where something of the user's or a link is in their place."""
    folder = workspace / FOLDER
    files = [folder / name for name in (f"{SESSION}.pyi", BUILTINS)]
    if any(path.is_symlink() for path in (folder, folder / LIBRARY, *files)):
        return False  # what it leads to is not the workspace's
    folder.mkdir(exist_ok=True)
    with contextlib.suppress(FileExistsError), open(folder / ".gitignore", "x", encoding="utf-8") as ignore:
        ignore.write(_IGNORED_BY_GIT)
    whole = _write_library(folder / LIBRARY)
    for file, text in zip(files, (session_stub(names), _BUILTINS_TEXT), strict=True):
        whole = written(file, text) and whole
    return whole


def remove_stubs(workspace: Path) -> None:
    """Remove what `write_stubs` has written."""
    folder = workspace / FOLDER
    if folder.is_symlink():
        return
    for name in (f"{SESSION}.pyi", BUILTINS):
        removed(folder / name)
    library, ignore = folder / LIBRARY, folder / ".gitignore"
    if not library.is_symlink() and (library / _DIGEST).is_file():
        shutil.rmtree(library)
    if ignore.is_file() and ignore.read_text(encoding="utf-8") == _IGNORED_BY_GIT:
        ignore.unlink()
    with contextlib.suppress(OSError):  # it holds something of the user's, or is not there
        folder.rmdir()


def written(file: Path, text: str) -> bool:
    """Write a file that begins with `MARK`, if it is not as it should be; return False if it is not ours."""
    before = text_of(file)
    if file.is_symlink() or (before is not None and not before.startswith(MARK)):
        return False
    if before != text:
        file.write_text(text, encoding="utf-8")
    return True


def removed(file: Path) -> None:
    """Remove a file if it is ours."""
    if not file.is_symlink() and (text_of(file) or "").startswith(MARK):
        file.unlink()


def text_of(file: Path) -> str | None:
    """Return what a file says; None if there is none, empty if it is not text."""
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        return ""


def _write_library(folder: Path) -> bool:
    sources = library_sources()
    told = "\n".join(f"{name} {path.stat().st_mtime_ns} {path.stat().st_size}" for name, path in sources.items())
    digest = hashlib.sha256(told.encode()).hexdigest()
    before = text_of(folder / _DIGEST)
    if before is None and folder.exists():
        return False
    if before != digest:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        (folder / _DIGEST).write_text("", encoding="utf-8")  # ours, and not whole yet
        for name, path in sources.items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(stub_of(path.read_text(encoding="utf-8")), encoding="utf-8")
        (folder / _DIGEST).write_text(digest, encoding="utf-8")
    return True
