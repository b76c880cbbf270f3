"""Blackrock, Neuralynx, Plexon, TDT, Spike2 and Intan through neo, where it is right.

neo is used for what is in the files, never for joining pieces of a recording: every piece keeps the time it began at,
so pauses and gaps stay. Intan's auxiliary channels get the rate that they have, and its own sample numbers are read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from whiskertoolbox_python.containers._contents import (
    NANOSECONDS,
    Array,
    Channels,
    Clock,
    Contents,
    Events,
    Intervals,
    Part,
    to_ticks,
)
from whiskertoolbox_python.containers._packages import MissingPackageError, import_package
from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats.report import one_line_reason

_OLDEST = (0, 14, 6)
"""Before, the readers of Neuralynx and Blackrock could not be told what a gap is, nor Intan's its sample numbers."""
_HEADS = (
    (b"NEURALSG", "blackrock"),
    (b"NEURALCD", "blackrock"),
    (b"NEURALEV", "blackrock"),
    (b"BRSMPGRP", "blackrock"),
    (b"BREVENTS", "blackrock"),
    (b"######## Neuralynx", "neuralynx"),
    (b"PLEX", "plexon"),
    (b"\x02\x27\x91\xc6", "intan"),
    (b"\xac\x27\x91\xd6", "intan"),
)


@dataclass(frozen=True)
class _Reader:
    """How neo is asked for one format."""

    rawio: str
    arguments: Mapping[str, Any]
    argument: str = "filename"
    extra: str = "neo"


_READERS = {
    # A tolerance larger than a sample closes gaps and moves what follows; without any, a file with a gap is refused.
    "blackrock": _Reader("BlackrockRawIO", {"gap_tolerance_ms": 1.0}),
    "neuralynx": _Reader(
        "NeuralynxRawIO", {"gap_tolerance_ms": 0.0, "keep_original_times": False}, extra="neo[neuralynx]"
    ),
    "plexon": _Reader("PlexonRawIO", {}),
    "tdt": _Reader("TdtRawIO", {}, "dirname"),
    "spike2": _Reader("Spike2RawIO", {}),
    "ced": _Reader("CedRawIO", {}, extra="neo[ced]"),
    "intan": _Reader("IntanRawIO", {"ignore_integrity_checks": True}),
}

FORMATS = tuple(_READERS)
_BLOCK_OF_TDT = {".tsq", ".tbk"}


def recognise(start: bytes, path: Path) -> str | None:
    """Return which of these formats a file is in."""
    found = next((name for head, name in _HEADS if start.startswith(head)), None)
    if found is None and path.suffix.lower() == ".smr" and b"CED" in start[:32]:
        return "spike2"
    return "ced" if found is None and path.suffix.lower() == ".smrx" else found


def recognise_folder(path: Path) -> str | None:
    """Return which of these formats a folder is in."""
    suffixes = _suffixes(path)
    if suffixes >= _BLOCK_OF_TDT or any(_suffixes(one) >= _BLOCK_OF_TDT for one in path.iterdir() if one.is_dir()):
        return "tdt"  # a block, or a tank of blocks
    if ".ncs" in suffixes or (".nev" in suffixes and ".ncs" in suffixes):
        return "neuralynx"
    return "intan" if (path / "info.rhd").is_file() or (path / "info.rhs").is_file() else None


def _suffixes(folder: Path) -> set[str]:
    try:
        return {file.suffix.lower() for file in folder.iterdir() if file.is_file()}
    except OSError:  # a folder beside it that may not be looked into
        return set()


def read(path: Path, *, name: str, warn: Callable[[str], None]) -> Contents:
    """Read a recording of one of the formats."""
    rawio = _open(path, name)
    parts: list[Part] = []
    clocks: dict[str, Clock] = {}
    streams = rawio.header["signal_streams"]
    origin = _origin(rawio)
    for index, stream in enumerate(streams):
        parts += _signals(rawio, path, name, index, str(stream["name"]), origin, clocks, warn)
    parts += _spikes(rawio, origin, clocks)
    parts += _events(rawio, origin, clocks)
    return Contents(tuple(parts), clocks, {"start": origin})


def _open(path: Path, name: str) -> Any:
    reader = _READERS[name]
    module = import_package("neo.rawio", reader.extra, f"{name} recordings")
    if name == "neuralynx":
        import_package("dateutil", reader.extra, "neuralynx recordings")
    if name == "intan" and path.is_dir():
        path = next(file for file in (path / "info.rhd", path / "info.rhs") if file.is_file())
    if name == "tdt" and path.is_dir():  # neo takes a folder for a tank of blocks; a block is named by one of its files
        path = next((file for file in sorted(path.iterdir()) if file.suffix.lower() == ".tsq"), path)
    arguments = dict(reader.arguments)
    if name == "neuralynx":
        arguments["dirname"] = str(path if path.is_dir() else path.parent)
    else:
        arguments[reader.argument] = str(path)
    installed = metadata.version("neo")
    if tuple(int(number) for number in re.findall(r"\d+", installed)[:3]) < _OLDEST:
        wanted = f"{reader.extra}>={'.'.join(map(str, _OLDEST))}"
        raise MissingPackageError(f"{name} recordings", wanted, f"neo {installed} is too old")
    try:
        rawio = getattr(module, reader.rawio)(**arguments)
        rawio.parse_header()
    except Exception as error:  # a damaged file raises almost anything
        raise LoadError(f"{path} cannot be read as {name}: {one_line_reason(error)}") from None
    return rawio


