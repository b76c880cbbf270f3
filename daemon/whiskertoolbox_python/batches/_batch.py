"""`batch`: one function or pipeline for many items, in several processes."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from dataclasses import replace
from pathlib import Path
from typing import Any

from whiskertoolbox_python.batches._axes import Plan
from whiskertoolbox_python.batches._executors import Runner
from whiskertoolbox_python.batches._journal import Journal
from whiskertoolbox_python.batches._results import BatchResult, ItemError
from whiskertoolbox_python.batches._tasks import Answer, Task, Work, unpack
from whiskertoolbox_python.batches.progress import Progress, Reporter
from whiskertoolbox_python.data_manager import DataManager
from whiskertoolbox_python.errors import TransformError
from whiskertoolbox_python.transforming._pipelines import Pipeline

_CRASHES = 3
"""Times that a worker may die over an item before it counts as failed."""


def batch(
    function: Callable[..., Any] | Pipeline,
    *,
    over: Any,
    session: DataManager | None = None,
    parameters: Mapping[str, Any] | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    executor: Executor | None = None,
    resume: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
    into: str | None = None,
) -> BatchResult:
    """Run a function, or a pipeline, for each of many items, in several processes.

    Worker processes open the session by its path and read its data memory-mapped; arrays are read-only there. A
    function from a script or the console travels with its task (which needs cloudpickle, in the extra ``[batch]``);
    one from a module is imported.

    Parameters
    ----------
    function : callable or Pipeline
        Called with an `Item` (``item.getData(key)`` is the data at its time), or for sessions with the DataManager,
        read-only. A parameter ``dm`` gets the DataManager as well. What it returns comes back: numbers, arrays, dicts,
        data objects. A pipeline runs on the data of each item, or on whole sessions, which keep what it makes.
    over : data, Group, list or tuple
        Stored intervals (or events, lines, …), a group, or a list of session folders; a tuple of these is their
        product, in which data and groups are named (``(["rec1", "rec2"], "trials")``).
    session : DataManager, optional
        Where names in `over` are looked up.
    parameters : dict, optional
        Passed to the function by name.
    workers : int, optional
        Processes; by default one for each processor.
    scheduler : str, optional
        Address of a Dask scheduler (``tcp://host:8786``) whose workers do the work.
    executor : concurrent.futures.Executor, optional
        Anything else that runs tasks.
    resume : path, optional
        File that keeps what is done: the same batch, started again after a kill or an error, goes on from there.
    progress : callable, optional
        Called with a `BatchProgress` at every change; raises `Cancelled` to end the batch. By default a line in the
        terminal, or in VS Code a notification.
    into : str, optional
        Data key of `session` under which the results are stored together, also those of `retry`; of a pipeline, what
        is put before the keys that it makes. See `BatchResult.store`.

    Raises
    ------
    TransformError
        When `over` cannot be understood, or the function cannot be sent to other processes.
    Cancelled
        When `progress` raised it.

    Examples
    --------
    >>> import whiskertoolbox_python as wt
    >>> from concurrent.futures import ThreadPoolExecutor
    >>> dm = wt.DataManager()
    >>> dm.setData("angle", wt.AnalogTimeSeries(range(10), 10), "time")
    >>> dm.setData("trials", wt.DigitalIntervalSeries([wt.Interval(1, 2), wt.Interval(5, 7)]), "time")
    >>> with ThreadPoolExecutor() as threads:  # processes by default
    ...     result = wt.batch(lambda trial: trial.getData("angle").values.mean(), over=dm.getData("trials"),
    ...                       executor=threads)
    >>> [float(value) for value in result.values]
    [1.5, 6.0]
    """
    if into is not None and session is None:
        raise TransformError("into=: give session=dm as well, where the results are stored")
    work = Work(function, dict(parameters or {}))
    label = _label(function, over)

    def run(before: BatchResult | None, mended: Any) -> BatchResult:
        used = work if mended is None else replace(work, run=mended)
        with Plan(over, session) as plan:
            if before is None:
                before = BatchResult([None] * len(plan.tasks), [task.label for task in plan.tasks])
                wanted = set(range(len(plan.tasks)))
            else:
                wanted = {error.number for error in before.errors} | set(before._left)
            with Reporter(progress, label, len(wanted)) as report:
                report.begin()
                runner = Runner(executor, scheduler, workers)
                result = _run(used, plan.tasks, before, wanted, runner, resume, report, run)
                report.end()
        if into is not None and session is not None and any(value is not None for value in result.values):
            result.store(session, into)
        return result

    return run(None, None)


def _label(function: Callable[..., Any] | Pipeline, over: Any) -> str:
    what = function.title if isinstance(function, Pipeline) else getattr(function, "__name__", repr(function))
    axes = [axis for axis in (over if isinstance(over, tuple) else (over,)) if isinstance(axis, (str, list))]
    names = [axis if isinstance(axis, str) else f"{len(axis)} sessions" for axis in axes]
    return f"{what} over {' and '.join(names)}" if names else what


def _run(
    work: Work,
    tasks: list[Task],
    before: BatchResult,
    wanted: set[int],
    runner: Runner,
    resume: str | os.PathLike[str] | None,
    report: Reporter,
    again: Callable[[BatchResult, Any], BatchResult],
) -> BatchResult:
    values = list(before.values)
    errors: dict[int, ItemError] = {}
    journal = None if resume is None else Journal(Path(resume), work.fingerprint())
    waiting = deque(task for task in tasks if task.number in wanted)
    if journal is not None:
        for task in [task for task in waiting if task.identity in journal.done]:
            values[task.number] = unpack(journal.done[task.identity])
            waiting.remove(task)
            report.skipped()
    sent = work if runner.in_this_process or not waiting else work.packed()
    left = {task.number for task in waiting}
    at_once = True
    try:
        for answer, task in _answers(runner, sent, waiting):
            error = None
            if answer.error:
                error = errors[task.number] = ItemError(task.number, task.label, answer.error, answer.traceback)
            else:
                values[task.number] = unpack(answer.value)
                if journal is not None:
                    journal.add(task.identity, answer.value)
            left.discard(task.number)
            report.done(error)
        at_once = False
    finally:
        listed = [errors[number] for number in sorted(errors)]
        result = BatchResult(values, before.labels, listed, tuple(tasks), again, tuple(sorted(left)))
        report.keep(result)
        runner.close(at_once=at_once)
        if journal is not None:
            journal.close()
    return result


def _answers(runner: Runner, work: bytes | Work, waiting: deque[Task]) -> Any:
    """Yield each answer with its task as it comes; a task whose worker dies is given to another."""
    running: dict[Future[Answer], Task] = {}
    crashes: dict[int, int] = {}
    while waiting or running:
        while waiting and len(running) < runner.in_flight:
            task = waiting.popleft()
            try:
                running[runner.submit(work, task)] = task
            except BrokenExecutor:
                waiting.appendleft(task)
                break
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        broken = not running
        for future in done:
            task = running.pop(future)
            error = future.exception()
            if error is None:
                yield future.result(), task
            elif isinstance(error, BrokenExecutor):
                broken = True
                _give_again(task, crashes, waiting)
            else:
                yield Answer(task.number, error=f"{type(error).__name__}: {error}"), task
        if broken:
            wait(running)
            for future, task in list(running.items()):
                error = future.exception() if not future.cancelled() else BrokenExecutor()
                if error is None:
                    yield future.result(), task
                else:
                    _give_again(task, crashes, waiting)
            running.clear()
            restarted = runner.restart()
            for task in [task for task in waiting if not restarted or crashes.get(task.number, 0) >= _CRASHES]:
                waiting.remove(task)
                yield Answer(task.number, error="WorkerDied: the process that worked on it died"), task


def _give_again(task: Task, crashes: dict[int, int], waiting: deque[Task]) -> None:
    crashes[task.number] = crashes.get(task.number, 0) + 1
    waiting.appendleft(task)
