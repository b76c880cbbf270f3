"""Indices, ticks, intervals of indices and clocks behave as upstream's; conversion between clocks."""

import copy
import math
import operator
import pickle
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from whiskertoolbox_python import AnalogTimeSeries, ClockTicks, DigitalEventSeries, Interval, TimeFrame, TimeFrameIndex

ticks = st.integers(-(2**31), 2**31 - 1)
sorted_ticks = st.lists(ticks, max_size=30).map(sorted)


class TestTimeFrameIndex:
    def test_has_a_value_and_prints_it(self) -> None:
        index = TimeFrameIndex(5)
        assert (index.getValue(), int(index), float(index), str(index), repr(index)) == (
            *(5, 5, 5.0, "5"),
            "TimeFrameIndex(5)",
        )

    @pytest.mark.parametrize("value", [True, np.int8(1), np.uint64(1), TimeFrameIndex(1), ClockTicks(1)])
    def test_is_made_of_anything_with_an_index(self, value: Any) -> None:
        assert TimeFrameIndex(value) == 1

    @pytest.mark.parametrize("value", [5.0, np.float32(5), np.float64(5), "5", None, [5], 2**63, -(2**63) - 1])
    def test_is_not_made_of_floats_text_or_what_does_not_fit(self, value: Any) -> None:
        with pytest.raises(TypeError, match="incompatible function arguments"):
            TimeFrameIndex(value)

    def test_compares_with_integers_in_both_orders(self) -> None:
        index = TimeFrameIndex(5)
        assert index == 5
        assert 5 == index  # noqa: SIM300 - this order is what is tested
        assert index < 6
        assert index >= np.int64(5)
        assert index != 4
        assert index < ClockTicks(6)
        assert index <= TimeFrameIndex(5)

    @pytest.mark.parametrize("other", [5.0, None, "a", 2**70])
    def test_is_unequal_to_other_things(self, other: Any) -> None:
        assert not TimeFrameIndex(5) == other  # noqa: SIM201 - this operator is what is tested
        assert TimeFrameIndex(5) != other

    @pytest.mark.parametrize("other", [5.0, None, "a"])
    def test_is_not_ordered_with_other_things(self, other: Any) -> None:
        for compare in (operator.lt, operator.le, operator.gt, operator.ge):
            with pytest.raises(TypeError):
                compare(TimeFrameIndex(5), other)

    def test_adds_and_subtracts_what_is_on_its_right(self) -> None:
        assert repr(TimeFrameIndex(5) + 3) == "TimeFrameIndex(8)"
        assert repr(TimeFrameIndex(5) - TimeFrameIndex(7)) == "TimeFrameIndex(-2)"

    def test_has_no_other_arithmetic(self) -> None:
        index: Any = TimeFrameIndex(5)
        attempts: list[Callable[[], object]] = [
            lambda: 3 + index,
            lambda: 3 - index,
            lambda: index * 2,
            lambda: index // 2,
            lambda: -index,
            lambda: abs(index),
            lambda: index + 1.0,
        ]
        for attempt in attempts:
            with pytest.raises(TypeError):
                attempt()

    def test_is_always_true_and_usable_as_an_index(self) -> None:
        assert TimeFrameIndex(0)
        assert "abc"[TimeFrameIndex(1)] == "b"

    def test_hashes_as_an_integer_unless_negative(self) -> None:
        assert {TimeFrameIndex(5): 1}[5] == 1  # type: ignore[index]  # upstream scripts do this
        assert hash(TimeFrameIndex(-1)) != hash(-1)

    def test_is_immutable_and_cannot_be_copied(self) -> None:
        index = TimeFrameIndex(5)
        with pytest.raises(AttributeError):
            index.value = 6  # type: ignore[attr-defined]  # that is the point
        with pytest.raises(TypeError):
            copy.copy(index)
        with pytest.raises(TypeError):
            pickle.dumps(index)

    def test_becomes_a_numpy_integer_when_asked(self) -> None:
        assert np.array([TimeFrameIndex(1)]).dtype == object
        assert np.array([TimeFrameIndex(1)], dtype=np.int64).tolist() == [1]


class TestClockTicks:
    def test_has_a_value_and_prints_it(self) -> None:
        tick = ClockTicks(5)
        assert (tick.getValue(), int(tick), operator.index(tick), str(tick), repr(tick)) == (
            *(5, 5, 5, "5"),
            "ClockTicks(5)",
        )

    def test_compares_with_integers_and_indices(self) -> None:
        assert ClockTicks(5) == 5
        assert ClockTicks(5) == TimeFrameIndex(5)
        assert ClockTicks(5) < 6 <= ClockTicks(6)

    def test_is_unhashable_and_has_no_arithmetic(self) -> None:
        with pytest.raises(TypeError):
            hash(ClockTicks(5))
        with pytest.raises(TypeError):
            ClockTicks(5) + 1  # type: ignore[operator]  # that is the point


