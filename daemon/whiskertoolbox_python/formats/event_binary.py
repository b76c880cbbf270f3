"""Events from the edges of one bit in 16-bit words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from whiskertoolbox_python.formats._binary import find_edges, map_words
from whiskertoolbox_python.formats._loader import Loader, Source
from whiskertoolbox_python.parameters import option, required
from whiskertoolbox_python.types.events import DigitalEventSeries


@dataclass(frozen=True, kw_only=True)
class Options:
    """Options of event and interval uint16."""

    channel: int = required("bit of the word, from 0 to 15")
    transition: Literal["rising", "falling"] = required("the change that counts, rising or falling")
    header_size: int = option(0, "Bytes before the first word.")
    channel_count: int = option(1, "No effect.")


def load(source: Source, options: Options) -> Iterator[tuple[str, DigitalEventSeries]]:
    """Make an event at the first word after each change."""
    words = map_words(source.path, header_size=options.header_size, warn=source.warn)
    rising, falling = find_edges(words, options.channel)
    edges = rising if options.transition == "rising" else falling
    if not edges.size:
        source.warn(f"{source.path}: bit {options.channel} has no {options.transition} edge; {source.name} is empty")
    yield source.name, DigitalEventSeries.from_array(edges)


LOADER = Loader("digital_event", ("uint16", "binary"), Options, load, "Edges of one bit of 16-bit words.")
