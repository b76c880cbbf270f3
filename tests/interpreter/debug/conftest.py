"""An interpreter of each supported Python, shared by the tests of one file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.debug_session import DebugSession
from tests.support.interpreter_client import InterpreterClient, started
from tests.support.pythons import MINORS, python_of


@pytest.fixture(scope="module", params=MINORS)
def each_python(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[InterpreterClient]:
    with started(tmp_path_factory.mktemp("workspace"), python=python_of(request.param)) as client:
        yield client


@pytest.fixture
def debugging(each_python: InterpreterClient) -> Iterator[DebugSession]:
    with DebugSession(each_python) as session:
        yield session
