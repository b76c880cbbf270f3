"""Points over time."""

from typing import Any

import numpy as np
import pytest

from whiskertoolbox_python import DataManager, Point2D, Point2DU32, PointData

from .ragged_suite import RaggedSuite


class TestPointData(RaggedSuite):
    kind = PointData
    keyword = "point"

    def entry(self, number: int) -> Point2D:
        return Point2D(number, 0.5)

    def number_of(self, entry: Any) -> int:
        return int(entry.x)


def test_several_points_are_added_to_one_time() -> None:
    points = PointData()
    points.addPointsAtTime(time=4, points=[Point2D(1, 2), Point2D(3, 4)])
    points.addPointsAtTime(4, np.array([[5, 6]]))
    points.addPointsAtTime(2, (Point2D(number, 0) for number in range(2)))
    points.addPointsAtTime(9, [])
    assert points.getAtTime(4) == [Point2D(1, 2), Point2D(3, 4), Point2D(5, 6)]
    assert points.getTimesWithData() == [2, 4]


def test_several_points_of_a_stored_object_get_ids() -> None:
    points = PointData()
    DataManager().setData("key", points, "time")
    points.addPointsAtTime(4, [Point2D(1, 2), Point2D(3, 4)])
    points.addPointsAtTime(0, [Point2D(1, 2)])
    assert points.entity_ids.tolist() == [3, 1, 2]


@pytest.mark.parametrize("points", [[(1, 2)], [Point2DU32(1, 2)], "points", {1: 2}, np.zeros(2), None])
def test_only_points_are_added(points: Any) -> None:
    with pytest.raises(TypeError):
        PointData().addPointsAtTime(0, points)


def test_columns_have_as_many_points_as_times() -> None:
    with pytest.raises(ValueError, match="2 times"):
        PointData.from_arrays([0, 1], [[1, 2]])
    with pytest.raises(ValueError, match="shape"):
        PointData.from_arrays([0, 1], [1, 2])
    assert len(PointData.from_arrays(np.zeros(0, int), np.zeros((0, 2)))) == 0


def test_not_a_number_is_kept() -> None:
    points = PointData.from_arrays([3, 1], np.array([[np.nan, 1], [2, 3]]))
    assert points.points[0].tolist() == [2, 3]
    assert np.isnan(points.getAtTime(3)[0].x)


def test_a_returned_point_is_a_copy() -> None:
    points = PointData.from_arrays([0], [[1, 2]])
    points.getAtTime(0)[0].x = 50
    assert points.getAtTime(0) == [Point2D(1, 2)]
