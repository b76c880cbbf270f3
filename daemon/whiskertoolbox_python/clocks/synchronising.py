"""Bringing the clocks of two devices together, by pulses that both have recorded.

Each device counts its own ticks and drifts; a pulse may be missing on one side, or be there twice. The pulses are
matched by the intervals between them, the relation of the clocks is fitted on what matches, and what does not is told.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.clocks.time_frame import TimeFrame

Int64Array = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

_LONGEST_SEARCH = 400
"""Pulses whose intervals are compared for the first alignment."""
_MOST_SKIPPED = 5
"""Pulses in a row that may be missing on either side."""
_STEPS = sorted(
    ((a, b) for a in range(1, _MOST_SKIPPED + 2) for b in range(1, _MOST_SKIPPED + 2)), key=lambda step: sum(step)
)


@dataclass(frozen=True)
class Synchronisation:
    """How the ticks of a device relate to those of a reference.

    Attributes
    ----------
    rate : float
        Ticks of the reference for one tick of the device.
    drift_ppm : float
        How much faster the device's clock runs than `nominal`, in millionths.
    pulses, reference_pulses : (n,) int64
        Places of the matched pulses among those given, on the device and on the reference.
    missing : (n,) int64
        Places of pulses that only the reference has, between the first match and the last.
    extra : (n,) int64
        Places of pulses that only the device has, between the first match and the last.
    residuals : (n,) float64
        Of each matched pulse, how far it lies from the fitted line, in ticks of the reference.
    anchors : (2, n) float64
        Ticks of the matched pulses on the device and on the reference, between which times are interpolated.

    Examples
    --------
    >>> found = synchronise([0, 100, 250, 420, 500], [1000, 1200, 1500, 1840, 2000], nominal=2.0)
    >>> round(found.rate, 6), found.missing.tolist()
    (2.0, [])
    """

    rate: float
    drift_ppm: float
    pulses: Int64Array
    reference_pulses: Int64Array
    missing: Int64Array
    extra: Int64Array
    residuals: FloatArray
    anchors: FloatArray

    def to_reference(self, ticks: npt.ArrayLike) -> Int64Array:
        """Return ticks of the device as ticks of the reference.

        Between pulses they are interpolated, so that a drift that changes is followed; outside them the fitted rate
        goes on from the nearest pulse.
        """
        wanted = np.asarray(ticks, np.float64)
        device, reference = self.anchors
        found = np.interp(wanted, device, reference)
        found = np.where(wanted < device[0], reference[0] + (wanted - device[0]) * self.rate, found)
        found = np.where(wanted > device[-1], reference[-1] + (wanted - device[-1]) * self.rate, found)
        rounded: Int64Array = np.rint(found).astype(np.int64)
        return rounded

    def clock(self, device: TimeFrame, reference: TimeFrame) -> TimeFrame:
        """Return the device's clock with the ticks of the reference."""
        return TimeFrame.from_array(self.to_reference(device.times), ticks_per_second=reference.ticks_per_second)

    def __str__(self) -> str:
        largest = float(np.abs(self.residuals).max()) if len(self.residuals) else 0.0
        lines = [
            f"{len(self.pulses):,} pulses match; rate {self.rate:.9g}, drift {self.drift_ppm:+.2f} ppm",
            f"residuals: root mean square {np.sqrt(np.mean(self.residuals**2)):.3g}, largest {largest:.3g} ticks",
        ]
        for name, places in (("missing on the device", self.missing), ("only on the device", self.extra)):
            if len(places):
                listed = ", ".join(str(place) for place in places[:5]) + (" …" if len(places) > 5 else "")
                lines.append(f"{len(places):,} pulse{'s' * (len(places) != 1)} {name}, first {listed}")
        return "\n".join(lines)


def synchronise(
    pulses: npt.ArrayLike,
    reference_pulses: npt.ArrayLike,
    *,
    nominal: float = 1.0,
    tolerance: float | None = None,
) -> Synchronisation:
    """Find how the clock of a device relates to a reference, by pulses on both.

    Parameters
    ----------
    pulses : (n,) numbers
        Ticks of the pulses on the device, ascending.
    reference_pulses : (m,) numbers
        Ticks of the pulses on the reference, ascending.
    nominal : float
        Ticks of the reference for one of the device by the devices' stated rates, as 30000 / 500.
    tolerance : float, optional
        How far an interval may differ between the devices, in ticks of the reference; by default two ticks of either
        device and a thousandth of the typical interval. Intervals that vary by more than this tell where a pulse is
        missing; pulses at even intervals can only be matched from the first on.

    Raises
    ------
    ValueError
        When fewer than two pulses match, or those given do not ascend.

    Examples
    --------
    >>> camera = [0, 100, 250, 420, 500]
    >>> found = synchronise(camera, [1000, 1200, 1500, 1840, 2000], nominal=2.0)
    >>> found.to_reference([50]).tolist(), len(found.missing)
    ([1100], 0)
    """
    device = _checked(pulses, "pulses")
    reference = _checked(reference_pulses, "reference_pulses")
    scaled = device * nominal
    if tolerance is None:
        tolerance = 2 * max(1.0, nominal) + 1e-3 * float(np.median(np.diff(reference)))
    pairs = _best_pairs(scaled, reference, tolerance)
    if len(pairs) < 2:
        raise ValueError(
            f"only {len(pairs)} of {len(device)} and {len(reference)} pulses match; check that both are the same line, "
            "the nominal rate, and the tolerance"
        )
    own, other = np.array(pairs, np.int64).T
    rate, offset = np.polyfit(device[own], reference[other], 1)
    residuals = reference[other] - (device[own] * rate + offset)
    return Synchronisation(
        rate=float(rate),
        drift_ppm=float((nominal / rate - 1) * 1e6),
        pulses=own,
        reference_pulses=other,
        missing=_between(np.arange(len(reference), dtype=np.int64), other),
        extra=_between(np.arange(len(device), dtype=np.int64), own),
        residuals=residuals,
        anchors=np.stack([device[own], reference[other]]),
    )


