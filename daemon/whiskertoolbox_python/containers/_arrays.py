"""Arrays without a meaning of their own, as MATLAB and NumPy files hold them, as parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

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


def _signal(read: Callable[[], Array]) -> Samples:
    return Samples(np.asarray(read()).ravel())


def _table(read: Callable[[], Array]) -> Table:
    values = np.asarray(read())
    return Table(values if values.ndim > 1 else values[:, None])
