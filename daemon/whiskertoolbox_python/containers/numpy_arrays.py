"""NumPy's ``.npy`` and ``.npz``, of any type of number."""

from __future__ import annotations

import math
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import IO, Any

import numpy as np

from whiskertoolbox_python.containers._arrays import part_of_array
from whiskertoolbox_python.containers._contents import Allocate, Array, Contents, in_memory
from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats.report import one_line_reason

_BYTES_AT_ONCE = 1 << 20


def recognises(start: bytes, path: Path) -> bool:
    """Return whether a file is an array, or an archive of arrays."""
    return start.startswith(b"\x93NUMPY") or (start.startswith(b"PK\x03\x04") and path.suffix == ".npz")


def read(path: Path, *, warn: Callable[[str], None], allocate: Allocate = in_memory) -> Contents:
    """Read an array, or each array of an archive; Python objects are never loaded."""
    try:
        if path.suffix == ".npz":
            with zipfile.ZipFile(path) as archive:
                arrays = dict(_members(archive, warn, path))
        else:
            array = np.load(path, mmap_mode="r", allow_pickle=False)
            arrays = {path.stem: (array.shape, array.dtype)}
    except Exception as error:  # a damaged file raises almost anything
        raise LoadError(f"{path} cannot be read as NumPy arrays: {one_line_reason(error)}") from None
    parts = []
    for name, known in arrays.items():
        shape, dtype = known
        if dtype.kind not in "iufb":
            warn(f"{path}: {name} holds {dtype}; left out")
        elif 0 not in shape:
            parts.append(part_of_array(name, shape or (1,), partial(_read, path, name, allocate)))
    return Contents(tuple(parts))


def _members(
    archive: zipfile.ZipFile, warn: Callable[[str], None], path: Path
) -> Iterator[tuple[str, tuple[tuple[int, ...], np.dtype[Any]]]]:
    """Yield name, shape and type of each array of an archive."""
    for member in archive.infolist():
        name = member.filename.removesuffix(".npy")
        try:
            with archive.open(member) as file:
                shape, _, dtype = _header(file)
                held = member.file_size - file.tell()
            if not dtype.hasobject and held != math.prod(shape) * dtype.itemsize:
                raise ValueError(f"it has {held:,} bytes for an array of {shape} {dtype}")  # noqa: TRY301
        except (ValueError, EOFError) as error:
            warn(f"{path}: {name} cannot be read: {one_line_reason(error)}; left out")
            continue
        yield name, (shape, dtype)


def _header(file: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Return the shape of an array, whether its columns are one after the other, and its type; the values follow."""
    version = np.lib.format.read_magic(file)
    if version == (1, 0):
        return np.lib.format.read_array_header_1_0(file)
    return np.lib.format.read_array_header_2_0(file)  # 3.0 differs in the names of the fields of records


def _read(path: Path, name: str, allocate: Allocate) -> Array:
    if path.suffix != ".npz":
        mapped: Array = np.load(path, mmap_mode="r", allow_pickle=False)
        return mapped
    with zipfile.ZipFile(path) as archive:
        member = name if name in archive.namelist() else f"{name}.npy"
        try:
            with archive.open(member) as file:
                return _values(file, allocate)
        except (zipfile.BadZipFile, EOFError, zlib.error) as error:
            raise LoadError(f"{path}: {name} cannot be read: {one_line_reason(error)}") from None


def _values(file: IO[bytes], allocate: Allocate) -> Array:
    """Read an array piece by piece: it is compressed, so that no place in it can be read by itself."""
    shape, is_turned, dtype = _header(file)
    made = allocate(shape[::-1] if is_turned else shape, dtype)
    room = made.reshape(-1).view(np.uint8)
    done = 0
    while done < len(room):
        piece = file.read(min(_BYTES_AT_ONCE, len(room) - done))
        if not piece:
            raise EOFError(f"it ends after {done:,} of {len(room):,} bytes")
        room[done : done + len(piece)] = np.frombuffer(piece, np.uint8)
        done += len(piece)
    return made.T if is_turned else made
