"""Warnings for what upstream passes over in silence."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_LONGEST = 10_000

_listener: ContextVar[Callable[[str], None] | None] = ContextVar("listener", default=None)
"""Who is told instead of the caller."""


@contextmanager
def notices_to(tell: Callable[[str], None]) -> Iterator[None]:
    """Give `tell` the notices of what is done within: it knows the file that the data come from."""
    token = _listener.set(tell)
    try:
        yield
    finally:
        _listener.reset(token)


def notice(message: str, category: type[Warning] = UserWarning) -> None:
    """Warn at the line of the caller outside this library; what the message quotes of files stays text."""
    tell = _listener.get()
    if tell is not None:
        token = _listener.set(None)  # who is told may give a notice of its own
        try:
            tell(message)
        finally:
            _listener.reset(token)
        return
    depth = 2
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith("whiskertoolbox_python"):
        frame = frame.f_back
        depth += 1
    warnings.warn(_shown(message), category, stacklevel=depth)


def _shown(text: str) -> str:
    """Return text with what a terminal would obey, or would not show, written as Python writes it; bounded."""
    cut = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text):,} characters)"
    plain = cut.isprintable()
    return cut if plain else "".join(one if one.isprintable() or one == "\n" else repr(one)[1:-1] for one in cut)
