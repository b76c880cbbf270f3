"""`filtered`: a signal high-passed or low-passed for the screen, each stretch without a gap by itself."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.views.timeline import Timeline

Floats = npt.NDArray[np.float64]

ORDER = 3
"""Of each Butterworth filter; forward and backward make it twice that."""
BREAK = 1.5
"""Samples further apart than so many usual steps belong to two stretches."""
SETTLED = 5.0
"""Periods of the lowest cut-off after which what came before is less than a millionth."""
SAMPLES_LIMIT = 1 << 21
MARGIN_LIMIT = 1 << 20
STRETCHES_LIMIT = 10_000


@dataclass(frozen=True)
class Band:
    """What a display filter lets through: cut-offs in Hz, of which None is none."""

    high_pass: float | None = None
    low_pass: float | None = None

    def gain(self, frequencies: Floats, rate: float) -> Floats:
        """Return the gain of the filter, run forward and backward, at frequencies from 0 to half of the rate."""
        warped = np.tan(np.pi * np.minimum(frequencies / rate, 0.5 - 1e-12))
        gain = np.ones_like(warped)
        if self.high_pass is not None:
            cutoff = math.tan(math.pi * self.high_pass / rate)
            share = (warped / cutoff) ** (2 * ORDER)
            gain *= share / (1 + share)
        if self.low_pass is not None:
            cutoff = math.tan(math.pi * self.low_pass / rate)
            gain /= 1 + (warped / cutoff) ** (2 * ORDER)
        return gain

    def margin(self, rate: float) -> int:
        """Return how many samples beside a window decide what the filter makes of it."""
        lowest = min(cutoff for cutoff in (self.high_pass, self.low_pass) if cutoff is not None)
        return math.ceil(SETTLED * rate / lowest)


def filtered(
    values: npt.NDArray[np.float32], timeline: Timeline, rows: tuple[int, int], *, band: Band, rate: float
) -> npt.NDArray[np.float32]:
    """Return samples as a Butterworth filter of order 3, forward and backward (without phase), leaves them.

    A missing (NaN) or infinite sample, and a step in time of more than one and a half usual ones, end a stretch:
    nothing is filtered across it. Each stretch goes on beyond its ends as its reflection in the last point. What is
    returned does not depend on `rows`, to about a millionth of the signal's range.

    Parameters
    ----------
    values
        All samples, float32.
    timeline
        Their ticks.
    rows
        The first row that is wanted, and the one behind the last.
    band
        What is let through.
    rate
        Samples per second.

    Returns
    -------
    float32 array
        One per wanted row; NaN where the sample is missing or infinite.

    Raises
    ------
    ValueError
        When a cut-off is not between 0 and half of the rate or the high-pass not below the low-pass; when rows have
        one time; when there are too many samples, too many stretches, or the cut-off is too low for the screen.
    """
    _check(band, rate)
    first, end = rows
    margin = band.margin(rate)
    if margin > MARGIN_LIMIT:
        slowest = SETTLED * rate / MARGIN_LIMIT
        raise ValueError(f"a filter for the screen is of {slowest:.2g} Hz or more at {rate:g} samples per second")
    if end - first > SAMPLES_LIMIT:
        raise ValueError("so many samples are not filtered for the screen; zoom in")
    begin, stop = max(first - margin, timeline.first), min(end + margin, timeline.end)
    samples = np.array(values[begin:stop], np.float64)
    starts, ends = _stretches(samples, timeline, begin)
    wanted = (starts < end - begin) & (ends > first - begin)
    starts, ends = starts[wanted], ends[wanted]
    result = np.full(len(samples), np.nan)
    is_short = ends - starts <= 2  # nothing but its own trend
    passes_constant = float(band.gain(np.zeros(1), rate)[0])
    for offset in (0, 1):
        places = (starts + offset)[is_short & (ends - starts > offset)]
        result[places] = samples[places] * passes_constant
    if np.count_nonzero(~is_short) > STRETCHES_LIMIT:
        raise ValueError("a signal with so many gaps is not filtered for the screen; zoom in")
    for start, stretch_end in zip(starts[~is_short].tolist(), ends[~is_short].tolist(), strict=True):
        result[start:stretch_end] = _zero_phase(samples[start:stretch_end], band, rate)
    return result[first - begin : end - begin].astype(np.float32)


def _check(band: Band, rate: float) -> None:
    for name, cutoff in (("high-pass", band.high_pass), ("low-pass", band.low_pass)):
        if cutoff is not None and not 0 < cutoff < rate / 2:
            raise ValueError(
                f"a {name} of {cutoff:g} Hz is not between 0 and {rate / 2:g} Hz, half of the sampling rate"
            )
    if band.high_pass is not None and band.low_pass is not None and band.high_pass >= band.low_pass:
        raise ValueError(f"the high-pass, {band.high_pass:g} Hz, is not below the low-pass, {band.low_pass:g} Hz")


def _stretches(samples: Floats, timeline: Timeline, begin: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return where each stretch without a gap begins and ends."""
    is_known = np.isfinite(samples)
    is_joined = is_known[1:] & is_known[:-1]
    if timeline.step is None and len(samples):
        steps = np.diff(timeline.ticks(np.arange(begin, begin + len(samples), dtype=np.int64)))
        if (steps <= 0).any():
            raise ValueError("a signal with several samples at one time cannot be filtered")
        is_joined &= steps <= BREAK * timeline.usual_step()
    starts = np.flatnonzero(is_known & ~np.append(False, is_joined)[: len(samples)])
    ends = np.flatnonzero(is_known & ~np.append(is_joined, False)[: len(samples)]) + 1
    return starts, ends


def _zero_phase(stretch: Floats, band: Band, rate: float) -> Floats:
    """Filter a stretch that goes on as its reflection in its last points: a straight line, and what is periodic."""
    count = len(stretch)
    line = np.linspace(stretch[0], stretch[-1], count)
    rest = stretch - line
    period = np.concatenate([rest, -rest[-2:0:-1]])
    gain = band.gain(np.asarray(np.fft.rfftfreq(len(period), 1 / rate), np.float64), rate)
    waves = np.fft.irfft(np.fft.rfft(period) * gain, len(period))[:count]
    return np.asarray(waves + gain[0] * line)
