"""Saving points, lines, masks and tensors."""

from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.support.saving import save
from whiskertoolbox_python.data_manager import DataManager
from whiskertoolbox_python.errors import SaveError, SaveWarning
from whiskertoolbox_python.formats.mask_csv import _runs
from whiskertoolbox_python.testing.saver_contract import SaverContract
from whiskertoolbox_python.types.geometry import ImageSize
from whiskertoolbox_python.types.lines import LineData
from whiskertoolbox_python.types.masks import MaskData
from whiskertoolbox_python.types.points import PointData
from whiskertoolbox_python.types.tensor import TensorData

POINTS = np.array([[1 / 3, 2], [1e7, -5.25], [0, 123456.78]], np.float32)
PIXELS = [[5, 2], [6, 2], [8, 2], [0, 3], [63, 47], [1, 0]]


class TestPoints(SaverContract):
    format = "csv"
    file_name = "nose.csv"

    def make(self) -> PointData:
        return PointData.from_arrays([0, 3, 16777217], POINTS, image_size=ImageSize(64, 48))


class TestPointsWithNan(TestPoints):
    options: ClassVar = {"nan_handling": "Include", "delimiter": " "}

    def make(self) -> PointData:
        return PointData.from_arrays([0, 1], np.array([[np.nan, 1], [2, 3]]))


class TestLines(SaverContract):
    format = "csv"
    options: ClassVar = {"precision": None}
    file_name = "whiskers.csv"

    def make(self) -> LineData:
        return LineData.from_arrays([1, 1, 16777217, 20000000], [0, 2, 3, 3, 3], POINTS, image_size=ImageSize(64, 48))


class TestLinesWithOtherMarks(TestLines):
    options: ClassVar = {"precision": None, "delimiter": " ", "header": "t,X,Y", "line_delim": "\r\n"}


class TestLinesWithoutHeader(TestLines):
    options: ClassVar = {"precision": None, "save_header": False}


class TestNoLines(TestLines):
    def make(self) -> LineData:
        return LineData()


class TestLineFolder(SaverContract):
    format = "csv"
    options: ClassVar = {"save_type": "multi", "precision": None}
    file_name = "whiskers"
    overwrite: ClassVar = {"overwrite_existing": True}

    def make(self) -> LineData:
        return LineData.from_arrays([2, 12345678], [0, 2, 3], POINTS)


class TestLineHdf5(SaverContract):
    format = "hdf5"
    file_name = "whiskers.h5"

    def make(self) -> LineData:
        return LineData.from_arrays([1, 1, 2**40], [0, 1, 2, 3], POINTS, image_size=ImageSize(64, 48))


class TestMasks(SaverContract):
    format = "csv"
    file_name = "paw.csv"

    def make(self) -> MaskData:
        pixels = sorted(PIXELS[:3], key=lambda pixel: pixel[::-1]) + sorted(PIXELS[3:], key=lambda pixel: pixel[::-1])
        return MaskData.from_arrays([4, 4, 9], [0, 3, 6, 6], pixels, image_size=ImageSize(64, 48))


class TestMasksWithOtherMarks(TestMasks):
    options: ClassVar = {"delimiter": ";", "rle_delimiter": " ", "header": "t;runs"}


class TestMaskHdf5(SaverContract):
    format = "hdf5"
    file_name = "paw.h5"

    def make(self) -> MaskData:
        return MaskData.from_arrays([4, 9], [0, 3, 6], [*PIXELS[:-1], [2**32 - 1, 0]], image_size=ImageSize(64, 48))


class TestMaskImages(SaverContract):
    format = "image"
    file_name = "paw"
    overwrite: ClassVar = {"overwrite_existing": True}

    def make(self) -> MaskData:
        return MaskData.from_arrays([4, 12345], [0, 2, 3], PIXELS[:2] + PIXELS[4:5], image_size=ImageSize(64, 48))


class TestInvertedMaskImages(TestMaskImages):
    options: ClassVar = {
        "mask_value": 9,
        "background_value": 10,
        "filename_prefix": "paw",
        "image_format": "BMP",
        "frame_number_padding": 8,
    }