def _origin(rawio: Any) -> float:
    """Return the start of the first piece, in the device's seconds; some count from 1970."""
    starts = [rawio.get_signal_t_start(0, 0, stream) for stream in range(len(rawio.header["signal_streams"]))]
    return min(starts) if starts and min(starts) > 1e8 else 0.0


@dataclass(frozen=True)
class PiecesOfNeo:
    """The pieces of a stream one after the other, of some of its channels, read when they are sliced."""

    rawio: Any
    stream: int
    sizes: tuple[int, ...]
    channels: int
    chosen: list[int] | None
    """None: all."""

    @property
    def shape(self) -> tuple[int, int]:
        """Samples and channels."""
        return sum(self.sizes), self.channels

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return 2

    def __len__(self) -> int:
        return sum(self.sizes)

    def __getitem__(self, key: slice) -> Array:
        start, stop, _ = key.indices(len(self))
        blocks, offset = [], 0
        for segment, size in enumerate(self.sizes):
            first, last = max(start - offset, 0), min(stop - offset, size)
            if first < last:
                blocks.append(
                    self.rawio.get_analogsignal_chunk(
                        0, segment, first, last, stream_index=self.stream, channel_indexes=self.chosen
                    )
                )
            offset += size
        return np.concatenate(blocks) if blocks else np.empty((0, self.channels))


def _signals(
    rawio: Any,
    path: Path,
    name: str,
    index: int,
    stream: str,
    origin: float,
    clocks: dict[str, Clock],
    warn: Callable[[str], None],
) -> Iterator[Part]:
    number = rawio.header["signal_streams"][index]["id"]
    channels = [channel for channel in rawio.header["signal_channels"] if channel["stream_id"] == number]
    segments = range(rawio.segment_count(0))
    sizes = tuple(int(rawio.get_signal_size(0, segment, index)) for segment in segments)
    starts = [float(rawio.get_signal_t_start(0, segment, index)) - origin for segment in segments]
    rate = float(rawio.get_signal_sampling_rate(index))
    if name == "intan":
        clocks[stream] = _intan_clock(rawio, sizes[0], rate, f"{path}: {stream}", warn)
    else:
        lengths, begins = _pieces_of_tdt(rawio, number, sizes, rate, origin) if name == "tdt" else (sizes, starts)
        clocks[stream] = _clock_of_pieces(lengths, begins, rate, f"{path}: {stream}", warn)
    units = [str(channel["units"]) for channel in channels]
    for unit in dict.fromkeys(units):
        places = [place for place, own in enumerate(units) if own == unit]
        is_whole = len(places) == len(units)
        own = [channels[place] for place in places]
        names = tuple(str(channel["name"]) for channel in own)
        pieces = PiecesOfNeo(rawio, index, sizes, len(places), None if is_whole else places)
        gains = np.array([float(channel["gain"]) for channel in own])
        offsets = np.array([float(channel["offset"]) for channel in own])
        read_stream = partial(Channels, pieces, names, gains, offsets)  # type: ignore[arg-type]  # sliced only
        label = stream if is_whole else f"{stream} in {unit or 'no unit'}"
        yield Part(label, "analog", pieces.shape, read_stream, stream, unit, channels=names)


def _clock_of_pieces(
    sizes: tuple[int, ...], starts: list[float], rate: float, label: str, warn: Callable[[str], None]
) -> Clock:
    if len(sizes) == 1:
        return Clock.regular(sizes[0], rate, start=starts[0])
    pauses = ", ".join(f"{start:.6g} s" for start in starts[1:4])
    warn(f"{label} has {len(sizes)} pieces, which go on at {pauses}; times are kept")
    return Clock.of_seconds(partial(_seconds_of_pieces, sizes, starts, rate), sum(sizes))


