"""How the daemon starts an interpreter: its command line, the pipes it inherits, the mark that ends a run's text.

Lives here because both sides must agree on it to the byte. Standard library only.

The daemon runs ``PYTHON -X frozen_modules=off …/whiskertoolbox_interpreter --session DIR --workspace DIR --receive N
--send N --words N`` with the workspace as working folder, stdin empty, and fds 1 and 2 as pipes that it reads itself.
Other users can read command lines, so the token of the marks is the first line that it sends.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from typing import BinaryIO, NamedTuple

from whiskertoolbox_protocol.last_words import LastWords
from whiskertoolbox_protocol.late_classes import message

STACK_SIGNAL: int | None = getattr(signal, "SIGURG", None)
"""Makes an interpreter write its stack to fd 2 also while C code keeps Python's lock; None on Windows.

A program without a handler ignores this signal, and hardly any has one.
"""


HANDLES = ("receive", "send", "words")
"""What of a `Launch` is inherited."""
OLDEST_NUMPY = (1, 23)
"""An interpreter starts with none that is older."""


@message
class Launch:
    """What an interpreter is told at its start."""

    session: str
    """Folder of the session store."""
    workspace: str
    """Folder that is opened in the editor; the interpreter's working folder."""
    receive: int
    """Inherited pipe with the daemon's messages: a file descriptor, on Windows a handle."""
    send: int
    """Inherited pipe for the interpreter's messages: a file descriptor, on Windows a handle."""
    words: int
    """Inherited memory of the `LastWords`: a file descriptor, on Windows a handle."""

    def arguments(self) -> list[str]:
        """The command line that `parse` reads back."""
        values = {name: str(getattr(self, name)) for name in self.__dataclass_fields__}
        return [word for name, value in values.items() for word in (f"--{name}", value)]

    @classmethod
    def parse(cls, arguments: list[str]) -> Launch:
        """Read the command line that `arguments` made."""
        parser = argparse.ArgumentParser(prog="whiskertoolbox_interpreter", description="Started by the daemon only.")
        for name in cls.__dataclass_fields__:
            parser.add_argument(f"--{name}", required=True, type=int if name in HANDLES else str)
        return cls(**vars(parser.parse_args(arguments)))

    def last_words(self) -> LastWords:
        """Open the memory that keeps what is not sent."""
        return LastWords(open_handle(self.words, os.O_RDWR))

    def connect(self) -> Connection:
        """Open the interpreter's ends of the pipes, not inherited by what user code starts, and read the token."""
        reader, writer = open_pipe(self.receive, "rb"), open_pipe(self.send, "wb")
        return Connection(reader, writer, reader.readline().decode().strip())


class Connection(NamedTuple):
    """The interpreter's ends of the pipes, and the daemon's first line."""

    reader: BinaryIO
    writer: BinaryIO
    token: str
    """Random text that no program prints by accident; see `run_mark`."""


def first_line(token: str) -> bytes:
    """What the daemon sends before its messages."""
    return token.encode() + b"\n"


def open_pipe(handle: int, mode: str, buffering: int = -1) -> BinaryIO:
    """A binary file on an inherited pipe end given as in `Launch`."""
    descriptor = open_handle(handle, os.O_RDONLY if mode == "rb" else os.O_WRONLY)
    return open(descriptor, mode, buffering)  # type: ignore[return-value]  # typeshed knows binary files by literal modes only


def open_handle(handle: int, flags: int) -> int:
    """A file descriptor of what was inherited as in `Launch`, not inherited any further."""
    if sys.platform == "win32":
        import msvcrt

        os.set_handle_inheritable(handle, False)
        return msvcrt.open_osfhandle(handle, flags | os.O_BINARY)
    os.set_inheritable(handle, False)
    return handle


def run_mark(token: str, run_id: str) -> bytes:
    """Bytes that the interpreter writes to fds 1 and 2 when a run has ended, before it answers the run.

    The daemon takes them out of the text. When it has read them from both pipes it has all the run's text, also what C
    code and subprocesses have written.
    """
    return mark_start(token) + run_id.encode().hex().encode() + b"\x1e"


def mark_start(token: str) -> bytes:
    """The part that all marks of one interpreter begin with."""
    return b"\x1ewhiskertoolbox-" + token.encode() + b":"
