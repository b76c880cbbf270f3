"""What people read says things as CONTRIBUTING's list of words asks."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

Paths = tuple[Path, ...]
TextOf = Callable[[Path], str]

PROSE = (".md", ".nls.json")
CODE = (".py", ".ts", ".mjs")
NOT_THESE = {
    "Tell whether it is empty": (r"[Tt]ell whether", (*PROSE, *CODE)),
    "anew": (r"\banew\b", (*PROSE, *CODE)),
    "is no Python": (
        r"(?<![Tt]here )(?<!where )\bis no (file|folder|session|index|number|environment|table|clock)\b",
        (*PROSE, *CODE),
    ),
    "the code does not react": (r"\bdoes not react\b", (*PROSE, *CODE)),
    "caret": (r"\bcaret\b", PROSE),  # in code it may be a name
}
"""What is not written, as the list says it: a pattern, and the files that are looked through for it."""

OWN_WORDS = {"CONTRIBUTING.md", "CHANGELOG.md", "tests/architecture/test_words.py"}
"""Files that hold the words: the list, this one, and what was released before there was a list."""


def test_nothing_is_written_with_a_word_that_the_list_replaces(tracked: Paths, text_of: TextOf) -> None:
    found = []
    for path in tracked:
        name = path.as_posix()
        text = "" if name in OWN_WORDS else text_of(path)
        for listed, (pattern, suffixes) in NOT_THESE.items():
            for match in re.finditer(pattern, text) if name.endswith(suffixes) else ():
                line = text.count("\n", 0, match.start()) + 1
                found.append(f'{name}:{line} says "{match[0]}"; CONTRIBUTING.md says what to write for "{listed}"')
    assert found == []


def test_the_list_has_each_word_that_is_looked_for(text_of: TextOf) -> None:
    rows = [line.strip("| ").split(" | ") for line in text_of(Path("CONTRIBUTING.md")).splitlines()]
    listed = {row[1] for row in rows if len(row) == 2}
    assert set(NOT_THESE) - listed == set()