def _pieces_of_tdt(
    rawio: Any, number: str, sizes: tuple[int, ...], rate: float, origin: float
) -> tuple[tuple[int, ...], list[float]]:
    """Return the samples and the start of each piece of a stream, by the index of the file.

    The index has the time of every block of samples. neo takes the first of each segment and joins the others, so what
    comes behind a pause would be early.
    """
    channel = next(i for i, one in enumerate(rawio.header["signal_channels"]) if one["stream_id"] == number)
    lengths: list[int] = []
    begins: list[float] = []
    for segment, size in enumerate(sizes):
        times = rawio._sigs_index[segment][channel]["timestamp"] - rawio._global_t_start - origin
        if not len(times):
            continue
        per_block = size // len(times)
        firsts = [0, *(np.flatnonzero(np.diff(times) > (per_block + 1) / rate) + 1).tolist()]
        lengths += (np.diff([*firsts, len(times)]) * per_block).tolist()
        begins += times[firsts].tolist()
    return (tuple(lengths), begins) if lengths else ((0,), [0.0])


def _seconds_of_pieces(sizes: tuple[int, ...], starts: list[float], rate: float, rows: slice) -> Array:
    """Return the times of some of the samples of all pieces."""
    samples = np.arange(rows.start, rows.stop, dtype=np.int64)
    ends = np.cumsum(sizes)
    piece = ends.searchsorted(samples, "right")
    return np.asarray(starts)[piece] + (samples - (ends - sizes)[piece]) / rate


def _intan_clock(rawio: Any, size: int, rate: float, label: str, warn: Callable[[str], None]) -> Clock:
    """Return the clock of a stream by the sample numbers of the amplifier, which are in the file and neo leaves out.

    They begin where the file does in its recording, before 0 with a pre-trigger, and jump where it paused. With a file
    per channel or per type of signal the auxiliary channels have a value for each of them, four of the same after each
    other, and neo gives them a quarter of the rate all the same.
    """
    numbers = rawio.get_intan_timestamps()
    step, rest = divmod(len(numbers), size) if size else (1, 0)
    if rest or not len(numbers):
        warn(f"{label}: {size:,} values for {len(numbers):,} sample numbers, so its times are counted from 0")
        return Clock.regular(size, rate)
    amplifier = max(
        float(rawio.get_signal_sampling_rate(stream)) for stream in range(len(rawio.header["signal_streams"]))
    )
    jumps = np.flatnonzero(np.diff(numbers) != 1)
    if not len(jumps):
        return Clock.regular(size, amplifier / step, start=float(numbers[0]) / amplifier)
    before, after = numbers[jumps[0] : jumps[0] + 2].tolist()
    warn(f"{label}: the sample numbers jump {len(jumps)} times, the first from {before:,} to {after:,}; times are kept")
    return Clock.of(numbers[::step], amplifier)


def _spikes(rawio: Any, origin: float, clocks: dict[str, Clock]) -> Iterator[Part]:
    found = []
    for index, channel in enumerate(rawio.header["spike_channels"]):
        seconds = [
            rawio.rescale_spike_timestamp(rawio.get_spike_timestamps(0, segment, index), "float64") - origin
            for segment in range(rawio.segment_count(0))
        ]
        found.append((str(channel["name"]), np.concatenate(seconds)))
    if not found:
        return
    ticks = np.unique(to_ticks(np.concatenate([one for _, one in found]), NANOSECONDS))
    clocks["spikes"] = Clock.of(ticks, NANOSECONDS)
    for name, one in found:
        indices = np.searchsorted(ticks, to_ticks(one, NANOSECONDS))
        yield Part(f"spikes/{name}", "digital_event", (len(one),), partial(Events, indices), "spikes")


def _events(rawio: Any, origin: float, clocks: dict[str, Clock]) -> Iterator[Part]:
    for index, channel in enumerate(rawio.header["event_channels"]):
        name = f"events/{channel['name']}"
        starts, lengths, labels = [], [], []
        for segment in range(rawio.segment_count(0)):
            stamps, durations, texts = rawio.get_event_timestamps(0, segment, index)
            starts.append(rawio.rescale_event_timestamp(stamps, "float64", index) - origin)
            if durations is not None:
                lengths.append(rawio.rescale_epoch_duration(durations, "float64", index))
            labels += [str(text) for text in texts]
        times = np.concatenate(starts) if starts else np.empty(0)
        if not len(times):
            continue
        if lengths:
            bounds = np.column_stack([times, times + np.concatenate(lengths)])
            ticks, indices = np.unique(to_ticks(bounds, NANOSECONDS), return_inverse=True)
            clocks[name] = Clock.of(ticks, NANOSECONDS)
            read_epochs = partial(Intervals, indices.reshape(bounds.shape).astype(np.int64))
            yield Part(name, "digital_interval", bounds.shape, read_epochs, name)
            continue
        ticks, indices = np.unique(to_ticks(times, NANOSECONDS), return_inverse=True)
        clocks[name] = Clock.of(ticks, NANOSECONDS)
        for label in dict.fromkeys(labels):
            own = np.array([one == label for one in labels])
            text = f"{name}/{label}" if len(set(labels)) > 1 else name
            yield Part(text, "digital_event", (int(own.sum()),), partial(Events, indices[own]), name)
