"""Starting a process with private pipes, and saying how it ended."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

from whiskertoolbox_daemon.interpreters.spawn import Spawned, SpawnError, exit_reason, spawn_interpreter

ECHO = """
import os, sys
sys.path.insert(0, {packages!r})
from whiskertoolbox_protocol.launch import Launch
launch = Launch.parse(sys.argv[1:])
reader, writer, token = launch.connect()
writer.write(reader.readline().upper() + token.encode() + b"\\n")
writer.flush()
print(os.getcwd(), launch.session, sys.stdin.read() == "")
print("to stderr", file=sys.stderr)
"""
SURROUNDINGS = """
import os, sys
sys.path.insert(0, {packages!r})
from whiskertoolbox_protocol.launch import Launch
connection = Launch.parse(sys.argv[1:]).connect()
connection.writer.write(repr((sys.orig_argv, dict(os.environ))).encode() + b"\\n")
connection.writer.flush()
"""
PACKAGES = Path(__file__).resolve().parents[3] / "daemon"


def start(folder: Path, script: str = ECHO) -> Spawned:
    program = folder / "program.py"
    program.write_text(script.format(packages=str(PACKAGES)))
    return spawn_interpreter(sys.executable, session=folder / "session", workspace=folder, program=program)


def test_messages_go_through_the_pipes_and_text_through_the_streams(tmp_path: Path) -> None:
    spawned = start(tmp_path)
    with spawned.reader, spawned.writer, spawned.process:
        spawned.writer.write(b"hello\n")
        spawned.writer.flush()
        assert spawned.reader.readline() == b"HELLO\n"
        assert spawned.reader.readline().decode() == f"{spawned.token}\n"
        assert spawned.process.stdout is not None
        assert spawned.process.stderr is not None
        assert spawned.process.stdout.readall().decode().split() == [str(tmp_path), str(tmp_path / "session"), "True"]  # type: ignore[attr-defined]  # raw, because it is unbuffered
        assert spawned.process.stderr.readall().strip() == b"to stderr"  # type: ignore[attr-defined]  # as above
    assert spawned.wait() == 0


def test_the_token_is_handed_over_where_other_users_cannot_read_it(tmp_path: Path) -> None:
    spawned = start(tmp_path, SURROUNDINGS)
    with spawned.reader, spawned.writer, spawned.process:
        told = spawned.reader.readline().decode()
    assert spawned.wait() == 0
    assert "--session" in told
    assert "PATH" in told
    assert spawned.token
    assert spawned.token not in told


def test_a_program_that_cannot_be_started_is_named(tmp_path: Path) -> None:
    with pytest.raises(SpawnError, match=r"no-python cannot be started: No such file or directory\."):
        spawn_interpreter(str(tmp_path / "no-python"), session=tmp_path, workspace=tmp_path)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (0, "exit code 0"),
        (3, "exit code 3"),
        (-signal.SIGSEGV, "killed by SIGSEGV"),
        (-63, "killed by signal 63"),
        (0xC0000005, "exit code 0xc0000005, access violation"),
        (0xC0000135, "exit code 0xc0000135, a library (DLL) was not found"),
        (0xE06D7363, "exit code 0xe06d7363"),
    ],
)
def test_an_exit_is_put_in_words(code: int, words: str) -> None:
    assert exit_reason(code) == words
