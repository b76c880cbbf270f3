"""Batches on a real local Dask cluster of several worker processes."""

from __future__ import annotations

import importlib
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import whiskertoolbox_python as wt

pytestmark = [pytest.mark.slow, pytest.mark.extra, pytest.mark.filterwarnings("ignore")]


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    from distributed import LocalCluster

    here, library = Path(__file__).parent, Path(wt.__file__).parents[1]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(here), str(library)]))
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as made:
        yield made


def test_a_killed_worker_loses_nothing_and_nothing_is_done_twice(
    session: wt.DataManager, cluster: Any, tmp_path: Path
) -> None:
    work = importlib.import_module("work")
    marks = tmp_path / "marks"
    marks.mkdir()
    killed: list[int] = []

    def kill_one(progress: wt.BatchProgress) -> None:
        if progress.done == 3 and not killed:
            (mark, *_) = marks.iterdir()
            killed.append(int(mark.name.split()[1]))
            os.kill(killed[0], signal.SIGKILL if os.name == "posix" else signal.SIGTERM)

    result = wt.batch(
        work.leaves_a_mark,
        over=session.getData("trials"),
        scheduler=cluster.scheduler_address,
        parameters={"folder": str(marks)},
        progress=kill_one,
    )
    assert killed
    assert result.errors == []
    assert result.values == list(range(0, 100, 10))
    # A task whose worker was killed before its answer came is given to another worker; each answer counts once.
    by_survivor = [int(mark.name.split()[0]) for mark in marks.iterdir() if int(mark.name.split()[1]) != killed[0]]
    assert len(by_survivor) == len(set(by_survivor))


def test_equal_tasks_are_each_run(session: wt.DataManager, cluster: Any, tmp_path: Path) -> None:
    work = importlib.import_module("work")
    with cluster.get_client() as client:
        result = wt.batch(work.mean_angle, over=session.getData("trials"), executor=client.get_executor(pure=False))
    assert result.values == [n + 2.0 for n in range(0, 100, 10)]
    assert threading.active_count() < 100
