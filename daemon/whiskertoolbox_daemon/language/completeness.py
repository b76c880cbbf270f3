"""Whether typed code is whole, by this Python's own rules: the answer while the interpreter cannot give its own."""

from __future__ import annotations

import codeop
import warnings

from whiskertoolbox_protocol.execution import Completeness

_INDENT = "    "


def completeness(code: str) -> Completeness:
    """Whether code can be run or goes on in a further line, and how that begins.

    >>> completeness("for i in range(3):").status
    'incomplete'
    """
    last = code.rpartition("\n")[2]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # they come when it runs
            whole = codeop.compile_command(code, symbol="exec") is not None
    except (SyntaxError, ValueError, OverflowError):
        # Not Python, or a magic: running it tells.
        return Completeness(status="complete")
    if whole and (not last[:1].isspace() or not last.strip()):
        return Completeness(status="complete")
    indent = last[: len(last) - len(last.lstrip())]
    return Completeness(status="incomplete", indent=indent + _INDENT * last.rstrip().endswith(":"))
