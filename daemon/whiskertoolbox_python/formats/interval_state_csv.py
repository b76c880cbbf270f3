"""Intervals from text that samples a state: a preamble, a header row, then one row per sample."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.order import Allocate, parts
from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats._growing_column import GrowingColumn
from whiskertoolbox_python.formats._loader import LoadedItem, Loader, Source
from whiskertoolbox_python.formats._streaming import allocate
from whiskertoolbox_python.formats._text_reading import (
    check_columns,
    check_delimiter,
    check_lines,
    first_line,
    read_columns,
    split_header,
)
from whiskertoolbox_python.formats.interval_binary import pair_edges
from whiskertoolbox_python.parameters import option
from whiskertoolbox_python.types.intervals import DigitalIntervalSeries


@dataclass(frozen=True, kw_only=True)
class Options:
    """Options of interval csv with `csv_layout` "binary_state"."""

    header_lines_to_skip: int = option(5, "Lines before the header row.")
    delimiter: str = option("\t", "Separates columns; may be several characters.")
    data_column: int = option(1, "Column of the state.")
    time_column: int = option(0, "Left out by `all_columns`; indices are row numbers.")
    binary_threshold: float = option(0.5, "The state is on from this value.")
    all_columns: bool = option(False, "Every column but `time_column`, keys `name_<header>`.")
    sampling_rate: float = option(1.0, "No effect.")


def load(source: Source, options: Options) -> Iterator[LoadedItem]:
    """Make an interval of each run of rows whose state is on; the last row of a run belongs to it."""
    if not options.all_columns:
        yield LoadedItem(source.name, _read_series(source, options, options.data_column))
        return
    check_delimiter(options.delimiter)
    check_lines(options.header_lines_to_skip)
    header = split_header(first_line(source.path, options.header_lines_to_skip + 1), options.delimiter)
    check_columns([(options.time_column, "value")])
    columns = [position for position in range(len(header)) if position != options.time_column]
    if not columns or not any(header):
        raise LoadError(f"{source.path}: line {options.header_lines_to_skip + 1} is not a header row with column names")
    made: list[LoadedItem] = []
    without_data: list[str] = []
    for position in columns:
        name = f"{source.name}_{header[position].strip()}"
        try:
            made.append(LoadedItem(name, _read_series(source, options, position)))
        except LoadError as error:
            without_data.append(f"{error} Column {header[position].strip()} has no data; {name} is empty")
            made.append(LoadedItem(name, DigitalIntervalSeries()))
    if len(without_data) == len(columns):
        raise LoadError(f"{source.path}: no column has data after {options.header_lines_to_skip + 1} lines of header")
    for message in without_data:
        source.warn(message)
    yield from made


def _read_series(source: Source, options: Options, column: int) -> DigitalIntervalSeries:
    (states,) = read_columns(
        source.path,
        [(column, "value")],
        delimiter=options.delimiter,
        skip_lines=options.header_lines_to_skip + 1,
        bad_rows="nan",
        warn=source.warn,
        allocate=partial(allocate, source),
    )
    if not states.size:
        raise LoadError(f"{source.path} has no rows after {options.header_lines_to_skip + 1} lines of header")
    found = runs(states, options.binary_threshold, allocate=partial(allocate, source))
    return DigitalIntervalSeries.from_array(found, copy=False)


def runs(states: npt.NDArray[Any], threshold: float, *, allocate: Allocate = np.empty) -> npt.NDArray[np.int64]:
    """Return first and last position of each run of states from a threshold on, as an (n, 2) array."""
    starts, ends = (GrowingColumn(np.int64, len(states), allocate) for _ in range(2))
    last = np.zeros(1, np.int8)
    for part in parts(len(states)):
        is_on = (states[part] >= threshold).astype(np.int8)
        change = np.diff(is_on, prepend=last)
        for edges, direction in ((starts, 1), (ends, -1)):
            edges.add(np.flatnonzero(change == direction) + part.start, part.stop - part.start)
        last = is_on[-1:]
    if last[0]:
        ends.add(np.array([len(states)], np.int64), 1)
    bounds = pair_edges(starts.finish(), ends.finish(), allocate=allocate)
    for part in parts(len(bounds)):
        bounds[part, 1] -= 1
    return bounds


LOADER = Loader(
    "digital_interval",
    ("csv",),
    Options,
    load,
    "A state sampled row by row, in one or several columns.",
    layout_option="csv_layout",
    layout_value="binary_state",
)
FORMATS = (LOADER,)
