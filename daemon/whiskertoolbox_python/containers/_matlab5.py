"""Arrays of numbers in MATLAB files of version 5 to 7, read piece by piece.

SciPy reads a variable as a whole, and most variables of a recording are arrays of numbers, which lie in the file in one
piece, most often compressed. All others (structs, cells, text, sparse and complex matrices) are named only.
"""

from __future__ import annotations

import math
import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from whiskertoolbox_python.containers._contents import Allocate, Array

_HEAD = 128
_MATRIX, _COMPRESSED = 14, 15
_OPAQUE = 17
_CLASSES_OF_NUMBERS = range(6, 16)
_IS_COMPLEX = 0x0800
_TYPES = {
    1: "i1",
    2: "u1",
    3: "i2",
    4: "u2",
    5: "i4",
    6: "u4",
    7: "f4",
    9: "f8",
    12: "i8",
    13: "u8",
}
_BYTES_AT_ONCE = 1 << 20
_LONGEST = 1 << 16
"""Bytes of a name, or of the sides of an array, that are believed."""


@dataclass(frozen=True)
class Variable:
    """A variable of a file; without a shape it is not an array of numbers."""

    path: Path
    name: str
    place: int
    """Of its element in the file."""
    shape: tuple[int, ...] | None = None

    def read(self, allocate: Allocate) -> Array:
        """Return the numbers, axes of length 1 left out as SciPy's `simplify_cells` does.

        Raises
        ------
        ValueError, zlib.error, struct.error
            When the file is damaged.
        """
        with self.path.open("rb") as file:
            element = _Element(file, self.place)
            _, sides, _ = element.head()
            kind, size, inline = element.tag()
            dtype = np.dtype(element.order + _TYPES[kind])
            if size != math.prod(sides) * dtype.itemsize:
                raise ValueError(f"{self.name} has {size:,} bytes for {sides} numbers of {dtype}")
            made = allocate(sides[::-1], dtype)
            room = made.reshape(-1).view(np.uint8)
            for start in range(0, size, _BYTES_AT_ONCE):
                piece = inline or element.take(min(_BYTES_AT_ONCE, size - start))
                room[start : start + len(piece)] = np.frombuffer(piece, np.uint8)
        turned: Array = made.T
        return np.squeeze(turned)


def variables(path: Path) -> Iterator[Variable]:
    """Yield the variables of a file.

    Raises
    ------
    ValueError, zlib.error, struct.error
        When it is damaged.
    """
    with path.open("rb") as file:
        end = file.seek(0, os.SEEK_END)
        place = _HEAD
        while place < end:
            element = _Element(file, place)
            if element.end > end:
                raise ValueError(f"it is cut off at byte {end:,}")
            if element.is_matrix:
                kind, sides, name = element.head()
                is_plain = kind in _CLASSES_OF_NUMBERS and element.tag()[0] in _TYPES if math.prod(sides) else False
                if name:
                    shape = tuple(side for side in sides if side != 1)
                    yield Variable(path, name, place, shape if is_plain else None)
            place = element.end


class _Element:
    """An element of a file: bytes that are read one after the other, and parts that begin with a tag."""

    def __init__(self, file: BinaryIO, place: int) -> None:
        file.seek(_HEAD - 2)
        self.order = "<" if file.read(2) == b"IM" else ">"
        self._file = file
        self._inflater: zlib._Decompress | None = None
        file.seek(place)
        kind, size = struct.unpack(f"{self.order}II", self.take(8))
        self.end = place + 8 + size
        if kind == _COMPRESSED:
            self._inflater = zlib.decompressobj()
            kind, _ = struct.unpack(f"{self.order}II", self.take(8))
        self.is_matrix = kind == _MATRIX

    def take(self, size: int) -> bytes:
        """Return the next bytes."""
        if self._inflater is None:
            found = self._file.read(size)
        else:
            found = b""
            while len(found) < size and not self._inflater.eof:
                held = self._inflater.unconsumed_tail or self._file.read(_BYTES_AT_ONCE)
                if not held:
                    break
                found += self._inflater.decompress(held, size - len(found))
        if len(found) < size:
            raise ValueError(f"a variable ends {size - len(found):,} bytes too early")
        return found

    def tag(self) -> tuple[int, int, bytes]:
        """Return type and size of the next part, and its bytes if they stand in the tag itself."""
        first, second = struct.unpack(f"{self.order}I4s", self.take(8))
        if first >> 16:
            return first & 0xFFFF, first >> 16, second[: first >> 16]
        return first, struct.unpack(f"{self.order}I", second)[0], b""

    def _small(self) -> bytes:
        _, size, inline = self.tag()
        if size > _LONGEST:
            raise ValueError(f"a name has {size:,} bytes")
        return inline if inline else self.take(size + -size % 8)[:size]

    def head(self) -> tuple[int, tuple[int, ...], str]:
        """Return class, sides and name of a matrix; a complex one is of no class."""
        flags = struct.unpack(f"{self.order}II", self._small())[0]
        kind = flags & 0xFF
        sides: tuple[int, ...] = (0,)
        if kind != _OPAQUE:
            found = self._small()
            sides = struct.unpack(f"{self.order}{len(found) // 4}i", found)
        name = self._small().decode("utf-8", "replace")
        return (0 if flags & _IS_COMPLEX else kind), sides, name
