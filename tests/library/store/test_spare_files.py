"""Files of replaced columns are written over by what comes next, and never while anybody can still see them."""

import contextlib
import errno
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from whiskertoolbox_python import AnalogTimeSeries, DataManager
from whiskertoolbox_python.errors import StoreFullError
from whiskertoolbox_python.store.disk import columns
from whiskertoolbox_python.store.disk.store import DiskStore

Start = Callable[..., Any]
SAMPLES = 300_000  # of 4 bytes: more than the least that is kept

if sys.platform == "win32":
    pytest.skip("Windows neither deletes nor writes over what is mapped", allow_module_level=True)


def adopted(number: int, samples: int = SAMPLES) -> AnalogTimeSeries:
    """Return a series in ordinary memory."""
    return AnalogTimeSeries.from_array(np.full(samples, number, np.float32), copy=False)


def copied(number: int, samples: int = SAMPLES) -> AnalogTimeSeries:
    """Return a series whose numbers were copied, to where there is room."""
    return AnalogTimeSeries(np.full(samples, number), samples)


def allocated(manager: DataManager, number: int) -> AnalogTimeSeries:
    """Return a series over memory of the session."""
    values = manager.allocate(SAMPLES)
    values[:] = number
    return AnalogTimeSeries.from_array(values, copy=False)


def file_of(manager: DataManager, key: str = "a") -> Path:
    """Return the file of an analog series."""
    store = manager._store
    assert isinstance(store, DiskStore)
    path = store.file_of(store.rows("object")[key].columns[0])
    assert path is not None
    return path


def inode(manager: DataManager) -> int:
    return file_of(manager).stat().st_ino


def put(manager: DataManager, series: AnalogTimeSeries) -> int:
    """Store a series under the one key, and return the inode of its file."""
    manager.setData("a", series, "time")
    return inode(manager)


def names(session: Path) -> set[str]:
    return {path.name for path in (session / "columns").iterdir()}


@pytest.mark.parametrize("make", [adopted, copied])
def test_the_file_of_what_is_replaced_is_written_over(session: Path, make: Callable[[int], AnalogTimeSeries]) -> None:
    with DataManager.open(session) as manager:
        inodes = []
        for number in range(8):
            inodes.append(put(manager, make(number)))
            with DataManager.open(session, read_only=True) as other:
                assert (other.getData("a").values == number).all()
        assert len(set(inodes)) == 2


def test_an_array_of_the_session_is_made_in_the_file_of_what_was_replaced(session: Path) -> None:
    with DataManager.open(session) as manager:
        inodes = {put(manager, allocated(manager, number)) for number in range(6)}
        assert len(inodes) == 2


def test_what_another_process_looks_at_is_left_alone(session: Path, process: Start) -> None:
    with DataManager.open(session) as manager:
        before = put(manager, adopted(1))
        with process(
            """
            dm = DataManager.open(sys.argv[1])
            values = dm.getData("a").values
            say("seen"); input()
            assert (values == 1).all()
            say("same")
            """,
            session,
        ) as other:
            assert other.hear() == "seen"
            assert before not in {put(manager, adopted(number)) for number in range(2, 6)}
            other.tell("look again")
            assert other.hear() == "same"


@pytest.mark.parametrize("make", [adopted, copied])
def test_what_is_looked_at_here_is_left_alone(session: Path, make: Callable[[int], AnalogTimeSeries]) -> None:
    with DataManager.open(session) as manager:
        kept = []
        for number in range(20):
            series = make(number)
            manager.setData("a", series, "time")
            if number % 3:  # of the others the file can be had
                kept.append((number, series.values[5:]))
        for number, values in kept:
            assert (values == number).all()


def test_what_is_read_here_is_left_alone(session: Path) -> None:
    with DataManager.open(session) as manager, DataManager.open(session) as other:
        kept = []
        for number in range(20):
            manager.setData("a", copied(number), "time")
            if number % 3:
                kept.append((number, other.getData("a").values))
        for number, values in kept:
            assert (values == number).all()


def test_what_a_snapshot_shares_is_left_alone(session: Path) -> None:
    with DataManager.open(session) as manager:
        put(manager, adopted(1))
        manager.snapshot(session.with_name("snapshot"))
        for number in range(2, 6):
            put(manager, adopted(number))
        with DataManager.open(session.with_name("snapshot")) as snapshot:
            assert (snapshot.getData("a").values == 1).all()
            for number in range(6, 9):
                put(snapshot, adopted(number))
        assert (manager.getData("a").values == 5).all()


