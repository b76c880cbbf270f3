"""Points from the CSV files of DeepLabCut (one animal): three header rows, then a row per frame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats._image_size import ImageSizeOptions
from whiskertoolbox_python.formats._loader import Loader, Source
from whiskertoolbox_python.formats._text_reading import first_line, read_columns, split_header
from whiskertoolbox_python.parameters import option, suggest
from whiskertoolbox_python.types.points import PointData

_COORDINATES = ("x", "y", "likelihood")


@dataclass(frozen=True, kw_only=True)
class Options(ImageSizeOptions):
    """Options of points dlc_csv."""

    frame_column: int = option(0, "Column of the frame.")
    likelihood_threshold: float = option(0.0, "Points with a smaller likelihood are left out.")


@dataclass(frozen=True, kw_only=True)
class OnePartOptions(Options):
    """Options of points csv with `csv_layout` "dlc"."""

    bodypart: str | None = option(None, "Which body part; the first by name when left out.")
    all_bodyparts: bool = option(False, 'No effect here; format "dlc_csv" loads all.')


def load(source: Source, options: Options) -> Iterator[tuple[str, PointData]]:
    """Read every body part; a part without a point that counts makes no key."""
    parts = _read(source, options)
    made = [(f"{source.name}_{part}", points) for part, points in parts.items() if len(points)]
    if not made:
        raise LoadError(f"{source.path}: no body part has a point above likelihood_threshold")
    yield from made


def load_one(source: Source, options: OnePartOptions) -> Iterator[tuple[str, PointData]]:
    """Read one body part."""
    parts = _read(source, options)
    if options.bodypart is not None and options.bodypart not in parts:
        raise LoadError(f"{source.path}: unknown bodypart {suggest(options.bodypart, parts)}")
    yield source.name, parts[options.bodypart or min(parts)]


def _read(source: Source, options: Options) -> dict[str, PointData]:
    """Return the points of each body part, ordered by name."""
    places = _places_of_parts(source, options.frame_column)
    columns = [(part, name, column) for part, found in sorted(places.items()) for name, column in found.items()]
    frames, *values = read_columns(
        source.path,
        [(options.frame_column, "index"), *((column, "optional") for _, _, column in columns)],
        delimiter=",",
        skip_lines=3,
        warn=source.warn,
    )
    parts: dict[str, dict[str, npt.NDArray[np.float64]]] = {}
    for (part, name, _), column_values in zip(columns, values, strict=True):
        parts.setdefault(part, {})[name] = column_values
    return {part: _points(frames, found, options) for part, found in parts.items()}


def _points(frames: npt.NDArray[np.int64], values: dict[str, npt.NDArray[np.float64]], options: Options) -> PointData:
    points = np.column_stack([values["x"], values["y"]])
    keep = ~np.isnan(points).all(axis=1)
    likelihood = values.get("likelihood")
    if likelihood is not None:
        # An empty cell says nothing against a point, but it cannot pass a threshold either.
        keep &= (likelihood >= options.likelihood_threshold) | (
            np.isnan(likelihood) & (options.likelihood_threshold <= 0)
        )
    return PointData.from_arrays(
        frames[keep], points[keep].astype(np.float32), image_size=options.image_size(), copy=False
    )


def _places_of_parts(source: Source, frame_column: int) -> dict[str, dict[str, int]]:
    """Return the columns of x, y and likelihood of each body part, from the header rows."""
    names, coordinates = (split_header(first_line(source.path, number), ",") for number in (2, 3))
    if names[0].strip() == "individuals":
        raise LoadError(f"{source.path} is a DeepLabCut file of several animals; only those of one can be loaded")
    places: dict[str, dict[str, int]] = {}
    for column, (part, coordinate) in enumerate(zip(names, coordinates, strict=False)):
        if column != frame_column and coordinate.strip() in _COORDINATES:
            places.setdefault(part.strip(), {})[coordinate.strip()] = column
    whole = {part: found for part, found in places.items() if "x" in found and "y" in found}
    if not whole:
        raise LoadError(
            f"{source.path} has not DeepLabCut's three header rows: line 2 must name body parts, line 3 their "
            '"x", "y" and "likelihood"'
        )
    return whole


LOADER = Loader("points", ("dlc_csv",), Options, load, "DeepLabCut's CSV of one animal; keys `name_<bodypart>`.")
ONE_PART_LOADER = Loader(
    "points",
    ("csv",),
    OnePartOptions,
    load_one,
    "One body part of DeepLabCut's CSV.",
    layout_option="csv_layout",
    layout_value="dlc",
)
