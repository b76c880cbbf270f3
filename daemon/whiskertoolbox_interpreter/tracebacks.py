"""The part of a traceback that is the user's: without the frames of the code that runs user code."""

from __future__ import annotations

import os
from types import TracebackType

_OURS = os.path.dirname(os.path.abspath(__file__)) + os.sep
_DEBUGGER = os.path.join("debugpy", "_vendored") + os.sep


def is_our_file(filename: str) -> bool:
    """Whether a code object's file is part of the interpreter."""
    return filename.startswith(_OURS)


def _is_ours(traceback: TracebackType) -> bool:
    filename = traceback.tb_frame.f_code.co_filename
    return is_our_file(filename) or _DEBUGGER in filename or filename.startswith("_pydevd_")


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
