"""Columns of numbers out of delimited text: blocks of lines at once, exact, and no row lost without a word.

Of a large file, a block without anything odd is read by `_text_arrow`. One whose lines all have the same number of
plain cells is read by `_text_blocks`, the odd cells in it one by one; a block with quotes or ragged lines is read line
by line. All give the same numbers. A bad cell drops its row, or is nan where rows are counted, or refuses the file; one
message names the file, the lines and the reasons.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from io import BufferedReader
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.order import Allocate
from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats._growing_column import GrowingColumn
from whiskertoolbox_python.formats._rejected_rows import BadRows, Rejected
from whiskertoolbox_python.formats._text_arrow import BLOCK_BYTES, ArrowReader
from whiskertoolbox_python.formats._text_blocks import Block
from whiskertoolbox_python.formats._text_cells import PARSERS, Kind, has_fraction, parse_below, parse_number

Column = npt.NDArray[Any]
"""int64 for `index` and `frame`, float32 for `sample`, float64 for the others."""

SMALL_BLOCK_BYTES = 1 << 19
"""What is read at once with NumPy."""
_LINE_FEED = b"\n"[0]
_STAND_IN = b"\x1f"
"""One character in place of a delimiter of several."""
_DTYPES: dict[str, type[Any]] = {"index": np.int64, "frame": np.int64, "sample": np.float32}


def read_columns(
    path: Path,
    wanted: Sequence[tuple[int, Kind]],
    *,
    delimiter: str,
    skip_lines: int = 0,
    largest: float = math.inf,
    bad_rows: BadRows = "left out",
    warn: Callable[[str], None],
    allocate: Allocate = np.empty,
) -> list[Column]:
    """Read some columns of a delimited text file.

    Parameters
    ----------
    path : Path
    wanted : sequence of (column, kind)
        0-based columns and how their cells are understood.
    delimiter : str
        One or several characters.
    skip_lines : int
        Lines before the first row; blank ones count.
    largest : float
        Cells of the kind `number` must be nearer to 0 than this.
    bad_rows : {"left out", "nan", "refused"}
        What becomes of a row with a bad cell. Where rows are counted it is nan, or the file is refused, and a blank
        line is such a row, unless only blank ones follow; else blank lines are passed over.
    warn : callable
        Takes one message about bad rows.
    allocate : callable
        Makes the columns of a shape and dtype, such as inside a store.

    Returns
    -------
    list of (rows,) arrays
        int64 for `index` and `frame`, float32 for `sample`, float64 for the others; no rows when the file has a header
        only.

    Raises
    ------
    LoadError
        The file is empty, is not text, no row can be read, or one cannot that may not be missing.
    """
    check_delimiter(delimiter)
    check_columns(wanted)
    check_lines(skip_lines)
    reader = _Reader(path, wanted, delimiter, largest, bad_rows, allocate, skip_lines + 1)
    for buffer, end in line_blocks(path, skip_lines, SMALL_BLOCK_BYTES if reader.arrow is None else BLOCK_BYTES):
        reader.read(buffer, end)
    columns = [column.finish() for column in reader.columns]
    reader.rejected.tell(warn, kept=reader.good, advice=" Check the delimiter, the columns and the header options.")
    reader.rejected.tell_fractions(warn)
    return columns


def line_blocks(path: Path, skip_lines: int, block_bytes: int) -> Iterator[tuple[bytes | bytearray, int]]:
    """Yield the lines of a file behind the skipped ones, some at a time, each ended by a line feed.

    They are the first so many bytes of a buffer, most often of the same one, so that memory is taken once.
    Blank lines at the end of a block come with the next, and with none at the end of the file.
    """
    carried = b""
    buffer = bytearray()
    with open_bytes(path) as file:
        while True:
            wanted = max(block_bytes, len(carried))
            full = len(carried) + wanted
            if len(buffer) < full:
                buffer = bytearray(full)
            buffer[: len(carried)] = carried
            full = len(carried) + file.readinto(memoryview(buffer)[len(carried) : full])
            is_last = full < len(carried) + wanted
            end = buffer.rfind(b"\n", 0, full) + 1
            is_plain = end > 1 and buffer[end - 2] != _LINE_FEED and buffer.find(b"\r", 0, full) < 0
            if is_plain and not is_last and not skip_lines:
                yield buffer, end
                carried = bytes(buffer[end:full])
                continue
            text = bytes(memoryview(buffer)[:full])
            end = len(text) if is_last else max(text.rfind(b"\n"), text.rfind(b"\r", 0, -1)) + 1
            if b"\r" in text:
                lines = text[:end].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
                text, end = lines + text[end:], len(lines)
            kept = len(text[:end].rstrip(b"\n")) if text.endswith(b"\n\n", 0, end) else end
            if text.endswith(b"\n", 0, kept):
                kept -= 1
            text, carried = text[: kept + 1] if kept else b"", text[kept + bool(kept) :]
            while skip_lines and text:
                text = text.partition(b"\n")[2]
                skip_lines -= 1
            if text:
                text = text if text.endswith(b"\n") else text + b"\n"
                yield text, len(text)
            if is_last:
                return


def _block(text: bytes, delimiter: bytes) -> Block | None:
    """Split a block of lines; None when they are to be read one by one."""
    if len(delimiter) > 1:
        if _STAND_IN in text:
            return None
        text, delimiter = text.replace(delimiter, _STAND_IN), _STAND_IN
    return Block.of(text, delimiter)


class _Reader:
    """The wanted columns of one file, as far as they are read."""

    def __init__(
        self,
        path: Path,
        wanted: Sequence[tuple[int, Kind]],
        delimiter: str,
        largest: float,
        bad_rows: BadRows,
        allocate: Allocate,
        first_line: int,
    ) -> None:
        self._wanted = wanted
        self._delimiter = delimiter
        self._largest = largest
        self._counts_rows = bad_rows != "left out"
        self._parsers = [
            partial(parse_below, largest=largest) if kind == "number" else PARSERS[kind] for _, kind in wanted
        ]
        self._needed = max(column for column, _ in wanted) + 1
        size = path.stat().st_size
        self.arrow = ArrowReader.of(size, wanted, delimiter.encode(), largest)
        self.columns = [GrowingColumn(_DTYPES.get(kind, np.float64), size, allocate) for _, kind in wanted]
        self.rejected = Rejected(path, bad_rows)
        self.good = 0
        self._line = first_line

    def read(self, buffer: bytes | bytearray, end: int) -> None:
        """Read some lines, those that follow the ones read before: the buffer up to `end`."""
        parts = None if self.arrow is None else self.arrow.parts(buffer, end)
        if parts is None:
            self._add(self._read_here(bytes(memoryview(buffer)[:end])), end)
            return
        count = sum(len(columns[0]) for columns in parts)
        self.good += count
        self._line += count
        for columns in parts:
            self._add(columns, end * len(columns[0]) // count)

    def _add(self, columns: list[Column], text_bytes: int) -> None:
        for column, values in zip(self.columns, columns, strict=True):
            column.add(values, text_bytes)

    def _read_here(self, text: bytes) -> list[Column]:
        block = _block(text, self._delimiter.encode())
        if block is None or block.cells_per_line < self._needed:
            text_lines = text.decode("utf-8", "backslashreplace").split("\n")[:-1]
            columns, lines = self._line_by_line(text_lines, self._line), len(text_lines)
        else:
            columns, lines = self._at_once(block, self._line), len(block)
        self._line += lines
        return columns

    def _at_once(self, block: Block, first_number: int) -> list[Column]:
        bad: dict[int, str] = {}
        blank: set[int] = set()
        columns: list[Column] = []
        cut: dict[int, npt.NDArray[np.bool_]] = {}
        for (place, kind), parse in zip(self._wanted, self._parsers, strict=True):
            digits = block.digits(place)
            values: Column
            if kind == "index":
                values, cut[place] = digits.whole()
                odd = digits.is_odd
            elif kind == "frame":
                values, _ = digits.whole()
                odd = digits.is_odd | digits.has_point | digits.is_negative
            else:
                values, odd = digits.values()
                odd = odd | ~(np.abs(values) < self._largest) if kind == "number" else odd
            for row in np.flatnonzero(odd).tolist():
                cell = block.cell(row, place)
                try:
                    values[row] = parse(cell)
                except ValueError as error:
                    is_blank = block.cells_per_line == 1 and not cell.strip()
                    bad.setdefault(row, "the line is blank" if is_blank else str(error))
                    blank |= {row} if is_blank else set()
                else:
                    if kind == "index":
                        cut[place][row] = has_fraction(cell)
            columns.append(values)
        for place, has_cut in cut.items():
            has_cut[list(bad)] = False
            rows = np.flatnonzero(has_cut)
            if len(rows):
                self.rejected.add_fraction(first_number + int(rows[0]), block.cell(int(rows[0]), place), len(rows))
        return self._without(columns, bad, set() if self._counts_rows else blank, first_number)

    def _without(self, columns: list[Column], bad: dict[int, str], silent: set[int], first_number: int) -> list[Column]:
        """Leave bad rows out, or make them nan, and note them."""
        for row in sorted(bad):
            if row not in silent:
                self.rejected.add(first_number + row, bad[row])
        if not bad:
            self.good += len(columns[0])
            return columns
        rows = np.array(sorted(bad), np.int64)
        self.good += len(columns[0]) - len(rows)
        if not self._counts_rows:
            return [np.delete(values, rows) for values in columns]
        for values in columns:
            values[rows] = np.nan if values.dtype.kind == "f" else 0  # whole numbers are refused afterwards
        return columns

    def _line_by_line(self, lines: list[str], first_number: int) -> list[Column]:
        columns: list[Column] = [np.zeros(len(lines), _DTYPES.get(kind, np.float64)) for _, kind in self._wanted]
        bad: dict[int, str] = {}
        blank: set[int] = set()
        for row, line in enumerate(lines):
            if not line or line.isspace():
                blank.add(row)
                bad[row] = "the line is blank"
                continue
            try:
                cells = split_cells(line, self._delimiter)
                if len(cells) < self._needed:
                    bad[row] = f"{len(cells)} column{'s' * (len(cells) > 1)}, needs {self._needed}"
                    continue
                numbers = [parse(cells[place]) for (place, _), parse in zip(self._wanted, self._parsers, strict=True)]
            except ValueError as error:
                bad[row] = str(error)
                continue
            for values, number in zip(columns, numbers, strict=True):
                values[row] = number
            for place, kind in self._wanted:
                if kind == "index" and has_fraction(cells[place]):
                    self.rejected.add_fraction(first_number + row, cells[place])
        return self._without(columns, bad, set() if self._counts_rows else blank, first_number)


def check_columns(wanted: Sequence[tuple[int, Kind]]) -> None:
    """Refuse column numbers below 0, which Python would count from the end."""
    for column, _ in wanted:
        if column < 0:
            raise LoadError(f"column {column} does not exist: columns are counted from 0")


def check_lines(count: int) -> None:
    """Refuse a negative number of lines to skip."""
    if count < 0:
        raise LoadError(f"the number of lines before the first row must not be negative, not {count}")


def check_delimiter(delimiter: str, name: str = "delimiter") -> None:
    """Refuse a delimiter that separates nothing."""
    if not delimiter or delimiter[0] in "\r\n":
        raise LoadError(f'option "{name}" is {delimiter!r}: give the text that separates columns')


def one_character(delimiter: str, name: str = "delimiter") -> str:
    """Return the first character, which is the one that separates columns."""
    check_delimiter(delimiter, name)
    return delimiter[0]


@contextmanager
def open_bytes(path: Path) -> Iterator[BufferedReader]:
    """Open a text file for its bytes, behind its byte order mark."""
    _check_text(path)
    with path.open("rb") as file:
        if file.read(3) != b"\xef\xbb\xbf":
            file.seek(0)
        yield file


@contextmanager
def open_text(path: Path) -> Iterator[TextIO]:
    """Open a text file whatever its line ends; bytes that are not UTF-8 become their codes, which are in no number."""
    _check_text(path)
    with path.open(encoding="utf-8-sig", errors="backslashreplace") as text:
        yield text


def _check_text(path: Path) -> None:
    with path.open("rb") as file:
        start = file.read(4096)
    if not start:
        raise LoadError(f"{path} is empty")
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise LoadError(f"{path} is UTF-16 text; save it as UTF-8")
    if start.startswith(b"\x1f\x8b"):
        raise LoadError(f"{path} is compressed with gzip; unpack it first (gunzip {path.name})")
    if b"\0" in start:
        raise LoadError(f"{path} is not a text file (it contains null bytes)")


def read_lines(path: Path, *, skip_lines: int = 0) -> Iterator[tuple[int, str]]:
    """Yield (line number, line) of every line that is not blank."""
    with open_text(path) as lines:
        for number, line in enumerate(lines, 1):
            if number > skip_lines and not line.isspace():
                yield number, line


def split_cells(line: str, delimiter: str) -> list[str]:
    """Split one line; a quoted cell may contain the delimiter.

    Raises
    ------
    ValueError
        A quote is not closed, or text follows it.
    """
    line = line.rstrip("\r\n")
    if '"' not in line or len(delimiter) > 1:
        return line.split(delimiter)
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error as error:
        reason = str(error).replace("','", f'"{delimiter}"')
        if "field larger" in reason:
            reason = "a quoted cell is too long"
        elif "unexpected end" in reason:
            reason = "a quote is not closed"
        raise ValueError(reason) from None


def split_header(line: str, delimiter: str) -> list[str]:
    """Split a line that need not be a table's: quotes that do not close are characters."""
    try:
        return split_cells(line, delimiter)
    except ValueError:
        return line.rstrip("\r\n").split(delimiter)


def first_line(path: Path, number: int = 1) -> str:
    """Return one line (counted from 1) without its end; '' when the file is shorter."""
    with open_text(path) as lines:
        return next((line for position, line in enumerate(lines, 1) if position == number), "").rstrip("\r\n")


def warn_of_lost_first_row(path: Path, delimiter: str, header_option: str, warn: Callable[[str], None]) -> None:
    """Warn when the line skipped as a header holds nothing but numbers."""
    cells = split_header(first_line(path), delimiter)
    try:
        for cell in cells:
            parse_number(cell)
    except ValueError:
        return
    warn(
        f"{path}: line 1 holds only numbers but was skipped as the header; if it is data, set {header_option} to false"
    )
