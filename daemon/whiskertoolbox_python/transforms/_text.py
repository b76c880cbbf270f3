"""Words of messages."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def suggest(name: object, known: Iterable[str]) -> str:
    """Return ``"name" (did you mean "x"?)`` for an error about an unknown word, or all known ones when there are few."""
    known = list(known)
    close = get_close_matches(str(name), known, n=1, cutoff=0.5)
    if close:
        return f'"{name}" (did you mean "{close[0]}"?)'
    return f'"{name}" (known: {", ".join(known) or "none"})' if len(known) < 20 else f'"{name}"'


def plural(count: int, noun: str) -> str:
    """Return ``1 line`` or ``3 lines``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
