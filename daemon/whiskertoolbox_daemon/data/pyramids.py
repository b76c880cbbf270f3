"""Builds the pyramids of long signals on a thread of its own, and keeps them beside the columns."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.store.disk.layout import COLUMNS, PYRAMIDS
from whiskertoolbox_python.store.protocol import Row, StoredColumn
from whiskertoolbox_python.views.pyramid import BLOCK, Pyramid
from whiskertoolbox_python.views.pyramid_files import PyramidFiles

WORTH_IT = 1 << 18
"""Samples from which a pyramid is built; fewer are looked at in a moment."""
KEPT = 256
"""Pyramids that stay open; they are mapped where they could be written."""


class FileSamples:
    """The samples of a column's file, mapped piece by piece: what was looked at does not stay in memory."""

    def __init__(self, path: Path, count: int) -> None:
        whole: Any = np.load(path, mmap_mode="r", allow_pickle=False)
        if whole.dtype != np.float32 or whole.ndim != 1:
            raise ValueError(f"the header of {path} is not that of its column")
        self._path, self._offset, self._dtype, self._count = path, whole.offset, whole.dtype, count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, place: slice) -> npt.NDArray[np.float32]:
        first, end, _ = place.indices(self._count)
        offset = self._offset + first * self._dtype.itemsize
        piece: npt.NDArray[np.float32] = np.memmap(self._path, self._dtype, "r", offset, (max(0, end - first),))
        return piece


class PyramidBuilder:
    """The pyramids of a session; every method may be called from any thread.

    Parameters
    ----------
    session
        The session folder.
    may_save
        Returns whether the session is open for writing: pyramids are written beside its columns then.
    """

    def __init__(self, session: Path, *, may_save: Callable[[], bool]) -> None:
        self._may_save = may_save
        self._columns = session / COLUMNS
        self._files = PyramidFiles(session / PYRAMIDS)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="pyramids")
        self._lock = threading.Lock()
        self._built: dict[tuple[str, int, int], Pyramid] = {}
        self._progress: dict[tuple[str, int, int], float] = {}
        self._closed = False

    def find(self, row: Row, values: npt.NDArray[np.float32]) -> Pyramid | float | None:
        """Return the pyramid of a signal, how far it has been built (0 to 1), or None when it needs none.

        Parameters
        ----------
        row
            The signal's entry.
        values
            Its samples; they are held while the pyramid is built, so that their file is not written over.
        """
        column = next((column for column in row.columns if column.name == "values"), None)
        if column is None or column.file is None or column.pieces is not None or len(values) < WORTH_IT:
            return None
        name = column.file, row.generation, len(values)
        with self._lock:
            found = self._built.get(name)
            if found is not None:
                return found
            if name in self._progress:
                return self._progress[name]
        stored = self._files.load(*name)
        if stored.count // BLOCK == len(values) // BLOCK:
            self._keep(name, stored)
            return stored
        with self._lock:
            if self._closed:
                return None
            if name not in self._progress:
                self._progress[name] = 0.0
                self._thread.submit(self._build, name, column, values, stored)
            return self._progress[name]

    def close(self) -> None:
        """Stop building."""
        self._closed = True
        self._thread.shutdown(wait=True, cancel_futures=True)

    def _build(
        self, name: tuple[str, int, int], column: StoredColumn, values: npt.NDArray[np.float32], begun: Pyramid
    ) -> None:
        try:
            samples = self._samples(column, values)
            pyramid = begun
            done = begun.count
            for pyramid in begun.steps(samples):  # noqa: B007 - the last is the one
                done += 1 << 18
                if self._closed:
                    return
                with self._lock:
                    self._progress[name] = min(done / len(values), 1.0)
            file, generation, count = name
            if self._may_save() and self._files.save(pyramid, file, generation):
                # Mapped again from its file, its own memory is free.
                stored = self._files.load(file, generation, count)
                pyramid = stored if stored.count == count else pyramid
            self._keep(name, pyramid)
        finally:
            with self._lock:
                self._progress.pop(name, None)

    def _samples(self, column: StoredColumn, values: npt.NDArray[np.float32]) -> Any:
        try:
            return FileSamples(self._columns / str(column.file), len(values))
        except (OSError, ValueError):
            return values

    def _keep(self, name: tuple[str, int, int], pyramid: Pyramid) -> None:
        with self._lock:
            while len(self._built) >= KEPT:
                self._built.pop(next(iter(self._built)))
            self._built[name] = pyramid
