"""The two ways of reading numbers out of text agree, whatever the cells hold."""

import gzip
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats._rejected_rows import BadRows
from whiskertoolbox_python.formats._text_cells import Kind
from whiskertoolbox_python.formats._text_reading import read_columns, split_cells

NUMBERS = st.one_of(
    st.integers(-(2**70), 2**70).map(str),
    st.floats().map(repr),
    st.floats(-1e6, 1e6).map(lambda number: f"{number:.3f}"),
)
CELLS = st.one_of(
    NUMBERS,
    NUMBERS.map(lambda text: f" {text} "),
    st.sampled_from(["", " ", "x", "1_0", "0x1", "1e400", '"5"', "+3", ".5", "1.", "１"]),
)
LINES = st.lists(
    st.one_of(st.just("\n"), st.lists(CELLS, min_size=1, max_size=3).map(lambda row: ",".join(row) + "\n")),
    min_size=1,
    max_size=4,
)


def read(text: str, wanted: list[tuple[int, Kind]], bad_rows: BadRows) -> tuple[list[list[str]], list[str]]:
    """Return the columns as text, so that nan and -0.0 count, and what was told."""
    warnings: list[str] = []
    with TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_bytes(text.encode())
        try:
            columns = read_columns(
                path, wanted, delimiter=",", largest=2.0**40, bad_rows=bad_rows, warn=warnings.append
            )
        except LoadError as error:
            return [], [str(error).replace(folder, "")]
    return [[repr(value) for value in column.tolist()] for column in columns], [
        text.replace(folder, "") for text in warnings
    ]


@given(LINES, st.sampled_from(get_args(Kind)), st.sampled_from(get_args(Kind)), st.sampled_from(["left out", "nan"]))
def test_cells_read_at_once_are_those_read_line_by_line(
    lines: list[str], first: Kind, second: Kind, bad_rows: BadRows
) -> None:
    """A quote anywhere makes a block be read line by line; here it stands behind the columns that are read."""
    whole = {"index", "frame"}
    if bad_rows == "nan" and whole & {first, second}:
        bad_rows = "left out"
    wanted: list[tuple[int, Kind]] = [(0, first), (1, second)]
    quick = read("".join(f"{line[:-1]},0\n" if line != "\n" else line for line in lines), wanted, bad_rows)
    slow = read("".join(f'{line[:-1]},"0"\n' if line != "\n" else line for line in lines), wanted, bad_rows)
    assert quick == slow


@given(st.lists(st.one_of(NUMBERS, st.decimals(allow_nan=False, allow_infinity=False).map(lambda d: f"{d:f}"))))
def test_numbers_are_those_of_python(cells: list[str]) -> None:
    cells = [cell for cell in cells if abs(float(cell)) < 2.0**40]
    if cells:
        (column,), _ = read("".join(f"{cell}\n" for cell in cells), [(0, "number")], "left out")
        assert column == [repr(float(cell)) for cell in cells]


@given(st.lists(st.decimals(-(2**62), 2**62).map(lambda d: f"{d:f}"), min_size=1))
def test_indices_are_exact_and_cut_towards_zero(cells: list[str]) -> None:
    (column,), told = read("".join(f"{cell}\n" for cell in cells), [(0, "index")], "left out")
    assert column == [repr(int(Decimal(cell))) for cell in cells]
    assert bool(told) == any(Decimal(cell) != int(Decimal(cell)) for cell in cells)


def test_a_table_of_many_blocks_is_whole_whatever_its_line_ends(tmp_path: Path) -> None:
    rows = np.arange(200_000)
    for end in ("\n", "\r\n", "\r"):
        path = tmp_path / "table.csv"
        path.write_bytes("".join(f"{row},{row / 8}{end}" for row in rows.tolist()).encode())
        index, value = read_columns(path, [(0, "index"), (1, "sample")], delimiter=",", warn=pytest.fail)
        assert np.array_equal(index, rows)
        assert value.dtype == np.float32
        assert np.array_equal(value, (rows / 8).astype(np.float32))


