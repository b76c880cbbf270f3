"""Text of an interpreter on its way out, where it survives its writer: memory that it shares with the daemon.

Lives here because both sides must agree on it to the byte. Text is written here and nowhere else before it is sent, so
that what a process prints costs it one copy, and the last of it can be read when that has crashed. Records follow each
other: a byte for the stream, the number of the run, a byte, and the text. UTF-8 uses neither byte, and zeros are behind
the last record. One is added without a lock, by a function in C that keeps Python's; so the memory is used again only
when nothing finds room there any more (`fill`). Standard library only.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import re
import struct
import tempfile
from collections.abc import Iterator
from typing import Literal, NamedTuple

StreamName = Literal["stdout", "stderr"]

CAPACITY = 1 << 20
_HEAD = struct.Struct("<QQQ")
"""Batches that were taken; where the unsent begin when the last of these has arrived; when not."""
FIRST = _HEAD.size
"""Where the first record is."""
_STREAMS: dict[StreamName, bytes] = {"stdout": b"\xf8", "stderr": b"\xf9"}
_NAMES: dict[bytes, StreamName] = {mark: name for name, mark in _STREAMS.items()}
_START = re.compile(rb"([\xf8\xf9])([0-9]{1,18})\xfa")
_RECORD = re.compile(_START.pattern + rb"([^\xf8-\xff]*)")


class Words(NamedTuple):
    """Text of one stream and one run."""

    name: StreamName
    run: int
    text: str
    end: int
    """Where it ends in the memory."""


def new_memory() -> int:
    """A descriptor of memory for texts that no other user can open, and that goes with its last holder."""
    descriptor: int
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("whiskertoolbox-last-words")
    else:
        with tempfile.TemporaryFile() as file:
            descriptor = os.dup(file.fileno())
    os.ftruncate(descriptor, FIRST + CAPACITY)
    return descriptor


def record_start(name: StreamName, run: int) -> bytes:
    """What a record begins with; text in UTF-8 follows."""
    return b"%b%d\xfa" % (_STREAMS[name], run)


def read_records(data: bytes, at: int) -> Iterator[Words]:
    """The texts of `data`, which lies at `at`, neighbours of one stream and run joined; what is no record ends them.

    Raises
    ------
    UnicodeDecodeError
        When a text is not UTF-8, as only a crash can leave it.
    """
    start = _START.match(data)
    if start is None:
        return
    try:
        text = data.replace(start[0], b"").decode()
    except UnicodeDecodeError:
        yield from _mixed_records(data, at)
    else:
        yield Words(_NAMES[start[1]], int(start[2]), text, at + len(data))


def _mixed_records(data: bytes, at: int, errors: str = "strict") -> Iterator[Words]:
    kind: tuple[bytes, bytes] | None = None
    pieces: list[bytes] = []
    end = 0
    while record := _RECORD.match(data, end):
        if kind is not None and kind != (record[1], record[2]):
            yield Words(_NAMES[kind[0]], int(kind[1]), b"".join(pieces).decode(errors=errors), at + end)
            pieces = []
        kind = record[1], record[2]
        pieces.append(record[3])
        end = record.end()
    if kind is not None:
        yield Words(_NAMES[kind[0]], int(kind[1]), b"".join(pieces).decode(errors=errors), at + end)


class LastWords:
    """One side's view of the memory; the interpreter writes and reads, the daemon reads when that has ended.

    Parameters
    ----------
    descriptor
        As from `new_memory`; closed here.
    """

    def __init__(self, descriptor: int) -> None:
        self._memory = memory = mmap.mmap(descriptor, FIRST + CAPACITY)
        os.close(descriptor)
        memory.seek(FIRST)
        self._batches = 0
        self._taken = FIRST
        self.read_until = FIRST
        """Where what `read` has not given begins."""
        self._filled_from: int | None = None
        self.write = memory.write
        """Add a record in one step, from any thread; raises `ValueError` when it finds no room."""

    @property
    def _end(self) -> int:
        return self._memory.tell() if self._filled_from is None else self._filled_from

    @property
    def is_read(self) -> bool:
        """Whether all that was written has been read."""
        return self._end == self.read_until

    @property
    def is_full(self) -> bool:
        """Whether nothing finds room until `clear`."""
        return self._filled_from is not None

    @property
    def is_half_full(self) -> bool:
        """Whether less than half of the room is left."""
        return self._end - FIRST > CAPACITY // 2

    def fill(self) -> None:
        """Let nothing find room any more, however short."""
        while self._filled_from is None:
            end = self._memory.tell()
            with contextlib.suppress(ValueError):  # something was written meanwhile
                self.write(bytes(FIRST + CAPACITY - end))
                self._filled_from = end

    def read(self, size: int) -> bytes:
        """The next whole records of about so many bytes."""
        memory, start, end = self._memory, self.read_until, self._end
        if end - start > size:
            cut = max(memory.rfind(mark, start + 1, start + size) for mark in _NAMES)
            if cut < 0:  # one that is longer
                cut = min(at if (at := memory.find(mark, start + 1, end)) >= 0 else end for mark in _NAMES)
            end = cut
        self.read_until = end
        return memory[start:end]

    def taken(self, end: int) -> None:
        """A batch is about to be sent, with what was written until `end`; the one before it has arrived."""
        self._batches += 1
        before, self._taken = self._taken, end
        _HEAD.pack_into(self._memory, 0, self._batches, end, before)

    def clear(self) -> None:
        """Begin again when it is full, and all has been read and has arrived or is not needed."""
        memory = self._memory
        memory[FIRST:] = bytes(CAPACITY)
        _HEAD.pack_into(memory, 0, self._batches, FIRST, FIRST)
        self._filled_from = None
        self.read_until = self._taken = FIRST
        memory.seek(FIRST)

    def unsent(self, arrived: int) -> list[tuple[StreamName, str]]:
        """Stream and text of what was in none of the batches of which so many have arrived.

        A process that crashed may have written anything here: what is no record ends it.
        """
        batches, start, start_before = _HEAD.unpack_from(self._memory)
        at = max(start if arrived >= batches else start_before, FIRST)
        data = self._memory[at:].rstrip(b"\0")
        return [(words.name, words.text) for words in _mixed_records(data, at, "replace") if words.text]

    def close(self) -> None:
        """Let the memory go."""
        self._memory.close()
