"""Entry of the interpreter: started by the daemon as ``python …/whiskertoolbox_interpreter --session DIR …``.

Written so that a Python that is too old can read this file and say so.
"""

import json
import os
import sys

OLDEST_PYTHON = (3, 10)
_HERE = os.path.dirname(os.path.abspath(__file__))


def refuse_old_python() -> None:
    """Tell the daemon that this Python is too old, without anything that an old Python does not have."""
    text = "Python {} of {} is too old: WhiskerToolbox needs {}.{} or newer. Select another interpreter.".format(  # noqa: UP032
        sys.version.split()[0], sys.executable, OLDEST_PYTHON[0], OLDEST_PYTHON[1]
    )
    params = {"reason": "python_too_old", "message": text}
    line = json.dumps({"jsonrpc": "2.0", "method": "interpreter/failed", "params": params}) + "\n"
    descriptor = int(sys.argv[sys.argv.index("--send") + 1])
    if sys.platform == "win32":
        import msvcrt

        descriptor = msvcrt.open_osfhandle(descriptor, os.O_WRONLY | os.O_BINARY)
    os.write(descriptor, line.encode("utf-8"))
    sys.exit(1)


if __name__ == "__main__":
    if sys.version_info < OLDEST_PYTHON:
        refuse_old_python()
    # Python has put this folder first; its file names are not to be importable from anywhere.
    sys.path[:] = [os.path.dirname(_HERE)] + [entry for entry in sys.path if entry != _HERE]
    from whiskertoolbox_interpreter.bootstrap import main

    arguments, sys.argv = sys.argv[1:], [""]  # what follows is user code's, which has no arguments
    main(arguments)
