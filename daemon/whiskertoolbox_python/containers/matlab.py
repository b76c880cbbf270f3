"""MATLAB files: version 5 to 7 (structs with SciPy) and 7.3 (HDF5, with h5py); structs give the prefix of a name."""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.containers._arrays import part_of_array, with_structs
from whiskertoolbox_python.containers._contents import Allocate, Array, Contents, Part, in_memory
from whiskertoolbox_python.containers._matlab5 import Variable, variables
from whiskertoolbox_python.containers._packages import import_package
from whiskertoolbox_python.containers._tree import ArrayInFile, Node, open_tree
from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats.report import one_line_reason

_HDF5_AT = 512
_MOST_OF_SPARSE = 1 << 27
"""Numbers in a sparse matrix with its zeros, which a file need not have room for: a gigabyte."""
_INTERNAL = ("#refs#", "#subsystem#")
_NUMBERS = (
    "double",
    "single",
    "logical",
    "char",
    *(f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)),
)


def recognises(start: bytes) -> bool:
    """Return whether a file begins as MATLAB's do."""
    return start.startswith((b"MATLAB 5.0 MAT-file", b"MATLAB 7.3 MAT-file"))


def read(path: Path, *, warn: Callable[[str], None], allocate: Allocate = in_memory) -> Contents:
    """Read the numbers in a file; cells, tables and objects are named in a warning."""
    with path.open("rb") as file:
        is_hdf5 = file.read(_HDF5_AT + 4)[_HDF5_AT:] == b"\x89HDF"
    found = dict(_parts_of_hdf5(path, warn) if is_hdf5 else _parts_of_version_5(path, warn, allocate))
    return Contents(tuple(found.values()))


def _parts_of_version_5(path: Path, warn: Callable[[str], None], allocate: Allocate) -> Iterator[tuple[str, Part]]:
    try:
        found = {one.name: one for one in variables(path)}
        others = _others(path, [one.name for one in found.values() if one.shape is None])
    except LoadError:
        raise
    except Exception as error:  # a damaged file raises almost anything
        raise LoadError(f"{path} cannot be read as a MATLAB file: {one_line_reason(error)}") from None
    for name, variable in found.items():
        if variable.shape is not None:
            yield name, part_of_array(name, variable.shape, partial(_numbers, variable, allocate))
        else:
            yield from _parts_of_other(path, {name: others[name]} if name in others else {}, warn)


def _numbers(variable: Variable, allocate: Allocate) -> Array:
    try:
        return variable.read(allocate)
    except (ValueError, zlib.error, struct.error) as error:
        raise LoadError(f"{variable.path}: {variable.name} is damaged: {error}") from None


def _others(path: Path, names: list[str]) -> dict[str, object]:
    """Return variables that are not arrays of numbers, as SciPy reads them."""
    if not names:
        return {}
    loadmat = import_package("scipy.io", "scipy", "structs, cells and text of MATLAB files").loadmat
    read: dict[str, object] = loadmat(path, simplify_cells=True, variable_names=names)
    return read


def _parts_of_other(path: Path, values: dict[str, object], warn: Callable[[str], None]) -> Iterator[tuple[str, Part]]:
    for name, value in with_structs(values).items():
        shape = getattr(value, "shape", ())
        if hasattr(value, "toarray") and math.prod(shape) > _MOST_OF_SPARSE:
            warn(f"{path}: {name} is a sparse matrix of {shape}, too large to be filled up; left out")
            continue
        array = np.asarray(value if not hasattr(value, "toarray") else value.toarray())
        if array.dtype.kind in "iufb":
            if array.size:
                yield name, part_of_array(name, array.shape, partial(_same, array))
        else:
            what = "text" if array.dtype.kind in "US" else "a cell array or an object"
            if what != "text":
                warn(f"{path}: {name} is {what}; left out")


def _parts_of_hdf5(path: Path, warn: Callable[[str], None]) -> Iterator[tuple[str, Part]]:
    with open_tree(path) as root:
        yield from _parts_in(path, root, "", warn)


def _parts_in(path: Path, group: Node, prefix: str, warn: Callable[[str], None]) -> Iterator[tuple[str, Part]]:
    for key, child in group.children(warn).items():
        name = f"{prefix}{key}"
        if key in _INTERNAL:
            continue
        kind = str(child.attribute("MATLAB_class", ""))
        if not child.is_array:
            if kind in ("struct", ""):
                yield from _parts_in(path, child, f"{name}.", warn)
            else:
                warn(f"{path}: {name} is a {kind}; left out")
        elif kind not in _NUMBERS or child.dtype.kind not in "iufb":
            warn(f"{path}: {name} is a {kind or 'dataset of ' + str(child.dtype)}; left out")
        elif kind != "char" and not child.attribute("MATLAB_empty", 0):  # an empty array holds its shape as data
            shape = child.shape[::-1]  # MATLAB writes columns first
            yield name, part_of_array(name, shape, partial(_same, TurnedArray(ArrayInFile.of(path, child))))


@dataclass(frozen=True)
class TurnedArray:
    """An array whose first axis is the last one of the file, read when it is sliced."""

    array: ArrayInFile

    @property
    def shape(self) -> tuple[int, ...]:
        """Rows first."""
        return self.array.shape[::-1]

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type in the file."""
        return self.array.dtype

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return self.array.ndim

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, key: Any) -> Array:
        part = key if isinstance(key, tuple) else (key,)
        part = (*part, *[slice(None)] * (self.ndim - len(part)))
        turned: Array = self.array[part[::-1]].T
        return turned

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> Array:
        return np.asarray(self[()], dtype)


def _same(array: Any) -> Array:
    same: Array = array  # a turned one is only sliced
    return same
