"""Rows of numbers of unequal length, as lines and masks have them, put together into columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.formats._loader import Source
from whiskertoolbox_python.formats._rejected_rows import Rejected
from whiskertoolbox_python.formats._text_cells import has_fraction, parse_index
from whiskertoolbox_python.formats._text_reading import open_text


@dataclass
class RaggedRows:
    """Entries one after the other; `columns` gives what `LineData.from_arrays` and `MaskData.from_arrays` take."""

    frames: list[int] = field(default_factory=list)
    parts: list[npt.NDArray[Any]] = field(default_factory=list)

    def add(self, frame: int, points: npt.NDArray[Any]) -> None:
        """Add an entry of shape (n, 2)."""
        self.frames.append(frame)
        self.parts.append(points)

    def columns(self, dtype: npt.DTypeLike) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[Any]]:
        """Return times (entries,), offsets (entries + 1,) and points (N, 2)."""
        offsets = np.zeros(len(self.parts) + 1, np.int64)
        np.cumsum([len(part) for part in self.parts], out=offsets[1:])
        points = np.concatenate([np.empty((0, 2), dtype), *self.parts], dtype=dtype, casting="unsafe")
        return np.array(self.frames, np.int64), offsets, points


def read_quoted_rows(
    source: Source,
    *,
    delimiter: str,
    header: str | None,
    parse: Callable[[list[str]], npt.NDArray[Any]],
    advice: str,
) -> RaggedRows:
    """Read an entry from each line: a frame, then quoted cells, of which `parse` makes the points.

    The first line is passed over when it contains `header`. Lines that `parse` refuses with ValueError are left out,
    and one warning names them; LoadError with the advice when there are no others.
    """
    rows = RaggedRows()
    rejected = Rejected(source.path)
    with open_text(source.path) as lines:
        for number, line in enumerate(lines, 1):
            if line.isspace() or (number == 1 and header is not None and header in line):
                continue
            first, *rest = line.split('"')
            cell = first.strip().rstrip(delimiter)
            try:
                points = parse(_quoted(rest))
                rows.add(_parse_frame(cell), points)
                if has_fraction(cell):
                    rejected.add_fraction(number, cell)
            except ValueError as error:
                rejected.add(number, str(error))
    rejected.tell(source.warn, kept=len(rows.frames), advice=advice)
    rejected.tell_fractions(source.warn)
    return rows


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
