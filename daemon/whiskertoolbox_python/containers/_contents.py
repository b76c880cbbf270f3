"""What a file of the field holds: parts that each become a key, and the clocks they are on.

A reader turns a path into `Contents` without reading the data; a part's ``read`` reads it. Values are plain arrays, so
a reader can be used and tested without a DataManager.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.types.attributes import plain

Array: TypeAlias = npt.NDArray[Any]
Int64Array: TypeAlias = npt.NDArray[np.int64]

Allocate: TypeAlias = Callable[..., Array]
"""Makes an array of a shape and dtype, one of so many `alike`: inside the session if they are large together."""

Kind = Literal["analog", "digital_event", "digital_interval", "points", "line", "mask", "tensor", "video", "images"]
"""The word for the data type in a load config."""

_TICKS = 2.0**63
SORTED_UNIT = "sorted_unit"
"""Attribute of events that are the spikes of one unit: true."""
OBSERVED = "obs_intervals"
"""Attribute of a unit: the intervals in which it was observed, in the seconds of its file."""
COLUMNS = "columns"
"""Attribute of intervals: the other columns of the table that they were, beside its start_time and stop_time."""
_TIME_TOLERANCE = 1e-6
NANOSECONDS = 1e9
"""Ticks per second of a clock made from times in seconds that are not evenly spaced."""


def in_memory(shape: tuple[int, ...], dtype: npt.DTypeLike, *, alike: int = 1) -> Array:
    """Make an array where there is no session, as `Allocate` says."""
    del alike
    return np.empty(shape, dtype)


@dataclass(frozen=True)
class Sliced:
    """An array that is computed, some rows at a time, when it is sliced."""

    read: Callable[[slice], Array]
    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: slice) -> Array:
        start, stop, _ = rows.indices(len(self))
        return self.read(slice(start, stop))

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> Array:
        return np.asarray(self[:], dtype)


@dataclass(frozen=True)
class Clock:
    """Ticks of the indices of some parts, int64, and how many of them make a second (None: unknown)."""

    ticks_of: Callable[[slice], Int64Array]
    """Reads the ticks of some indices."""
    size: int
    ticks_per_second: float | None = None
    description: str = ""

    @classmethod
    def regular(cls, size: int, rate: float | None, *, start: float = 0.0, description: str = "") -> Clock:
        """Make the clock of evenly spaced samples; `start` is the time of the first in seconds.

        Where the start lies between two samples, ticks are nanoseconds, so that no time is moved.
        """
        first = start * rate if rate else start
        if rate is None or abs(first - round(first)) < 1e-3:
            return cls(partial(_counted, round(first)), size, rate, description)
        return cls.of_seconds(lambda rows: start + _counted(0, rows) / rate, size, description=description)

    @classmethod
    def of(cls, ticks: npt.ArrayLike, rate: float | None, *, description: str = "") -> Clock:
        """Make a clock of given ticks."""
        array = np.asarray(ticks).astype(np.int64, copy=False)
        return cls(array.__getitem__, len(array), rate, description)

    @classmethod
    def of_seconds(cls, read: Callable[[slice], Array], size: int, *, description: str = "") -> Clock:
        """Make a clock of times in seconds, some of which are read when they are needed; ticks are nanoseconds."""
        return cls(lambda rows: to_ticks(read(rows), NANOSECONDS, rows.start), size, NANOSECONDS, description)

    def ticks(self) -> Int64Array:
        """Return all ticks."""
        return self.ticks_of(slice(0, self.size))


def _counted(first: int, rows: slice) -> Int64Array:
    return np.arange(first + rows.start, first + rows.stop, dtype=np.int64)


def indices_at(indices: Int64Array | range, rows: slice) -> Int64Array:
    """Return some of the indices as an array."""
    part = indices[rows]
    return np.arange(part.start, part.stop, dtype=np.int64) if isinstance(part, range) else part


def to_ticks(seconds: npt.ArrayLike, ticks_per_second: float, before: int = 0) -> Int64Array:
    """Return times in seconds as ticks, rounded to the nearest; so many others are before them in the file.

    Raises
    ------
    LoadError
        When one is not a number, or too large for a tick: then the times count something smaller than seconds.
    """
    ticks = np.rint(np.asarray(seconds, np.float64) * ticks_per_second)
    bad = ~(np.abs(ticks) < _TICKS)
    if bad.any():
        first = int(np.argmax(bad))
        value = np.ravel(seconds)[first]
        raise LoadError(
            f"{int(bad.sum()):,} of {bad.size:,} times are not seconds, the first is value {before + first}, {value}"
        )
    return ticks.astype(np.int64)


def imported_columns(
    label: str, columns: Mapping[str, Any], bounds: npt.NDArray[np.float64], warn: Callable[[str], None]
) -> dict[str, list[Any]]:
    """Return the columns (as of `COLUMNS`) that intervals were imported with; none if they have changed since."""
    others = {name: plain(values) for name, values in columns.items() if name not in ("start_time", "stop_time")}
    if not others:
        return {}
    imported = np.column_stack([columns["start_time"], columns["stop_time"]])
    if imported.shape != bounds.shape or not np.allclose(imported, bounds, rtol=0, atol=_TIME_TOLERANCE):
        warn(f"{label} has other intervals than the table it comes from; its columns {', '.join(others)} are left out")
        return {}
    return others


@dataclass(frozen=True)
class Samples:
    """An analog signal: a value per index, or at the given indices."""

    values: Array
    """(n,), any number type, often read when it is sliced"""
    indices: Int64Array | range | None = None
    """(n,); None when they are 0 to n - 1"""


@dataclass(frozen=True)
class Channels:
    """Interleaved analog signals; a value is ``raw * gain + offset`` in the part's unit."""

    raw: Array
    """(n, k), often mapped from a file"""
    names: tuple[str, ...]
    gains: npt.NDArray[np.float64]
    """(k,)"""
    offsets: npt.NDArray[np.float64]
    """(k,)"""


