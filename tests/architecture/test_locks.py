"""The locks say exactly which files are installed, and never where they are fetched from."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


def requirements(lock: Path) -> list[str]:
    """Each requirement of a lock with its options, in one line."""
    text = re.sub(r"\\\n\s*", "", lock.read_text(encoding="utf-8"))
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_every_package_is_locked_to_one_version_and_the_hashes_of_its_files(lock: Path) -> None:
    loose = [line for line in requirements(lock) if not re.match(r"[\w.-]+==[\w.]+.* --hash=sha256:[0-9a-f]{64}", line)]
    assert loose == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_a_lock_names_no_address(lock: Path) -> None:
    assert re.findall(r".*(?:://|--(?:extra-)?index-url|--find-links).*", lock.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("folder", [ROOT, ROOT / "editor"], ids=lambda folder: folder.name)
def test_every_npm_package_is_locked_to_the_hash_of_its_file_and_to_no_address(folder: Path) -> None:
    packages = json.loads((folder / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    installed = {name: entry for name, entry in packages.items() if name and not entry.get("inBundle")}
    assert [name for name, entry in installed.items() if "integrity" not in entry or "resolved" in entry] == []
