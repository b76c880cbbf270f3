"""An interpreter of each supported Python, shared by the tests of one file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.debug_session import DebugSession
from tests.support.interpreter_client import InterpreterClient, started
from tests.support.pythons import MISSING, PYTHONS


@pytest.fixture(scope="module", params=PYTHONS)
def each_python(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[InterpreterClient]:
    with started(tmp_path_factory.mktemp("workspace"), python=PYTHONS[request.param]) as client:
        yield client


@pytest.fixture
def debugging(each_python: InterpreterClient) -> Iterator[DebugSession]:
    with DebugSession(each_python) as session:
        yield session


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was not tested is said."""
    if MISSING:
        terminalreporter.write_line(f"The debugger was not tested on Python {', '.join(MISSING)}: not on this machine.")
