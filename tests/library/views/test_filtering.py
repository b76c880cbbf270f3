"""Display filters against SciPy, over whatever gaps, clocks and windows."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from whiskertoolbox_python.views import Band, Timeline, Window, filtered, rows_of_trace, trace

RATE = 1000.0
Floats = npt.NDArray[np.float64]

BANDS = [Band(high_pass=40), Band(low_pass=90), Band(high_pass=20, low_pass=200)]


def noise(count: int, seed: int = 0) -> npt.NDArray[np.float32]:
    random = np.random.default_rng(seed)
    return (random.standard_normal(count).cumsum() * 0.1 + random.standard_normal(count) + 50).astype(np.float32)


def by_scipy(stretch: Floats, band: Band) -> Floats:
    """Butterworth forward and backward with SciPy, over many reflections of the stretch in its ends."""
    from scipy import signal

    count = len(stretch)
    reach = 4000
    trend = stretch[-1] - stretch[0]
    period = np.concatenate([stretch, 2 * stretch[-1] - stretch[-2:0:-1]]) if count > 1 else stretch
    turns = reach // len(period) + 1
    extended = np.concatenate([period + 2 * trend * turn for turn in range(-turns, turns + 1)])
    for cutoff, kind in ((band.high_pass, "highpass"), (band.low_pass, "lowpass")):
        if cutoff is not None:
            sections = signal.butter(3, cutoff, kind, fs=RATE, output="sos")
            extended = signal.sosfiltfilt(sections, extended, padlen=0)
    middle = turns * len(period)
    return np.asarray(extended[middle : middle + count])


@pytest.mark.extra
@pytest.mark.parametrize("band", BANDS, ids=str)
@given(
    st.lists(st.integers(1, 120), min_size=1, max_size=6),
    st.sampled_from(["missing", "infinite", "pause", "dropped"]),
    st.integers(0, 1000),
)
def test_each_stretch_is_filtered_as_scipy_does_it_alone(band: Band, lengths: list[int], gap: str, seed: int) -> None:
    clock, values, expected = [], [], []
    tick = 0
    for length in lengths:
        stretch = noise(length, seed + length)
        clock += range(tick, tick + 30 * length, 30)
        tick += 30 * length
        values += stretch.tolist()
        expected += by_scipy(stretch.astype(np.float64), band).tolist()
        if gap in ("missing", "infinite"):
            clock.append(tick)
            tick += 30
            values.append(np.nan if gap == "missing" else np.inf)
            expected.append(np.nan)
        else:
            tick += 3000 if gap == "pause" else 30
    timeline = Timeline(len(values), clock=np.array(clock, np.int64), is_regular=gap in ("missing", "infinite"))
    if timeline.usual_step() != 30:  # stretches so short that pauses are what is usual
        return
    shown = filtered(np.array(values, np.float32), timeline, (0, len(values)), band=band, rate=RATE)
    np.testing.assert_allclose(shown, expected, atol=2e-4)


@pytest.mark.parametrize("band", BANDS, ids=str)
@given(st.integers(0, 3000), st.integers(1, 400), st.integers(0, 1000))
def test_what_is_filtered_does_not_depend_on_the_window(band: Band, first: int, count: int, seed: int) -> None:
    values = noise(4000, seed)
    values[1234] = np.nan
    timeline = Timeline(len(values))
    whole = filtered(values, timeline, (0, len(values)), band=band, rate=RATE)
    end = min(first + count, len(values))
    part = filtered(values, timeline, (first, end), band=band, rate=RATE)
    np.testing.assert_allclose(part, whole[first:end], atol=1e-4)


def test_a_high_pass_takes_away_what_is_constant_and_straight_and_a_low_pass_leaves_it() -> None:
    ramp = np.linspace(-100, 300, 500).astype(np.float32)
    timeline = Timeline(len(ramp))
    np.testing.assert_allclose(filtered(ramp, timeline, (0, 500), band=Band(high_pass=10), rate=RATE), 0, atol=1e-4)
    np.testing.assert_allclose(filtered(ramp, timeline, (0, 500), band=Band(low_pass=10), rate=RATE), ramp, rtol=1e-5)


def test_a_wave_at_the_cut_off_is_halved_and_stays_in_phase() -> None:
    at = np.arange(4000) / RATE
    wave = np.sin(2 * np.pi * 50 * at).astype(np.float32)
    for band in (Band(high_pass=50), Band(low_pass=50)):
        shown = filtered(wave, Timeline(len(wave)), (0, len(wave)), band=band, rate=RATE)
        np.testing.assert_allclose(shown[1000:3000], wave[1000:3000] / 2, atol=1e-4)


def test_nothing_is_filtered_across_a_dropped_frame() -> None:
    clock = np.delete(np.arange(200), 100) * 30
    step = np.where(np.arange(199) < 100, 0, 1000).astype(np.float32)
    timeline = Timeline(len(step), clock=clock)
    shown = filtered(step, timeline, (0, len(step)), band=Band(low_pass=20), rate=RATE)
    np.testing.assert_allclose(shown, step, atol=1e-3)


@given(st.integers(0, 3900), st.integers(1, 4000), st.integers(8, 60))
def test_the_rows_that_a_trace_looks_at_are_filtered(start: int, length: int, budget: int) -> None:
    values = noise(4000)
    timeline = Timeline(len(values))
    window = Window(start, start + length)
    whole = filtered(values, timeline, (0, len(values)), band=Band(high_pass=40), rate=RATE)
    rows = rows_of_trace(timeline, window, budget=budget)
    part = filtered(values, timeline, rows, band=Band(high_pass=40), rate=RATE)
    one = trace(whole, timeline, window, budget=budget)
    other = trace(part, timeline, window, budget=budget, first_row=rows[0])
    np.testing.assert_array_equal(one.starts, other.starts)
    np.testing.assert_allclose(one.low, other.low, atol=1e-4)
    np.testing.assert_allclose(one.high, other.high, atol=1e-4)


@pytest.mark.parametrize(
    ("band", "message"),
    [
        (Band(high_pass=500), "high-pass of 500 Hz is not between 0 and 500 Hz"),
        (Band(low_pass=0), "low-pass of 0 Hz"),
        (Band(high_pass=50, low_pass=50), "not below the low-pass"),
        (Band(high_pass=0.001), "is of 0.0048 Hz or more"),
    ],
)
def test_a_cut_off_that_cannot_be_is_refused(band: Band, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        filtered(noise(100), Timeline(100), (0, 100), band=band, rate=RATE)


def test_too_many_samples_or_gaps_and_several_samples_at_one_time_are_refused() -> None:
    band = Band(high_pass=40)
    long = np.zeros(3_000_000, np.float32)
    with pytest.raises(ValueError, match="zoom in"):
        filtered(long, Timeline(len(long)), (0, len(long)), band=band, rate=RATE)
    long[::4] = np.nan
    with pytest.raises(ValueError, match="so many gaps"):
        filtered(long, Timeline(len(long)), (0, 100_000), band=band, rate=RATE)
    with pytest.raises(ValueError, match="several samples at one time"):
        filtered(noise(4), Timeline(4, times=np.array([0, 0, 1, 2])), (0, 4), band=band, rate=RATE)
