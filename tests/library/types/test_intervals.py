"""DigitalIntervalSeries behaves as upstream's, and takes and gives arrays."""

import warnings
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from whiskertoolbox_python import DataManager, DigitalIntervalSeries, EntityId, Interval, TimeFrame, TimeFrameIndex
from whiskertoolbox_python.upstream.notices import notices_to

FIRST, LAST = -(2**63), 2**63 - 1
extremes = st.sampled_from([FIRST, FIRST + 1, -1, 0, 1, LAST - 1, LAST])
widest = st.tuples(extremes, extremes).map(lambda pair: (min(pair), max(pair)))
bounds = st.tuples(st.integers(0, 40), st.integers(0, 6)).map(lambda pair: (pair[0], pair[0] + pair[1]))


def pairs(series: DigitalIntervalSeries) -> list[tuple[int, int]]:
    return [(int(interval.start), int(interval.end)) for interval in series.toList()]


def test_intervals_are_sorted_distinct_and_not_merged() -> None:
    series = DigitalIntervalSeries([Interval(5, 9), Interval(0, 7), Interval(5, 9)])
    assert pairs(series) == [(0, 7), (5, 9)]
    assert (series.size(), len(series), repr(series)) == (2, 2, "DigitalIntervalSeries(intervals=2)")
    assert not series.isView()
    assert not series.isLazy()


@pytest.mark.parametrize("intervals", [[(1, 2)], [1, 2], "ab", np.zeros((2, 3), int), np.zeros((2, 2)), 5, {1: 2}])
def test_intervals_are_made_of_nothing_else(intervals: Any) -> None:
    with pytest.raises(TypeError):
        DigitalIntervalSeries(intervals)


def test_intervals_are_made_of_an_array() -> None:
    series = DigitalIntervalSeries(np.array([[5, 9], [0, 3]]))
    assert series.intervals.tolist() == [[0, 3], [5, 9]]
    assert np.asarray(series).tolist() == [[0, 3], [5, 9]]
    assert DigitalIntervalSeries.from_array([[1, 2]]).intervals.dtype == np.int64
    assert len(DigitalIntervalSeries(np.zeros((0, 2)))) == 0


def test_adding_merges_what_overlaps_or_touches() -> None:
    series = DigitalIntervalSeries()
    series.addEvent(Interval(0, 10))
    series.addEvent(11, 12)
    assert pairs(series) == [(0, 12)]
    series.addInterval(14, 15)
    assert pairs(series) == [(0, 12), (14, 15)]
    series.addInterval(start=13, end=13)
    assert pairs(series) == [(0, 15)]
    series.addEvent(interval=Interval(3, 4))
    assert pairs(series) == [(0, 15)]


def test_adding_merges_intervals_that_overlap_already() -> None:
    series = DigitalIntervalSeries([Interval(0, 10), Interval(2, 4), Interval(8, 20), Interval(30, 40)])
    series.addInterval(19, 25)
    assert pairs(series) == [(0, 10), (2, 4), (8, 25), (30, 40)]


@pytest.mark.parametrize(("start", "added"), [(0, 7), (100, 400)])
def test_adding_merges_up_to_the_last_index_there_is(start: int, added: int) -> None:
    series = DigitalIntervalSeries([Interval(start, LAST), Interval(start + 5, start + 6)])
    series.addInterval(added, added + 1)
    assert pairs(series) == [(start, LAST)]


@pytest.mark.parametrize("make", [DigitalIntervalSeries, DigitalIntervalSeries.from_array])
def test_bounds_outside_64_bits_are_a_type_error(make: Any) -> None:
    with pytest.raises(TypeError, match="holds 9223372036854775808"):
        make(np.array([[0, 2**63]], np.uint64))


def test_an_interval_that_ends_before_it_starts_is_passed_over_with_a_warning() -> None:
    series = DigitalIntervalSeries()
    for add in (series.addEvent, series.addInterval):
        with pytest.warns(UserWarning, match="start 5 is after end 2"):
            add(5, 2)
    assert len(series) == 0


