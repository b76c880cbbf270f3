"""Lines over time."""

from typing import Any

import numpy as np
import pytest

from whiskertoolbox_python import ImageSize, Line2D, LineData, Point2D

from .ragged_suite import RaggedSuite


class TestLineData(RaggedSuite):
    kind = LineData
    keyword = "line"

    def entry(self, number: int) -> Line2D:
        return (
            Line2D([number] * (number % 3), [0.5] * (number % 3)) if number % 3 else Line2D([number, 1, 2], [0, 0, 0])
        )

    def number_of(self, entry: Any) -> int:
        return int(entry[0].x)


def columns() -> LineData:
    return LineData.from_arrays([7, 2, 7], [0, 2, 5, 6], np.arange(12).reshape(6, 2), image_size=ImageSize(9, 8))


def test_columns_are_put_in_order_of_time() -> None:
    lines = columns()
    assert lines.times.tolist() == [2, 7, 7]
    assert [np.asarray(line).tolist() for line in lines.getAtTime(7)] == [[[0, 1], [2, 3]], [[10, 11]]]
    assert [np.asarray(line)[:, 0].tolist() for line in lines.getAtTime(2)] == [[4, 6, 8]]
    assert lines.points.dtype == np.float32
    assert lines.getImageSize() == ImageSize(9, 8)


def test_given_columns_are_copied_unless_adopted() -> None:
    points = np.zeros((3, 2), np.float32)
    assert not np.shares_memory(LineData.from_arrays([0], [0, 3], points).points, points)
    assert np.shares_memory(LineData.from_arrays([0], [0, 3], points, copy=False).points, points)


def test_an_adopted_array_is_not_written_to() -> None:
    points = np.zeros((3, 2), np.float32)
    lines = LineData.from_arrays([0], [0, 3], points, copy=False)
    lines.addAtTime(0, Line2D([9], [9]))
    assert len(points) == 3
    assert not points.any()


@pytest.mark.parametrize(
    ("times", "offsets", "points"),
    [
        ([0], [0], np.zeros((0, 2))),
        ([0], [0, 1, 2], np.zeros((2, 2))),
        ([0], [0, 1], np.zeros((2, 2))),
        ([0], [1, 2], np.zeros((2, 2))),
        ([0, 1], [0, 2, 1], np.zeros((1, 2))),
        ([0], [0, 2], np.zeros((2, 3))),
        ([0], [0, 2], np.zeros(2)),
    ],
)
def test_columns_that_do_not_fit_are_refused(times: Any, offsets: Any, points: Any) -> None:
    with pytest.raises(ValueError, match=r"offsets|points"):
        LineData.from_arrays(times, offsets, points)


def test_times_and_offsets_are_integers() -> None:
    with pytest.raises(TypeError):
        LineData.from_arrays([0.0], [0, 1], np.zeros((1, 2)))
    with pytest.raises(TypeError):
        LineData.from_arrays([0], [0.0, 1.0], np.zeros((1, 2)))


def test_no_columns_make_no_lines() -> None:
    assert len(LineData.from_arrays(np.zeros(0, int), [0], np.zeros((0, 2)))) == 0


def test_a_stored_line_is_a_view_until_it_is_changed() -> None:
    lines = columns()
    line = lines.getAtTime(2)[0]
    assert np.shares_memory(np.asarray(line), lines.points)
    assert not np.asarray(line).flags.writeable
    line.push_back(Point2D(1, 1))
    assert len(line) == 4
    assert [len(one) for one in lines.getAtTime(2)] == [3]


def test_a_line_changed_after_it_was_added_leaves_the_data_alone() -> None:
    lines, line = LineData(), Line2D([1], [1])
    for time in (5, 0):  # in order, and late
        lines.addAtTime(time, line)
        line.push_back(Point2D(2, 2))
    assert [len(one) for _, _, one in lines] == [2, 1]


def test_an_empty_line_counts_as_an_entry() -> None:
    lines = LineData()
    lines.addAtTime(1, Line2D())
    assert len(lines) == 1
    assert lines.getAtTime(1)[0].empty()