def from_frame_counts(
    frames: npt.ArrayLike, ticks: npt.ArrayLike, *, ticks_per_second: float | None = None
) -> TimeFrame:
    """Make the clock of a camera from the ticks of its exposures and the frame count that each belongs to.

    Frames that were dropped, whose count is missing, get a tick between their neighbours.

    Parameters
    ----------
    frames : (n,) int
        Frame counts, ascending, as the camera gives them.
    ticks : (n,) int
        Tick of each on the reference.
    ticks_per_second : float, optional
        Of the reference.

    Raises
    ------
    ValueError
        When their lengths differ, or they do not ascend.
    """
    counts, at = _checked(frames, "frames"), _checked(ticks, "ticks")
    if len(counts) != len(at):
        raise ValueError(f"there are {len(counts)} frame counts and {len(at)} ticks; give one tick for each")
    every = np.arange(counts[0], counts[-1] + 1, dtype=np.int64)
    found = np.rint(np.interp(every, counts, at)).astype(np.int64)
    return TimeFrame.from_array(found, ticks_per_second=ticks_per_second)


def _checked(times: npt.ArrayLike, name: str) -> FloatArray:
    array = np.asarray(times, np.float64)
    if array.ndim != 1 or len(array) < 2:
        raise ValueError(f"{name} must be at least two numbers in a row")
    backwards = np.flatnonzero(np.diff(array) <= 0)
    if len(backwards):
        raise ValueError(f"{name} must ascend; place {backwards[0] + 1} does not")
    return array


def _best_pairs(device: FloatArray, reference: FloatArray, tolerance: float) -> list[tuple[int, int]]:
    """Return the longest matching found over where the first pulses may belong."""
    best: list[tuple[int, int]] = []
    most = 0
    starts = [(0, place) for place in range(min(len(reference), _LONGEST_SEARCH))]
    starts += [(place, 0) for place in range(1, min(len(device), _LONGEST_SEARCH))]
    wanted = min(len(device), len(reference))
    for start in sorted(starts, key=max):
        if most >= wanted - 1 - max(start):
            break  # none that follows can be longer
        pairs = _follow(device, reference, start, tolerance)
        neighbours = sum(_are_neighbours(*two) for two in itertools.pairwise(pairs))
        if neighbours > most:
            best, most = pairs, neighbours
    return best


def _follow(
    device: FloatArray, reference: FloatArray, start: tuple[int, int], tolerance: float
) -> list[tuple[int, int]]:
    """Return pairs from a first one on: the next is where as much time has passed on both sides.

    Where pulses are skipped as much time may have passed by chance, so a pair at either end needs a neighbour.
    """
    pairs = [start]
    while (step := _next_step(device, reference, *pairs[-1], tolerance)) is not None:
        pairs.append((pairs[-1][0] + step[0], pairs[-1][1] + step[1]))
    while len(pairs) > 1 and not _are_neighbours(*pairs[:2]):
        del pairs[0]
    while len(pairs) > 1 and not _are_neighbours(*pairs[-2:]):
        del pairs[-1]
    return pairs if len(pairs) > 1 else []


def _are_neighbours(first: tuple[int, int], second: tuple[int, int]) -> bool:
    return second[0] - first[0] == second[1] - first[1] == 1


def _next_step(
    device: FloatArray, reference: FloatArray, own: int, other: int, tolerance: float
) -> tuple[int, int] | None:
    """Return how many pulses further the next pair is on each side, the nearest first."""
    for a, b in _STEPS:
        if own + a < len(device) and other + b < len(reference):
            passed, on_reference = device[own + a] - device[own], reference[other + b] - reference[other]
            if abs(passed - on_reference) <= tolerance:
                return a, b
    return None


def _between(every: Int64Array, matched: Int64Array) -> Int64Array:
    """Return the places that did not match, from the first match to the last."""
    inside = every[(every >= matched[0]) & (every <= matched[-1])]
    return np.setdiff1d(inside, matched)
