"""Statistics of arrays of numbers, within a budget of time: an array may be larger than the memory."""

from __future__ import annotations

import sys
import time
from typing import Any

BUDGET_S = 0.1
"""Of processor time."""
CHUNK = 1 << 18
"""Values looked at between two looks at the clock."""


def describe_numbers(array: Any, mask: Any = None) -> str:
    """Minimum, maximum, mean and the number of NaN of a plain array of numbers; of its beginning when it is long.

    Parameters
    ----------
    mask
        Bool array of the same shape, True where a value does not count; None when all do.
    """
    if array.dtype.kind not in "iufb" or array.size == 0:
        return ""
    numpy: Any = sys.modules["numpy"]
    low, high, total, counted, missing, seen = numpy.inf, -numpy.inf, 0.0, 0, 0, 0
    deadline = time.thread_time() + BUDGET_S
    # Not `ravel`, which would copy an array that is not contiguous; `flat` copies what is asked for.
    contiguous = array.flags.c_contiguous
    values = array.reshape(-1) if contiguous else array.flat
    masked = None if mask is None else mask.reshape(-1)
    while seen < array.size and (seen == 0 or time.thread_time() < deadline):
        part = values[seen : seen + CHUNK]
        seen_before, seen = seen, min(seen + CHUNK, array.size)
        if masked is not None:
            part = part[~masked[seen_before:seen]]
        if part.dtype.kind == "f":
            valid = ~numpy.isnan(part)
            missing += part.size - int(valid.sum())
            part = part[valid]
        if part.size:
            low, high = min(low, part.min()), max(high, part.max())
            total += float(part.sum(dtype=numpy.float64))
            counted += part.size
    parts = [f"min {_number(low)}, max {_number(high)}, mean {_number(total / counted)}"] if counted else []
    parts += [f"{missing:,} NaN"] if missing else []
    parts += [f"{int(mask.sum()):,} masked"] if mask is not None else []
    text = ", ".join(parts)
    return text if seen == array.size else f"{text} (of the first {seen:,} of {array.size:,} values)"


def _number(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) or value.dtype.kind == "f" else str(value)
