"""Intervals as the runs of one bit in 16-bit words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.formats._binary import (
    SaveWordOptions,
    WordOptions,
    check_edges,
    find_edges,
    map_words,
    words_with_edges,
)
from whiskertoolbox_python.formats._loader import LoadedItem, Loader, Source
from whiskertoolbox_python.formats._saver import Destination, Saver, array_writer, write_files
from whiskertoolbox_python.types.intervals import DigitalIntervalSeries


def load(source: Source, options: WordOptions) -> Iterator[LoadedItem]:
    """Make an interval from each edge to the next opposite one.

    The end is the first word after the run. A run that is on at the first word has no start and makes none; so does one
    that is still on at the last.
    """
    words = map_words(source.path, header_size=options.header_size, warn=source.warn)
    rising, falling = find_edges(words, options.channel)
    bounds = pair_edges(rising, falling) if options.transition == "rising" else pair_edges(falling, rising)
    if not len(bounds):
        source.warn(f"{source.path}: bit {options.channel} has no whole interval; {source.name} is empty")
    yield LoadedItem(source.name, DigitalIntervalSeries.from_array(bounds))


def pair_edges(starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Pair each start with the end that follows; edges of one bit alternate, so only an outermost can be alone."""
    if starts.size:
        ends = ends[ends > starts[0]]
    return np.column_stack([starts[: ends.size], ends[: starts.size]])


def save(data: DigitalIntervalSeries, target: Destination, options: SaveWordOptions) -> dict[str, Any]:
    """Write a run of words from each start up to its end, which is the first word after the run."""
    edges = data.intervals.reshape(-1)
    check_edges(edges, target, options, "as runs, intervals must start at 1 or later and not touch each other")
    write_files([(target.path, array_writer(words_with_edges(edges, options)))])
    return asdict(options)


LOADER = Loader("digital_interval", ("uint16", "binary"), WordOptions, load, "Runs of one bit of 16-bit words.")
SAVER = Saver("digital_interval", ("uint16", "binary"), SaveWordOptions, save, "A run of words each.")
FORMATS = (LOADER, SAVER)
