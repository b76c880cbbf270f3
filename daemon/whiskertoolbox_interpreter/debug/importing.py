"""Imports pydevd as the bundle has it, whatever the environment asks of the user's own, and says what fails."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any, TypeVar

from whiskertoolbox_interpreter.bundle import BUNDLE
from whiskertoolbox_interpreter.debug.sources import INTERPRETER
from whiskertoolbox_protocol.channel import RequestError

T = TypeVar("T")

SESSION_LIMIT_S = 30
"""So long code that is to be debugged waits for a window to begin a debug session."""


def import_pydevd() -> Any:
    """Return the module.

    Raises RequestError when it cannot be imported.
    """
    # The user's are meant for another debugger.
    theirs = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("PYDEVD_")}
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"
    os.environ["PYDEVD_USE_CYTHON"] = "NO"  # compiled parts import by public names: another pydevd, without a debugger
    os.environ["PYDEVD_USE_FRAME_EVAL"] = "NO"
    os.environ["PYDEVD_LOAD_NATIVE_LIB"] = "0"  # the bundle has none, and its absence would be printed
    try:
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
    finally:
        # Not for the user's subprocesses.
        for name in [name for name in os.environ if name.startswith("PYDEVD_")]:
            del os.environ[name]
        os.environ.update(theirs)
    return pydevd


def trace_this_thread(pydevd: Any) -> None:
    """Trace this thread and what runs on it now; the first time pydevd also connects, as its `start_client` says."""
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
