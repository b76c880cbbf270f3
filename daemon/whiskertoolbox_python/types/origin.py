"""Where a data object came from: the file that was read, the line of code that stored it, and when. Stored with it."""

from __future__ import annotations

import contextlib
import os
import re
import sys
import time
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from types import FrameType
from typing import Any

_LONGEST_PATH = 4096
_PACKAGE = __name__.partition(".")[0]
_HOSTS = frozenset({"whiskertoolbox_daemon", "whiskertoolbox_interpreter"})
"""What runs code of the user's: what they store themselves is stored by no line of it."""
_INPUT = re.compile(r"<ipython-input-(\d+)-")
_file: ContextVar[str] = ContextVar("file that is being loaded", default="")


@dataclass(frozen=True)
class Origin:
    """Where a data object came from.

    Attributes
    ----------
    file : str
        The data file that it was read from; empty if it was not loaded.
    script : str
        File of the code that stored it, ``In [3]`` of a console; empty if no code of the user's did, or none can be
        named.
    line : int
        Line of that code, from 1; 0 without a script.
    time_s : float
        When, in seconds since 1970 (UTC).

    Examples
    --------
    >>> str(Origin("", "/data/filter.py", 12, 0.0)).partition(", ")[0]
    '/data/filter.py:12'
    """

    file: str
    script: str
    line: int
    time_s: float

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {"file": self.file, "script": self.script, "line": self.line, "time_s": self.time_s}

    @classmethod
    def from_json(cls, stored: object) -> Origin | None:
        """Make it of what `as_json` returned; None of anything else, since a session may be a stranger's."""
        if not isinstance(stored, Mapping):
            return None
        file, script, line, time_s = (stored.get(name) for name in ("file", "script", "line", "time_s"))
        if not (isinstance(file, str) and isinstance(script, str) and type(line) is int):
            return None
        return cls(file, script, line, float(time_s)) if isinstance(time_s, (int, float)) else None

    def __str__(self) -> str:
        script = f"{self.script}:{self.line}" if self.script else ""
        return ", ".join(part for part in (self.file, script, self._time()) if part)

    def _time(self) -> str:
        try:
            return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(self.time_s))
        except (ValueError, OverflowError, OSError):
            return ""


@contextlib.contextmanager
def loaded_from(path: str | os.PathLike[str]) -> Iterator[None]:
    """What is stored within comes from a file."""
    text = os.path.abspath(path)
    before = _file.set(text if len(text) <= _LONGEST_PATH else "")
    try:
        yield
    finally:
        _file.reset(before)


def origin_now() -> Origin:
    """Return the origin of what is being stored: the nearest frame that is neither ours nor the standard library's."""
    script, line = _calling_line(sys._getframe(1))
    return Origin(_file.get(), script, line, round(time.time(), 3))


def _calling_line(frame: FrameType | None) -> tuple[str, int]:
    while frame is not None:
        module = frame.f_globals.get("__package__") or frame.f_globals.get("__name__")  # of `python -m` both are needed
        package = module.partition(".")[0] if isinstance(module, str) else ""
        if package in _HOSTS:
            break
        if package != _PACKAGE and package not in sys.stdlib_module_names:
            name = _name_of(frame)
            return (name, frame.f_lineno) if name else ("", 0)
        frame = frame.f_back
    return "", 0


def _name_of(frame: FrameType) -> str:
    name = frame.f_code.co_filename
    if (numbered := _INPUT.match(name)) is not None:
        return f"In [{numbered[1]}]"
    if not name or name.startswith("<"):
        return ""
    if not os.path.isabs(name):  # as it stood on the command line; the code may have gone elsewhere since
        whole = frame.f_globals.get("__file__")
        is_same = isinstance(whole, str) and os.path.isabs(whole) and os.path.basename(whole) == os.path.basename(name)
        name = str(whole) if is_same else os.path.abspath(name)
    return name if len(name) <= _LONGEST_PATH else ""
