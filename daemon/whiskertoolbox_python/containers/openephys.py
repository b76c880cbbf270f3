"""Open Ephys GUI, binary format: the folder with ``structure.oebin``, of GUI 0.4 to 1.0.

Times are the files' own: synchronised seconds where the GUI wrote them, else its sample numbers, gaps included. Lines
of digital inputs become intervals; one that is still high at the end lasts to the end.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from whiskertoolbox_python.arrays.order import is_ascending
from whiskertoolbox_python.arrays.order import parts as parts_of_rows
from whiskertoolbox_python.containers._contents import (
    Array,
    Channels,
    ChosenChannels,
    Clock,
    Contents,
    Int64Array,
    Intervals,
    Part,
)
from whiskertoolbox_python.containers._levels import intervals_of_changes
from whiskertoolbox_python.errors import LoadError

STRUCTURE = "structure.oebin"


def find(path: Path) -> list[Path]:
    """Return the recordings at or below a path: the folders with a ``structure.oebin``."""
    if path.name == STRUCTURE:
        return [path.parent]
    return sorted(found.parent for found in path.rglob(STRUCTURE)) if path.is_dir() else []


def read(path: Path, *, warn: Callable[[str], None]) -> Contents:
    """Read a recording, or all recordings below a folder; with several, names begin with the recording's path."""
    recordings = find(path)
    if not recordings:
        raise LoadError(f"{path}: there is no {STRUCTURE} at or below it")
    parts: list[Part] = []
    clocks: dict[str, Clock] = {}
    attributes: dict[str, Any] = {}
    for recording in recordings:
        prefix = "" if len(recordings) == 1 else f"{recording.relative_to(path).as_posix()}/"
        structure = _structure(recording)
        attributes.setdefault("gui_version", structure.get("GUI version", ""))
        rows_of: dict[str, Int64Array] = {}
        for stream in structure.get("continuous", []):
            name = _name(stream)
            folder = recording / "continuous" / name
            if not folder.is_dir():
                warn(f"{folder} is named in {STRUCTURE} but does not exist; left out")
                continue
            count, numbers, seconds = _times(folder, len(stream["channels"]), warn)
            rows_of[name] = numbers
            clock = f"{prefix}{name}"
            clocks[clock] = _clock(folder, numbers, seconds, float(stream["sample_rate"]), warn)
            parts += _channel_parts(prefix, name, folder, stream, count, clock)
        for stream in structure.get("events", []):
            parts += _line_parts(recording, prefix, stream, rows_of, warn)
    return Contents(tuple(parts), clocks, attributes)


def _structure(recording: Path) -> dict[str, Any]:
    path = recording / STRUCTURE
    try:
        structure = json.loads(path.read_text(encoding="utf-8-sig"))
        return structure if isinstance(structure, dict) else {}
    except (OSError, ValueError) as error:
        raise LoadError(f"{path} cannot be read: {error}") from None


def _name(stream: Mapping[str, Any]) -> str:
    """Return the name of a stream's folder, which is one in the recording."""
    name = str(stream["folder_name"]).strip("/\\")
    if ":" in name or not {"", ".", ".."}.isdisjoint(re.split(r"[/\\]", name)):
        raise LoadError(f"{STRUCTURE} names the folder {name!r}, which is not in the recording; correct it there")
    return name


def _times(folder: Path, channels: int, warn: Callable[[str], None]) -> tuple[int, Int64Array, Array | None]:
    """Return the number of whole samples, their numbers, and their times in seconds if the GUI wrote them."""
    data = folder / "continuous.dat"
    if not data.is_file():
        raise LoadError(f"{data} does not exist")
    count, rest = divmod(data.stat().st_size, 2 * channels)
    if rest:
        warn(f"{data}: the last {rest} bytes are not a whole sample of {channels} channels; left out")
    numbers, seconds = folder / "sample_numbers.npy", folder / "timestamps.npy"
    if numbers.is_file():
        found, times = _array(numbers), _array(seconds) if seconds.is_file() else None
    elif seconds.is_file():
        found, times = _array(seconds), None  # before GUI 0.6 the sample numbers have this name
    else:
        warn(f"{folder}: it has no sample numbers; samples are counted from 0")
        found, times = np.arange(count, dtype=np.int64), None
    if len(found) != count:
        shorter = min(len(found), count)
        warn(f"{folder}: {count:,} samples and {len(found):,} sample numbers; the first {shorter:,} are used")
        count = shorter
    if times is not None and (len(times) < count or times.dtype.kind != "f"):
        warn(f"{seconds}: {len(times):,} times for {count:,} samples; sample numbers are used instead")
        times = None
    return count, found[:count].astype(np.int64, copy=False), None if times is None else times[:count]


