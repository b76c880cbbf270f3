"""Clocks from 16-bit words: the edges of one bit, or one tick per word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Literal

from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats._binary import find_edges, map_words
from whiskertoolbox_python.formats._clock_options import ClockOptions, every_tick
from whiskertoolbox_python.formats._loader import LoadedItem, Loader, Source
from whiskertoolbox_python.formats._streaming import allocate
from whiskertoolbox_python.parameters import option, required


@dataclass(frozen=True, kw_only=True)
class EdgesOptions(ClockOptions):
    """Options of time uint16."""

    channel: int = required("bit of the word, from 0 to 15")
    transition: Literal["rising", "falling"] = required("the change that counts, rising or falling")
    header_size: int = option(0, "Bytes before the first word.")


@dataclass(frozen=True, kw_only=True)
class LengthOptions(ClockOptions):
    """Options of time uint16_length."""

    header_size: int = option(0, "Bytes before the first word.")


def load_edges(source: Source, options: EdgesOptions) -> Iterator[LoadedItem]:
    """Make a tick at the first word after each change."""
    words = map_words(source.path, header_size=options.header_size, warn=source.warn)
    rising, falling = find_edges(words, options.channel, allocate=partial(allocate, source))
    edges = rising if options.transition == "rising" else falling
    if not edges.size:
        raise LoadError(f"{source.path}: bit {options.channel} has no {options.transition} edge, so there are no ticks")
    yield LoadedItem(source.name, options.clock(source, edges))


def load_length(source: Source, options: LengthOptions) -> Iterator[LoadedItem]:
    """Make one tick per word, from 0."""
    words = map_words(source.path, header_size=options.header_size, warn=source.warn)
    yield LoadedItem(source.name, options.clock(source, every_tick(source, 0, words.size - 1)))


EDGES_LOADER = Loader("time", ("uint16",), EdgesOptions, load_edges, "A tick at each edge of one bit of 16-bit words.")
LENGTH_LOADER = Loader("time", ("uint16_length",), LengthOptions, load_length, "A tick per 16-bit word, from 0.")
FORMATS = (EDGES_LOADER, LENGTH_LOADER)