class TestInterval:
    def test_has_ends_that_can_be_set(self) -> None:
        interval = Interval(10, 50)
        interval.start = 20
        interval.end = TimeFrameIndex(60)
        assert repr(interval) == "Interval(20, 60)"
        assert interval.start == 20
        assert interval.end == 60
        assert isinstance(interval.start, TimeFrameIndex)

    def test_takes_its_ends_by_name(self) -> None:
        assert Interval(start=1, end=2) == Interval(1, 2)

    def test_may_end_before_it_starts(self) -> None:
        assert repr(Interval(5, 1)) == "Interval(5, 1)"

    def test_is_compared_by_value_and_only_with_intervals(self) -> None:
        assert Interval(1, 2) == Interval(1, 2)
        assert Interval(1, 2) != Interval(1, 3)
        assert Interval(1, 2) != (1, 2)

    def test_is_neither_hashable_nor_iterable_nor_made_of_floats(self) -> None:
        interval: Any = Interval(1, 2)
        with pytest.raises(TypeError):
            hash(interval)
        with pytest.raises(TypeError):
            _, _ = interval
        with pytest.raises(TypeError):
            interval.start = 1.0
        with pytest.raises(TypeError):
            Interval(1, 2.0)  # type: ignore[arg-type]  # that is the point


