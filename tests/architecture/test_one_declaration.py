"""An option is declared once, in Python: nothing in the extension or its manifest names one again."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

from whiskertoolbox_python.formats.registry import loaders, savers

ROOT = Path(__file__).resolve().parents[2]


def option_names() -> set[str]:
    """Names of two words and more; one word may mean anything."""
    declared = {part.options for part in (*loaders(), *savers())}
    names = {field.name for options in declared for field in dataclasses.fields(options)}
    return {name for name in names if "_" in name}


def test_no_option_is_named_again_in_the_extension() -> None:
    sources = [path for path in (ROOT / "extension/src").rglob("*.ts") if path.name != "generated.ts"]
    words = {
        path: set(re.findall(r"\w+", path.read_text(encoding="utf-8")))
        for path in [*sources, ROOT / "package.json", ROOT / "package.nls.json"]
    }
    found = {str(path.relative_to(ROOT)): sorted(own & option_names()) for path, own in words.items()}
    assert {path: names for path, names in found.items() if names} == {}
