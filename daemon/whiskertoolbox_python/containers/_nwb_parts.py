"""Time series of an NWB file: signals, points, images, annotations, intervals marked by signs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from whiskertoolbox_python.containers._contents import (
    Array,
    Channels,
    ChosenChannels,
    Events,
    Intervals,
    Part,
    Points,
    Samples,
    Stack,
    Table,
    Video,
)
from whiskertoolbox_python.containers._nwb_electrodes import channel_names, intracellular, rows_of
from whiskertoolbox_python.containers._nwb_file import FileOfNwb
from whiskertoolbox_python.containers._pose import positions
from whiskertoolbox_python.containers._tree import ArrayInFile, Node

_IN_METRES = ("meters", "metres", "m")


def series_parts(file: FileOfNwb, group: Node, children: dict[str, Node]) -> Iterator[Part]:
    """Yield the parts of a group with ``data`` or ``external_file``."""
    kind = str(group.attribute("neurodata_type", ""))
    external = children.get("external_file")
    if external is not None and external.shape and external.shape[0]:
        yield from _external(file, group, children, external)
        return
    data = children.get("data")
    if data is None or not data.is_array or not data.shape or not ({"timestamps", "starting_time"} & set(children)):
        return
    text = str(group.attribute("description", "")).replace("no description", "")
    count = data.shape[0]
    if data.dtype.kind in "SOU":
        clock = file.clock_of(group, children, count)
        yield Part(group.path, "digital_event", (count,), partial(_all, count), clock, "", text)
        return
    if kind == "IntervalSeries":
        yield from _signed_intervals(file, group, children, data, text)
        return
    if data.dtype.kind not in "iufb":
        file.warn(f"{file.path}: {group.path} holds {data.dtype}, which cannot be loaded; left out")
        return
    if _is_sideways(children, data):
        file.warn(
            f"{file.path}: {group.path} has shape {data.shape}, channels first, against NWB's order; it is turned"
        )
        yield from _signal(file, group, children, data, text, sideways=True)
        return
    clock = file.clock_of(group, children, count) if kind in _PLANAR else ""
    if kind in _PLANAR and data.shape[1:] == (2,):
        yield from _points(file, group, children, data, clock, text)
    elif kind in _PLANAR and data.shape[1:] == (3,):
        read = partial(_read_table, ArrayInFile.of(file.path, data), ("x", "y", "z"), *_scale(data))
        yield Part(group.path, "tensor", data.shape, read, clock, _unit(data), text)
        yield from _confidence(file, group, children, clock)
    elif len(data.shape) >= 3 and (kind in _IMAGES or len(data.shape) == 4):
        clock = file.clock_of(group, children, count)
        yield Part(group.path, "images", data.shape, partial(_stack, ArrayInFile.of(file.path, data)), clock, "", text)
    else:
        yield from _signal(file, group, children, data, text)


_PLANAR = ("SpatialSeries", "PoseEstimationSeries")
_IMAGES = ("ImageSeries", "TwoPhotonSeries", "OnePhotonSeries", "OpticalSeries", "ImageMaskSeries")


def _signal(
    file: FileOfNwb, group: Node, children: dict[str, Node], data: Node, text: str, *, sideways: bool = False
) -> Iterator[Part]:
    shape = data.shape[::-1] if sideways else data.shape
    clock = file.clock_of(group, children, shape[0])
    unit = _unit(data)
    conversion, offset = _scale(data)
    array = ArrayInFile.of(file.path, data)
    attributes = _attributes(group)
    if len(shape) == 1:
        (electrode,) = rows_of(file.electrodes, children, 1) or [intracellular(children)]
        attributes |= {"electrode": electrode} if electrode else {}
        read_one = partial(_read_signal, array, conversion, offset)
        yield Part(group.path, "analog", shape, read_one, clock, unit, text, attributes=attributes)
    elif len(shape) == 2:
        rows = rows_of(file.electrodes, children, shape[1])
        names = channel_names(rows, shape[1])
        own = tuple({"electrode": row} for row in rows)
        steps = children.get("channel_conversion")
        gains = np.full(shape[1], conversion) * (steps.values() if steps is not None else 1.0)
        raw = partial(_read_channels, array, names, gains, np.full(shape[1], offset), sideways)
        yield Part(
            group.path,
            "analog",
            shape,
            raw,
            clock,
            unit,
            text,
            names,
            attributes=attributes,
            channel_attributes=own,
        )
    else:
        columns = tuple(str(number) for number in range(int(np.prod(shape[1:]))))
        read_table = partial(_read_table, array, columns, conversion, offset)
        yield Part(group.path, "tensor", shape, read_table, clock, unit, text, attributes=attributes)


def _points(
    file: FileOfNwb, group: Node, children: dict[str, Node], data: Node, clock: str, text: str
) -> Iterator[Part]:
    confidence = children.get("confidence")
    read = partial(
        _read_points,
        ArrayInFile.of(file.path, data),
        *_scale(data),
        None if confidence is None else ArrayInFile.of(file.path, confidence),
        file.threshold,
    )
    yield Part(group.path, "points", data.shape, read, clock, _unit(data), text, attributes=_attributes(group))
    yield from _confidence(file, group, children, clock)


def _confidence(file: FileOfNwb, group: Node, children: dict[str, Node], clock: str) -> Iterator[Part]:
    confidence = children.get("confidence")
    if confidence is not None and len(confidence.shape) == 1:
        read = partial(_read_signal, ArrayInFile.of(file.path, confidence), 1.0, 0.0)
        text = str(confidence.attribute("definition", "") or "")
        yield Part(f"{group.path}_confidence", "analog", confidence.shape, read, clock, "", text)


def _external(file: FileOfNwb, group: Node, children: dict[str, Node], external: Node) -> Iterator[Part]:
    """Yield a part for each video file; the clock belongs to all frames of all files."""
    names = [Path(str(name)) for name in external.values().ravel()]
    firsts = external.attribute("starting_frame", [0] * len(names))
    stamps = children.get("timestamps")
    clock = file.clock_of(group, children, stamps.shape[0]) if stamps is not None else ""
    if stamps is None and "starting_time" in children:
        file.warn(
            f"{file.path}: {group.path} gives a rate but not how many frames its video has; put the video on a clock"
        )
    for number, name in enumerate(names):
        path = name if name.is_absolute() else file.path.parent / name
        if not path.is_file():
            file.warn(f"{file.path}: {group.path}: the video {path} does not exist; put it there, then load again")
        first = int(firsts[number]) if number < len(firsts) else 0
        label = group.path if len(names) == 1 else f"{group.path}/{number}"
        if first and len(names) > 1:
            file.warn(f"{file.path}: {label} starts at frame {first:,} of its series; its own frames count from 0")
        read = partial(Video, path)
        yield Part(label, "video", (-1,), read, clock if len(names) == 1 else "", attributes={"starting_frame": first})


def _signed_intervals(file: FileOfNwb, group: Node, children: dict[str, Node], data: Node, text: str) -> Iterator[Part]:
    """Yield intervals that positive numbers begin and negative ones end; each number is a kind of its own."""
    signs, clock = data.values().astype(np.int64), file.clock_of(group, children, data.shape[0])
    kinds = sorted(set(np.abs(signs[signs != 0]).tolist()))
    for kind in kinds or [1]:
        name = group.path if len(kinds) < 2 else f"{group.path}/{kind}"
        starts, ends = np.flatnonzero(signs == kind), np.flatnonzero(signs == -kind)
        if len(starts) != len(ends) or (ends < starts).any():
            count = min(len(starts), len(ends))
            file.warn(f"{file.path}: {name} has {len(starts)} starts and {len(ends)} ends; {count} pairs are read")
            starts, ends = starts[:count], ends[:count]
        bounds = np.column_stack([starts, ends]).astype(np.int64)
        yield Part(name, "digital_interval", bounds.shape, partial(Intervals, bounds), clock, "", text)


def _is_sideways(children: dict[str, Node], data: Node) -> bool:
    """Return whether the first axis is the channels: it fits the electrodes, the second fits the times."""
    if len(data.shape) != 2 or data.shape[0] == data.shape[1]:
        return False
    stamps, electrodes = children.get("timestamps"), children.get("electrodes")
    if stamps is not None:
        return bool(stamps.shape == (data.shape[1],))
    return electrodes is not None and electrodes.shape == (data.shape[0],)


def _scale(data: Node) -> tuple[float, float]:
    return float(data.attribute("conversion", 1.0)), float(data.attribute("offset", 0.0) or 0.0)


def _unit(data: Node) -> str:
    unit = str(data.attribute("unit", "") or "")
    return "" if unit in ("unknown", "a.u.", "n.a.") else "m" if unit in _IN_METRES else unit


def _attributes(group: Node) -> dict[str, Any]:
    kept = {}
    for name in ("comments", "neurodata_type"):
        value = group.attribute(name)
        if value not in (None, "", "no comments"):
            kept[name] = value
    frame = group.get("reference_frame")
    if frame is not None:
        kept["reference_frame"] = frame.scalar()
    return kept


def _all(count: int) -> Events:
    return Events(np.arange(count, dtype=np.int64))


@dataclass(frozen=True)
class ScaledRows:
    """An array in the unit of its series, of one or two axes, read when it is sliced."""

    array: ArrayInFile
    conversion: float
    offset: float

    @property
    def shape(self) -> tuple[int, ...]:
        """Rows, and where they have several numbers, how many."""
        sides = self.array.shape
        return sides if len(sides) == 1 else (sides[0], math.prod(sides[1:]))

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type in the file, if that is the unit."""
        return self.array.dtype if self._is_plain else np.dtype(np.float64)

    @property
    def _is_plain(self) -> bool:
        return self.conversion == 1 and self.offset == 0

    def __len__(self) -> int:
        return len(self.array)

    def __getitem__(self, rows: slice) -> Array:
        values = self.array[rows]
        values = values.reshape(len(values), *self.shape[1:])
        return values if self._is_plain else values * self.conversion + self.offset


