"""Text that an interpreter has not sent yet, where it survives its writer: memory that it shares with the daemon.

Lives here because both sides must agree on it to the byte. A ring of records, each with the stream's number and the
text; before it how far the records go, and from where on they are unsent. Standard library only.
"""

from __future__ import annotations

import mmap
import os
import struct
import tempfile
from typing import Literal

StreamName = Literal["stdout", "stderr"]

CAPACITY = 1 << 20
_END = struct.Struct("<Q")
_HEAD = struct.Struct("<QQQQ")
"""End of the records; batches that were taken; where the unsent begin when the last of these has arrived; when not."""
_RECORD = struct.Struct("<IB")
_NAMES: tuple[StreamName, StreamName] = ("stdout", "stderr")


def new_memory() -> int:
    """A descriptor of memory for `LastWords` that no other user can open, and that goes with its last holder."""
    descriptor: int
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("whiskertoolbox-last-words")
    else:
        with tempfile.TemporaryFile() as file:
            descriptor = os.dup(file.fileno())
    os.ftruncate(descriptor, _HEAD.size + CAPACITY)
    return descriptor


class LastWords:
    """One side's view of the memory; the interpreter adds, the daemon reads when that has ended.

    Parameters
    ----------
    descriptor
        As from `new_memory`; closed here.
    """

    def __init__(self, descriptor: int) -> None:
        self._memory = mmap.mmap(descriptor, _HEAD.size + CAPACITY)
        os.close(descriptor)
        self._batches = self._unsent = 0
        self.end = 0
        """Where the next record will be."""

    def add(self, name: StreamName, text: str) -> None:
        """Text is waiting to be sent; what finds no room is not kept."""
        data = text.encode()
        record = _RECORD.pack(len(data), name == "stderr") + data
        if self.end + len(record) - self._unsent > CAPACITY:
            return
        start = self.end % CAPACITY
        first = record[: CAPACITY - start]
        memory = self._memory
        memory[_HEAD.size + start : _HEAD.size + start + len(first)] = first
        if len(first) < len(record):
            memory[_HEAD.size : _HEAD.size + len(record) - len(first)] = record[len(first) :]
        self.end += len(record)
        _END.pack_into(memory, 0, self.end)

    def taken(self, end: int) -> None:
        """A batch is about to be sent, with what was added until `end`; the one before it has arrived."""
        before = _HEAD.unpack_from(self._memory)[2]
        self._batches += 1
        self._unsent = before
        _HEAD.pack_into(self._memory, 0, self.end, self._batches, end, before)

    def unsent(self, arrived: int) -> list[tuple[StreamName, str]]:
        """Stream and text of what was in none of the batches of which so many have arrived.

        A process that crashed may have written anything here: what is no record ends it.
        """
        end, batches, start, start_before = _HEAD.unpack_from(self._memory)
        at = start if arrived >= batches else start_before
        texts: list[tuple[StreamName, str]] = []
        if end - at > CAPACITY:
            return texts
        while at + _RECORD.size <= end:
            length, stream = _RECORD.unpack(self._bytes(at, _RECORD.size))
            at += _RECORD.size
            if stream >= len(_NAMES) or at + length > end:
                break
            texts.append((_NAMES[stream], self._bytes(at, length).decode(errors="replace")))
            at += length
        return texts

    def _bytes(self, at: int, count: int) -> bytes:
        start = _HEAD.size + at % CAPACITY
        first = self._memory[start : min(start + count, _HEAD.size + CAPACITY)]
        return first + self._memory[_HEAD.size : _HEAD.size + count - len(first)]

    def close(self) -> None:
        """Let the memory go."""
        self._memory.close()
