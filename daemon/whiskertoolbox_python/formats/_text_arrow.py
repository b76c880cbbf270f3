"""Columns of numbers out of a block of text by pyarrow, where that is installed and the file is worth its import.

It reads what can be understood in one way only: every line with the same cells, and numbers as any program writes them
in those that are wanted. A block with anything else is left to whoever reads it without pyarrow, and says what is odd.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.formats._text_cells import FLOAT32_END, Kind

LEAST_BYTES = 1 << 23
"""Of a file; reading a smaller one takes less than importing pyarrow."""

BLOCK_BYTES = 1 << 22
"""What pyarrow is given at once; it has a fixed cost each time."""

PART_BYTES = 1 << 20
"""What it reads of that at once, so that its columns stay in the processor's cache."""

_NUMBERS = b"0123456789+-.eE nan\n"
_LINE_FEED = b"\n"[0]
_TYPES = {"index": np.int64, "frame": np.uint64}


class ArrowReader:
    """Reads blocks with pyarrow."""

    def __init__(self, wanted: Sequence[tuple[int, Kind]], delimiter: bytes, largest: float) -> None:
        self._arrow: Any = importlib.import_module("pyarrow")
        self._csv: Any = importlib.import_module("pyarrow.csv")
        self._wanted = wanted
        self._delimiter = delimiter
        self._largest = largest

    @classmethod
    def of(
        cls, file_bytes: int, wanted: Sequence[tuple[int, Kind]], delimiter: bytes, largest: float
    ) -> ArrowReader | None:
        """Return a reader if there is one, and if the file is large enough; columns twice are not for it."""
        if file_bytes < LEAST_BYTES or len(delimiter) > 1 or len(dict(wanted)) < len(wanted):
            return None
        try:
            return cls(wanted, delimiter, largest)
        except (ImportError, AttributeError):  # not installed, or for another NumPy
            return None

    def parts(self, buffer: bytes | bytearray, end: int) -> list[list[npt.NDArray[Any]]] | None:
        """Return the wanted columns of whole lines, a buffer up to `end`, in parts; None if anything in them is odd."""
        cells = buffer.count(self._delimiter, 0, buffer.index(b"\n")) + 1
        if not self._is_plain(buffer, end) or any(column >= cells for column, _ in self._wanted):
            return None
        names = [str(column) for column in range(cells)]
        types = {names[column]: np.dtype(_TYPES.get(kind, np.float64)).name for column, kind in self._wanted}
        options = {
            "read_options": self._csv.ReadOptions(use_threads=False, block_size=PART_BYTES, column_names=names),
            "parse_options": self._csv.ParseOptions(
                delimiter=self._delimiter.decode(), quote_char=False, ignore_empty_lines=False
            ),
            "convert_options": self._csv.ConvertOptions(
                check_utf8=False, column_types=types, include_columns=list(types), null_values=[""]
            ),
        }
        try:
            table = self._csv.read_csv(self._arrow.py_buffer(memoryview(buffer)[:end]), **options)
        except self._arrow.ArrowInvalid:
            return None
        for name, (_, kind) in zip(types, self._wanted, strict=True):
            if table.column(name).null_count and (kind != "optional" or _has_empty_lines(buffer, end)):
                return None
        parts: list[list[npt.NDArray[Any]]] = []
        for batch in table.to_batches():
            columns = [_as_array(batch.column(name), dtype) for name, dtype in types.items()]
            for place, (_, kind) in enumerate(self._wanted):
                if not self._may_be(columns[place], kind):
                    return None
                columns[place] = columns[place].view(np.int64) if kind == "frame" else columns[place]
            parts.append(columns)
        return parts or None

    def _is_plain(self, buffer: bytes | bytearray, end: int) -> bool:
        """Return whether there are no quotes, and no letters but those of numbers; pyarrow reads hexadecimal, too."""
        if np.frombuffer(buffer, np.uint8, end).max() <= max(b"9"):
            return buffer.find(b'"', 0, end) < 0
        return not bytes(memoryview(buffer)[:end]).translate(None, _NUMBERS + self._delimiter)

    def _may_be(self, values: npt.NDArray[Any], kind: Kind) -> bool:
        """Return whether numbers are such as the kind of their column allows."""
        if kind == "index":
            return True
        if kind == "frame":
            return bool(values.max() < 2**63)
        if kind == "number":
            return bool((np.abs(values) < self._largest).all())
        return not (np.abs(values) >= FLOAT32_END).any()


def _has_empty_lines(buffer: bytes | bytearray, end: int) -> bool:
    """Return whether there are lines whose cells are all empty, for pyarrow."""
    return buffer[0] == _LINE_FEED or buffer.find(b"\n\n", 0, end) >= 0


def _as_array(chunk: Any, dtype: str) -> npt.NDArray[Any]:
    """Return the numbers of an Arrow array, nan for null; its own `to_numpy` would import pandas."""
    is_valid, numbers = chunk.buffers()
    values: npt.NDArray[Any] = np.frombuffer(numbers, dtype, len(chunk), chunk.offset * 8)
    if not chunk.null_count:
        return values
    bits = np.unpackbits(np.frombuffer(is_valid, np.uint8), bitorder="little")
    return np.where(bits[chunk.offset : chunk.offset + len(chunk)], values, np.nan)
