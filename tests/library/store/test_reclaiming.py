"""Files that nothing refers to leave the disk; files that something refers to, or soon will, stay."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from whiskertoolbox_python import AnalogTimeSeries, DataManager
from whiskertoolbox_python.errors import StoreFullError
from whiskertoolbox_python.store.disk.columns import ColumnFiles
from whiskertoolbox_python.store.disk.known_rows import KnownRows
from whiskertoolbox_python.store.disk.store import DiskStore

Start = Callable[..., Any]


def test_arrays_stay_as_they_were_read_while_others_replace_and_delete(session: Path) -> None:
    with DataManager.open(session) as manager, DataManager.open(session) as other:
        manager.setData("a", AnalogTimeSeries(np.arange(1000), 1000), "time")
        seen = other.getData("a").values
        manager.setData("a", AnalogTimeSeries(np.zeros(1000), 1000), "time")
        assert other.getData("a").values.max() == 0
        manager.deleteData("a")
        assert other.getData("a") is None
        np.testing.assert_array_equal(seen, np.arange(1000))


def test_replaced_and_deleted_columns_leave_the_disk(session: Path) -> None:
    with DataManager.open(session) as manager, DataManager.open(session) as reader:
        for value in range(5):
            manager.setData("a", AnalogTimeSeries(np.full(100_000, value), 100_000), "time")
            held = reader.getData("a")
        assert manager.disk_usage() < 900_000
        manager.deleteData("a")
        assert manager.disk_usage() < 500_000
        assert held.values.min() == 4


def test_columns_that_cannot_be_deleted_yet_are_deleted_later(session: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: str) -> None:
        raise PermissionError("mapped by another process, as on Windows")

    def columns() -> int:
        return len(list((session / "columns").glob("*.npy")))

    with DataManager.open(session) as manager:
        manager.setData("a", AnalogTimeSeries([1], 1), "time")
        before = columns()
        with monkeypatch.context() as patch:
            patch.setattr(os, "unlink", refuse)
            manager.setData("a", AnalogTimeSeries([2], 1), "time")
        assert columns() == before + 1
    with DataManager.open(session) as manager:
        assert columns() == before
        assert manager.getData("a").toList() == [2]


def test_files_of_dead_writers_are_swept_at_opening_but_not_those_of_living_ones(session: Path, process: Start) -> None:
    DataManager.open(session).close()
    with process(
        """
        dm = DataManager.open(sys.argv[1])
        out = dm.allocate(1000)
        dm._store._columns.write(np.zeros(5))
        say("written"); input()
        """,
        session,
    ) as other:
        assert other.hear() == "written"
        columns = session / "columns"
        assert len(list(columns.iterdir())) == 3
        DataManager.open(session).close()
        assert len(list(columns.iterdir())) == 3
        other.kill()
    DataManager.open(session).close()
    assert len(list(columns.iterdir())) == 1
    assert not list((session / "writers").iterdir())


def test_what_a_writer_commits_just_before_it_ends_is_not_swept(
    session: Path, process: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An opening session has read the catalogue, then a writer commits and ends, then the session is swept."""
    DataManager.open(session).close()
    sweep = ColumnFiles.sweep

    def late(columns: ColumnFiles, referenced: Callable[[], set[str]]) -> None:
        with process(
            "with DataManager.open(sys.argv[1]) as dm: dm.setData('a', AnalogTimeSeries([5], 1), 'time')", session
        ) as writer:
            writer.finish()
        sweep(columns, referenced)

    monkeypatch.setattr(ColumnFiles, "sweep", late)
    with DataManager.open(session) as manager:
        assert manager.getData("a").toList() == [5]


def test_a_commit_that_is_interrupted_right_after_it_was_made_stays_made(
    session: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*arguments: object) -> None:
        raise KeyboardInterrupt

    with DataManager.open(session) as manager:
        manager.setData("a", AnalogTimeSeries([1], 1), "time")
        with monkeypatch.context() as patch:
            patch.setattr(KnownRows, "note", interrupt)
            with pytest.raises(KeyboardInterrupt):
                manager.setData("a", AnalogTimeSeries([2], 1), "time")
        assert manager.getData("a").toList() == [2]
    with DataManager.open(session) as manager:
        assert manager.getData("a").toList() == [2]


def test_a_commit_that_fails_leaves_no_file(session: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise StoreFullError("no room")

    with DataManager.open(session) as manager:
        before = set((session / "columns").iterdir())
        monkeypatch.setattr(DiskStore, "_commit_rows", fail)
        with pytest.raises(StoreFullError):
            manager.setData("a", AnalogTimeSeries([2], 1), "time")
        assert set((session / "columns").iterdir()) == before
        assert manager.getData("a") is None
