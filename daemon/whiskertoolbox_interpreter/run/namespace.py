"""The rules of the namespace that user code runs in, and of running a script in it. One home for VS Code and CLI.

No IPython here: `whiskertoolbox run` works with NumPy alone.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence
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
    return compile(source, path, "exec", dont_inherit=True)


@contextlib.contextmanager
def script_surroundings(namespace: dict[str, Any], path: str, arguments: Sequence[str]) -> Iterator[None]:
    """``__file__``, ``sys.argv``, and the script's folder as cwd and ``sys.path[0]`` while it runs.

    Afterwards all is as before, but the folder stays at the end of ``sys.path``, so that functions that the script
    leaves behind can import what lies beside it.
    """
    argv, folder = sys.argv, os.getcwd()
    own_folder = os.path.dirname(os.path.abspath(path))
    sys.argv = [path, *arguments]
    namespace["__file__"] = path
    sys.path.insert(0, own_folder)
    os.chdir(own_folder)
    try:
        yield
    finally:
        sys.argv = argv
        namespace.pop("__file__", None)
        with contextlib.suppress(ValueError):  # the script may have taken it out
            sys.path.remove(own_folder)
        if own_folder not in sys.path:
            sys.path.append(own_folder)
        with contextlib.suppress(OSError):  # the folder may be gone
            os.chdir(folder)


def run_script(path: str, namespace: dict[str, Any], arguments: Sequence[str]) -> None:
    """Run a script in `namespace`; raises what it raises."""
    code = compile_script(path)
    with script_surroundings(namespace, path, arguments):
        exec(code, namespace)
