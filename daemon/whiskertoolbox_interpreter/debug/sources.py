"""Whose code is whose, and what a file says: what the debugger is told of files."""

from __future__ import annotations

import os
import sys
import threading
import tokenize
from types import FrameType

from whiskertoolbox_interpreter.bundle import BUNDLE, OUR_PACKAGES

INTERPRETER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
"""Folder of the code that runs the user's."""


def hiding_rules(just_my_code: bool) -> list[dict[str, object]]:
    """pydevd's rules that hide what is not the user's; with `just_my_code` the library too."""
    hidden = [INTERPRETER, BUNDLE]
    if just_my_code:
        hidden += [os.path.join(OUR_PACKAGES, name) for name in ("whiskertoolbox_python", "whiskertoolbox_protocol")]
    rules: list[dict[str, object]] = [{"path": os.path.join(folder, "**"), "include": False} for folder in hidden]
    rules.append({"path": "<string>", "include": False})  # what dataclasses and the like generate
    rules += [{"module": name, "include": False} for name in ("IPython", "runpy", "asyncio")]
    return rules


def text_of(path: str) -> str | None:
    """A file as Python reads it; None when it is none, or none that Python could read."""
    try:
        with tokenize.open(path) as file:
            return file.read()
    except (OSError, SyntaxError, ValueError):
        return None


def caller_of(debugger_folder: str) -> FrameType | None:
    """The user's frame of the main thread that stands in code of the debugger; None when it does not."""
    frame = sys._current_frames().get(threading.main_thread().ident or 0)
    inside = False
    while frame is not None:
        path = frame.f_code.co_filename
        if path.startswith(debugger_folder):
            inside = True
        elif inside and not path.startswith(INTERPRETER):  # ours waits around the debugger's
            return frame
        frame = frame.f_back
    return None
