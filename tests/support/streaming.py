"""How tests see that loading needs the memory of a chunk beyond the result."""

from __future__ import annotations

import importlib
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from whiskertoolbox_python import DataManager
from whiskertoolbox_python.errors import LoadWarning

for name in ("numpy.ma", "pyarrow.csv", "pyarrow.parquet", "pyarrow.feather", "h5py", "hdf5plugin"):
    with suppress(ImportError):  # where there is NumPy alone
        importlib.import_module(name)  # what its import needs is not counted

CHUNK = 1 << 20
MOST = 6 * CHUNK
"""Bytes at once: a chunk in the file's type and in the working types, and what the libraries need."""

TIMES = {
    "rising": np.arange(0, 900_000, 3),
    "in no order": np.arange(299_999, -1, -1) * 3,
    "with repeats": np.repeat(np.arange(149_999, -1, -1), 2),
}
LEAST = 1_500_000
"""Bytes that are less than these events."""


@contextmanager
def bounded(most: int = MOST) -> Iterator[None]:
    """Fail if more is allocated at once than a few chunks; mapped files are not allocated."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < most
    finally:
        tracemalloc.stop()


@contextmanager
def told_of_repeats(kind: str) -> Iterator[None]:
    if kind != "with repeats":
        yield
        return
    with pytest.warns(LoadWarning, match=r"150,000 have the index of another .*first: number 300,000, 0 after 0\)"):
        yield


def hdf5_in_use(session: DataManager, folder: Path) -> Any:
    """Return h5py, once a file has been read with it: what the first needs is not counted."""
    import h5py

    with h5py.File(folder / "first.h5", "w") as file:
        file["t"], file["e"] = [0, 0], [1, 1]
    with pytest.warns(LoadWarning):
        session.load_file(folder / "first.h5", data_type="digital_event", format="hdf5", time_key="t", event_key="e")
    return h5py