def test_a_bad_row_among_many_is_named_by_its_line(tmp_path: Path) -> None:
    lines = [f"{row}\n" for row in range(200_000)]
    lines[150_000] = "\n"
    lines[150_001] = "bad\n"
    path = tmp_path / "table.csv"
    path.write_text("head\n" + "".join(lines) + "\n\n", encoding="utf-8")
    warnings: list[str] = []
    (column,) = read_columns(path, [(0, "sample")], delimiter=",", skip_lines=1, bad_rows="nan", warn=warnings.append)
    assert len(column) == 200_000
    assert np.flatnonzero(np.isnan(column)).tolist() == [150_000, 150_001]
    assert "2 rows cannot be read and are nan (line 150002: the line is blank; line 150003: " in warnings[0]


@pytest.mark.parametrize("cells", ['"7"\n"8"\n', '"7"\n"8"\nbad\n', '7\n"8"\n'])
def test_a_quoted_number_is_that_number(tmp_path: Path, cells: str) -> None:
    assert read(cells, [(0, "index")], "left out")[0] == [["7", "8"]]


@pytest.mark.parametrize(("cell", "reason"), [('"2"3', '"," expected'), ('"4', "a quote is not closed")])
def test_a_cell_that_is_cut_within_its_quotes_is_told(cell: str, reason: str) -> None:
    columns, told = read(f"1\n{cell}\n", [(0, "index")], "left out")
    assert columns == [["1"]]
    assert f"1 row left out (line 2: {reason}" in told[0]


def test_a_file_packed_with_gzip_is_named_as_such(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(gzip.compress(b"1\n2\n"))
    with pytest.raises(LoadError, match=r"table\.csv is compressed with gzip; unpack it first"):
        read_columns(path, [(0, "index")], delimiter=",", warn=pytest.fail)


def test_a_row_that_may_not_be_missing_refuses_the_file(tmp_path: Path) -> None:
    path = tmp_path / "clock.txt"
    path.write_text("0\n10\n\n30\n", encoding="utf-8")
    with pytest.raises(LoadError, match=r"clock\.txt: 1 row .*\(line 3: the line is blank\); rows are counted"):
        read_columns(path, [(0, "number")], delimiter=",", bad_rows="refused", warn=pytest.fail)


@pytest.mark.parametrize("more", ["", "bad\n"])
def test_fractions_of_indices_are_cut_off_with_a_warning_that_says_what_to_do(tmp_path: Path, more: str) -> None:
    (tmp_path / "table.csv").write_text(f"0.0\n0.5\n1.25\n-1.5\n2\n{more}", encoding="utf-8")
    warnings: list[str] = []
    (column,) = read_columns(tmp_path / "table.csv", [(0, "index")], delimiter=",", warn=warnings.append)
    assert column.tolist() == [0, 0, 1, -1, 2]
    assert (
        'indices are whole numbers, fractions were cut off (of 3; first: line 2, "0.5"); if these are seconds'
        in warnings[-1]
    )


def test_a_first_line_that_is_no_number_may_be_a_header(tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text("time\n1\n", encoding="utf-8")
    warnings: list[str] = []
    read_columns(tmp_path / "table.csv", [(0, "index")], delimiter=",", warn=warnings.append)
    assert 'line 1 (a header?): "time" is not a number' in warnings[0]


def test_a_quoted_cell_may_hold_the_delimiter() -> None:
    assert split_cells('1,"2,5",3\r\n', ",") == ["1", "2,5", "3"]


def test_a_cell_that_is_too_large_for_csv_is_only_a_bad_cell() -> None:
    with pytest.raises(ValueError, match="a quoted cell is too long"):
        split_cells('"' + "1" * 200_000 + '",2\n', ",")
