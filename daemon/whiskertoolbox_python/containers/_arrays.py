"""Arrays without a meaning of their own, as MATLAB and NumPy files hold them, as parts."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.containers._contents import Array, Part, Samples, Table


def part_of_array(name: str, shape: tuple[int, ...], read: Callable[[], Array]) -> Part:
    """Return a vector as a signal, anything with more axes as a tensor.

    A row or column of a matrix language (1 × n, n × 1) is a vector.
    """
    sides = [side for side in shape if side != 1] or [1]
    if len(sides) == 1:
        return Part(name, "analog", (sides[0],), partial(_signal, read), attributes={"shape": list(shape)})
    return Part(name, "tensor", shape, partial(_table, read))


def with_structs(arrays: Mapping[str, object]) -> dict[str, object]:
    """Return nested mappings as one, names joined by dots."""
    flat: dict[str, object] = {}
    for name, value in arrays.items():
        if isinstance(value, Mapping):
            flat |= {f"{name}.{inner}": one for inner, one in with_structs(value).items()}
        else:
            flat[name] = value
    return flat


@dataclass(frozen=True)
class Vector:
    """An array of which one axis at most is longer than 1, taken when it is sliced."""

    array: Array

    @property
    def shape(self) -> tuple[int]:
        """Its one axis."""
        return (math.prod(self.array.shape),)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type in the file."""
        return self.array.dtype

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: slice) -> Array:
        long = next((axis for axis, side in enumerate(self.array.shape) if side != 1), 0)
        part = tuple(rows if axis == long else slice(None) for axis in range(len(self.array.shape)))
        return np.asarray(self.array[part]).reshape(-1)

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> Array:
        return np.asarray(self[slice(None)], dtype)


def _signal(read: Callable[[], Array]) -> Samples:
    return Samples(Vector(read()))  # type: ignore[arg-type]  # sliced only


def _table(read: Callable[[], Array]) -> Table:
    values = read()
    return Table(values if values.ndim > 1 else values[:, None])
