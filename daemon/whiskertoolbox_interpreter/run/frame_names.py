"""The names that code typed at a stop sees: those of the frame where the code stands, live.

Python compiles what is typed as code of a module, so its names are looked up in the globals and builtins that it is
given, from lambdas, functions and class bodies too. Both lead to the frame; assignments go where the name lives.
"""

from __future__ import annotations

import builtins
import ctypes
import inspect
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from types import FrameType
from typing import Any

_OF_THE_SESSION = ("dm", "wt", "_", "__", "___")
"""At hand at every stop, also in code of other modules, unless it uses these names itself."""

_F_LOCALS_IS_A_VIEW = sys.version_info >= (3, 13)
"""Of a function's variables; before, it is a copy of them, which has to be written back."""
_dict: Any = dict
"""Its methods reach what Python itself puts into a dictionary of ours."""
_F_LOCALS = threading.RLock()
"""Held while the copy differs: each look at it, from any thread, copies again."""


class FrameNames:
    """The names of a frame.

    Parameters
    ----------
    frame
        Of code that stands, or that has ended by an error.
    session
        The session's namespace.
    """

    def __init__(self, frame: FrameType, session: Mapping[str, Any]) -> None:
        self._frame = frame
        self._session = session
        code = frame.f_code
        self._is_function = bool(code.co_flags & inspect.CO_OPTIMIZED)
        self._own = {*code.co_varnames, *code.co_cellvars, *code.co_freevars} if self._is_function else set()
        self.seen_by_code = _Names(self, self.listed)
        """For typed code as its locals; iteration gives the frame's locals."""
        self.globals = _Names(self, lambda: frame.f_globals)
        """For typed code as its globals."""
        _dict.__setitem__(self.globals, "__builtins__", _Builtins(self))

    def read(self, name: str) -> Any:
        """The value of a name; raises KeyError."""
        frame = self._frame
        with _F_LOCALS:
            own = frame.f_locals
            if name in own:
                return own[name]
        if name in self._own:
            raise KeyError(name)  # not assigned yet, which a global of that name is not to hide
        if name in frame.f_globals:
            return frame.f_globals[name]
        if name in _OF_THE_SESSION:
            return self._session[name]
        raise KeyError(name)

    def write(self, name: str, value: Any) -> None:
        """Assign: in a function to its own names and new ones, to a global where there is one."""
        frame = self._frame
        with _F_LOCALS:
            own = frame.f_locals
            if self._is_function and name not in self._own and name not in own and name in frame.f_globals:
                frame.f_globals[name] = value
                return
            own[name] = value
            if self._is_function and not _F_LOCALS_IS_A_VIEW:
                ctypes.pythonapi.PyFrame_LocalsToFast(ctypes.py_object(frame), ctypes.c_int(0))

    def remove(self, name: str) -> None:
        """Delete; raises KeyError."""
        frame = self._frame
        if name not in (own := frame.f_locals):
            del frame.f_globals[name]
        elif name not in self._own and not (self._is_function and _F_LOCALS_IS_A_VIEW):
            del own[name]
        elif own[name] is not None:  # else it is the name behind `except … as`, which is over
            print(f"{name} is kept: no variable of a function can be deleted while it stands.", file=sys.stderr)

    def listed(self) -> dict[str, Any]:
        """The frame's own variables now."""
        with _F_LOCALS:
            return dict(self._frame.f_locals)

    def everything(self) -> dict[str, Any]:
        """All names and their values now."""
        session = {name: self._session[name] for name in _OF_THE_SESSION if name in self._session}
        return {**session, **self._frame.f_globals, **self.listed()}

    def hand_over(self) -> None:
        """Let the frame have what typed code has assigned by ``global``, which Python writes past our dictionary."""
        for name in _dict.keys(self.globals) - {"__builtins__"}:
            self._frame.f_globals[name] = _dict.pop(self.globals, name)


class _Names(MutableMapping[str, Any], dict[str, Any]):  # type: ignore[misc, metaclass]  # a dict, for Python
    """A dictionary for `eval`, which keeps nothing itself."""

    def __init__(self, names: FrameNames, listed: Callable[[], Mapping[str, Any]]) -> None:
        self._names = names
        self._listed = listed

    def __getitem__(self, name: str) -> Any:
        if _dict.__contains__(self, name):
            return _dict.__getitem__(self, name)
        return self._names.read(name)

    def __setitem__(self, name: str, value: Any) -> None:
        self._names.write(name, value)

    def __delitem__(self, name: str) -> None:
        self._names.remove(name)

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._listed()))

    def __len__(self) -> int:
        return len(self._listed())

    def __repr__(self) -> str:
        return repr(dict(self._listed()))

    def copy(self) -> dict[str, Any]:
        """All names, for what is expanded in commands."""
        return self._names.everything()


class _Builtins(dict[str, Any]):
    """Where class bodies look last, and so find the frame's names."""

    def __init__(self, names: FrameNames) -> None:
        super().__init__(vars(builtins))
        self._names = names

    def __getitem__(self, name: str) -> Any:
        try:
            return self._names.read(name)
        except KeyError:
            return vars(builtins)[name]
