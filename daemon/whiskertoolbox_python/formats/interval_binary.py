"""Intervals as the runs of one bit in 16-bit words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.order import Allocate, parts
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
from whiskertoolbox_python.formats._streaming import allocate
from whiskertoolbox_python.types.intervals import DigitalIntervalSeries


def load(source: Source, options: WordOptions) -> Iterator[LoadedItem]:
    """Make an interval from each edge to the next opposite one.

    The end is the first word after the run. A run that is on at the first word has no start and makes none; so does one
    that is still on at the last.
    """
    words = map_words(source.path, header_size=options.header_size, warn=source.warn)
    make = partial(allocate, source)
    rising, falling = find_edges(words, options.channel, allocate=make)
    starts, ends = (rising, falling) if options.transition == "rising" else (falling, rising)
    bounds = pair_edges(starts, ends, allocate=make)
    if not len(bounds):
        source.warn(f"{source.path}: bit {options.channel} has no whole interval; {source.name} is empty")
    yield LoadedItem(source.name, DigitalIntervalSeries.from_array(bounds, copy=False))


def pair_edges(
    starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64], *, allocate: Allocate = np.empty
) -> npt.NDArray[np.int64]:
    """Pair each start with the end that follows; edges of one bit alternate, so only an outermost can be alone."""
    if starts.size and ends.size and ends[0] < starts[0]:
        ends = ends[1:]
    bounds = allocate((min(len(starts), len(ends)), 2), np.int64)
    for part in parts(len(bounds)):
        bounds[part, 0], bounds[part, 1] = starts[part], ends[part]
    return bounds


def save(data: DigitalIntervalSeries, target: Destination, options: SaveWordOptions) -> dict[str, Any]:
    """Write a run of words from each start up to its end, which is the first word after the run."""
    edges = data.intervals.reshape(-1)
    check_edges(edges, target, options, "as runs, intervals must start at 1 or later and not touch each other")
    write_files([(target.path, array_writer(words_with_edges(edges, options)))])
    return asdict(options)


LOADER = Loader("digital_interval", ("uint16", "binary"), WordOptions, load, "Runs of one bit of 16-bit words.")
SAVER = Saver("digital_interval", ("uint16", "binary"), SaveWordOptions, save, "A run of words each.")
FORMATS = (LOADER, SAVER)
