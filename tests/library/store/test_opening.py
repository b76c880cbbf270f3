"""Opening a session: what is wrong is said exactly, with the folder and what to do, and nothing is touched."""

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path, PureWindowsPath
from typing import Any

import pytest

from whiskertoolbox_python import AnalogTimeSeries, DataManager, DigitalEventSeries
from whiskertoolbox_python.errors import (
    DamagedStoreError,
    LockedStoreError,
    NewerStoreError,
    NotASessionError,
    ReadOnlyStoreError,
    StoreError,
)
from whiskertoolbox_python.store.disk import catalog
from whiskertoolbox_python.store.disk.layout import FORMAT_VERSION

Start = Callable[..., Any]


def state(folder: Path) -> dict[str, str]:
    """Return a digest of every file, so that any change shows."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def refused(folder: Path, kind: type[StoreError], *words: str, read_only: bool = False) -> StoreError:
    """Check that opening fails so, names the folder, and changes nothing."""
    before = state(folder) if folder.is_dir() else {}
    with pytest.raises(kind) as caught:
        DataManager.open(folder, read_only=read_only)
    assert type(caught.value) is kind
    for word in (str(folder), *words):
        assert word in str(caught.value)
    assert (state(folder) if folder.is_dir() else {}) == before
    return caught.value


def edit(session: Path, *statements: str) -> None:
    connection = sqlite3.connect(session / "catalogue.sqlite")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


class TestWhatIsNoSession:
    def test_a_missing_folder_is_made(self, tmp_path: Path) -> None:
        with DataManager.open(tmp_path / "a" / "b") as manager:
            assert manager.path == tmp_path / "a" / "b"
            assert not manager.read_only

    def test_text_is_a_path(self, session: Path) -> None:
        with DataManager.open(str(session)) as manager:
            assert manager.path == session

    def test_a_missing_folder_is_not_made_for_reading(self, session: Path) -> None:
        refused(session, NotASessionError, "without read_only", read_only=True)
        assert not session.exists()

    def test_an_empty_folder_becomes_one(self, session: Path) -> None:
        session.mkdir()
        DataManager.open(session).close()
        assert (session / "catalogue.sqlite").exists()

    def test_an_empty_path_is_refused(self) -> None:
        with pytest.raises(NotASessionError, match="the path of the session is empty"):
            DataManager.open("")

    def test_a_file_is_refused(self, session: Path) -> None:
        session.write_text("text")
        refused(session, NotASessionError, "is a file")

    def test_a_folder_of_something_else_is_refused(self, session: Path) -> None:
        session.mkdir()
        (session / "paper.docx").write_text("text")
        refused(session, NotASessionError, "new or empty folder")

    def test_another_programs_database_is_refused(self, full: Path) -> None:
        edit(full, "PRAGMA application_id = 5")
        refused(full, NotASessionError, "another program")

    def test_a_folder_that_cannot_be_made_says_why(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("text")
        with pytest.raises(StoreError, match="file"):
            DataManager.open(tmp_path / "file" / "session")


class TestHalfMadeSessions:
    def test_left_by_a_crash_are_finished(self, session: Path) -> None:
        session.mkdir()
        (session / "catalogue.sqlite.0123abcd").write_bytes(b"")
        (session / "writers").mkdir()
        with DataManager.open(session) as manager:
            assert manager.getAllKeys() == ["media"]

    def test_left_by_a_killed_writer_are_whole(self, full: Path, process: Start) -> None:
        with process(
            """
            dm = DataManager.open(sys.argv[1])
            dm.setData("more", AnalogTimeSeries([5], 1), "time")
            say("stored"); input()
            """,
            full,
        ) as other:
            assert other.hear() == "stored"
            other.kill()
        with DataManager.open(full, read_only=True) as manager:
            assert manager.getData("more").toList() == [5]
        with DataManager.open(full) as manager:
            assert manager.getData("more").toList() == [5]

    def test_copied_while_open_are_read_without_being_changed(self, full: Path, tmp_path: Path) -> None:
        copy = tmp_path / "copy"
        with DataManager.open(full) as manager:
            manager.setData("more", AnalogTimeSeries([5], 1), "time")
            shutil.copytree(full, copy)
        (copy / "catalogue.sqlite-shm").unlink()
        before = state(copy)
        with DataManager.open(copy, read_only=True) as manager:
            assert manager.getData("more").toList() == [5]
        assert state(copy) == before


class TestNewerSessions:
    def test_are_refused_but_can_be_read_when_they_allow_it(self, full: Path) -> None:
        edit(full, f"PRAGMA user_version = {FORMAT_VERSION + 1}")
        error = refused(full, NewerStoreError, f"store format {FORMAT_VERSION + 1}", "read_only=True")
        assert error.readable
        before = state(full)
        with DataManager.open(full, read_only=True) as manager:
            assert manager.getData("licks").times.tolist() == [1, 2]
        assert state(full) == before

    def test_are_refused_altogether_when_they_do_not(self, full: Path) -> None:
        newer = FORMAT_VERSION + 1
        edit(full, f"PRAGMA user_version = {newer}", f"UPDATE meta SET value = {newer} WHERE name = 'readable_from'")
        error = refused(full, NewerStoreError, "update WhiskerToolbox")
        assert not error.readable
        refused(full, NewerStoreError, "update WhiskerToolbox", read_only=True)

    def test_with_types_that_are_not_known_give_none_for_them(self, full: Path) -> None:
        edit(full, "UPDATE entries SET type = 'Hologram' WHERE key = 'licks'")
        with DataManager.open(full) as manager:
            assert manager.getData("licks") is None
            assert manager.getType("licks").name == "Unknown"
            assert len(manager.getData("angle")) == 1000


class TestDamagedSessions:
    @pytest.mark.parametrize("content", [b"", b"SQLite", b"noise" * 1000])
    def test_whose_catalogue_is_no_database(self, full: Path, content: bytes) -> None:
        (full / "catalogue.sqlite").write_bytes(content)
        for read_only in (False, True):
            refused(full, DamagedStoreError, "damaged", "restore it", read_only=read_only)

    def test_whose_catalogue_is_overwritten_in_the_middle(self, full: Path) -> None:
        with open(full / "catalogue.sqlite", "r+b") as file:
            file.seek(4096)
            file.write(b"\xff" * 20_000)
        refused(full, DamagedStoreError, "damaged", "restore")

    def test_whose_catalogue_is_cut_off(self, full: Path) -> None:
        os.truncate(full / "catalogue.sqlite", 5000)
        refused(full, DamagedStoreError, "damaged", "restore")

    def test_whose_catalogue_is_lost(self, full: Path) -> None:
        (full / "catalogue.sqlite").unlink()
        for read_only in (False, True):
            refused(full, DamagedStoreError, "lost its catalogue", "restore", read_only=read_only)

    @pytest.mark.parametrize("end", ["2, 7", '2, ["a"]', "2, [[1]]", '"x", []'])
    def test_whose_columns_make_no_sense_say_so_for_their_key(self, full: Path, end: str) -> None:
        edit(full, f"UPDATE entries SET columns = replace(columns, '[2]]', '[2], {end}]') WHERE key = 'licks'")
        with DataManager.open(full) as manager, pytest.raises(DamagedStoreError, match=r"'licks'.*is invalid"):
            manager.getData("licks")

    @pytest.mark.parametrize("pieces", ["[[0, 3]]", "[[-1, 2]]", "[[2, 1]]", "[[0, 0]]", "[[1, -1]]"])
    def test_whose_pieces_are_not_in_their_file_say_so(self, full: Path, pieces: str) -> None:
        edit(full, f"UPDATE entries SET columns = replace(columns, '[2]]', '[2], 2, {pieces}]') WHERE key = 'licks'")
        with DataManager.open(full) as manager, pytest.raises(DamagedStoreError, match="that are not there"):
            manager.getData("licks")

    def test_without_a_table(self, full: Path) -> None:
        edit(full, "DROP TABLE entries")
        refused(full, DamagedStoreError, "no such table")

    def column(self, session: Path) -> Path:
        return max((session / "columns").iterdir(), key=lambda path: path.stat().st_size)

    @pytest.mark.parametrize("read_only", [False, True])
    def test_that_lack_a_column_open_and_say_so_for_its_key_only(self, full: Path, read_only: bool) -> None:
        lost = self.column(full)
        lost.unlink()
        with DataManager.open(full, read_only=read_only) as manager:
            assert len(manager.entries()) == 3
            with pytest.raises(DamagedStoreError, match="'angle'") as caught:
                manager.getData("angle")
            assert lost.name in str(caught.value)
            assert manager.getData("licks").times.tolist() == [1, 2]

    @pytest.mark.parametrize("size", [0, 5, 100, 200])
    def test_with_a_column_cut_off_say_so_for_its_key_only(self, full: Path, size: int) -> None:
        os.truncate(self.column(full), size)
        with DataManager.open(full) as manager:
            with pytest.raises(DamagedStoreError, match=f"has {size} bytes"):
                manager.getData("angle")
            assert manager.getData("licks").times.tolist() == [1, 2]
            assert manager.deleteData("angle")

    def test_with_noise_for_a_column_say_so(self, full: Path) -> None:
        column = self.column(full)
        column.write_bytes(bytes(column.stat().st_size))
        with DataManager.open(full) as manager, pytest.raises(DamagedStoreError, match="not a column of float32"):
            manager.getData("angle")


class TestLockedSessions:
    def test_say_that_another_process_holds_them_and_can_be_read(
        self, full: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(catalog, "BUSY_TIMEOUT_S", 0.1)
        with DataManager.open(full):
            blocker = sqlite3.connect(full / "catalogue.sqlite", isolation_level=None)
            blocker.execute("BEGIN IMMEDIATE")
            try:
                with pytest.raises(LockedStoreError, match="locked by another process") as caught:
                    DataManager.open(full)
                assert str(full) in str(caught.value)
                assert caught.value.readable
                with DataManager.open(full, read_only=True) as manager:
                    assert len(manager.getData("angle")) == 1000
            finally:
                blocker.close()

    def test_refuse_a_commit_and_take_it_later(self, full: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(catalog, "BUSY_TIMEOUT_S", 0.1)
        with DataManager.open(full) as manager:
            blocker = sqlite3.connect(full / "catalogue.sqlite", isolation_level=None)
            blocker.execute("BEGIN IMMEDIATE")
            data = AnalogTimeSeries([1], 1)
            with pytest.raises(LockedStoreError):
                manager.setData("a", data, "time")
            blocker.close()
            manager.setData("a", data, "time")
            assert manager.getData("a") is data


class TestReadOnly:
    def test_refuses_every_change_and_leaves_the_folder_as_it_was(self, full: Path) -> None:
        before = state(full)
        with DataManager.open(full, read_only=True) as manager:
            assert manager.read_only
            licks = manager.getData("licks")
            calls: list[Callable[[], object]] = [
                lambda: manager.setData("a", AnalogTimeSeries(), "time"),
                lambda: manager.deleteData("licks"),
                lambda: manager.setTime("time", manager.getTime("time"), True),
                lambda: manager.reset(),
                lambda: manager.allocate(5),
                lambda: manager.getEntityGroupManager().createGroup("A"),
                lambda: licks.addEvent(9),
            ]
            for call in calls:
                with pytest.raises(ReadOnlyStoreError, match="read-only") as caught:
                    call()
                assert str(full) in str(caught.value)
            assert manager.getData("licks").times.tolist() == [1, 2]
        assert state(full) == before

    def test_follows_the_commits_of_writers_that_come_and_go(self, full: Path) -> None:
        with DataManager.open(full, read_only=True) as reader:
            for value in range(3):
                with DataManager.open(full) as writer:
                    writer.setData("a", AnalogTimeSeries([value], 1), "time")
                    assert reader.getData("a").toList() == [value]
                assert reader.getData("a").toList() == [value]

    def test_works_where_nothing_can_be_written(self, full: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
        error = refused(full, ReadOnlyStoreError, "read_only=True")
        assert error.readable
        with DataManager.open(full, read_only=True) as manager:
            assert len(manager.getData("angle")) == 1000

    def test_shows_nothing_of_a_commit_in_the_middle_of_which_a_writer_was_killed(
        self, tmp_path: Path, process: Start
    ) -> None:
        session = tmp_path / "session"
        (session / "catalogue.sqlite-shm").mkdir(parents=True)  # no shared memory, so SQLite writes in place
        with process(
            """
            import sqlite3
            with DataManager.open(sys.argv[1]) as dm:
                dm.setData("a", AnalogTimeSeries([1], 1), "time")
            catalogue = sqlite3.connect(sys.argv[1] + "/catalogue.sqlite", isolation_level=None)
            catalogue.execute("PRAGMA cache_size = 1")  # so that it writes before it commits
            catalogue.execute("BEGIN")
            rows = ((f"k{i}", "x" * 1000) for i in range(500))
            catalogue.executemany(
                "INSERT INTO entries VALUES ('object', ?, 9, 9, 'Analog', 'time', 0, 0, '{}', '[]' || ?)", rows)
            say("ready"); input()
            """,
            session,
        ) as writer:
            assert writer.hear() == "ready"
            writer.kill()
        assert (session / "catalogue.sqlite-journal").exists()
        before = state(session)
        with DataManager.open(session, read_only=True) as manager:
            assert sorted(manager.getAllKeys()) == ["a", "media"]
        assert state(session) == before
        with DataManager.open(session) as manager:
            assert sorted(manager.getAllKeys()) == ["a", "media"]

    def test_can_be_saved_elsewhere(self, full: Path, tmp_path: Path) -> None:
        with DataManager.open(full, read_only=True) as manager, manager.save_as(tmp_path / "copy") as copy:
            copy.setData("more", AnalogTimeSeries([1], 1), "time")
            assert "more" not in manager


class TestClosing:
    def test_makes_further_calls_an_error_that_says_how_to_go_on(self, full: Path) -> None:
        manager = DataManager.open(full)
        angle = manager.getData("angle")
        manager.close()
        manager.close()
        with pytest.raises(StoreError, match=r"has been closed; open it again"):
            manager.getData("angle")
        assert angle.values[999] == 999
        assert repr(manager) == "DataManager(keys=3)"

    def test_lets_an_object_in_hand_be_changed(self, full: Path) -> None:
        with DataManager.open(full) as manager:
            licks = manager.getData("licks")
        licks.removeEvent(1)
        assert licks.times.tolist() == [2]


def test_opening_looks_at_no_column(full: Path) -> None:
    for column in (full / "columns").iterdir():
        column.unlink()
    with DataManager.open(full) as manager:
        assert {entry.key: entry.size for entry in manager.entries()} == {"angle": 1000, "licks": 2, "media": 0}


class TestPlaces:
    @pytest.mark.parametrize("name", ["a ü b", "50%", "what?", "#1", "a:b", "%41"])
    def test_of_any_name_are_opened_as_they_are_called(self, tmp_path: Path, name: str) -> None:
        with DataManager.open(tmp_path / name) as manager:
            manager.setData("licks", DigitalEventSeries([1, 2]), "time")
        with DataManager.open(tmp_path / name, read_only=True) as manager:
            assert "licks" in manager.getAllKeys()
        assert [path.name for path in tmp_path.iterdir()] == [name]

    @pytest.mark.parametrize(
        "path",
        [
            r"C:\Users\Jürgen\session\catalogue.sqlite",
            r"\\server\share\a folder\catalogue.sqlite",
            r"\\?\C:\a\catalogue.sqlite",
            r"\\wsl$\Ubuntu\home\catalogue.sqlite",
        ],
    )
    def test_of_windows_reach_sqlite_as_they_are_written(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
    ) -> None:
        monkeypatch.chdir(tmp_path)  # to Linux the whole path is a file's name
        sqlite3.connect(catalog.catalogue_uri(PureWindowsPath(path), "mode=rwc"), uri=True).close()
        assert [file.name for file in tmp_path.iterdir()] == [path]


def test_an_error_that_says_nothing_of_the_contents_is_not_called_damage(session: Path) -> None:
    error = catalog.store_error(sqlite3.OperationalError("invalid uri authority: server"), session)
    assert not isinstance(error, DamagedStoreError)
    assert "delete" not in str(error)
    assert "try again" in str(error)