def _clock(folder: Path, numbers: Int64Array, seconds: Array | None, rate: float, warn: Callable[[str], None]) -> Clock:
    gaps, first = 0, 0
    for rows in parts_of_rows(len(numbers) - 1):
        found = np.flatnonzero(np.diff(numbers[rows.start : rows.stop + 1]) != 1)
        first = first if gaps or not len(found) else rows.start + int(found[0])
        gaps += len(found)
    if gaps:
        before, after = numbers[first : first + 2].tolist()
        warn(
            f"{folder}: the recording has {gaps} gaps, the first after sample {before:,} "
            f"({after - before - 1:,} samples); times are kept"
        )
    if seconds is not None and len(seconds) and is_ascending(seconds, distinct=True):
        return Clock.of_seconds(seconds.__getitem__, len(numbers), description="seconds as synchronised by Open Ephys")
    if seconds is not None and len(seconds):
        warn(
            f"{folder / 'timestamps.npy'} is not ascending, so the stream was not synchronised; sample numbers are used"
        )
    return Clock.of(numbers, rate, description="sample numbers")


def _channel_parts(
    prefix: str, name: str, folder: Path, stream: Mapping[str, Any], count: int, clock: str
) -> Iterator[Part]:
    """Yield a part per unit: headstage channels are in microvolts, ADC channels in volts."""
    channels = stream["channels"]
    units = [str(channel.get("units", "uV")) for channel in channels]
    for unit in dict.fromkeys(units):
        chosen = [place for place, own in enumerate(units) if own == unit]
        is_adc = unit == "V" and len(set(units)) > 1
        names = tuple(str(channels[place].get("channel_name", f"CH{place + 1}")) for place in chosen)
        gains = np.array([float(channels[place].get("bit_volts", 1.0)) for place in chosen])
        read = partial(_channels, folder / "continuous.dat", count, len(channels), chosen, names, gains)
        steps = tuple({"bit_volts": gain} for gain in gains.tolist())
        yield Part(
            f"{prefix}{name}{'_ADC' if is_adc else ''}",
            "analog",
            (count, len(chosen)),
            read,
            clock,
            "uV" if unit in ("uV", "µV") else unit,
            channels=names,
            attributes={"source_processor": str(stream.get("source_processor_name", ""))},
            channel_attributes=steps,
        )


def _channels(path: Path, count: int, width: int, chosen: list[int], names: tuple[str, ...], gains: Array) -> Channels:
    raw = np.memmap(path, "<i2", "r", shape=(count, width))
    own = ChosenChannels(raw, np.array(chosen, np.int64))
    return Channels(own, names, gains, np.zeros(len(gains)))  # type: ignore[arg-type]  # sliced only


def _line_parts(
    recording: Path,
    prefix: str,
    stream: Mapping[str, Any],
    rows_of: Mapping[str, Int64Array],
    warn: Callable[[str], None],
) -> Iterator[Part]:
    name = _name(stream)
    folder = recording / "events" / name
    states_file = next(
        (folder / file for file in ("states.npy", "channel_states.npy") if (folder / file).is_file()), None
    )
    if states_file is None:
        return  # messages
    states = _array(states_file).astype(np.int64)
    numbers_file = folder / "sample_numbers.npy"
    numbers = _array(numbers_file if numbers_file.is_file() else folder / "timestamps.npy").astype(np.int64)
    if len(numbers) != len(states):
        raise LoadError(f"{folder}: {len(states)} states and {len(numbers)} sample numbers")
    clock = name.rsplit("/", 1)[0]
    if clock not in rows_of:
        warn(f"{folder}: its stream {clock} has no continuous data, so its events have no clock; left out")
        return
    samples = rows_of[clock]
    for line in sorted(set(np.abs(states).tolist())):
        own = np.abs(states) == line
        read = partial(_line, numbers[own], states[own] > 0, samples, f"{folder}: line {line}", warn)
        label = f"{prefix}{clock}/TTL_{line}"
        yield Part(label, "digital_interval", (int((states == line).sum()), 2), read, f"{prefix}{clock}")


def _line(
    numbers: Int64Array, is_rising: Array, samples: Int64Array, label: str, warn: Callable[[str], None]
) -> Intervals:
    indices = np.searchsorted(samples, numbers)
    outside = (indices >= len(samples)) | (numbers < (samples[0] if len(samples) else 0))
    if outside.any():
        warn(f"{label}: {int(outside.sum())} changes lie outside the continuous data; counted at its ends")
    return Intervals(intervals_of_changes(indices, is_rising, len(samples), label=label, warn=warn))


def _array(path: Path) -> Array:
    try:
        array: Array = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise LoadError(f"{path} cannot be read: {error}") from None
    return array
