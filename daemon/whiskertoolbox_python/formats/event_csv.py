"""Event times as delimited text: one series, one per identifier, or one per file of a folder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.order import AT_ONCE, Allocate, parts
from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats._growing_column import GrowingColumn
from whiskertoolbox_python.formats._indices import Rate
from whiskertoolbox_python.formats._loader import LoadedItem, Loader, Source
from whiskertoolbox_python.formats._order import event_series, unwrap_option, unwrapped
from whiskertoolbox_python.formats._rejected_rows import Rejected
from whiskertoolbox_python.formats._saver import Destination, Saver, require_entries, write_text
from whiskertoolbox_python.formats._streaming import allocate
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


def load(source: Source, options: Options) -> Iterator[LoadedItem]:
    """Read the series of one file."""
    series = _read_file(source, options)
    if len(series) == 1:
        yield LoadedItem(source.name, series[0])
    else:
        yield from (LoadedItem(f"{source.name}_{position}", one) for position, one in enumerate(series))


def load_folder(source: Source, options: FolderOptions) -> Iterator[LoadedItem]:
    """Read the series of every file in name order; files without events are named in a warning."""
    made: list[LoadedItem] = []
    for path in _files(source, options.file_pattern):
        try:
            series = _read_file(replace(source, path=path), options)
        except (LoadError, OSError) as error:
            source.warn(f"{error}; file skipped")
            continue
        stems = [path.stem] if len(series) == 1 else [f"{path.stem}_{position}" for position in range(len(series))]
        for stem, one in zip(stems, series, strict=True):
            made.append(LoadedItem(f"{source.name}_{stem if options.append_filename else len(made)}", one))
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
    if options.identifier_column is not None:
        groups = _read_identified(source, options, options.identifier_column)
        room = allocate(source, (sum(len(times) for _, times in groups),), np.int64)
        made: list[DigitalEventSeries] = []
        for identifier, times in groups:  # their indices are parts of one array, too
            part, room = room[: len(times)], room[len(times) :]
            made.append(_series(source, options, times, f"events of {identifier!r}", lambda *_, part=part: part))
        return made
    (times,) = read_columns(
        source.path,
        [(options.event_column, "number" if options.scale != 1 else "index")],
        delimiter=one_character(options.delimiter),
        skip_lines=int(options.has_header),
        largest=options.rate().largest(),
        warn=source.warn,
        allocate=partial(allocate, source),
    )
    if not times.size:
        raise LoadError(f"{source.path} has no events")
    return [_series(source, options, times, "events", partial(allocate, source))]


def _series(
    source: Source, options: Options, times: npt.NDArray[Any], what: str, allocate_indices: Allocate
) -> DigitalEventSeries:
    if options.unwrap:
        times = unwrapped(times)
    if options.scale != 1:
        times = options.rate().indices(source.path, times, source.warn, allocate=allocate_indices)
    return event_series(source, times, what)


def _read_identified(source: Source, options: Options, identifier_column: int) -> list[tuple[str, npt.NDArray[Any]]]:
    """Return the event times of each identifier, identifiers ordered as text."""
    check_columns([(identifier_column, "value"), (options.event_column, "number")])
    largest = options.rate().largest()
    is_scaled = options.scale != 1
    events = _IdentifiedEvents(source, np.dtype(np.float64 if is_scaled else np.int64))
    rejected = Rejected(source.path)
    delimiter = one_character(options.delimiter)
    for number, line in read_lines(source.path, skip_lines=int(options.has_header)):
        cells: list[str] = []
        try:
            cells = split_cells(line, delimiter)
            cell = cells[options.event_column]
            time = parse_below(cell, largest) if is_scaled else parse_index(cell)
            events.add(cells[identifier_column].strip(), time, len(line))
            if not is_scaled and has_fraction(cell):
                rejected.add_fraction(number, cell)
        except IndexError:
            rejected.add(number, f"only {len(cells)} column{'s' * (len(cells) > 1)}")
        except ValueError as error:
            rejected.add(number, str(error))
    groups = events.groups()
    rejected.tell(source.warn, kept=len(groups), advice=" Check the delimiter, the columns and has_header.")
    rejected.tell_fractions(source.warn)
    if not groups:
        raise LoadError(f"{source.path} has no events")
    return groups


class _IdentifiedEvents:
    """Times as they are read, each with the number of its identifier; in the session if they are many."""

    def __init__(self, source: Source, dtype: np.dtype[Any]) -> None:
        size = source.path.stat().st_size
        self._allocate: Allocate = partial(allocate, source)
        self._numbers: dict[str, int] = {}
        self._times, self._owners = (GrowingColumn(kind, size, self._allocate) for kind in (dtype, np.dtype(np.int32)))
        self._waiting: tuple[list[float], list[int]] = ([], [])
        self._waiting_bytes = 0

    def add(self, identifier: str, time: float, text_bytes: int) -> None:
        """Add an event that stood in so many bytes of text."""
        times, owners = self._waiting
        times.append(time)
        owners.append(self._numbers.setdefault(identifier, len(self._numbers)))
        self._waiting_bytes += text_bytes
        if len(times) >= AT_ONCE:
            self._append_waiting()

    def _append_waiting(self) -> None:
        times, owners = self._waiting
        self._times.add(np.array(times), self._waiting_bytes)
        self._owners.add(np.array(owners), self._waiting_bytes)
        self._waiting, self._waiting_bytes = ([], []), 0

    def groups(self) -> list[tuple[str, npt.NDArray[Any]]]:
        """Return the times of each identifier, in the order of the file; they are parts of one array."""
        if self._waiting[0]:
            self._append_waiting()
        times, owners = self._times.finish(), self._owners.finish()
        grouped = self._allocate(times.shape, times.dtype)
        counts = np.zeros(len(self._numbers), np.int64)
        for part in parts(len(owners)):
            counts += np.bincount(owners[part], minlength=len(counts))
        ends = np.cumsum(counts)
        places = ends - counts
        for part in parts(len(owners)):
            order = np.argsort(owners[part], kind="stable")
            here = np.bincount(owners[part], minlength=len(counts))
            before = np.cumsum(here) - here
            grouped[np.repeat(places - before, here) + np.arange(len(order), dtype=np.int64)] = times[part][order]
            places += here
        return [
            (identifier, grouped[ends[number] - counts[number] : ends[number]])
            for identifier, number in sorted(self._numbers.items())
        ]


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
