"""The session's data: opens the store and asks it, on one thread of its own, so that a slow disk stops nothing else.

`open_store` is the one way in which the daemon and the command line open a session folder.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import logging
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from whiskertoolbox_daemon.data.known_names import KnownNames, class_names, known_names, listed_entries
from whiskertoolbox_protocol.channel import RequestError
from whiskertoolbox_protocol.data import (
    Clock,
    DataChanged,
    DataColumn,
    DataGroup,
    DataKey,
    DataKeys,
    DataKind,
    KeyDetails,
    Provenance,
    Said,
)
from whiskertoolbox_protocol.status import Remedy

if TYPE_CHECKING:
    from whiskertoolbox_daemon.data.descriptions import Description
    from whiskertoolbox_python import DataManager, Entry  # imported late: NumPy may be missing

R = TypeVar("R")

logger = logging.getLogger(__name__)

POLL_S = 0.1
"""Other processes' commits are looked for so often (a cheap counter in the catalogue)."""
KEYS_LIMIT = 5000
"""More keys than this are not sent in one message."""

WORKSPACE_FOLDER = ".whiskertoolbox"
"""Holds what is ours in a workspace; its session is in the folder ``session``."""


class SessionUnavailable(Exception):
    """A session folder cannot be opened; the message names it and says what to do."""

    def __init__(self, message: str, remedies: list[Remedy], *, readable: bool = False) -> None:
        super().__init__(message)
        self.remedies = remedies
        self.readable = readable  # opening it for reading only works


def open_store(path: Path, *, read_only: bool = False) -> DataManager:
    """Open the session folder `path`, made if it does not exist, unless `read_only`; raises `SessionUnavailable`."""
    importlib.invalidate_caches()  # it may have been installed since the last try
    try:
        importlib.import_module("numpy")
    except Exception as error:  # one that is built for another machine may raise anything
        is_missing = isinstance(error, ModuleNotFoundError) and error.name == "numpy"
        what = "is missing" if is_missing else "cannot be imported"
        raise SessionUnavailable(
            f"NumPy {what} in {sys.executable}. Install it (`{sys.executable} -m pip install numpy`) or select "
            f"another Python. ({error})",
            ["installNumpy", "selectInterpreter"],
        ) from error
    from whiskertoolbox_python import DataManager
    from whiskertoolbox_python.errors import StoreError

    try:
        manager = DataManager.open(path, read_only=read_only)
        if not read_only:
            keep_out_of_git(path)
    except (StoreError, OSError) as error:
        remedies: list[Remedy] = ["restartInterpreter", "showLog"]
        raise SessionUnavailable(str(error), remedies, readable=getattr(error, "readable", False)) from error
    return manager


def keep_out_of_git(path: Path) -> None:
    """Give the folder of a workspace's session a ``.gitignore``: recordings are not for the repository."""
    if path.parent.name == WORKSPACE_FOLDER and not path.parent.is_symlink():
        with contextlib.suppress(FileExistsError), open(path.parent / ".gitignore", "x", encoding="utf-8") as ignore:
            ignore.write("*\n")


