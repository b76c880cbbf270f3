"""Text of a file descriptor: decoded, freed of marks, cut when it is endless."""

from __future__ import annotations

import itertools
import os
import threading
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from whiskertoolbox_daemon.interpreters.fd_text import RUN_LIMIT_BYTES, FdText
from whiskertoolbox_protocol.launch import open_pipe, run_mark

TOKEN = "0123456789abcdef"
LIMIT_S = 60.0


@dataclass
class Reading:
    """A pipe that is read, and what came out of it: texts, and marks in angle brackets."""

    write_end: int
    events: list[str] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def write(self, data: bytes) -> None:
        while data:
            data = data[os.write(self.write_end, data) :]

    def all_of_it(self) -> str:
        """Close the pipe; everything that was read."""
        os.close(self.write_end)
        assert self.ended.wait(LIMIT_S)
        return "".join(self.events)


def start_reading() -> Reading:
    read_end, write_end = os.pipe()
    reading = Reading(write_end)
    FdText(
        open_pipe(read_end, "rb", buffering=0),
        TOKEN,
        on_text=reading.events.append,
        on_mark=lambda run_id: reading.events.append(f"<{run_id}>"),
        on_end=reading.ended.set,
    ).start()
    return reading


@pytest.fixture
def reading() -> Reading:
    return start_reading()


def test_text_comes_out_as_it_was_written(reading: Reading) -> None:
    reading.write("0.5 °\n".encode())
    assert reading.all_of_it() == "0.5 °\n"


def test_bytes_that_are_no_text_are_replaced(reading: Reading) -> None:
    reading.write(b"a\xffb")
    assert reading.all_of_it() == "a\N{REPLACEMENT CHARACTER}b"


def test_a_mark_is_taken_out_and_told_after_its_text(reading: Reading) -> None:
    reading.write(b"of the run" + run_mark(TOKEN, "run 1") + b"of the next")
    assert reading.all_of_it() == "of the run<run 1>of the next"


def test_a_mark_of_another_interpreter_is_text(reading: Reading) -> None:
    other = run_mark("another", "run 1")
    reading.write(other)
    assert reading.all_of_it() == other.decode()


def test_what_only_begins_like_a_mark_is_text(reading: Reading) -> None:
    reading.write(b"\x1ewhisker")
    assert reading.all_of_it() == "\x1ewhisker"


def test_the_middle_of_endless_text_is_left_out_and_counted(reading: Reading) -> None:
    reading.write(b"x" * RUN_LIMIT_BYTES + b"y" * 100_000 + b"the end" + run_mark(TOKEN, "1") + b"next run")
    text = reading.all_of_it()
    assert text.startswith("x" * RUN_LIMIT_BYTES)
    assert "bytes left out.]" in text
    assert text.endswith("the end<1>next run")
    assert len(text) < RUN_LIMIT_BYTES + 20_000


def fill(write_end: int) -> None:
    for _ in range(1000):
        os.write(write_end, b"x" * 4096)


def test_a_slow_reader_makes_the_writer_wait() -> None:
    read_end, write_end = os.pipe()
    may_read, got = threading.Event(), threading.Event()

    def take_time(_text: str) -> None:
        got.set()
        may_read.wait(LIMIT_S)

    ended = threading.Event()
    pipe = open_pipe(read_end, "rb", buffering=0)
    FdText(pipe, TOKEN, on_text=take_time, on_mark=lambda _run: None, on_end=ended.set).start()
    os.write(write_end, b"first")
    assert got.wait(LIMIT_S)
    os.set_blocking(write_end, False)
    with pytest.raises(BlockingIOError):
        fill(write_end)
    may_read.set()
    os.close(write_end)
    assert ended.wait(LIMIT_S)


@given(
    parts=st.lists(st.one_of(st.text(st.characters(codec="utf-8"), max_size=30), st.integers(0, 3)), max_size=6),
    cuts=st.lists(st.integers(0, 400), max_size=8),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_it_does_not_matter_how_the_bytes_arrive(parts: list[str | int], cuts: list[int]) -> None:
    data = b"".join(run_mark(TOKEN, str(part)) if isinstance(part, int) else part.encode() for part in parts)
    expected = "".join(f"<{part}>" if isinstance(part, int) else part for part in parts)
    reading = start_reading()
    places = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    for start, end in itertools.pairwise(places):
        reading.write(data[start:end])
    assert reading.all_of_it() == expected
