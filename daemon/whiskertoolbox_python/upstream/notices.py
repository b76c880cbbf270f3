"""Warnings for what upstream passes over in silence."""

from __future__ import annotations

import sys
import warnings


def notice(message: str, category: type[Warning] = UserWarning) -> None:
    """Warn at the line of the caller outside this library."""
    depth = 2
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith("whiskertoolbox_python"):
        frame = frame.f_back
        depth += 1
    warnings.warn(message, category, stacklevel=depth)