def test_an_interval_object_that_ends_before_it_starts_is_stored() -> None:
    series = DigitalIntervalSeries([Interval(0, 3)])
    told = r"1 of 1 intervals ends before it starts \(first: interval \d, 5 to 2\)"
    with pytest.warns(UserWarning, match=told):
        series.addEvent(Interval(5, 2))
    assert pairs(series) == [(0, 3), (5, 2)]


@pytest.mark.parametrize(
    "make",
    [
        lambda: DigitalIntervalSeries([Interval(0, 3), Interval(5, 2)]),
        lambda: DigitalIntervalSeries.from_array([[0, 3], [5, 2]]),
    ],
)
def test_intervals_that_end_before_they_start_are_told(make: Any) -> None:
    with pytest.warns(UserWarning, match=r"1 of 2 intervals ends before it starts \(first: interval \d, 5 to 2\)"):
        assert pairs(make()) == [(0, 3), (5, 2)]


@pytest.mark.parametrize("arguments", [(), (1,), (1, 2.0), ((1, 2),), (Interval(1, 2), 3), (None, None)])
def test_adding_anything_else_is_a_type_error(arguments: Any) -> None:
    with pytest.raises(TypeError):
        DigitalIntervalSeries().addEvent(*arguments)


def test_removing_needs_the_exact_interval() -> None:
    series = DigitalIntervalSeries([Interval(0, 10), Interval(20, 30)])
    assert series.removeInterval(Interval(0, 9)) is False
    assert series.removeInterval(interval=Interval(0, 10)) is True
    assert pairs(series) == [(20, 30)]
    with pytest.raises(TypeError):
        series.removeInterval(20, 30)  # type: ignore[arg-type, call-arg]  # that is the point


def test_clearing_keeps_clock_and_identity() -> None:
    manager, series = DataManager(), DigitalIntervalSeries([Interval(0, 1)])
    manager.setData("i", series, "time")
    series.clear()
    assert len(series) == 0
    assert series.getTimeFrame() is manager.getTime("time")
    series.addInterval(5, 6)
    assert series.entity_ids.tolist() == [2]


def test_an_interval_that_was_moved_keeps_its_identity_and_its_old_place_gets_a_new_one() -> None:
    manager, series = DataManager(), DigitalIntervalSeries([Interval(0, 10), Interval(20, 30)])
    manager.setData("i", series, "time")
    first, second = series.entity_ids.tolist()
    series.removeInterval(Interval(0, 10))
    series.addInterval(40, 50)
    series.set_entity_id(Interval(40, 50), first)
    assert series.entity_ids.tolist() == [second, first]
    series.addInterval(0, 10)
    assert series.entity_ids[0] not in (first, second)
    for entry, entity_id, error in (
        (Interval(0, 10), first, ValueError),
        (Interval(0, 10), 0, ValueError),
        (Interval(0, 9), first, KeyError),
    ):
        with pytest.raises(error):
            series.set_entity_id(entry, entity_id)
    with pytest.raises(ValueError, match="before the series is stored"):
        DigitalIntervalSeries([Interval(0, 1)]).set_entity_id(Interval(0, 1), 5)


def test_listed_intervals_are_copies_of_indices_whatever_the_clock() -> None:
    series = DigitalIntervalSeries([Interval(0, 1)])
    series.setTimeFrame(TimeFrame([100, 200]))
    series.toList()[0].start = 5
    assert pairs(series) == [(0, 1)]


def test_without_a_clock_the_ids_are_zero() -> None:
    assert DigitalIntervalSeries([Interval(0, 1)]).toListWithIds() == [(Interval(0, 1), EntityId(0))]


def test_an_index_is_looked_up() -> None:
    series = DigitalIntervalSeries([Interval(5, 9)])
    assert series.hasIntervalAtTime(5)
    assert series.hasIntervalAtTime(TimeFrameIndex(9))
    assert not series.hasIntervalAtTime(10)
    series.setTimeFrame(TimeFrame(range(0, 1000, 100)))
    assert series.hasIntervalAtTime(14, TimeFrame(range(0, 1000, 50)))
    assert 7 in series
    assert Interval(5, 9) in series
    assert Interval(5, 8) not in series


