"""Points as rows of frame, x, y."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from whiskertoolbox_python.errors import SaveError
from whiskertoolbox_python.formats._ragged_writing import image_size_of, without_negative_frames
from whiskertoolbox_python.formats._saver import Destination, Saver, write_text
from whiskertoolbox_python.formats._text_cells import parse_number
from whiskertoolbox_python.formats._text_reading import split_header
from whiskertoolbox_python.formats._text_writing import HeaderOptions, exact, integers, table
from whiskertoolbox_python.parameters import option
from whiskertoolbox_python.types.points import PointData


@dataclass(frozen=True, kw_only=True)
class Options(HeaderOptions):
    """Options of points csv."""

    header: str = option("frame,x,y", "The header line.")
    nan_handling: Literal["Skip", "Include"] = option("Skip", "What becomes of points with a nan coordinate.")


def save(data: PointData, target: Destination, options: Options) -> dict[str, Any]:
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


SAVER = Saver("points", ("csv",), Options, save, "`frame,x,y` rows.")
