"""Intervals as delimited text with a start and an end column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from whiskertoolbox_python.arrays.order import parts
from whiskertoolbox_python.formats._loader import LoadedItem, Loader, Source
from whiskertoolbox_python.formats._order import distinct_intervals
from whiskertoolbox_python.formats._saver import Destination, Saver, write_text
from whiskertoolbox_python.formats._streaming import allocate
from whiskertoolbox_python.formats._text_reading import one_character, read_columns, warn_of_lost_first_row
from whiskertoolbox_python.formats._text_writing import HeaderOptions, integers, table
from whiskertoolbox_python.parameters import option
from whiskertoolbox_python.types.intervals import DigitalIntervalSeries
from whiskertoolbox_python.upstream.notices import notices_to


@dataclass(frozen=True, kw_only=True)
class Options:
    """Options of interval csv."""

    delimiter: str = option(",", "Separates columns; its first character is used.")
    skip_header: bool = option(True, "The first line is a header.")
    flip_column_order: bool = option(False, "The first column is the end, the second the start.")


def load(source: Source, options: Options) -> Iterator[LoadedItem]:
    """Read the first two columns; rows whose start is after their end are kept, as upstream does."""
    delimiter = one_character(options.delimiter)
    columns = read_columns(
        source.path,
        [(0, "index"), (1, "index")],
        delimiter=delimiter,
        skip_lines=int(options.skip_header),
        warn=source.warn,
        allocate=partial(allocate, source),
    )
    if options.skip_header:
        warn_of_lost_first_row(source.path, delimiter, "skip_header", source.warn)
    bounds = allocate(source, (len(columns[0]), 2), np.int64)
    for part in parts(len(bounds)):
        for side, column in enumerate(columns[::-1] if options.flip_column_order else columns):
            bounds[part, side] = column[part]
    bounds = distinct_intervals(source, bounds)
    with notices_to(partial(_tell_reversed, source)):
        series = DigitalIntervalSeries.from_array(bounds, copy=False)
    yield LoadedItem(source.name, series)


def _tell_reversed(source: Source, message: str) -> None:
    source.warn(f"{source.path}: {message}; if the columns are end and start, set flip_column_order")


@dataclass(frozen=True, kw_only=True)
class SaveOptions(HeaderOptions):
    """Options of digital_interval csv."""

    header: str = option("Start,End", "The header line.")


def save(data: DigitalIntervalSeries, target: Destination, options: SaveOptions) -> dict[str, Any]:
    """Write start and end of each interval."""
    options.require_lines(len(data), target)
    columns = [(data.intervals[:, 0], integers), (data.intervals[:, 1], integers)]
    write_text(target.path, table(options, options.header, columns))
    return {"delimiter": options.delimiter, "skip_header": options.save_header}


LOADER = Loader(
    "digital_interval",
    ("csv",),
    Options,
    load,
    "Start and end of each interval, both inclusive.",
    layout_option="csv_layout",
    layout_value="intervals",
)
SAVER = Saver("digital_interval", ("csv",), SaveOptions, save, "`start,end` rows.")
FORMATS = (LOADER, SAVER)
