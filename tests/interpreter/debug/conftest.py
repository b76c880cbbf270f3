"""An interpreter of each supported Python, shared by all tests of the debugger until one of them fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.support.debug_session import DebugSession
from tests.support.interpreter_client import InterpreterClient, started
from tests.support.pythons import MISSING, PYTHONS


class Interpreters:
    """Those that run, by the version of Python; a test that fails may leave one in any state."""

    def __init__(self, folders: pytest.TempPathFactory, ends: ExitStack) -> None:
        self._folders = folders
        self._ends = ends
        self._running: dict[str, InterpreterClient] = {}
        self._failures = 0

    def of(self, minor: str, *, failures: int) -> InterpreterClient:
        """One that no failing test has used; `failures` is how many have failed so far."""
        if failures > self._failures:
            self._failures = failures
            self._running.clear()
            self._ends.close()
        if minor not in self._running:
            start = started(self._folders.mktemp("workspace"), python=PYTHONS[minor])
            self._running[minor] = self._ends.enter_context(start)
        return self._running[minor]


@pytest.fixture(scope="session")
def interpreters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Interpreters]:
    with ExitStack() as ends:
        yield Interpreters(tmp_path_factory, ends)


@pytest.fixture(params=PYTHONS)
def each_python(request: pytest.FixtureRequest, interpreters: Interpreters) -> InterpreterClient:
    return interpreters.of(request.param, failures=request.session.testsfailed)


@pytest.fixture
def debugging(each_python: InterpreterClient) -> Iterator[DebugSession]:
    with DebugSession(each_python) as session:
        yield session


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was not tested is said."""
    if MISSING:
        terminalreporter.write_line(f"The debugger was not tested on Python {', '.join(MISSING)}: not on this machine.")
