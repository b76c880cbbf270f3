"""Words of messages."""

from __future__ import annotations

from collections.abc import Iterable


def plural(count: int, noun: str) -> str:
    """Return ``1 line`` or ``3 lines``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def closest(name: str, known: Iterable[str]) -> str:
    """Return ``"name" (did you mean "x"?)`` for an error about an unknown name of very many."""
    from difflib import get_close_matches  # slow, and needed for errors only

    close = get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f'"{name}" (did you mean "{close[0]}"?)' if close else f'"{name}"'