def _read_signal(array: ArrayInFile, conversion: float, offset: float) -> Samples:
    return Samples(ScaledRows(array, conversion, offset))  # type: ignore[arg-type]  # sliced only


def _read_channels(
    array: ArrayInFile, names: tuple[str, ...], gains: Array, offsets: Array, sideways: bool
) -> Channels:
    every = np.arange(len(names), dtype=np.int64)
    raw = ChosenChannels(array, every, sideways=True) if sideways else array  # type: ignore[arg-type]  # sliced only
    return Channels(raw, names, gains, offsets)  # type: ignore[arg-type]  # sliced only


def _read_points(
    array: ArrayInFile, conversion: float, offset: float, confidence: ArrayInFile | None, threshold: float
) -> Points:
    xy = ScaledRows(array, conversion, offset)
    read = partial(positions, range(len(array)), xy, confidence, threshold)  # type: ignore[arg-type]  # sliced only
    return Points(len(array), read)


def _read_table(array: ArrayInFile, columns: tuple[str, ...], conversion: float, offset: float) -> Table:
    values = ScaledRows(array, conversion, offset)
    return Table(values, columns, range(len(values)))  # type: ignore[arg-type]  # sliced only


def _stack(array: ArrayInFile) -> Stack:
    return Stack(array)  # type: ignore[arg-type]  # sliced only
