"""Lines from delimited text: one file with quoted lists of coordinates, or a folder with a file per frame."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats._image_size import ImageSizeOptions
from whiskertoolbox_python.formats._loader import Loader, Source
from whiskertoolbox_python.formats._ragged_reading import RaggedRows, read_quoted_rows
from whiskertoolbox_python.formats._text_cells import parse_frame, parse_value
from whiskertoolbox_python.formats._text_reading import one_character, read_columns, warn_of_lost_first_row
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


def load(source: Source, options: Options) -> Iterator[tuple[str, LineData]]:
    """Read rows of frame and two quoted lists; several rows of a frame are several lines."""
    delimiter = one_character(options.delimiter)
    between = one_character(options.coordinate_delimiter, "coordinate_delimiter")
    rows = read_quoted_rows(
        source,
        delimiter=delimiter,
        header=options.header_identifier if options.has_header else None,
        parse=partial(_points, delimiter=between),
        advice=' Rows are frame,"x1,x2,…","y1,y2,…".',
    )
    yield source.name, LineData.from_arrays(*rows.columns(np.float32), image_size=options.image_size(), copy=False)


def load_folder(source: Source, options: FolderOptions) -> Iterator[tuple[str, LineData]]:
    """Read one line from each file whose name is a frame."""
    delimiter = one_character(options.delimiter)
    paths = sorted((frame, path) for path in source.path.iterdir() if (frame := _frame_of(path)) is not None)
    if not paths:
        raise LoadError(f"{source.path} has no files named by a frame, such as 0000012.csv")
    rows = RaggedRows()
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
    if not rows.frames:
        raise LoadError(f"{source.path}: none of the {len(paths):,} files can be read")
    yield source.name, LineData.from_arrays(*rows.columns(np.float32), image_size=options.image_size(), copy=False)


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


def _numbers(text: str, delimiter: str) -> npt.NDArray[np.float64]:
    cells = text.split(delimiter) if text.strip() else []
    return np.array([parse_value(cell) for cell in cells], np.float64)


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
