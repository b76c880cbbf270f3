"""Processes that user code forks and that come back from its cell."""

from __future__ import annotations

import sys

import pytest

from tests.support.interpreter_client import InterpreterClient

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")

FORK = """
import os
child = os.fork()
if child == 0:
    {work}
else:
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.parametrize(
    ("work", "code"),
    [("pass", 0), ("1 / 0", 1), ("raise SystemExit(3)", 3), ("raise SystemExit('a reason')", 1), ("exit()", 0)],
)
def test_a_fork_that_comes_back_from_its_cell_ends_with_it(
    interpreter: InterpreterClient, work: str, code: int
) -> None:
    assert interpreter.run(FORK.format(work=work)).text() == f"{code}\n"
    assert interpreter.run("1 + 1").result == "2"


def test_what_a_fork_raises_is_shown_as_its_text(interpreter: InterpreterClient) -> None:
    run = interpreter.run(FORK.format(work="raise ValueError('in the fork')"))
    assert "ValueError: in the fork" in interpreter.fd_text(run, "stderr")


def test_what_a_fork_displays_keeps_it_from_nothing(interpreter: InterpreterClient) -> None:
    run = interpreter.run(FORK.format(work="[display(number) for number in range(1000)]"))
    assert (run.text(), run.displays) == ("0\n", [])


def test_what_a_fork_writes_to_a_stream_that_it_kept_is_shown(interpreter: InterpreterClient) -> None:
    work = "kept.write('kept\\n'); write('bound\\n')"
    run = interpreter.run(f"import sys\nkept, write = sys.stdout, sys.stdout.write\n{FORK.format(work=work)}")
    assert interpreter.fd_text(run, "stdout") == "kept\nbound\n"
    assert run.text() == "0\n"
