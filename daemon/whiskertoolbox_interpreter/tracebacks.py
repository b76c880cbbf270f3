"""The part of a traceback that is the user's: without the frames of the code that runs user code."""

from __future__ import annotations

import os
from types import TracebackType

_OURS = os.path.dirname(os.path.abspath(__file__)) + os.sep
_DEBUGGER_MODULES = ("pydevd", "_pydevd_")


def is_our_file(filename: str) -> bool:
    """Whether a code object's file is part of the interpreter."""
    return filename.startswith(_OURS)


def _is_ours(traceback: TracebackType) -> bool:
    frame = traceback.tb_frame
    # The compiled part of pydevd has no file names to go by.
    module = str(frame.f_globals.get("__name__"))
    return is_our_file(frame.f_code.co_filename) or module.startswith(_DEBUGGER_MODULES)


def user_part(traceback: TracebackType | None) -> TracebackType | None:
    """Cut our frames off at both ends: what calls user code, and what raises in it (interrupts, disabled functions)."""
    while traceback is not None and _is_ours(traceback):
        traceback = traceback.tb_next
    last_of_user = entry = traceback
    while entry is not None:
        if not _is_ours(entry):
            last_of_user = entry
        entry = entry.tb_next
    if last_of_user is not None:
        last_of_user.tb_next = None
    return traceback
