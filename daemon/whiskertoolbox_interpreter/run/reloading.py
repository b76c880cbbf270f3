"""Modules of the workspace are loaded again when their files have changed, as if they had just been imported."""

from __future__ import annotations

import os
import sys
import weakref
from collections.abc import Iterator
from importlib import reload
from types import ModuleType
from typing import Any


class WorkspaceModules:
    """The imported modules of a folder, without what is installed in an environment inside of it."""

    def __init__(self, folder: str) -> None:
        self._folder = os.path.join(os.path.realpath(folder), "")
        self._times: dict[str, float] = {}
        self._count = 0
        self._old_objects: dict[Any, list[weakref.ref[Any]]] = {}

    def look(self) -> None:
        """Note the times of modules that were imported since the last look."""
        if len(sys.modules) != self._count:  # nearly always: nothing to do
            self._count = len(sys.modules)
            for name, path in self._files():
                self._times.setdefault(name, _time_of(path))

    def reload_edited(self) -> None:
        """Load again what has changed, and print what that was. What fails stays as it was."""
        edited = []
        for name in list(self._times):
            module = sys.modules.get(name)
            path = _path_of(module)
            if module is None or path is None:
                del self._times[name]
            elif _time_of(path) != self._times[name]:
                self._times[name] = _time_of(path)
                edited.append((name, module))
        reloaded = [name for name, module in edited if self._reload(name, module)]
        if reloaded:
            print(f"[Reloaded {', '.join(reloaded)}: edited since the last run.]")

    def _reload(self, name: str, module: ModuleType) -> bool:
        from IPython.extensions.autoreload import superreload  # also what was imported from it becomes the new one

        try:
            superreload(module, reload, self._old_objects)
        except Exception as error:
            what = f"{type(error).__name__}: {error}"
            print(f"[{name} was edited and could not be reloaded; its old code is used. {what}]", file=sys.stderr)
            return False
        return True

    def _files(self) -> Iterator[tuple[str, str]]:
        for name, module in list(sys.modules.items()):
            path = _path_of(module) if name != "__main__" else None
            if path is not None and os.path.realpath(path).startswith(self._folder):
                yield name, path


def _path_of(module: object) -> str | None:
    """The source file of a module that may belong to the user."""
    if type(module) is not ModuleType:
        return None
    path = vars(module).get("__file__")
    is_source = type(path) is str and path.endswith(".py") and "site-packages" not in path
    return path if is_source else None


def _time_of(path: str) -> float:
    try:
        return os.stat(path).st_mtime_ns
    except OSError:  # deleted: nothing to load
        return 0
