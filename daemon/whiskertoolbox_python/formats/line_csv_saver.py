"""Lines as one table with quoted lists, or as a folder with a file per frame."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.errors import SaveError
from whiskertoolbox_python.formats._folder_writing import check_padding, to_remove
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
from whiskertoolbox_python.formats._text_writing import AsText, HeaderOptions, decimals, table
from whiskertoolbox_python.parameters import option
from whiskertoolbox_python.types.lines import LineData

_PRECISION = "Decimals of a coordinate; null (None) writes as many digits as read back exactly."
_READ = re.compile(r"\s*([0-9]+)\s*\.csv")
_WRITTEN = re.compile(r"[0-9]+\.csv")


@dataclass(frozen=True, kw_only=True)
class Options(HeaderOptions):
    """Options of line csv."""

    delimiter: str = option(",", "Written between the numbers of a list.")
    header: str = option("Frame,X,Y", "The header line.")
    precision: int | None = option(1, _PRECISION)


@dataclass(frozen=True, kw_only=True)
class FolderOptions(HeaderOptions):
    """Options of line csv with `save_type` "multi"."""

    header: str = option("X,Y", "The header line of each file.")
    precision: int | None = option(1, _PRECISION)
    frame_id_padding: int = option(7, "Digits of the frame in a file name.")
    overwrite_existing: bool = option(False, "Replace the files that are there, those of other frames too.")


def save(data: LineData, target: Destination, options: Options) -> dict[str, Any]:
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


def _rows(data: LineData, options: Options, as_text: AsText) -> Iterator[str]:
    join = options.delimiter.join
    yield options.head(options.header)
    for frame, points in entries_of(data):
        x, y = (join(as_text(points[:, axis])) for axis in (0, 1))
        yield f'{frame},"{x}","{y}"{options.line_delim}'


def save_folder(data: LineData, target: Destination, options: FolderOptions) -> dict[str, Any]:
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
    data: LineData, entries: npt.NDArray[np.int64], paths: list[Path], options: FolderOptions, as_text: AsText
) -> Iterator[tuple[Path, Write]]:
    for entry, path in zip(entries.tolist(), paths, strict=True):
        points = data.points[data.offsets[entry] : data.offsets[entry + 1]]
        columns = [(points[:, axis], as_text) for axis in (0, 1)]
        yield path, text_writer(table(options, options.header, columns))


SAVER = Saver(
    "line",
    ("csv",),
    Options,
    save,
    'Rows `frame,"x1,x2,…","y1,y2,…"`.',
    layout_option="save_type",
    layout_value="single",
)
FOLDER_SAVER = Saver(
    "line",
    ("csv",),
    FolderOptions,
    save_folder,
    "A folder with a file for each frame, holding its first line.",
    layout_option="save_type",
    layout_value="multi",
)
