"""What one piece of a batch is, how it travels to a worker process, and what the worker does with it.

A task carries the session's path, data keys and entity ids; never arrays. The worker opens the session by its path and
reads the store's memory-mapped columns.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import pickle
import sys
import traceback
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.columns import Columns
from whiskertoolbox_python.batches.parts import part_of
from whiskertoolbox_python.data_manager import DataManager
from whiskertoolbox_python.errors import PipelineError, TransformError
from whiskertoolbox_python.iteration import Item, item_at
from whiskertoolbox_python.transforming._pipelines import Pipeline, PipelineReport
from whiskertoolbox_python.transforming._provenance import code_hash
from whiskertoolbox_python.transforming.registry import run_file, transform, users
from whiskertoolbox_python.types.attributes import plain
from whiskertoolbox_python.types.data_object import DataObject, EntityBearing

_MOST_OPEN = 8
"""Sessions that a worker keeps open."""


@dataclass(frozen=True)
class Task:
    """One piece of work: a session, and an entity of it for each axis of the batch.

    Attributes
    ----------
    number : int
        Its place in the results.
    session : str
        Path of the session folder.
    entities : tuple of (data key, entity id)
        Without any, the whole session.
    label : str
        What messages call it.
    """

    number: int
    session: str
    entities: tuple[tuple[str, int], ...]
    label: str

    @property
    def identity(self) -> str:
        """What it is the same task by, in another run of the same batch."""
        return json.dumps([self.session, self.entities])


@dataclass(frozen=True)
class Answer:
    """What a worker sends back: a value, or what went wrong."""

    number: int
    value: Any = None
    error: str = ""
    traceback: str = ""


@dataclass(frozen=True)
class Packed:
    """A data object on its way: its columns."""

    kind: type[DataObject]
    arrays: Mapping[str, npt.NDArray[Any]]
    attributes: Mapping[str, Any]
    about: Mapping[str, Any]
    """The object's own `attributes`."""


class MadeData(dict[str, Any]):
    """What a pipeline made of an item, by data key, and the key of the clock of each."""

    def __init__(self, data: Mapping[str, Any], time_keys: Mapping[str, str]) -> None:
        super().__init__(data)
        self.time_keys = dict(time_keys)


@dataclass(frozen=True)
class Work:
    """What is done for each task: a function or a pipeline, and its parameters."""

    run: Callable[..., Any] | Pipeline
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def packed(self) -> bytes:
        """Return it as bytes for worker processes.

        Raises
        ------
        TransformError
            When the function cannot be sent; the message says what to do.
        """
        used = users(step.transform for step in self.run.steps) if isinstance(self.run, Pipeline) else []
        files = list(dict.fromkeys(str(path) for _, path in used if path is not None))
        registered = [(one.name, one.function, one.input, one.output) for one, path in used if path is None]
        content = (self.run, dict(self.parameters), files, registered)
        sent = [function for _, function, *_ in registered] if isinstance(self.run, Pipeline) else [self.run]
        alone = [function for function in sent if function.__module__ == "__main__" or not _is_importable(function)]
        if not alone:
            return pickle.dumps(content)
        try:
            import cloudpickle
        except ImportError:
            raise TransformError(
                f"the function {getattr(alone[0], '__name__', alone[0])!r} is not in a module, so worker processes "
                "cannot import it: put it into a .py file beside the script (a transform: into the folder transforms), "
                "or pip install 'whiskertoolbox[batch]'"
            ) from None
        packed: bytes = cloudpickle.dumps(content)
        return packed

    def fingerprint(self) -> str:
        """Return what the results of an earlier run must have been made by, to be taken over."""
        if isinstance(self.run, Pipeline):
            hashes = [code_hash(one) for one, _ in users(step.transform for step in self.run.steps)]
            source = json.dumps([self.run.as_json(), *hashes], sort_keys=True)
        else:
            try:
                source = inspect.getsource(self.run)
            except (OSError, TypeError):
                code = getattr(self.run, "__code__", None)
                source = repr((getattr(code, "co_code", ""), getattr(code, "co_consts", "")))
        text = json.dumps([source, repr(sorted(self.parameters.items()))])
        return hashlib.sha256(text.encode()).hexdigest()


def _is_importable(function: Any) -> bool:
    module = sys.modules.get(getattr(function, "__module__", None) or "")
    name = getattr(function, "__qualname__", "")
    return module is not None and getattr(module, name, None) is function and hasattr(module, "__file__")


_sessions: OrderedDict[tuple[str, bool], DataManager] = OrderedDict()
_works: dict[str, Work] = {}


