"""Points from the CSV files of DeepLabCut: three header rows, four for several animals, then a row per frame."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.order import parts as row_parts
from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats._image_size import ImageSizeOptions
from whiskertoolbox_python.formats._loader import LoadedItem, Loader, Source
from whiskertoolbox_python.formats._order import points_by_time
from whiskertoolbox_python.formats._streaming import allocate
from whiskertoolbox_python.formats._text_cells import parse_optional
from whiskertoolbox_python.formats._text_reading import first_line, read_columns, read_lines, split_cells, split_header
from whiskertoolbox_python.parameters import option, suggest
from whiskertoolbox_python.types.points import PointData

_NUMBER_AT_END = re.compile(r"([0-9]+)[^0-9]*$")
_COORDINATES = ("x", "y", "likelihood")


@dataclass(frozen=True, kw_only=True)
class Options(ImageSizeOptions):
    """Options of points dlc_csv."""

    frame_column: int = option(0, "Column of the frame.")
    video: str | None = option(None, "Of a CollectedData table with labels of several videos: which one.")
    likelihood_threshold: float = option(0.0, "Points with a smaller likelihood are left out.")


@dataclass(frozen=True, kw_only=True)
class OnePartOptions(Options):
    """Options of points csv with `csv_layout` "dlc"."""

    bodypart: str | None = option(None, "Which body part; the first by name when left out.")
    all_bodyparts: bool = option(False, 'No effect here; format "dlc_csv" loads all.')


def load(source: Source, options: Options) -> Iterator[LoadedItem]:
    """Read every body part; a part without a point that counts makes no key."""
    parts = _read(source, options)
    made = [LoadedItem(f"{source.name}_{part}", points) for part, points in parts.items() if len(points)]
    if not made:
        raise LoadError(f"{source.path}: no body part has a point above likelihood_threshold")
    yield from made


def load_one(source: Source, options: OnePartOptions) -> Iterator[LoadedItem]:
    """Read one body part."""
    parts = _read(source, options)
    if options.bodypart is not None and options.bodypart not in parts:
        raise LoadError(f"{source.path}: unknown bodypart {suggest(options.bodypart, parts)}")
    yield LoadedItem(source.name, parts[options.bodypart or min(parts)])


def _read(source: Source, options: Options) -> dict[str, PointData]:
    """Return the points of each body part, ordered by name."""
    places = _places_of_parts(source, options.frame_column)
    columns = [(part, name, column) for part, found in sorted(places.items()) for name, column in found.items()]
    if _is_labelled_by_hand(source):
        frames, values = _read_labels(source, options, [column for _, _, column in columns])
    else:
        frames, *values = read_columns(
            source.path,
            [(options.frame_column, "index"), *((column, "optional") for _, _, column in columns)],
            delimiter=",",
            skip_lines=len(_header(source)),
            warn=source.warn,
            allocate=partial(allocate, source, alike=len(columns)),
        )
    parts: dict[str, dict[str, npt.NDArray[np.float64]]] = {}
    for (part, name, _), column_values in zip(columns, values, strict=True):
        parts.setdefault(part, {})[name] = column_values
    return {part: _points(source, frames, found, options, alike=len(parts)) for part, found in parts.items()}


def _is_labelled_by_hand(source: Source) -> bool:
    """Return whether rows are named by images, as in CollectedData tables, and not by frames."""
    return first_line(source.path, len(_header(source)) + 1).lstrip('"').startswith("labeled-data")


def _read_labels(
    source: Source, options: Options, columns: list[int]
) -> tuple[npt.NDArray[np.int64], list[npt.NDArray[np.float64]]]:
    """Read a CollectedData table; the number in an image's name is its frame."""
    frames: list[int] = []
    videos: set[str] = set()
    values: list[list[float]] = []
    for number, line in read_lines(source.path, skip_lines=len(_header(source))):
        try:
            cells = split_cells(line, ",")
            image = "/".join(cells[: min(columns)]).replace("\\", "/").split("/")
            found = _NUMBER_AT_END.search(image[-1])
            if found is None:
                raise ValueError(f'the image "{image[-1]}" has no number')  # noqa: TRY301 - one report for all
            row = [parse_optional(cells[column]) for column in columns]
        except (ValueError, IndexError) as error:
            raise LoadError(f"{source.path}: line {number}: {error}") from None
        if options.video is None or options.video == image[-2]:
            frames.append(int(found[1]))
            values.append(row)
        videos.add(image[-2])
    if len(videos) > 1 and options.video is None:
        listed = ", ".join(sorted(videos))
        raise LoadError(f'{source.path} has labels of {len(videos)} videos ({listed}); choose one with "video"')
    if not frames:
        raise LoadError(f'{source.path} has no labels of the video "{options.video}" (known: {", ".join(videos)})')
    return np.array(frames), list(np.array(values).T)


