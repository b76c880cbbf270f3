"""Axon (ABF 1 and 2) through pyabf: each channel on the times of its sweeps."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from whiskertoolbox_python.containers._contents import (
    Array,
    Clock,
    Contents,
    Int64Array,
    Intervals,
    Part,
    Samples,
    Sliced,
)
from whiskertoolbox_python.containers._packages import import_package
from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats.report import one_line_reason


def recognises(start: bytes) -> bool:
    """Return whether a file begins as ABF does."""
    return start.startswith((b"ABF ", b"ABF2"))


def read(path: Path, *, warn: Callable[[str], None]) -> Contents:
    """Read the channels, one sweep after the other, and the sweeps as intervals.

    A sample's time is its sweep's start plus its time in the sweep, so pauses between sweeps stay.
    """
    abf = _open(path)
    size, rate = int(abf.sweepPointCount), float(abf.sampleRate)
    sweeps = int(abf.sweepCount)
    first = np.array([_sweep_start(abf, sweep) for sweep in range(sweeps)])
    samples = np.rint(first * rate).astype(np.int64)
    if (np.diff(samples) < size).any() and sweeps > 1:
        warn(f"{path}: its sweeps overlap in time, so they are placed end to end")
        samples = np.arange(sweeps, dtype=np.int64) * size
    clock = Clock(partial(_ticks, samples, size), sweeps * size, rate)
    parts = [
        Part(
            str(name),
            "analog",
            (sweeps * size,),
            partial(_channel, path, channel),
            "samples",
            str(unit),
        )
        for channel, (name, unit) in enumerate(zip(_names(abf.adcNames), abf.adcUnits, strict=True))
    ]
    bounds = np.column_stack(
        [np.arange(sweeps, dtype=np.int64) * size, np.arange(1, sweeps + 1, dtype=np.int64) * size - 1]
    )
    parts.append(Part("sweeps", "digital_interval", bounds.shape, partial(Intervals, bounds), "samples"))
    attributes = {"protocol": str(abf.protocol), "date": str(abf.abfDateTimeString), "comment": str(abf.abfFileComment)}
    return Contents(tuple(parts), {"samples": clock}, attributes)


def _open(path: Path) -> Any:
    pyabf = import_package("pyabf", "pyabf", "ABF files")
    try:
        return pyabf.ABF(str(path), loadData=False)
    except Exception as error:  # a damaged file raises almost anything
        raise LoadError(f"{path} cannot be read as ABF: {one_line_reason(error)}") from None


def _sweep_start(abf: Any, sweep: int) -> float:
    return float(sweep * abf.sweepIntervalSec) if abf.sweepCount > 1 else 0.0


def _names(names: list[str]) -> list[str]:
    return [name if name not in names[:place] else f"{name}_{place}" for place, name in enumerate(names)]


def _ticks(firsts: Int64Array, size: int, rows: slice) -> Int64Array:
    sweeps, places = np.divmod(np.arange(rows.start, rows.stop, dtype=np.int64), size)
    ticks: Int64Array = firsts[sweeps] + places
    return ticks


def _channel(path: Path, channel: int) -> Samples:
    """Return a channel, read when it is sliced: pyabf itself reads a file as a whole, all channels of it."""
    abf = _open(path)
    kind = np.dtype(abf._dtype)
    shape = (int(abf.dataPointCount) // int(abf.channelCount), int(abf.channelCount))
    raw = np.memmap(path, kind, "r", int(abf.dataByteStart), shape)
    scale = (1.0, 0.0) if kind.kind == "f" else (float(abf._dataGain[channel]), float(abf._dataOffset[channel]))

    def values(rows: slice) -> Array:
        # In the order of pyabf, so that its numbers are these.
        scaled: Array = np.add(np.multiply(raw[rows, channel].astype(np.float32), scale[0]), scale[1])
        return scaled

    return Samples(Sliced(values, shape[:1], np.dtype(np.float32)))  # type: ignore[arg-type]  # sliced only
