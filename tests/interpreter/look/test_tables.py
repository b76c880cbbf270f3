"""Values as tables: parts, axes, order, filters, shades and copies, in a real interpreter."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.interpreter_client import InterpreterClient, started
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.channel import RequestError
from whiskertoolbox_protocol.tables import CopyTable, ReadTable, TablePart, TableView

SETUP = """
import numpy as np
import pandas as pd
import pyarrow

cube = np.arange(24.0).reshape(2, 3, 4)
flat = np.array([3.0, np.nan, 1.0, 2.0])
frame = pd.DataFrame({"angle": [2.5, np.nan, 0.5, 2.5], "side": ["left", "right", "left", "both"]}, index=list("abcd"))
series = frame["side"]

arrow = pyarrow.table({"trial": [3, 1, 2], "name": ["x", None, "z"]})
masked = np.ma.masked_array([1, 2, 3], [False, True, False])
records = np.array([(1, "one"), (2, "two")], dtype=[("id", "i4"), ("name", "U5")])
mixed = np.array([1, "text", None, [1, 2]], dtype=object)
huge = np.array([2**63 - 1, -(2**63)], np.int64)
moments = np.array(["2020-01-02", "NaT", "2019-05-01"], "datetime64[D]")
tensor = wt.TensorData.from_array([[1, 2], [3, 4]], column_names=["angle", "curvature"], row_times=[10, 20])
clock = wt.TimeFrame([0, 10, 20, 30], ticks_per_second=10)
licks = wt.DigitalEventSeries.from_array([1, 3])
licks.setTimeFrame(clock)
bouts = wt.DigitalIntervalSeries.from_array([[0, 4], [6, 6]])
signal = wt.AnalogTimeSeries.from_array(np.array([0.5, 1.5], np.float32), start_index=5)
"""


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InterpreterClient]:
    with started(tmp_path_factory.mktemp("workspace")) as client:
        client.run(SETUP)
        yield client


def read(client: InterpreterClient, name: str, *, shades: bool = False, rows: int = 10, **view: Any) -> TablePart:
    params = ReadTable(view=TableView(path=[name], **view), row_count=rows, column_count=10, shades=shades)
    return client.ask(methods.TABLES_READ, params)


def columns(part: TablePart) -> dict[str, list[str]]:
    return {column.name: cells for column, cells in zip(part.columns, part.cells, strict=True)}


def test_a_plane_of_an_array_is_chosen_by_index(tables: InterpreterClient) -> None:
    part = read(tables, "cube", index=[2])
    assert part.axes == [3]
    assert part.cells == [["8", "20"], ["9", "21"], ["10", "22"], ["11", "23"]]
    assert part.code == "cube[:, 2]"


def test_an_index_beyond_its_axis_is_the_last_one(tables: InterpreterClient) -> None:
    assert read(tables, "cube", index=[99]).cells[0] == ["8", "20"]


def test_only_the_part_that_is_asked_for_is_answered(tables: InterpreterClient) -> None:
    tables.run("wide = np.arange(1_000_000).reshape(1000, 1000)")
    params = ReadTable(view=TableView(path=["wide"]), first_row=998, row_count=10_000, first_column=500, column_count=2)
    part = tables.ask(methods.TABLES_READ, params)
    assert (part.row_total, part.column_total) == (1000, 1000)
    assert part.cells == [["998500", "999500"], ["998501", "999501"]]
    assert part.row_labels == ["998", "999"]


def test_the_number_of_cells_in_an_answer_is_bounded(tables: InterpreterClient) -> None:
    tables.run("wide = np.zeros((1000, 1000))")
    params = ReadTable(view=TableView(path=["wide"]), row_count=1000, column_count=1000)
    part = tables.ask(methods.TABLES_READ, params)
    assert (len(part.cells), len(part.cells[0])) == (100, 500)


def test_a_memory_map_larger_than_the_memory_is_read_in_parts(tables: InterpreterClient, tmp_path: Path) -> None:
    path = tmp_path / "large.bin"
    with open(path, "wb") as file:
        file.truncate(4 * 10_000_000_000)  # sparse: forty gigabytes, and no room on the disk
    tables.run(f"large = np.memmap({str(path)!r}, np.float32, 'r', shape=(1_000_000_000, 10))")
    params = ReadTable(view=TableView(path=["large"]), first_row=999_999_998, row_count=10, column_count=1)
    part = tables.ask(methods.TABLES_READ, params)
    assert part.row_labels == ["999999998", "999999999"]
    assert part.cells == [["0", "0"]]


def test_a_table_too_long_to_sort_is_shown_as_it_is_and_says_so(tables: InterpreterClient) -> None:
    tables.run("long = np.broadcast_to(np.float32(1), (20_000_001,))")
    part = read(tables, "long", sort_column=0)
    assert "20,000,001" in part.note
    assert part.row_total == 20_000_001


def test_data_frames_have_their_labels_names_and_types(tables: InterpreterClient) -> None:
    part = read(tables, "frame")
    assert part.row_labels == ["a", "b", "c", "d"]
    assert [(column.name, column.is_number) for column in part.columns] == [("angle", True), ("side", False)]
    assert columns(part) == {"angle": ["2.5", "nan", "0.5", "2.5"], "side": ["left", "right", "left", "both"]}


def test_sorting_keeps_equal_rows_in_order_and_missing_ones_last(tables: InterpreterClient) -> None:
    assert read(tables, "frame", sort_column=0).row_labels == ["c", "a", "d", "b"]
    part = read(tables, "frame", sort_column=0, descending=True)
    assert part.row_labels == ["a", "d", "c", "b"]
    assert part.code == "frame.sort_values('angle', ascending=False)"


@pytest.mark.parametrize(
    ("text", "labels", "code"),
    [
        ("angle > 1", ["a", "d"], "frame[frame['angle'] > 1]"),
        ("side = left", ["a", "c"], "frame[frame['side'] == 'left']"),
        ("side != 'left'", ["b", "d"], "frame[frame['side'] != 'left']"),
        ("RIGHT", ["b"], ""),
    ],
)
def test_rows_are_filtered(tables: InterpreterClient, text: str, labels: list[str], code: str) -> None:
    part = read(tables, "frame", filter=text)
    assert part.row_labels == labels
    assert part.row_total == len(labels)
    assert part.code == code


@pytest.mark.parametrize("name", ["cube", "flat", "frame", "series", "records", "tensor"])
def test_the_code_of_a_sorted_and_filtered_view_gives_what_is_shown(tables: InterpreterClient, name: str) -> None:
    part = read(tables, name, sort_column=0, descending=True)
    assert part.code
    tables.run(f"again = {part.code}")
    assert read(tables, "again").cells == part.cells or name in ("flat", "frame")  # what is missing stands elsewhere


@pytest.mark.parametrize("text", ["nothing > 1", "angle > many"])
def test_a_filter_that_means_nothing_is_explained_and_not_applied(tables: InterpreterClient, text: str) -> None:
    part = read(tables, "frame", filter=text)
    assert part.note
    assert part.row_total == 4


def test_one_column_needs_no_name_in_a_filter(tables: InterpreterClient) -> None:
    part = read(tables, "flat", filter="> 1.5")
    assert part.cells == [["3", "2"]]
    assert part.row_labels == ["0", "3"]


def test_values_of_every_kind_have_their_text(tables: InterpreterClient) -> None:
    assert read(tables, "series").cells == [["left", "right", "left", "both"]]
    assert columns(read(tables, "arrow")) == {"trial": ["3", "1", "2"], "name": ["x", "--", "z"]}
    assert read(tables, "masked").cells == [["1", "--", "3"]]
    assert columns(read(tables, "records")) == {"id": ["1", "2"], "name": ["one", "two"]}
    assert read(tables, "mixed").cells == [["1", "text", "--", "2 items: 1, 2"]]
    assert read(tables, "huge").cells == [["9223372036854775807", "-9223372036854775808"]]
    assert read(tables, "moments", sort_column=0).cells == [["2019-05-01", "2020-01-02", "NaT"]]


def test_arrow_tables_are_sorted(tables: InterpreterClient) -> None:
    part = read(tables, "arrow", sort_column=0)
    assert columns(part)["trial"] == ["1", "2", "3"]
    tables.run(f"again = {part.code}")
    assert read(tables, "again").cells == part.cells


def test_data_objects_are_tables_with_seconds_where_the_clock_has_a_rate(tables: InterpreterClient) -> None:
    assert columns(read(tables, "licks")) == {"index": ["1", "3"], "seconds": ["1", "3"], "entity": ["0", "0"]}
    assert columns(read(tables, "bouts")) == {
        "start": ["0", "6"],
        "end": ["4", "6"],
        "length": ["5", "1"],
        "entity": ["0", "0"],
    }
    assert columns(read(tables, "signal")) == {"index": ["5", "6"], "value": ["0.5", "1.5"]}


def test_a_tensor_is_the_table_that_it_is(tables: InterpreterClient) -> None:
    part = read(tables, "tensor", sort_column=1, descending=True)
    assert part.row_labels == ["20", "10"] or part.cells == [["3", "1"], ["4", "2"]]
    assert [column.name for column in part.columns] == ["angle", "curvature"]


def test_shades_go_from_the_lowest_to_the_highest_number(tables: InterpreterClient) -> None:
    assert read(tables, "flat", shades=True).shades == [[100, -1, 0, 50]]
    assert read(tables, "frame", shades=True).shades == [[100, -1, 0, 100], [-1, -1, -1, -1]]


def test_a_copy_has_all_digits_and_the_names(tables: InterpreterClient) -> None:
    tables.run("third = pd.DataFrame({'value': [1 / 3], 'n': [2]})")
    view = TableView(path=["third"])
    params = CopyTable(view=view, first_row=0, row_count=1, first_column=0, column_count=2, with_names=True)
    assert tables.ask(methods.TABLES_COPY, params).text == "value\tn\n0.3333333333333333\t2"


def test_a_copy_is_bounded(tables: InterpreterClient) -> None:
    tables.run("wide = np.zeros((2000, 1000))")
    params = CopyTable(view=TableView(path=["wide"]), first_row=0, row_count=2000, first_column=0, column_count=1000)
    with pytest.raises(RequestError, match="at most 1,000,000 cells"):
        tables.ask(methods.TABLES_COPY, params)


def test_a_table_is_read_while_code_changes_it(tables: InterpreterClient) -> None:
    tables.run("import threading\ngo_on = threading.Event()\nlive = np.zeros(3)")
    run = tables.start_code("live[1] = 7\nprint('changed')\nwhile not go_on.wait(0.01): pass")
    tables.wait_for_text(run, "changed")
    assert read(tables, "live").cells == [["0", "7", "0"]]
    tables.interrupt_and_finish(run)


def test_what_has_become_something_else_says_so(tables: InterpreterClient) -> None:
    tables.run("gone = 3")
    with pytest.raises(RequestError, match="This int is not a table"):
        read(tables, "gone")


def test_the_list_of_variables_says_what_is_a_table(tables: InterpreterClient) -> None:
    assert tables.variable("frame").is_table
    assert tables.variable("licks").is_table
    assert not tables.variable("clock").is_table
