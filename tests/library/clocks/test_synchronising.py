"""Two devices that have recorded the same pulses."""

import numpy as np
import pytest

from whiskertoolbox_python import TimeFrame
from whiskertoolbox_python.clocks.synchronising import from_frame_counts, synchronise

RNG = np.random.default_rng(3)
REFERENCE = np.cumsum(RNG.integers(20_000, 60_000, 300)) + 5_000
"""Ticks at 30 kHz, at uneven intervals, as a barcode or a jittered pulse gives them."""
DRIFT = 80e-6


def device_ticks(reference: np.ndarray) -> np.ndarray:
    """The same moments on a device of 500 ticks a second that runs fast, and began later."""
    return np.rint((reference - 4_000) / 60 * (1 + DRIFT)).astype(int)


def test_drift_is_found_and_times_are_right_to_a_tick_of_the_device() -> None:
    found = synchronise(device_ticks(REFERENCE), REFERENCE, nominal=60)
    assert len(found.pulses) == 300
    assert found.drift_ppm == pytest.approx(80, abs=1)
    assert len(found.missing) == len(found.extra) == 0
    between = (REFERENCE[:-1] + REFERENCE[1:]) // 2
    assert np.abs(found.to_reference(device_ticks(between)) - between).max() <= 60
    after = REFERENCE[-1] + 3_000_000
    assert abs(int(found.to_reference(device_ticks(np.array([after])))[0]) - after) < 120


def test_missing_and_extra_pulses_are_told_by_their_places() -> None:
    device = np.delete(device_ticks(REFERENCE), [40, 41, 200])
    device = np.sort(np.append(device, [device[100] + 37, device[250] + 111]))
    found = synchronise(device, REFERENCE, nominal=60)
    assert found.missing.tolist() == [40, 41, 200]
    assert found.extra.tolist() == [101, 252]
    np.testing.assert_allclose(found.to_reference(device_ticks(REFERENCE)), REFERENCE, atol=60)
    assert "3 pulses missing on the device, first 40, 41, 200" in str(found)
    assert "2 pulses only on the device" in str(found)


@pytest.mark.parametrize("late", [1, 7, 60])
def test_a_device_that_began_late_is_matched_from_its_first_pulse(late: int) -> None:
    found = synchronise(device_ticks(REFERENCE)[late:], REFERENCE, nominal=60)
    assert found.reference_pulses[0] == late
    assert len(found.pulses) == 300 - late


def test_a_reference_that_began_late_is_matched_too() -> None:
    found = synchronise(device_ticks(REFERENCE), REFERENCE[12:], nominal=60)
    assert found.pulses[0] == 12
    assert len(found.pulses) == 288


def test_a_drift_that_changes_is_followed_between_pulses() -> None:
    bent = REFERENCE + 300 * np.sin(np.arange(300) / 40)
    found = synchronise(bent / 60, REFERENCE, nominal=60, tolerance=200)
    assert np.abs(found.residuals).max() > 100
    assert found.to_reference(bent / 60).tolist() == REFERENCE.tolist()


def test_the_result_is_a_clock() -> None:
    camera = TimeFrame(device_ticks(REFERENCE), ticks_per_second=500)
    ephys = TimeFrame(REFERENCE, ticks_per_second=30000)
    clock = synchronise(camera.times, ephys.times, nominal=60).clock(camera, ephys)
    assert clock.ticks_per_second == 30000
    assert clock.times.tolist() == REFERENCE.tolist()


def test_pulses_that_have_nothing_in_common_are_refused() -> None:
    with pytest.raises(ValueError, match=r"only \d+ of 10 and 10 pulses match; check"):
        synchronise(np.cumsum(np.arange(1, 11) ** 3) * 1000, np.cumsum([7, 11, 13, 17, 19, 23, 29, 31, 37, 41]))


@pytest.mark.parametrize(("pulses", "reason"), [([1, 1, 2], "place 1"), ([5], "at least two"), ([3, 2, 4], "ascend")])
def test_pulses_that_do_not_ascend_are_refused(pulses: list[int], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        synchronise(pulses, [0, 1, 2])


def test_frames_that_were_dropped_get_a_tick_between_their_neighbours() -> None:
    clock = from_frame_counts([10, 11, 14], [100, 200, 500], ticks_per_second=1000)
    assert clock.times.tolist() == [100, 200, 300, 400, 500]
    with pytest.raises(ValueError, match="2 frame counts and 3 ticks"):
        from_frame_counts([1, 2], [1, 2, 3])
