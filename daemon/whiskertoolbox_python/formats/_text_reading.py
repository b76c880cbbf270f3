"""Number columns out of delimited text: fast when the file is clean, exact and forgiving when it is not.

Blocks of lines go through NumPy's own parser. A block that it stumbles over is read line by line: a bad cell drops its
row, and one warning names the file, the lines and the reasons. Both give the same numbers.
"""

from __future__ import annotations

import csv
import math
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Literal, TextIO

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.errors import LoadError

Kind = Literal["index", "frame", "number", "value", "optional"]
"""index: whole number, exact, fractions cut towards zero. frame: digits only. number: any finite float64. value: fits
float32, or nan or inf. optional: as value, and an empty cell is nan."""

Column = npt.NDArray[Any]
"""int64 for `index` and `frame`, float64 for the others."""

_WHOLE = ("index", "frame")
_EXACT_IN_FLOAT64 = 2.0**53
_INT64_END = 2.0**63
_FLOAT32_END = 2.0**128 - 2.0**103
"""What is nearer to 0 than this is rounded to a finite float32."""
_ROWS_NAMED = 3
_LINES_AT_ONCE = 20_000


class Rejected:
    """Rows of one file that are left out, and why; told as one warning."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._first: list[str] = []
        self.count = 0
        self.fractions = 0
        """Indices whose fraction was cut off, in rows that were kept."""

    def add(self, line: int, reason: str) -> None:
        """Note that a line is left out."""
        self.count += 1
        if len(self._first) < _ROWS_NAMED:
            self._first.append(f"line {line}{' (a header?)' if line == 1 else ''}: {reason}")

    def tell(self, warn: Callable[[str], None], *, kept: int, advice: str = "") -> None:
        """Warn about the rows; raise LoadError when nothing but bad rows was found."""
        if not self.count:
            return
        which = "; ".join(self._first) + (
            f"; and {self.count - _ROWS_NAMED:,} more" if self.count > _ROWS_NAMED else ""
        )
        if not kept:
            raise LoadError(f"{self._path}: none of the {self.count:,} rows can be read ({which}).{advice}")
        warn(f"{self._path}: {self.count:,} row{'s' * (self.count > 1)} left out ({which})")

    def tell_fractions(self, warn: Callable[[str], None]) -> None:
        """Warn about indices that were no whole numbers; most often they are seconds."""
        if self.fractions:
            warn(
                f"{self._path}: indices are whole numbers, fractions were cut off (of {self.fractions:,}); "
                "if these are seconds, multiply them by the sampling rate"
            )


def read_columns(
    path: Path,
    wanted: Sequence[tuple[int, Kind]],
    *,
    delimiter: str,
    skip_lines: int = 0,
    largest: float = math.inf,
    warn: Callable[[str], None],
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
    warn : callable
        Takes one message about rows left out.

    Returns
    -------
    list of (rows,) arrays
        int64 for `index` and `frame`, float64 for the others; no rows when the file has a header only.

    Raises
    ------
    LoadError
        The file is empty, is not text, or no row can be read.
    """
    check_delimiter(delimiter)
    check_columns(wanted)
    check_lines(skip_lines)
    blocks: list[list[Column]] = []
    rejected = Rejected(path)
    first_number = 1
    with open_text(path) as text:
        for _ in islice(text, skip_lines):
            first_number += 1
        while lines := list(islice(text, _LINES_AT_ONCE)):
            block = _parse_clean(lines, wanted, delimiter, largest, rejected)
            if block is None:
                block = _parse_line_by_line(lines, first_number, wanted, delimiter, largest, rejected)
            blocks.append(block)
            first_number += len(lines)
    columns = [np.concatenate(parts) for parts in zip(*blocks, strict=True)] if blocks else _no_rows(wanted)
    rejected.tell(warn, kept=len(columns[0]), advice=" Check the delimiter, the columns and the header options.")
    rejected.tell_fractions(warn)
    return columns


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
def open_text(path: Path) -> Iterator[TextIO]:
    """Open a text file whatever its line ends; bytes that are not UTF-8 become their codes, which are in no number."""
    with path.open("rb") as file:
        start = file.read(4096)
    if not start:
        raise LoadError(f"{path} is empty")
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise LoadError(f"{path} is UTF-16 text; save it as UTF-8")
    if b"\0" in start:
        raise LoadError(f"{path} is not a text file (it contains null bytes)")
    with path.open(encoding="utf-8-sig", errors="backslashreplace") as text:
        yield text


