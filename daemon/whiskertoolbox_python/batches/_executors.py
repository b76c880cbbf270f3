"""Where tasks run: processes of this machine by default, a Dask cluster by its scheduler's address, or any Executor."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import sys
import types
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any

from whiskertoolbox_python.batches._tasks import Answer, Task, Work, run_task

_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""A worker process has a processor of its own: threads of its own would only wait for each other."""


class Runner:
    """Submits tasks and, for processes of its own, starts new ones after a crash."""

    def __init__(self, executor: Executor | None, scheduler: str | None, workers: int | None) -> None:
        self._given, self._scheduler = executor, scheduler
        self._workers = workers or _processors()
        self._client: Any = None
        self._executor: Executor | None = executor
        self._children: set[int | None] = set()
        self._before: set[int | None] = set()

    @property
    def in_flight(self) -> int:
        """How many tasks are submitted at a time: enough to keep workers busy, few enough to cancel soon."""
        return 4 * self._workers if self._given is None and self._scheduler is None else 512

    @property
    def in_this_process(self) -> bool:
        """Whether tasks are carried out by threads, so that nothing has to be sent."""
        return isinstance(self._given, ThreadPoolExecutor)

    def submit(self, work: bytes | Work, task: Task) -> Future[Answer]:
        """Have a worker carry out a task."""
        if self._executor is None:
            self._executor = self._dask() if self._scheduler is not None else self._processes()
        if self._given is None and self._scheduler is None:
            with _as_a_worker_starts():
                future = self._executor.submit(run_task, work, task)
                self._children |= {child.pid for child in multiprocessing.active_children()}
            return future
        return self._executor.submit(run_task, work, task)

    def _processes(self) -> Executor:
        self._before = {child.pid for child in multiprocessing.active_children()}
        return ProcessPoolExecutor(self._workers, mp_context=multiprocessing.get_context("spawn"))

    def _dask(self) -> Executor:
        try:
            from distributed import Client
        except ImportError as error:
            raise ImportError("scheduler= needs Dask: pip install 'whiskertoolbox[batch]'") from error
        connect: Any = Client
        self._client = connect(self._scheduler, set_as_default=False)
        # Equal calls are different tasks here: by default Dask would run them once.
        executor: Executor = self._client.get_executor(pure=False)
        return executor

    def restart(self) -> bool:
        """Forget workers that have died, so that the next task starts new ones; False if they are not ours."""
        if self._given is not None or self._scheduler is not None or self._executor is None:
            return False
        self._executor.shutdown(wait=False, cancel_futures=True)
        self._executor = None
        return True

    def close(self, *, at_once: bool = False) -> None:
        """End what was started here; `at_once` does not wait for tasks that run."""
        if self._given is not None or self._executor is None:
            return
        if at_once and self._scheduler is None:
            for child in multiprocessing.active_children():
                if child.pid in self._children - self._before:
                    child.terminate()
        if self._client is not None:
            self._executor.shutdown(wait=not at_once)  # Dask's takes no cancel_futures
            self._client.close()
        else:
            self._executor.shutdown(wait=not at_once, cancel_futures=True)


def _processors() -> int:
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextlib.contextmanager
def _as_a_worker_starts() -> Iterator[None]:
    """Start workers that neither run the caller's script again nor use several threads each.

    A started process would import the script that is running, as ``__main__``; without an ``if __name__ ==
    "__main__"`` in it, that would start the batch again. What workers need of it travels with the function.
    """
    main, known = sys.modules.get("__main__"), {name: os.environ.get(name) for name in _ONE_THREAD}
    sys.modules["__main__"] = types.ModuleType("__main__")
    os.environ.update(dict.fromkeys((name for name, value in known.items() if value is None), "1"))
    try:
        yield
    finally:
        for name, value in known.items():
            if value is None:
                del os.environ[name]
        if main is not None:
            sys.modules["__main__"] = main
