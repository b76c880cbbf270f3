"""Damaged sessions: what can be read of them is, what is missing is told, and nothing is touched."""

import os
import sqlite3
import sys
import warnings
from pathlib import Path

import pytest

from whiskertoolbox_python import DataManager, DigitalEventSeries, TimeFrame
from whiskertoolbox_python.errors import DamagedStoreError, StoreError


def edit(session: Path, statement: str) -> None:
    connection = sqlite3.connect(session / "catalogue.sqlite")
    connection.execute(statement)
    connection.commit()
    connection.close()


def largest(session: Path) -> Path:
    return max((session / "columns").iterdir(), key=lambda path: path.stat().st_size)


@pytest.mark.parametrize("cut", range(100, 4100, 500))
def test_sessions_whose_catalogue_lacks_its_end_lose_no_key_without_a_word(tmp_path: Path, cut: int) -> None:
    folder = tmp_path / "session"
    with DataManager.open(folder) as manager:
        for number in range(30):
            manager.setData(f"unit_{number}", DigitalEventSeries([1, 2]), "time")
    os.truncate(folder / "catalogue.sqlite", (folder / "catalogue.sqlite").stat().st_size - cut)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            with DataManager.open(folder, read_only=True) as manager:
                count = len(manager)
        except DamagedStoreError:
            return
    assert count == 31 or any("keys may be missing" in str(warning.message) for warning in caught)


@pytest.mark.parametrize("read_only", [False, True])
def test_sessions_with_a_key_that_is_no_text_name_it_and_keep_the_others(full: Path, read_only: bool) -> None:
    edit(full, "UPDATE entries SET key = CAST(x'6c69e4' AS TEXT) WHERE key = 'licks'")
    with pytest.warns(UserWarning, match=r"holds an invalid entry \(\('object', 'li\\udce4'"):
        manager = DataManager.open(full, read_only=read_only)
    with manager:
        assert manager.getAllKeys() == ["angle", "media"]
        assert len(manager.getData("angle")) == 1000


def test_a_key_of_another_type_is_told_by_the_catalogue_with_no_other_key_loaded(full: Path) -> None:
    edit(full, "UPDATE entries SET columns = '[]' WHERE key = 'licks'")
    with DataManager.open(full) as manager:
        with pytest.raises(TypeError, match=r"^'angle' is AnalogTimeSeries, .*keys of that type: licks$"):
            manager.get("angle", DigitalEventSeries)
        with pytest.raises(DamagedStoreError):
            manager.getData("licks")


def test_the_key_of_an_object_is_found_with_no_other_loaded(full: Path) -> None:
    with DataManager.open(full) as manager:
        manager.setData("more_licks", DigitalEventSeries([3]), "time")
        more = manager.getData("more_licks")
        edit(full, "UPDATE entries SET columns = '[]' WHERE key = 'licks'")
        assert manager.key_of(more) == "more_licks"
        assert manager.key_of(DigitalEventSeries([3])) is None
        manager.deleteData("more_licks")
        assert manager.key_of(more) is None


@pytest.mark.parametrize("field", ["type", "time_key", "attributes", "columns"])
def test_sessions_with_a_row_that_is_no_text_say_so_for_its_key_only(full: Path, field: str) -> None:
    edit(full, f"UPDATE entries SET {field} = CAST(x'22e422' AS TEXT) WHERE key = 'licks'")
    with DataManager.open(full) as manager:
        with pytest.raises(DamagedStoreError, match=r"'licks'.*not UTF-8 text"):
            manager.getData("licks")
        assert len(manager.getData("angle")) == 1000


@pytest.mark.parametrize("read_only", [False, True])
def test_sessions_that_lack_a_clock_give_the_values_on_it_with_a_warning(tmp_path: Path, read_only: bool) -> None:
    folder = tmp_path / "session"
    with DataManager.open(folder) as manager:
        manager.setTime("camera", TimeFrame(range(100)))
        manager.setData("licks", DigitalEventSeries([1, 2]), "camera")
    lost = next(path for path in (folder / "columns").iterdir() if path.stat().st_size > 800)
    lost.unlink()
    with DataManager.open(folder, read_only=read_only) as manager:
        with pytest.warns(UserWarning, match=r"'licks' has no times now.*the clock 'camera'"):
            licks = manager.getData("licks")
        assert licks.times.tolist() == [1, 2]
        assert licks.getTimeFrame() is None
        with pytest.raises(DamagedStoreError, match=r"dm\.setTime\('camera', …, overwrite=True\)"):
            manager.getTime("camera")


def test_sessions_that_lack_a_clock_are_whole_again_when_it_is_given_anew(tmp_path: Path) -> None:
    folder = tmp_path / "session"
    clock = TimeFrame(range(100))
    with DataManager.open(folder) as manager:
        manager.setTime("camera", clock)
        manager.setData("licks", DigitalEventSeries([1, 2]), "camera")
    next(path for path in (folder / "columns").iterdir() if path.stat().st_size > 800).unlink()
    with DataManager.open(folder) as manager:
        with pytest.warns(UserWarning, match="'licks' has no times now"):
            licks = manager.getData("licks")
        assert manager.setTime("camera", clock, overwrite=True)
        assert licks.getTimeFrame() is clock
    with DataManager.open(folder) as manager:
        assert manager.getData("licks").getTimeFrame().getTotalFrameCount() == 100


def test_sessions_with_data_on_a_clock_that_is_not_there_say_so(full: Path) -> None:
    edit(full, "UPDATE entries SET time_key = 'gone' WHERE key = 'licks'")
    with DataManager.open(full) as manager, pytest.warns(UserWarning, match="its clock 'gone' is not in the session"):
        assert manager.getData("licks").times.tolist() == [1, 2]


def test_sessions_with_an_empty_journal_are_read_without_a_file_more(full: Path) -> None:
    (full / "catalogue.sqlite-journal").touch()
    before = sorted(os.listdir(full))
    with DataManager.open(full, read_only=True) as manager:
        assert len(manager.getData("angle")) == 1000
    assert sorted(os.listdir(full)) == before


def test_sessions_with_something_else_in_the_place_of_a_column_say_so(full: Path) -> None:
    column = largest(full)
    column.unlink()
    column.mkdir()
    with DataManager.open(full) as manager:
        with pytest.raises(DamagedStoreError, match=r"'angle'.*not a plain file"):
            manager.getData("angle")
        assert manager.getData("licks").times.tolist() == [1, 2]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes in folders")
def test_sessions_with_a_pipe_in_the_place_of_a_column_do_not_wait_for_it(full: Path) -> None:
    column = largest(full)
    column.unlink()
    os.mkfifo(column)
    with DataManager.open(full) as manager, pytest.raises(DamagedStoreError, match=r"'angle'.*not a plain file"):
        manager.getData("angle")


@pytest.mark.parametrize("read_only", [False, True])
def test_a_folder_that_cannot_be_looked_at_is_named(tmp_path: Path, read_only: bool) -> None:
    refused_name = tmp_path / ("s" * 300)
    with pytest.raises(StoreError, match=refused_name.name):
        DataManager.open(refused_name, read_only=read_only)
