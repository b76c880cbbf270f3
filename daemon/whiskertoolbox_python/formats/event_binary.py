"""Events as the edges of one bit in 16-bit words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from typing import Any

import numpy as np

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
from whiskertoolbox_python.types.events import DigitalEventSeries


def load(source: Source, options: WordOptions) -> Iterator[LoadedItem]:
    """Make an event at the first word after each change."""
    words = map_words(source.path, header_size=options.header_size, warn=source.warn)
    rising, falling = find_edges(words, options.channel, allocate=partial(allocate, source))
    edges = rising if options.transition == "rising" else falling
    if not edges.size:
        source.warn(f"{source.path}: bit {options.channel} has no {options.transition} edge; {source.name} is empty")
    yield LoadedItem(source.name, DigitalEventSeries.from_array(edges, copy=False))


def save(data: DigitalEventSeries, target: Destination, options: SaveWordOptions) -> dict[str, Any]:
    """Write a pulse of one word for each event."""
    edges = np.column_stack([data.times, data.times + 1]).reshape(-1)
    check_edges(edges, target, options, "as pulses, events must be at 1 or later and not next to each other")
    write_files([(target.path, array_writer(words_with_edges(edges, options)))])
    return asdict(options)


LOADER = Loader("digital_event", ("uint16", "binary"), WordOptions, load, "Edges of one bit of 16-bit words.")
SAVER = Saver("digital_event", ("uint16", "binary"), SaveWordOptions, save, "A pulse for each event.")
FORMATS = (LOADER, SAVER)
