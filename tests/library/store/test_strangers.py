"""A session folder of a stranger: whatever stands in it, nothing outside is changed, deleted or taken for data."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support.strangers import columns_of, edit, file_of
from whiskertoolbox_python import AnalogTimeSeries, DataManager
from whiskertoolbox_python.errors import DamagedStoreError, ReadOnlyStoreError, StoreError

OUTSIDE = b"somebody's thesis"
LONG_AGO = 1_000_000_000

links = pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """Return a column of somebody else's, which is to stay as it is."""
    path = tmp_path / "elsewhere" / "thesis.npy"
    path.parent.mkdir()
    np.save(path, np.arange(1000, dtype=np.float32))
    os.utime(path, (LONG_AGO, LONG_AGO))
    return path


def put_columns(session: Path, key: str, columns: object) -> None:
    edit(session, "UPDATE entries SET columns = ? WHERE key = ?", json.dumps(columns), key)


def is_untouched(path: Path) -> bool:
    return path.stat().st_mtime == LONG_AGO and np.array_equal(np.load(path), np.arange(1000))


def replace(manager: DataManager) -> None:
    manager.setData("angle", AnalogTimeSeries([1.0], 1), "time")


def delete(manager: DataManager) -> None:
    manager.deleteData("angle")


def read(manager: DataManager) -> None:
    with pytest.raises(DamagedStoreError, match="'angle'"):
        manager.getData("angle")


def look(manager: DataManager) -> None:
    assert "angle" in manager.getAllKeys()


class TestNamesOfFiles:
    @pytest.mark.parametrize("act", [look, read, replace, delete])
    @pytest.mark.parametrize("how", ["absolute", "relative", "beside", "another folder"])
    def test_a_row_that_names_a_file_elsewhere_leaves_it_alone(
        self, full: Path, outside: Path, act: Callable[[DataManager], None], how: str
    ) -> None:
        names = {
            "absolute": str(outside),
            "relative": os.path.relpath(outside, full / "columns"),
            "beside": "thesis.npy",
            "another folder": "../catalogue.sqlite",
        }
        (full / "columns" / "thesis.npy").write_bytes(outside.read_bytes())
        os.utime(full / "columns" / "thesis.npy", (LONG_AGO, LONG_AGO))
        columns = list(columns_of(full, "angle").values())
        for column in columns:
            column[1] = names[how]
        put_columns(full, "angle", columns)
        with DataManager.open(full) as manager:
            act(manager)
            assert manager.getData("licks").toList() == [1, 2]
        DataManager.open(full).close()
        assert is_untouched(outside)
        assert is_untouched(full / "columns" / "thesis.npy")

    @pytest.mark.parametrize("name", ["mine.npy", "notes.part", "0123456789ab-x.npy", "0123456789AB-1.npy"])
    def test_a_users_own_file_among_the_columns_is_never_swept(self, full: Path, name: str) -> None:
        (full / "columns" / name).write_bytes(OUTSIDE)
        (full / "writers" / "mine.lock").write_bytes(OUTSIDE)
        with DataManager.open(full) as manager:
            replace(manager)
        DataManager.open(full).close()
        assert (full / "columns" / name).read_bytes() == OUTSIDE
        assert (full / "writers" / "mine.lock").read_bytes() == OUTSIDE

    def test_deleting_a_session_leaves_what_is_not_the_sessions(self, full: Path) -> None:
        (full / "columns" / "mine.npy").write_bytes(OUTSIDE)
        DataManager.delete_session(full)
        assert [path for path in full.rglob("*") if path.is_file()] == [full / "columns" / "mine.npy"]

    def test_files_of_a_session_with_a_row_that_makes_no_sense_are_not_swept(self, full: Path) -> None:
        before = sorted(os.listdir(full / "columns"))
        edit(full, "UPDATE entries SET attributes = 'no JSON' WHERE key = 'angle'")
        DataManager.open(full).close()
        assert sorted(os.listdir(full / "columns")) == before


