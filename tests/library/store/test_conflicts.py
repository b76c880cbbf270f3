"""What two managers, as of two processes, make of one object, group, clock or session."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from whiskertoolbox_python import DataManager, DigitalEventSeries, TimeFrame
from whiskertoolbox_python.store.disk.copying import DiskStore


def test_an_object_changed_here_and_there_keeps_the_last_change_and_says_so(session: Path) -> None:
    with DataManager.open(session) as one, DataManager.open(session) as other:
        one._live._flusher.stop()
        mine = DigitalEventSeries([1])
        one.setData("e", mine, "time")
        theirs = other.getData("e")
        mine.addEvent(2)
        theirs.addEvent(3)
        other.flush()
        with pytest.warns(UserWarning, match="'e' has been changed here and by another process"):
            one.refresh()
        one.flush()
        assert other.getData("e").times.tolist() == [1, 2]


def test_a_change_of_an_object_that_another_process_replaced_is_dropped_and_said_so(session: Path) -> None:
    with DataManager.open(session) as one, DataManager.open(session) as other:
        one._live._flusher.stop()
        mine = DigitalEventSeries([1])
        one.setData("e", mine, "time")
        mine.addEvent(2)
        other.setData("e", DigitalEventSeries([7]), "time")
        one.flush()
        with pytest.warns(UserWarning, match="'e' has been replaced or deleted by another process"):
            assert one.getData("e").times.tolist() == [7]
        assert one.getData("e") is not mine


def test_changing_an_object_that_another_process_has_replaced_says_so(session: Path) -> None:
    with DataManager.open(session) as one, DataManager.open(session) as other:
        mine = DigitalEventSeries([1])
        one.setData("e", mine, "time")
        other.setData("e", DigitalEventSeries([7]), "time")
        with pytest.warns(UserWarning, match="'e' has been replaced or deleted by another process"):
            mine.addEvent(2)
        assert other.getData("e").times.tolist() == [7]


def test_a_change_of_an_object_in_hand_keeps_what_another_process_has_made_of_it_since(session: Path) -> None:
    with DataManager.open(session) as one, DataManager.open(session) as other:
        one.setData("e", DigitalEventSeries([1]), "time")
        held = other.getData("e")
        for time in range(2, 50):
            one.getData("e").addEvent(time)
        one.flush()
        held.addEvent(100)
        other.flush()
        assert one.getData("e").times.tolist() == [*range(1, 50), 100]


def test_a_change_of_groups_in_hand_keeps_what_another_process_has_made_of_them_since(session: Path) -> None:
    with DataManager.open(session) as one, DataManager.open(session) as other:
        groups = one.getEntityGroupManager()
        group = groups.createGroup("go")
        one.flush()
        held = other.getEntityGroupManager()
        groups.add_entities(group, [1, 2])
        one.flush()
        held.add_entities(group, [3])
        other.flush()
        assert one.getEntityGroupManager().entity_ids(group).tolist() == [1, 2, 3]


def test_changes_of_one_object_at_the_same_time_are_told_to_who_replaces_the_others(session: Path) -> None:
    with DataManager.open(session) as one, DataManager.open(session) as other:
        one.setData("e", DigitalEventSeries([1]), "time")
        held = other.getData("e")
        for manager in (one, other):
            manager._live._flusher.stop()
        one.getData("e").addEvent(2)
        held.addEvent(3)
        one.flush()
        other.flush()
        with pytest.warns(UserWarning, match="'e' has been changed here and by another process at the same time"):
            other.getData("e")


def test_a_clock_that_another_process_overwrites_reaches_loaded_data(session: Path) -> None:
    with DataManager.open(session) as one, DataManager.open(session) as other:
        one.setData("e", DigitalEventSeries([0]), "time")
        seen = other.getData("e")
        one.setTime("time", TimeFrame([100]), overwrite=True)
        other.refresh()
        assert seen.toList() == [100]


def test_a_reset_by_another_process_leaves_objects_in_hand_valid(session: Path) -> None:
    with DataManager.open(session) as one, DataManager.open(session) as other:
        one.setData("e", DigitalEventSeries([5]), "time")
        seen = other.getData("e")
        one.reset()
        assert other.getAllKeys() == ["media"]
        assert seen.times.tolist() == [5]


def test_after_a_reset_by_another_process_no_id_is_given_twice(session: Path) -> None:
    with DataManager.open(session) as one, DataManager.open(session) as other:
        other.setData("e", DigitalEventSeries([0]), "time")
        other.getData("e").addEvent(3)  # reserves ids ahead, and remembers whose they are
        one.reset()
        one.setData("e", DigitalEventSeries([0, 1, 2, 4]), "time")
        other.getData("e").addEvent(7)
        other.flush()
        assert one.getData("e").entity_ids.tolist() == [1, 2, 3, 4, 5]


def test_ids_that_another_process_draws_while_observers_of_a_reset_are_called_are_not_given_again(
    session: Path,
) -> None:
    with DataManager.open(session) as one, DataManager.open(session) as other:
        one.setData("e", DigitalEventSeries(range(50)), "time")

        def meanwhile() -> None:
            other.setData("o", DigitalEventSeries([0, 1]), "time")
            other.getData("o").addEvent(7)

        one.addObserver(meanwhile)
        one.reset()
        other.getData("o").addEvent(9)
        one.setData("n", DigitalEventSeries(range(3000)), "time")
        given = np.concatenate([other.getData("o").entity_ids, one.getData("n").entity_ids])
        assert len(set(given.tolist())) == len(given)


def test_groups_that_come_while_groups_are_taken_in_are_no_error(
    session: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with DataManager.open(session) as one, DataManager.open(session) as other:
        groups = one.getEntityGroupManager()
        groups.createGroup("first")
        one.flush()
        read = DiskStore.read

        def read_while_another_is_made(self: DiskStore, section: Any, key: str) -> Any:
            monkeypatch.undo()
            groups.createGroup("second")
            one.flush()
            return read(self, section, key)

        monkeypatch.setattr(DiskStore, "read", read_while_another_is_made)
        other.getAllKeys()
        assert other.getEntityGroupManager().getGroupCount() == 2


def test_a_snapshot_of_a_column_in_pieces_is_of_one_moment(session: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    times = np.arange(0, 400_000, 2)
    with DataManager.open(session) as one, DataManager.open(session) as other:
        one.setData("e", DigitalEventSeries(times), "time")
        one.getData("e").addEvent(7)
        one.flush()
        commit = DiskStore.commit

        def commit_after_others(self: DiskStore, change: Any) -> Any:
            if change.counters is not None:  # the copy's
                monkeypatch.undo()
                one.setData("e", DigitalEventSeries([1]), "time")  # so that its file can be written over
                for number in range(3):
                    one.setData(f"other {number}", DigitalEventSeries(times + 3), "time")
            return commit(self, change)

        monkeypatch.setattr(DiskStore, "commit", commit_after_others)
        other.snapshot(session.with_name("snapshot"))
    with DataManager.open(session.with_name("snapshot")) as snapshot:
        assert snapshot.getData("e").times.tolist() == np.union1d(times, [7]).tolist()
