"""Numbers as text: so many decimals, or just as many digits as read back exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.loaders._options import option
from whiskertoolbox_python.savers._base import SaveError, Target

_ROWS_AT_ONCE = 1 << 16
_MOST_DECIMALS = 60

AsText = Callable[[npt.NDArray[Any]], list[str]]


@dataclass(frozen=True, kw_only=True)
class TextOptions:
    """Options of every table."""

    delimiter: str = option(",", "Written between columns.")
    line_delim: str = option("\n", "Written after each line.")
    save_header: bool = option(True, "Write a header line.")

    def head(self, header: str) -> str:
        """Return the header line, or nothing."""
        return header + self.line_delim if self.save_header else ""

    def loader_delimiter(self) -> dict[str, object]:
        """Return the loader's option; loaders take one character and line ends of every kind."""
        if len(self.delimiter) != 1 or self.line_delim not in ("\n", "\r\n", "\r"):
            raise SaveError(
                "delimiter must be one character and line_delim a line end, or the file could not be read back; got "
                f"{self.delimiter!r} and {self.line_delim!r}"
            )
        return {"delimiter": self.delimiter}


def table(options: TextOptions, header: str, columns: Sequence[tuple[npt.NDArray[Any], AsText]]) -> Iterator[str]:
    """Yield the text of a table, block by block; each column is an array and what makes texts of it."""
    yield options.head(header)
    for start in range(0, len(columns[0][0]), _ROWS_AT_ONCE):
        cells = [as_text(array[start : start + _ROWS_AT_ONCE]) for array, as_text in columns]
        yield "".join([options.delimiter.join(row) + options.line_delim for row in zip(*cells, strict=True)])


def integers(values: npt.NDArray[Any]) -> list[str]:
    """Return whole numbers as texts."""
    return list(map(str, values.tolist()))


def decimals(values: npt.NDArray[np.float32], precision: int | None, target: Target) -> AsText:
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