class SessionData:
    """The store of a session, asked from the event loop.

    Parameters
    ----------
    on_change
        Called on the event loop when any process has changed data.
    """

    def __init__(self, path: Path, on_change: Callable[[DataChanged], None]) -> None:
        self.path = path
        self.problem = "The session is being opened."
        self.remedies: list[Remedy] = []
        self.read_only = False
        self._on_change = on_change
        self._manager: DataManager | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="session data")
        self._told_revision = 0
        self._opened = asyncio.Event()
        self._watcher: asyncio.Task[None] | None = None
        self._known: tuple[int, KnownNames] | None = None

    async def open(self) -> None:
        """Open the store, or find out why it cannot be opened; again after a failure."""
        if self._manager is not None and not self.read_only:
            return
        await self._let_go()
        try:
            self._manager = await self._on_thread(self._open_store)
        except SessionUnavailable as error:
            self.problem, self.remedies = str(error), error.remedies
        except Exception as error:  # nobody may wait for a session that will never be open
            logger.exception("%s could not be opened", self.path)
            self.problem = f"{self.path} could not be opened: {type(error).__name__}: {error}"
            self.remedies = ["showLog"]
        else:
            self.read_only = self._manager.read_only
            if not self.read_only:
                self.problem, self.remedies = "", []
            self._told_revision = self._manager.revision
            self._watcher = asyncio.create_task(self._watch())
        self._opened.set()

    def _open_store(self) -> DataManager:
        try:
            return open_store(self.path)
        except SessionUnavailable as error:
            if not error.readable:
                raise
            self.problem, self.remedies = str(error), error.remedies
            return open_store(self.path, read_only=True)

    async def close(self) -> None:
        """Close the store."""
        await self._let_go()
        self._thread.shutdown(wait=False)

    async def _let_go(self) -> None:
        if self._watcher is not None:
            self._watcher.cancel()
        manager, self._manager = self._manager, None
        if manager is not None:
            await self._on_thread(manager.close)

    @property
    def is_writable(self) -> bool:
        """Whether the store is open for writing."""
        return self._manager is not None and not self.read_only

    @property
    def failed(self) -> bool:
        """Whether the store could not be opened; `problem` says why."""
        return self._opened.is_set() and self._manager is None

    async def keys(self) -> DataKeys:
        """All keys and clocks."""
        return await self._ask(data_keys)

    async def known_names(self) -> KnownNames:
        """Everything that code may name, as of the newest state."""
        return await self._ask(self._known_names)

    async def key_classes(self) -> dict[str, str]:
        """Each key with the name of its class in the library."""
        return await self._ask(class_names)

    async def describe(self, kind: str, name: str, *, draw: bool) -> Description | None:
        """What there is to say of a key, a clock or a group; None when there is none of that name."""
        from whiskertoolbox_daemon.data import descriptions

        if kind == "key":
            return await self._ask(lambda manager: descriptions.describe_key(manager, name, draw=draw))
        if kind == "clock":
            return await self._ask(lambda manager: descriptions.describe_clock(manager, name))
        return await self._ask(lambda manager: descriptions.describe_group(manager, name)) if kind == "group" else None

    async def rename(self, kind: Literal["key", "clock", "group"], name: str, new_name: str) -> None:
        """Give a key, a clock or a group another name; raises `RequestError` when that cannot be done."""
        change = {"key": rename_key, "clock": rename_clock, "group": rename_group}[kind]
        await self.change(lambda manager: change(manager, name, new_name))

    async def delete(self, key: str) -> None:
        """Delete a key; raises `RequestError` when there is none."""
        if not await self.change(lambda manager: delete_key(manager, key)):
            raise RequestError(f"There is no data key {key!r}; it may have been deleted already.")

    async def details(self, key: str) -> KeyDetails:
        """Return what is said of a key, and how it was made; all empty of one that is not there."""
        return await self._ask(lambda manager: details_of(manager, key))

    async def change(self, change: Callable[[DataManager], R]) -> R:
        """Make a change, which is told of when it is made; raises `RequestError` when that cannot be done."""
        changed = await self._ask(change)
        await self.look()
        return changed

    def _known_names(self, manager: DataManager) -> KnownNames:
        revision = newest_revision(manager)
        if self._known is None or self._known[0] != revision:
            self._known = revision, known_names(manager)
        return self._known[1]

    async def wait_until_open(self) -> DataManager:
        """Wait for the store; raises `RequestError` when it cannot be opened."""
        await self._opened.wait()
        if self._manager is None:
            raise RequestError(self.problem)
        return self._manager

    async def look(self) -> None:
        """Look for changes now."""
        revision = await self._ask(newest_revision)
        if revision != self._told_revision:
            self._told_revision = revision
            self._on_change(DataChanged(revision=revision))

    async def _ask(self, question: Callable[[DataManager], R]) -> R:
        """Ask the store, once it is open; raises `RequestError` when it cannot be opened or used."""
        manager = await self.wait_until_open()
        from whiskertoolbox_python import StoreError

        try:
            return await self._on_thread(lambda: question(manager))
        except StoreError as error:
            raise RequestError(str(error)) from error

    async def _watch(self) -> None:
        failure = ""
        while True:
            await asyncio.sleep(POLL_S)
            try:
                await self.look()
            except RequestError as error:  # the folder may be on a disk that comes back
                if str(error) != failure:
                    logger.warning("%s", error)
                failure = str(error)

    async def _on_thread(self, work: Callable[[], R]) -> R:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