class TestTensorTable(SaverContract):
    format = "csv"
    options: ClassVar = {"precision": None}
    file_name = "features.csv"

    def make(self) -> TensorData:
        return TensorData.from_array(POINTS, column_names=["a,b", 'say "hi"'], row_times=[5, -3, 2**40])


class TestTensorTableOfIntervals(TestTensorTable):
    options: ClassVar = {"precision": None, "delimiter": ";"}

    def make(self) -> TensorData:
        intervals = np.array([[0, 5], [-9, -3], [7, 7]])
        return TensorData.from_array(POINTS, column_names=["a", "b"], row_intervals=intervals)


class TestTensorNumpy(SaverContract):
    format = "numpy"
    file_name = "features.npy"

    def make(self) -> TensorData:
        return TensorData.from_array(POINTS)


class TestTensorNumpyOfTimes(TestTensorNumpy):
    def make(self) -> TensorData:
        return TensorData.from_array(POINTS, row_times=[5, -3, 2**40])


class TestTensorNumpyOfIntervals(TestTensorNumpy):
    def make(self) -> TensorData:
        return TensorData.from_array(POINTS, row_intervals=np.array([[0, 5], [-9, -3], [7, 7]]))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (PointData.from_arrays([2, 3], [[1, 2.5], [np.nan, 1]]), "frame,x,y\n2,1,2.5\n"),
        (LineData.from_arrays([2], [0, 2], np.array([[1, 2], [3.5, 4]])), 'Frame,X,Y\n2,"1.0,3.5","2.0,4.0"\n'),
        (MaskData.from_arrays([2], [0, 3], [[5, 1], [4, 1], [0, 0]]), 'Frame,RLE\n2,"0,0,1,1,4,2"\n'),
        (TensorData.fromNumpy2D([[1, 2.5]], ["a", "b"]), "row,a,b\n0,1.000000,2.500000\n"),
        (TensorData.from_array([[1, 2]], row_times=[7]), "row,col_0,col_1\n7,1.000000,2.000000\n"),
    ],
)
def test_the_default_tables_are_upstreams(tmp_path: Path, data: Any, expected: str) -> None:
    save(data, tmp_path / "x.csv")
    assert (tmp_path / "x.csv").read_text(encoding="utf-8") == expected


def test_the_default_file_of_a_line_is_upstreams(tmp_path: Path) -> None:
    save(LineData.from_arrays([2], [0, 2], np.array([[1, 2], [3.5, 4]])), tmp_path, format="csv", save_type="multi")
    assert (tmp_path / "0000002.csv").read_text(encoding="utf-8") == "X,Y\n1.0,2.0\n3.5,4.0\n"


def test_a_mask_image_is_white_on_black(tmp_path: Path) -> None:
    masks = MaskData.from_arrays([7], [0, 1], [[1, 0]], image_size=ImageSize(2, 2))
    save(masks, tmp_path, format="image", filename_prefix="paw")
    with Image.open(tmp_path / "paw0007.png") as image:
        assert np.asarray(image).tolist() == [[0, 255], [0, 0]]


def test_images_of_a_size_that_is_given_are_of_that_size(tmp_path: Path) -> None:
    masks = MaskData.from_arrays([7], [0, 1], [[1, 0]])
    save(masks, tmp_path, format="image", image_width=3, image_height=2)
    with Image.open(tmp_path / "0007.png") as image:
        assert image.size == (3, 2)


