"""What is written to a terminal: text of files and keys stays text there, and moves no cursor, title or clipboard."""

from __future__ import annotations

import sys
import unicodedata

_LONGEST = 100_000


def say(text: object, *, is_error: bool = False) -> None:
    """Write lines of text for people."""
    print(shown(str(text)), file=sys.stderr if is_error else sys.stdout)


def shown(text: str) -> str:
    """Text with what a terminal would obey, or would not show, written as Python writes it; of bounded length."""
    cut = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text):,} characters)"
    return "".join(map(_shown, cut)) if not cut.isprintable() else cut


def _shown(character: str) -> str:
    if character.isprintable() or character == "\n" or unicodedata.category(character) == "Zs":
        return character
    return repr(character)[1:-1]
