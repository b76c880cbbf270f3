"""Imports pydevd as the bundle has it, whatever the environment asks of the user's own, and says what fails."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from whiskertoolbox_interpreter.bundle import BUNDLE
from whiskertoolbox_interpreter.debug.sources import INTERPRETER
from whiskertoolbox_protocol.channel import RequestError

T = TypeVar("T")

SESSION_LIMIT_S = 30
"""So long code that is to be debugged waits for a window to begin a debug session."""

_SETTINGS = {
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    "PYDEVD_USE_CYTHON": "NO",  # compiled parts import by public names: another pydevd, without a debugger
    "PYDEVD_USE_FRAME_EVAL": "NO",
    "PYDEVD_LOAD_NATIVE_LIB": "0",  # the bundle has none, and its absence would be printed
}
_PREFIXES = ("PYDEVD_", "PYDEV_")
_OTHER_NAMES = {"IDE_PROJECT_ROOTS", "LIBRARY_ROOTS", "PATHS_FROM_ECLIPSE_TO_PYTHON", "PYCHARM_DEBUG"}


def import_pydevd() -> Any:
    """Return the module.

    Raises RequestError when it cannot be imported.
    """
    try:
        with _with_settings():
            from _pydevd_bundle import pydevd_constants, pydevd_defaults

            # What debugpy sets before it imports pydevd, which copies these: DAP, and values in full.
            pydevd_constants.MAXIMUM_VARIABLE_REPRESENTATION_SIZE = 2**32
            pydevd_defaults.PydevdCustomization.DEFAULT_PROTOCOL = pydevd_constants.HTTP_JSON_PROTOCOL
            pydevd_defaults.PydevdCustomization.DEBUG_MODE = "debugpy-dap"
            import pydevd
    except ImportError as error:
        raise RequestError(
            f"Cannot debug: {error}. Install debugpy in {sys.executable} (python -m pip install debugpy)."
        ) from error
    return pydevd


@contextmanager
def _with_settings() -> Iterator[None]:
    """Within, the environment's settings of pydevd are ours; the user's are meant for another debugger."""
    theirs = {name: os.environ.pop(name) for name in list(os.environ) if _is_setting(name)}
    os.environ.update(_SETTINGS)
    try:
        yield
    finally:
        for name in [name for name in os.environ if _is_setting(name)]:  # not for the user's subprocesses
            del os.environ[name]
        os.environ.update(theirs)


def _is_setting(name: str) -> bool:
    return name.startswith(_PREFIXES) or name in _OTHER_NAMES


def trace_this_thread(pydevd: Any) -> None:
    """Trace this thread and what runs on it now; the first time pydevd also connects, as its `start_client` says."""
    with _with_settings():  # whose filters are read when it connects
        pydevd.settrace(
            host="socket pair",
            port=1,
            suspend=False,
            wait_for_ready_to_run=False,
            notify_stdin=False,
            dont_trace_start_patterns=(INTERPRETER, BUNDLE),
        )


def set_up(connect: Callable[[], T]) -> T:
    """Call what connects pydevd; raises RequestError with what the user can do."""
    try:
        return connect()
    except RequestError:
        raise
    except Exception as error:  # without the bundle: another pydevd than ours knows
        raise RequestError(
            f"the debugger cannot be set up ({type(error).__name__}: {error}). If {sys.executable} has a debugpy "
            "of its own, update it; else restart the interpreter"
        ) from error
