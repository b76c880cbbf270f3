"""The beginning of a ``.npy`` file."""

from __future__ import annotations

import functools
import io
import math
from typing import Any

import numpy as np


@functools.lru_cache(maxsize=64)
def header(dtype: np.dtype[Any], shape: tuple[int, ...]) -> bytes:
    """Return the header of a C-contiguous array; the data that follow it are aligned to 64 bytes."""
    start = io.BytesIO()
    np.lib.format.write_array_header_1_0(start, {"descr": dtype.str, "fortran_order": False, "shape": shape})
    return start.getvalue()


def file_size(dtype: np.dtype[Any], shape: tuple[int, ...]) -> int:
    """Return the bytes of the file of such an array."""
    return len(header(dtype, shape)) + math.prod(shape) * dtype.itemsize


def data_offset(start: bytes) -> int | None:
    """Return where the data begin, given the first 12 bytes of a file; None if it does not look like one."""
    if len(start) < 12 or start[:6] != b"\x93NUMPY":
        return None
    return 10 + int.from_bytes(start[8:10], "little") if start[6] == 1 else 12 + int.from_bytes(start[8:12], "little")
