"""NumPy's ``.npy`` and ``.npz``, of any type of number."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from whiskertoolbox_python.containers._arrays import part_of_array
from whiskertoolbox_python.containers._contents import Array, Contents
from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats.report import one_line_reason


def recognises(start: bytes, path: Path) -> bool:
    """Return whether a file is an array, or an archive of arrays."""
    return start.startswith(b"\x93NUMPY") or (start.startswith(b"PK\x03\x04") and path.suffix == ".npz")


def read(path: Path, *, warn: Callable[[str], None]) -> Contents:
    """Read an array, or each array of an archive; Python objects are never loaded."""
    try:
        if path.suffix == ".npz":
            with np.load(path, allow_pickle=False) as archive:
                names = archive.files
                arrays = {name: _header_of(archive, name, warn, path) for name in names}
        else:
            array = np.load(path, mmap_mode="r", allow_pickle=False)
            arrays = {path.stem: (array.shape, array.dtype)}
    except Exception as error:  # a damaged file raises almost anything
        raise LoadError(f"{path} cannot be read as NumPy arrays: {one_line_reason(error)}") from None
    parts = []
    for name, known in arrays.items():
        if known is None:
            continue
        shape, dtype = known
        if dtype.kind not in "iufb":
            warn(f"{path}: {name} holds {dtype}; left out")
        elif 0 not in shape:
            parts.append(part_of_array(name, shape or (1,), partial(_read, path, name)))
    return Contents(tuple(parts))


def _header_of(
    archive: np.lib.npyio.NpzFile, name: str, warn: Callable[[str], None], path: Path
) -> tuple[tuple[int, ...], np.dtype[np.generic]] | None:
    try:
        array = archive[name]
    except ValueError as error:
        warn(f"{path}: {name} cannot be read: {one_line_reason(error)}; left out")
        return None
    return array.shape, array.dtype


def _read(path: Path, name: str) -> Array:
    if path.suffix != ".npz":
        mapped: Array = np.load(path, mmap_mode="r", allow_pickle=False)
        return mapped
    with np.load(path, allow_pickle=False) as archive:
        array: Array = archive[name]
        return array
