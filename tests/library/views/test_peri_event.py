"""Rasters and PSTHs against brute force."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from whiskertoolbox_python.views import (
    bin_edges,
    events_in_windows,
    first_latencies,
    peri_event,
    recorded_stretches,
)

TICKS = st.lists(st.integers(0, 500), max_size=60).map(lambda ticks: np.array(sorted(ticks), np.float64))


@given(TICKS, TICKS, st.integers(0, 80), st.integers(1, 80), st.sampled_from([0.7, 1, 3, 10, 33]), st.integers(0, 500))
def test_every_event_in_a_window_is_in_one_bin_of_each_of_its_trials(
    events: np.ndarray, alignments: np.ndarray, before: int, after: int, width: float, budget: int
) -> None:
    edges = bin_edges(before, after, width)
    found = peri_event(events, alignments, edges, recorded=None, budget=budget)
    counts = np.zeros(len(edges) - 1, int)
    raster = []
    for trial, alignment in enumerate(alignments.tolist()):
        for event in events.tolist():
            if edges[0] <= event - alignment < edges[-1]:
                raster.append((trial, event - alignment))
                counts[np.flatnonzero(edges <= event - alignment)[-1]] += 1
    assert found.counts.tolist() == counts.tolist()
    assert found.exposure.tolist() == [len(alignments)] * len(counts)
    assert len(found.trials) <= budget
    shown = list(zip(found.trials.tolist(), found.offsets.tolist(), strict=True))
    assert shown == [point for point in raster if point[0] < found.raster_trials]
    if len(raster) <= budget:
        assert found.raster_trials == len(alignments)


@given(TICKS, TICKS, st.integers(0, 80), st.integers(1, 80), st.sampled_from([0.7, 1, 3, 10, 33]))
def test_each_trial_has_its_number_of_events_and_the_latency_of_the_first_after_it(
    events: np.ndarray, alignments: np.ndarray, before: int, after: int, width: float
) -> None:
    edges = bin_edges(before, after, width)
    counts, latencies = events_in_windows(events, alignments, edges), first_latencies(events, alignments, edges)
    for trial, alignment in enumerate(alignments.tolist()):
        offsets = [event - alignment for event in events.tolist() if edges[0] <= event - alignment < edges[-1]]
        assert counts[trial] == len(offsets)
        following = [offset for offset in offsets if offset >= 0]
        np.testing.assert_equal(latencies[trial], min(following, default=np.nan))


@given(TICKS, TICKS, st.randoms(use_true_random=False))
def test_the_order_of_the_trials_changes_the_raster_and_nothing_else(
    events: np.ndarray, alignments: np.ndarray, random: Any
) -> None:
    edges = bin_edges(20, 30, 10)
    order = list(range(len(alignments)))
    random.shuffle(order)
    recorded = np.array([[10.0, 300.0]])
    plain = peri_event(events, alignments, edges, recorded=recorded, budget=10_000)
    sorted_ = peri_event(events, alignments[order], edges, recorded=recorded, budget=10_000)
    np.testing.assert_array_equal(sorted_.counts, plain.counts)
    np.testing.assert_allclose(sorted_.exposure, plain.exposure)
    for row, trial in enumerate(order):
        assert sorted_.offsets[sorted_.trials == row].tolist() == plain.offsets[plain.trials == trial].tolist()


@given(st.integers(0, 300), st.integers(0, 300), st.integers(1, 40))
def test_the_edges_reach_over_the_window_and_one_is_zero(before: int, after: int, width: int) -> None:
    if before + after == 0:
        return
    edges = bin_edges(before, after, width)
    assert 0 in edges
    assert edges[0] <= -before < edges[0] + width
    assert edges[-1] - width < after <= edges[-1]
    np.testing.assert_array_equal(np.diff(edges), width)


def test_a_window_that_is_whole_bins_of_a_part_of_a_second_has_no_bin_too_many() -> None:
    assert len(bin_edges(0.3, 0.6, 0.1)) == 10


@given(st.lists(st.integers(0, 4), min_size=2, max_size=60), TICKS)
def test_a_bin_counts_for_as_much_of_it_as_was_recorded(steps: list[int], alignments: np.ndarray) -> None:
    clock = np.cumsum([{0: 10, 1: 10, 2: 10, 3: 11, 4: 300}[step] for step in steps]).astype(np.int64)
    recorded = recorded_stretches(clock, is_regular=False)
    assert recorded is not None
    step = np.median(np.diff(clock))
    is_on = np.zeros(20_000, bool)
    for index, tick in enumerate(clock.tolist()):
        following = clock[index + 1] if index + 1 < len(clock) else tick + step
        is_on[int(tick) : int(following if following - tick <= 2.5 * step else tick + step)] = True
    edges = bin_edges(20, 40, 5)
    if step != int(step):
        return  # the brute force counts whole ticks
    found = peri_event(np.zeros(0), alignments, edges, recorded=recorded, budget=10)
    expected = [
        sum(is_on[max(int(at + edge), 0) : max(int(at + edge) + 5, 0)].sum() / 5 for at in alignments)
        for edge in edges[:-1]
    ]
    np.testing.assert_allclose(found.exposure, expected, atol=1e-9)


def test_a_pause_of_the_clock_and_the_time_before_it_do_not_lower_the_rate() -> None:
    clock = np.concatenate([np.arange(1000, 2000), np.arange(5000, 6000)])
    events = np.concatenate([np.arange(1000, 2000, 10), np.arange(5000, 6000, 10)]).astype(np.float64)  # 0.1 per tick
    recorded = recorded_stretches(clock, is_regular=False)
    assert recorded is not None
    assert recorded.tolist() == [[1000, 2000], [5000, 6000]]
    found = peri_event(
        events, np.array([1000.0, 1500.0, 1990.0, 5000.0]), bin_edges(100, 100, 50), recorded=recorded, budget=0
    )
    np.testing.assert_allclose(found.counts / found.exposure / 50, 0.1, rtol=1e-9)
    assert found.exposure.tolist() == [2.0, 2.0, 3.2, 3.0]


def test_a_regular_clock_is_one_stretch_and_none_is_always() -> None:
    assert np.asarray(recorded_stretches(np.arange(0, 600, 60), is_regular=True)).tolist() == [[0, 600]]
    assert recorded_stretches(np.zeros(0, np.int64), is_regular=True) is None


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        (np.repeat(np.arange(0, 1000, 10), 4), [[0, 1000]]),  # most steps are none
        (np.repeat([0, 10, 20, 500, 510], 3), [[0, 30], [500, 520]]),
        (np.full(9, 7), [[7, 8]]),
        (np.array([7]), [[7, 8]]),
    ],
)
def test_ticks_that_repeat_are_no_pause(clock: np.ndarray, expected: list[list[int]]) -> None:
    assert np.asarray(recorded_stretches(clock, is_regular=False)).tolist() == expected


@pytest.mark.parametrize(("before", "after", "width"), [(0, 0, 1), (-1, 2, 1), (1, 1, 0), (1, 1, np.nan), (1e9, 1, 1)])
def test_a_window_without_length_or_with_too_many_bins_is_refused(before: float, after: float, width: float) -> None:
    with pytest.raises(ValueError, match="bins"):
        bin_edges(before, after, width)


def test_what_is_no_longer_wanted_ends_and_too_many_events_are_refused() -> None:
    edges = bin_edges(10, 10, 1)
    with pytest.raises(InterruptedError):
        peri_event(np.zeros(1), np.zeros(1), edges, recorded=None, budget=1, is_wanted=lambda: False)
    with pytest.raises(ValueError, match="make them shorter"):
        peri_event(np.zeros(100_000), np.zeros(1000), edges, recorded=None, budget=1)
