"""What the pages say is there, is there: the tests behind invariants and threats, and the files of the map."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

TextOf = Callable[[Path], str]
Paths = tuple[Path, ...]

PAGE = Path("docs/architecture.md")
SECURITY = Path("docs/security.md")


def test_every_test_behind_an_invariant_exists(tracked: Paths, text_of: TextOf) -> None:
    defined = {
        name
        for path in tracked
        if path.suffix == ".py"
        for name in re.findall(r"^\s*(?:async )?def (test_\w+)\(", text_of(path), re.MULTILINE)
    }
    for page in (PAGE, SECURITY):
        named = set(re.findall(r"`(test_\w+)`", text_of(page)))
        assert named
        assert named - defined == set()


def test_every_invariant_names_what_enforces_it(text_of: TextOf) -> None:
    invariants = text_of(PAGE).partition("## Invariants")[2].partition("\n## ")[0]
    paragraphs = [paragraph for paragraph in invariants.split("\n\n") if paragraph.startswith("**")]
    assert paragraphs
    unchecked = [text for text in paragraphs if not re.search(r"`(test_\w+|[\w./-]+\.(ts|mjs))`", text)]
    assert unchecked == []


def test_every_file_of_the_documents_exists(tracked: Paths, text_of: TextOf) -> None:
    pages = [Path("README.md"), Path("CONTRIBUTING.md"), *(path for path in tracked if path.parent == Path("docs"))]
    known = {path.as_posix() for path in tracked}
    placeholder = re.compile(r"\b(NAME|AREA|TYPE_FORMAT)\b|_NAME\b")
    missing = {
        f"{page}: {name}"
        for page in pages
        for name in re.findall(r"`([\w.-]+(?:/[\w.-]+)*\.(?:py|ts|mjs|md))`", text_of(page))
        if not placeholder.search(name) and not any(path == name or path.endswith("/" + name) for path in known)
    }
    assert missing == set()
