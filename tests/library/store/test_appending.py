"""What only grew is appended to its files; nothing that was committed ever changes."""

import errno
import io
import json
import os
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support.line_entries import add_line, line_entries, traced
from tests.support.stored_files import files
from whiskertoolbox_python import (
    DataManager,
    DigitalEventSeries,
    DigitalIntervalSeries,
    Mask2D,
    MaskData,
    Point2D,
    PointData,
    RaggedAnalogTimeSeries,
    TensorData,
    TimeFrame,
)
from whiskertoolbox_python.arrays.growing import History
from whiskertoolbox_python.errors import StoreFullError
from whiskertoolbox_python.store.disk import columns
from whiskertoolbox_python.store.disk.known_rows import KnownRows
from whiskertoolbox_python.store.disk.store import DiskStore
from whiskertoolbox_python.store.protocol import Change, Put
from whiskertoolbox_python.types.data_object import DataObject

Start = Callable[..., Any]


GROWING: dict[str, tuple[Callable[[], DataObject], Callable[[Any, int], object]]] = {
    "lines": (lambda: traced(3), add_line),
    "masks": (MaskData, lambda data, time: data.addAtTime(time, Mask2D([1, 2], [3, 4]))),
    "points": (PointData, lambda data, time: data.addAtTime(time, Point2D(time, 5))),
    "events": (lambda: DigitalEventSeries([0, 1]), lambda data, time: data.addEvent(time)),
    "intervals": (DigitalIntervalSeries, lambda data, time: data.addInterval(10 * time, 10 * time + 3)),
    "ragged values": (RaggedAnalogTimeSeries, lambda data, time: data.appendAtTime(time, [time, 0.5])),
}


@pytest.mark.parametrize("name", GROWING)
def test_growth_stays_in_its_files_and_reaches_others(session: Path, name: str) -> None:
    make, add = GROWING[name]
    data = make()
    with DataManager.open(session) as manager, DataManager.open(session) as other:
        manager.setData("data", data, "time")
        add(data, 100)
        manager.flush()
        before = files(manager)
        for time in range(101, 140):
            add(data, time)
            manager.flush()
            seen = other.getData("data")
            for column, array in data.to_columns().arrays.items():
                np.testing.assert_array_equal(seen.to_columns().arrays[column], array)
        assert files(manager) == before


