"""Writing to a process that may not be reading."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import BinaryIO

import pytest

from whiskertoolbox_daemon.interpreters.queued_writer import QueuedWriter

MORE_THAN_A_PIPE_HOLDS = 4 << 20


@pytest.fixture
def pipe() -> Iterator[tuple[BinaryIO, QueuedWriter]]:
    reading, writing = os.pipe()
    writer = QueuedWriter(os.fdopen(writing, "wb"))
    with os.fdopen(reading, "rb") as reader:
        yield reader, writer
        writer.close()


def test_what_is_written_arrives(pipe: tuple[BinaryIO, QueuedWriter]) -> None:
    reader, writer = pipe
    writer.write(b"one\n")
    assert reader.readline() == b"one\n"


def test_writing_does_not_wait_for_a_reader_and_keeps_the_order(pipe: tuple[BinaryIO, QueuedWriter]) -> None:
    reader, writer = pipe
    lines = [b"%d\n" % number for number in range(20_000)]
    writer.write(b"x" * MORE_THAN_A_PIPE_HOLDS + b"\n")
    for line in lines:
        writer.write(line)
    writer.close()
    assert len(reader.readline()) == MORE_THAN_A_PIPE_HOLDS + 1
    assert reader.read() == b"".join(lines)


def test_small_messages_fill_the_pipe_and_then_wait_elsewhere(pipe: tuple[BinaryIO, QueuedWriter]) -> None:
    reader, writer = pipe
    message = b"x" * 1000 + b"\n"
    for _ in range(1000):
        writer.write(message)
    writer.close()
    assert reader.read() == message * 1000


def test_closing_lets_what_was_written_arrive_first(pipe: tuple[BinaryIO, QueuedWriter]) -> None:
    reader, writer = pipe
    writer.write(b"x" * MORE_THAN_A_PIPE_HOLDS)
    writer.close()
    writer.write(b"too late")
    assert len(reader.read()) == MORE_THAN_A_PIPE_HOLDS


def test_writing_to_nobody_is_no_error(pipe: tuple[BinaryIO, QueuedWriter]) -> None:
    reader, writer = pipe
    reader.close()
    writer.write(b"small")
    writer.write(b"x" * MORE_THAN_A_PIPE_HOLDS)
    writer.write(b"after")
