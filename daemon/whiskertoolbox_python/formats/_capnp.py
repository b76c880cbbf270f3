"""What is needed of Cap'n Proto's encoding to read lists of structs out of one message, as the format's page has it.

A message may come from anybody: each pointer is checked against its segment, and no more is followed than the message
could hold if everything in it were pointed to once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint64]

_STRUCT, _LIST, _FAR = 0, 1, 2
_COMPOSITE = 7
_MOST_SEGMENTS = 512


@dataclass(frozen=True)
class Struct:
    """A struct: its words of numbers, and where its pointers are."""

    segment: int
    start: int
    words: int
    pointers: int


@dataclass(frozen=True)
class Structs:
    """A list of structs of one size, one after the other."""

    segment: int
    start: int
    count: int
    words: int
    pointers: int

    def __getitem__(self, place: int) -> Struct:
        start = self.start + place * (self.words + self.pointers)
        return Struct(self.segment, start, self.words, self.pointers)


class Message:
    """A message that is not packed, in memory or mapped from a file.

    Every method raises ValueError where the message is damaged.
    """

    def __init__(self, content: npt.NDArray[np.uint8]) -> None:
        if len(content) < 8 or len(content) % 8:
            raise ValueError(f"it has {len(content):,} bytes, and a message has a multiple of 8")
        count = int(content[:4].view("<u4")[0]) + 1
        head = 4 * (count + 1 + (count + 1) % 2)
        if count > _MOST_SEGMENTS or head > len(content):
            raise ValueError(f"it says that it has {count:,} segments")
        sizes = content[4 : 4 + 4 * count].view("<u4").astype(np.int64)
        if head + 8 * int(sizes.sum()) > len(content):
            raise ValueError(f"it has {len(content):,} bytes, and its segments need {head + 8 * int(sizes.sum()):,}")
        words = content[head:].view("<u8")
        self._segments = np.split(words, np.cumsum(sizes))[:-1]
        self._left = 2 * len(words) + 1

    def root(self) -> Struct:
        """Return the struct that the message is."""
        found = self._follow(0, 0)
        if type(found) is not Struct:
            raise ValueError("it does not begin with a struct")
        return found

    def number(self, struct: Struct, place: int, *, signed: bool = False) -> int:
        """Return the 32-bit number at a place of a struct; 0 where the struct is older than it."""
        if place // 2 >= struct.words:
            return 0
        word = int(self._segments[struct.segment][struct.start + place // 2])
        value = word >> 32 * (place % 2) & 0xFFFFFFFF
        return value - (1 << 32) if signed and value >> 31 else value

    def structs(self, struct: Struct, pointer: int) -> Structs:
        """Return the list that a pointer of a struct leads to; an empty one for no list."""
        if pointer >= struct.pointers:
            return Structs(0, 0, 0, 0, 0)
        found = self._follow(struct.segment, struct.start + struct.words + pointer)
        if found is None:
            return Structs(0, 0, 0, 0, 0)
        if type(found) is not Structs:
            raise ValueError("a struct is where a list should be")
        return found

    def values(self, structs: Structs) -> Words:
        """Return the words of structs that hold numbers only: a row for each struct."""
        side = structs.words + structs.pointers
        found = self._segments[structs.segment][structs.start : structs.start + structs.count * side]
        return found.reshape(structs.count, side)[:, : structs.words]

    def _follow(self, segment: int, place: int) -> Struct | Structs | None:
        pointer = self._word(segment, place)
        if pointer == 0:
            return None
        if pointer & 3 != _FAR:
            return self._target(segment, place + 1 + _offset(pointer), pointer)
        pad_segment, pad = pointer >> 32, pointer >> 3 & 0x1FFFFFFF
        landing = self._word(pad_segment, pad)
        if not pointer & 4:
            if landing & 3 == _FAR:
                raise ValueError("a far pointer leads to another")
            return None if landing == 0 else self._target(pad_segment, pad + 1 + _offset(landing), landing)
        if landing & 7 != _FAR:
            raise ValueError("a double far pointer leads nowhere")
        return self._target(landing >> 32, landing >> 3 & 0x1FFFFFFF, self._word(pad_segment, pad + 1))

    def _target(self, segment: int, start: int, pointer: int) -> Struct | Structs:
        if pointer & 3 == _STRUCT:
            words, pointers = pointer >> 32 & 0xFFFF, pointer >> 48
            self._take(segment, start, words + pointers)
            return Struct(segment, start, words, pointers)
        if pointer & 3 != _LIST or pointer >> 32 & 7 != _COMPOSITE:
            raise ValueError("it holds something other than structs and lists of them")
        size = pointer >> 35
        self._take(segment, start, size + 1)
        tag = self._word(segment, start)
        count, words, pointers = tag >> 2 & 0x3FFFFFFF, tag >> 32 & 0xFFFF, tag >> 48
        if count * (words + pointers) > size or (count and not words + pointers):
            raise ValueError(f"a list of {count:,} structs has {size:,} words")
        return Structs(segment, start + 1, count, words, pointers)

    def _take(self, segment: int, start: int, size: int) -> None:
        if segment >= len(self._segments) or start < 0 or start + size > len(self._segments[segment]):
            raise ValueError("a pointer leads out of it")
        self._left -= size
        if self._left < 0:
            raise ValueError("its pointers lead to more than it holds")

    def _word(self, segment: int, place: int) -> int:
        if segment >= len(self._segments) or not 0 <= place < len(self._segments[segment]):
            raise ValueError("a pointer leads out of it")
        return int(self._segments[segment][place])


def _offset(pointer: int) -> int:
    """Return the signed 30 bits that say how far behind a pointer its target is."""
    offset = pointer >> 2 & 0x3FFFFFFF
    return offset - (1 << 30) if offset >> 29 else offset
