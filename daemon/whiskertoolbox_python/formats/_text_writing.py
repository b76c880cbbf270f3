"""Numbers as text: so many decimals, or just as many digits as read back exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.errors import SaveError
from whiskertoolbox_python.formats._saver import Destination, require_entries
from whiskertoolbox_python.parameters import option

_ROWS_AT_ONCE = 1 << 16
_MOST_DECIMALS = 60
_NOT_BETWEEN_NUMBERS = '0123456789.+-enaif"\r\n\0'
"""Digits, signs, and the letters of exponents, nan and inf, in lower case; quotes and line ends."""

AsText = Callable[[npt.NDArray[Any]], list[str]]


@dataclass(frozen=True, kw_only=True)
class TextOptions:
    """Options of every table; what could not be read back is refused."""

    delimiter: str = option(",", "Written between columns.")
    line_delim: str = option("\n", "Written after each line.")
    save_header: bool = option(True, "Write a header line.")

    def __post_init__(self) -> None:
        check_delimiter("delimiter", self.delimiter)
        if self.line_delim not in ("\n", "\r\n", "\r"):
            raise SaveError(f"line_delim must be a line end, not {self.line_delim!r}")

    def head(self, header: str) -> str:
        """Return the header line, or nothing."""
        return header + self.line_delim if self.save_header else ""

    def require_lines(self, count: int, target: Destination) -> None:
        """Refuse a file without a single line, which no loader takes; a header alone is a file without entries."""
        if not self.save_header:
            require_entries(count, target)


@dataclass(frozen=True, kw_only=True)
class HeaderOptions(TextOptions):
    """Options of every table whose header can be chosen."""

    header: str = option("", "The header line.")

    def __post_init__(self) -> None:
        super().__post_init__()
        # Loaders refuse text with null bytes, and take a byte order mark off the beginning.
        if any(character in self.header for character in "\r\n\0\ufeff"):
            raise SaveError(f"header must be one line of text, not {self.header!r}")


def check_delimiter(name: str, delimiter: str) -> None:
    """Refuse what loaders could not tell from the numbers that it stands between."""
    if len(delimiter) != 1 or delimiter.lower() in _NOT_BETWEEN_NUMBERS:
        raise SaveError(f"{name} must be one character that is not part of a number, quote or line end: {delimiter!r}")


def table(options: TextOptions, header: str, columns: Sequence[tuple[npt.NDArray[Any], AsText]]) -> Iterator[str]:
    """Yield the text of a table, block by block; each column is an array and what makes texts of it."""
    yield options.head(header)
    for start in range(0, len(columns[0][0]), _ROWS_AT_ONCE):
        cells = [as_text(array[start : start + _ROWS_AT_ONCE]) for array, as_text in columns]
        yield "".join([options.delimiter.join(row) + options.line_delim for row in zip(*cells, strict=True)])


def integers(values: npt.NDArray[Any]) -> list[str]:
    """Return whole numbers as texts."""
    return list(map(str, values.tolist()))


def decimals(values: npt.NDArray[np.float32], precision: int | None, target: Destination) -> AsText:
    """Return what makes texts of values with so many decimals, and warn when these do not hold them.

    None: as many digits as read back exactly.
    """
    if precision is None:
        return exact
    if not 0 <= precision <= _MOST_DECIMALS:
        raise SaveError(f"precision must be 0 to {_MOST_DECIMALS} decimals, or None for all digits, not {precision}")
    finite = values[np.isfinite(values)]
    if (np.round(finite.astype(np.float64), precision).astype(np.float32) != finite).any():
        target.warn(f"{target.key}: values were rounded to {precision} decimals; precision=None writes them exactly")
    pattern = f"%.{precision}f"
    return lambda part: [pattern % value for value in part.tolist()]


def exact(values: npt.NDArray[np.float32]) -> list[str]:
    """Return float32 values with six significant digits if these read back exactly, else with nine, which always do."""
    numbers = values.tolist()
    texts = [f"{number:.6g}" for number in numbers]
    read_back = np.fromiter(map(float, texts), np.float32, len(texts))
    for position in np.flatnonzero(~(read_back == values) & ~np.isnan(values)).tolist():
        texts[position] = f"{numbers[position]:.9g}"
    return texts