def test_a_range_gives_whole_intervals_that_overlap_it() -> None:
    series = DigitalIntervalSeries([Interval(0, 3), Interval(5, 9), Interval(20, 30)])
    assert series.getIntervalsInRange(3, 6).tolist() == [[0, 3], [5, 9]]
    assert series.restrict(9, 19).intervals.tolist() == [[5, 9]]


def test_it_goes_to_another_clock_by_time() -> None:
    series = DigitalIntervalSeries([Interval(1, 29), Interval(31, 33), Interval(40, 50)])
    series.setTimeFrame(TimeFrame(range(0, 1000, 10)))
    camera = TimeFrame([0, 100, 200, 300, 450, 900])
    found = series.to_clock(camera)
    assert found.intervals.tolist() == [[1, 3], [4, 4]]
    assert found.getTimeFrame() is camera
    with pytest.raises(ValueError, match="no TimeFrame"):
        DigitalIntervalSeries().to_clock(camera)


def test_it_is_iterable_and_sliceable() -> None:
    series = DigitalIntervalSeries([Interval(0, 3), Interval(5, 9)])
    assert list(series) == [Interval(0, 3), Interval(5, 9)]
    assert series[-1] == Interval(5, 9)
    assert series[:1].tolist() == [[0, 3]]


@given(st.lists(bounds, max_size=25))
def test_added_intervals_cover_the_same_indices_and_stay_apart(added: list[tuple[int, int]]) -> None:
    series = DigitalIntervalSeries()
    covered: set[int] = set()
    for start, end in added:
        series.addInterval(start, end)
        covered |= set(range(start, end + 1))
    found = pairs(series)
    assert {index for start, end in found for index in range(start, end + 1)} == covered
    assert all(end + 1 < start for (_, end), (start, _) in pairwise(found))


@given(st.lists(bounds | widest, max_size=15), st.lists(bounds | widest, max_size=10))
def test_one_pass_from_left_to_right_merges_as_upstream_does(
    first: list[tuple[int, int]], added: list[tuple[int, int]]
) -> None:
    series = DigitalIntervalSeries([Interval(start, end) for start, end in first])
    expected = sorted(set(first))
    for start, end in added:
        kept = []
        for other in expected:
            if other[0] <= end + 1 and other[1] + 1 >= start:
                start, end = min(start, other[0]), max(end, other[1])
            else:
                kept.append(other)
        expected = sorted([*kept, (start, end)])
    for start, end in added:
        series.addInterval(start, end)
    assert sorted(pairs(series)) == expected


@given(st.lists(bounds, max_size=12), st.lists(bounds, max_size=12))
def test_ids_stay_with_their_intervals(first: list[tuple[int, int]], added: list[tuple[int, int]]) -> None:
    series = DigitalIntervalSeries([Interval(start, end) for start, end in first])
    DataManager().setData("i", series, "time")
    for start, end in added:
        before = dict(zip(pairs(series), series.entity_ids.tolist(), strict=True))
        merged, grown = [], (start, end)
        for pair in sorted(before):
            if pair[0] <= grown[1] + 1 and pair[1] + 1 >= grown[0]:
                merged.append(pair)
                grown = (min(pair[0], grown[0]), max(pair[1], grown[1]))
        series.addInterval(start, end)
        after = dict(zip(pairs(series), series.entity_ids.tolist(), strict=True))
        assert len(set(after.values())) == len(after)
        assert all(after[pair] == before[pair] for pair in before if pair not in merged)
        if merged:
            assert before[min(merged)] in after.values()


def test_who_listens_is_told_instead_of_the_caller() -> None:
    told: list[str] = []
    with warnings.catch_warnings(), notices_to(told.append):
        warnings.simplefilter("error")
        DigitalIntervalSeries(np.array([[0, 3], [5, 2]]))
    (message,) = told
    assert message.startswith(
        "DigitalIntervalSeries: 1 of 2 intervals ends before it starts (first: interval 2, 5 to 2)"
    )
