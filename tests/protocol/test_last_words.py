"""Text that is not sent yet, in memory that outlives its writer."""

from __future__ import annotations

import os
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whiskertoolbox_protocol.last_words import (
    CAPACITY,
    LastWords,
    StreamName,
    Words,
    new_memory,
    read_records,
    record_start,
)

ALL = 1 << 30


def both_sides() -> tuple[LastWords, LastWords]:
    memory = new_memory()
    return LastWords(os.dup(memory)), LastWords(memory)


def add(words: LastWords, name: StreamName, text: str, run: int = 7) -> None:
    words.write(record_start(name, run) + text.encode())


def read(words: LastWords, size: int = ALL) -> list[tuple[StreamName, int, str]]:
    at = words.read_until
    return [(text.name, text.run, text.text) for text in read_records(words.read(size), at)]


def test_what_was_written_is_unsent_until_its_batch_has_arrived() -> None:
    writer, reader = both_sides()
    add(writer, "stdout", "one")
    add(writer, "stderr", "µ")
    assert reader.unsent(0) == [("stdout", "one"), ("stderr", "µ")]
    assert read(writer) == [("stdout", 7, "one"), ("stderr", 7, "µ")]
    writer.taken(writer.read_until)
    assert reader.unsent(0) == [("stdout", "one"), ("stderr", "µ")]
    assert reader.unsent(1) == []
    add(writer, "stdout", "two")
    assert reader.unsent(1) == [("stdout", "two")]


def test_what_a_batch_leaves_for_the_next_is_unsent() -> None:
    writer, reader = both_sides()
    add(writer, "stdout", "one")
    add(writer, "stderr", "two")
    at = writer.read_until
    first, _second = read_records(writer.read(ALL), at)
    writer.taken(first.end)
    assert reader.unsent(1) == [("stderr", "two")]


def test_neighbours_of_one_stream_and_run_are_one_text() -> None:
    writer, _reader = both_sides()
    for run in (1, 1, 12, 12, 1):
        add(writer, "stdout", f"{run},", run)
    assert read(writer) == [("stdout", 1, "1,1,"), ("stdout", 12, "12,12,"), ("stdout", 1, "1,")]
    assert writer.is_read


def test_records_are_read_whole_however_little_is_wanted() -> None:
    writer, _reader = both_sides()
    add(writer, "stdout", "x" * 1000)
    add(writer, "stderr", "y")
    add(writer, "stdout", "z" * 1000)
    texts = []
    while text := read(writer, 10):
        texts += text
    assert texts == [("stdout", 7, "x" * 1000), ("stderr", 7, "y"), ("stdout", 7, "z" * 1000)]


def test_what_finds_no_room_is_refused_whole_and_the_memory_is_used_again_and_again() -> None:
    writer, reader = both_sides()
    text = "x" * (CAPACITY // 3)
    for number in range(10):
        written = f"{number}{text}" * 2
        add(writer, "stdout", written)
        with pytest.raises(ValueError, match="out of range"):
            add(writer, "stdout", written)
        assert reader.unsent(number) == [("stdout", written)]
        writer.fill()
        with pytest.raises(ValueError, match="out of range"):
            add(writer, "stdout", "short")
        assert read(writer) == [("stdout", 7, written)]
        writer.taken(writer.read_until)
        assert reader.unsent(number + 1) == []
        writer.clear()
    assert reader.unsent(10) == []


@given(head=st.binary(min_size=24, max_size=24), records=st.binary(max_size=200), arrived=st.integers(0, 3))
def test_whatever_a_crash_has_written_there_is_read(head: bytes, records: bytes, arrived: int) -> None:
    memory = new_memory()
    os.write(memory, head + records)
    reader = LastWords(memory)
    assert sum(len(text) for _, text in reader.unsent(arrived)) <= CAPACITY
    reader.close()


@given(text=st.binary(min_size=1, max_size=200))
def test_records_that_are_none_end_what_is_read(text: bytes) -> None:
    memory = new_memory()
    os.write(memory, struct.pack("<QQQ", 0, 0, 0) + record_start("stdout", 1) + text)
    reader = LastWords(memory)
    assert sum(len(text) for _, text in reader.unsent(0)) <= len(text)
    reader.close()


@given(st.lists(st.tuples(st.sampled_from(["stdout", "stderr"]), st.integers(0, 3), st.text()), min_size=1))
def test_every_text_comes_out_as_it_went_in(texts: list[tuple[StreamName, int, str]]) -> None:
    data = b"".join(record_start(name, run) + text.encode() for name, run, text in texts)
    read: list[Words] = list(read_records(data, 0))
    for stream in ("stdout", "stderr"):
        for run in range(4):
            went_in = "".join(text for name, number, text in texts if (name, number) == (stream, run))
            assert "".join(words.text for words in read if (words.name, words.run) == (stream, run)) == went_in
    assert read[-1].end == len(data)