class TestTimeFrame:
    def test_keeps_the_ticks_as_given(self) -> None:
        clock = TimeFrame([5, 3, 3])
        assert (len(clock), clock.getTotalFrameCount(), repr(clock)) == (3, 3, "TimeFrame(frames=3)")
        assert clock.times.tolist() == [5, 3, 3]

    @pytest.mark.parametrize(
        "times",
        [(1, 2), range(1, 3), {1, 2}, map(int, "12"), np.array([1, 2], np.uint8)],
    )
    def test_is_made_of_any_list_of_integers(self, times: Any) -> None:
        assert TimeFrame(times).times.tolist() == [1, 2]

    def test_is_made_of_indices(self) -> None:
        assert TimeFrame([TimeFrameIndex(1), ClockTicks(2)]).times.tolist() == [1, 2]

    @pytest.mark.parametrize(
        "times",
        [
            [2**31],
            np.array([2**31]),
            [1.0],
            np.array([1.0]),
            "12",
            b"12",
            {1: 2},
            iter([1]),
            np.zeros((1, 1), int),
            5,
            [[1]],
        ],
    )
    def test_is_not_made_of_anything_else(self, times: Any) -> None:
        with pytest.raises(TypeError, match="incompatible function arguments"):
            TimeFrame(times)

    def test_reads_zero_outside(self) -> None:
        clock = TimeFrame([10, 20])
        assert [clock.getTimeAtIndex(index) for index in (0, 1)] == [10, 20]
        for index in (-1, 2):
            with pytest.warns(UserWarning, match=f"a clock of 2 indices has no index {index}"):
                assert clock.getTimeAtIndex(index) == 0
        assert isinstance(clock.getTimeAtIndex(TimeFrameIndex(0)), ClockTicks)

    @pytest.mark.parametrize(
        ("time", "preceding", "following"),
        [(-5, 0, 0), (0, 0, 0), (50, 0, 1), (51, 1, 1), (100, 1, 1), (101, 1, 1)],
    )
    def test_finds_the_nearest_or_the_next_index(self, time: int, preceding: int, following: int) -> None:
        clock = TimeFrame([0, 100])
        assert clock.getIndexAtTime(time) == preceding
        assert clock.getIndexAtTime(ClockTicks(time), preceding=False) == following
        assert isinstance(clock.getIndexAtTime(time), TimeFrameIndex)

    def test_finds_the_first_of_equal_ticks(self) -> None:
        assert TimeFrame([0, 5, 5, 9]).getIndexAtTime(5) == 1

    def test_finds_minus_one_when_empty(self) -> None:
        assert TimeFrame().getIndexAtTime(5) == TimeFrame([]).getIndexAtTime(5, False) == -1

    def test_is_not_iterable_by_upstreams_means_but_is_an_array(self) -> None:
        assert np.asarray(TimeFrame([1, 2])).tolist() == [1, 2]
        assert TimeFrame([1]) != TimeFrame([1])

    def test_adopts_an_array_of_64_bit_ticks(self) -> None:
        times = np.array([2**40, 2**41])
        clock = TimeFrame.from_array(times, ticks_per_second=30000)
        assert np.shares_memory(clock.times, times)
        assert clock.getTimeAtIndex(1) == 2**41
        assert clock.ticks_per_second == 30000

    @pytest.mark.filterwarnings("ignore:Setting the shape:DeprecationWarning")  # NumPy from 2.5 on
    def test_hands_out_views_that_cannot_be_written(self) -> None:
        clock = TimeFrame([10, 20])
        clock.times.shape = (2, 1)
        assert clock.times.tolist() == [10, 20]
        for array in (clock.times, np.asarray(clock), TimeFrame.from_array(np.array([1, 2], np.int32)).times):
            with pytest.raises(ValueError, match="WRITEABLE"):
                array.flags.writeable = True

    def test_leaves_an_array_that_it_adopts_as_it_is(self) -> None:
        times = np.array([1, 2])
        TimeFrame.from_array(times)
        assert times.flags.writeable

    @pytest.mark.parametrize("rate", [0, -1, float("nan"), float("inf")])
    def test_refuses_an_impossible_rate(self, rate: float) -> None:
        with pytest.raises(ValueError, match="positive"):
            TimeFrame([1], ticks_per_second=rate)

    def test_says_how_to_give_a_rate_that_it_lacks(self) -> None:
        with pytest.raises(ValueError, match="ticks_per_second="):
            TimeFrame([1]).seconds_at([0])

    @given(sorted_ticks, ticks)
    def test_the_nearest_index_is_the_nearest(self, times: list[int], time: int) -> None:
        found = int(TimeFrame(times).getIndexAtTime(time))
        if not times:
            assert found == -1
            return
        nearest = min(abs(other - time) for other in times)
        assert abs(times[found] - time) == nearest
        assert times[found] <= time or time - nearest not in times  # the earlier one on a tie

    @given(sorted_ticks.filter(bool), ticks)
    def test_the_next_index_is_the_first_not_before(self, times: list[int], time: int) -> None:
        found = int(TimeFrame(times).getIndexAtTime(time, preceding=False))
        assert found == next((i for i, other in enumerate(times) if other >= time), len(times) - 1)

    @given(sorted_ticks.filter(bool), st.lists(ticks, max_size=20))
    def test_many_at_once_agree_with_one_at_a_time(self, times: list[int], wanted: list[int]) -> None:
        clock = TimeFrame(times)
        for preceding in (True, False):
            expected = [int(clock.getIndexAtTime(time, preceding)) for time in wanted]
            assert clock.indices_at(np.array(wanted, np.int64), preceding=preceding).tolist() == expected

    @given(sorted_ticks.filter(bool), sorted_ticks.filter(bool), st.data())
    def test_conversion_goes_by_the_tick(self, source: list[int], target: list[int], data: st.DataObject) -> None:
        index = data.draw(st.integers(0, len(source) - 1))
        one, other = TimeFrame(source), TimeFrame(target)
        expected = other.getIndexAtTime(one.getTimeAtIndex(index))
        assert one.convert([index], other).tolist() == [int(expected)]
        assert one.convert([index], one).tolist() == [index]

    @given(st.lists(ticks, min_size=1, unique=True).map(sorted), st.data())
    def test_conversion_there_and_back_changes_nothing_where_ticks_agree(
        self, times: list[int], data: st.DataObject
    ) -> None:
        part = data.draw(st.lists(st.sampled_from(times), min_size=1, unique=True).map(sorted))
        whole, some = TimeFrame(times), TimeFrame(part)
        indices = np.arange(len(part))
        assert whole.convert(some.convert(indices, whole), some).tolist() == indices.tolist()

    def test_a_range_is_converted_from_the_first_inside_to_the_nearest_of_its_end(self) -> None:
        master, camera = TimeFrame(range(0, 1000, 10)), TimeFrame([0, 300, 600, 900])
        assert master.convert_range(1, 50, camera) == (1, 2)

    def test_an_index_outside_has_no_time_anywhere_and_is_told(self) -> None:
        clock = TimeFrame([5, 10], ticks_per_second=10)
        told = r"2 of 3 indices are outside the clock of 2 \(first: -3\), so that they have no tick"
        with pytest.warns(UserWarning, match=told):
            assert clock.convert([-3, 1, 7], TimeFrame([4, 11])).tolist() == [TimeFrame.NO_TIME, 1, TimeFrame.NO_TIME]
        with pytest.warns(UserWarning, match=told):
            assert clock.times_at([-3, 1, 7]).tolist() == [TimeFrame.NO_TIME, 10, TimeFrame.NO_TIME]
        with pytest.warns(UserWarning, match=told):
            assert np.array_equal(clock.seconds_at([-3, 1, 7]), [np.nan, 1, np.nan], equal_nan=True)

    def test_the_part_of_a_range_that_is_in_the_clock_is_converted(self) -> None:
        clock, target = TimeFrame([0, 10, 20]), TimeFrame(range(100))
        assert clock.convert_range(-5, 1, target) == (0, 10)
        assert clock.convert_range(2, 99, target) == (20, 20)
        first, last = clock.convert_range(3, 99, target)
        assert first > last

    @given(st.integers(-(2**40), 2**40), st.floats(1e-3, 1e6), st.data())
    def test_a_bound_in_seconds_is_that_of_exact_arithmetic(self, tick: int, rate: float, data: st.DataObject) -> None:
        series = DigitalEventSeries([tick - 1, tick, tick + 1])
        series.setTimeFrame(TimeFrame.from_array(np.arange(0), ticks_per_second=rate))
        seconds = data.draw(st.sampled_from([tick / rate, math.nextafter(tick / rate, math.inf)]))
        assert series.getEventsInRange(seconds, seconds, unit="seconds").tolist() == [tick]
        between = (tick + data.draw(st.floats(0.01, 0.99))) / rate
        exact = Fraction(between) * Fraction(rate)
        if abs(exact - round(exact)) > Fraction(1, 200):
            after = series.getEventsInRange(between, math.inf, unit="seconds").tolist()
            assert after == [index for index in (tick - 1, tick, tick + 1) if index >= exact]

    def test_an_empty_clock_cannot_be_converted(self) -> None:
        with pytest.raises(ValueError, match="the clock is empty"):
            TimeFrame().convert([0], TimeFrame([1]))


