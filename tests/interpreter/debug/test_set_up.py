"""A debugger that cannot be set up is said, and code runs without it."""

from __future__ import annotations

import pytest

from tests.support.interpreter_client import InterpreterClient
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.channel import RequestError
from whiskertoolbox_protocol.status import Empty


def test_a_debugger_that_cannot_be_set_up_says_why_and_code_runs(each_python: InterpreterClient) -> None:
    each_python.run("import socket\npair, socket.socketpair = socket.socketpair, None")
    for _ in range(2):
        with pytest.raises(RequestError, match="TypeError"):
            each_python.ask(methods.DEBUG_ATTACH, Empty())
        assert each_python.run("print(6 * 7)").text() == "42\n"
    each_python.run("socket.socketpair = pair")
    each_python.ask(methods.DEBUG_ATTACH, Empty())