@dataclass(frozen=True)
class ChosenChannels:
    """Some columns of interleaved signals, or of signals one after the other, taken when it is sliced."""

    array: Array
    """(n, channels), or (channels, n) if it is sideways"""
    chosen: Int64Array
    sideways: bool = False

    @property
    def shape(self) -> tuple[int, int]:
        """Samples and channels."""
        return self.array.shape[int(self.sideways)], len(self.chosen)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: slice) -> Array:
        block = self.array[:, rows].T if self.sideways else self.array[rows]
        return block[:, self.chosen]


@dataclass(frozen=True)
class Events:
    """Indices of events, in any order."""

    indices: Int64Array
    """(n,), often read when it is sliced"""


@dataclass(frozen=True)
class Intervals:
    """First and last index of each interval, both inclusive."""

    bounds: Int64Array
    """(n, 2)"""


@dataclass(frozen=True)
class Points:
    """A point for each of the rows that have a position, at most one per frame."""

    count: int
    """Of the rows."""
    read: Callable[[slice], tuple[Int64Array, Array]]
    """Reads frame and position, (n, 2), of those of some rows that have one."""
    image_size: tuple[int, int] | None = None
    """Width and height."""

    @property
    def frames(self) -> Int64Array:
        """All frames with a point."""
        return self.read(slice(0, self.count))[0]

    @property
    def xy(self) -> Array:
        """All points, (n, 2)."""
        return self.read(slice(0, self.count))[1]


@dataclass(frozen=True)
class Ragged:
    """Lines or masks: entry i has the points ``offsets[i]`` to ``offsets[i + 1]``."""

    frames: Int64Array
    offsets: Int64Array
    points: Array
    """(n, 2), x and y, often read when it is sliced"""
    image_size: tuple[int, int] | None = None


@dataclass(frozen=True)
class Table:
    """Rows of numbers; `indices` when the rows belong to times."""

    values: Array
    """(rows, columns) or more axes, often read when it is sliced"""
    columns: tuple[str, ...] = ()
    indices: Int64Array | range | None = None


@dataclass(frozen=True)
class Video:
    """A video file outside the file that names it."""

    path: Path


@dataclass(frozen=True)
class Stack:
    """Images, one after the other."""

    frames: Array
    """(n, height, width) or (n, height, width, 3)"""


Values: TypeAlias = Samples | Channels | Events | Intervals | Points | Ragged | Table | Video | Stack


@dataclass(frozen=True)
class Part:
    """One thing in a file that becomes one key."""

    name: str
    """Unique in the file, such as ``acquisition/lfp``."""
    kind: Kind
    shape: tuple[int, ...]
    """Of the data in the file; -1 where it is known only after reading."""
    read: Callable[[], Values]
    clock: str = ""
    """Name of one of the file's clocks; "" when the file has no time for it."""
    unit: str = ""
    description: str = ""
    channels: tuple[str, ...] = ()
    """Names of interleaved signals, which become a key each."""
    group: str = ""
    """Name of the group of entities that its entries are members of."""
    selected: bool = True
    """Whether it is loaded unless the user says otherwise."""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    """What the file says of it, which its keys keep beside unit and description."""
    channel_attributes: tuple[Mapping[str, Any], ...] = ()
    """What it says of each channel, if it says anything."""


@dataclass(frozen=True)
class Contents:
    """What a file holds."""

    parts: tuple[Part, ...]
    clocks: Mapping[str, Clock] = field(default_factory=dict)
    attributes: Mapping[str, Any] = field(default_factory=dict)
    """What the file says of the whole recording: subject, scorer, device."""

    def __getitem__(self, name: str) -> Part:
        """Return a part by its name."""
        for part in self.parts:
            if part.name == name:
                return part
        raise KeyError(name)
