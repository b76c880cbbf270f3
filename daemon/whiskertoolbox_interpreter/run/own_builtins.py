"""Python's builtins, put back when user code has replaced what everything else in the process works with."""

from __future__ import annotations

import builtins
import sys
from typing import Any

MAY_BE_REPLACED = frozenset({"print", "open", "input", "breakpoint", "__import__"})
"""By any other callable: tools do, and nothing of ours depends on them."""
IGNORED = frozenset({"_", "help", "exit", "quit", "copyright", "credits", "license", "display", "get_ipython"})
"""For people at a prompt. IPython has its own, while a cell runs."""


_kept: dict[str, Any] = {}


def remember() -> None:
    """Take the builtins as they are now for Python's."""
    _kept.update((name, value) for name, value in vars(builtins).items() if name not in IGNORED)


def replace(name: str, value: Any) -> None:
    """Put something of ours in the place of a builtin, for good."""
    vars(builtins)[name] = _kept[name] = value


def put_back() -> None:
    """Undo what user code has done to them, and say so.

    Written with nothing but what this function has in hand: any builtin may be something else now.
    """
    now = builtins.__dict__
    replaced = ""
    for name, value in _kept.items():
        found = now.get(name, now)
        if found is not value and not (name in MAY_BE_REPLACED and found is not now and found is not None):
            now[name] = value
            replaced += f", {name}" if replaced else name
    if replaced:
        _say(f"[Put back in builtins, for nothing works with others: {replaced}.]\n")


def _say(text: str) -> None:
    stream: Any = sys.stderr
    if stream is not None:
        stream.write(text)
