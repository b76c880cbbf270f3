"""Tables: rows, computers, JSON, files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import whiskertoolbox_python as wt


@pytest.fixture
def dm() -> wt.DataManager:
    manager = wt.DataManager()
    manager.setTime("time", wt.TimeFrame(range(100)), overwrite=True)
    manager.setData("angle", wt.AnalogTimeSeries(range(10), 10), "time")
    manager.setData(
        "trials", wt.DigitalIntervalSeries([wt.Interval(1, 2), wt.Interval(5, 7), wt.Interval(50, 60)]), "time"
    )
    manager.setData("licks", wt.DigitalEventSeries([1, 2, 6]), "time")
    manager.setData("unit_1", wt.DigitalEventSeries([5]), "time")
    manager.setData("unit_2", wt.DigitalEventSeries([1, 7]), "time")
    lines = wt.LineData.from_arrays([1, 2], [0, 2, 4], [[0, 0], [10, 0], [0, 0], [0, 4]])
    manager.setData("whisker", lines, "time")
    return manager


def test_interval_rows_reduce_samples_and_an_interval_without_samples_is_nan(dm: wt.DataManager) -> None:
    computers = ["Mean", "Max", "Min", "Standard Deviation", "Sum", "Count"]
    columns = [wt.column("angle", f"Interval {name}", name) for name in computers]
    values = wt.table(rows="trials", columns=columns).build(dm).to_tensor().values
    assert values[0] == pytest.approx([1.5, 2, 1, np.std([1, 2], ddof=1), 3, 2])
    assert values[1] == pytest.approx([6, 7, 5, 1, 18, 3])
    assert np.isnan(values[2]).all()


def test_interval_rows_count_events_and_give_their_own_bounds(dm: wt.DataManager) -> None:
    columns = {
        "licks": ("licks", "Event Count"),
        "any": ("licks", "Event Presence"),
        "start": ("trials", "Interval Start"),
        "end": ("trials", "Interval End"),
        "long": ("trials", "Interval Duration"),
        "overlaps": ("trials", "Interval Overlap Count"),
        "which": ("trials", "Interval Overlap Assign ID"),
    }
    table = wt.table(rows="trials", columns=columns).build(dm).to_tensor()
    assert table.values.tolist() == [[2, 1, 1, 2, 1, 1, 0], [1, 1, 5, 7, 2, 1, 1], [0, 0, 50, 60, 10, 1, 2]]
    assert table.row_intervals.tolist() == [[1, 2], [5, 7], [50, 60]]


def test_rows_that_are_times_take_samples_and_lines(dm: wt.DataManager) -> None:
    columns = [
        wt.column("angle", "Timestamp Value", "a"),
        wt.column("angle", "Analog Timestamp Offsets", "o", offsets="-1,0"),
        wt.column("trials", "Timestamp In Interval", "in"),
        wt.column("whisker", "Line Length", "length"),
        wt.column("whisker", "Line Sample XY", "p", segments=1),
    ]
    built = wt.table(rows="licks", columns=columns).build(dm)
    names = ["a", "o.t-1", "o.t+0", "in", "length", "p.x@0.000", "p.y@0.000", "p.x@1.000", "p.y@1.000"]
    assert built.names == names
    values = built.to_tensor().values
    assert values[0].tolist() == [1, 0, 1, 1, 10, 0, 0, 10, 0]
    assert np.isnan(values[2, 4:]).all()
    assert built.to_tensor().row_times.tolist() == [1, 2, 6]


def test_gathered_events_come_as_lists_and_not_as_a_tensor(dm: wt.DataManager) -> None:
    built = wt.table(rows="trials", columns=[wt.column("licks", "Event Gather", "l")]).build(dm)
    assert [times.tolist() for times in built.columns[0]] == [[1, 2], [6], []]
    with pytest.raises(wt.TransformError, match="column 'l' holds several numbers a row"):
        built.to_tensor()


def test_a_pattern_makes_a_column_for_each_key_and_a_preview_only_some_rows(dm: wt.DataManager) -> None:
    table = wt.table(rows="trials", columns=[wt.column("unit_*", "Event Count")])
    assert table.preview(dm, rows=2).to_tensor().columnNames() == ["unit_1 Event Count", "unit_2 Event Count"]
    assert table.preview(dm, rows=2).to_tensor().values.tolist() == [[0, 1], [1, 1]]


def test_rows_around_the_start_of_intervals(dm: wt.DataManager) -> None:
    built = wt.table(rows="trials", columns={"m": ("angle", "Interval Mean")}, around="start", reach=1).build(dm)
    assert built.rows.tolist() == [[0, 2], [4, 6], [49, 51]]


def test_a_table_is_written_as_json_and_read_again(dm: wt.DataManager) -> None:
    table = wt.table(rows="trials", columns=[wt.column("licks", "Event Count", "n")])
    (read,) = wt.read_tables(table.as_json())
    assert read.build(dm).to_tensor().values.tolist() == table.build(dm).to_tensor().values.tolist()


def test_inline_rows_of_upstreams_json(dm: wt.DataManager) -> None:
    column = {"name": "m", "data_source": "angle", "computer": "Interval Mean", "parameters": {}}
    selector = {"type": "interval", "intervals": [{"start": 0, "end": 3}], "timeframe": "time"}
    (table,) = wt.read_tables({"tables": [{"table_id": "t", "row_selector": selector, "columns": [column]}]})
    assert table.build(dm).to_tensor().getColumn("m") == [1.5]


def test_a_wrong_column_is_named(dm: wt.DataManager) -> None:
    with pytest.raises(
        wt.TransformError, match="column 'm': Interval Mean takes AnalogTimeSeries, not DigitalEventSeries"
    ):
        wt.table(rows="trials", columns={"m": ("licks", "Interval Mean")}).build(dm)
    with pytest.raises(wt.TransformError, match=r'no computer "Interval Maen" \(did you mean "Interval Mean"'):
        wt.table(rows="trials", columns={"m": ("angle", "Interval Maen")}).build(dm)
    with pytest.raises(wt.TransformError, match="needs rows that are intervals"):
        wt.table(rows="licks", columns={"m": ("angle", "Interval Mean")}).build(dm)


def test_a_csv_file_holds_rows_and_numbers(dm: wt.DataManager, tmp_path: Path) -> None:
    wt.table(rows="trials", columns={"m": ("angle", "Interval Mean")}).build(dm).save(tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_text().split() == ["start,end,m", "1,2,1.5", "5,7,6", "50,60,nan"]


@pytest.mark.extra
def test_a_parquet_file_and_a_data_frame_hold_the_same(dm: wt.DataManager, tmp_path: Path) -> None:
    import pandas as pd

    built = wt.table(rows="trials", columns={"m": ("angle", "Interval Mean")}).build(dm)
    built.save(tmp_path / "t.parquet")
    assert (
        pd.read_parquet(tmp_path / "t.parquet")["m"].tolist()[:2] == built.to_dataframe()["m"].tolist()[:2] == [1.5, 6]
    )
