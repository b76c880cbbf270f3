"""Sessions and other processes for the store's tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.processes import Process


@pytest.fixture
def process() -> type[Process]:
    """Start a process: `with process(code, *arguments) as other`; it is killed at the end if it is still there."""
    return Process


@pytest.fixture
def session(tmp_path: Path) -> Path:
    """Return the path of a session folder to be made."""
    return tmp_path / "session"
