"""Synchronising two devices of a session: by pulses that both recorded, or by a camera's frame counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.clocks.synchronising import Synchronisation, from_frame_counts, synchronise
from whiskertoolbox_python.clocks.time_frame import TimeFrame
from whiskertoolbox_python.parameters import suggest
from whiskertoolbox_python.target import Target
from whiskertoolbox_python.types.analog import AnalogTimeSeries
from whiskertoolbox_python.types.events import DigitalEventSeries
from whiskertoolbox_python.types.intervals import DigitalIntervalSeries

_NAMED = 5


@dataclass(frozen=True)
class SynchronisedClock:
    """A device's clock in the ticks of another, and how it was found.

    Attributes
    ----------
    time_key : str
        Clock of the device.
    reference_key : str
        Clock that the new one can be compared with.
    clock : TimeFrame
        The new one: a tick of the reference for each index of the device.
    report : str
        What was found, for people.
    found : Synchronisation or None
        Matches, drift and residuals, where pulses were matched.

    Examples
    --------
    >>> import whiskertoolbox_python as wt
    >>> dm = wt.DataManager()
    >>> dm.setTime("camera", wt.TimeFrame(range(0, 600), ticks_per_second=500))
    True
    >>> dm.setTime("daq", wt.TimeFrame(range(0, 3000), ticks_per_second=1000))
    True
    >>> dm.setData("flashes", wt.DigitalEventSeries([0, 100, 250, 420, 500]), "camera")
    >>> dm.setData("ttl", wt.DigitalEventSeries([1000, 1200, 1500, 1840, 2000]), "daq")
    >>> found = wt.synchronise_keys(dm, "flashes", "ttl")
    >>> found.store(dm, "camera on daq", keys=["flashes"])
    >>> dm.getTime("camera on daq").times[[0, 100]].tolist(), dm.getTimeKey("flashes")
    ([1000, 1200], 'camera on daq')
    """

    time_key: str
    reference_key: str
    clock: TimeFrame = field(repr=False)
    report: str
    found: Synchronisation | None = field(default=None, repr=False)

    def __str__(self) -> str:
        return f"{self.time_key!r} in ticks of {self.reference_key!r}: {self.report}"

    def store(self, manager: Target, time_key: str, *, keys: Sequence[str] = ()) -> None:
        """Store the clock under a time key, and put data on it.

        Parameters
        ----------
        manager : DataManager
            Where to.
        time_key : str
            Name of a new clock.
        keys : names
            Data of the device that is to be on the new clock.

        Raises
        ------
        ValueError
            When there is a clock of that name, or a key is not on the device's clock.
        """
        strange = [key for key in keys if manager.getTimeKey(key) != self.time_key]
        if strange:
            raise ValueError(f"{strange[0]!r} is not on the clock {self.time_key!r}, so this one is not its own")
        if not manager.setTime(time_key, self.clock):
            raise ValueError(f"there is a clock {time_key!r} already; choose another name")
        for key in keys:
            manager.setTimeKey(key, time_key)


def synchronise_keys(
    manager: Target, pulses: str, reference: str, *, nominal: float | None = None, tolerance: float | None = None
) -> SynchronisedClock:
    """Bring a device's clock to that of a reference, by pulses that both have recorded.

    Parameters
    ----------
    manager : DataManager
        Where the keys are.
    pulses, reference : str
        Keys of the pulses on either device: events, or intervals, of which the starts count.
    nominal, tolerance : float, optional
        Those of `synchronise`; by default `nominal` is what the rates of the clocks say.

    Returns
    -------
    SynchronisedClock
        A console draws its residuals; ``store`` keeps it.

    Raises
    ------
    ValueError
        When a key is not known, both are on one clock, or fewer than two pulses match.
    TypeError
        When a key has neither events nor intervals.
    """
    (own, own_key), (other, other_key) = (_pulses(manager, key) for key in (pulses, reference))
    if own_key == other_key:
        raise ValueError(f"{pulses!r} and {reference!r} are both on the clock {own_key!r} already")
    device, to = _clock(manager, own_key), _clock(manager, other_key)
    if nominal is None:
        unknown = [key for key, one in ((own_key, device), (other_key, to)) if not one.ticks_per_second]
        if unknown:
            raise ValueError(
                f"the clock {unknown[0]!r} has no rate; give nominal=, ticks of {other_key!r} for one of {own_key!r}"
            )
        nominal = float(to.ticks_per_second or 1) / float(device.ticks_per_second or 1)
    found = synchronise(device.times[own], to.times[other], nominal=nominal, tolerance=tolerance)
    return SynchronisedClock(own_key, other_key, found.clock(device, to), str(found), found)


def synchronise_frames(manager: Target, counts: str, exposures: str) -> SynchronisedClock:
    """Make a camera's clock of its exposures on a reference and the frame count of each; lost frames are told.

    Parameters
    ----------
    manager : DataManager
        Where the keys are.
    counts : str
        Key of a signal: the frame count that belongs to each exposure, in their order.
    exposures : str
        Key of the exposures on the reference: events, or intervals, of which the starts count.

    Returns
    -------
    SynchronisedClock
        Its clock begins with the first frame that is counted, and gives lost frames a tick between their neighbours.

    Raises
    ------
    ValueError
        When a key is not known, there is not one count for each exposure, or the counts do not ascend.
    TypeError
        When the counts are no signal, or the exposures neither events nor intervals.
    """
    signal = _data(manager, counts)
    if not isinstance(signal, AnalogTimeSeries):
        raise TypeError(f"{counts!r} is no signal, so it has no frame counts")
    at, reference_key = _pulses(manager, exposures)
    numbers = np.asarray(signal.values, np.float64)
    reference = _clock(manager, reference_key)
    clock = from_frame_counts(numbers, reference.times[at], ticks_per_second=reference.ticks_per_second)
    lost = np.setdiff1d(np.arange(numbers[0], numbers[-1] + 1, dtype=np.float64), numbers).astype(np.int64)
    named = ", ".join(str(number) for number in lost[:_NAMED]) + (" …" if len(lost) > _NAMED else "")
    report = f"{len(numbers):,} frames, {len(lost):,} lost" + (f", first {named}" if len(lost) else "")
    return SynchronisedClock(manager.getTimeKey(counts), reference_key, clock, report)


def _pulses(manager: Target, key: str) -> tuple[npt.NDArray[np.int64], str]:
    """Return the indices of the pulses of a key, and its time key."""
    data = _data(manager, key)
    if isinstance(data, DigitalEventSeries):
        indices = data.times
    elif isinstance(data, DigitalIntervalSeries):
        indices = data.intervals[:, 0]
    else:
        raise TypeError(f"{key!r} has neither events nor intervals, so it has no pulses")
    return indices, manager.getTimeKey(key)


def _data(manager: Target, key: str) -> Any:
    found = manager.getData(key)
    if found is None:
        raise ValueError(f"there is no data key {suggest(key, [entry.key for entry in manager.entries()])}")
    return found


def _clock(manager: Target, time_key: str) -> TimeFrame:
    found = manager.getTime(time_key)
    if found is None or not len(found):
        raise ValueError(f"the clock {time_key!r} has no times")
    return found
