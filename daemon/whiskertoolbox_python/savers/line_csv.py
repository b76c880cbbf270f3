"""Lines as one table with quoted lists, or as a folder with a file per frame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from whiskertoolbox_python.loaders._options import option
from whiskertoolbox_python.savers._base import SaveError, Saver, Target, check_new, write_text
from whiskertoolbox_python.savers._ragged import entries_of, image_size_of
from whiskertoolbox_python.savers._text import AsText, TextOptions, decimals, table
from whiskertoolbox_python.types.lines import LineData

_PRECISION = "Decimals of a coordinate; null (None) writes as many digits as read back exactly."


@dataclass(frozen=True, kw_only=True)
class Options(TextOptions):
    """Options of line csv."""

    delimiter: str = option(",", "Written between the numbers of a list.")
    header: str = option("Frame,X,Y", "The header line.")
    precision: int | None = option(1, _PRECISION)


@dataclass(frozen=True, kw_only=True)
class FolderOptions(TextOptions):
    """Options of line csv with `save_type` "multi"."""

    header: str = option("X,Y", "The header line of each file.")
    precision: int | None = option(1, _PRECISION)
    frame_id_padding: int = option(7, "Digits of the frame in a file name.")
    overwrite_existing: bool = option(False, "Write over files of the same name.")


def save(data: LineData, target: Target, options: Options) -> dict[str, Any]:
    """Write a row per line."""
    delimiter = options.loader_delimiter()["delimiter"]
    as_text = decimals(data.points, options.precision, target)
    write_text(target.path, _rows(data, options, as_text))
    return {
        "coordinate_delimiter": delimiter,
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


def save_folder(data: LineData, target: Target, options: FolderOptions) -> dict[str, Any]:
    """Write a file per frame with its first line, as upstream does."""
    delimiter = options.loader_delimiter()
    frames, entries = np.unique(data.times, return_index=True)
    if frames.size and frames[0] < 0:
        raise SaveError(f"{target.key}: frame {frames[0]} is negative, so it cannot be the name of a file")
    if frames.size < data.times.size:
        target.warn(f"{target.key}: only the first line of each frame was saved; format csv in one file keeps all")
    as_text = decimals(data.points, options.precision, target)
    paths = [target.path / f"{frame:0{options.frame_id_padding}d}.csv" for frame in frames.tolist()]
    check_new(paths, overwrite=options.overwrite_existing)
    for path, entry in zip(paths, entries.tolist(), strict=True):
        points = data.points[data.offsets[entry] : data.offsets[entry + 1]]
        write_text(path, table(options, options.header, [(points[:, 0], as_text), (points[:, 1], as_text)]))
    return {**delimiter, "multi_file": True, "has_header": options.save_header, **image_size_of(data)}


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
