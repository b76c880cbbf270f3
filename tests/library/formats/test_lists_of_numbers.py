"""Lists of numbers in quotes, as lines and masks have them: plain ones are read quickly, all of them exactly."""

import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt
from hypothesis import given
from hypothesis import strategies as st

from whiskertoolbox_python import DataManager, LineData, MaskData
from whiskertoolbox_python.formats._text_cells import parse_value

CELLS = st.one_of(
    st.floats(-1e6, 1e6).map(lambda number: f"{number:.1f}"),
    st.floats().map(repr),
    st.integers(-(2**70), 2**70).map(str),
    st.sampled_from([
        *["", " ", "x", "nan", "inf", "-Infinity", "1e39", "1e400", "1_0", "0x1", "+3", ".5", " 7 ", "007", "-0", "１"],
        *["- 5", "--5", "-", "1.0", "000000000000000000007", "9" * 18, "9" * 19],
    ]),
)  # fmt: skip
LISTS = st.lists(st.one_of(st.integers(0, 30).map(str), CELLS), min_size=3, max_size=3)


def points_of(text: str, data_type: str) -> npt.NDArray[np.float64]:
    """Return the points of what has the frame 1; a row of the frame 0 is always right."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        path.write_text(text, encoding="utf-8")
        manager = DataManager()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            manager.load_file(path, data_type=data_type, format="csv", name="rows", has_header=False)
        data = manager.get("rows", LineData if data_type == "line" else MaskData)
        return data.points[data.offsets[1] :].astype(np.float64)


@given(LISTS)
def test_coordinates_are_those_of_single_cells(cells: list[str]) -> None:
    points = points_of(f'0,"5","5"\n1,"{",".join(cells)}","1,2,3"\n', "line")
    try:
        with np.errstate(over="ignore"):
            expected = np.array([parse_value(cell) for cell in cells]).astype(np.float32).astype(np.float64)
    except ValueError:
        expected = np.empty(0)
    assert points[:, 0].tobytes() == expected.tobytes()


@given(LISTS)
def test_runs_are_whole_numbers_of_plain_digits(cells: list[str]) -> None:
    points = points_of(f'0,"5,5,1"\n1,"{",".join(cells)}"\n', "mask")
    texts = [cell.strip() for cell in cells]
    is_read = all(text.isascii() and text.removeprefix("-").isdigit() and len(text) <= 18 for text in texts)
    y, x, length = (int(text) for text in texts) if is_read else (-1, 0, 0)
    if min(y, x, length) < 0 or max(y, x + length) >= 2**32 or length > 2**26:
        assert not len(points)
    else:
        assert points.tolist() == [[x + step, y] for step in range(length)]
