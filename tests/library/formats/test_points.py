"""Points as text."""

from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from whiskertoolbox_python.data_manager import DataManager
from whiskertoolbox_python.errors import LoadError, LoadWarning
from whiskertoolbox_python.testing.loader_contract import TextLoaderContract
from whiskertoolbox_python.types.points import PointData

DLC = (
    "scorer,net,net,net,net,net,net\n"
    "bodyparts,tongue,tongue,tongue,nose,nose,nose\n"
    "coords,x,y,likelihood,x,y,likelihood\n"
    "0,1,2,0.9,10,20,0.1\n"
    "1,3,4,0.8,11,21,0.95\n"
)


class TestFrameXY(TextLoaderContract):
    entry: ClassVar = {"data_type": "points", "format": "csv", "width": 640, "image_height": 480}

    def write(self, folder: Path) -> Path:
        (folder / "nose.csv").write_text("Frame X Y\n4 1.5 2.5\n2 3 4\n4 9 9\n", encoding="utf-8")
        return folder / "nose.csv"

    def check(self, manager: DataManager) -> None:
        nose = manager.getData("thing")
        assert nose.times.tolist() == [2, 4, 4]
        assert nose.points.tolist() == [[3, 4], [1.5, 2.5], [9, 9]]
        assert (nose.getImageSize().width, nose.getImageSize().height) == (640, 480)


class TestDeepLabCut(TextLoaderContract):
    entry: ClassVar = {"data_type": "points", "format": "dlc_csv", "likelihood_threshold": 0.5}
    keys: ClassVar[tuple[str, ...]] = ("thing_nose", "thing_tongue")

    def write(self, folder: Path) -> Path:
        (folder / "dlc.csv").write_text(DLC, encoding="utf-8")
        return folder / "dlc.csv"

    def check(self, manager: DataManager) -> None:
        assert manager.getData("thing_nose").times.tolist() == [1]
        assert manager.getData("thing_tongue").points.tolist() == [[1, 2], [3, 4]]

    @pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
    def test_a_truncated_file_is_loaded_as_far_as_it_goes_or_fails_as_a_whole(
        self, tmp_path: Path, share: float
    ) -> None:
        """A body part may lose its only point, and then makes no key."""
        report, manager = self.load_damaged(tmp_path, lambda data: data[: int(len(data) * share)])
        assert report.failures or all(len(manager.getData(key)) for key in report.made)


class TestOneBodyPart(TestDeepLabCut):
    entry: ClassVar = {"data_type": "points", "format": "csv", "csv_layout": "dlc"}
    keys: ClassVar[tuple[str, ...]] = ("thing",)

    def check(self, manager: DataManager) -> None:
        assert manager.getData("thing").points.tolist() == [[10, 20], [11, 21]]


def load_points(folder: Path, text: str, **options: Any) -> dict[str, PointData]:
    (folder / "points.csv").write_text(text, encoding="utf-8")
    manager = DataManager()
    options = {"format": "csv", **options}
    keys = manager.load_file(folder / "points.csv", data_type="points", name="p", **options)
    return {key: manager.getData(key) for key in keys}


def test_points_with_nan_are_left_out_or_kept(tmp_path: Path) -> None:
    text = "0 nan 2\n1 3 4\n"
    assert load_points(tmp_path, text)["p"].times.tolist() == [1]
    kept = load_points(tmp_path, text, nan_handling="Include")["p"]
    np.testing.assert_array_equal(kept.points, np.array([[np.nan, 2], [3, 4]], np.float32))


def test_a_bad_coordinate_costs_its_row(tmp_path: Path) -> None:
    with pytest.warns(LoadWarning, match=r'points\.csv: 2 rows left out \(line 2: "x" is not a number; line 3: 2 col'):
        assert load_points(tmp_path, "0 1 2\n1 x 4\n2 5\n")["p"].times.tolist() == [0]


def test_a_negative_frame_costs_its_row(tmp_path: Path) -> None:
    with pytest.warns(LoadWarning, match='line 2: frame "-1" is not a whole number'):
        assert load_points(tmp_path, "0 1 2\n-1 3 4\n")["p"].times.tolist() == [0]


def test_columns_and_delimiter_are_chosen(tmp_path: Path) -> None:
    points = load_points(tmp_path, "2;1;7\n", column_delim=";", frame_column=2, x_column=1, y_column=0)["p"]
    assert points.times.tolist() == [7]
    assert points.points.tolist() == [[1, 2]]


