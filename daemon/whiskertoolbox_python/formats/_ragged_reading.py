"""Rows of numbers of unequal length, as lines and masks have them, put together into columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.conversion import Int64Array
from whiskertoolbox_python.arrays.order import Allocate
from whiskertoolbox_python.formats._growing_column import GrowingColumn
from whiskertoolbox_python.formats._loader import Source
from whiskertoolbox_python.formats._order import entries_by_time
from whiskertoolbox_python.formats._quoted_lists import QuotedLists
from whiskertoolbox_python.formats._rejected_rows import Rejected
from whiskertoolbox_python.formats._streaming import allocate
from whiskertoolbox_python.formats._text_arrow import BLOCK_BYTES
from whiskertoolbox_python.formats._text_cells import Kind, has_fraction, parse_index
from whiskertoolbox_python.formats._text_reading import SMALL_BLOCK_BYTES, line_blocks


class RaggedRows:
    """Entries as they are read; `columns` gives what `LineData.from_arrays` and `MaskData.from_arrays` take.

    Beyond the result, which is in the session if it is large, it needs the memory of a few entries.
    """

    def __init__(self, source: Source, dtype: npt.DTypeLike, expected: int) -> None:
        """Expect so many entries, or so many bytes of text: what `extend` counts what it is given in."""
        self._source = source
        self._allocate: Allocate = partial(allocate, source)
        self._times = GrowingColumn(np.int64, expected, self._allocate)
        self._lengths = GrowingColumn(np.int64, expected, self._allocate)
        self._points = GrowingColumn(dtype, expected, self._allocate, row_shape=(2,))
        self._dtype = np.dtype(dtype)
        self._waiting: list[tuple[int, npt.NDArray[Any]]] = []
        self._waiting_bytes = 0
        self.count = 0

    def extend(self, times: Int64Array, lengths: Int64Array, pieces: Iterable[npt.NDArray[Any]], share: int) -> None:
        """Append entries of so many points, which come in pieces; they are that share of what is expected."""
        self.count += len(times)
        self._times.add(times, share)
        self._lengths.add(lengths, share)
        total = int(lengths.sum())
        for piece in pieces:
            self._points.add(piece, max(1, share * len(piece) // max(1, total)))

    def add(self, time: int, points: npt.NDArray[Any]) -> None:
        """Append one entry of shape (n, 2), of as many as are expected."""
        kept = points.astype(self._dtype)
        self._waiting.append((time, kept))
        self._waiting_bytes += kept.nbytes
        if self._waiting_bytes > BLOCK_BYTES:
            self._append_waiting()

    def _append_waiting(self) -> None:
        if self._waiting:
            times = np.array([time for time, _ in self._waiting], np.int64)
            lengths = np.array([len(points) for _, points in self._waiting], np.int64)
            self.extend(times, lengths, [points for _, points in self._waiting], len(times))
            self._waiting, self._waiting_bytes = [], 0

    def columns(self) -> tuple[Int64Array, Int64Array, npt.NDArray[Any]]:
        """Return times (entries,), ascending, offsets (entries + 1,) and points (N, 2)."""
        self._append_waiting()
        lengths = self._lengths.finish()
        offsets = self._allocate((len(lengths) + 1,), np.int64)
        offsets[0] = 0
        np.cumsum(lengths, out=offsets[1:])
        return entries_by_time(self._source, self._times.finish(), offsets, self._points.finish())


@dataclass(frozen=True, kw_only=True)
class QuotedRows:
    """The form of lines of a frame and quoted lists of numbers, of which points are made."""

    delimiter: str
    """Between frame and lists."""
    between: str
    """Between the numbers of a list."""
    lists: int
    """Number of lists of each line."""
    kind: Kind
    dtype: npt.DTypeLike
    header: str | None
    """What makes the first line a header."""
    parse: Callable[[list[str]], npt.NDArray[Any]]
    """Makes the points of one line's lists; ValueError says what is wrong with them."""
    assemble: Callable[[Int64Array, list[npt.NDArray[Any]]], tuple[Int64Array, Iterable[npt.NDArray[Any]]] | None]
    """Makes of many lines' lists the lengths of entries, and their points piece by piece; None leaves it to `parse`."""
    advice: str


def read_quoted_rows(source: Source, form: QuotedRows) -> tuple[Int64Array, Int64Array, npt.NDArray[Any]]:
    """Read an entry from each line; return times (entries,), offsets (entries + 1,) and points (N, 2).

    Lines that cannot be read are left out, and one warning names them; LoadError with the advice when there are no
    others. Beyond the result it needs the memory of a block of lines.
    """
    reader = _QuotedRowsReader(source, form)
    for buffer, end in line_blocks(source.path, 0, reader.block_bytes):
        reader.read(bytes(memoryview(buffer)[:end]))
    reader.rejected.tell(source.warn, kept=reader.rows.count, advice=form.advice)
    reader.rejected.tell_fractions(source.warn)
    return reader.rows.columns()


class _QuotedRowsReader:
    """The entries of one file, as far as they are read."""

    def __init__(self, source: Source, form: QuotedRows) -> None:
        self._form = form
        size = source.path.stat().st_size
        self._plain = QuotedLists(size, form.delimiter, form.between, form.lists, form.kind)
        self.block_bytes = SMALL_BLOCK_BYTES if self._plain.arrow is None else BLOCK_BYTES
        self.rows = RaggedRows(source, form.dtype, size)
        self.rejected = Rejected(source.path)
        self._line = 1

    def read(self, text: bytes) -> None:
        """Read some lines, those that follow the ones read before."""
        if self._line == 1 and self._form.header is not None:
            first = text[: text.index(b"\n") + 1]
            if self._form.header in first.decode("utf-8", "backslashreplace"):
                text = text[len(first) :]
                self._line = 2
        if not text:
            return
        rows = self._plain.read(text)
        made = None if rows is None else self._form.assemble(rows.counts, rows.numbers)
        if rows is None or made is None:
            self._line_by_line(text.decode("utf-8", "backslashreplace").split("\n")[:-1])
            return
        self.rows.extend(rows.frames, *made, len(text))
        self._line += len(rows.frames)

    def _line_by_line(self, lines: list[str]) -> None:
        for number, line in enumerate(lines, self._line):
            if not line or line.isspace():
                continue
            first, *rest = line.split('"')
            cell = first.strip().rstrip(self._form.delimiter)
            try:
                points = self._form.parse(_quoted(rest))
                frame = _parse_frame(cell)
            except ValueError as error:
                self.rejected.add(number, str(error))
                continue
            if has_fraction(cell):
                self.rejected.add_fraction(number, cell)
            self.rows.extend(np.array([frame]), np.array([len(points)]), [points], len(line))
        self._line += len(lines)


def _quoted(parts: list[str]) -> list[str]:
    """Return the quoted cells of what is behind the first quote of a line, split at the others."""
    if len(parts) % 2:
        raise ValueError("a quote is not closed")
    return parts[0::2]


def _parse_frame(cell: str) -> int:
    """Return the frame in a cell; ValueError says what is wrong with it."""
    frame = parse_index(cell)
    if frame < 0:
        raise ValueError(f'frame "{cell.strip()}" is negative')
    return frame
