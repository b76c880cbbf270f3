"""Warnings for what upstream passes over in silence."""

from __future__ import annotations

import sys
import warnings

_LONGEST = 10_000


def notice(message: str, category: type[Warning] = UserWarning) -> None:
    """Warn at the line of the caller outside this library; what the message quotes of files stays text."""
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
