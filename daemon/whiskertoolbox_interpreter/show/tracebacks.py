"""Tracebacks as the user wants them: without the frames of the code that runs user code, with places to click on."""

from __future__ import annotations

import os
import re
import sys
from types import TracebackType

from whiskertoolbox_interpreter import bundle

_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_LIBRARY = os.path.join(os.path.dirname(_OURS.rstrip(os.sep)), "whiskertoolbox_python") + os.sep
_DEBUGGER_MODULES = (f"{bundle.PRIVATE}.pydevd", f"{bundle.PRIVATE}._pydevd_", "whiskertoolbox_interpreter.debug.")
_TOOLS = sys.stdlib_module_names | {"IPython", "traitlets", bundle.PRIVATE}
FRAMES_AT_EACH_END = 100
"""Of a deep recursion; IPython takes a millisecond for each frame."""
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_CARET = re.compile(r"\s+\^+\s*")
_PLACE = re.compile(r"(\s*(?:File|Cell) )(.+:\d+|In\[\d+\], line \d+)(, in .*)?")


def is_our_file(filename: str) -> bool:
    """Whether a code object's file is part of the interpreter."""
    return filename.startswith(_OURS)


def _is_debugger(traceback: TracebackType) -> bool:
    # The compiled part of pydevd has no file names to go by.
    return str(traceback.tb_frame.f_globals.get("__name__")).startswith(_DEBUGGER_MODULES)


def _is_ours(traceback: TracebackType) -> bool:
    return traceback.tb_frame.f_code.co_filename.startswith((_OURS, _LIBRARY)) or _is_debugger(traceback)


def _is_tool_of_ours(traceback: TracebackType) -> bool:
    """Whether the frame is, below one of ours, a part of our work."""
    module = str(traceback.tb_frame.f_globals.get("__name__"))
    return module.partition(".")[0] in _TOOLS


def user_part(traceback: TracebackType | None) -> TracebackType | None:
    """Cut our frames off at both ends: what calls user code, and what raises in it (interrupts, the library)."""
    while traceback is not None and _is_ours(traceback):
        traceback = traceback.tb_next
    last_of_user = entry = traceback
    below_ours = False
    # Below a line of the user's the debugger was looking at that line; a condition runs among the user's names there.
    while entry is not None and not _is_debugger(entry):
        if _is_ours(entry):
            below_ours = True
        elif not (below_ours and _is_tool_of_ours(entry)):
            below_ours = False
            last_of_user = entry
        entry = entry.tb_next
    if last_of_user is not None:
        last_of_user.tb_next = None
    return traceback


def shortened(error: BaseException) -> int:
    """Leave only both ends of the tracebacks of an error and of those it came from; return how many frames go."""
    left_out = 0
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        current = waiting.pop()
        if current is not None and id(current) not in seen:
            seen.add(id(current))
            left_out += _without_middle(current.__traceback__)
            waiting += [current.__cause__, current.__context__]
    return left_out


def _without_middle(traceback: TracebackType | None) -> int:
    entries: list[TracebackType] = []
    while traceback is not None:
        entries.append(traceback)
        traceback = traceback.tb_next
    left_out = len(entries) - 2 * FRAMES_AT_EACH_END
    if left_out <= 0:
        return 0
    entries[FRAMES_AT_EACH_END - 1].tb_next = entries[-FRAMES_AT_EACH_END]
    return left_out


def with_linkable_places(text: str) -> str:
    """Write each ``File path:line`` of IPython's in one colour and with its whole path, and mark each faulty line.

    IPython shortens the home folder, and puts colours between the words as each version likes; VS Code makes links of
    ``File``, a space, one colour, an absolute path and a line, followed by an arrow with that line's number. IPython
    leaves the arrow out where the error is one of syntax.
    """
    lines = [_with_linkable_place(line) for line in text.split("\n")]
    for index in range(len(lines) - 2):
        place, code, caret = (_COLOUR.sub("", line) for line in lines[index : index + 3])
        number = re.fullmatch(r"\s*File .+:(\d+)", place)
        if number is not None and code.startswith("    ") and _CARET.fullmatch(caret):
            arrow = f"----> {number[1]} "
            lines[index + 1] = f"\x1b[0;32m{arrow}\x1b[0m{lines[index + 1].replace('    ', '', 1)}"
            lines[index + 2] = " " * len(arrow) + lines[index + 2].replace("    ", "", 1)
    return "\n".join(lines)


def _with_linkable_place(line: str) -> str:
    match = _PLACE.fullmatch(_COLOUR.sub("", line))
    if match is None:
        return line
    label, place, function = match.groups(default="")
    return f"{label}\x1b[0;32m{os.path.expanduser(place)}\x1b[0m{function}"
