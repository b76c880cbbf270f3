"""What savers of text refuse or warn of, so that all that they write reads back."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.saving import load, save
from whiskertoolbox_python.errors import SaveError, SaveWarning
from whiskertoolbox_python.formats import mask_csv
from whiskertoolbox_python.testing.saver_contract import assert_same
from whiskertoolbox_python.types.analog import AnalogTimeSeries
from whiskertoolbox_python.types.events import DigitalEventSeries
from whiskertoolbox_python.types.intervals import DigitalIntervalSeries
from whiskertoolbox_python.types.lines import LineData
from whiskertoolbox_python.types.masks import MaskData
from whiskertoolbox_python.types.points import PointData
from whiskertoolbox_python.types.tensor import TensorData

NUMBERS = np.array([[1.5, -2e-30], [np.nan, 3e30], [np.inf, 7]], np.float32)
ANALOG = AnalogTimeSeries(NUMBERS[:, 0], [-5, 0, 2**40])
EVENTS = DigitalEventSeries([-3, 5])
INTERVALS = DigitalIntervalSeries(np.array([[-3, 5], [7, 9]]))
POINTS = PointData.from_arrays([0, 1, 2], NUMBERS)
LINES = LineData.from_arrays([0, 1], [0, 2, 3], NUMBERS)
MASKS = MaskData.from_arrays([0, 1], [0, 2, 3], [[1, 0], [5, 7], [2**32 - 2, 2**32 - 1]])
TENSOR = TensorData.from_array(NUMBERS, column_names=["row", "a_b"], row_intervals=np.array([[0, 5], [-9, -3], [7, 7]]))

EXACT: dict[str, Any] = {"precision": None}
TABLES: list[tuple[Any, dict[str, Any]]] = [
    (ANALOG, EXACT),
    (EVENTS, {}),
    (INTERVALS, {}),
    (POINTS, {"nan_handling": "Include"}),
    (LINES, EXACT),
    (MASKS, {}),
    (TENSOR, EXACT),
]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("text") / "x.csv"


@pytest.mark.parametrize(("data", "options"), TABLES)
@given(delimiter=st.characters())
def test_a_delimiter_is_refused_or_reads_back(path: Path, data: Any, options: dict[str, Any], delimiter: str) -> None:
    try:
        entry = save(data, path, **options, delimiter=delimiter)
    except SaveError:
        return
    assert_same(load(entry), data)


@given(delimiter=st.characters())
def test_a_delimiter_of_runs_is_refused_or_reads_back(path: Path, delimiter: str) -> None:
    try:
        entry = save(MASKS, path, rle_delimiter=delimiter)
    except SaveError:
        return
    assert_same(load(entry), MASKS)


@pytest.mark.parametrize(("data", "options"), [table for table in TABLES if table[0] is not TENSOR])
@pytest.mark.filterwarnings("ignore:.*line 1 holds only numbers")
@given(header=st.text(max_size=5) | st.text('0123456789,-.enaif"\r\n\0\ufeff', max_size=5))
def test_a_header_is_refused_or_reads_back(path: Path, data: Any, options: dict[str, Any], header: str) -> None:
    try:
        entry = save(data, path, **options, header=header)
    except SaveError:
        return
    assert_same(load(entry), data)


@pytest.mark.parametrize("delimiter", [*'0123456789.+-eEnaifNAIF"\r\n\0', "", ",,"])
@pytest.mark.parametrize(("data", "name"), [(ANALOG, "delimiter"), (LINES, "delimiter"), (MASKS, "rle_delimiter")])
def test_a_delimiter_that_is_found_in_numbers_is_refused(tmp_path: Path, data: Any, name: str, delimiter: str) -> None:
    with pytest.raises(SaveError, match=f"^{name} must be one character"):
        save(data, tmp_path / "x.csv", **{name: delimiter})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("header", ["1,2,3", "nan,x,y", " 7 ", '"5",x,y', "#,x,y"])
def test_a_header_that_would_be_read_as_a_point_is_refused(tmp_path: Path, header: str) -> None:
    with pytest.raises(SaveError, match="would be read as a point"):
        save(POINTS, tmp_path / "x.csv", header=header)


@pytest.mark.parametrize("header", ["a\nb", "a\rb", "a\0b", "\ufeffa"])
def test_a_header_of_more_than_a_line_of_text_is_refused(tmp_path: Path, header: str) -> None:
    with pytest.raises(SaveError, match="header must be one line of text"):
        save(EVENTS, tmp_path / "x.csv", header=header)


@pytest.mark.parametrize("value", [1, -1])
@pytest.mark.parametrize("size", [np.finfo(np.float32).max, np.finfo(np.float32).smallest_subnormal])
def test_the_largest_and_the_smallest_numbers_read_back(tmp_path: Path, value: int, size: np.float32) -> None:
    numbers = np.full((2, 2), value * size)
    for data in (
        AnalogTimeSeries(numbers[0], 2),
        PointData.from_arrays([0, 1], numbers),
        LineData.from_arrays([0, 1], [0, 1, 2], numbers),
        TensorData.from_array(numbers, column_names=["a", "b"], row_times=[5, 6]),
    ):
        options = {} if isinstance(data, PointData) else EXACT
        assert_same(load(save(data, tmp_path / "x.csv", **options)), data)


@pytest.mark.parametrize(
    ("data", "options"),
    [
        (AnalogTimeSeries(), {}),
        (AnalogTimeSeries(), {"format": "binary"}),
        (DigitalEventSeries(), {}),
        (DigitalIntervalSeries(), {"save_header": False}),
        (PointData(), {"save_header": False}),
        (LineData(), {"save_header": False}),
        (MaskData(), {"save_header": False}),
    ],
)
def test_nothing_is_not_saved_where_it_could_not_be_loaded(tmp_path: Path, data: Any, options: dict[str, Any]) -> None:
    with pytest.raises(SaveError, match="thing: there is nothing to save"):
        save(data, tmp_path / "x.csv", **options)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("data", [DigitalIntervalSeries(), PointData(), LineData(), MaskData()])
def test_nothing_is_saved_as_a_header(tmp_path: Path, data: Any) -> None:
    assert_same(load(save(data, tmp_path / "x.csv")), data)


@pytest.mark.parametrize("made_by", [PointData, LineData, MaskData])
def test_negative_frames_are_left_out_with_a_warning(tmp_path: Path, made_by: Any) -> None:
    numbers = np.array([[1, 2], [3, 4], [5, 6]])
    columns = ([-2, -1, 4], numbers) if made_by is PointData else ([-2, -1, 4], [0, 1, 2, 3], numbers)
    with pytest.warns(SaveWarning, match="thing: 2 at negative frames were left out; csv holds frames from 0"):
        entry = save(made_by.from_arrays(*columns), tmp_path / "x.csv")
    loaded = load(entry)
    assert loaded.times.tolist() == [4]
    assert loaded.points.tolist() == [[5, 6]]


def test_lines_without_points_in_files_without_header_are_left_out_with_a_warning(tmp_path: Path) -> None:
    lines = LineData.from_arrays([3, 4], [0, 0, 1], [[5, 6]])
    with pytest.warns(SaveWarning, match="thing: 1 lines without points were left out; save_header=True keeps them"):
        entry = save(lines, tmp_path, format="csv", save_type="multi", save_header=False)
    assert load(entry).times.tolist() == [4]


def test_lines_without_points_in_files_with_a_header_are_kept(tmp_path: Path) -> None:
    lines = LineData.from_arrays([3, 4], [0, 0, 1], [[5, 6]])
    assert_same(load(save(lines, tmp_path, format="csv", save_type="multi")), lines)


def test_names_of_columns_are_left_out_with_the_header_and_a_warning(tmp_path: Path) -> None:
    with pytest.warns(SaveWarning, match="thing: the names of the columns were left out; save_header=True keeps them"):
        save(TENSOR, tmp_path / "x.csv", **EXACT, save_header=False)


def test_a_mask_of_more_pixels_than_are_loaded_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mask_csv, "LARGEST_MASK", 1)
    with pytest.raises(SaveError, match=r"masks of up to 1; use hdf5"):
        save(MASKS, tmp_path / "x.csv")


def test_a_pixel_beyond_what_a_run_can_hold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SaveError, match=r"runs hold pixels up to x 4294967294 .*use hdf5"):
        save(MaskData.from_arrays([1], [0, 1], [[2**32 - 1, 0]]), tmp_path / "x.csv")
    assert list(tmp_path.iterdir()) == []
