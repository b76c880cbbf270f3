"""A stub by which static tools know `dm` and `wt`, and of what type the data of each key is.

pyright, basedpyright, Pylance and Pyrefly read ``typings/__builtins__.pyi`` of a workspace without being told.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path

FOLDER = "typings"
FILE = "__builtins__.pyi"
MOST_KEYS = 500
"""Checkers go through the overloads one by one."""
_MARK = "# Written by WhiskerToolbox for type checkers, again whenever the data keys change."


def stub_text(classes: Mapping[str, str]) -> str:
    """Return the stub for keys and the names of their classes in the library.

    A text that is no key gives None, as `getData` does; one that is put together may be any key.
    """
    overloads = [(f"Literal[{key!r}]", f"_wt.{classes[key]}") for key in sorted(classes)[:MOST_KEYS]]
    other = "Any" if len(classes) > MOST_KEYS else "None"
    lines = [
        f"    @overload\n    def getData(self, key: {key}) -> {made}: ...  # type: ignore"
        for key, made in [*overloads, ("LiteralString", other), ("str", "Any")]
    ]
    return "\n".join(
        [
            _MARK,
            "# pyright: reportOverlappingOverload=false, reportIncompatibleMethodOverride=false",
            "# pyright: reportMissingImports=false",
            "from typing import Any, Literal, overload",
            "",
            "import whiskertoolbox_python as _wt  # type: ignore",
            "from typing_extensions import LiteralString",
            "",
            "class _SessionData(_wt.DataManager):",
            *lines,
            "",
            "wt = _wt",
            "dm: _SessionData",
            "",
        ]
    )


def write_stub(workspace: Path, classes: Mapping[str, str]) -> bool:
    """Write the stub, out of reach of git; return False where a file of the user's, or a link, is in its place."""
    folder = workspace / FOLDER
    file, text = folder / FILE, stub_text(classes)
    if folder.is_symlink() or file.is_symlink():
        return False  # what it leads to is not the workspace's
    before = file.read_text(encoding="utf-8") if file.exists() else None
    if before is not None and not before.startswith(_MARK):
        return False
    if before != text:
        folder.mkdir(exist_ok=True)
        with contextlib.suppress(FileExistsError), open(folder / ".gitignore", "x", encoding="utf-8") as ignore:
            ignore.write(f"/.gitignore\n/{FILE}\n")
        file.write_text(text, encoding="utf-8")
    return True