def test_a_reader_that_comes_too_late_is_told_so_and_reads_what_is_new(session: Path) -> None:
    with DataManager.open(session) as manager:
        put(manager, adopted(1))
        reader = DiskStore(session)
        stale = reader.rows("object")["a"]
        put(manager, adopted(2))  # the file of the first is a spare now
        with pytest.raises(FileNotFoundError):
            reader._columns.map(stale.columns[0])
        series = copied(4)  # it is being written
        with pytest.raises(FileNotFoundError):
            reader._columns.map(stale.columns[0])
        del series
        stored = reader.read("object", "a")
        assert stored is not None
        assert (stored.arrays["values"] == 2).all()
        put(manager, adopted(3))  # and now it is the file of another row
        stored = reader.read("object", "a")
        assert stored is not None
        assert (stored.arrays["values"] == 3).all()
        reader.close()


def test_a_reader_that_is_overtaken_while_it_opens_a_file_reads_what_is_new(
    session: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with DataManager.open(session) as manager:
        put(manager, adopted(1))
        reader, share = DiskStore(session), columns.share

        def late(descriptor: int) -> bool:
            monkeypatch.undo()
            put(manager, adopted(2))
            put(manager, adopted(3))  # into the file that the reader has just opened
            return share(descriptor)

        monkeypatch.setattr(columns, "share", late)
        stored = reader.read("object", "a")
        assert stored is not None
        assert (stored.arrays["values"] == 3).all()
        assert stored.row == manager._store.rows("object")["a"]
        reader.close()


def test_what_a_killed_process_was_writing_is_not_taken_for_what_was_there(session: Path, process: Start) -> None:
    with process(
        """
        dm = DataManager.open(sys.argv[1])
        dm.setData("a", AnalogTimeSeries(np.full(300_000, 1), 300_000), "time")
        say("one"); input()
        dm.setData("a", AnalogTimeSeries(np.full(300_000, 2), 300_000), "time")
        half = AnalogTimeSeries(np.full(300_000, 3), 300_000)  # into the file of the first
        say("three"); input()
        """,
        session,
    ) as writer:
        assert writer.hear() == "one"
        reader = DiskStore(session)
        stale = reader.rows("object")["a"]
        writer.tell("go on")
        assert writer.hear() == "three"
        writer.kill()
    mapped = reader._columns.map(stale.columns[0])
    assert (mapped == 3).all()  # and nobody holds it any more
    stored = reader.read("object", "a")
    assert stored is not None
    assert stored.row.version > stale.version
    assert (stored.arrays["values"] == 2).all()
    reader.close()


def test_the_file_of_another_process_is_not_written_over(session: Path) -> None:
    with DataManager.open(session) as manager:
        before = put(manager, adopted(1))
        path = file_of(manager)
    with path.open(), DataManager.open(session) as manager:  # open, so that no other file can have its number
        assert before not in {put(manager, adopted(number)) for number in range(2, 6)}


def test_what_was_made_in_a_spare_and_never_stored_leaves_nothing(session: Path) -> None:
    with DataManager.open(session) as manager:
        put(manager, adopted(1))
        put(manager, adopted(2))
        before = names(session)
        series = copied(3)
        values = series.values
        assert names(session) == before
        del series, values
        assert len(names(session)) == len(before) - 1
        put(manager, adopted(4))
        kept = copied(5).values
    assert (kept == 5).all()
    assert len(names(session)) == 2  # of the series, and of the clock
    with DataManager.open(session) as manager:
        assert (manager.getData("a").values == 4).all()


def test_shorter_data_take_a_spare_and_much_shorter_ones_do_not(session: Path) -> None:
    with DataManager.open(session) as manager:
        before = {put(manager, adopted(number, 2 * SAMPLES)) for number in range(2)}
        assert put(manager, adopted(3, SAMPLES // 2)) not in before
        assert put(manager, copied(4, SAMPLES + 1)) in before
        assert file_of(manager).stat().st_size < 4 * (SAMPLES + 1) + 300
        with DataManager.open(session, read_only=True) as other:
            assert (other.getData("a").values == 4).all()


def test_deleting_data_gives_the_room_back(session: Path) -> None:
    with DataManager.open(session) as manager:
        manager.setData("b", adopted(0), "time")
        put(manager, adopted(1))
        put(manager, adopted(2))
        assert len(names(session)) == 4
        manager.deleteData("b")
        assert len(names(session)) == 2


def test_few_spares_are_kept(session: Path) -> None:
    with DataManager.open(session) as manager:
        for key in "abcdefgh":
            manager.setData(key, adopted(0), "time")
        for key in "abcdefgh":
            manager.setData(key, adopted(1, 3 * SAMPLES), "time")
        assert len(names(session)) <= 8 + 1 + 2


def test_a_spare_that_somebody_has_swept_is_done_without(session: Path) -> None:
    for make in (adopted, copied):
        with DataManager.open(session) as manager:
            put(manager, adopted(1))
            put(manager, adopted(2))
            large = {name for name in names(session) if (session / "columns" / name).stat().st_size > SAMPLES}
            for spare in large - {file_of(manager).name}:
                os.unlink(session / "columns" / spare)
            put(manager, make(3))
            assert (manager.getData("a").values == 3).all()
        with DataManager.open(session) as manager:
            assert (manager.getData("a").values == 3).all()


def test_a_full_disk_takes_the_spares_first(session: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with DataManager.open(session) as manager:
        put(manager, adopted(1))
        put(manager, adopted(2))
        write_all, failures = columns._write_all, []

        def full(file: io.FileIO, data: bytes | memoryview) -> None:
            if memoryview(data).nbytes > 8 * SAMPLES and len(names(session)) > 3:
                failures.append(1)
                raise OSError(errno.ENOSPC, "no room")
            write_all(file, data)

        monkeypatch.setattr(columns, "_write_all", full)
        put(manager, adopted(3, 3 * SAMPLES))  # too large for the spare
        assert failures
        assert (manager.getData("a").values == 3).all()


def test_nothing_is_mapped_where_there_is_no_room_to_write_it(session: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Writing to a mapping cannot fail in an orderly way."""
    with DataManager.open(session) as manager:
        put(manager, adopted(1))
        put(manager, adopted(2))
        monkeypatch.setattr(columns, "free_bytes", lambda _: 4 * SAMPLES)
        series = copied(3)
        owner = series.values
        while isinstance(owner.base, np.ndarray):
            owner = owner.base
        assert owner.flags.owndata
        put(manager, series)
        assert (manager.getData("a").values == 3).all()


def test_a_commit_that_fails_after_a_spare_was_written_keeps_what_there_was(
    session: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> None:
        raise StoreFullError("no room")

    with DataManager.open(session) as manager:
        put(manager, adopted(1))
        put(manager, adopted(2))
        with monkeypatch.context() as patch:
            patch.setattr(DiskStore, "_commit_rows", fail)
            with pytest.raises(StoreFullError):
                manager.setData("a", adopted(3), "time")
        with DataManager.open(session, read_only=True) as other:
            assert (other.getData("a").values == 2).all()
        put(manager, adopted(4))
        assert (manager.getData("a").values == 4).all()
        assert len(names(session)) <= 4


def test_a_forked_child_and_its_parent_do_not_share_spares(session: Path, process: Start) -> None:
    with process(
        """
        import os
        dm = DataManager.open(sys.argv[1])
        def put(number):
            dm.setData("a", AnalogTimeSeries.from_array(np.full(300_000, number, np.float32), copy=False), "time")
        put(1); put(2)
        child = os.fork()
        for number in range(3, 9):
            put(number)
        if not child:
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        put(9)
        dm.close()
        """,
        session,
    ) as other:
        other.finish()
    with DataManager.open(session) as manager:
        assert (manager.getData("a").values == 9).all()


def test_processes_that_start_others_meanwhile_can_be_read(session: Path) -> None:
    """A descriptor that a new process holds for a moment keeps nobody from reading what was just committed."""
    with DataManager.open(session) as manager, DataManager.open(session) as other:
        put(manager, adopted(1))
        put(manager, adopted(2))
        with contextlib.ExitStack() as held:
            spares = manager._store._columns._spare_files  # type: ignore[attr-defined]  # a DiskStore
            held.callback(os.close, os.dup(spares._spare_files[0].descriptor))
            put(manager, adopted(3))
            assert (other.getData("a").values == 3).all()


@pytest.mark.slow
def test_nobody_sees_two_results_mixed_while_a_process_replaces_one_as_fast_as_it_can(
    session: Path, process: Start
) -> None:
    DataManager.open(session).close()
    with (
        process(
            """
        dm = DataManager.open(sys.argv[1])
        for number in range(4000):
            values = np.full(300_000, number, np.float32)
            dm.setData("a", AnalogTimeSeries.from_array(values, copy=number % 3 > 0), "time")
        dm.setData("done", AnalogTimeSeries(), "time")
        dm.close()
        """,
            session,
        ) as writer,
        DataManager.open(session) as manager,
    ):
        seen: list[tuple[Any, float]] = []
        while "done" not in manager:
            series = manager.getData("a")
            if series is not None:
                seen = [*seen[-3:], (series.values, float(series.values[0]))]
            for values, number in seen:
                assert (values == number).all()
        writer.finish()
