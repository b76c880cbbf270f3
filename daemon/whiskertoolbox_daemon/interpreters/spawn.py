"""Starts an interpreter process with its private pipes, and says in words how a process ended.

Imported before anything slow, so that the interpreter starts while the daemon is still importing: standard library
only, and no asyncio.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from whiskertoolbox_daemon.processes import kill_group
from whiskertoolbox_daemon.pythons import INTERPRETER_PROGRAM, activated
from whiskertoolbox_protocol.last_words import LastWords, new_memory
from whiskertoolbox_protocol.launch import STACK_SIGNAL, Launch, first_line

GUARD = 'read _; sleep 3; kill -9 "-$1"'
"""For sh: wait for the end of stdin, give a last flush its time, then end the process group."""
WINDOWS_EXIT_CODES = {
    0xC0000005: "access violation",
    0xC000001D: "an instruction that this processor does not have",
    0xC00000FD: "stack overflow",
    0xC0000135: "a library (DLL) was not found",
    0xC0000139: "a library (DLL) of another version was found",
    0xC0000142: "a library (DLL) could not be started",
    0xC000013A: "ended by Ctrl+C",
    0xC0000374: "heap corruption",
    0xC0000409: "aborted",
}
WINDOWS_FAILURES = range(0x80000000, 0x100000000)
"""Exit codes of programs that Windows has ended."""


class SpawnError(Exception):
    """A program could not be started at all; the message says which and why."""


@dataclass(frozen=True, kw_only=True)
class Spawned:
    """A process that has been started, and the daemon's ends of its pipes."""

    python: str
    process: subprocess.Popen[bytes]
    reader: BinaryIO
    """Its messages."""
    writer: BinaryIO
    """Messages to it."""
    last_words: LastWords
    """What it has written and not sent."""
    token: str
    """See `whiskertoolbox_protocol.launch.run_mark`."""
    started_at: float
    """`time.monotonic` at its start, in seconds."""
    guard: subprocess.Popen[bytes] | None
    """Ends the process and what it has started when this process is killed: its stdin ends then."""

    def interrupt(self) -> bool:
        """Send SIGINT to the process and its children; False where the system has no such thing (Windows)."""
        if sys.platform == "win32":
            return False
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGINT)
        return True

    def wait(self) -> int:
        """Wait for the end of the process; its exit code."""
        code = self.process.wait()
        self.kill()  # processes that it has forked keep its pipes open
        if self.guard is not None:
            self.guard.kill()  # the number of the group may soon be another's
            self.guard.communicate()  # waits, and closes its stdin
        return code

    def show_stack(self) -> bool:
        """Make the process write its stack to stderr; False where the system has no way."""
        if STACK_SIGNAL is None:
            return False
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(self.process.pid, STACK_SIGNAL)
        return True

    def kill(self) -> None:
        """End the process, and on POSIX the processes it has started, now."""
        kill_group(self.process)


def spawn_interpreter(python: str, *, session: Path, workspace: Path, program: Path = INTERPRETER_PROGRAM) -> Spawned:
    """Start an interpreter in `python`; raises `SpawnError`."""
    child_reads, we_write = os.pipe()
    we_read, child_writes = os.pipe()
    memory = new_memory()
    token = secrets.token_hex(16)
    started_at = time.monotonic()
    try:
        (receive, send, words), options = _inheritance(child_reads, child_writes, memory)
        launch = Launch(session=str(session), workspace=str(workspace), receive=receive, send=send, words=words)
        process = subprocess.Popen(
            # Frozen standard library modules cannot be debugged; Python 3.10 ignores the option.
            [python, "-X", "frozen_modules=off", str(program), *launch.arguments()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            cwd=workspace if workspace.is_dir() else None,
            # The text of Python children is read as UTF-8, whatever the console of the system would have.
            env={"PYTHONIOENCODING": "utf-8:surrogateescape"} | activated(python, os.environ),
            **options,
        )
    except (OSError, ValueError) as error:
        for descriptor in (we_read, we_write, memory):
            os.close(descriptor)
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise SpawnError(f"{python} cannot be started: {reason}.") from error
    finally:
        for descriptor in (child_reads, child_writes):
            os.close(descriptor)
    with contextlib.suppress(OSError):  # it has ended already, which is noticed where its messages are read
        os.write(we_write, first_line(token))
    return Spawned(
        python=python,
        process=process,
        reader=open(we_read, "rb"),
        writer=open(we_write, "wb"),
        last_words=LastWords(memory),
        token=token,
        started_at=started_at,
        guard=None if sys.platform == "win32" else _guard(process.pid),
    )


def _guard(group: int) -> subprocess.Popen[bytes]:
    """Watch over a process group from outside: code that keeps Python's lock, and processes, do not see our end."""
    return subprocess.Popen(
        ["/bin/sh", "-c", GUARD, "whiskertoolbox-guard", str(group)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _inheritance(*descriptors: int) -> tuple[Sequence[int], dict[str, Any]]:
    """What the child is to call these descriptors, and the options of `Popen` that let it inherit only these."""
    if sys.platform == "win32":
        import msvcrt

        handles = [msvcrt.get_osfhandle(descriptor) for descriptor in descriptors]
        for handle in handles:
            os.set_handle_inheritable(handle, True)
        return (
            handles,
            {
                "startupinfo": subprocess.STARTUPINFO(lpAttributeList={"handle_list": handles}),
                "creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW,
            },
        )
    # A session of its own: Ctrl+C in the terminal that started the editor must not reach user code, and an interrupt
    # or a kill must reach what user code has started.
    return descriptors, {"pass_fds": descriptors, "start_new_session": True}


def exit_reason(code: int) -> str:
    """How a process ended, in words: ``killed by SIGKILL``, ``exit code 3``."""
    if code < 0:
        try:
            return f"killed by {signal.Signals(-code).name}"
        except ValueError:
            return f"killed by signal {-code}"
    if code in WINDOWS_FAILURES:
        return ", ".join(filter(None, [f"exit code {code:#x}", WINDOWS_EXIT_CODES.get(code)]))
    return f"exit code {code}"
