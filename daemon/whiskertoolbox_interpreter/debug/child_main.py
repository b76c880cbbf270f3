"""The main module of a worker process that is debugged: the debugger, then what every worker begins with."""

# mypy: allow-untyped-defs, allow-untyped-calls
# Annotations would bring names into the user's namespace.

import os as _os


def _join():
    from multiprocessing.process import BaseProcess

    from whiskertoolbox_interpreter import bundle

    bundle.serve()
    from whiskertoolbox_interpreter.debug.child import join, wait_for_breakpoints

    wait_for_breakpoints(join(vars(BaseProcess)["_whiskertoolbox_connection"]))


_join()
with open(
    _os.path.join(_os.path.dirname(_os.path.dirname(_os.path.abspath(__file__))), "run", "worker_main.py"), "rb"
) as _file:
    _code = compile(_file.read(), _file.name, "exec", dont_inherit=True)
exec(_code)
