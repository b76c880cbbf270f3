"""The rules of the namespace that user code runs in, and of running a script in it. One home for VS Code and CLI.

No IPython here: `whiskertoolbox run` works with NumPy alone.
"""

from __future__ import annotations

import builtins
import contextlib
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from types import CodeType
from typing import Any


def bind_session(namespace: dict[str, Any], data_manager: object, library: object) -> None:
    """Bind `dm` and `wt`; done before every run, so a script's own `dm = …` does not outlive it."""
    namespace["dm"] = data_manager
    namespace["wt"] = library


def compile_script(path: str) -> CodeType:
    """Compile a script under its path; raises OSError or SyntaxError, both naming the path."""
    try:
        with open(path, "rb") as file:
            source = file.read()
    except OSError as error:
        raise type(error)(f"Could not open file: {path} ({error.strerror})") from None
    # Looked up there: our modules have a copy of the builtins, and the debugger puts a `compile` of its own in place.
    return builtins.compile(source, path, "exec", dont_inherit=True)


@contextlib.contextmanager
def script_surroundings(
    namespace: dict[str, Any], path: str, arguments: Sequence[str], working_directory: str = ""
) -> Iterator[None]:
    """`file_surroundings` with ``sys.argv``; the script's folder is the working directory when none is given."""
    argv, folder = sys.argv, os.getcwd()
    sys.argv = [path, *arguments]
    try:
        with file_surroundings(namespace, path, working_directory or os.path.dirname(os.path.abspath(path))):
            yield
    finally:
        sys.argv = argv
        with contextlib.suppress(OSError):  # the folder may be gone
            os.chdir(folder)


@contextlib.contextmanager
def environment(variables: Mapping[str, str | None]) -> Iterator[None]:
    """Environment variables (None: without this one) while code runs; afterwards these are as before."""
    before = {name: os.environ.get(name) for name in variables}
    _set_environment(variables)
    try:
        yield
    finally:
        _set_environment(before)


@contextlib.contextmanager
def working_in(folder: str) -> Iterator[None]:
    """A working directory while code runs; afterwards it is as before, unless the code has itself gone elsewhere."""
    before = os.getcwd()
    os.chdir(folder)
    during = os.getcwd()
    try:
        yield
    finally:
        with contextlib.suppress(OSError):  # a folder may be gone
            if os.getcwd() == during:
                os.chdir(before)


def _set_environment(variables: Mapping[str, str | None]) -> None:
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


@contextlib.contextmanager
def file_surroundings(namespace: dict[str, Any], path: str, working_directory: str) -> Iterator[None]:
    """``__file__``, the file's folder for imports, and a working directory (empty: unchanged) while code of it runs.

    Afterwards all is as before, unless the code has itself gone to another folder; but the file's folder stays at the
    end of ``sys.path``, so that functions that the code leaves behind can import what lies beside it.
    """
    folder = os.path.dirname(os.path.abspath(path))
    namespace["__file__"] = path
    sys.path.insert(0, folder)
    try:
        with working_in(working_directory) if working_directory else contextlib.nullcontext():
            yield
    finally:
        namespace.pop("__file__", None)
        with contextlib.suppress(ValueError):  # the code may have taken it away
            sys.path.remove(folder)
        if folder not in sys.path:
            sys.path.append(folder)


def run_script(path: str, namespace: dict[str, Any], arguments: Sequence[str], *, working_directory: str = "") -> None:
    """Run a script in `namespace`; raises what it raises."""
    code = compile_script(path)
    with script_surroundings(namespace, path, arguments, working_directory):
        exec(code, namespace)
