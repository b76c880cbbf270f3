"""The main module of a worker process that is debugged: the debugger, then what every worker begins with."""

# mypy: allow-untyped-defs, allow-untyped-calls
# Annotations would bring names into the user's namespace.

import os as _os


def _join():
    from multiprocessing.process import BaseProcess

    from whiskertoolbox_interpreter import bundle

    bundle.serve()
    from whiskertoolbox_interpreter.debug.child import join, wait_for_breakpoints
    from whiskertoolbox_interpreter.debug.forks import forget_debugger

    connection = vars(BaseProcess)["_whiskertoolbox_connection"]
    debugger, uncaught = join(connection)
    if hasattr(_os, "register_at_fork"):
        _os.register_at_fork(after_in_child=lambda: forget_debugger([connection]))
    bootstrap = vars(BaseProcess)["_bootstrap"]

    def meet_and_bootstrap(process, *arguments, **keywords):
        uncaught.meet()
        return bootstrap(process, *arguments, **keywords)

    BaseProcess._bootstrap = meet_and_bootstrap  # type: ignore[attr-defined]  # its modules are imported by then
    wait_for_breakpoints(debugger)


_join()
with open(
    _os.path.join(_os.path.dirname(_os.path.dirname(_os.path.abspath(__file__))), "run", "worker_main.py"), "rb"
) as _file:
    _code = compile(_file.read(), _file.name, "exec", dont_inherit=True)
exec(_code)
