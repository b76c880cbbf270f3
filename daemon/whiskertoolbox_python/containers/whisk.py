"""Janelia's whisker tracker: ``.whiskers`` (a line per segment) and ``.measurements`` (what they are, and which).

A segment's number says nothing about which whisker it is, and its points run in image order, not from the follicle.
Where the measurements of a video stand beside its whiskers (same name), they give both: identity by ``state`` after
`classify`, and the follicle from the side of the face. Without them give `face`.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.containers._contents import (
    Allocate,
    Array,
    Clock,
    Contents,
    Int64Array,
    Part,
    Ragged,
    Samples,
    Sliced,
    in_memory,
)
from whiskertoolbox_python.containers._pose import FRAMES
from whiskertoolbox_python.errors import LoadError

Face = Literal["auto", "left", "right", "top", "bottom"]

_WHISKERS_MAGIC = b"bwhiskbin1\0"
_MEASUREMENTS_MAGIC = b"measv3\0"
_SEGMENT = struct.Struct("<iii")
_COUNTS = struct.Struct("<ii")
_MEASURED = (
    ("length", "px"),
    ("score", ""),
    ("angle", "degrees"),
    ("curvature", "1/px"),
    ("follicle_x", "px"),
    ("follicle_y", "px"),
    ("tip_x", "px"),
    ("tip_y", "px"),
)


def recognises_whiskers(start: bytes) -> bool:
    """Return whether a file begins as ``.whiskers`` do."""
    return start.startswith(_WHISKERS_MAGIC)


def recognises_measurements(start: bytes) -> bool:
    """Return whether a file begins as ``.measurements`` do."""
    return start.startswith(_MEASUREMENTS_MAGIC)


@dataclass(frozen=True)
class Segments:
    """The segments of a ``.whiskers`` file: points of entry i are ``offsets[i]`` to ``offsets[i + 1]``."""

    frames: Int64Array
    numbers: Int64Array
    """Of the segments of a frame, counted in each frame from the start; no identity."""
    offsets: Int64Array
    columns: npt.NDArray[np.float32]
    """(points, 4): x, y, thickness, score"""


@dataclass(frozen=True)
class Measurements:
    """The rows of a ``.measurements`` file, in the order of their frames."""

    frames: Int64Array
    numbers: Int64Array
    states: Int64Array
    """Identity after `classify` (-1: none); all 0 before."""
    face: npt.NDArray[np.float64]
    """(n, 2), where the face is"""
    axis: Array
    """(n,), b"x" or b"y": the axis along the face"""
    values: npt.NDArray[np.float64]
    """(n, 8): length, score, angle, curvature, follicle x and y, tip x and y"""

    @property
    def classified(self) -> bool:
        """Whether the whiskers have been told apart."""
        return bool(len(self.states)) and bool((self.states != 0).any())


def read_whiskers(
    path: Path, *, face: Face = "auto", warn: Callable[[str], None], allocate: Allocate = in_memory
) -> Contents:
    """Read the lines of a ``.whiskers`` file, one part per whisker where measurements tell them apart.

    Parameters
    ----------
    path : Path
    face : {"auto", "left", "right", "top", "bottom"}
        Side of the image where the face is; lines then run from the follicle to the tip. "auto": as the measurements
        beside the file say; without them lines stay in image order, with a warning.
    warn : callable
    allocate : callable
        Makes the points of all lines.
    """
    segments = read_segments(path, allocate)
    beside = path.with_suffix(".measurements")
    measurements = read_measured(beside) if beside.is_file() else None
    states = np.full(len(segments.frames), -1, np.int64)
    rows = np.full(len(segments.frames), -1, np.int64)
    if measurements is not None:
        rows = _rows_of(segments, measurements)
        unmeasured = int((rows < 0).sum())
        if unmeasured:
            warn(f"{path}: {unmeasured} of {len(rows)} segments are not in {beside.name}")
        if measurements.classified:
            states = np.where(rows >= 0, measurements.states[rows], -1)
    _turn_to_follicle(path, segments, face, measurements, rows, warn)
    parts = []
    for state in np.unique(states).tolist():
        chosen = np.flatnonzero(states == state)
        name = f"whisker_{state}" if state >= 0 else "unclassified" if (states >= 0).any() else "whiskers"
        group = f"whisker {state}" if state >= 0 else ""
        read = partial(_lines, segments, chosen)
        parts.append(Part(name, "line", (len(chosen), -1, 2), read, FRAMES, "px", group=group))
    length = int(segments.frames.max()) + 1 if len(segments.frames) else 0
    return Contents(tuple(parts), {FRAMES: Clock.regular(length, None, description="video frames")})


def read_measurements(path: Path, *, face: Face = "auto", warn: Callable[[str], None]) -> Contents:
    """Read the measurements of each whisker as signals; follicle and tip are told apart by the face.

    Unclassified rows (several per frame, without identity) make no signal: `classify` the file first.
    """
    rows = read_measured(path)
    if not rows.classified:
        counts = np.unique(rows.frames, return_counts=True)[1]
        if len(counts) and counts.max() > 1:
            raise LoadError(
                f"{path}: whiskers are not identified (every state is 0) and a frame has up to {counts.max()}; run "
                "classify first"
            )
    values = _with_true_follicle(path, rows, face, warn)
    parts = []
    for state in np.unique(rows.states[rows.states >= 0]).tolist():
        chosen = np.flatnonzero(rows.states == state)
        frames, first = np.unique(rows.frames[chosen], return_index=True)
        if len(frames) < len(chosen):
            warn(
                f"{path}: whisker {state} comes again in its frame {len(chosen) - len(frames)} times; the first is used"
            )
        chosen = chosen[first]
        for column, (name, unit) in enumerate(_MEASURED):
            read = partial(Samples, values[chosen, column], frames)
            parts.append(Part(f"whisker_{state}_{name}", "analog", (len(frames),), read, FRAMES, unit))
    length = int(rows.frames.max()) + 1 if len(rows.frames) else 0
    return Contents(tuple(parts), {FRAMES: Clock.regular(length, None, description="video frames")})


def read_segments(path: Path, allocate: Allocate = in_memory) -> Segments:
    """Read a ``.whiskers`` file."""
    with path.open("rb") as file:
        try:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError:  # an empty file cannot be mapped
            data = None
    if data is None:
        raise LoadError(f"{path} is not a .whiskers file: it is empty")
    with data:
        return _segments_in(path, data, allocate)


def _segments_in(path: Path, data: mmap.mmap, allocate: Allocate) -> Segments:
    head = len(_WHISKERS_MAGIC) + 1
    if not recognises_whiskers(data[:head]) or len(data) < head + 4:
        raise LoadError(f"{path} is not a .whiskers file: it does not begin with {_WHISKERS_MAGIC[:-1].decode()}")
    (count,) = struct.unpack_from("<i", data, len(data) - 4)  # the number of segments stands last
    if count < 0 or count * _SEGMENT.size > len(data):
        raise LoadError(f"{path} is damaged: it cannot have {count} segments")
    columns: npt.NDArray[np.float32] = allocate(((len(data) - head - 4 - count * _SEGMENT.size) // 16, 4), np.float32)
    frames, numbers = (np.empty(count, np.int64) for _ in range(2))
    offsets = np.zeros(count + 1, np.int64)
    place = head
    for segment in range(count):
        if place + _SEGMENT.size > len(data) - 4:
            raise LoadError(f"{path} is cut off: it has {segment} of {count} segments")
        number, frame, length = _SEGMENT.unpack_from(data, place)
        place += _SEGMENT.size
        if length < 0 or place + 16 * length > len(data) - 4 or offsets[segment] + length > len(columns):
            raise LoadError(f"{path} is damaged or cut off at segment {segment} of {count} (byte {place})")
        start, end = int(offsets[segment]), int(offsets[segment]) + length
        columns[start:end] = np.frombuffer(data[place : place + 16 * length], "<f4").reshape(4, length).T
        place += 16 * length
        frames[segment], numbers[segment], offsets[segment + 1] = frame, number, end
    if place != len(data) - 4:
        raise LoadError(f"{path} is damaged: {len(data) - 4 - place} bytes follow the last of {count} segments")
    return Segments(frames, numbers, offsets, columns)


def read_measured(path: Path) -> Measurements:
    """Read a ``.measurements`` file (version 3); its last row comes first in the file."""
    data = path.read_bytes()
    head = len(_MEASUREMENTS_MAGIC) + 1
    if not recognises_measurements(data) or len(data) < head + _COUNTS.size:
        raise LoadError(f"{path} is not a .measurements file of version 3: it does not begin with measv3")
    rows, measures = _COUNTS.unpack_from(data, head)
    kind = np.dtype(
        [
            *((name, "<i4") for name in ("row", "fid", "wid", "state", "face_x", "face_y")),
            *((name, "<i4") for name in ("follicle_x_column", "follicle_y_column", "valid_velocity", "n")),
            ("axis", "S1"),
            ("data", "<f8", (max(measures, 0),)),
            ("velocity", "<f8", (max(measures, 0),)),
        ]
    )
    if measures < 8 or rows < 0 or len(data) - head - _COUNTS.size != rows * kind.itemsize:
        raise LoadError(
            f"{path} is damaged or cut off: {rows} rows of {measures} measures do not fit {len(data)} bytes"
        )
    table = np.frombuffer(data, kind, rows, head + _COUNTS.size)
    table = table[np.lexsort((table["wid"], table["fid"]))]
    return Measurements(
        table["fid"].astype(np.int64),
        table["wid"].astype(np.int64),
        table["state"].astype(np.int64),
        np.column_stack([table["face_x"], table["face_y"]]).astype(np.float64),
        table["axis"],
        table["data"][:, :8].astype(np.float64),
    )


def _rows_of(segments: Segments, measurements: Measurements) -> Int64Array:
    """Return the row of each segment, -1 where there is none."""
    place_of = {
        key: row
        for row, key in enumerate(zip(measurements.frames.tolist(), measurements.numbers.tolist(), strict=True))
    }
    keys = zip(segments.frames.tolist(), segments.numbers.tolist(), strict=True)
    return np.array([place_of.get(key, -1) for key in keys], np.int64)


def _turn_to_follicle(
    path: Path,
    segments: Segments,
    face: Face,
    measurements: Measurements | None,
    rows: Int64Array,
    warn: Callable[[str], None],
) -> None:
    """Turn the lines that run from the tip, in place."""
    starts, ends = segments.offsets[:-1], segments.offsets[1:]
    whole = ends > starts
    first = segments.columns[np.where(whole, starts, 0), :2] if len(segments.columns) else np.empty((len(starts), 2))
    last = segments.columns[np.where(whole, ends - 1, 0), :2] if len(segments.columns) else np.empty((len(starts), 2))
    if face != "auto":
        turned = _is_nearer(last, first, face)
    elif measurements is not None and len(measurements.frames):
        values = _with_true_follicle(path, measurements, face, warn)
        follicle = values[rows][:, 4:6]
        turned = (np.hypot(*(last - follicle).T) < np.hypot(*(first - follicle).T)) & (rows >= 0)
    else:
        warn(
            f"{path}: the side of the face is unknown, so lines stay in image order; give face, or put the "
            ".measurements beside it"
        )
        return
    for place in np.flatnonzero(turned & whole).tolist():
        line = segments.columns[starts[place] : ends[place]]
        line[:] = line[::-1].copy()


def _is_nearer(points: Array, others: Array, face: Face) -> npt.NDArray[np.bool_]:
    """Return where a point is nearer to a side of the image than another."""
    axis = 0 if face in ("left", "right") else 1
    difference = points[:, axis] - others[:, axis]
    nearer: npt.NDArray[np.bool_] = difference < 0 if face in ("left", "top") else difference > 0
    return nearer


def _with_true_follicle(path: Path, rows: Measurements, face: Face, warn: Callable[[str], None]) -> Array:
    """Return the values with follicle and tip exchanged where they are the wrong way round.

    Files made with the hint ``right`` or ``bottom`` may have them so; after `classify` the face's place is right, and
    then the tip is nearer to it than the follicle.
    """
    values: Array = rows.values.copy()
    follicle, tip = values[:, 4:6], values[:, 6:8]
    if face != "auto":
        wrong = _is_nearer(tip, follicle, face)
    else:
        wrong = np.hypot(*(tip - rows.face).T) < np.hypot(*(follicle - rows.face).T)
        # A single whisker may curl back to the face; only most of them say that the file is the wrong way round.
        wrong = np.full(len(wrong), len(wrong) > 0 and bool(wrong.mean() > 0.5))
    if wrong.any():
        warn(
            f"{path}: follicle and tip are swapped in {int(wrong.sum())} of {len(wrong)} rows, by the side of the "
            "face; angle and curvature stay as they were measured"
        )
        values[wrong, 4:6], values[wrong, 6:8] = rows.values[wrong, 6:8], rows.values[wrong, 4:6]
    return values


def _lines(segments: Segments, chosen: Int64Array) -> Ragged:
    lengths = np.diff(segments.offsets)[chosen]
    starts = segments.offsets[:-1][chosen]
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)

    def points(rows: slice) -> Array:
        first = int(offsets.searchsorted(rows.start, "right")) - 1
        last = int(offsets.searchsorted(rows.stop))
        counts = np.diff(offsets[first : last + 1].clip(rows.start, rows.stop))
        moved = np.repeat(starts[first:last] - offsets[first:last], counts)
        return segments.columns[moved + np.arange(rows.start, rows.stop, dtype=np.int64), :2]

    made = Sliced(points, (int(offsets[-1]), 2), segments.columns.dtype)
    return Ragged(segments.frames[chosen], offsets, made)  # type: ignore[arg-type]  # sliced only
