"""Masks as run-length encoded text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.conversion import Int64Array
from whiskertoolbox_python.errors import SaveError
from whiskertoolbox_python.formats._image_size import ImageSizeOptions
from whiskertoolbox_python.formats._loader import LoadedItem, Loader, Source
from whiskertoolbox_python.formats._ragged_reading import QuotedRows, read_quoted_rows
from whiskertoolbox_python.formats._ragged_writing import (
    by_row,
    entries_of,
    image_size_of,
    warn_of_duplicates,
    without_negative_frames,
)
from whiskertoolbox_python.formats._saver import Destination, Saver, write_text
from whiskertoolbox_python.formats._text_reading import one_character
from whiskertoolbox_python.formats._text_writing import HeaderOptions, check_delimiter
from whiskertoolbox_python.parameters import option
from whiskertoolbox_python.types.masks import MaskData

LARGEST_MASK = 1 << 26
"""Pixels; more than any camera has are a damaged number, and would fill the memory."""

_MOST_AT_ONCE = 1 << 21
"""Pixels that are made together."""

_LONGEST = 18
"""Digits of a whole number; all of them fit into int64."""


@dataclass(frozen=True, kw_only=True)
class Options(ImageSizeOptions):
    """Options of mask csv."""

    delimiter: str = option(",", "Separates the frame from the list; its first character is used.")
    rle_delimiter: str = option(",", "Separates the numbers of a list; its first character is used.")
    has_header: bool = option(True, "The first line is skipped if it contains `header_identifier`.")
    header_identifier: str = option("Frame", "What a header contains.")


def load(source: Source, options: Options) -> Iterator[LoadedItem]:
    """Read rows of frame and a quoted list of runs; several rows of a frame are several masks."""
    delimiter = one_character(options.delimiter)
    between = one_character(options.rle_delimiter, "rle_delimiter")
    form = QuotedRows(
        delimiter=delimiter,
        between=between,
        lists=1,
        kind="index",
        dtype=np.uint32,
        header=options.header_identifier if options.has_header else None,
        parse=partial(_pixels, delimiter=between),
        assemble=_assembled,
        advice=' Rows are frame,"y,x_start,length,…".',
    )
    columns = read_quoted_rows(source, form)
    yield LoadedItem(source.name, MaskData.from_arrays(*columns, image_size=options.image_size(), copy=False))


def _pixels(lists: list[str], delimiter: str) -> npt.NDArray[np.uint32]:
    """Return the pixels (x, y) of the runs y, x_start, length."""
    if not lists:
        raise ValueError("no quoted list")
    cells = lists[0].split(delimiter) if lists[0].strip() else []
    if len(cells) % 3:
        raise ValueError(f"{len(cells)} numbers are not runs of y, x, length")
    try:
        y, x, length = np.array(_whole_numbers(cells, lists[0]), np.int64).reshape(-1, 3).T
    except (ValueError, OverflowError):
        raise ValueError("a run has what is not a whole number") from None
    if cells and not _is_in_image(y, x, length):
        raise ValueError("a run lies outside any image")
    if float(length.sum(dtype=np.float64)) > LARGEST_MASK:
        raise ValueError(f"the runs have {length.sum():,} pixels")
    return _pixels_of_runs(y, x, length)


def _assembled(
    counts: Int64Array, numbers: list[npt.NDArray[Any]]
) -> tuple[Int64Array, Iterable[npt.NDArray[np.uint32]]] | None:
    """Return the lengths of many masks, and their pixels some at a time; None when anything about them is odd."""
    if (counts % 3).any():
        return None
    y, x, length = numbers[0].reshape(-1, 3).T
    if not _is_in_image(y, x, length):
        return None
    starts = np.cumsum(counts[:, 0] // 3) - counts[:, 0] // 3
    lengths = np.add.reduceat(length, starts)
    return None if lengths.max() > LARGEST_MASK else (lengths, _pixels_in_pieces(y, x, length))


def _pixels_in_pieces(y: Int64Array, x: Int64Array, length: Int64Array) -> Iterator[npt.NDArray[np.uint32]]:
    ends = np.cumsum(length)
    first = 0
    while first < len(ends):
        most = ends[first] - length[first] + _MOST_AT_ONCE
        last = max(int(np.searchsorted(ends, most, "right")), first + 1)
        yield _pixels_of_runs(y[first:last], x[first:last], length[first:last])
        first = last


def _is_in_image(y: Int64Array, x: Int64Array, length: Int64Array) -> bool:
    if min(y.min(), x.min(), length.min()) < 0 or max(y.max(), x.max(), length.max()) >= 2**32:
        return False
    return bool((x + length).max() < 2**32)


def _pixels_of_runs(y: Int64Array, x: Int64Array, length: Int64Array) -> npt.NDArray[np.uint32]:
    ends = np.cumsum(length)
    pixels = np.empty((ends[-1] if ends.size else 0, 2), np.uint32)
    # Within a run, x is the place among all pixels and what the run's first is ahead of its own place; modulo 2**32.
    ahead = (x - (ends - length)).astype(np.uint32)
    np.add(np.arange(len(pixels), dtype=np.uint32), np.repeat(ahead, length), out=pixels[:, 0])
    pixels[:, 1] = np.repeat(y.astype(np.uint32), length)
    return pixels


def _whole_numbers(cells: list[str], text: str) -> list[int]:
    """Return the whole numbers in cells that were split from a text."""
    is_short = max(map(len, cells), default=0) <= _LONGEST
    is_plain = is_short and text.isascii() and "_" not in text and "+" not in text
    return list(map(int if is_plain else _whole, cells))


def _whole(cell: str) -> int:
    text = cell.strip()
    digits = text.removeprefix("-")
    if not (text.isascii() and digits.isdigit()) or len(digits.lstrip("0")) > _LONGEST:
        raise ValueError
    return int(text)


_LARGEST_X = 2**32 - 2
"""Where a run begins and how long it is must add up to a number of 32 bits."""


@dataclass(frozen=True, kw_only=True)
class SaveOptions(HeaderOptions):
    """Options of mask csv."""

    rle_delimiter: str = option(",", "Written between the numbers of a list.")
    header: str = option("Frame,RLE", "The header line.")


def save(data: MaskData, target: Destination, options: SaveOptions) -> dict[str, Any]:
    """Write a row of runs per mask, pixels ordered by row and column."""
    check_delimiter("rle_delimiter", options.rle_delimiter)
    data = without_negative_frames(data, target)
    options.require_lines(len(data), target)
    if data.points[:, 0].max(initial=0) > _LARGEST_X or np.diff(data.offsets).max(initial=0) > LARGEST_MASK:
        raise SaveError(
            f"{target.key}: runs hold pixels up to x {_LARGEST_X} and masks of up to {LARGEST_MASK:,}; use hdf5"
        )
    warn_of_duplicates(data, target)
    write_text(target.path, _rows(data, options))
    return {
        "delimiter": options.delimiter,
        "rle_delimiter": options.rle_delimiter,
        "has_header": options.save_header,
        "header_identifier": options.header,
        **image_size_of(data),
    }


def _rows(data: MaskData, options: SaveOptions) -> Iterator[str]:
    yield options.head(options.header)
    for frame, points in entries_of(data):
        runs = map(str, _runs(points).reshape(-1).tolist())
        yield f'{frame}{options.delimiter}"{options.rle_delimiter.join(runs)}"{options.line_delim}'


def _runs(pixels: npt.NDArray[np.uint32]) -> npt.NDArray[np.int64]:
    """Return the runs y, x_start, length of a mask, (runs, 3)."""
    ordered = by_row(pixels)
    y, x = (ordered >> np.uint64(32)).astype(np.int64), (ordered & np.uint64(2**32 - 1)).astype(np.int64)
    starts = np.flatnonzero(np.diff(y, prepend=-1).astype(bool) | (np.diff(x, prepend=-2) != 1))
    return np.column_stack([y[starts], x[starts], np.diff(starts, append=len(y))])


LOADER = Loader("mask", ("csv",), Options, load, 'Run-length encoded rows `frame,"y,x_start,length,…"`.')
SAVER = Saver("mask", ("csv",), SaveOptions, save, 'Rows `frame,"y,x_start,length,…"`.')
FORMATS = (LOADER, SAVER)