def read_rows(path: Path, *, delimiter: str, skip_lines: int = 0) -> Iterator[tuple[int, list[str]]]:
    """Yield (line number, cells) of every line that is not blank; quotes around cells are removed."""
    with open_text(path) as lines:
        for number, line in enumerate(lines, 1):
            if number > skip_lines and not line.isspace():
                yield number, split_cells(line, delimiter)


def split_cells(line: str, delimiter: str) -> list[str]:
    """Split one line; a quoted cell may contain the delimiter."""
    line = line.rstrip("\r\n")
    if '"' in line and len(delimiter) == 1:
        with suppress(csv.Error):  # a cell larger than csv takes is no number
            return next(csv.reader([line], delimiter=delimiter))
    return line.split(delimiter)


def first_line(path: Path, number: int = 1) -> str:
    """Return one line (counted from 1) without its end; '' when the file is shorter."""
    with open_text(path) as lines:
        return next((line for position, line in enumerate(lines, 1) if position == number), "").rstrip("\r\n")


def warn_of_lost_first_row(path: Path, delimiter: str, header_option: str, warn: Callable[[str], None]) -> None:
    """Warn when the line skipped as a header holds nothing but numbers."""
    cells = split_cells(first_line(path), delimiter)
    try:
        for cell in cells:
            parse_number(cell)
    except ValueError:
        return
    warn(
        f"{path}: line 1 holds only numbers but was skipped as the header; if it is data, set {header_option} to false"
    )


def parse_index(cell: str) -> int:
    """Return the whole number in a cell, fractions cut towards zero; ValueError says what is wrong with it."""
    text = cell.strip()
    try:
        value = int(text)
    except ValueError:
        number = parse_number(text)
        if not math.isfinite(number):
            raise ValueError(f'"{_shorten(text)}" is not an index') from None
        value = int(number)
    if "_" in text or not text.isascii():
        raise ValueError(f'"{_shorten(text)}" is not a number')
    if not -(2**63) <= value < 2**63:
        raise ValueError(f'"{_shorten(text)}" is out of range')
    return value


def parse_frame(cell: str) -> int:
    """Return the whole number in a cell of digits only; ValueError for all others."""
    text = cell.strip()
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f'frame "{_shorten(text)}" is no whole number from 0 on')
    return parse_index(text)


def has_fraction(cell: str) -> bool:
    """Tell whether `parse_index` cuts something off a cell that it takes."""
    return not cell.strip().lstrip("+-").isdigit() and not float(cell).is_integer()


def parse_number(cell: str) -> float:
    """Return the number in a cell; ValueError says what is wrong with it."""
    try:
        number = float(cell)
    except ValueError:
        number = None
    # Python's own syntax for readable literals, and digits of other scripts, are not numbers in a data file.
    if number is None or "_" in cell or not cell.isascii():
        raise ValueError(f'"{_shorten(cell.strip())}" is not a number')
    return number


def parse_below(cell: str, largest: float) -> float:
    """Return the finite number in a cell, nearer to 0 than a limit; ValueError says what is wrong with it."""
    number = parse_number(cell)
    if not abs(number) < largest:
        raise ValueError(f'"{_shorten(cell.strip())}" is out of range')
    return number


def parse_value(cell: str) -> float:
    """Return a number that float32 can hold (nan and inf included); ValueError says what is wrong with it."""
    number = parse_number(cell)
    if abs(number) >= _FLOAT32_END and (math.isfinite(number) or "inf" not in cell.lower()):
        raise ValueError(f'"{_shorten(cell.strip())}" is too large for float32')
    return number


def _parse_optional(cell: str) -> float:
    return parse_value(cell) if cell.strip() else math.nan


_PARSERS: dict[str, Callable[[str], float]] = {
    "index": parse_index,
    "frame": parse_frame,
    "value": parse_value,
    "optional": _parse_optional,
}


