"""What Python says when it crashes, cut down to the user's own lines.

faulthandler reports every thread, innermost call first, and does not know which are ours.
"""

from __future__ import annotations

import re

from whiskertoolbox_daemon.pythons import INTERPRETER_PROGRAM
from whiskertoolbox_protocol.execution import Output, StreamOutput
from whiskertoolbox_protocol.last_words import StreamName

FATAL = ("Fatal Python error", "Windows fatal exception")
"""What a report begins with."""
_BLOCK = re.compile(r"(?m)^(?=(?:Current thread|Thread) 0x)")
_OURS = str(INTERPRETER_PROGRAM.parent)


def begins_report(text: str) -> bool:
    """Return whether a report of a crash begins in a text."""
    return any(text.startswith(words) or f"\n{words}" in text for words in FATAL)


def last_outputs(unsent: list[tuple[StreamName, str]], report: str) -> list[Output]:
    """Return what is still to be shown of a process that has ended: what it had written, then why it crashed."""
    outputs: list[Output] = [StreamOutput(name=name, text=text) for name, text in unsent]
    return [*outputs, StreamOutput(name="stderr", text=users_part(report))] if report else outputs


def users_part(report: str) -> str:
    """Return the reason and the calls of user code, without our own calls, our threads and the list of libraries."""
    reason, *threads = _BLOCK.split(report)
    parts = [part for part in map(_users_calls, threads) if part]
    parts.sort(key=lambda part: not part.startswith("Current"))
    return "\n".join([reason.rstrip(), *parts]) + "\n"


def _users_calls(thread: str) -> str:
    head, *calls = thread.split("\n\n")[0].splitlines()
    ours = next((index for index, call in enumerate(calls) if _OURS in call), None)
    if ours is None:
        return "\n".join([head, *calls])
    if not head.startswith("Current"):
        return ""  # a thread of ours
    return "\n".join([head, *calls[:ours]]) if ours else ""
