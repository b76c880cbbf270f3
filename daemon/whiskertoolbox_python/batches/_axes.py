"""Over what a batch goes: sessions, the intervals or entities of a data key, a group, and products of these."""

from __future__ import annotations

import itertools
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from whiskertoolbox_python.batches._tasks import Task, session_of
from whiskertoolbox_python.data_manager import DataManager
from whiskertoolbox_python.errors import TransformError
from whiskertoolbox_python.iteration import Group
from whiskertoolbox_python.live.stored_object import StoredObject
from whiskertoolbox_python.types.data_object import DataObject, EntityBearing

Entity = tuple[str, int]


class Plan:
    """The tasks of a batch; a context manager, as a session in memory is copied to a folder for its time.

    Parameters
    ----------
    over
        See `batch`.
    session : DataManager, optional
        Where names are looked up that no session is given for.
    """

    def __init__(self, over: Any, session: DataManager | None) -> None:
        self.tasks: list[Task] = []
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        axes = list(over) if isinstance(over, tuple) else [over]
        sessions = [axis for axis in axes if isinstance(axis, list)]
        others = [axis for axis in axes if not isinstance(axis, list)]
        if len(sessions) > 1:
            raise TransformError("a batch goes over one list of sessions; give the others as one list")
        if not axes:
            raise TransformError("over= is empty; give data, a group, a list of sessions, or a tuple of these")
        try:
            if sessions:
                self._over_sessions(sessions[0], others)
            else:
                self._over_entities(others, session)
        except BaseException:
            self.close()
            raise

    def _over_sessions(self, sessions: list[Any], others: list[Any]) -> None:
        named = [axis for axis in others if not isinstance(axis, str)]
        if named:
            raise TransformError("with several sessions, give the other axes by name: a data key, or a group's name")
        for folder in sessions:
            if isinstance(folder, DataManager):
                path = self._folder_of(folder)
            elif isinstance(folder, (str, os.PathLike)):
                path = session_of(os.fspath(folder))
            else:
                raise TransformError(f"a session is the path of its folder, not {folder!r}")
            if not others:
                self._add(path, ())
                continue
            with DataManager.open(path, read_only=True) as manager:
                for entities in itertools.product(*(list(_named(manager, axis)) for axis in others)):
                    self._add(path, entities, with_session=True)

    def _over_entities(self, axes: list[Any], session: DataManager | None) -> None:
        folders: set[str] = set()
        listed: list[list[Entity]] = []
        for axis in axes:
            if isinstance(axis, str):
                if session is None:
                    raise TransformError(f"over={axis!r}: give session=dm as well, or the data themselves")
                folders.add(self._folder_of(session))
                listed.append(list(_named(session, axis)))
            elif isinstance(axis, Group):
                if not isinstance(axis.manager, DataManager):
                    raise TransformError("the group belongs to no DataManager")
                folders.add(self._folder_of(axis.manager))
                listed.append([(item.key, item.entity_id.id) for item in axis])
            elif isinstance(axis, EntityBearing):
                place = _stored_object(axis)
                folder = self._folder_for_copies()
                folders.add(str(folder if folder.exists() else place.copy_session(folder)))
                listed.append([(place.key, entity) for entity in axis.entity_ids.tolist()])
            else:
                kind = type(axis).__name__
                raise TransformError(
                    f"a batch goes over intervals, events, lines, masks, points or a group, not {kind}"
                )
        if len(folders) > 1:
            raise TransformError("all of over= must be of the same session")
        for entities in itertools.product(*listed):
            self._add(next(iter(folders)), entities)

    def _add(self, path: str, entities: tuple[Entity, ...], *, with_session: bool = False) -> None:
        parts = [f"{key} {entity}" for key, entity in entities]
        if with_session or not parts:
            parts.insert(0, Path(path).name)
        self.tasks.append(Task(len(self.tasks), path, tuple(entities), ", ".join(parts)))

    def _folder_of(self, manager: DataManager) -> str:
        if manager.path is not None:
            manager.flush()
            return str(manager.path)
        folder = self._folder_for_copies()
        if not folder.exists():
            manager.save_as(folder).close()
        return str(folder)

    def _folder_for_copies(self) -> Path:
        """Return where the copy of a session in memory goes; it is not there yet, or is that copy."""
        if self._temporary is None:
            self._temporary = tempfile.TemporaryDirectory(prefix="whiskertoolbox-batch-", ignore_cleanup_errors=True)
        return Path(self._temporary.name) / "session"

    def close(self) -> None:
        """Remove the copy."""
        if self._temporary is not None:
            self._temporary.cleanup()

    def __enter__(self) -> Plan:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def _named(manager: DataManager, name: str) -> Iterator[Entity]:
    """Yield the entities of a data key, or of a group of that name."""
    data = manager.getData(name)
    if isinstance(data, EntityBearing):
        for entity in data.entity_ids.tolist():
            yield name, entity
        return
    if data is not None:
        raise TransformError(f"{name!r} holds {type(data).__name__}, which has no entries with identities")
    try:
        group = manager.getGroup(name)
    except KeyError:
        raise TransformError(f"{manager.path or 'the session'}: there is no data key or group {name!r}") from None
    for item in group:
        yield item.key, item.entity_id.id


def _stored_object(data: DataObject) -> StoredObject:
    place = next((place for place in data._listeners if isinstance(place, StoredObject)), None)
    if place is None or not np.all(getattr(data, "entity_ids", 0)):
        raise TransformError("over=: the data must be stored first, with dm.setData")
    return place