def _points(
    source: Source,
    frames: npt.NDArray[np.int64],
    values: dict[str, npt.NDArray[np.float64]],
    options: Options,
    *,
    alike: int,
) -> PointData:
    is_kept = np.empty(len(frames), bool)
    for part in row_parts(len(frames)):
        is_kept[part] = ~(np.isnan(values["x"][part]) & np.isnan(values["y"][part]))
        if "likelihood" in values:
            # An empty cell says nothing against a point, but it cannot pass a threshold either.
            likelihood = values["likelihood"][part]
            is_kept[part] &= (likelihood >= options.likelihood_threshold) | (
                np.isnan(likelihood) & (options.likelihood_threshold <= 0)
            )
    count = int(np.count_nonzero(is_kept))
    points = allocate(source, (count, 2), np.float32, alike=alike)
    times = frames if count == len(frames) else allocate(source, (count,), np.int64, alike=alike)
    first = 0
    for part in row_parts(len(frames)):
        here = is_kept[part]
        kept = slice(first, first + int(np.count_nonzero(here)))
        with np.errstate(over="ignore"):
            points[kept, 0], points[kept, 1] = values["x"][part][here], values["y"][part][here]
        if times is not frames:
            times[kept] = frames[part][here]
        first = kept.stop
    times, points = points_by_time(source, times, points)
    return PointData.from_arrays(times, points, image_size=options.image_size(), copy=False)


def _header(source: Source) -> list[list[str]]:
    """Return the header rows, of which the last two name body parts and coordinates; four rows for several animals."""
    rows = [split_header(first_line(source.path, number), ",") for number in (1, 2, 3, 4)]
    named = [row[0].strip() for row in rows]
    if "coords" in named:
        return rows[: named.index("coords") + 1]
    return rows[:3]


def _places_of_parts(source: Source, frame_column: int) -> dict[str, dict[str, int]]:
    """Return the columns of x, y and likelihood of each body part, from the header rows."""
    header = _header(source)
    names, coordinates = header[-2:]
    animals = next((row for row in header[:-2] if row[0].strip() == "individuals"), [""] * len(names))
    if any(animals):
        listed = ", ".join(dict.fromkeys(animal.strip() for animal in animals[1:] if animal.strip()))
        source.warn(f"{source.path} holds several animals ({listed}); parts are named <individual>_<bodypart>")
    places: dict[str, dict[str, int]] = {}
    for column, (animal, part, coordinate) in enumerate(zip(animals, names, coordinates, strict=False)):
        if column != frame_column and coordinate.strip() in _COORDINATES:
            key = f"{animal.strip()}_{part.strip()}" if animal.strip() else part.strip()
            found = places.setdefault(key, {})
            if coordinate.strip() in found:
                raise LoadError(
                    f"{source.path} names {coordinate.strip()} of {key} twice, in columns "
                    f"{found[coordinate.strip()] + 1} and {column + 1}; give the body parts names of their own"
                )
            found[coordinate.strip()] = column
    whole = {part: found for part, found in places.items() if "x" in found and "y" in found}
    if not whole:
        raise LoadError(
            f"{source.path} is missing DeepLabCut's three header rows: line 2 must name body parts, line 3 their "
            '"x", "y" and "likelihood"'
        )
    return whole


LOADER = Loader(
    "points",
    ("dlc_csv",),
    Options,
    load,
    "DeepLabCut's CSV; keys `name_<bodypart>`, of several animals `name_<individual>_<bodypart>`.",
)
ONE_PART_LOADER = Loader(
    "points",
    ("csv",),
    OnePartOptions,
    load_one,
    "One body part of DeepLabCut's CSV.",
    layout_option="csv_layout",
    layout_value="dlc",
)
FORMATS = (ONE_PART_LOADER, LOADER)
