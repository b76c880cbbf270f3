"""Lists of numbers in quotes, as lines and masks have them: plain ones are read quickly, all of them exactly."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from whiskertoolbox_python import DataManager, LineData, MaskData
from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats import _ragged_reading, _text_arrow
from whiskertoolbox_python.formats._quoted_lists import QuotedLists
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
    is_read = all(text.isascii() and text.removeprefix("-").isdigit() and abs(int(text)) < 10**18 for text in texts)
    y, x, length = (int(text) for text in texts) if is_read else (-1, 0, 0)
    if min(y, x, length) < 0 or max(y, x + length) >= 2**32 or length > 2**26:
        assert not len(points)
    else:
        assert points.tolist() == [[x + step, y] for step in range(length)]


NUMBERS = st.integers(0, 30).map(str)
READERS = ["numpy", pytest.param("pyarrow", marks=pytest.mark.extra)]


@st.composite
def files(draw: st.DrawFn) -> tuple[bytes, int, str, str]:
    """Return a file of mostly plain rows, the number of lists of each, and the delimiters."""
    lists = draw(st.integers(1, 2))
    outside, within = draw(st.sampled_from([(",", ","), (",", ","), (",", ";"), (";", ","), ("\t", " "), ("::", ",")]))
    odd = draw(st.sampled_from([0, 0, 0, 1, 2]))
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 8))):
        length = 3 * draw(st.integers(1, 3)) if draw(st.integers(0, 30)) else draw(st.integers(0, 4))
        cells = [within.join(draw(st.lists(NUMBERS, min_size=length, max_size=length))) for _ in range(lists)]
        lines.append(outside.join([draw(NUMBERS), *(f'"{cell}"' for cell in cells)]))
    for _ in range(odd):
        place = draw(st.integers(0, len(lines) - 1))
        old = draw(st.sampled_from(['"', ",", ";", "1", "2", "3"]))
        lines[place] = lines[place].replace(old, draw(st.one_of(CELLS, st.text(max_size=2))), draw(st.integers(1, 2)))
    ends = draw(st.sampled_from(["\n", "\n", "\r\n", "\r"]))
    text = ends.join([*draw(st.sampled_from([[], [], ["Frame,X"], [""]])), *lines, *draw(st.sampled_from([[], [""]]))])
    return text.encode("utf-8", "replace"), lists, outside, within


@contextmanager
def blocks_of(size: int) -> Iterator[None]:
    """Have files read so many bytes at once."""
    with (
        patch.object(_ragged_reading, "SMALL_BLOCK_BYTES", size),
        patch.object(_ragged_reading, "BLOCK_BYTES", size),
    ):
        yield


def read(file: tuple[bytes, int, str, str]) -> tuple[list[bytes], list[str]]:
    """Return the bytes of the columns, and what was told."""
    text, lists, outside, within = file
    option = "rle_delimiter" if lists == 1 else "coordinate_delimiter"
    with TemporaryDirectory() as folder, warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        path = Path(folder) / "rows.csv"
        path.write_bytes(text)
        manager = DataManager()
        options = {"delimiter": outside, option: within, "format": "csv", "name": "rows"}
        try:
            manager.load_file(path, data_type="mask" if lists == 1 else "line", **options)
        except LoadError as error:
            return [], [str(error).replace(folder, "")]
        data = manager.get("rows", MaskData if lists == 1 else LineData)
        columns = [data.times, data.offsets, data.points]
        return [column.tobytes() for column in columns], [str(one.message).replace(folder, "") for one in told]


@pytest.mark.parametrize("reader", READERS)
@example((b'1,"2;3,4"\n1,"2;3;4"\n', 1, ",", ";"))
@example((b'1,2,"3,4,5"\n"6","7"\n', 1, ",", ","))
@example((b'1,"2,9223372036854775807,5"\n2,"1,1,1"\n', 1, ",", ","))
@example((b'1,"2,4294967295,2"\n2,"1,1,1"\n', 1, ",", ","))
@given(files())
def test_rows_read_together_are_those_read_one_by_one(reader: str, file: tuple[bytes, int, str, str]) -> None:
    least = 0 if reader == "pyarrow" else 2**60
    with blocks_of(64), patch.object(_text_arrow, "LEAST_BYTES", least):
        together = read(file)
    with patch.object(QuotedLists, "read", lambda self, text: None):
        assert together == read(file)


@pytest.mark.parametrize("reader", READERS)
def test_plain_rows_are_read_together(reader: str) -> None:
    """Else the test above compares nothing."""
    lists = QuotedLists(0 if reader == "numpy" else 2**60, ",", ";", 2, "value")
    assert (lists.arrow is None) == (reader == "numpy")
    rows = lists.read(b'7,"1.5;2","3;4"\n8,"5","6"\n')
    assert rows is not None
    assert rows.frames.tolist() == [7, 8]
    assert rows.counts.tolist() == [[2, 2], [1, 1]]
    assert [numbers.tolist() for numbers in rows.numbers] == [[1.5, 2, 5], [3, 4, 6]]
