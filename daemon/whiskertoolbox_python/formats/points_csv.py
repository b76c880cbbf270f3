"""Points from delimited text: frame, x, y."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from whiskertoolbox_python.formats._image_size import ImageSizeOptions
from whiskertoolbox_python.formats._loader import Loader, Source
from whiskertoolbox_python.formats._text_cells import parse_number
from whiskertoolbox_python.formats._text_reading import first_line, one_character, read_columns, split_header
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


def load(source: Source, options: Options) -> Iterator[tuple[str, PointData]]:
    """Read a point from each row; several rows of one frame are several points."""
    delimiter = one_character(options.column_delim, "column_delim")
    frames, x, y = read_columns(
        source.path,
        [(options.frame_column, "frame"), (options.x_column, "value"), (options.y_column, "value")],
        delimiter=delimiter,
        skip_lines=int(_has_header(split_header(first_line(source.path), delimiter), options.frame_column)),
        warn=source.warn,
    )
    if options.nan_handling == "Skip":
        whole = ~(np.isnan(x) | np.isnan(y))
        frames, x, y = frames[whole], x[whole], y[whole]
    order = np.argsort(frames, kind="stable")
    points = np.column_stack([x[order], y[order]]).astype(np.float32)
    yield source.name, PointData.from_arrays(frames[order], points, image_size=options.image_size(), copy=False)


def _has_header(cells: list[str], frame_column: int) -> bool:
    try:
        parse_number(cells[frame_column])
    except ValueError:
        return any(map(str.isalpha, cells[frame_column]))
    except IndexError:
        return False
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
