"""Points and image sizes."""

import copy
import math
import pickle
from typing import Any

import numpy as np
import pytest

from whiskertoolbox_python import ImageSize, Line2D, Mask2D, Point2D, Point2DU32

VALUES: list[Any] = [Point2D(1, 2), Point2DU32(1, 2), ImageSize(1, 2)]


def test_the_defaults_are_origin_and_unknown_size() -> None:
    assert (Point2D().x, Point2D().y) == (0, 0)
    assert (Point2DU32().x, Point2DU32().y) == (0, 0)
    assert (ImageSize().width, ImageSize().height) == (-1, -1)


def test_representations_are_upstreams() -> None:
    assert repr(Point2D(1, 2)) == "Point2D(1.000000, 2.000000)"
    assert repr(Point2DU32(1, 2)) == "Point2DU32(1, 2)"
    assert repr(ImageSize(640, 480)) == "ImageSize(640, 480)"


def test_coordinates_are_rounded_to_float32() -> None:
    point = Point2D(0.1, 1e40)
    assert point.x == 0.10000000149011612
    assert point.y == math.inf
    point.y = np.float32(0.25)
    assert point.y == 0.25
    point.x = True
    assert point.x == 1.0


@pytest.mark.parametrize("value", ["1", None, [1], b"1"])
def test_a_coordinate_is_a_number(value: Any) -> None:
    with pytest.raises(TypeError):
        Point2D(value, 0)
    with pytest.raises(TypeError):
        Point2D().y = value


@pytest.mark.parametrize("value", [-1, 2**32, 1.0, np.float32(1), "1", None])
def test_a_pixel_is_an_unsigned_32_bit_integer(value: Any) -> None:
    with pytest.raises(TypeError):
        Point2DU32(0, value)
    with pytest.raises(TypeError):
        Point2DU32().x = value
    assert Point2DU32(2**32 - 1, np.int8(3)) == Point2DU32(x=2**32 - 1, y=3)


@pytest.mark.parametrize("value", [2**31, 1.0, "1", None])
def test_a_size_is_a_32_bit_integer(value: Any) -> None:
    with pytest.raises(TypeError):
        ImageSize(0, value)
    with pytest.raises(TypeError):
        ImageSize().width = value
    assert ImageSize(width=-5, height=7).height == 7


@pytest.mark.parametrize("kind", [Point2D, Point2DU32, ImageSize])
def test_one_coordinate_is_not_enough(kind: Any) -> None:
    for arguments in ((1,), (1, 2, 3), (None, None)):
        with pytest.raises(TypeError):
            kind(*arguments)


@pytest.mark.parametrize("value", VALUES)
def test_values_are_unhashable_and_have_no_other_attributes(value: Any) -> None:
    with pytest.raises(TypeError):
        hash(value)
    with pytest.raises(AttributeError):
        value.z = 1
    assert type(type(value)).__name__ == "pybind11_type"


@pytest.mark.parametrize("value", [*VALUES, Line2D([1], [2]), Mask2D([1], [2])])
def test_values_cannot_be_pickled_or_copied(value: Any) -> None:
    for attempt in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            attempt(value)


def test_points_are_equal_by_value_and_to_points_only() -> None:
    assert Point2D(1, 2) == Point2D(1, 2)
    assert Point2D(1, 2) != Point2D(1, 3)
    assert Point2DU32(1, 2) == Point2DU32(1, 2)
    assert Point2DU32(1, 2) != Point2DU32(2, 2)
    assert Point2D(1, 2) != Point2DU32(1, 2)
    assert Point2D(1, 2) != (1, 2)


def test_a_size_compared_with_something_else_is_refused() -> None:
    assert ImageSize(1, 2) == ImageSize(1, 2)
    assert ImageSize(1, 2) != ImageSize(2, 2)
    with pytest.raises(TypeError):
        assert ImageSize(1, 2) == (1, 2)
    with pytest.raises(TypeError):
        assert ImageSize(1, 2) != None  # noqa: E711 - the comparison is the point


def test_a_subclass_is_a_point_too() -> None:
    class Named(Point2D):
        pass

    named = Named(1, 2)
    named.label = "nose"  # type: ignore[attr-defined]  # subclasses in Python have a dict
    assert named == Point2D(1, 2)
    assert Line2D([named]).toList() == [Point2D(1, 2)]
