"""What `DataManager.reset` drops, and when: data before observers are called, ids and groups after that."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from whiskertoolbox_python import DataManager, DigitalEventSeries


@pytest.fixture(params=["memory", "session"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DataManager]:
    made = DataManager() if request.param == "memory" else DataManager.open(tmp_path / "session")
    yield made
    made.close()


def stored(manager: DataManager, key: str, *times: int) -> list[int]:
    """Store events and return their ids."""
    events = DigitalEventSeries(times)
    manager.setData(key, events, "time")
    ids: list[int] = events.entity_ids.tolist()
    return ids


def reset_and_meanwhile(manager: DataManager, act: Callable[[], None]) -> None:
    """Reset with an observer that does something."""

    def once() -> None:
        manager.removeObserver(observer_id)
        act()

    observer_id = manager.addObserver(once)
    manager.reset()


def test_an_observer_finds_no_data_but_ids_that_go_on(manager: DataManager) -> None:
    assert stored(manager, "e", 1, 2, 3, 4, 5) == [1, 2, 3, 4, 5]
    found = []

    def look() -> None:
        found.append((manager.getAllKeys(), manager.getTimeFrameKeys(), manager.getData("e")))
        found.append(stored(manager, "f", 7))
        found.append(stored(manager, "e", 8, 9))  # what was at these places before gave them these ids

    reset_and_meanwhile(manager, look)
    assert found == [(["media"], ["time"], None), [6], [1, 2]]


def test_ids_start_again_when_observers_have_been_called(manager: DataManager) -> None:
    stored(manager, "e", 1, 2, 3, 4, 5)
    manager.reset()
    assert stored(manager, "g", 1, 2) == [1, 2]
    assert manager.getEntityGroupManager().createGroup("first") == 1


def test_ids_that_an_observer_draws_are_not_given_again(manager: DataManager) -> None:
    stored(manager, "e", 1, 2, 3, 4, 5)
    reset_and_meanwhile(manager, lambda: stored(manager, "f", 7, 8) and None)
    assert manager.getData("f").entity_ids.tolist() == [6, 7]
    assert stored(manager, "g", 1, 2) == [8, 9]


def test_what_an_observer_stores_stays_with_its_ids(manager: DataManager) -> None:
    stored(manager, "e", 1)
    reset_and_meanwhile(manager, lambda: stored(manager, "f", 7) and None)
    assert manager.getAllKeys() == ["media", "f"]
    assert manager.getData("f").entity_ids.tolist() == [2]


def test_an_observer_finds_the_groups_that_are_gone_afterwards(manager: DataManager) -> None:
    groups = manager.getEntityGroupManager()
    groups.createGroup("A")
    found = []
    reset_and_meanwhile(manager, lambda: found.append(groups.createGroup("B")))
    assert found == [2]
    assert groups.getGroupCount() == 0


def test_groups_that_an_observer_makes_do_not_come_back_with_the_session(tmp_path: Path) -> None:
    with DataManager.open(tmp_path / "s") as manager:
        groups = manager.getEntityGroupManager()

        def make() -> None:
            groups.createGroup("A")
            manager.flush()

        reset_and_meanwhile(manager, make)
        assert groups.getGroupCount() == 0
    with DataManager.open(tmp_path / "s") as manager:
        assert manager.getEntityGroupManager().getGroupCount() == 0
        assert stored(manager, "e", 1) == [1]


def test_ids_go_although_an_observer_raises(manager: DataManager) -> None:
    stored(manager, "e", 1, 2)

    def fail() -> None:
        raise RuntimeError("observer")

    with pytest.raises(RuntimeError, match="observer"):
        reset_and_meanwhile(manager, fail)
    assert stored(manager, "f", 1) == [1]


def test_another_manager_that_looks_meanwhile_gives_no_id_twice(tmp_path: Path) -> None:
    with DataManager.open(tmp_path / "s") as one, DataManager.open(tmp_path / "s") as other:
        stored(other, "e", 0)
        other.getData("e").addEvent(3)  # reserves ids ahead
        reset_and_meanwhile(one, lambda: other.refresh() and None)
        mine = stored(one, "mine", *range(2000))
        stored(other, "theirs", 0)
        other.getData("theirs").addEvent(3)
        assert not set(mine) & set(other.getData("theirs").entity_ids.tolist())
