"""Upstream's Cap'n Proto message of lines, read and written with NumPy alone.

A message is segments of 8-byte words. Its objects refer to each other by pointers; points lie in one block per line, so
they are taken as arrays. There is no limit on how much is read: the file is in memory, each word is used once.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_WORD = 8
_STRUCT, _LIST, _FAR = 0, 1, 2
_COMPOSITE = 7


@dataclass(frozen=True)
class LineMessage:
    """Lines: points of line i are ``offsets[i]`` to ``offsets[i + 1]``."""

    frames: npt.NDArray[np.int64]
    offsets: npt.NDArray[np.int64]
    points: npt.NDArray[np.float32]
    """(n, 2)"""
    width: int
    height: int


def decode_lines(data: bytes) -> LineMessage:
    """Read a message.

    Raises
    ------
    ValueError
        When a pointer leads outside the message, or an object is not what upstream's schema says.
    """
    message = _Message(data)
    root = message.struct_at(0, 0)
    width, height = (root.uint32(0), root.uint32(1))
    frames: list[int] = []
    lengths: list[int] = []
    blocks: list[npt.NDArray[np.float32]] = []
    for time_line in message.structs(root.pointer(0)):
        (frame,) = struct.unpack("<i", struct.pack("<I", time_line.uint32(0)))
        for line in message.structs(time_line.pointer(0)):
            points = message.floats(line.pointer(0))
            frames.append(frame)
            lengths.append(len(points))
            blocks.append(points)
    return LineMessage(
        np.array(frames, np.int64),
        np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        np.concatenate(blocks) if blocks else np.empty((0, 2), np.float32),
        width,
        height,
    )


def encode_lines(lines: LineMessage) -> bytes:
    """Write a message of one segment.

    Raises
    ------
    ValueError
        When a frame does not fit 32 bits, or the message would be larger than a pointer reaches (4 GiB).
    """
    if len(lines.frames) and (lines.frames.min() < -(2**31) or lines.frames.max() >= 2**31):
        raise ValueError("frames must fit 32 bits")
    order = np.argsort(lines.frames, kind="stable")
    frames, counts = np.unique(lines.frames[order], return_counts=True)
    lengths = np.diff(lines.offsets)[order]
    # root pointer, root (1 + 1), list of times: tag and 2 words each, then per time its lines, then per line its points
    first_time = 4
    first_lines = first_time + 2 * len(frames)
    lines_words = np.where(counts > 0, 1 + counts, 0)
    first_points = first_lines + int(lines_words.sum())
    total = first_points + int((lengths + 1).sum())
    if total >= 1 << 29:
        raise ValueError("the message would be larger than 4 GiB; save fewer frames into one file")
    words = np.zeros(total, "<u8")
    words[0] = _pointer(_STRUCT, 0, 1 | 1 << 16)
    words[1] = lines.width | lines.height << 32
    words[2] = _pointer(_LIST, 0, _COMPOSITE | 2 * len(frames) << 3)
    words[3] = _pointer(_STRUCT, len(frames), 1 | 1 << 16)
    place, point_place, line = first_lines, first_points, 0
    for number, (frame, count) in enumerate(zip(frames.tolist(), counts.tolist(), strict=True)):
        own = first_time + 2 * number
        words[own] = frame & 0xFFFFFFFF
        words[own + 1] = _pointer(_LIST, place - (own + 2), _COMPOSITE | count << 3)
        words[place] = _pointer(_STRUCT, count, 1 << 16)
        for entry in range(count):
            at = place + 1 + entry
            length = int(lengths[line])
            words[at] = _pointer(_LIST, point_place - (at + 1), _COMPOSITE | length << 3)
            words[point_place] = _pointer(_STRUCT, length, 1)
            source = order[line]
            points = lines.points[lines.offsets[source] : lines.offsets[source + 1]]
            block = np.ascontiguousarray(points, "<f4").view("<u8").ravel()
            words[point_place + 1 : point_place + 1 + length] = block
            point_place += 1 + length
            line += 1
        place += 1 + count
    return struct.pack("<II", 0, total) + words.tobytes()


def _pointer(kind: int, offset: int, upper: int) -> int:
    return (kind | (offset & 0x3FFFFFFF) << 2) | upper << 32


@dataclass(frozen=True)
class _Struct:
    """Where an object's data and pointers are, in words."""

    segment: npt.NDArray[np.uint64]
    number: int
    data: int
    data_words: int
    pointers: int

    def uint32(self, index: int) -> int:
        """Return a 32-bit field; fields that an older writer does not know are 0."""
        if index // 2 >= self.data_words:
            return 0
        return int(self.segment[self.data + index // 2]) >> 32 * (index % 2) & 0xFFFFFFFF

    def pointer(self, index: int) -> tuple[int, int] | None:
        """Return where a pointer stands."""
        return (self.number, self.data + self.data_words + index) if index < self.pointers else None


class _Message:
    def __init__(self, data: bytes) -> None:
        if len(data) < _WORD or len(data) % _WORD:
            raise ValueError(f"a message has whole words of 8 bytes, not {len(data):,} bytes")
        count = int(np.frombuffer(data, "<u4", 1)[0]) + 1
        head = (4 * (count + 1) + _WORD - 1) // _WORD
        if count > 512 or head * _WORD > len(data):
            raise ValueError(f"it cannot have {count:,} segments")
        sizes = np.frombuffer(data, "<u4", count, 4).astype(int).tolist()
        words = np.frombuffer(data, "<u8")
        if head + sum(sizes) > len(words):
            raise ValueError(f"it is cut off: {head + sum(sizes) - len(words):,} words are missing")
        self._segments = []
        for size in sizes:
            self._segments.append(words[head : head + size])
            head += size

    def struct_at(self, segment: int, place: int) -> _Struct:
        """Return the object that a pointer leads to."""
        kind, segment, start, upper = self._follow(segment, place)
        if kind != _STRUCT:
            raise ValueError("a list stands where an object should")
        data, pointers = upper & 0xFFFF, upper >> 16
        self._check(segment, start, data + pointers)
        return _Struct(self._segments[segment], segment, start, data, pointers)

    def structs(self, place: tuple[int, int] | None) -> list[_Struct]:
        """Return the objects of a list."""
        found = self._composite(place)
        if found is None:
            return []
        segment, start, count, data, pointers = found
        words = data + pointers
        return [
            _Struct(self._segments[segment], segment, start + number * words, data, pointers) for number in range(count)
        ]

    def floats(self, place: tuple[int, int] | None) -> npt.NDArray[np.float32]:
        """Return a list of objects of two 32-bit floats, as (n, 2)."""
        found = self._composite(place)
        if found is None:
            return np.empty((0, 2), np.float32)
        segment, start, count, data, pointers = found
        if data < 1:
            raise ValueError("points have no coordinates")
        words = self._segments[segment][start : start + count * (data + pointers)].reshape(count, data + pointers)
        return np.ascontiguousarray(words[:, :1]).view("<f4").astype(np.float32)

    def _composite(self, place: tuple[int, int] | None) -> tuple[int, int, int, int, int] | None:
        """Return segment, first word, number, data words and pointers of a list of objects; None for no list."""
        if place is None or not self._segments[place[0]][place[1]]:
            return None
        kind, segment, start, upper = self._follow(*place)
        if kind != _LIST or upper & 7 != _COMPOSITE:
            raise ValueError("a list of objects is expected")
        words = upper >> 3
        self._check(segment, start, words + 1)
        tag = int(self._segments[segment][start])
        count, data, pointers = (tag & 0xFFFFFFFF) >> 2, tag >> 32 & 0xFFFF, tag >> 48
        if count * (data + pointers) > words or (count > words and data + pointers == 0):
            raise ValueError(f"a list of {count:,} objects does not fit {words:,} words")
        return segment, start + 1, count, data, pointers

    def _follow(self, segment: int, place: int) -> tuple[int, int, int, int]:
        """Return kind, segment, first word and upper half of a pointer, through far pointers."""
        self._check(segment, place, 1)
        word = int(self._segments[segment][place])
        kind, upper = word & 3, word >> 32
        if kind != _FAR:
            offset = (word & 0xFFFFFFFF) >> 2
            offset -= (offset & 1 << 29) << 1
            return kind, segment, place + 1 + offset, upper
        pad, is_double = (word & 0xFFFFFFFF) >> 3, word >> 2 & 1
        self._check(upper, pad, 2 if is_double else 1)
        if not is_double:
            if int(self._segments[upper][pad]) & 3 == _FAR:
                raise ValueError("a far pointer leads to another")
            return self._follow(upper, pad)
        far, tag = (int(word) for word in self._segments[upper][pad : pad + 2])
        return tag & 3, far >> 32, (far & 0xFFFFFFFF) >> 3, tag >> 32

    def _check(self, segment: int, start: int, words: int) -> None:
        if not 0 <= segment < len(self._segments) or not 0 <= start <= len(self._segments[segment]) - words:
            raise ValueError("a pointer leads outside the message; the file is damaged")
