"""Text that is not sent yet, in memory that outlives its writer."""

from __future__ import annotations

import os
import struct

from hypothesis import given
from hypothesis import strategies as st

from whiskertoolbox_protocol.last_words import CAPACITY, LastWords, new_memory


def both_sides() -> tuple[LastWords, LastWords]:
    memory = new_memory()
    return LastWords(os.dup(memory)), LastWords(memory)


def test_what_was_added_is_unsent_until_its_batch_has_arrived() -> None:
    writer, reader = both_sides()
    writer.add("stdout", "one")
    writer.add("stderr", "µ")
    assert reader.unsent(0) == [("stdout", "one"), ("stderr", "µ")]
    writer.taken(writer.end)
    assert reader.unsent(0) == [("stdout", "one"), ("stderr", "µ")]
    assert reader.unsent(1) == []
    writer.add("stdout", "two")
    assert reader.unsent(1) == [("stdout", "two")]


def test_what_a_batch_leaves_for_the_next_is_unsent() -> None:
    writer, reader = both_sides()
    writer.add("stdout", "one")
    end = writer.end
    writer.add("stdout", "two")
    writer.taken(end)
    assert reader.unsent(1) == [("stdout", "two")]


def test_the_memory_is_used_again_and_again() -> None:
    writer, reader = both_sides()
    text = "x" * (CAPACITY // 3)
    for number in range(10):
        writer.add("stdout", f"{number}{text}")
        assert reader.unsent(number) == [("stdout", f"{number}{text}")]
        writer.taken(writer.end)
    assert reader.unsent(10) == []


def test_what_finds_no_room_leaves_the_rest_whole() -> None:
    writer, reader = both_sides()
    writer.add("stdout", "first")
    writer.add("stdout", "x" * CAPACITY)
    writer.add("stdout", "last")
    assert reader.unsent(0) == [("stdout", "first"), ("stdout", "last")]


@given(head=st.binary(min_size=32, max_size=32), records=st.binary(max_size=200), arrived=st.integers(0, 3))
def test_whatever_a_crash_has_written_there_is_read(head: bytes, records: bytes, arrived: int) -> None:
    memory = new_memory()
    os.write(memory, head + records)
    reader = LastWords(memory)
    assert sum(len(text) for _, text in reader.unsent(arrived)) <= CAPACITY
    reader.close()


@given(records=st.binary(min_size=1, max_size=200))
def test_records_that_are_none_end_what_is_read(records: bytes) -> None:
    memory = new_memory()
    os.write(memory, struct.pack("<QQQQ", len(records), 0, 0, 0) + records)
    reader = LastWords(memory)
    assert sum(len(text) for _, text in reader.unsent(0)) <= len(records)
    reader.close()
