"""Points as rows of frame, x, y."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from whiskertoolbox_python.loaders._options import option
from whiskertoolbox_python.savers._base import Saver, Target, write_text
from whiskertoolbox_python.savers._ragged import image_size_of
from whiskertoolbox_python.savers._text import TextOptions, exact, integers, table
from whiskertoolbox_python.types.points import PointData


@dataclass(frozen=True, kw_only=True)
class Options(TextOptions):
    """Options of points csv."""

    header: str = option("frame,x,y", "The header line.")
    nan_handling: Literal["Skip", "Include"] = option("Skip", "What becomes of points with a nan coordinate.")


def save(data: PointData, target: Target, options: Options) -> dict[str, Any]:
    """Write every point; six significant digits where they are exact, else nine."""
    column_delim = options.loader_delimiter()["delimiter"]
    times, points = data.times, data.points
    if options.nan_handling == "Skip":
        whole = ~np.isnan(points).any(axis=1)
        times, points = times[whole], points[whole]
    if np.unique(times).size < times.size:
        target.warn(f"{target.key}: some frames have several points; points csv loads the first of each frame only")
    columns = [(times, integers), (points[:, 0], exact), (points[:, 1], exact)]
    write_text(target.path, table(options, options.header, columns))
    return {"column_delim": column_delim, "nan_handling": options.nan_handling, **image_size_of(data)}


SAVER = Saver("points", ("csv",), Options, save, "`frame,x,y` rows.")
