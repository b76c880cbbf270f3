"""Worker processes that user code starts with *spawn* or *forkserver*: they find `dm`, and do not start for ever.

Such a process runs the script's top level again, in a plain Python. What it is told to run is `worker_main.py`, which
binds the names of our namespace first. A pool whose workers cannot begin starts new ones without end; here the run is
ended with one error instead.
"""

from __future__ import annotations

import multiprocessing.process
import multiprocessing.spawn
import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_MAIN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "worker_main.py")
_MOST_FAILURES = 8
_POOL_WORKER = "PoolWorker"
"""In the name of a worker of `multiprocessing.Pool`, which starts another one in the place of one that has ended."""
_ADVICE = 'Functions for workers must be in a file, and what starts the workers under if __name__ == "__main__":'


@dataclass(frozen=True)
class Told:
    """A value on its way into a process that is being started; it is found there as an attribute of `BaseProcess`.

    Environment variables would be those with which the server of *forkserver* was started, at the first script.
    """

    name: str
    value: object

    def __reduce__(self) -> tuple[Any, ...]:
        return setattr, (multiprocessing.process.BaseProcess, self.name, self.value)


class Workers:
    """What worker processes are told, and how many of them have failed in this run."""

    def __init__(self, session: str, interrupt: Callable[[], None]) -> None:
        self._session = session
        self._interrupt = interrupt
        self._started: list[multiprocessing.process.BaseProcess] = []
        self._is_told = False

    def install(self) -> None:
        """Have a say whenever this process starts another one by multiprocessing."""
        prepare = multiprocessing.spawn.get_preparation_data
        start = multiprocessing.process.BaseProcess.start

        def prepare_with_session(name: str) -> dict[str, Any]:
            data: dict[str, Any] = prepare(name)
            script = data.pop("init_main_from_path", "")
            if "init_main_from_name" not in data:
                data["whiskertoolbox_worker"] = Told("_whiskertoolbox_worker", (self._session, script))
                data["init_main_from_path"] = _MAIN
            return data

        def start_counted(process: multiprocessing.process.BaseProcess) -> None:
            self._look_for_failures(process)
            start(process)
            self._started.append(process)

        multiprocessing.spawn.get_preparation_data = prepare_with_session
        multiprocessing.process.BaseProcess.start = start_counted  # type: ignore[method-assign, assignment]  # no hook tells

    def begin_run(self) -> None:
        """Forget the workers of earlier runs."""
        self._started.clear()
        self._is_told = False

    def _look_for_failures(self, process: multiprocessing.process.BaseProcess) -> None:
        failed = [other for other in self._started if _has_failed(other)]
        in_pool = [other for other in failed if _POOL_WORKER in other.name]
        is_replacement = threading.current_thread() is not threading.main_thread() and _POOL_WORKER in process.name
        if is_replacement and in_pool:
            message = (
                f"A worker process has ended with an error ({in_pool[0].name}, exit code {in_pool[0].exitcode}), and "
                f"with it the task that it had, for which the pool would wait for ever. {_ADVICE}"
            )
        elif len(failed) >= _MOST_FAILURES:
            message = f"{len(failed)} processes of this run have ended with an error, so no more are started. {_ADVICE}"
        else:
            return
        if is_replacement and not self._is_told:
            # The thread goes on, as the end of the pool, which the interrupt leads to, waits for it.
            self._is_told = True
            print(message, file=sys.stderr)
            self._interrupt()
        elif len(failed) >= _MOST_FAILURES:
            raise RuntimeError(message)


def _has_failed(process: multiprocessing.process.BaseProcess) -> bool:
    """Return whether a process has ended by an error; a pool ends its workers by SIGTERM."""
    try:
        return process.exitcode not in (None, 0, -signal.SIGTERM)
    except ValueError:  # closed
        return False
