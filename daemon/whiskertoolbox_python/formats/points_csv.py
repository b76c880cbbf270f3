"""Points as delimited text: frame, x, y."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np

from whiskertoolbox_python.arrays.order import parts
from whiskertoolbox_python.errors import SaveError
from whiskertoolbox_python.formats._image_size import ImageSizeOptions
from whiskertoolbox_python.formats._loader import LoadedItem, Loader, Source
from whiskertoolbox_python.formats._order import points_by_time
from whiskertoolbox_python.formats._ragged_writing import image_size_of, without_negative_frames
from whiskertoolbox_python.formats._saver import Destination, Saver, write_text
from whiskertoolbox_python.formats._streaming import allocate
from whiskertoolbox_python.formats._text_cells import parse_number
from whiskertoolbox_python.formats._text_reading import first_line, one_character, read_columns, split_header
from whiskertoolbox_python.formats._text_writing import HeaderOptions, exact, integers, table
from whiskertoolbox_python.parameters import option
from whiskertoolbox_python.types.points import PointData


@dataclass(frozen=True, kw_only=True)
class Options(ImageSizeOptions):
    """Options of points csv."""

    column_delim: str = option(" ", "Separates columns; its first character is used.", alias="delimiter")
    frame_column: int = option(0, "Column of the frame.")
    x_column: int = option(1, "Column of x.")
    y_column: int = option(2, "Column of y.")
    nan_handling: Literal["Skip", "Include"] = option("Skip", "What becomes of points with a nan coordinate.")


def load(source: Source, options: Options) -> Iterator[LoadedItem]:
    """Read a point from each row; several rows of one frame are several points."""
    delimiter = one_character(options.column_delim, "column_delim")
    frames, x, y = read_columns(
        source.path,
        [(options.frame_column, "frame"), (options.x_column, "value"), (options.y_column, "value")],
        delimiter=delimiter,
        skip_lines=int(_has_header(split_header(first_line(source.path), delimiter), options.frame_column)),
        warn=source.warn,
        allocate=partial(allocate, source),
    )
    points = allocate(source, (len(frames), 2), np.float32)
    count = 0
    for part in parts(len(frames)):
        whole = np.ones(len(frames[part]), bool)
        if options.nan_handling == "Skip":
            whole = ~(np.isnan(x[part]) | np.isnan(y[part]))
        kept = slice(count, count + int(np.count_nonzero(whole)))
        with np.errstate(over="ignore"):
            points[kept, 0], points[kept, 1] = x[part][whole], y[part][whole]
        frames[kept] = frames[part][whole]
        count = kept.stop
    times, points = points_by_time(source, frames[:count], points[:count])
    data = PointData.from_arrays(times, points, image_size=options.image_size(), copy=False)
    yield LoadedItem(source.name, data)


def _has_header(cells: list[str], frame_column: int) -> bool:
    try:
        parse_number(cells[frame_column])
    except ValueError:
        return any(map(str.isalpha, cells[frame_column]))
    except IndexError:
        return False
    return False


@dataclass(frozen=True, kw_only=True)
class SaveOptions(HeaderOptions):
    """Options of saving points csv."""

    header: str = option("frame,x,y", "The header line.")
    nan_handling: Literal["Skip", "Include"] = option("Skip", "What becomes of points with a nan coordinate.")


def save(data: PointData, target: Destination, options: SaveOptions) -> dict[str, Any]:
    """Write every point; six significant digits where they are exact, else nine."""
    if options.save_header and not _is_told_from_points(options.header, options.delimiter):
        raise SaveError(f"header {options.header!r} would be read as a point; begin it with a word")
    data = without_negative_frames(data, target)
    times, points = data.times, data.points
    if options.nan_handling == "Skip":
        whole = ~np.isnan(points).any(axis=1)
        times, points = times[whole], points[whole]
    if np.unique(times).size < times.size:
        target.warn(f"{target.key}: some frames have several points; points csv loads the first of each frame only")
    options.require_lines(len(times), target)
    columns = [(times, integers), (points[:, 0], exact), (points[:, 1], exact)]
    write_text(target.path, table(options, options.header, columns))
    return {"column_delim": options.delimiter, "nan_handling": options.nan_handling, **image_size_of(data)}


def _is_told_from_points(header: str, delimiter: str) -> bool:
    """Return whether the loader, which has no option for it, sees that a line is a header; it skips a blank one."""
    first = split_header(header, delimiter)[0]
    try:
        parse_number(first)
    except ValueError:
        return any(map(str.isalpha, first)) or not header.strip()
    return False


LOADER = Loader(
    "points",
    ("csv",),
    Options,
    load,
    "A point a row: frame, x, y. A header is found by itself.",
    layout_option="csv_layout",
    layout_value="simple",
)
SAVER = Saver("points", ("csv",), SaveOptions, save, "`frame,x,y` rows.")
FORMATS = (LOADER, SAVER)