@pytest.mark.parametrize(
    ("data", "options", "expected"),
    [
        (PointData.from_arrays([1, 1], POINTS[:2]), {}, "thing: some frames have several points"),
        (LineData.from_arrays([1], [0, 3], POINTS), {}, "thing: values were rounded to 1 decimals"),
        (
            LineData.from_arrays([1, 1], [0, 1, 2], np.zeros((2, 2))),
            {"save_type": "multi", "format": "csv"},
            "only the first line of each frame was saved",
        ),
        (
            LineData.from_arrays([1, 2], [0, 1, 1], np.zeros((1, 2))),
            {"format": "hdf5"},
            "1 entries without points were left out",
        ),
        (TensorData.fromNumpy2D([[1 / 3]]), {}, "values were rounded to 6 decimals"),
        (TensorData.createND(range(8), [2, 2, 2]), {"format": "numpy"}, r"saved as \(rows, columns\)"),
        (TensorData.fromNumpy2D([[1]], ["a"]), {"format": "numpy"}, "names of the columns were left out; format csv"),
        (TensorData.from_array([[1]], row_times=[0]), {"format": "numpy"}, "row times .* are loaded as plain row numb"),
        (
            MaskData.from_arrays([1, 2], [0, 1, 1], [[1, 2]], image_size=ImageSize(4, 4)),
            {"format": "image"},
            "1 masks without pixels become blank images, of which no mask is loaded",
        ),
        (
            MaskData.from_arrays([1], [0, 1], [[1, 2]]),
            {"format": "image", "image_width": 64},
            "the image size is unknown, and loaded as that of the images, 64 x 480; give image_width and image_height",
        ),
    ],
)
def test_what_a_file_does_not_keep_is_warned_of(
    tmp_path: Path, data: Any, options: dict[str, Any], expected: str
) -> None:
    with pytest.warns(SaveWarning, match=expected):
        save(data, tmp_path / "x.csv", **options)


@pytest.mark.parametrize(
    ("data", "options", "expected"),
    [
        (LineData.from_arrays([-1], [0, 3], POINTS), {"save_type": "multi", "precision": None}, "frame -1 is negative"),
        (LineData(), {"save_type": "many"}, r'unknown save_type "many" .*known: single, multi'),
        (MaskData.from_arrays([1, 1], [0, 1, 2], PIXELS[:2]), {"format": "image"}, "an image holds one; save"),
        (MaskData.from_arrays([1], [0, 1], [[640, 0]]), {"format": "image"}, "outside images of 640 x 480"),
        (MaskData(), {"format": "image", "mask_value": 0}, "must be two gray values from 0 to 255, not 0 and 0"),
        (MaskData(), {"format": "image", "image_format": "JPEG"}, '"image_format" must be "PNG" or "BMP" or "TIFF"'),
        (MaskData(), {"rle_delimiter": ", "}, "rle_delimiter must be one character"),
        (TensorData(), {}, "a table holds two dimensions"),
        (TensorData(), {"format": "numpy"}, "thing: there is nothing to save"),
        (TensorData.createND(range(8), [2, 2, 2]), {}, "a table holds two dimensions, use numpy"),
        (TensorData.fromNumpy2D([[1]], ["a\nb"]), {}, "cannot stand in a table; rename it"),
    ],
)  # fmt: skip
def test_what_a_format_cannot_hold_is_refused_and_nothing_is_written(
    tmp_path: Path, data: Any, options: dict[str, Any], expected: str
) -> None:
    with pytest.raises(SaveError, match=expected):
        save(data, tmp_path / "x.csv", **options)
    assert list(tmp_path.iterdir()) == []


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=30))
def test_runs_hold_exactly_the_pixels_of_a_mask(pixels: list[tuple[int, int]]) -> None:
    runs = _runs(np.array(pixels, np.uint32).reshape(-1, 2)).tolist()
    assert sorted((x, y) for y, start, length in runs for x in range(start, start + length)) == sorted(set(pixels))
    assert all(length > 0 for _, _, length in runs)


def test_pixels_that_a_mask_has_twice_are_saved_once_with_a_warning(tmp_path: Path) -> None:
    manager = DataManager()
    manager.setData("paw", MaskData.from_arrays([0, 1], [0, 3, 4], [[1, 2], [1, 2], [3, 4], [1, 2]]), "time")
    with pytest.warns(SaveWarning, match=r"paw: pixels that a mask has twice were saved once \(1 left out\)"):
        manager.save("paw", tmp_path / "paw.csv")