@links
class TestLinks:
    @pytest.mark.parametrize("name", ["columns", "writers", "pyramids"])
    def test_a_session_with_a_folder_that_is_a_link_is_not_opened_for_writing(
        self, full: Path, outside: Path, name: str
    ) -> None:
        if (full / name).exists():
            (full / name).rename(full / "away")
        (full / name).symlink_to(outside.parent, target_is_directory=True)
        os.rename(outside, outside.with_name("0123456789ab-1.npy"))
        with pytest.raises(ReadOnlyStoreError, match=f"{name} in it is not a file or folder but a link"):
            DataManager.open(full)
        assert is_untouched(outside.with_name("0123456789ab-1.npy"))
        assert len(os.listdir(outside.parent)) == 1

    @pytest.mark.parametrize(
        "name",
        ["catalogue.sqlite", "catalogue.sqlite-wal", "catalogue.sqlite-shm", "catalogue.sqlite-journal", "revision"],
    )
    @pytest.mark.parametrize("exists", [True, False])
    def test_a_session_with_a_file_that_is_a_link_is_not_opened_for_writing(
        self, full: Path, tmp_path: Path, name: str, exists: bool
    ) -> None:
        target = tmp_path / "target"
        if exists:
            target.write_bytes((full / name).read_bytes() if (full / name).exists() else OUTSIDE)
        (full / name).unlink(missing_ok=True)
        (full / name).symlink_to(target)
        before = target.read_bytes() if exists else None
        with pytest.raises(StoreError):
            DataManager.open(full)
        with contextlib.suppress(StoreError), DataManager.open(full, read_only=True) as manager:
            manager.getAllKeys()
        assert (target.read_bytes() if target.exists() else None) == before

    def test_a_link_in_place_of_a_column_is_not_followed(self, full: Path, outside: Path) -> None:
        file = file_of(full, "licks")
        (full / "columns" / file).unlink()
        (full / "columns" / file).symlink_to(outside)
        with DataManager.open(full) as manager:
            with pytest.raises(DamagedStoreError, match="'licks'"):
                manager.getData("licks")
            manager.deleteData("licks")
        assert is_untouched(outside)

    def test_a_pipe_in_place_of_a_column_is_not_waited_for(self, full: Path) -> None:
        file = file_of(full, "licks")
        (full / "columns" / file).unlink()
        os.mkfifo(full / "columns" / file)
        with DataManager.open(full) as manager, pytest.raises(DamagedStoreError, match="'licks'"):
            manager.getData("licks")

    def test_the_whole_folder_may_be_a_link(self, full: Path, tmp_path: Path) -> None:
        (tmp_path / "link").symlink_to(full, target_is_directory=True)
        with DataManager.open(tmp_path / "link") as manager:
            replace(manager)
            assert manager.getData("angle").toList() == [1.0]


def outcome(act: Callable[[], object], name: str = "'angle'") -> str:
    """What a damage names; nothing when there was none."""
    try:
        act()
    except DamagedStoreError as error:
        return name if name in str(error) else str(error)
    return ""


NONSENSE: dict[str, tuple[str, Any]] = {
    "a version that is text": ("version", "new"),
    "a version that is bytes": ("version", b"\x05\0\0\0\0\0\0\0"),
    "a version of the future": ("version", 1 << 61),
    "a generation after its version": ("generation", 1 << 40),
    "a size that is text": ("size", "many"),
    "a size below zero": ("size", -1),
    "bytes that are not whole": ("nbytes", 1.5),
    "a type that is bytes": ("type", b"AnalogTimeSeries"),
    "attributes that are no JSON": ("attributes", "{"),
    "attributes that are a list": ("attributes", "[]"),
    "attributes that are bytes": ("attributes", b"{}"),
    "attributes too deep": ("attributes", "[" * 100_000),
    "columns that are no list": ("columns", "{}"),
    "columns that are numbers": ("columns", "[1, 2]"),
    "columns too deep": ("columns", "[" * 100_000),
}


