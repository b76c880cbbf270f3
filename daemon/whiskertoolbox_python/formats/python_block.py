"""The ``python`` block of a load config: what the recording's scripts need of Python. Nothing is changed here."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any

from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.parameters import suggest

KEYS = ("venv_path", "prepend_sys_paths", "required_imports", "fail_on_missing_imports")
_MODULE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")


@dataclass(frozen=True, kw_only=True)
class PythonBlock:
    """What a load config asks of the Python that runs the recording's scripts."""

    environment: Path | None = None
    """Folder of the environment (``venv_path``)."""
    paths: tuple[str, ...] = ()
    """Folders that come first on ``sys.path``, in this order (``prepend_sys_paths``)."""
    imports: tuple[str, ...] = ()
    """Modules that must be there (``required_imports``)."""
    imports_are_needed: bool = True
    """Whether a missing one is more than worth a note (``fail_on_missing_imports``)."""


def read_python_block(path: Path, root: Mapping[str, Any]) -> tuple[PythonBlock, list[str]]:
    """Return the block of the config at `path`, and warnings; raises `LoadError` for values of the wrong kind."""
    block = root.get("python", {})
    if not isinstance(block, dict):
        raise LoadError(f'{path}: "python" must be an object, such as {{"required_imports": ["scipy"]}}')
    folder, needed = block.get("venv_path", ""), block.get("fail_on_missing_imports", True)
    if not isinstance(folder, str):
        raise LoadError(f'{path}: "venv_path" of "python" must be the folder of an environment, as text')
    if not isinstance(needed, bool):
        raise LoadError(f'{path}: "fail_on_missing_imports" of "python" must be true or false')
    imports = _texts(path, block, "required_imports")
    for name in imports:
        if not _MODULE.fullmatch(name):
            raise LoadError(f'{path}: "required_imports" of "python" lists {name!r}, which is not the name of a module')
    found = PythonBlock(
        environment=_folder(path, folder) if folder else None,
        paths=tuple(str(_folder(path, text)) for text in _texts(path, block, "prepend_sys_paths")),
        imports=imports,
        imports_are_needed=needed,
    )
    unknown = [key for key in block if key not in KEYS]
    return found, [f'{path}: unknown {suggest(key, KEYS)} in "python" is ignored' for key in unknown]


def unmet_here(path: Path, block: PythonBlock) -> list[str]:
    """Return as warnings what the block asks for and this Python is not."""
    warnings = []
    if block.environment is not None and os.path.realpath(block.environment) != os.path.realpath(sys.prefix):
        gone = "" if block.environment.is_dir() else ", which does not exist"
        warnings.append(
            f'{path}: "python" asks for the environment {block.environment}{gone}; this is {sys.prefix}. '
            "The data is loaded all the same; run scripts in the environment that they need"
        )
    absent = [folder for folder in block.paths if folder not in sys.path]
    if absent:
        warnings.append(
            f'{path}: "python" asks for {", ".join(absent)} in front of sys.path, which is left as it is; '
            "a script that needs modules from there adds it itself"
        )
    missing = missing_modules(block.imports, block.paths)
    if missing:
        warnings.append(
            f'{path}: "python" requires {", ".join(missing)}, which {sys.executable} does not have. '
            "The data is loaded all the same; install what scripts import"
        )
    return warnings


def missing_modules(names: Iterable[str], paths: Iterable[str] = ()) -> list[str]:
    """Return those modules that could not be imported, by their first part; imports nothing."""
    places = [*paths, *sys.path]
    known = {*sys.builtin_module_names, *sys.stdlib_module_names}
    tops = dict.fromkeys(name.partition(".")[0] for name in names)
    return [top for top in tops if top not in known and PathFinder.find_spec(top, places) is None]


def _texts(path: Path, block: Mapping[str, Any], key: str) -> tuple[str, ...]:
    texts = block.get(key, [])
    if not isinstance(texts, list) or not all(isinstance(text, str) and text for text in texts):
        raise LoadError(f'{path}: "{key}" of "python" must be a list of texts')
    return tuple(texts)


def _folder(path: Path, text: str) -> Path:
    """Return a folder that is written relative to the config's, or to the user's."""
    return Path(os.path.normpath(path.absolute().parent / Path(text).expanduser()))