def newest_revision(manager: DataManager) -> int:
    """Revision of the newest state of the store."""
    manager.refresh()
    return manager.revision


def delete_key(manager: DataManager, key: str) -> bool:
    """Delete a key from the newest state of the store."""
    manager.refresh()
    return manager.deleteData(key)


def rename_key(manager: DataManager, key: str, new_key: str) -> None:
    """Rename a key in the newest state of the store, if there is one; raises `RequestError` when it cannot be done."""
    _rename(manager, manager.getAllKeys, manager.rename_data, key, new_key)


def rename_clock(manager: DataManager, time_key: str, new_key: str) -> None:
    """Rename a clock in the newest state of the store, if there is one; raises `RequestError` when that fails."""
    _rename(manager, manager.getTimeFrameKeys, manager.rename_clock, time_key, new_key)


def _rename(
    manager: DataManager,
    known: Callable[[], list[str]],
    rename: Callable[[str, str], None],
    name: str,
    new_name: str,
) -> None:
    manager.refresh()
    if name not in known():
        return  # code may name what has not been made yet
    try:
        rename(name, new_name)
    except (KeyError, ValueError, TypeError) as error:
        raise RequestError(str(error.args[0])) from error


def rename_group(manager: DataManager, name: str, new_name: str) -> None:
    """Rename the groups of a name in the newest state of the store; raises `RequestError` when it cannot be done."""
    manager.refresh()
    groups = manager.getEntityGroupManager()
    found = groups.getAllGroupDescriptors()
    if not new_name or new_name in [group.name for group in found]:
        raise RequestError(f"{new_name!r} is a group already; delete it first" if new_name else "a name is empty")
    renamed = [groups.rename_group(group.id, new_name) for group in found if group.name == name]
    if not renamed:
        raise RequestError(f"There is no group {name!r}; it may have been deleted already.")
    manager.flush()


def data_keys(manager: DataManager) -> DataKeys:
    """All keys and clocks of the newest state of the store."""
    manager.refresh()
    entries = listed_entries(manager)
    groups = manager.getEntityGroupManager().getAllGroupDescriptors()
    return DataKeys(
        revision=manager.revision,
        keys=[data_key(entry) for entry in entries[:KEYS_LIMIT]],
        kinds=[
            DataKind(name=kind.name, label=kind.label, icon=kind.icon)
            for kind in sorted({entry.kind for entry in entries}, key=lambda kind: (kind.order, kind.label))
        ],
        clocks=[Clock(time_key=time_key, size=size) for time_key, size in manager.clocks()],
        groups=[DataGroup(name=group.name, size=group.entity_count) for group in groups[:KEYS_LIMIT]],
        truncated=len(entries) > KEYS_LIMIT,
    )


def data_key(entry: Entry) -> DataKey:
    """An entry of the catalogue as the protocol has it."""
    return DataKey(
        key=entry.key,
        type=entry.kind.name,
        time_key=entry.time_key,
        size=entry.size,
        size_label=entry.kind.count(entry.size),
        num_bytes=entry.nbytes,
        columns=[DataColumn(name=name, dtype=str(dtype), shape=list(shape)) for name, dtype, shape in entry.columns],
    )


def details_of(manager: DataManager, key: str) -> KeyDetails:
    """What is said of a key, and how it was made, from the store."""
    from whiskertoolbox_daemon.data.descriptions import said_of

    attributes = getattr(manager.getData(key), "attributes", {})
    said = [Said(name=name, value=value) for name, value in said_of(attributes).items()]
    return KeyDetails(said=said, provenance=_provenance_of(manager, key))


def _provenance_of(manager: DataManager, key: str) -> Provenance:
    found = manager.provenance(key)
    if found is None:
        return Provenance(transform="", inputs=[], parameters=[], out_of_date=False)
    return Provenance(
        transform=found.transform,
        inputs=[source.key for source in found.inputs.values()],
        parameters=[f"{name}={value}" for name, value in found.parameters.items()],
        out_of_date=key in manager.out_of_date(),
    )
