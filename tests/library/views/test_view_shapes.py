"""View shapes against brute force: whatever the data, clock, window and budget."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from whiskertoolbox_python.views import Pyramid, Timeline, Window, frame, grid, spans, ticks, trace
from whiskertoolbox_python.views.pyramid import BLOCK, extremes
from whiskertoolbox_python.views.timeline import is_regular

Int64Array = npt.NDArray[np.int64]
FAR = 10**9


class Rows(NamedTuple):
    """A timeline, and the ticks of its rows as brute force has them (NaN: none)."""

    timeline: Timeline
    ticks: npt.NDArray[np.float64]


@st.composite
def rows(draw: st.DrawFn, most: int = 300) -> Rows:
    """Rows on any clock: none, even, uneven, far from zero; consecutive or not; some of them outside."""
    count = draw(st.integers(0, most))
    seed = np.random.default_rng(draw(st.integers(0, 2**32)))
    start = draw(st.sampled_from([0, 3, -2, FAR]))
    clock_kind = draw(st.sampled_from(["none", "even", "uneven"]))
    times = None
    if draw(st.booleans()):
        times = start + np.cumsum(seed.choice([1, 1, 1, 2, 50], count)).astype(np.int64)
    clock = np.zeros(0, np.int64)
    if clock_kind != "none":
        size = draw(st.integers(1, 2 * most))
        steps = np.full(size, 60) if clock_kind == "even" else seed.choice([1, 60, 61, 5000], size)
        clock = np.cumsum(steps).astype(np.int64) + draw(st.sampled_from([0, -100, FAR]))
    timeline = Timeline(count, start_index=start, times=times, clock=clock, is_regular=is_regular(clock))
    indices = np.arange(start, start + count) if times is None else times
    if not len(clock):
        return Rows(timeline, indices.astype(np.float64))
    inside = (indices >= 0) & (indices < len(clock))
    at = np.where(inside, clock[np.clip(indices, 0, len(clock) - 1)].astype(np.float64), np.nan)
    return Rows(timeline, at)


@st.composite
def windows(draw: st.DrawFn, at: npt.NDArray[np.float64]) -> Window:
    """A window anywhere around ticks, whole or not."""
    known = at[~np.isnan(at)]
    low, high = (known[0], known[-1]) if len(known) else (0.0, 10.0)
    edges = st.floats(float(low) - 5, float(high) + 5) | st.sampled_from([float(tick) for tick in known] or [0.0])
    start, end = sorted((draw(edges), draw(edges)))
    return Window(start, end)


def signal(count: int, seed: int, missing: float) -> npt.NDArray[np.float32]:
    random = np.random.default_rng(seed)
    values = random.standard_normal(count).astype(np.float32)
    values[random.random(count) < missing] = np.nan
    if count and seed % 5 == 0:
        values[random.integers(count)] = np.inf
    return values


def inside(at: npt.NDArray[np.float64], window: Window) -> Int64Array:
    return np.flatnonzero((at >= window.start) & (at <= window.end))


@given(st.data(), st.integers(4, 60), st.integers(0, 1000), st.sampled_from([0.0, 0.2, 1.0]))
def test_a_trace_shows_every_sample_of_the_window_once_and_no_spike_disappears(
    data: st.DataObject, budget: int, seed: int, missing: float
) -> None:
    timeline, at = data.draw(rows())
    window = data.draw(windows(at))
    values = signal(len(at), seed, missing)
    shown = trace(values, timeline, window, budget=max(budget, 8))

    wanted = inside(at, window)
    assert shown.sample_count == len(wanted)
    assert shown.outside == np.count_nonzero(np.isnan(at))
    assert len(shown.low) <= max(budget, 8) + 2
    assert (shown.starts <= shown.ends).all()
    assert (shown.starts[1:] >= shown.ends[:-1]).all()
    covered = np.zeros(len(at), int)
    for start, end, low, high, lost in zip(shown.starts, shown.ends, shown.low, shown.high, shown.missing, strict=True):
        of_point = inside(at, Window(start, end))
        covered[of_point] += 1
        samples = values[of_point]
        known = samples[~np.isnan(samples)]
        assert lost == len(samples) - len(known)
        assert (low, high) == (known.min(), known.max()) if len(known) else np.isnan(low) and np.isnan(high)
    assert (covered[wanted] == 1).all()
    if shown.is_exact:
        assert (shown.starts == shown.ends).all()


@given(st.data(), st.integers(8, 40), st.integers(0, 1000))
def test_a_gap_in_time_is_inside_no_point_unless_it_is_narrower_than_one(
    data: st.DataObject, budget: int, seed: int
) -> None:
    timeline, at = data.draw(rows())
    window = data.draw(windows(at))
    shown = trace(signal(len(at), seed, 0.0), timeline, window, budget=budget)
    known = at[inside(at, window)]
    width = 2 * max(1.0, (known[-1] - known[0]) / (budget - 4)) if len(known) else 0
    within = (shown.starts >= window.start) & (shown.ends <= window.end)
    if timeline.step is None:
        assert (shown.ends - shown.starts <= width)[within].all()


@given(st.integers(0, 40 * BLOCK), st.integers(0, 1000), st.sampled_from([0.0, 0.001, 1.0]), st.data())
def test_a_pyramid_changes_nothing(count: int, seed: int, missing: float, data: st.DataObject) -> None:
    values = signal(count, seed, missing)
    edges = np.unique(data.draw(st.lists(st.integers(0, count), min_size=2, max_size=30)))
    edges = np.asarray(edges, np.int64)
    built = Pyramid.of(values[: data.draw(st.integers(0, count))])
    for plain, quick in zip(extremes(values, edges), extremes(values, edges, built), strict=True):
        np.testing.assert_array_equal(plain, quick)


@given(st.integers(0, 40 * BLOCK), st.integers(0, 1000), st.data())
def test_a_pyramid_that_grew_is_the_one_that_is_built_at_once(count: int, seed: int, data: st.DataObject) -> None:
    values = signal(count, seed, 0.01)
    grown = Pyramid.of(values[: data.draw(st.integers(0, count))]).extended(values)
    whole = Pyramid.of(values)
    assert grown.count == whole.count == count
    for one, other in zip(grown.levels, whole.levels, strict=True):
        for mine, theirs in zip(one, other, strict=True):
            np.testing.assert_array_equal(mine, theirs)


def test_a_pyramid_takes_less_than_a_sixteenth_of_its_signal() -> None:
    values = np.zeros(10**6, np.float32)
    assert Pyramid.of(values).nbytes < values.nbytes / 16


def test_one_spike_in_many_samples_is_seen_at_every_zoom() -> None:
    values = np.zeros(2**20, np.float32)
    values[777_777] = 9
    timeline = Timeline(len(values))
    built = Pyramid.of(values)
    for power in range(2, 21):
        window = Window(777_777 - 2**power, 777_777 + 2**power)
        assert trace(values, timeline, window, budget=100, pyramid=built).high.max() == 9


def test_bins_stay_where_they_are_when_the_window_moves() -> None:
    values = np.random.default_rng(1).standard_normal(10**5).astype(np.float32)
    timeline = Timeline(len(values))
    first = trace(values, timeline, Window(1000, 60_000), budget=200)
    moved = trace(values, timeline, Window(1500, 60_500), budget=200)
    common = np.isin(moved.starts, first.starts)
    assert np.count_nonzero(common) > 100
    np.testing.assert_array_equal(moved.high[common], first.high[np.isin(first.starts, moved.starts)])


@given(st.data(), st.integers(4, 40))
def test_every_event_of_the_window_is_in_one_point(data: st.DataObject, budget: int) -> None:
    timeline, at = data.draw(rows())
    window = data.draw(windows(at))
    ids = np.arange(1, len(at) + 1)
    shown = ticks(timeline, window, budget=budget, entity_ids=ids)
    wanted = inside(at, window)
    assert shown.event_count == len(wanted) == shown.counts.sum()
    assert len(shown.counts) <= budget
    for start, end, count in zip(shown.starts, shown.ends, shown.counts, strict=True):
        assert len(inside(at, Window(start, end))) == count
    if shown.is_exact:
        np.testing.assert_array_equal(shown.entity_ids, ids[wanted])
        np.testing.assert_array_equal(shown.starts, at[wanted])


@given(st.data(), st.integers(4, 40), st.integers(0, 200), st.integers(0, 1000))
def test_every_interval_that_overlaps_the_window_is_in_one_stretch(
    data: st.DataObject, budget: int, count: int, seed: int
) -> None:
    random = np.random.default_rng(seed)
    first = np.sort(random.integers(-5, 400, count))
    intervals = np.column_stack([first, first + random.integers(0, 60, count)]).astype(np.int64)
    clock = np.cumsum(random.choice([1, 60], 300)) if seed % 2 else np.zeros(0, np.int64)
    on_clock = (intervals[:, 1] >= 0) & (intervals[:, 0] < len(clock)) if len(clock) else np.ones(count, bool)
    at = clock[np.clip(intervals, 0, len(clock) - 1)] if len(clock) else intervals
    window = data.draw(windows(np.sort(at.ravel()).astype(np.float64)))
    shown = spans(intervals, window, budget=budget, clock=clock, entity_ids=np.arange(1, count + 1))
    wanted = np.flatnonzero(on_clock & (at[:, 0] <= window.end) & (at[:, 1] >= window.start))
    assert shown.interval_count == len(wanted) == shown.counts.sum()
    assert shown.outside == np.count_nonzero(~on_clock)
    assert len(shown.counts) <= budget
    if shown.is_exact:
        np.testing.assert_array_equal(shown.entity_ids, wanted + 1)
        np.testing.assert_array_equal(np.column_stack([shown.starts, shown.ends]), at[wanted])
    for start, end in at[wanted]:
        assert ((shown.starts <= start) & (shown.ends >= end)).any()


@given(st.data(), st.integers(1, 30), st.integers(1, 12), st.integers(1, 6), st.integers(0, 1000))
def test_a_cell_of_a_grid_is_the_mean_of_what_is_known(
    data: st.DataObject, budget: int, channels: int, channel_budget: int, seed: int
) -> None:
    timeline, at = data.draw(rows(most=80))
    window = data.draw(windows(at))
    values = signal(len(at) * channels, seed, 0.2).reshape(len(at), channels)
    values[np.isinf(values)] = 7
    shown = grid(values, timeline, window, budget=budget, channel_budget=channel_budget)
    wanted = inside(at, window)
    assert shown.row_count == len(wanted)
    assert shown.cells.shape[0] <= budget
    assert shown.cells.shape[1] <= channel_budget
    seen = np.zeros(len(at), int)
    for start, end, cells in zip(shown.starts, shown.ends, shown.cells, strict=True):
        rows_of_bin = inside(at, Window(start, end))
        part = values[rows_of_bin]
        seen[rows_of_bin] += 1
        for number, cell in enumerate(cells):
            block = part[:, number * shown.channel_step : (number + 1) * shown.channel_step]
            known = block[~np.isnan(block)]
            assert cell == pytest.approx(known.mean(), abs=1e-5) if len(known) else np.isnan(cell)
    assert (seen[wanted] == 1).all()
    assert seen.sum() <= len(wanted) + 2


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 500), st.booleans(), st.booleans())
def test_a_frame_keeps_its_mean_within_a_budget_of_pixels(
    height: int, width: int, budget: int, is_color: bool, is_float: bool
) -> None:
    shape = (height, width, 3) if is_color else (height, width)
    picture = np.random.default_rng(height * width).integers(0, 256, shape).astype(np.uint8)
    shown = frame(picture.astype(np.float32) if is_float else picture, budget=budget)
    assert shown.pixels.shape[0] * shown.pixels.shape[1] <= budget
    for y in range(shown.pixels.shape[0]):
        for x in range(shown.pixels.shape[1]):
            square = picture[y * shown.step : (y + 1) * shown.step, x * shown.step : (x + 1) * shown.step]
            average = square.mean(axis=(0, 1))
            value = shown.pixels[y, x] / 255 * (shown.high - shown.low) + shown.low
            np.testing.assert_allclose(value, average, atol=1)


def test_missing_pixels_are_dark_and_infinite_ones_at_an_end() -> None:
    picture = np.array([[np.nan, 1, 2], [-np.inf, np.inf, 3]], np.float32)
    assert frame(picture, budget=10).pixels.tolist() == [[0, 0, 128], [0, 255, 255]]


def test_a_signal_without_samples_and_one_with_one() -> None:
    nothing = np.zeros(0, np.float32)
    assert len(trace(nothing, Timeline(0), Window(0, 10), budget=10).low) == 0
    one = trace(np.ones(1, np.float32), Timeline(1, start_index=5), Window(0, 10), budget=10)
    assert (one.starts.tolist(), one.high.tolist(), one.is_exact) == ([5.0], [1.0], True)
