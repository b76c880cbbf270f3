"""Intervals from one bit in 16-bit words."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.formats._binary import find_edges, map_words
from whiskertoolbox_python.formats._loader import Loader, Source
from whiskertoolbox_python.formats.event_binary import Options
from whiskertoolbox_python.types.intervals import DigitalIntervalSeries


def load(source: Source, options: Options) -> Iterator[tuple[str, DigitalIntervalSeries]]:
    """Make an interval from each edge to the next opposite one.

    The end is the first word after the run. A run that is on at the first word has no start and makes none; so does one
    that is still on at the last.
    """
    words = map_words(source.path, header_size=options.header_size, warn=source.warn)
    rising, falling = find_edges(words, options.channel)
    bounds = pair_edges(rising, falling) if options.transition == "rising" else pair_edges(falling, rising)
    if not len(bounds):
        source.warn(f"{source.path}: bit {options.channel} has no whole interval; {source.name} is empty")
    yield source.name, DigitalIntervalSeries.from_array(bounds)


def pair_edges(starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Pair each start with the end that follows; edges of one bit alternate, so only an outermost can be alone."""
    if starts.size:
        ends = ends[ends > starts[0]]
    return np.column_stack([starts[: ends.size], ends[: starts.size]])


LOADER = Loader("digital_interval", ("uint16", "binary"), Options, load, "Runs of one bit of 16-bit words.")
