"""The main module of a worker process: the names of our namespace, then the script's top level, as in the parent."""

# mypy: allow-untyped-defs, allow-untyped-calls
# Annotations would bring names into the user's namespace.

import os as _os
import sys as _sys
from multiprocessing.process import BaseProcess as _BaseProcess


class _OpenedWhenUsed:
    """The session's DataManager, opened when it is first used; most workers never do."""

    def __init__(self, path):
        vars(self)["_path"] = path

    def _opened(self):
        opened = vars(self).get("_manager")
        if opened is None:
            import atexit

            import whiskertoolbox_python

            opened = vars(self)["_manager"] = whiskertoolbox_python.DataManager.open(vars(self)["_path"])
            atexit.register(opened.close)
            from multiprocessing import util

            util.Finalize(opened, opened.close, exitpriority=1)  # workers end without Python's own exit functions
        return opened

    def __getattr__(self, name):
        return getattr(self._opened(), name)

    def __setattr__(self, name, value):
        setattr(self._opened(), name, value)

    def __repr__(self):
        return repr(self._opened())

    def __len__(self):
        return len(self._opened())

    @property  # type: ignore[misc]  # so that isinstance finds a DataManager
    def __class__(self):
        import whiskertoolbox_python

        return whiskertoolbox_python.DataManager


def _bind(namespace):
    import whiskertoolbox_python

    session, script = vars(_BaseProcess)["_whiskertoolbox_worker"]
    namespace["dm"], namespace["wt"] = _OpenedWhenUsed(session), whiskertoolbox_python
    if script:
        namespace["__file__"] = script
        folder = _os.path.dirname(script)
        if folder not in _sys.path:
            _sys.path.insert(0, folder)
        with open(script, "rb") as file:
            code = compile(file.read(), script, "exec", dont_inherit=True)
        exec(code, namespace)


_bind(globals())
