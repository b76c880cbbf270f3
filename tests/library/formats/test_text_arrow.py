"""Numbers that pyarrow reads are those read without it, bit by bit, and so is what is told of the rest."""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats import _text_arrow
from whiskertoolbox_python.formats._rejected_rows import BadRows
from whiskertoolbox_python.formats._text_cells import Kind
from whiskertoolbox_python.formats._text_reading import read_columns

pytestmark = pytest.mark.extra

WHOLE = st.one_of(st.integers(0, 10**6), st.integers(-(2**63), 2**63 - 1)).map(str)
FRACTIONS = st.one_of(
    st.floats(-1e6, 1e6).map(lambda number: f"{number:.6f}"),
    st.floats(width=32).map(repr),
    st.floats().map(repr),
    st.decimals(allow_nan=False, allow_infinity=False).map(lambda number: f"{number:f}"),
    st.from_regex(r"-?[0-9]{0,40}\.?[0-9]{0,40}([eE][-+]?[0-9]{1,3})?", fullmatch=True),
)
REGULAR = st.one_of(WHOLE, FRACTIONS)
# fmt: off
ODD = st.one_of(
    st.sampled_from([
        "", " ", "\t", "x", "nan", "NaN", "NAN", "-nan", "+nan", "nan(1)", "NA", "N/A", "null", "None", "inf", "-inf",
        "Infinity", "1_000", "0x1A", "0X1p3", "-0x1", "0b1", "1e400", "1e-400", "+3", "+-3", "--3", "3-", ".5", "1.",
        ".", "-", "-.5", "+.5", "1.2.3", "1e", "1e5", "1E+05", "e5", "007", "-007", "00.50", "-0", "-0.0", "0e0",
        "1 2", "1,2", '"5"', '"', '""', "5\"", "'5'", "１", "½", "#", "# 1", "1#", "True", "1f", "1d", "1L", "0x",
        "1\x00", "1\x1f2", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
        "-9223372036854775809", "18446744073709551615", "18446744073709551616",
        "340282356779733661637539395458142568447", "3.4028235e38",
        "340282356779733661637539395458142568448", "0." + "0" * 400 + "1", "1" + "0" * 400, "9007199254740993.0",
    ]),
    REGULAR.map(lambda text: f" {text}"), REGULAR.map(lambda text: f"{text} "), REGULAR.map(lambda text: f"+{text}"),
    st.text(max_size=3),
)
# fmt: on
KINDS = st.sampled_from(get_args(Kind))


@st.composite
def tables(draw: st.DrawFn) -> tuple[bytes, str]:
    """Return a file of mostly regular rows, and its delimiter."""
    delimiter = draw(st.sampled_from([",", ",", ";", "\t", " ", "|", "e", "::", "§"]))
    cells = draw(st.integers(1, 3))
    regular = draw(st.sampled_from([WHOLE, FRACTIONS, REGULAR]))
    rows = draw(st.lists(st.lists(regular, min_size=cells, max_size=cells), min_size=1, max_size=12))
    for _ in range(draw(st.sampled_from([0, 0, 1, 2]))):
        draw(st.sampled_from(rows))[draw(st.integers(0, cells - 1))] = draw(ODD)
    lines = [delimiter.join(row) for row in rows]
    for _ in range(draw(st.sampled_from([0, 0, 0, 1]))):
        more = st.sampled_from(
            ["", " ", delimiter, delimiter * cells, "1", "# comment", f"1{delimiter}" * cells, "a,b"]
        )
        lines.insert(draw(st.integers(0, len(lines))), draw(more))
    end = draw(st.sampled_from(["\n", "\n", "\r\n", "\r"]))
    mark = draw(st.sampled_from([b"", b"", b"\xef\xbb\xbf"]))
    last = draw(st.sampled_from([end, end, "", end * 2]))
    return mark + (end.join(lines) + last).encode("utf-8", "replace"), delimiter


def read(
    path: Path, wanted: list[tuple[int, Kind]], delimiter: str, bad_rows: BadRows, least: int
) -> tuple[list[tuple[str, bytes]], list[str]]:
    """Return the columns' types and bytes, and what was told; files from so many bytes on go to pyarrow."""
    told: list[str] = []
    with patch.object(_text_arrow, "LEAST_BYTES", least), patch.object(_text_arrow, "PART_BYTES", 256):
        try:
            columns = read_columns(
                path, wanted, delimiter=delimiter, largest=2.0**40, bad_rows=bad_rows, warn=told.append
            )
        except LoadError as error:
            return [], [str(error)]
    return [(column.dtype.str, column.tobytes()) for column in columns], told


@example((b"0,0\n\n0,0\n", ","), "optional", "index", "left out")
@example((b"0x10\n", ","), "index", "index", "left out")
@example((b"nan(1)\n", ","), "value", "value", "left out")
@example((b"-0,0\n-nan,-0\n", ","), "frame", "value", "left out")
@given(tables(), KINDS, KINDS, st.sampled_from(["left out", "nan", "refused"]))
def test_columns_and_warnings_are_the_same_with_and_without_pyarrow(
    table: tuple[bytes, str], first: Kind, second: Kind, bad_rows: BadRows
) -> None:
    if bad_rows == "nan" and {"index", "frame"} & {first, second}:
        bad_rows = "refused"
    text, delimiter = table
    with TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_bytes(text)
        wanted: list[tuple[int, Kind]]
        for wanted in [(0, first)], [(1, first), (0, second)]:
            assert read(path, wanted, delimiter, bad_rows, 0) == read(path, wanted, delimiter, bad_rows, 2**60)


@pytest.mark.parametrize("kind", get_args(Kind))
def test_odd_rows_among_many_are_those_found_without_pyarrow(tmp_path: Path, kind: Kind) -> None:
    """Some blocks are read with pyarrow, some without."""
    rng = np.random.default_rng(3)
    lines = [f"{number},{number / 7:.6f}" for number in rng.integers(-(10**6), 10**6, 60_000).tolist()]
    lines[20_000:20_003] = ["", "0x10,1.5", "7,nan"]
    lines[50_000] = '7,"8"'
    path = tmp_path / "table.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    wanted: list[tuple[int, Kind]] = [(0, kind), (1, "value")]
    with patch("whiskertoolbox_python.formats._text_reading.BLOCK_BYTES", 1 << 16):
        found = read(path, wanted, ",", "left out", 0)
    assert found == read(path, wanted, ",", "left out", 2**60)
    assert "line 20002" in found[1][0] or kind == "frame"


@pytest.mark.parametrize("rows", [1000, 1_500_000])
def test_pyarrow_is_imported_for_a_large_file_only(tmp_path: Path, rows: int) -> None:
    path = tmp_path / "v.csv"
    path.write_text("1.5000\n" * rows, encoding="utf-8")
    code = (
        "import sys; from whiskertoolbox_python import DataManager;"
        f"DataManager().load_file({str(path)!r}, data_type='analog', format='csv');"
        "print('pyarrow' in sys.modules, 'pandas' in sys.modules)"
    )
    printed = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert printed.split() == [str(path.stat().st_size >= _text_arrow.LEAST_BYTES), "False"]


def test_a_large_file_is_read_without_pyarrow(tmp_path: Path) -> None:
    path = tmp_path / "v.csv"
    path.write_text("1.5000\n" * 10, encoding="utf-8")
    with patch.dict(sys.modules, {"pyarrow": None}):
        assert read(path, [(0, "sample")], ",", "nan", 0) == read(path, [(0, "sample")], ",", "nan", 2**60)
