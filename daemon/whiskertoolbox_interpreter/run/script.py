"""``whiskertoolbox run``: a script with the session's data as `dm`, in a process like any Python's.

Started as ``python …/run/script.py SESSION SCRIPT ARGUMENTS…`` with the terminal's stdin, stdout and stderr. The
namespace is the one of VS Code's runs; NumPy is all that it needs. Exit code: the script's own, 1 with the traceback on
stderr when it raises, 2 when the session cannot be opened, 130 when it is interrupted.
"""

from __future__ import annotations

import atexit
import os
import sys
from types import ModuleType

_HERE = os.path.dirname(os.path.abspath(__file__))
_PACKAGES = os.path.dirname(os.path.dirname(_HERE))
FAILED, CANNOT_BEGIN, INTERRUPTED = 1, 2, 130


def main(arguments: list[str]) -> int:
    """Run a script to its end; returns the exit code."""
    from whiskertoolbox_interpreter.preflight import CannotStart, open_session, require_numpy
    from whiskertoolbox_interpreter.run.namespace import bind_session, run_script

    session, script, *script_arguments = arguments
    try:
        require_numpy()
        data_manager = open_session(session)
    except CannotStart as error:
        print(f"whiskertoolbox run: {error}", file=sys.stderr)
        return CANNOT_BEGIN
    atexit.register(data_manager.close)  # after the script's threads and its own exit functions
    import whiskertoolbox_python

    module = sys.modules["__main__"] = ModuleType("__main__")
    bind_session(vars(module), data_manager, whiskertoolbox_python)
    try:
        run_script(os.path.abspath(script), vars(module), script_arguments)
    except SystemExit as error:
        return _exit_code(error)
    except BaseException as error:
        return _report(error)
    finally:
        data_manager.flush()
    return 0


def _exit_code(error: SystemExit) -> int:
    if error.code is None:
        return 0
    if isinstance(error.code, int):
        return error.code
    print(error.code, file=sys.stderr)
    return FAILED


def _report(error: BaseException) -> int:
    from whiskertoolbox_interpreter.show.tracebacks import user_part

    error.__traceback__ = user_part(error.__traceback__)
    sys.excepthook(type(error), error, error.__traceback__)
    return INTERRUPTED if isinstance(error, KeyboardInterrupt) else FAILED


if __name__ == "__main__":
    # Python has put this folder first; the script's folder takes its place, behind our packages.
    sys.path[:] = [_PACKAGES, "", *(entry for entry in sys.path if entry != _HERE)]
    sys.exit(main(sys.argv[1:]))
