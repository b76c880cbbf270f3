"""Rows of a text file that cannot be read, and fractions that are cut off: one message for each file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from whiskertoolbox_python.errors import LoadError

BadRows = Literal["left out", "nan", "refused"]
"""What becomes of a row that cannot be read."""

_ROWS_NAMED = 3


class Rejected:
    """Rows of one file that cannot be read, and why; told as one message."""

    def __init__(self, path: Path, bad_rows: BadRows = "left out") -> None:
        self._path = path
        self._bad_rows = bad_rows
        self._first: list[str] = []
        self.count = 0
        self.fractions = 0
        """Indices whose fraction was cut off, in rows that were kept."""
        self._first_fraction = ""

    def add(self, line: int, reason: str) -> None:
        """Note that a line cannot be read."""
        self.count += 1
        if len(self._first) < _ROWS_NAMED:
            self._first.append(f"line {line}{' (a header?)' if line == 1 else ''}: {reason}")

    def add_fraction(self, line: int, cell: str, count: int = 1) -> None:
        """Note that fractions were cut off indices, the first of them in a line."""
        self._first_fraction = self._first_fraction or f'line {line}, "{cell.strip()}"'
        self.fractions += count

    def tell(self, warn: Callable[[str], None], *, kept: int, advice: str = "") -> None:
        """Warn about the rows; raise LoadError when there is no other row, or when none may be missing."""
        if not self.count:
            return
        more = f"; and {self.count - _ROWS_NAMED:,} more" if self.count > _ROWS_NAMED else ""
        which = "; ".join(self._first) + more
        if not kept:
            raise LoadError(f"{self._path}: none of the {self.count:,} rows can be read ({which}).{advice}")
        rows = f"{self.count:,} row{'s' * (self.count > 1)}"
        if self._bad_rows == "refused":
            raise LoadError(
                f"{self._path}: {rows} cannot be read ({which}); rows are counted here, so that none can be left out"
            )
        kept_as = "cannot be read and " + ("are" if self.count > 1 else "is") + " nan"
        warn(f"{self._path}: {rows} {'left out' if self._bad_rows == 'left out' else kept_as} ({which})")

    def tell_fractions(self, warn: Callable[[str], None]) -> None:
        """Warn about indices that were no whole numbers; most often they are seconds."""
        if self.fractions:
            warn(
                f"{self._path}: indices are whole numbers, fractions were cut off (of {self.fractions:,}; first: "
                f"{self._first_fraction}); if these are seconds, multiply them by the sampling rate"
            )
