"""Analog signals as delimited text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats._loader import LoadedItem, Loader, Source
from whiskertoolbox_python.formats._order import tell_disorder, unwrap_option, unwrapped
from whiskertoolbox_python.formats._saver import Destination, Saver, require_entries, write_text
from whiskertoolbox_python.formats._streaming import allocate
from whiskertoolbox_python.formats._text_reading import first_line, one_character, read_columns, split_header
from whiskertoolbox_python.formats._text_writing import HeaderOptions, decimals, integers, table
from whiskertoolbox_python.parameters import option
from whiskertoolbox_python.types.analog import AnalogTimeSeries


@dataclass(frozen=True, kw_only=True)
class Options:
    """Options of analog csv."""

    delimiter: str = option(",", "Separates columns; its first character is used.")
    has_header: bool = option(False, "The first line is a header.")
    single_column_format: bool = option(True, "The first column holds the values and rows are numbered from 0.")
    time_column: int = option(0, "Column of the index, when there are two; fractions are cut off.")
    data_column: int = option(1, "Column of the value, when there are two.")
    unwrap: bool = unwrap_option("Indices, when there are two columns,")


def load(source: Source, options: Options) -> Iterator[LoadedItem]:
    """Read one signal."""
    columns = read_columns(
        source.path,
        [(0, "sample")]
        if options.single_column_format
        else [(options.time_column, "index"), (options.data_column, "sample")],
        delimiter=one_character(options.delimiter),
        skip_lines=int(options.has_header),
        bad_rows="nan" if options.single_column_format else "left out",
        warn=source.warn,
        allocate=partial(allocate, source),
    )
    if options.single_column_format:
        _warn_of_further_columns(source, options)
    values = columns[-1]
    if not values.size:
        raise LoadError(f"{source.path} has no data, only a header or blank lines")
    times = None if options.single_column_format else columns[0]
    if times is not None:
        times = unwrapped(times) if options.unwrap else times
        tell_disorder(source, times, "times")
    yield LoadedItem(source.name, AnalogTimeSeries.from_array(values, times, copy=False))


def _warn_of_further_columns(source: Source, options: Options) -> None:
    count = len(split_header(first_line(source.path), options.delimiter[0]))
    if count > 1:
        source.warn(
            f"{source.path} has {count} columns, of which the first was taken as the values; "
            "single_column_format=False reads index and value"
        )


@dataclass(frozen=True, kw_only=True)
class SaveOptions(HeaderOptions):
    """Options of analog csv."""

    header: str = option("Time,Data", "The header line.")
    precision: int | None = option(2, "Decimals of a value; null (None) writes as many digits as read back exactly.")


def save(data: AnalogTimeSeries, target: Destination, options: SaveOptions) -> dict[str, Any]:
    """Write index and value of each sample."""
    require_entries(len(data), target)
    times, values = data.toTimeValueArrays()
    as_text = decimals(values, options.precision, target)
    write_text(target.path, table(options, options.header, [(times, integers), (values, as_text)]))
    return {"delimiter": options.delimiter, "has_header": options.save_header, "single_column_format": False}


LOADER = Loader("analog", ("csv",), Options, load, "One signal as text: values, or index and value.")
SAVER = Saver("analog", ("csv",), SaveOptions, save, "`index,value` rows.")
FORMATS = (LOADER, SAVER)
