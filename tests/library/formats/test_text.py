"""The two ways of reading numbers out of text agree, whatever the cells hold."""

from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from whiskertoolbox_python.formats import _text_reading as _text
from whiskertoolbox_python.formats._text_reading import Kind, Rejected, read_columns, split_cells

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


@given(LINES, st.sampled_from(get_args(Kind)), st.sampled_from(get_args(Kind)))
def test_what_numpy_reads_is_what_is_read_line_by_line(lines: list[str], first: Kind, second: Kind) -> None:
    wanted: list[tuple[int, Kind]] = [(0, first), (1, second)]
    seen, rejected = Rejected(Path("table.csv")), Rejected(Path("table.csv"))
    quick = _text._parse_clean(lines, wanted, ",", 2.0**40, seen)
    if quick is None:
        return
    slow = _text._parse_line_by_line(lines, 1, wanted, ",", 2.0**40, rejected)
    assert rejected.count == 0
    assert rejected.fractions == seen.fractions
    for quick_column, slow_column in zip(quick, slow, strict=True):
        assert quick_column.dtype == slow_column.dtype
        np.testing.assert_array_equal(quick_column, slow_column)


def test_line_numbers_go_on_from_block_to_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_text, "_LINES_AT_ONCE", 2)
    (tmp_path / "table.csv").write_text("head\n1\n2\n\nbad\n3\n4\n", encoding="utf-8")
    warnings: list[str] = []
    (column,) = read_columns(tmp_path / "table.csv", [(0, "index")], delimiter=",", skip_lines=1, warn=warnings.append)
    assert column.tolist() == [1, 2, 3, 4]
    assert "line 5" in warnings[0]


@pytest.mark.parametrize("more", ["", "bad\n"])
def test_fractions_of_indices_are_cut_off_with_a_warning_that_says_what_to_do(tmp_path: Path, more: str) -> None:
    (tmp_path / "table.csv").write_text(f"0.0\n0.5\n1.25\n-1.5\n2\n{more}", encoding="utf-8")
    warnings: list[str] = []
    (column,) = read_columns(tmp_path / "table.csv", [(0, "index")], delimiter=",", warn=warnings.append)
    assert column.tolist() == [0, 0, 1, -1, 2]
    assert "table.csv: indices are whole numbers, fractions were cut off (of 3); if these are seconds" in warnings[-1]


def test_a_first_line_that_is_no_number_may_be_a_header(tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text("time\n1\n", encoding="utf-8")
    warnings: list[str] = []
    read_columns(tmp_path / "table.csv", [(0, "index")], delimiter=",", warn=warnings.append)
    assert 'line 1 (a header?): "time" is not a number' in warnings[0]


def test_a_quoted_cell_may_hold_the_delimiter() -> None:
    assert split_cells('1,"2,5",3\r\n', ",") == ["1", "2,5", "3"]


def test_a_cell_that_is_too_large_for_csv_is_only_a_bad_cell() -> None:
    assert len(split_cells('"' + "1" * 200_000 + '",2\n', ",")) == 2
