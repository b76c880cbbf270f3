"""The spectrogram of a trace: where power is, against SciPy, and that nothing is drawn where something is missing."""

from __future__ import annotations

import numpy as np
import pytest

from whiskertoolbox_python.views import Timeline, Window, spectrogram
from whiskertoolbox_python.views.spectrogram import SAMPLES_LIMIT, segment_length

RATE = 1000.0
TIMES = np.arange(20_000, dtype=np.float64) / RATE
SIGNAL = np.sin(2 * np.pi * 100 * TIMES) + 0.1 * np.random.default_rng(1).normal(size=len(TIMES))


@pytest.mark.extra
@pytest.mark.parametrize("highest", [None, 250.0, 60.0])
def test_each_column_is_what_scipy_makes_of_the_same_segment(highest: float | None) -> None:
    from scipy.signal import welch

    shown = spectrogram(SIGNAL, Timeline(len(SIGNAL)), Window(2000, 9000), rate=RATE, highest=highest, budget=50)
    length = segment_length(RATE, highest or RATE / 2)
    assert 10 < len(shown.ticks) <= 50
    for tick, column in zip(shown.ticks.astype(int).tolist(), shown.decibels, strict=True):
        segment = SIGNAL[tick - length // 2 : tick - length // 2 + length]
        frequencies, density = welch(segment, RATE, window="hann", nperseg=length, detrend="constant")
        wanted = frequencies <= (highest or RATE / 2)
        np.testing.assert_allclose(shown.frequencies, frequencies[wanted])
        np.testing.assert_allclose(column, 10 * np.log10(density[wanted]), atol=1e-3)


def test_a_tone_is_where_its_frequency_is() -> None:
    shown = spectrogram(SIGNAL, Timeline(len(SIGNAL)), Window(0, 20_000), rate=RATE, budget=200)
    loudest = shown.frequencies[shown.decibels.argmax(axis=1)]
    assert np.abs(loudest - 100).max() <= shown.frequencies[1]


def test_only_the_wanted_frequencies_are_shown() -> None:
    shown = spectrogram(SIGNAL, Timeline(len(SIGNAL)), Window(0, 20_000), rate=RATE, lowest=20, highest=80, budget=200)
    assert shown.frequencies.min() >= 20
    assert shown.frequencies.max() <= 80
    assert shown.decibels.shape == (len(shown.ticks), len(shown.frequencies))


def test_segments_with_a_missing_sample_or_a_gap_are_empty_and_the_others_are_not() -> None:
    values = SIGNAL.copy()
    values[5000] = np.nan
    clock = np.arange(len(values), dtype=np.int64)
    clock[15_000:] += 500
    timeline = Timeline(len(values), clock=clock)
    shown = spectrogram(values, timeline, Window(0, 30_000), rate=RATE, budget=400)
    half = segment_length(RATE, RATE / 2) // 2
    rows = np.searchsorted(clock, shown.ticks.astype(np.int64))
    holds_nan = (rows - half <= 5000) & (rows + half > 5000)
    holds_gap = (rows - half < 15_000) & (rows + half > 15_000)
    np.testing.assert_array_equal(np.isnan(shown.decibels).all(axis=1), holds_nan | holds_gap)
    assert not np.isnan(shown.decibels[~(holds_nan | holds_gap)]).any()


@pytest.mark.parametrize("count", [0, 1, 63, 255])
def test_a_signal_shorter_than_a_segment_shows_nothing(count: int) -> None:
    shown = spectrogram(np.zeros(count), Timeline(count), Window(0, 1000), rate=RATE, budget=100)
    assert shown.decibels.shape[0] == 0


def test_the_work_is_bounded_by_the_budget_and_not_by_the_window() -> None:
    values = np.broadcast_to(np.float32(0), (10**9,))
    shown = spectrogram(values, Timeline(10**9), Window(0, 1e9), rate=30_000.0, highest=100.0, budget=2000)
    assert 0 < len(shown.ticks) * segment_length(30_000.0, 100.0) <= SAMPLES_LIMIT


def test_moving_the_window_keeps_the_columns() -> None:
    one, other = (
        spectrogram(SIGNAL, Timeline(len(SIGNAL)), Window(start, start + 5000), rate=RATE, budget=60)
        for start in (3000, 3333)
    )
    both = np.intersect1d(one.ticks, other.ticks)
    assert len(both) > 30
    np.testing.assert_array_equal(one.decibels[np.isin(one.ticks, both)], other.decibels[np.isin(other.ticks, both)])
