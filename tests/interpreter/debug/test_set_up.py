"""A debugger that cannot be set up is said, and code runs without it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.interpreter_client import started
from tests.support.pythons import PYTHONS
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.channel import RequestError
from whiskertoolbox_protocol.status import Empty


@pytest.mark.parametrize("minor", PYTHONS)
def test_a_debugger_that_cannot_be_set_up_says_why_and_code_runs(minor: str, tmp_path: Path) -> None:
    with started(tmp_path, python=PYTHONS[minor]) as interpreter:
        interpreter.run("import socket\npair, socket.socketpair = socket.socketpair, None")
        for _ in range(2):
            with pytest.raises(RequestError, match="TypeError"):
                interpreter.ask(methods.DEBUG_ATTACH, Empty())
            assert interpreter.run("print(6 * 7)").text() == "42\n"
        interpreter.run("socket.socketpair = pair")
        interpreter.ask(methods.DEBUG_ATTACH, Empty())