def column(**changed: Any) -> Callable[[list[list[Any]]], object]:
    def change(columns: list[list[Any]]) -> object:
        names = ("name", "file", "dtype", "shape", "count", "pieces")
        found = dict(zip(names, columns[0], strict=False)) | changed
        return [[found[name] for name in names if name in found], *columns[1:]]

    return change


HUGE = 1 << 60
GROUP = "INSERT INTO entries SELECT 'group', ?, version, generation, '', '', 0, 0, '{}', '[]' FROM entries LIMIT 1"
NONSENSE_COLUMNS: dict[str, Callable[[list[list[Any]]], object]] = {
    "a file that is a number": column(file=5),
    "no file": column(file=None),
    "a type that is none": column(dtype="float"),
    "a type of objects": column(dtype="|O"),
    "a type of many fields": column(dtype="f4,f4"),
    "a type of huge items": column(dtype="|S2000000000"),
    "a shape below zero": column(shape=[-1]),
    "a shape of parts": column(shape=[1.5]),
    "a shape of text": column(shape=["1000"]),
    "a shape of truths": column(shape=[True]),
    "a shape that fills the memory": column(shape=[HUGE]),
    "a shape of no rows that fills the memory": column(shape=[0, HUGE, HUGE]),
    "a shape of a hundred dimensions": column(shape=[1] * 100),
    "a shape of many digits": column(shape=[10**400]),
    "a count that is text": column(count="5", pieces=[[0, 5]]),
    "a count that fills the memory": column(count=HUGE, pieces=[[0, 5]]),
    "pieces that are numbers": column(count=1000, pieces=[5]),
    "pieces before the beginning": column(count=1000, pieces=[[-1, 1000]]),
    "pieces behind the end": column(count=1000, pieces=[[1, 1000]]),
    "the same piece again and again": column(count=1000, shape=[1_000_000], pieces=[[0, 1000]] * 1000),
    "pieces that are not the shape": column(count=1000, shape=[10], pieces=[[0, 1000]]),
}


