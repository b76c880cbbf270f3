"""Lines as delimited text: one file with quoted lists of coordinates, or a folder with a file per frame."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.conversion import Int64Array
from whiskertoolbox_python.errors import LoadError, SaveError
from whiskertoolbox_python.formats._folder_writing import check_padding, to_remove
from whiskertoolbox_python.formats._image_size import ImageSizeOptions
from whiskertoolbox_python.formats._loader import LoadedItem, Loader, Source
from whiskertoolbox_python.formats._ragged_reading import QuotedRows, RaggedRows, read_quoted_rows
from whiskertoolbox_python.formats._ragged_writing import entries_of, image_size_of, without_negative_frames
from whiskertoolbox_python.formats._saver import (
    Destination,
    Saver,
    Write,
    require_entries,
    text_writer,
    write_files,
    write_text,
)
from whiskertoolbox_python.formats._text_cells import FLOAT32_END, parse_frame, parse_value
from whiskertoolbox_python.formats._text_reading import one_character, read_columns, warn_of_lost_first_row
from whiskertoolbox_python.formats._text_writing import AsText, HeaderOptions, decimals, table
from whiskertoolbox_python.parameters import option
from whiskertoolbox_python.types.lines import LineData


@dataclass(frozen=True, kw_only=True)
class Options(ImageSizeOptions):
    """Options of line csv."""

    delimiter: str = option(",", "Separates the frame from the lists; its first character is used.")
    coordinate_delimiter: str = option(",", "Separates the numbers of a list; its first character is used.")
    has_header: bool = option(True, "The first line is skipped if it contains `header_identifier`.")
    header_identifier: str = option("Frame", "What a header contains.")


@dataclass(frozen=True, kw_only=True)
class FolderOptions(ImageSizeOptions):
    """Options of line csv with `multi_file`."""

    delimiter: str = option(",", "Separates columns; its first character is used.")
    x_column: int = option(0, "Column of x.")
    y_column: int = option(1, "Column of y.")
    has_header: bool = option(True, "The first line of each file is a header.")


def load(source: Source, options: Options) -> Iterator[LoadedItem]:
    """Read rows of frame and two quoted lists; several rows of a frame are several lines."""
    delimiter = one_character(options.delimiter)
    between = one_character(options.coordinate_delimiter, "coordinate_delimiter")
    form = QuotedRows(
        delimiter=delimiter,
        between=between,
        lists=2,
        kind="value",
        dtype=np.float32,
        header=options.header_identifier if options.has_header else None,
        parse=partial(_points, delimiter=between),
        assemble=_assembled,
        advice=' Rows are frame,"x1,x2,…","y1,y2,…".',
    )
    columns = read_quoted_rows(source, form)
    yield LoadedItem(source.name, LineData.from_arrays(*columns, image_size=options.image_size(), copy=False))


def load_folder(source: Source, options: FolderOptions) -> Iterator[LoadedItem]:
    """Read one line from each file whose name is a frame."""
    delimiter = one_character(options.delimiter)
    paths = sorted((frame, path) for path in source.path.iterdir() if (frame := _frame_of(path)) is not None)
    if not paths:
        raise LoadError(f"{source.path} has no files named by a frame, such as 0000012.csv")
    rows = RaggedRows(source, np.float32, len(paths))
    for frame, path in paths:
        try:
            columns = read_columns(
                path,
                [(options.x_column, "value"), (options.y_column, "value")],
                delimiter=delimiter,
                skip_lines=int(options.has_header),
                warn=source.warn,
            )
        except (LoadError, OSError) as error:
            source.warn(f"{error}; file skipped")
            continue
        if options.has_header:
            warn_of_lost_first_row(path, delimiter, "has_header", source.warn)
        rows.add(frame, np.column_stack(columns))
    columns_read = rows.columns()
    if not rows.count:
        raise LoadError(f"{source.path}: none of the {len(paths):,} files can be read")
    yield LoadedItem(source.name, LineData.from_arrays(*columns_read, image_size=options.image_size(), copy=False))


def _frame_of(path: Path) -> int | None:
    """Return the frame that a file is named by, if it is."""
    with suppress(ValueError):
        return parse_frame(path.stem) if path.suffix == ".csv" and path.is_file() else None
    return None


def _points(lists: list[str], delimiter: str) -> npt.NDArray[np.float64]:
    if len(lists) < 2:
        raise ValueError("no two quoted lists")
    x, y = (_numbers(text, delimiter) for text in lists[:2])
    if x.size != y.size:
        raise ValueError(f"{x.size} x and {y.size} y")
    return np.column_stack([x, y])


def _assembled(
    counts: Int64Array, numbers: list[npt.NDArray[Any]]
) -> tuple[Int64Array, Iterable[npt.NDArray[np.float32]]] | None:
    """Return the lengths and points of many lines; None when some have not as many x as y."""
    if (counts[:, 0] != counts[:, 1]).any():
        return None
    points = np.empty((len(numbers[0]), 2), np.float32)
    points[:, 0], points[:, 1] = numbers
    return counts[:, 0], [points]


def _numbers(text: str, delimiter: str) -> npt.NDArray[np.float64]:
    cells = text.split(delimiter) if text.strip() else []
    if text.isascii() and "_" not in text:
        with suppress(ValueError):
            numbers = np.array(list(map(float, cells)), np.float64)
            if (np.abs(numbers) < FLOAT32_END).all():
                return numbers
    return np.array([parse_value(cell) for cell in cells], np.float64)  # which says what is wrong, or takes nan and inf


_PRECISION = "Decimals of a coordinate; null (None) writes as many digits as read back exactly."

_READ = re.compile(r"\s*([0-9]+)\s*\.csv")

_WRITTEN = re.compile(r"[0-9]+\.csv")


@dataclass(frozen=True, kw_only=True)
class SaveOptions(HeaderOptions):
    """Options of saving line csv."""

    delimiter: str = option(",", "Written between the numbers of a list.")
    header: str = option("Frame,X,Y", "The header line.")
    precision: int | None = option(1, _PRECISION)


@dataclass(frozen=True, kw_only=True)
class SaveFolderOptions(HeaderOptions):
    """Options of saving line csv with `save_type` "multi"."""

    header: str = option("X,Y", "The header line of each file.")
    precision: int | None = option(1, _PRECISION)
    frame_id_padding: int = option(7, "Digits of the frame in a file name.")
    overwrite_existing: bool = option(False, "Replace the files that are there, those of other frames too.")


def save(data: LineData, target: Destination, options: SaveOptions) -> dict[str, Any]:
    """Write a row per line."""
    data = without_negative_frames(data, target)
    options.require_lines(len(data), target)
    as_text = decimals(data.points, options.precision, target)
    write_text(target.path, _rows(data, options, as_text))
    return {
        "coordinate_delimiter": options.delimiter,
        "has_header": options.save_header,
        "header_identifier": options.header,
        **image_size_of(data),
    }


def _rows(data: LineData, options: SaveOptions, as_text: AsText) -> Iterator[str]:
    join = options.delimiter.join
    yield options.head(options.header)
    for frame, points in entries_of(data):
        x, y = (join(as_text(points[:, axis])) for axis in (0, 1))
        yield f'{frame},"{x}","{y}"{options.line_delim}'


def save_folder(data: LineData, target: Destination, options: SaveFolderOptions) -> dict[str, Any]:
    """Write a file per frame with its first line, as upstream does."""
    check_padding("frame_id_padding", options.frame_id_padding)
    frames, entries = np.unique(data.times, return_index=True)
    if frames.size and frames[0] < 0:
        raise SaveError(f"{target.key}: frame {frames[0]} is negative, so it cannot be the name of a file")
    if frames.size < data.times.size:
        target.warn(f"{target.key}: only the first line of each frame was saved; format csv in one file keeps all")
    is_kept = options.save_header | (np.diff(data.offsets)[entries] > 0)  # loaders pass over files without any text
    if not is_kept.all():
        lost = np.count_nonzero(~is_kept)
        target.warn(f"{target.key}: {lost:,} lines without points were left out; save_header=True keeps them")
    frames, entries = frames[is_kept], entries[is_kept]
    require_entries(frames.size, target)
    as_text = decimals(data.points, options.precision, target)
    paths = [target.path / f"{frame:0{options.frame_id_padding}d}.csv" for frame in frames.tolist()]
    removing = to_remove(target.path, paths, read=_READ, written=_WRITTEN, overwrite=options.overwrite_existing)
    write_files(_files(data, entries, paths, options, as_text), removing=removing)
    return {
        "delimiter": options.delimiter,
        "multi_file": True,
        "has_header": options.save_header,
        **image_size_of(data),
    }


def _files(
    data: LineData, entries: npt.NDArray[np.int64], paths: list[Path], options: SaveFolderOptions, as_text: AsText
) -> Iterator[tuple[Path, Write]]:
    for entry, path in zip(entries.tolist(), paths, strict=True):
        points = data.points[data.offsets[entry] : data.offsets[entry + 1]]
        columns = [(points[:, axis], as_text) for axis in (0, 1)]
        yield path, text_writer(table(options, options.header, columns))


LOADER = Loader(
    "line",
    ("csv",),
    Options,
    load,
    'Rows `frame,"x1,x2,…","y1,y2,…"`.',
    layout_option="multi_file",
    layout_value=False,
)
FOLDER_LOADER = Loader(
    "line",
    ("csv",),
    FolderOptions,
    load_folder,
    "A folder with a file `<frame>.csv` for each frame, rows x,y.",
    reads="folder",
    layout_option="multi_file",
    layout_value=True,
)
SAVER = Saver(
    "line",
    ("csv",),
    SaveOptions,
    save,
    'Rows `frame,"x1,x2,…","y1,y2,…"`.',
    layout_option="save_type",
    layout_value="single",
)
FOLDER_SAVER = Saver(
    "line",
    ("csv",),
    SaveFolderOptions,
    save_folder,
    "A folder with a file for each frame, holding its first line.",
    layout_option="save_type",
    layout_value="multi",
)
FORMATS = (LOADER, FOLDER_LOADER, SAVER, FOLDER_SAVER)