def run_task(work: bytes | Work, task: Task) -> Answer:
    """Carry out a task in this process; whatever goes wrong becomes an answer."""
    try:
        return Answer(task.number, pack(_carry_out(_work_of(work), task)))
    except Exception as error:
        cause, where = error, ""
        if isinstance(error, PipelineError) and isinstance(error.__cause__, Exception):
            cause = error.__cause__
            steps = error.report.steps if isinstance(error.report, PipelineReport) else []
            where = next((f" (in {step.transform})" for step in steps if step.status == "failed"), "")
        lines = traceback.format_exception(type(cause), cause, _below(cause))
        return Answer(task.number, error=f"{type(cause).__name__}: {cause}{where}", traceback="".join(lines))


def _below(error: BaseException) -> Any:
    """Return the traceback from the user's function on, without the frames of ours that called it."""
    trace = error.__traceback__
    ours = __name__.partition(".")[0]
    while (
        trace is not None
        and trace.tb_next is not None
        and str(trace.tb_frame.f_globals.get("__name__")).partition(".")[0] == ours
    ):
        trace = trace.tb_next
    return trace


def _work_of(work: bytes | Work) -> Work:
    if isinstance(work, Work):
        return work
    key = hashlib.sha256(work).hexdigest()
    if key not in _works:
        _works.clear()
        run, parameters, files, registered = pickle.loads(work)
        for path in files:
            run_file(path)
        for name, function, taken, made in registered:
            transform(name, inputs=taken, output=made)(function)
        _works[key] = Work(run, parameters)
    return _works[key]


def _carry_out(work: Work, task: Task) -> Any:
    run = work.run
    writes = isinstance(run, Pipeline) and not task.entities
    manager = _session(task.session, read_only=not writes)
    items = [_item(manager, key, entity) for key, entity in task.entities]
    if isinstance(run, Pipeline):
        return _made_by(run, manager, items)
    given: dict[str, Any] = dict(work.parameters)
    if items and "dm" in inspect.signature(run).parameters:
        given["dm"] = manager
    return run(*items, **given) if items else run(manager, **given)


def _session(path: str, *, read_only: bool) -> DataManager:
    key = (path, read_only)
    if key not in _sessions:
        while len(_sessions) >= _MOST_OPEN:
            _sessions.popitem(last=False)[1].close()
        _sessions[key] = DataManager.open(path, read_only=read_only)
    _sessions.move_to_end(key)
    return _sessions[key]


def _item(manager: DataManager, key: str, entity: int) -> Item:
    data = manager.getData(key)
    if not isinstance(data, EntityBearing):
        raise TransformError(f"{manager.path}: there is no {key!r} any more")
    places = np.flatnonzero(data.entity_ids == entity)
    if not len(places):
        raise TransformError(f"{manager.path}: {key!r} has no entity {entity} any more")
    return item_at(manager, key, data, int(places[0]))


def _made_by(pipeline: Pipeline, manager: DataManager, items: list[Item]) -> Any:
    """Run a pipeline on the whole session, which keeps what it makes, or on the data of an entity."""
    if not items:
        made = pipeline.run(manager).made
        manager.flush()
        return made

    def of_items(key: str, data: DataObject) -> DataObject:
        for item in items:
            data = item.getData(key)
        return data

    part = part_of(manager, pipeline.needs(), of_items)
    made = pipeline.run(part).made
    return MadeData({key: part.getData(key) for key in made}, {key: part.getTimeKey(key) for key in made})


def pack(value: Any) -> Any:
    """Return a value in which data objects, also in lists and dicts, are their columns."""
    if isinstance(value, DataObject):
        columns = value.to_columns()
        arrays = {name: np.array(array) for name, array in columns.arrays.items()}
        return Packed(type(value), arrays, dict(columns.attributes), plain(value.attributes))
    if isinstance(value, dict):
        items = {key: pack(item) for key, item in value.items()}
        return MadeData(items, value.time_keys) if isinstance(value, MadeData) else items
    return type(value)(map(pack, value)) if type(value) in (list, tuple) else value


def unpack(value: Any) -> Any:
    """Return what was packed."""
    if isinstance(value, Packed):
        data = value.kind.from_columns(Columns(value.arrays, value.attributes))
        data.attributes = value.about
        return data
    if isinstance(value, dict):
        items = {key: unpack(item) for key, item in value.items()}
        return MadeData(items, value.time_keys) if isinstance(value, MadeData) else items
    return type(value)(map(unpack, value)) if type(value) in (list, tuple) else value


def session_of(folder: str | Path) -> str:
    """Return the absolute path of a session folder, as tasks carry it."""
    return str(Path(folder).absolute())