class TestQueriesByTime:
    def series(self) -> AnalogTimeSeries:
        angle = AnalogTimeSeries(range(5), 5)
        angle.setTimeFrame(TimeFrame([0, 100, 200, 300, 400], ticks_per_second=1000))
        return angle

    def test_by_index_both_ends_are_inside(self) -> None:
        assert self.series().restrict(1, 3).toList() == [1, 2, 3]

    def test_by_interval(self) -> None:
        assert self.series().restrict(Interval(1, 3)).toList() == [1, 2, 3]

    def test_by_ticks(self) -> None:
        assert self.series().restrict(100, 299, unit="ticks").toList() == [1, 2]

    def test_by_seconds(self) -> None:
        assert self.series().restrict(0.1, 0.3, unit="seconds").toList() == [1, 2, 3]
        assert self.series().restrict(0.15, float("inf"), unit="seconds").toList() == [2, 3, 4]

    def test_by_the_indices_of_another_clock(self) -> None:
        master = TimeFrame(range(0, 401, 50))
        assert self.series().restrict(3, 6, clock=master).toList() == [2, 3]

    def test_keeps_the_indices_and_the_clock(self) -> None:
        angle = self.series()
        part = angle.restrict(2, 3)
        assert part.times.tolist() == [2, 3]
        assert part.getTimeFrame() is angle.getTimeFrame()
        assert np.shares_memory(part.values, angle.values)

    def test_without_a_clock_says_so(self) -> None:
        with pytest.raises(ValueError, match="no TimeFrame"):
            AnalogTimeSeries([1], 1).restrict(0, 1, unit="ticks")

    def test_an_unknown_unit_says_which_there_are(self) -> None:
        with pytest.raises(ValueError, match="'index', 'ticks' or 'seconds'"):
            self.series().restrict(0, 1, unit="minutes")  # type: ignore[arg-type]  # that is the point

    def test_a_start_needs_an_end(self) -> None:
        with pytest.raises(TypeError):
            self.series().restrict(1)


@pytest.mark.parametrize("method", ["times_at", "indices_at", "seconds_at"])
def test_many_indices_are_never_fractions(method: str) -> None:
    clock = TimeFrame.from_array([10, 20, 30], ticks_per_second=10)
    with pytest.raises(TypeError, match="must be integers"):
        getattr(clock, method)([0.5, 1.5])
    assert len(getattr(clock, method)([])) == 0


def test_many_indices_may_be_objects_that_stand_for_integers() -> None:
    clock = TimeFrame([10, 20, 30])
    assert clock.times_at([TimeFrameIndex(2), TimeFrameIndex(0)]).tolist() == [30, 10]
    assert clock.indices_at([clock.getTimeAtIndex(1)]).tolist() == [1]
