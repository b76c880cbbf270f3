"""What must be there before user code can run, and one clear message when it is not: NumPy, IPython, the session.

The user's environment needs NumPy only. IPython is the user's own if it is new enough and can be imported, else the
bundled one with all it needs.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import os
import re
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal

from whiskertoolbox_interpreter import bundle
from whiskertoolbox_protocol.launch import OLDEST_NUMPY

if TYPE_CHECKING:
    from whiskertoolbox_python import DataManager

OLDEST_IPYTHON = (8, 18)
OURS_IN_ANY_CASE = ("jedi", "parso")
"""Completion must not depend on which version of these the user has, and their files do not meet the user's own."""


class CannotStart(Exception):
    """The interpreter cannot work; the message says why and what to do."""

    def __init__(self, reason: Literal["numpy_missing", "session_unavailable", "error"], message: str) -> None:
        super().__init__(message)
        self.reason: Literal["numpy_missing", "session_unavailable", "error"] = reason


def require_numpy() -> None:
    """Raise `CannotStart` if NumPy cannot be imported, whatever it raises, or is too old."""
    try:
        import numpy as np
    except ModuleNotFoundError as error:
        if error.name != "numpy":
            raise CannotStart("numpy_missing", _broken_numpy(error)) from None
        raise CannotStart(
            "numpy_missing",
            f"NumPy is not installed in {sys.executable}. Install it (python -m pip install numpy), or select another "
            "interpreter.",
        ) from None
    except Exception as error:
        raise CannotStart("numpy_missing", _broken_numpy(error)) from None
    version = str(getattr(np, "__version__", ""))
    numbers = re.match(r"(\d+)\.(\d+)", version)
    if numbers is None:  # what an uninstall that was interrupted leaves is a package too
        raise CannotStart("numpy_missing", _broken_numpy(ImportError("its files are not complete")))
    if tuple(map(int, numbers.groups())) < OLDEST_NUMPY:
        raise CannotStart(
            "numpy_missing",
            f"NumPy {version} in {sys.executable} is too old: {'.'.join(map(str, OLDEST_NUMPY))} or newer is needed. "
            "Install a newer one, or select another interpreter.",
        )


def _broken_numpy(error: Exception) -> str:
    reason = (str(error).strip() or type(error).__name__).splitlines()[-1]
    return f"NumPy in {sys.executable} cannot be imported: {reason}. Install it again, or select another interpreter."


def open_session(path: str) -> DataManager:
    """The DataManager of a session folder; raises `CannotStart` with the reason."""
    from whiskertoolbox_python import DataManager

    try:
        return DataManager.open(path)
    except Exception as error:
        raise CannotStart("session_unavailable", str(error)) from error


def import_ipython() -> None:
    """Import IPython, the user's or the bundled one, and direct later imports of our modules accordingly."""
    own_is_supported = installed_ipython() >= OLDEST_IPYTHON
    if not bundle.is_there():
        bundle.serve()
        if not own_is_supported:
            raise CannotStart(
                "error",
                f"IPython is not installed in {sys.executable}, or is older than 8.18. Install it (python -m pip "
                "install ipython), or select another interpreter.",
            )
        _import_shell()
    elif not own_is_supported or not _use_own_ipython():
        bundle.serve()
        bundle.make_public("IPython")
        if importlib.util.find_spec("matplotlib_inline") is None:
            bundle.make_public("matplotlib_inline")
        _import_shell()
        _list_lexers_that_are_there()


def _use_own_ipython() -> bool:
    """Import the environment's IPython; return False, and leave nothing behind, if that fails."""
    bundle.serve(OURS_IN_ANY_CASE)
    before = set(sys.modules)
    try:
        _import_shell()
    except CannotStart:
        for name in set(sys.modules) - before:
            del sys.modules[name]
        return False
    return True


def _import_shell() -> None:
    try:
        with _without_terminal():
            importlib.import_module(bundle.private_name("IPython.core.interactiveshell"))
    except Exception as error:
        raise CannotStart(
            "error",
            f"The IPython of {sys.executable} cannot be imported: {error}. Install it again (python -m pip install "
            "--force-reinstall ipython), or select another interpreter.",
        ) from error


def _list_lexers_that_are_there() -> None:
    """Take from the list of Pygments, of which the bundle has the usual languages only, those that it lacks."""
    lexers = importlib.import_module(bundle.private_name("pygments.lexers"))
    there = {name.removesuffix(".py") for name in os.listdir(os.path.dirname(str(lexers.__file__)))}
    for name, (module, *_) in list(lexers.LEXERS.items()):
        if module.rpartition(".")[2] not in there:
            del lexers.LEXERS[name]


def installed_ipython() -> tuple[int, int]:
    """Version of the environment's IPython, without importing it; (0, 0) if there is none."""
    spec = importlib.util.find_spec("IPython")
    if spec is None or not spec.submodule_search_locations:
        return 0, 0
    try:
        with open(os.path.join(spec.submodule_search_locations[0], "core", "release.py"), encoding="utf-8") as file:
            text = file.read()
    except OSError:
        return 0, 0
    numbers = [re.search(rf"^_version_{part} = (\d+)", text, re.MULTILINE) for part in ("major", "minor")]
    major, minor = (int(number[1]) if number else 0 for number in numbers)
    return major, minor


@contextlib.contextmanager
def _without_terminal() -> Iterator[None]:
    """Keep IPython from importing its terminal, half of its import time, for `embed`, which needs a terminal."""
    name = bundle.private_name("IPython.terminal.embed")
    stand_in = ModuleType(name)

    def embed(*arguments: Any, **keywords: Any) -> Any:
        from IPython.terminal.embed import embed as real_embed

        return real_embed(*arguments, **keywords)

    stand_in.embed = embed  # type: ignore[attr-defined]  # all that IPython asks for
    sys.modules[name] = stand_in
    try:
        yield
    finally:
        del sys.modules[name]
