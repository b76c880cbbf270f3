"""Synchronising two devices of a session."""

from __future__ import annotations

import numpy as np
import pytest

import whiskertoolbox_python as wt

RNG = np.random.default_rng(5)
MOMENTS = np.cumsum(RNG.uniform(0.5, 1.5, 60))
"""Seconds of the pulses."""


@pytest.fixture
def dm() -> wt.DataManager:
    """Return a camera of 500 frames a second that runs 100 ppm fast, and a board of 10 kHz, with pulses on both."""
    manager = wt.DataManager()
    manager.setTime("camera", wt.TimeFrame(range(40_000), ticks_per_second=500))
    manager.setTime("board", wt.TimeFrame(range(800_000), ticks_per_second=10_000))
    manager.setData("flashes", wt.DigitalEventSeries(np.rint(MOMENTS * 500 * (1 + 1e-4)).astype(int)), "camera")
    starts = np.rint(MOMENTS * 10_000).astype(int)
    manager.setData("ttl", wt.DigitalIntervalSeries([wt.Interval(int(at), int(at) + 50) for at in starts]), "board")
    return manager


def test_pulses_on_two_clocks_give_the_devices_clock_in_ticks_of_the_reference(dm: wt.DataManager) -> None:
    found = wt.synchronise_keys(dm, "flashes", "ttl")
    assert (found.time_key, found.reference_key) == ("camera", "board")
    assert found.found is not None
    assert found.found.drift_ppm == pytest.approx(100, abs=20)
    at = dm.getData("flashes").times
    np.testing.assert_allclose(found.clock.times[at], MOMENTS * 10_000, atol=20)
    assert str(found).startswith("'camera' in ticks of 'board': 60 pulses match")


def test_a_stored_clock_has_the_data_that_is_put_on_it(dm: wt.DataManager) -> None:
    wt.synchronise_keys(dm, "flashes", "ttl").store(dm, "camera on board", keys=["flashes"])
    assert dm.getTimeKey("flashes") == "camera on board"
    flashes = dm.getData("flashes")
    np.testing.assert_allclose(flashes.getTimeFrame().seconds_at(flashes.times), MOMENTS, atol=2e-3)


def test_a_clock_that_is_there_is_not_replaced_and_strange_keys_are_refused(dm: wt.DataManager) -> None:
    found = wt.synchronise_keys(dm, "flashes", "ttl")
    with pytest.raises(ValueError, match="there is a clock 'board' already"):
        found.store(dm, "board")
    with pytest.raises(ValueError, match="'ttl' is not on the clock 'camera'"):
        found.store(dm, "new", keys=["ttl"])
    assert dm.getTime("new") is None


def test_clocks_without_a_rate_need_it_said(dm: wt.DataManager) -> None:
    dm.setTime("camera", wt.TimeFrame(range(40_000)), overwrite=True)
    with pytest.raises(ValueError, match="the clock 'camera' has no rate; give nominal="):
        wt.synchronise_keys(dm, "flashes", "ttl")
    found = wt.synchronise_keys(dm, "flashes", "ttl", nominal=20)
    assert found.found is not None
    assert len(found.found.pulses) == 60


def test_pulses_on_one_clock_and_what_has_no_pulses_are_refused(dm: wt.DataManager) -> None:
    dm.setData("angle", wt.AnalogTimeSeries([1, 2], 2), "camera")
    dm.setData("licks", wt.DigitalEventSeries([1, 2]), "camera")
    with pytest.raises(ValueError, match="both on the clock 'camera' already"):
        wt.synchronise_keys(dm, "flashes", "licks")
    with pytest.raises(TypeError, match="'angle' has neither events nor intervals"):
        wt.synchronise_keys(dm, "angle", "ttl")
    with pytest.raises(ValueError, match=r'no data key "flash".*flashes'):
        wt.synchronise_keys(dm, "flash", "ttl")


def test_frame_counts_give_lost_frames_a_tick_and_name_them(dm: wt.DataManager) -> None:
    dm.setData("counts", wt.AnalogTimeSeries([1, 2, 5, 6], 4), "camera")
    dm.setData("exposures", wt.DigitalEventSeries([100, 120, 180, 200]), "board")
    found = wt.synchronise_frames(dm, "counts", "exposures")
    assert found.clock.times.tolist() == [100, 120, 140, 160, 180, 200]
    assert found.clock.ticks_per_second == 10_000
    assert found.report == "4 frames, 2 lost, first 3, 4"


def test_frame_counts_need_an_exposure_each(dm: wt.DataManager) -> None:
    dm.setData("counts", wt.AnalogTimeSeries([1, 2, 5], 3), "camera")
    with pytest.raises(ValueError, match="there are 3 frame counts and 60 ticks"):
        wt.synchronise_frames(dm, "counts", "ttl")
    with pytest.raises(TypeError, match="'ttl' is no signal"):
        wt.synchronise_frames(dm, "ttl", "ttl")