class TestNonsense:
    @pytest.mark.parametrize("title", NONSENSE)
    def test_one_bad_row_is_that_keys_damage(self, full: Path, title: str) -> None:
        field, value = NONSENSE[title]
        edit(full, f"UPDATE entries SET {field} = ? WHERE key = 'angle'", value)
        self.check(full)

    @pytest.mark.parametrize("title", NONSENSE_COLUMNS)
    def test_one_bad_column_is_that_keys_damage(self, full: Path, title: str) -> None:
        put_columns(full, "angle", NONSENSE_COLUMNS[title](list(columns_of(full, "angle").values())))
        self.check(full)

    def check(self, full: Path) -> None:
        """The key is named, the others are there, and the bad one can be replaced, deleted and stored again."""
        with DataManager.open(full) as manager:
            assert manager.getAllKeys() == ["angle", "licks", "media"]
            assert len(manager.entries()) == 3
            assert manager.getData("licks").toList() == [1, 2]
            with pytest.raises(DamagedStoreError, match="'angle'"):
                manager.getData("angle")
        with DataManager.open(full, read_only=True) as manager, pytest.raises(DamagedStoreError, match="'angle'"):
            manager.getData("angle")
        with DataManager.open(full) as manager:
            replace(manager)
            assert manager.getData("angle").toList() == [1.0]
        with DataManager.open(full) as manager:
            assert manager.getData("angle").toList() == [1.0]
            manager.deleteData("angle")

    @pytest.mark.parametrize("attributes", [{"sampling": []}, {"first": "x"}, {"time": {}}])
    def test_attributes_that_mean_nothing_are_no_harm(self, full: Path, attributes: dict[str, Any]) -> None:
        edit(full, "UPDATE entries SET attributes = ? WHERE key = 'angle'", json.dumps(attributes))
        with DataManager.open(full) as manager:
            assert outcome(lambda: manager.getData("angle")) in ("", "'angle'")
            assert manager.getData("licks").toList() == [1, 2]

    def test_an_object_without_its_columns_is_that_keys_damage(self, full: Path) -> None:
        put_columns(full, "angle", [])
        with DataManager.open(full) as manager:
            with pytest.raises(DamagedStoreError, match="'angle'"):
                manager.getData("angle")
            assert manager.getData("licks").toList() == [1, 2]

    @pytest.mark.parametrize(("section", "key"), [("soup", "angle"), (b"object", "angle"), ("object", b"angle")])
    def test_a_row_of_nobody_is_left_out_and_named(self, full: Path, section: object, key: object) -> None:
        edit(full, "UPDATE entries SET section = ?, key = ? WHERE key = 'angle'", section, key)
        with pytest.warns(UserWarning, match="holds an invalid entry"):
            manager = DataManager.open(full)
        with manager:
            assert manager.getAllKeys() == ["licks", "media"]

    @pytest.mark.parametrize("key", ["first", "-1", "1.5"])
    def test_a_group_that_is_none_is_left_out_and_named(self, full: Path, key: str) -> None:
        edit(
            full,
            GROUP,
            key,
        )
        with pytest.warns(UserWarning, match="invalid"):
            manager = DataManager.open(full)
        with manager:
            assert manager.getData("licks").toList() == [1, 2]

    def test_a_group_without_its_members_is_named_and_the_rest_is_there(self, full: Path) -> None:
        edit(
            full,
            GROUP,
            "7",
        )
        with pytest.warns(UserWarning, match="'7'"):
            manager = DataManager.open(full)
        with manager:
            assert manager.getData("licks").toList() == [1, 2]

    @pytest.mark.parametrize("value", ["text", b"\x05", -1, 1 << 62])
    @pytest.mark.parametrize("name", ["revision", "readable_from", "next_entity_id"])
    def test_a_counter_that_makes_no_sense_is_damage_or_no_harm(self, full: Path, name: str, value: object) -> None:
        edit(full, "UPDATE meta SET value = ? WHERE name = ?", value, name)
        assert outcome(lambda: DataManager.open(full).close(), str(full)) in ("", str(full))

    def test_a_catalogue_with_a_trigger_is_damage(self, full: Path) -> None:
        edit(full, "CREATE TRIGGER t AFTER INSERT ON entries BEGIN DELETE FROM entries; END")
        with pytest.raises(DamagedStoreError, match="more than tables"):
            DataManager.open(full)

    def test_a_key_that_makes_no_sense_is_not_put_on_another_clock(self, full: Path) -> None:
        edit(full, "UPDATE entries SET attributes = '[]' WHERE key = 'angle'")
        with DataManager.open(full) as manager, pytest.raises(DamagedStoreError, match="'angle'"):
            manager.setTimeKey("angle", "time")


def test_numbers_of_numpy_are_stored_as_numbers(session: Path) -> None:
    """SQLite takes them for bytes, which no comparison finds again."""
    with DataManager.open(session) as manager:
        manager.setData("angle", AnalogTimeSeries(np.arange(10), np.arange(10)), "time")
    connection = sqlite3.connect(session / "catalogue.sqlite")
    kinds = set(connection.execute("SELECT typeof(version), typeof(size), typeof(nbytes) FROM entries"))
    connection.close()
    assert kinds == {("integer", "integer", "integer")}


def test_bytes_in_place_of_a_number_are_refused_by_the_catalogue(full: Path) -> None:
    connection = sqlite3.connect(full / "catalogue.sqlite")
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute("UPDATE entries SET size = ?", (b"\x05\0\0\0\0\0\0\0",))
    connection.close()
