"""Several processes have one session open: what one stores, the others see, whole, and soon."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import whiskertoolbox_python
from whiskertoolbox_python import AnalogTimeSeries, DataManager, DigitalEventSeries
from whiskertoolbox_python.store.disk.store import DiskStore

Start = Callable[..., Any]


def wait_until(condition: Callable[[], bool], seconds: float = 60.0) -> float:
    """Wait for a condition to hold; return how long it took."""
    start = time.monotonic()
    while not condition():
        assert time.monotonic() < start + seconds, "waited in vain"
        threading.Event().wait(0.005)
    return time.monotonic() - start


def test_what_another_process_stores_is_seen_at_once(session: Path, process: Start) -> None:
    with (
        DataManager.open(session) as manager,
        process(
            """
        with DataManager.open(sys.argv[1]) as dm:
            dm.setTime("camera", TimeFrame([0, 60]))
            dm.setData("angle", AnalogTimeSeries([1, 2], 2), "camera")
            say("stored"); input()
            dm.deleteData("angle")
            say("deleted"); input()
        """,
            session,
        ) as other,
    ):
        assert other.hear() == "stored"
        assert manager.getData("angle").toList() == [1, 2]
        assert manager.getData("angle").getTimeFrame() is manager.getTime("camera")
        other.tell()
        assert other.hear() == "deleted"
        assert manager.getData("angle") is None
        other.tell()
        other.finish()


def test_observers_are_called_at_refresh_and_not_before(session: Path, process: Start) -> None:
    calls = []
    with DataManager.open(session) as manager:
        manager.addObserver(lambda: calls.append(1))
        with process(
            "with DataManager.open(sys.argv[1]) as dm: dm.setTime('camera', TimeFrame([1]))", session
        ) as other:
            other.finish()
        assert manager.getTime("camera") is not None
        assert calls == []
        assert manager.refresh() is True
        assert calls == [1]
        assert manager.refresh() is False
        assert calls == [1]


def test_the_revision_grows_with_commits_of_others(session: Path, process: Start) -> None:
    with DataManager.open(session) as manager:
        before = manager.revision
        with process(
            "with DataManager.open(sys.argv[1]) as dm: dm.setTime('camera', TimeFrame([1]))", session
        ) as other:
            other.finish()
        manager.refresh()
        assert manager.revision == before + 1


def test_a_change_in_place_is_seen_by_others_while_code_runs_and_never_flushes(session: Path, process: Start) -> None:
    with (
        DataManager.open(session) as manager,
        process(
            """
        dm = DataManager.open(sys.argv[1])
        events = DigitalEventSeries([1])
        dm.setData("events", events, "time")
        say("stored"); input()
        events.addEvent(2)
        say("changed")
        while True: pass
        """,
            session,
        ) as other,
    ):
        assert other.hear() == "stored"
        seen = manager.getData("events")
        other.tell()
        assert other.hear() == "changed"
        wait_until(lambda: len(manager.getData("events")) == 2)
        assert manager.getData("events") is seen
        assert seen.entity_ids.tolist() == [1, 2]


def test_a_change_in_place_survives_the_death_of_its_process_once_flushed(session: Path, process: Start) -> None:
    with process(
        """
        dm = DataManager.open(sys.argv[1])
        events = DigitalEventSeries([1])
        dm.setData("events", events, "time")
        events.addEvent(2)
        dm.flush()
        say("flushed"); input()
        """,
        session,
    ) as other:
        assert other.hear() == "flushed"
        other.kill()
    with DataManager.open(session) as manager:
        assert manager.getData("events").times.tolist() == [1, 2]


def test_a_process_that_ends_without_closing_stores_its_last_change(session: Path, process: Start) -> None:
    with process(
        """
        dm = DataManager.open(sys.argv[1])
        events = DigitalEventSeries([1])
        dm.setData("events", events, "time")
        events.addEvent(2)
        """,
        session,
    ) as other:
        other.finish()
    with DataManager.open(session) as manager:
        assert manager.getData("events").times.tolist() == [1, 2]


def test_a_manager_that_is_dropped_stores_its_last_change(session: Path) -> None:
    manager = DataManager.open(session)
    events = DigitalEventSeries([1])
    manager.setData("events", events, "time")
    events.addEvent(2)
    del manager
    with DataManager.open(session) as again:
        assert again.getData("events").times.tolist() == [1, 2]


def test_two_processes_that_make_a_session_at_once_share_it(session: Path, process: Start) -> None:
    code = """
        say("ready"); input()
        with DataManager.open(sys.argv[1]) as dm:
            dm.setData(sys.argv[2], AnalogTimeSeries([1], 1), "time")
        """
    with process(code, session, "a") as one, process(code, session, "b") as other:
        for running in (one, other):
            assert running.hear() == "ready"
        for running in (one, other):
            running.tell()
        for running in (one, other):
            running.finish()
    with DataManager.open(session) as manager:
        assert sorted(manager.getAllKeys()) == ["a", "b", "media"]


def test_two_writers_lose_nothing_of_each_others(session: Path, process: Start) -> None:
    code = """
        with DataManager.open(sys.argv[1]) as dm:
            say("ready"); input()
            for i in range(60):
                dm.setData(f"{sys.argv[2]}{i}", AnalogTimeSeries([i], 1), "time")
        """
    with process(code, session, "a") as one, process(code, session, "b") as other:
        for running in (one, other):
            assert running.hear() == "ready"
        for running in (one, other):
            running.tell()
        for running in (one, other):
            running.finish()
    with DataManager.open(session) as manager:
        assert len(manager.getAnalogKeys()) == 120
        assert manager.getData("b59").toList() == [59]


def test_the_flush_thread_is_hidden_from_the_debugger_and_ends_by_itself(session: Path) -> None:
    before = set(threading.enumerate())

    def flush_threads() -> set[threading.Thread]:
        return {thread for thread in threading.enumerate() if thread.name == "whiskertoolbox flush"} - before

    with DataManager.open(session) as manager:
        events = DigitalEventSeries([1])
        manager.setData("e", events, "time")
        with manager._live._flush_lock:  # it cannot be done before we have seen it
            events.addEvent(2)
            (thread,) = flush_threads()
        assert getattr(thread, "pydev_do_not_trace", False)
        assert getattr(thread, "is_pydev_daemon_thread", False)
        thread.join(60)
        assert not thread.is_alive()
        events.addEvent(3)
    assert not flush_threads()


def test_a_flush_waits_for_what_the_hidden_thread_is_storing(session: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = threading.Event(), threading.Event()
    commit = DiskStore.commit

    def slow_commit(store: DiskStore, change: Any) -> Any:
        begun.set()
        assert go_on.wait(60)
        return commit(store, change)

    class NoticedLock:
        """Lets the hidden thread go on when somebody waits for the lock that it holds."""

        def __enter__(self) -> None:
            go_on.set()
            lock.acquire()

        def __exit__(self, *error: object) -> None:
            lock.release()

    with DataManager.open(session) as manager, DataManager.open(session, read_only=True) as other:
        events = DigitalEventSeries([1])
        manager.setData("e", events, "time")
        lock = manager._live._flush_lock
        with monkeypatch.context() as patch:
            patch.setattr(DiskStore, "commit", slow_commit)
            events.addEvent(2)
            assert begun.wait(60)
            patch.setattr(manager._live, "_flush_lock", NoticedLock())
            manager.flush()
            seen = len(other.getData("e"))
            go_on.set()
    assert seen == 2


def test_changes_from_many_threads_are_all_stored(session: Path) -> None:
    with DataManager.open(session) as manager:
        events = DigitalEventSeries()
        manager.setData("e", events, "time")

        def add(first: int) -> None:
            for time_index in range(first, 400, 4):
                events.addEvent(time_index)

        threads = [threading.Thread(target=add, args=(first,)) for first in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    with DataManager.open(session) as manager:
        found = manager.getData("e")
        assert found.times.tolist() == list(range(400))
        assert len(set(found.entity_ids.tolist())) == 400


def test_a_forked_child_goes_on_by_itself(session: Path, process: Start) -> None:
    if sys.platform == "win32":
        return  # has no fork
    with process(
        """
        import os
        dm = DataManager.open(sys.argv[1])
        events = DigitalEventSeries([1])
        dm.setData("events", events, "time")
        events.addEvent(2)
        child = os.fork()
        if not child:
            assert dm.getData("events").times.tolist() == [1, 2]
            dm.setData("from child", AnalogTimeSeries([1, 2, 3], 3), "time")
            dm.getData("from child")
            dm.close()
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        assert dm.getData("from child").toList() == [1, 2, 3]
        dm.setData("from parent", AnalogTimeSeries([4], 1), "time")
        dm.close()
        """,
        session,
    ) as other:
        other.finish()
    with DataManager.open(session) as manager:
        assert sorted(manager.getAllKeys()) == ["events", "from child", "from parent", "media"]
        assert manager.getData("events").times.tolist() == [1, 2]


@pytest.mark.parametrize("method", ["spawn", "fork"] if sys.platform != "win32" else ["spawn"])
def test_batch_workers_open_the_session_by_its_path(session: Path, method: str, tmp_path: Path) -> None:
    script = tmp_path / "batch.py"
    script.write_text(
        """
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from whiskertoolbox_python import AnalogTimeSeries, DataManager

