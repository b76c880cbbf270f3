"""Masks over time, and masks as images."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra import numpy as arrays

from whiskertoolbox_python import ImageSize, Mask2D, MaskData

from .ragged_suite import RaggedSuite


class TestMaskData(RaggedSuite):
    kind = MaskData
    keyword = "mask"

    def entry(self, number: int) -> Mask2D:
        return Mask2D(range(number, 0, -1), [3] * number)

    def number_of(self, entry: Any) -> int:
        return entry[0].x  # type: ignore[no-any-return]  # entries of the suite are of any kind


def test_an_empty_mask_counts_as_an_entry() -> None:
    masks = MaskData()
    masks.addAtTime(1, Mask2D())
    assert (len(masks), masks.getAtTime(1)[0].size()) == (1, 0)


@pytest.mark.parametrize("points", [[[-1, 0]], [[0.5, 0.0]], [[2**32, 0]]])
def test_pixels_are_unsigned_integers(points: Any) -> None:
    with pytest.raises(TypeError):
        MaskData.from_arrays([0], [0, 1], points)
    with pytest.raises(TypeError):
        Mask2D(np.array(points))


def test_columns_of_any_integer_type_are_taken() -> None:
    masks = MaskData.from_arrays([1, 0], [0, 1, 3], np.array([[1, 2], [3, 4], [5, 6]], np.int16))
    assert masks.points.dtype == np.uint32
    assert masks.points.tolist() == [[3, 4], [5, 6], [1, 2]]


movies = arrays.arrays(bool, arrays.array_shapes(min_dims=3, max_dims=3, max_side=6))


@given(movies)
def test_rasters_come_back_as_they_were(movie: Any) -> None:
    times = range(10, 10 + len(movie))
    masks = MaskData.from_rasters(times, movie)
    assert np.array_equal(masks.to_rasters(times), movie)
    assert masks.getTimesWithData() == [time for time, image in zip(times, movie, strict=True) if image.any()]
    for _, _, mask in masks:
        assert not mask.empty()


@given(arrays.arrays(np.uint8, arrays.array_shapes(min_dims=2, max_dims=2)))
def test_an_image_comes_back_as_where_it_was_not_zero(image: Any) -> None:
    raster = Mask2D.from_raster(image).to_raster(ImageSize(image.shape[1], image.shape[0]))
    assert np.array_equal(raster, image != 0)


def test_masks_of_one_time_share_an_image() -> None:
    masks = MaskData()
    masks.setImageSize(ImageSize(3, 2))
    masks.addAtTime(0, Mask2D([0], [0]))
    masks.add_raster(0, [[0, 0, 0], [0, 0, 1]])
    assert masks.raster_at(0).tolist() == [[True, False, False], [False, False, True]]
    assert not masks.raster_at(1).any()


def test_rasters_come_in_the_order_of_the_times_asked_for() -> None:
    masks = MaskData.from_arrays([0, 1, 2], [0, 1, 2, 3], [[0, 0], [1, 0], [2, 0]], image_size=ImageSize(3, 1))
    rasters = masks.to_rasters([2, 9, 0, 2])
    assert rasters[:, 0].astype(int).tolist() == [[0, 0, 1], [0, 0, 0], [1, 0, 0], [0, 0, 1]]
    assert masks.to_rasters([]).shape == (0, 1, 3)


def test_pixels_outside_the_image_are_left_out() -> None:
    raster = Mask2D([0, 5, 0, 2**32 - 1], [0, 0, 5, 2**32 - 1]).to_raster(ImageSize(2, 2))
    assert raster.tolist() == [[True, False], [False, False]]


def test_a_raster_needs_a_size() -> None:
    masks = MaskData()
    masks.addAtTime(0, Mask2D([1], [1]))
    with pytest.raises(ValueError, match="setImageSize"):
        masks.raster_at(0)
    assert masks.raster_at(0, ImageSize(2, 2)).sum() == 1
    with pytest.raises(TypeError):
        masks.raster_at(0, (2, 2))  # type: ignore[arg-type]  # the point of the test


def test_rasters_are_images_one_per_time() -> None:
    with pytest.raises(ValueError, match="2 times"):
        MaskData.from_rasters([0, 1], np.zeros((3, 4, 5)))
    with pytest.raises(ValueError, match="shape"):
        Mask2D.from_raster([1, 2])
