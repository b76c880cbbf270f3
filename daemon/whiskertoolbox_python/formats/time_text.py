"""Clocks from the time column of text with a preamble and a header row (the layout of binary_state intervals)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats._clock_options import ClockOptions
from whiskertoolbox_python.formats._indices import Rate
from whiskertoolbox_python.formats._loader import LoadedItem, Loader, Source
from whiskertoolbox_python.formats._streaming import allocate
from whiskertoolbox_python.formats._text_reading import read_columns
from whiskertoolbox_python.parameters import option


@dataclass(frozen=True, kw_only=True)
class Options(ClockOptions):
    """Options of time multi_column_binary."""

    header_lines_to_skip: int = option(5, "Lines before the header row.")
    time_column: int = option(0, "Column of the time.")
    delimiter: str = option("\t", "Separates columns; may be several characters.")
    sampling_rate: float = option(
        1.0, "Ticks per unit of the time column; times are taken to the nearest tick, of 1 their fractions cut off."
    )


def load(source: Source, options: Options) -> Iterator[LoadedItem]:
    """Make a tick per row; without a rate they are exact at any size, as nanoseconds since 1970 need it."""
    is_scaled = options.sampling_rate != 1
    rate = Rate(scale=options.sampling_rate, name="sampling_rate")
    (times,) = read_columns(
        source.path,
        [(options.time_column, "number" if is_scaled else "index")],
        delimiter=options.delimiter,
        skip_lines=options.header_lines_to_skip + 1,
        largest=rate.largest(),
        bad_rows="refused",
        warn=source.warn,
        allocate=partial(allocate, source),
    )
    if not times.size:
        raise LoadError(f"{source.path} has no rows after {options.header_lines_to_skip + 1} lines of header")
    ticks = rate.indices(source.path, times, source.warn, allocate=partial(allocate, source)) if is_scaled else times
    yield LoadedItem(source.name, options.clock(source, ticks))


LOADER = Loader("time", ("multi_column_binary",), Options, load, "The time column of text with a header.")
FORMATS = (LOADER,)