def double(path, key):
    with DataManager.open(path) as dm:
        dm.setData(f"{key} doubled", AnalogTimeSeries.from_array(dm.getData(key).values * 2), "time")
    return key

if __name__ == "__main__":
    path, method = sys.argv[1:]
    dm = DataManager.open(path)
    for i in range(4):
        dm.setData(f"{i}", AnalogTimeSeries([i], 1), "time")
    with ProcessPoolExecutor(2, mp_context=get_context(method)) as pool:
        assert len(list(pool.map(double, [path] * 4, "0123"))) == 4
    assert [dm.getData(f"{i} doubled").toList() for i in range(4)] == [[0], [2], [4], [6]]
"""
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(whiskertoolbox_python.__file__).parents[1])}
    subprocess.run([sys.executable, script, session, method], check=True, timeout=250, env=environment)


def test_a_session_opened_twice_in_one_process_keeps_its_locks(session: Path, process: Start) -> None:
    """Closing any descriptor of a file drops all of a process's POSIX locks on it, SQLite's included.

    Then the next process that closes the session would take itself for the last, and remove the log that commits go to.
    """
    passing = "with DataManager.open(sys.argv[1]) as dm: print(sorted(dm.getAllKeys()))"
    with DataManager.open(session) as manager:
        DataManager.open(session).close()
        with process(passing, session) as other:
            other.finish()
        manager.setData("a", AnalogTimeSeries([1], 1), "time")
        with process(passing, session) as other:
            assert other.finish() == "['a', 'media']"
