"""The repository as text: what is tracked, and what it says."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
NOT_TEXT = {".png", ".npy", ".npz", ".mp4", ".ico"}
DATA = Path("tests/data")


@pytest.fixture(scope="session")
def repository() -> Path:
    return REPOSITORY


@pytest.fixture(scope="session")
def tracked() -> tuple[Path, ...]:
    """Every text file that is, or would be, committed; relative to the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=REPOSITORY,
        capture_output=True,
        check=True,
    )
    paths = (Path(name) for name in listed.stdout.decode().split("\0") if name)
    texts = (path for path in paths if path.suffix not in NOT_TEXT and DATA not in path.parents)
    return tuple(sorted(path for path in texts if (REPOSITORY / path).is_file()))


@pytest.fixture(scope="session")
def source(tracked: tuple[Path, ...]) -> tuple[Path, ...]:
    """What people wrote that runs; generated files are left out."""
    suffixes = {".py", ".ts", ".mts", ".mjs"}
    return tuple(path for path in tracked if path.suffix in suffixes and path.name != "generated.ts")


@pytest.fixture(scope="session")
def text_of() -> Callable[[Path], str]:
    def read(path: Path) -> str:
        return (REPOSITORY / path).read_text(encoding="utf-8")

    return read
