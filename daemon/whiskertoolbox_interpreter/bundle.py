"""The libraries that come with the extension, importable by our own code and by each other, and by nobody else.

User code must find the user's libraries, or none: a bundled `attrs` that shadows theirs, or makes an `import` work that
fails on the cluster, is a fault. So bundled modules have private names (``whiskertoolbox_bundled.jedi``), and an
``import jedi`` is directed there only in modules of ours and of the bundle, whose builtins have an ``__import__`` of
their own. IPython itself is the exception: where the bundled one runs the user's code, ``import IPython`` finds it.
"""

from __future__ import annotations

import builtins
import importlib
import importlib.util
import os
import sys
from collections.abc import Collection, Mapping, Sequence
from importlib.abc import Loader
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType

OUR_PACKAGES = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUNDLE = os.path.join(os.path.dirname(OUR_PACKAGES), "bundled", "libs")
"""Third-party libraries that come with the extension; there are none in a source checkout."""

PRIVATE = "whiskertoolbox_bundled"
"""Package under which `sys.modules` has what is served."""

_SERVED_TO = (f"{PRIVATE}.", "whiskertoolbox_interpreter.", "IPython.core.completer")
"""Modules whose imports lead to the bundle. Of the user's IPython the one that completes nothing with an old Jedi."""

_served: set[str] = set()
_folders: list[str] = []
_python_import = builtins.__import__


def is_there() -> bool:
    """Return whether the extension brings libraries."""
    return os.path.isdir(BUNDLE)


def serve(libraries: Collection[str] | None = None) -> None:
    """Direct the imports of our modules, from now on, to bundled libraries, and to the debugger inside debugpy.

    Parameters
    ----------
    libraries
        Names of top-level modules; all that there are when omitted. The others are the environment's own.
    """
    bundled = _top_level_names(BUNDLE)
    _folders[:] = [BUNDLE, _folder_of_pydevd()]
    _served.clear()
    _served.update(bundled if libraries is None else bundled.intersection(libraries), _top_level_names(_folders[1]))
    if not isinstance(sys.meta_path[0], _PrivateFinder):
        sys.meta_path.insert(0, _PrivateFinder())


def _folder_of_pydevd() -> str:
    """Return where the bundled debugpy keeps pydevd; the environment's own in a source checkout."""
    debugpy = os.path.join(BUNDLE, "debugpy")
    if not os.path.isdir(debugpy):
        spec = importlib.util.find_spec("debugpy")
        debugpy = os.path.dirname(spec.origin) if spec is not None and spec.origin else debugpy
    return os.path.join(debugpy, "_vendored", "pydevd")


def private_name(name: str) -> str:
    """Return the name under which `sys.modules` has a module that our code imports as `name`."""
    return f"{PRIVATE}.{name}" if name.partition(".")[0] in _served else name


def make_public(name: str) -> None:
    """Let user code import a bundled package too, instead of the environment's own."""
    sys.meta_path.insert(1, _PublicFinder(name))


def _top_level_names(folder: str) -> set[str]:
    names = os.listdir(folder) if os.path.isdir(folder) else []
    modules = {name[:-3] for name in names if name.endswith(".py")}
    return modules | {name for name in names if name.isidentifier() and os.path.isdir(os.path.join(folder, name))}


def _import(
    name: str,
    globals: Mapping[str, object] | None = None,
    locals: Mapping[str, object] | None = None,
    fromlist: Sequence[str] | None = (),
    level: int = 0,
) -> ModuleType:
    if level or name.partition(".")[0] not in _served:
        return _python_import(name, globals, locals, fromlist or (), level)
    if fromlist:
        return _python_import(private_name(name), globals, locals, fromlist, 0)
    importlib.import_module(private_name(name))
    return sys.modules[private_name(name.partition(".")[0])]  # what the statement binds


_builtins = {**vars(builtins), "__import__": _import}


class _PrivateLoader(SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        module.__dict__["__builtins__"] = _builtins
        super().exec_module(module)


class _PrivateFinder:
    """Finds the modules of the bundle under their private names, and ours."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name == PRIVATE:
            package = ModuleSpec(name, None, is_package=True)
            package.submodule_search_locations = _folders
            return package
        if not name.startswith(_SERVED_TO):
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _PrivateLoader(spec.loader.name, spec.loader.path)
        return spec


class _PublicFinder:
    """Gives one package of the bundle, and all that lies in it, its public name as well."""

    def __init__(self, name: str) -> None:
        self._name = name

    def find_spec(self, name: str, _path: Sequence[str] | None, _target: ModuleType | None = None) -> ModuleSpec | None:
        if name != self._name and not name.startswith(f"{self._name}."):
            return None
        try:
            importlib.import_module(f"{PRIVATE}.{name}")
        except ModuleNotFoundError:
            return None
        return ModuleSpec(name, _SameModule())


class _SameModule(Loader):
    def exec_module(self, module: ModuleType) -> None:
        sys.modules[module.__name__] = sys.modules[f"{PRIVATE}.{module.__name__}"]
