"""Commits of others are noticed without asking SQLite, and also those of a writer that could not tell of them."""

from pathlib import Path

import pytest

from whiskertoolbox_python import AnalogTimeSeries, DataManager
from whiskertoolbox_python.store.disk import newest_commit
from whiskertoolbox_python.store.disk.catalog import Catalogue
from whiskertoolbox_python.store.disk.newest_commit import NewestCommit


class Clock:
    """Time that passes when it is told to."""

    now_s = 1000.0

    def monotonic(self) -> float:
        return self.now_s


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(newest_commit, "time", clock)
    return clock


def series(number: int) -> AnalogTimeSeries:
    return AnalogTimeSeries([number], 1)


def test_looking_for_changes_asks_sqlite_nothing_while_there_are_none(
    session: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with DataManager.open(session) as manager:
        manager.setData("a", series(1), "time")
        manager.refresh()
        with monkeypatch.context() as patch:
            patch.delattr(Catalogue, "data_version")
            for _ in range(3):
                assert not manager.refresh()
                assert manager.getData("a").toList() == [1]


def test_a_commit_is_seen_by_others_at_their_next_call(session: Path, clock: Clock) -> None:
    with DataManager.open(session) as manager, DataManager.open(session) as other:
        for number in range(20):
            (manager, other)[number % 3 == 0].setData("a", series(number), "time")
            assert manager.getData("a").toList() == other.getData("a").toList() == [number]


def test_a_commit_of_a_writer_that_died_before_it_told_of_it_is_seen_soon(
    session: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with DataManager.open(session) as manager, DataManager.open(session) as other:
        other.refresh()
        monkeypatch.setattr(NewestCommit, "set", lambda *_: None)
        manager.setData("a", series(1), "time")
        clock.now_s += 0.1
        assert other.getData("a").toList() == [1]


@pytest.mark.parametrize("content", [b"", b"abc", b"\xff" * 8, b"x" * 100])
def test_whatever_is_in_the_file_others_are_seen(session: Path, clock: Clock, content: bytes) -> None:
    DataManager.open(session).close()
    (session / "revision").write_bytes(content)
    with DataManager.open(session) as manager, DataManager.open(session) as other:
        for number in range(5):
            manager.setData("a", series(number), "time")
            clock.now_s += 0.1
            assert other.getData("a").toList() == [number]


def test_a_session_whose_file_cannot_be_made_works_without(session: Path, clock: Clock) -> None:
    DataManager.open(session).close()
    (session / "revision").unlink()
    (session / "revision").mkdir()
    with DataManager.open(session) as manager, DataManager.open(session) as other:
        manager.setData("a", series(1), "time")
        assert other.getData("a").toList() == [1]
