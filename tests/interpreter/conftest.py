"""An interpreter for the tests of one file; tests that end it or need it fresh start their own with `started`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.interpreter_client import InterpreterClient, started


@pytest.fixture(scope="module")
def interpreter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InterpreterClient]:
    with started(tmp_path_factory.mktemp("workspace")) as client:
        yield client


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """Where a test may write a script."""
    return tmp_path / "script.py"