def test_a_body_part_is_chosen_by_name(tmp_path: Path) -> None:
    assert load_points(tmp_path, DLC, csv_layout="dlc", bodypart="tongue")["p"].points.tolist() == [[1, 2], [3, 4]]


def test_an_unknown_body_part_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match=r'unknown bodypart "tung" .*known: nose, tongue'):
        load_points(tmp_path, DLC, csv_layout="dlc", bodypart="tung")


def test_body_parts_without_a_point_make_no_key(tmp_path: Path) -> None:
    assert list(load_points(tmp_path, DLC, format="dlc_csv", likelihood_threshold=0.92)) == ["p_nose"]
    with pytest.raises(LoadError, match="no body part has a point"):
        load_points(tmp_path, DLC, format="dlc_csv", likelihood_threshold=0.99)


def test_empty_cells_are_points_that_were_not_found(tmp_path: Path) -> None:
    parts = load_points(tmp_path, DLC + "2,,,,12,22,1\n3,5,,0.9,,,\n", format="dlc_csv")
    assert parts["p_nose"].times.tolist() == [0, 1, 2]
    np.testing.assert_array_equal(parts["p_tongue"].points, np.array([[1, 2], [3, 4], [5, np.nan]], np.float32))


def test_a_likelihood_column_is_not_needed(tmp_path: Path) -> None:
    text = "scorer,a,a\nbodyparts,nose,nose\ncoords,x,y\n0,1,2\n"
    assert load_points(tmp_path, text, format="dlc_csv", likelihood_threshold=0.9)["p_nose"].points.tolist() == [[1, 2]]


@pytest.mark.parametrize("scorer", ["scorer,a,a,a,a\n", ""])
def test_several_animals_are_several_keys_and_told(tmp_path: Path, scorer: str) -> None:
    text = f"{scorer}individuals,m1,m1,m2,m2\nbodyparts,nose,nose,nose,nose\ncoords,x,y,x,y\n0,1,2,3,4\n"
    with pytest.warns(LoadWarning, match=r"holds several animals \(m1, m2\); parts are named <individual>_<bodypart>"):
        found = load_points(tmp_path, text, format="dlc_csv")
    assert {key: data.points.tolist() for key, data in found.items()} == {"p_m1_nose": [[1, 2]], "p_m2_nose": [[3, 4]]}


def test_a_body_part_that_is_named_twice_is_refused(tmp_path: Path) -> None:
    text = "scorer,s,s,s,s\nbodyparts,nose,nose,nose,nose\ncoords,x,y,x,y\n0,1,2,3,4\n"
    with pytest.raises(LoadError, match="names x of nose twice, in columns 2 and 4"):
        load_points(tmp_path, text, format="dlc_csv")


@pytest.mark.parametrize(
    "image", ["labeled-data/{}/img{}.png", "labeled-data,{},img{}.png", "labeled-data\\{}\\img{}.png"]
)
def test_tables_labelled_by_hand_are_read_by_the_numbers_of_their_images(tmp_path: Path, image: str) -> None:
    blanks = "," * image.count(",")
    header = f"scorer{blanks},s,s\nbodyparts{blanks},nose,nose\ncoords{blanks},x,y\n"
    one, other = image.format("day1", "0012"), image.format("day1", "0100")
    nose = load_points(tmp_path, f"{header}{one},1,2\n{other},,\n", format="dlc_csv")["p_nose"]
    assert (nose.times.tolist(), nose.points.tolist()) == ([12], [[1, 2]])
    text = f"{header}{one},1,2\n{image.format('day2', '7')},3,4\n"
    with pytest.raises(LoadError, match=r'labels of 2 videos \(day1, day2\); choose one with "video"'):
        load_points(tmp_path, text, format="dlc_csv")
    assert load_points(tmp_path, text, format="dlc_csv", video="day2")["p_nose"].times.tolist() == [7]


def test_a_file_without_the_three_header_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="is missing DeepLabCut's three header rows"):
        load_points(tmp_path, "0,1,2\n1,2,3\n2,3,4\n3,4,5\n", format="dlc_csv")


def test_the_delimiter_may_be_called_as_in_the_other_formats(tmp_path: Path) -> None:
    assert load_points(tmp_path, "1,2,3\n", delimiter=",")["p"].points.tolist() == [[2, 3]]
