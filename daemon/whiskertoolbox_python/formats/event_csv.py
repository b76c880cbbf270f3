"""Event times as delimited text: one series, one per identifier, or one per file of a folder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats._indices import Rate
from whiskertoolbox_python.formats._loader import Loader, Source
from whiskertoolbox_python.formats._order import tell_events, unwrap_option, unwrapped
from whiskertoolbox_python.formats._rejected_rows import Rejected
from whiskertoolbox_python.formats._saver import Destination, Saver, require_entries, write_text
from whiskertoolbox_python.formats._text_cells import has_fraction, parse_below, parse_index
from whiskertoolbox_python.formats._text_reading import (
    check_columns,
    one_character,
    read_columns,
    read_lines,
    split_cells,
)
from whiskertoolbox_python.formats._text_writing import HeaderOptions, integers, table
from whiskertoolbox_python.parameters import option
from whiskertoolbox_python.types.events import DigitalEventSeries


@dataclass(frozen=True, kw_only=True)
class Options:
    """Options of event csv."""

    delimiter: str = option(",", "Separates columns; its first character is used.")
    has_header: bool = option(False, "The first line is a header.")
    event_column: int = option(0, "Column of the event time.")
    identifier_column: int | None = option(
        None,
        "Column of an identifier: one series for each, keys `name_0`, `name_1`, … (identifiers ordered as text).",
        alias="label_column",
    )
    scale: float = option(1.0, "Event times are multiplied by it and taken to the nearest index.")
    scale_divide: bool = option(False, "Divide by `scale` instead.")
    unwrap: bool = unwrap_option("Event times")
    base_name: str = option("", "No effect: keys come from `name`.")

    def rate(self) -> Rate:
        """Return what event times are scaled by."""
        return Rate(scale=self.scale, divide=self.scale_divide)


@dataclass(frozen=True, kw_only=True)
class FolderOptions(Options):
    """Options of event csv with `multi_file`."""

    file_pattern: str | None = option(None, "Which files, `*` for any text; all `.csv` and `.txt` files by default.")
    append_filename: bool = option(False, "Keys are `name_<file stem>` instead of `name_0`, `name_1`, ….")


def load(source: Source, options: Options) -> Iterator[tuple[str, DigitalEventSeries]]:
    """Read the series of one file."""
    series = _read_file(source, options)
    if len(series) == 1:
        yield source.name, series[0]
    else:
        yield from ((f"{source.name}_{position}", one) for position, one in enumerate(series))


def load_folder(source: Source, options: FolderOptions) -> Iterator[tuple[str, DigitalEventSeries]]:
    """Read the series of every file in name order; files without events are named in a warning."""
    made: list[tuple[str, DigitalEventSeries]] = []
    for path in _files(source, options.file_pattern):
        try:
            series = _read_file(replace(source, path=path), options)
        except (LoadError, OSError) as error:
            source.warn(f"{error}; file skipped")
            continue
        stems = [path.stem] if len(series) == 1 else [f"{path.stem}_{position}" for position in range(len(series))]
        for stem, one in zip(stems, series, strict=True):
            made.append((f"{source.name}_{stem if options.append_filename else len(made)}", one))
    if not made:
        raise LoadError(
            f"{source.path}: no file in that folder has events (pattern: {options.file_pattern or '*.csv, *.txt'})"
        )
    yield from made


def _files(source: Source, pattern: str | None) -> list[Path]:
    if pattern is None:
        return [path for path in source.files() if path.suffix.lower() in (".csv", ".txt")]
    expression = re.compile(".*".join(re.escape(part) for part in pattern.split("*")))
    return [path for path in source.files() if expression.fullmatch(path.name)]


def _read_file(source: Source, options: Options) -> list[DigitalEventSeries]:
    is_scaled = options.scale != 1
    if options.identifier_column is not None:
        groups = _read_identified(source, options, options.identifier_column)
        return [
            _series(source, options, times, f"events of {identifier!r}", is_scaled=is_scaled)
            for identifier, times in groups
        ]
    (times,) = read_columns(
        source.path,
        [(options.event_column, "number" if is_scaled else "index")],
        delimiter=one_character(options.delimiter),
        skip_lines=int(options.has_header),
        largest=options.rate().largest(),
        warn=source.warn,
    )
    if not times.size:
        raise LoadError(f"{source.path} has no events")
    return [_series(source, options, times, "events", is_scaled=is_scaled)]


def _series(
    source: Source, options: Options, times: npt.NDArray[Any], what: str, *, is_scaled: bool
) -> DigitalEventSeries:
    if options.unwrap:
        times = unwrapped(times)
    indices = options.rate().indices(source.path, times, source.warn) if is_scaled else times
    tell_events(source, indices, what)
    return DigitalEventSeries.from_array(indices, copy=False)


def _read_identified(source: Source, options: Options, identifier_column: int) -> list[tuple[str, npt.NDArray[Any]]]:
    """Return the event times of each identifier, identifiers ordered as text."""
    check_columns([(identifier_column, "value"), (options.event_column, "number")])
    largest = options.rate().largest()
    is_scaled = options.scale != 1
    times: dict[str, list[float]] = {}
    rejected = Rejected(source.path)
    delimiter = one_character(options.delimiter)
    for number, line in read_lines(source.path, skip_lines=int(options.has_header)):
        cells: list[str] = []
        try:
            cells = split_cells(line, delimiter)
            cell = cells[options.event_column]
            time = parse_below(cell, largest) if is_scaled else parse_index(cell)
            times.setdefault(cells[identifier_column].strip(), []).append(time)
            if not is_scaled and has_fraction(cell):
                rejected.add_fraction(number, cell)
        except IndexError:
            rejected.add(number, f"only {len(cells)} column{'s' * (len(cells) > 1)}")
        except ValueError as error:
            rejected.add(number, str(error))
    rejected.tell(source.warn, kept=len(times), advice=" Check the delimiter, the columns and has_header.")
    rejected.tell_fractions(source.warn)
    if not times:
        raise LoadError(f"{source.path} has no events")
    return [(identifier, np.array(times[identifier])) for identifier in sorted(times)]


@dataclass(frozen=True, kw_only=True)
class SaveOptions(HeaderOptions):
    """Options of digital_event csv."""

    header: str = option("Event", "The header line.")
    precision: int | None = option(None, "No effect: indices are whole numbers.")


def save(data: DigitalEventSeries, target: Destination, options: SaveOptions) -> dict[str, Any]:
    """Write the index of each event."""
    require_entries(len(data), target)
    write_text(target.path, table(options, options.header, [(data.times, integers)]))
    return {"delimiter": options.delimiter, "has_header": options.save_header}


LOADER = Loader(
    "digital_event",
    ("csv",),
    Options,
    load,
    "Event times as text, one a line.",
    layout_option="multi_file",
    layout_value=False,
)
FOLDER_LOADER = Loader(
    "digital_event",
    ("csv",),
    FolderOptions,
    load_folder,
    "A folder of such files, one series each.",
    reads="folder",
    layout_option="multi_file",
    layout_value=True,
)
SAVER = Saver("digital_event", ("csv",), SaveOptions, save, "One index a line.")
FORMATS = (LOADER, FOLDER_LOADER, SAVER)
