"""Lines and masks as values."""

from typing import Any

import numpy as np
import pytest

from whiskertoolbox_python import Line2D, Mask2D, Point2D, Point2DU32

SHAPES: list[tuple[Any, Any]] = [(Line2D, Point2D), (Mask2D, Point2DU32)]
both = pytest.mark.parametrize(("shape", "point"), SHAPES)


@both
def test_a_shape_is_made_of_points_coordinates_or_an_array(shape: Any, point: Any) -> None:
    expected = [point(1, 2), point(3, 4)]
    for made in (
        shape(expected),
        shape(points=tuple(expected)),
        shape(one for one in expected),
        shape([1, 3], [2, 4]),
        shape(x=range(1, 4, 2), y=np.array([2, 4], np.uint8)),
        shape(np.array([[1, 2], [3, 4]])),
        shape(shape(expected)),
    ):
        assert made.toList() == expected
        assert repr(made) == f"{shape.__name__}(points=2)"


@both
def test_an_empty_shape_is_empty(shape: Any, point: Any) -> None:
    for made in (shape(), shape([]), shape([], []), shape(np.zeros((0, 2), int))):
        assert (made.size(), len(made), made.empty(), made.toList()) == (0, 0, True, [])
        assert np.asarray(made).shape == (0, 2)


@both
def test_coordinates_of_unequal_number_are_refused(shape: Any, point: Any) -> None:
    with pytest.raises(ValueError, match="x has 2 values and y has 1"):
        shape([1, 2], [1])


@both
@pytest.mark.parametrize(
    "arguments",
    [
        (None,),
        ("points",),
        ({1: 2},),
        ([(1, 2)],),
        ([1, 2],),
        (np.zeros(4, int),),
        (np.zeros((2, 3), int),),
        (iter([]),),
        ([1], None),
        ([1], ["a"]),
        (np.ones((1, 1), int), np.ones((1, 1), int)),
        ([1], [2], [3]),
    ],
)
def test_what_is_no_list_of_points_or_numbers_is_refused(shape: Any, point: Any, arguments: Any) -> None:
    with pytest.raises(TypeError):
        shape(*arguments)


@both
def test_points_are_of_the_shapes_own_kind(shape: Any, point: Any) -> None:
    other = Point2D if point is Point2DU32 else Point2DU32
    with pytest.raises(TypeError):
        shape([other(1, 2)])
    with pytest.raises(TypeError):
        shape().push_back(other(1, 2))


@both
def test_one_coordinate_given_twice_or_alone_is_refused(shape: Any, point: Any) -> None:
    for arguments in ({"x": [1]}, {"y": [1]}, {"points": [], "x": [1], "y": [1]}):
        with pytest.raises(TypeError):
            shape(**arguments)


@both
def test_an_index_gives_a_copy(shape: Any, point: Any) -> None:
    made = shape([1, 3], [2, 4])
    made[0].x = 50
    made.toList()[0].x = 50
    for one in made:
        one.x = 50
    assert made[0] == point(1, 2)
    assert made[np.int64(1)] == point(3, 4)


@both
def test_an_index_is_within_the_shape(shape: Any, point: Any) -> None:
    made = shape([1], [2])
    with pytest.raises(IndexError):
        made[1]
    for index in (-1, 0.0, "0"):
        with pytest.raises(TypeError):
            made[index]
    with pytest.raises(TypeError):
        made[0] = point(1, 2)


@both
def test_points_are_appended_one_by_one_or_at_once(shape: Any, point: Any) -> None:
    made = shape()
    for number in range(100):
        made.push_back(point(number, 1))
    made.extend(np.array([[7, 8]]))
    made.extend([point(9, 9)])
    made.extend(made)
    assert made.size() == 204
    assert made.x[[0, 99, 100, 101, 203]].tolist() == [0, 99, 7, 9, 9]


@both
def test_arrays_are_read_only_views_that_never_change(shape: Any, point: Any) -> None:
    made = shape([1, 3], [2, 4])
    array = np.asarray(made)
    assert array.dtype == (np.float32 if shape is Line2D else np.uint32)
    assert np.shares_memory(array, made.x)
    for view in (array, made.x, made.y):
        assert not view.flags.writeable
    made.push_back(point(5, 6))
    assert array.tolist() == [[1, 2], [3, 4]]
    assert made.y.tolist() == [2, 4, 6]


@both
def test_another_type_of_array_is_a_copy(shape: Any, point: Any) -> None:
    made = shape([1], [2])
    assert np.asarray(made, np.int64).dtype == np.int64
    assert np.array(made).flags.writeable
    with pytest.raises(ValueError, match="without a copy"):
        made.__array__(np.int64, copy=False)


@both
def test_the_array_given_is_copied(shape: Any, point: Any) -> None:
    array = np.array([[1, 2]], np.float32 if shape is Line2D else np.uint32)
    made = shape(array)
    array[:] = 9
    assert made[0] == point(1, 2)


@both
def test_shapes_are_equal_to_themselves_only(shape: Any, point: Any) -> None:
    first, second = shape([1], [2]), shape([1], [2])
    assert first != second
    assert len({first, second}) == 2


def test_a_line_takes_floats_and_makes_what_is_too_large_infinite() -> None:
    assert Line2D([0.1], [1e40])[0] == Point2D(0.1, float("inf"))


@pytest.mark.parametrize("x", [[-1], [2**32], [0.5], np.array([1.0])])
def test_a_mask_takes_unsigned_integers(x: Any) -> None:
    with pytest.raises(TypeError):
        Mask2D(x, [0])


def test_a_mask_keeps_order_and_duplicates() -> None:
    mask = Mask2D([5, 1, 5], [0, 0, 0])
    assert mask.points() == mask.toList() == [Point2DU32(5, 0), Point2DU32(1, 0), Point2DU32(5, 0)]
