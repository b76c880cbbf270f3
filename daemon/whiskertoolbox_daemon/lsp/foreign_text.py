"""Text that is not ours (of files, keys, groups, docstrings) in what an editor draws: it stays text there."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 1000
"""Characters that are shown of one text."""
_MARKS = re.compile(r"[\\`*_{}\[\]()<>#+\-!|~&@]|(?<=www)\.|:(?=/)", re.IGNORECASE)
"""What is formatting within a line; dots and colons where editors make links of addresses that stand alone."""
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Categories of characters that are not seen, or move what is around them."""
_JOINER = "\u200d"
"""Hidden, but part of pictures that people write."""


def plain_text(text: str) -> str:
    """Return one line of bounded length in which nothing is hidden.

    >>> plain_text("licks" + chr(0x202E) + "   of day 2")
    'licks\\\\u{202e} of day 2'
    """
    line = " ".join(text[: 4 * LONGEST].split())
    cut = line if len(line) <= LONGEST and len(text) <= 4 * LONGEST else f"{line[: LONGEST - 1]}…"
    return "".join(map(_seen, cut))


def markdown_text(text: str) -> str:
    """Return text that Markdown shows as it is within a line: no formatting, link, picture or HTML.

    >>> print(markdown_text("whisker_angle [1.5]"))
    whisker\\_angle \\[1.5\\]
    """
    return _MARKS.sub(lambda found: f"\\{found[0]}", plain_text(text))


def label_text(text: str) -> str:
    """Return text for a label, in which VS Code draws an icon for `$(name)`."""
    return plain_text(text).replace("$(", "$ (")


def _seen(character: str) -> str:
    is_hidden = unicodedata.category(character) in _HIDDEN and character != _JOINER
    return f"\\u{{{ord(character):x}}}" if is_hidden else character
