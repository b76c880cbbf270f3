"""`spectrogram`: the power of a signal by time and frequency, as a heat map, with NumPy alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.views.timeline import Timeline, Window

FREQUENCIES = 128
"""About so many frequencies are told apart."""
SHORTEST, LONGEST = 64, 1 << 16
SAMPLES_LIMIT = 1 << 22
"""Samples that are looked at for one window; longer segments have fewer columns."""
_SAMPLES_AT_ONCE = 1 << 18


@dataclass(frozen=True)
class Spectrogram:
    """Power spectral densities of segments of a signal.

    Attributes
    ----------
    ticks : float64 array
        The middle of each segment.
    decibels : float32 array
        ``(segments, frequencies)``, 10 log10 of the power spectral density (units² per Hz); NaN where a segment has a
        missing sample, a gap, or no power.
    frequencies : float64 array
        In Hz, ascending.
    step : float
        Ticks from segment to segment.
    """

    ticks: npt.NDArray[np.float64]
    decibels: npt.NDArray[np.float32]
    frequencies: npt.NDArray[np.float64]
    step: float


def spectrogram(
    values: npt.NDArray[Any],
    timeline: Timeline,
    window: Window,
    *,
    rate: float,
    lowest: float = 0.0,
    highest: float | None = None,
    budget: int,
) -> Spectrogram:
    """Return what a window shows of a signal's spectrogram.

    Each segment is taken less its mean and with a Hann window; it is as long as it takes to tell about 128 frequencies
    apart, and the density is one-sided.

    Parameters
    ----------
    values
        The signal, one number per row of the timeline.
    timeline
        The ticks of the rows.
    window
        Segments whose middle is in it are shown.
    rate
        Rows per second.
    lowest, highest
        In Hz; by default up to half of the rate.
    budget
        The most segments.
    """
    top = min(highest or rate / 2, rate / 2)
    length = segment_length(rate, top)
    frequencies = np.asarray(np.fft.rfftfreq(length, 1 / rate), np.float64)
    shown = (frequencies >= lowest) & (frequencies <= top)
    first, end = timeline.rows_within(window)
    count = max(min(budget, SAMPLES_LIMIT // length), 1)
    stride = max(-(-(end - first) // count), 1, length // 16)
    # Of the same signal the same segments are taken wherever the window begins, so that nothing flickers.
    middles = np.arange(-(-first // stride) * stride, end, stride, dtype=np.int64)
    middles = middles[(middles - length // 2 >= timeline.first) & (middles + length - length // 2 <= timeline.end)]
    at_once = max(_SAMPLES_AT_ONCE // length, 1)
    parts = [
        _decibels(values, timeline, middles[place : place + at_once] - length // 2, length, rate)[:, shown]
        for place in range(0, len(middles), at_once)
    ]
    nothing = np.zeros((0, int(shown.sum())), np.float32)
    step = stride * timeline.usual_step()
    return Spectrogram(timeline.ticks(middles), np.concatenate([nothing, *parts]), frequencies[shown], step)


def segment_length(rate: float, top: float) -> int:
    """Return how many samples tell about 128 frequencies up to `top` apart: a power of two, within bounds."""
    return int(min(max(2 ** round(np.log2(FREQUENCIES * rate / top)), SHORTEST), LONGEST))


def _decibels(
    values: npt.NDArray[Any], timeline: Timeline, starts: npt.NDArray[np.int64], length: int, rate: float
) -> npt.NDArray[np.float32]:
    segments = np.stack([np.asarray(values[start : start + length], np.float64) for start in starts.tolist()])
    if timeline.step is None:
        rows = starts[:, np.newaxis] + np.arange(length, dtype=np.int64)
        steps = np.diff(timeline.ticks(rows.ravel()).reshape(rows.shape), axis=1)
        segments[(steps > timeline.gap()).any(axis=1)] = np.nan
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length, dtype=np.float64) / length)
    centred = segments - segments.mean(axis=1, keepdims=True)
    power: npt.NDArray[np.float64] = np.abs(np.fft.rfft(centred * hann, axis=1)) ** 2 / (rate * (hann**2).sum())
    power[:, 1:-1] *= 2  # lengths are even: the last is the Nyquist frequency, which has no other side
    with np.errstate(divide="ignore", invalid="ignore"):
        decibels = 10 * np.log10(power)
    return np.where(np.isfinite(decibels), decibels, np.nan).astype(np.float32)