def _parse_clean(
    lines: list[str], wanted: Sequence[tuple[int, Kind]], delimiter: str, largest: float, rejected: Rejected
) -> list[Column] | None:
    """Return the columns of lines without a single bad cell, or None."""
    if len(delimiter) != 1 or not all(map(str.isascii, lines)):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # NumPy warns of blocks without rows
            table = np.loadtxt(
                lines,
                delimiter=delimiter,
                usecols=[column for column, _ in wanted],
                ndmin=2,
                comments=None,
                encoding="utf-8",
            )
    except ValueError:
        return None
    if not table.size:
        return _no_rows(wanted)
    if not all(_are_frames(lines, column, delimiter) for column, kind in wanted if kind == "frame"):
        return None
    columns: list[Column] = []
    fractions = 0
    for (_, kind), column in zip(wanted, table.T, strict=True):
        size = np.abs(column)
        # An index beyond float64's whole numbers is read again, digit by digit; so are cells that are out of range.
        limit = _EXACT_IN_FLOAT64 if kind in _WHOLE else largest if kind == "number" else None
        if not (~(size >= _FLOAT32_END) if limit is None else size < limit).all():
            return None
        columns.append(column.astype(_dtype_of(kind)))
        fractions += np.count_nonzero(columns[-1] != column) if kind in _WHOLE else 0
    rejected.fractions += fractions
    return columns


def _parse_line_by_line(
    lines: list[str],
    first_number: int,
    wanted: Sequence[tuple[int, Kind]],
    delimiter: str,
    largest: float,
    rejected: Rejected,
) -> list[Column]:
    parsers = [
        (column, partial(parse_below, largest=largest) if kind == "number" else _PARSERS[kind])
        for column, kind in wanted
    ]
    needed = max(column for column, _ in wanted) + 1
    rows: list[list[float]] = []
    for number, line in enumerate(lines, first_number):
        if line.isspace():
            continue
        cells = split_cells(line, delimiter)
        if len(cells) < needed:
            rejected.add(number, f"{len(cells)} column{'s' * (len(cells) > 1)}, needs {needed}")
            continue
        try:
            rows.append([parse(cells[column]) for column, parse in parsers])
            rejected.fractions += sum(has_fraction(cells[column]) for column, kind in wanted if kind == "index")
        except ValueError as error:
            rejected.add(number, str(error))
    if not rows:
        return _no_rows(wanted)
    return [np.array(cells, _dtype_of(kind)) for cells, (_, kind) in zip(zip(*rows, strict=True), wanted, strict=True)]


def _no_rows(wanted: Sequence[tuple[int, Kind]]) -> list[Column]:
    return [np.empty(0, _dtype_of(kind)) for _, kind in wanted]


def _dtype_of(kind: Kind) -> type[np.int64] | type[np.float64]:
    return np.int64 if kind in _WHOLE else np.float64


def _are_frames(lines: list[str], column: int, delimiter: str) -> bool:
    """Tell whether all cells of a column are digits only, which NumPy's parser does not see."""
    if column == 0:
        starts = (line.partition(delimiter)[0] for line in lines)
        return all(start.isdigit() or not start.strip() or start.strip().isdigit() for start in starts)
    return all(line.split(delimiter, column + 1)[column].strip().isdigit() for line in lines if not line.isspace())


def _shorten(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"


def largest_before_scaling(scale: float, *, divide: bool, name: str = "scale") -> float:
    """Return the limit below which a time becomes an index when it is scaled."""
    if not math.isfinite(scale) or scale == 0:
        raise LoadError(f'option "{name}" must be a number other than 0, not {scale!r}')
    return _INT64_END * abs(scale) if divide else _INT64_END / abs(scale)


def scale_to_index(values: npt.NDArray[np.float64], scale: float, *, divide: bool) -> npt.NDArray[np.float64]:
    """Scale times; a result within float64's rounding error of a whole number is that number (0.29 · 100 is 29)."""
    scaled = values / scale if divide else values * scale
    whole = np.rint(scaled)
    return np.where(np.abs(scaled - whole) <= 4 * np.spacing(np.abs(scaled)), whole, scaled)


def truncate_to_index(path: Path, scaled: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Cut fractions towards zero."""
    check_index_range(path, scaled)
    return np.trunc(scaled).astype(np.int64)


def round_to_index(path: Path, scaled: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Round to the nearest whole number, halves away from zero."""
    check_index_range(path, scaled)
    size = np.abs(scaled)
    whole = np.floor(size)
    indices: npt.NDArray[np.int64] = np.copysign(whole + (size - whole >= 0.5), scaled).astype(np.int64)
    return indices


def check_index_range(path: Path, scaled: npt.NDArray[np.float64]) -> None:
    """Refuse times that no index can hold, nan included."""
    bad = np.flatnonzero(~(np.abs(scaled) < _INT64_END))
    if bad.size:
        raise LoadError(f"{path}: time number {bad[0] + 1:,} is {scaled[bad[0]]} after scaling, which is no index")