def test_appending_writes_what_was_added_and_nothing_else(session: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[int] = []
    write_all = columns._write_all

    def counted(file: io.FileIO, data: bytes | memoryview) -> None:
        written.append(memoryview(data).nbytes)
        write_all(file, data)

    lines = traced(1000)
    with DataManager.open(session) as manager:
        manager.setData("data", lines, "time")
        add_line(lines, 2000)
        manager.flush()
        monkeypatch.setattr(columns, "_write_all", counted)
        add_line(lines, 2001)
        manager.flush()
    row_of_points = 8
    assert sorted(written) == [8, 8, 8, 24, 5 * row_of_points]  # time, offset, id; identity; points


def test_arrays_that_others_have_read_stay_as_they_were(session: Path) -> None:
    lines = traced(3)
    with DataManager.open(session) as manager, DataManager.open(session) as other:
        manager.setData("data", lines, "time")
        kept = []
        for time in range(100, 130):
            add_line(lines, time)
            manager.flush()
            seen = other.getData("data").to_columns().arrays
            kept.append([(array, array.copy()) for array in seen.values()])
        for state in kept:
            for array, copy in state:
                np.testing.assert_array_equal(array, copy)


def test_the_first_change_by_another_process_is_appended(session: Path) -> None:
    with DataManager.open(session) as manager:
        manager.setData("data", traced(3), "time")
        before = files(manager)
    with DataManager.open(session) as manager:
        add_line(manager.getData("data"), 1)
        add_line(manager.getData("data"), 3)
        manager.flush()
        assert files(manager) == before
        with DataManager.open(session) as reader:
            assert [time for time, *_ in line_entries(reader.getData("data"))] == [0, 1, 1, 2, 3]


def test_the_names_of_columns_are_changed_without_writing_the_numbers(session: Path) -> None:
    with DataManager.open(session) as manager, DataManager.open(session) as other:
        manager.setData("data", TensorData.from_array([[1, 2]]), "time")
        before = files(manager)
        other.getData("data").setColumnNames(["a", "b"])
        other.flush()
        assert files(other) == before
        assert manager.getData("data").columnNames() == ["a", "b"]


def test_data_put_on_another_clock_are_appended_to_afterwards(session: Path) -> None:
    lines = traced(3)
    with DataManager.open(session) as manager:
        manager.setTime("camera", TimeFrame(range(1000)))
        manager.setData("data", lines, "time")
        before = files(manager)
        manager.setTimeKey("data", "camera")
        add_line(lines, 3)
        manager.flush()
        assert files(manager) == before


def test_a_snapshot_stays_as_it_was_while_the_session_grows(session: Path, tmp_path: Path) -> None:
    lines = traced(3)
    with DataManager.open(session) as manager:
        manager.setData("data", lines, "time")
        add_line(lines, 100)
        manager.snapshot(tmp_path / "snapshot")
        add_line(lines, 101)
        manager.flush()
        with DataManager.open(tmp_path / "snapshot") as snapshot:
            assert line_entries(snapshot.getData("data")) == line_entries(lines)[:-1]
            add_line(snapshot.getData("data"), 555)
            snapshot.flush()
            assert line_entries(snapshot.getData("data"))[-1][0] == 555
        add_line(lines, 102)
        manager.flush()
    with DataManager.open(session) as manager, DataManager.open(tmp_path / "snapshot") as snapshot:
        assert [time for time, *_ in line_entries(manager.getData("data"))] == [0, 1, 2, 100, 101, 102]
        assert [time for time, *_ in line_entries(snapshot.getData("data"))] == [0, 1, 2, 100, 555]
        manager.save_as(tmp_path / "copy").close()
    for column in (tmp_path / "copy" / "columns").iterdir():
        assert np.load(column).nbytes < column.stat().st_size  # whole files: what the header says is all there is
    with DataManager.open(tmp_path / "copy") as copy:
        assert len(copy.getData("data")) == 6


def test_two_writers_of_one_object_take_turns(session: Path) -> None:
    with DataManager.open(session) as one, DataManager.open(session) as other:
        one.setData("data", traced(1), "time")
        expected = 1
        for time in range(100, 120):
            manager = (one, other)[time // 3 % 2]  # each adds several before it is the other's turn
            add_line(manager.getData("data"), time)
            manager.flush()
            expected += 1
            for looking in (one, other):
                entries = line_entries(looking.getData("data"))
                assert len(entries) == len({entity_id for _, entity_id, _ in entries}) == expected


def put(values: list[int], origin: object, generation: int | None = None) -> Change:
    array = np.array(values, np.int64)
    histories = {"v": History(origin, len(values))}
    return Change(
        puts=[Put(section="object", key="a", arrays={"v": array}, histories=histories, generation=generation)]
    )


def stored(store: DiskStore) -> list[int]:
    found = store.read("object", "a")
    assert found is not None
    numbers: list[int] = found.arrays["v"].tolist()
    return numbers


def test_a_writer_that_is_overtaken_between_writing_and_committing_writes_the_whole(
    session: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    origin, one, other = object(), DiskStore(session), DiskStore(session)
    generation = one.commit(put([1], origin))["object", "a"].generation
    commit_rows = one._commit_rows

    def late(*arguments: Any) -> Any:
        monkeypatch.undo()
        other.refresh()
        other.commit(put([7, 8], object(), generation))
        return commit_rows(*arguments)

    monkeypatch.setattr(one, "_commit_rows", late)
    one.commit(put([1, 2], origin, generation))
    other.refresh()
    assert stored(one) == stored(other) == [1, 2]
    one.commit(put([1, 2, 3], origin, generation))
    assert stored(one) == [1, 2, 3]
    assert len(list((session / "columns").iterdir())) == 1
    one.close()
    other.close()


def test_two_writers_that_append_to_one_file_at_once_do_not_write_over_each_other(
    session: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    origin, one, other = object(), DiskStore(session), DiskStore(session)
    generation = one.commit(put([1], origin))["object", "a"].generation
    other.refresh()
    read = other.read("object", "a")
    assert read is not None
    commit_rows = one._commit_rows
    seen: list[Any] = []

    def late(*arguments: Any) -> Any:
        monkeypatch.undo()
        row = other.commit(put([1, 7], read.histories["v"].origin, generation))["object", "a"]
        assert row.columns[0].file == read.row.columns[0].file  # it was appended
        seen.append(other.read("object", "a"))
        return commit_rows(*arguments)

    monkeypatch.setattr(one, "_commit_rows", late)
    one.commit(put([1, 2], origin, generation))
    other.refresh()
    assert stored(one) == stored(other) == [1, 2]
    assert seen[0].arrays["v"].tolist() == [1, 7]
    one.close()
    other.close()


def test_a_failed_append_is_written_over_by_the_next(session: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    origin, store = object(), DiskStore(session)
    row = store.commit(put([1], origin))["object", "a"]
    before = stored(store)

    def half(file: io.FileIO, data: memoryview) -> None:
        file.write(data[:11])
        raise OSError(errno.ENOSPC, "no room")

    with monkeypatch.context() as patch:
        patch.setattr(columns, "_write_all", half)
        with pytest.raises(StoreFullError):
            store.commit(put([1, 2, 3], origin, row.generation))
    assert stored(store) == before
    again = store.commit(put([1, 4, 5, 6], origin, row.generation))["object", "a"]
    assert stored(store) == [1, 4, 5, 6]
    assert again.columns[0].file == row.columns[0].file
    store.close()


@pytest.mark.parametrize(
    "place", [(DiskStore, "_commit_rows"), (KnownRows, "note")], ids=["before it is made", "after it is made"]
)
def test_after_an_interrupted_commit_nothing_is_written_over_that_others_may_have_read(
    session: Path, monkeypatch: pytest.MonkeyPatch, place: tuple[type, str]
) -> None:
    origin, store, reader = object(), DiskStore(session), DiskStore(session, read_only=True)
    row = store.commit(put([1], origin))["object", "a"]

    def interrupt(*arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(*place, interrupt)
        with pytest.raises(KeyboardInterrupt):
            store.commit(put([1, 2], origin, row.generation))
    reader.refresh()
    seen = reader.read("object", "a")
    assert seen is not None
    before = seen.arrays["v"].tolist()
    store.commit(put([1, 3, 4], origin, row.generation))
    assert seen.arrays["v"].tolist() == before
    assert stored(store) == [1, 3, 4]
    reader.close()
    store.close()


def test_a_file_that_became_shorter_is_not_appended_to(session: Path) -> None:
    origin, store = object(), DiskStore(session)
    row = store.commit(put([1, 2, 3], origin))["object", "a"]
    path = session / "columns" / str(row.columns[0].file)
    os.truncate(path, path.stat().st_size - 8)
    store.commit(put([1, 2, 3, 4], origin, row.generation))
    assert stored(store) == [1, 2, 3, 4]
    store.close()


def test_a_forked_child_and_its_parent_append_in_turn(session: Path, process: Start) -> None:
    if sys.platform == "win32":
        return  # has no fork
    with process(
        """
        import os
        dm = DataManager.open(sys.argv[1])
        points = PointData()
        dm.setData("data", points, "time")
        points.addAtTime(1, Point2D(1, 1))
        dm.flush()
        child = os.fork()
        if not child:
            points.addAtTime(2, Point2D(2, 2))
            dm.flush()
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        assert dm.getData("data").times.tolist() == [1, 2]
        points.addAtTime(3, Point2D(3, 3))
        dm.close()
        """,
        session,
    ) as other:
        other.finish()
    with DataManager.open(session) as manager:
        assert manager.getData("data").points.tolist() == [[1, 1], [2, 2], [3, 3]]


def test_a_session_of_version_1_keeps_its_identities_and_becomes_version_4(session: Path) -> None:
    with DataManager.open(session) as manager:
        manager.setData("data", traced(3), "time")
        ids = manager.getData("data").entity_ids.tolist()
    catalogue = sqlite3.connect(session / "catalogue.sqlite", isolation_level=None)
    (described,) = catalogue.execute("SELECT columns FROM entries WHERE section = 'identity'").fetchone()
    file = json.loads(described)[0][1]
    path = session / "columns" / file
    np.save(path, np.load(path).T.copy())
    catalogue.execute(
        "UPDATE entries SET columns = ? WHERE section = 'identity'", (f'[["rows", "{file}", "<i8", [3, 3]]]',)
    )
    catalogue.execute("PRAGMA user_version = 1")
    catalogue.execute("UPDATE meta SET value = 1 WHERE name = 'readable_from'")
    catalogue.close()
    with DataManager.open(session, read_only=True) as manager:
        assert manager.getData("data").entity_ids.tolist() == ids
    with DataManager.open(session) as manager:
        manager.setData("data", traced(4), "time")
        assert manager.getData("data").entity_ids.tolist()[:3] == ids
    catalogue = sqlite3.connect(session / "catalogue.sqlite")
    assert catalogue.execute("PRAGMA user_version").fetchone() == (4,)
    assert catalogue.execute("SELECT value FROM meta WHERE name = 'readable_from'").fetchone() == (4,)
    catalogue.close()
