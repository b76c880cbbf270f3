"""Copies, snapshots and deleting of whole sessions."""

import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from whiskertoolbox_python import AnalogTimeSeries, DataManager, DigitalEventSeries
from whiskertoolbox_python.errors import LockedStoreError, NotASessionError, StoreError


class TestCopies:
    def everything(self, manager: DataManager) -> list[Any]:
        licks = manager.getData("licks")
        return [
            sorted((entry.key, entry.size, entry.nbytes) for entry in manager.entries()),
            manager.getData("angle").toList(),
            licks.toListWithIds(),
            sorted(manager.clocks()),
            manager.getEntityGroupManager().getEntitiesInGroup(1),
        ]

    def test_hold_everything_and_go_on_counting(self, full: Path, tmp_path: Path) -> None:
        with DataManager.open(full) as manager:
            groups = manager.getEntityGroupManager()
            groups.add_entities(groups.createGroup("A"), [1])
            manager.getData("licks").addEvent(9)
            with manager.save_as(tmp_path / "copy") as copy:
                assert self.everything(copy) == self.everything(manager)
                fresh = DigitalEventSeries([1])
                copy.setData("fresh", fresh, "time")
                assert fresh.entity_ids.tolist() == [4]
                assert copy.getEntityGroupManager().createGroup("B") == 2

    def test_of_memory_make_a_session(self, tmp_path: Path) -> None:
        manager = DataManager()
        manager.setData("licks", DigitalEventSeries([1, 2]), "time")
        manager.save_as(tmp_path / "saved").close()
        with DataManager.open(tmp_path / "saved") as saved:
            assert saved.getData("licks").entity_ids.tolist() == [1, 2]

    def test_as_snapshots_take_no_space_and_do_not_follow(self, full: Path, tmp_path: Path) -> None:
        with DataManager.open(full) as manager:
            path = manager.snapshot(tmp_path / "snapshot")
            manager.setData("angle", AnalogTimeSeries([7], 1), "time")
        with DataManager.open(path) as snapshot:
            assert len(snapshot.getData("angle")) == 1000
        if sys.platform != "win32":
            shared = max((path / "columns").iterdir(), key=lambda file: file.stat().st_size)
            assert shared.stat().st_nlink == 1  # the other name went when the original was replaced

    def test_made_of_links_by_another_program_do_not_get_each_others_rows(self, full: Path, tmp_path: Path) -> None:
        with DataManager.open(full) as manager:
            manager.getData("licks").addEvent(2000)
        copy = tmp_path / "linked"
        shutil.copytree(full, copy, ignore=lambda folder, names: names if Path(folder).name == "columns" else [])
        for file in (full / "columns").iterdir():
            os.link(file, copy / "columns" / file.name)
        for folder, time in ((full, 5000), (copy, 7000)):
            with DataManager.open(folder) as manager:
                manager.getData("licks").addEvent(time)
        for folder, time in ((full, 5000), (copy, 7000)):
            with DataManager.open(folder) as manager:
                assert manager.getData("licks").toList()[-2:] == [2000, time]

    def test_never_replace_anything(self, full: Path, tmp_path: Path) -> None:
        (tmp_path / "taken").mkdir()
        (tmp_path / "taken" / "file").write_text("text")
        with DataManager.open(full) as manager:
            for copy in (manager.save_as, manager.snapshot):
                with pytest.raises(StoreError, match="exists already"):
                    copy(tmp_path / "taken")
        assert sorted(path.name for path in tmp_path.iterdir()) == ["session", "taken"]

    def test_can_be_deleted_when_nobody_writes_them(self, full: Path, tmp_path: Path) -> None:
        with DataManager.open(full) as manager:
            manager.setData("a", AnalogTimeSeries([1], 1), "time")
            with pytest.raises(LockedStoreError, match="open still"):
                DataManager.delete_session(full)
        DataManager.delete_session(full)
        assert not full.exists()
        with pytest.raises(NotASessionError, match="nothing was deleted"):
            DataManager.delete_session(tmp_path)
