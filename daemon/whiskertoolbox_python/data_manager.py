"""`DataManager`: data objects and clocks by name, kept in a store. Knows no file format and no SQL.

A façade: `live` keeps the objects in hand in agreement with the store, `formats` reads and writes files, `iteration`
goes through groups and intervals. What few programs need is imported by the methods that need it, so that importing
the library, as each worker process does, stays fast.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python import namespaces
from whiskertoolbox_python.arrays.changes import excluding_changes
from whiskertoolbox_python.arrays.conversion import as_numeric_dtype, as_shape
from whiskertoolbox_python.clocks.time_frame import TimeFrame
from whiskertoolbox_python.entities.groups import EntityGroupManager
from whiskertoolbox_python.errors import NotASessionError
from whiskertoolbox_python.live import renaming
from whiskertoolbox_python.live.objects import LiveObjects
from whiskertoolbox_python.live.stored_forms import entry_of, origin_of
from whiskertoolbox_python.parameters import near, suggest
from whiskertoolbox_python.store.disk.copying import copy_session, delete_session
from whiskertoolbox_python.store.disk.store import DiskStore
from whiskertoolbox_python.store.memory import MemoryStore
from whiskertoolbox_python.store.protocol import Row, Store
from whiskertoolbox_python.target import Entry
from whiskertoolbox_python.types.analog import AnalogTimeSeries
from whiskertoolbox_python.types.data_object import DataObject
from whiskertoolbox_python.types.intervals import DigitalIntervalSeries
from whiskertoolbox_python.types.kinds import DataType, type_named
from whiskertoolbox_python.types.media import MediaData
from whiskertoolbox_python.types.origin import Origin, origin_now
from whiskertoolbox_python.types.registry import class_named
from whiskertoolbox_python.upstream.arguments import as_bool, as_int, as_str, refused
from whiskertoolbox_python.upstream.bindings import Bound
from whiskertoolbox_python.upstream.notices import notice

if TYPE_CHECKING:
    from typing_extensions import Self

    from whiskertoolbox_python.containers.importing import Preview
    from whiskertoolbox_python.formats.plan import LoadPlan
    from whiskertoolbox_python.formats.report import LoadReport
    from whiskertoolbox_python.iteration import Group, Item
    from whiskertoolbox_python.transforming._pipelines import Pipeline, PipelineProgress, PipelineReport
    from whiskertoolbox_python.transforming._provenance import Provenance
    from whiskertoolbox_python.transforming.running import Progress

D = TypeVar("D", bound=DataObject)


class DataManager(Bound):
    """Data objects by key, each on a clock; in memory, or in a session folder that several processes may share.

    ``DataManager()`` keeps everything in memory; `DataManager.open` keeps it in a folder. A new one has the clock
    ``"time"`` (empty) and the data key ``"media"`` (empty).

    Examples
    --------
    >>> dm = DataManager()
    >>> dm.setTime("camera", TimeFrame([0, 60, 120]))
    True
    >>> from whiskertoolbox_python import AnalogTimeSeries
    >>> dm.setData("angle", AnalogTimeSeries([1, 2, 4], 3), "camera")
    >>> dm.getData("angle").values
    array([1., 2., 4.], dtype=float32)
    """

    __slots__ = ("_live", "_lock", "_next_observer", "_observers", "_output_path", "_store")
    _live: LiveObjects
    _lock: threading.RLock
    _next_observer: int
    _observers: dict[int, Callable[[], object]]
    _output_path: str
    _store: Store

    def __init__(self) -> None:
        self._start(MemoryStore())

    # The session -----------------------------------------------------------------------------------------------

    @classmethod
    def open(cls, path: str | os.PathLike[str], *, read_only: bool = False) -> Self:
        """Open the session in a folder; it is made if it is absent, unless `read_only`.

        Raises
        ------
        StoreError
            When the folder is not a session, or the session is newer, damaged, locked or read-only. The message
            names the folder and says what to do; ``error.readable`` tells whether ``read_only=True`` works.

        Examples
        --------
        >>> with DataManager.open("session") as dm:
        ...     dm.setData("licks", DigitalEventSeries([10, 20]), "time")
        >>> try:
        ...     dm = DataManager.open("no-such-session", read_only=True)
        ... except StoreError as error:
        ...     print(type(error).__name__)
        NotASessionError
        """
        if not os.fspath(path):
            raise NotASessionError("the path of the session is empty; give the path of a folder")
        manager = cls.__new__(cls)
        manager._start(DiskStore(Path(path), read_only=read_only))
        return manager

    def _start(self, store: Store) -> None:
        self._next_observer = 1
        self._output_path = str(Path.cwd())
        self._store = store
        self._lock = threading.RLock()
        self._observers = {}
        self._live = LiveObjects(store, self._lock)
        # When the manager is dropped without close(), and when the process ends.
        weakref.finalize(self, self._live.drop)

    @property
    def path(self) -> Path | None:
        """The session folder, or None in memory."""
        return self._store.path

    @property
    def read_only(self) -> bool:
        """Whether changes are refused."""
        return self._store.read_only

    @property
    def revision(self) -> int:
        """Number of the newest commit seen; it grows with every one."""
        return self._store.revision

    def entries(self) -> list[Entry]:
        """Return all data keys with type, clock, size and columns; no column is opened."""
        with self._lock:
            self._live.flush()
            self._live.synchronize()
            return [entry_of(row) for row in list(self._store.rows("object").values())]

    def refresh(self) -> bool:
        """Take in what other processes have changed, and call observers if there was anything; True if so."""
        with self._lock:
            changed = self._live.take_announcement()
        if changed:
            self._notify()
        return changed

    def flush(self) -> None:
        """Store all in-place changes of registered objects now; otherwise that happens within 250 ms.

        Raises
        ------
        StoreError
            When they cannot be written; they stay in memory and are tried again.
        """
        self._live.flush()

    def save_as(self, path: str | os.PathLike[str]) -> Self:
        """Copy everything into a new session folder and return a manager of it; this one stays as it is.

        Raises
        ------
        StoreError
            When the folder exists and is not empty, or cannot be written. Nothing is left behind then.
        """
        with self._lock:
            self._live.flush()
            copy_session(self._store, Path(path), link=False)
        return type(self).open(path)

    def snapshot(self, path: str | os.PathLike[str]) -> Path:
        """Keep the session as it is now in a new folder, and return its path.

        The columns, which never change, are shared where the file system can, so this takes neither time nor space.
        Errors are those of `save_as`.
        """
        with self._lock:
            self._live.flush()
            copy_session(self._store, Path(path), link=True)
        return Path(path).absolute()

    @staticmethod
    def delete_session(path: str | os.PathLike[str]) -> None:
        """Delete a session folder for good.

        Raises
        ------
        NotASessionError
            When there is no session in it.
        LockedStoreError
            When a process that has written to it has it open still.
        """
        delete_session(Path(path))

    def disk_usage(self) -> int:
        """Return the bytes that the session's files take; 0 in memory."""
        return self._store.disk_usage()

    def close(self) -> None:
        """Store what is left to store and let go of the session; data objects in hand stay valid."""
        with self._lock:
            self._live.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _notify(self, times: int = 1) -> None:
        for _ in range(times):
            for callback in list(self._observers.values()):
                callback()

    # Data ------------------------------------------------------------------------------------------------------

    def getData(self, key: str) -> Any:
        """Return the data object stored under a key, or None; the same object each time.

        Changes of other processes are picked up first: an object in hand is updated by this call, by `refresh` and
        before it is changed, not in between. If another process has stored another object, that is returned.
        """
        key = as_str(key, "key")
        with self._lock:
            return self._live.data(key)

    def get(self, key: str, data_type: type[D]) -> D:
        """Return the data object stored under a key, which must be of a type; otherwise as `getData`.

        Parameters
        ----------
        key : str
            Data key.
        data_type : type
            `AnalogTimeSeries`, `LineData`, …; `DataObject` for any.

        Raises
        ------
        KeyError
            When there is no such key; the message names the nearest.
        TypeError
            When it is of another type; the message names that, and the nearest key of the type asked for.

        Examples
        --------
        >>> dm = DataManager()
        >>> dm.setData("angle", AnalogTimeSeries([1, 2], 2), "time")
        >>> dm.get("angle", AnalogTimeSeries).values
        array([1., 2.], dtype=float32)
        """
        found = self.getData(key)
        if isinstance(found, data_type):
            return found
        if found is None:
            raise KeyError(f"there is no data {suggest(key, self.getAllKeys())}")
        of_type = [other for other, cls in self._classes() if issubclass(cls, data_type)]
        others = f"{near(key, of_type)}keys of that type: {', '.join(of_type) or 'none'}"
        raise TypeError(f"{key!r} is {type(found).__name__}, not {data_type.__name__}; {others}")

    def key_of(self, data: DataObject) -> str | None:
        """Return the key that a data object is stored under, or None; no other object is loaded.

        Examples
        --------
        >>> dm = DataManager()
        >>> angle = AnalogTimeSeries([1, 2], 2)
        >>> dm.key_of(angle)
        >>> dm.setData("angle", angle, "time")
        >>> dm.key_of(angle)
        'angle'
        """
        with self._lock:
            self._live.synchronize()
            return self._live.key_of(data)

    def setData(self, key: str, data: DataObject, time_key: str) -> None:
        """Store a data object under a key, replacing what is there, and put it on a clock.

        The object gets the clock's TimeFrame and its entries get entity ids. Nothing happens, with a warning, when the
        object is stored already (under any key) or when the clock does not exist.

        Raises
        ------
        TypeError
            When `data` is not a data object, or media (see `set_media`).
        StoreError
            When it cannot be written; what was stored before stays.
        """
        key, time_key = as_str(key, "key"), as_str(time_key, "time_key")
        if not isinstance(data, DataObject):
            raise refused("data", "a data object, such as AnalogTimeSeries(values, len(values))", data)
        if isinstance(data, MediaData):
            raise TypeError("incompatible function arguments: data must not be MediaData; use set_media()")
        self._set_data(key, data, time_key)

    def set_media(self, key: str, media: DataObject, time_key: str) -> None:
        """Store media, as loaders make them, under a key; otherwise as `setData`."""
        key, time_key = as_str(key, "key"), as_str(time_key, "time_key")
        if not isinstance(media, MediaData):
            raise refused("media", "MediaData", media)
        self._set_data(key, media, time_key)

    def set_derived(
        self, key: str, data: DataObject, time_key: str, *, provenance: Mapping[str, Any], entity_ids: Any = None
    ) -> None:
        """Store what was made of other data; otherwise as `setData`. `run_transform` does this by itself.

        Parameters
        ----------
        key, data, time_key : str, DataObject, str
            As for `setData`.
        provenance : dict
            How it was made, as JSON; `DataManager.provenance` gives it.
        entity_ids : int64 array, optional
            Identities of the entries, in their order: those of the entries that they come from, so that they are in
            the same groups.
        """
        if not isinstance(data, DataObject):
            raise refused("data", "a data object", data)
        data._provenance = dict(provenance)
        self._set_data(as_str(key, "key"), data, as_str(time_key, "time_key"), entity_ids)

    def _set_data(self, key: str, data: DataObject, time_key: str, entity_ids: Any = None) -> None:
        with self._lock:
            self._live.synchronize()
            stored_as = self._live.key_of(data)
            if stored_as is not None:
                notice(f"setData({key!r}): this object is stored already, as {stored_as!r}; nothing was done")
                return
            if time_key not in self._store.rows("clock"):
                known = ", ".join(map(repr, self._store.rows("clock")))
                notice(f"setData({key!r}): there is no time key {time_key!r}; nothing was done (time keys: {known})")
                return
            replaces = key in self._store.rows("object")
            data._origin = origin_now()
            self._live.put(key, data, time_key, entity_ids)
        self._notify(2 if replaces else 1)

    def deleteData(self, key: str) -> bool:
        """Remove a data key; False if it is unknown. The object keeps its clock and ids."""
        key = as_str(key, "key")
        with self._lock:
            self._live.synchronize()
            if key not in self._store.rows("object"):
                return False
            self._live.remove(key)
        self._notify()
        return True

    def getAllKeys(self) -> list[str]:
        """Return all data keys."""
        return [entry_key for entry_key, _ in self._types()]

    def getType(self, key: str) -> DataType:
        """Return the type of a data key; ``DataType.Unknown`` if there is no such key."""
        key = as_str(key, "key")
        return dict(self._types()).get(key, DataType.Unknown)

    def getAnalogKeys(self) -> list[str]:
        """Return the keys of analog series."""
        return self._keys_of(DataType.Analog)

    def getDigitalEventKeys(self) -> list[str]:
        """Return the keys of event series."""
        return self._keys_of(DataType.DigitalEvent)

    def getDigitalIntervalKeys(self) -> list[str]:
        """Return the keys of interval series."""
        return self._keys_of(DataType.DigitalInterval)

    def getLineKeys(self) -> list[str]:
        """Return the keys of line data."""
        return self._keys_of(DataType.Line)

    def getMaskKeys(self) -> list[str]:
        """Return the keys of mask data."""
        return self._keys_of(DataType.Mask)

    def getPointKeys(self) -> list[str]:
        """Return the keys of point data."""
        return self._keys_of(DataType.Points)

    def getTensorKeys(self) -> list[str]:
        """Return the keys of tensors."""
        return self._keys_of(DataType.Tensor)

    def getMediaKeys(self) -> list[str]:
        """Return the keys of media, the empty placeholder included."""
        return self._keys_of(DataType.Video, DataType.Images)

    def _keys_of(self, *types: DataType) -> list[str]:
        return [key for key, data_type in self._types() if data_type in types]

    def _types(self) -> list[tuple[str, DataType]]:
        with self._lock:
            self._live.synchronize()
            return [(key, type_named(row.type)) for key, row in list(self._store.rows("object").items())]

    def _classes(self) -> list[tuple[str, type[DataObject]]]:
        """Return the class of each key that the catalogue names; nothing is loaded."""
        with self._lock:
            found = [(key, class_named(row.type)) for key, row in list(self._store.rows("object").items())]
        return [(key, cls) for key, cls in found if cls is not None]

    # Time ------------------------------------------------------------------------------------------------------

    def setTime(self, key: str, time_frame: TimeFrame | None, overwrite: bool = False) -> bool:
        """Store a clock under a time key; all data on that key gets it.

        False, and nothing happens, when `time_frame` is None, or when the key exists and `overwrite` is False.
        (``time`` always exists.)
        """
        key, overwrite = as_str(key, "key"), as_bool(overwrite, "overwrite")
        if time_frame is None:
            return False
        if not isinstance(time_frame, TimeFrame):
            raise refused("time_frame", "a TimeFrame or None", time_frame)
        with self._lock:
            self._live.synchronize()
            if key in self._store.rows("clock") and not overwrite:
                return False
            self._live.put_clock(key, time_frame)
        self._notify()
        return True

    def getTime(self, key: str) -> TimeFrame | None:
        """Return the clock of a time key, or None; the same object each time."""
        key = as_str(key, "key")
        with self._lock:
            self._live.synchronize()
            return self._live.clock(key)

    def getTimeKey(self, data_key: str) -> str:
        """Return the time key of a data key; empty if there is no such data."""
        row = self._row(as_str(data_key, "data_key"))
        return "" if row is None else row.time_key

    def _row(self, key: str) -> Row | None:
        with self._lock:
            self._live.synchronize()
            return self._store.rows("object").get(key)

    def setTimeKey(self, data_key: str, time_key: str) -> bool:
        """Put data on another clock; False if either key is unknown."""
        data_key, time_key = as_str(data_key, "data_key"), as_str(time_key, "time_key")
        with self._lock:
            self._live.synchronize()
            if data_key not in self._store.rows("object") or time_key not in self._store.rows("clock"):
                return False
            self._live.rebind(data_key, time_key)
        self._notify()
        return True

    def getTimeFrameKeys(self) -> list[str]:
        """Return all time keys."""
        return [key for key, _ in self.clocks()]

    def clocks(self) -> list[tuple[str, int]]:
        """Return each time key with the number of its indices; no clock is opened."""
        with self._lock:
            self._live.synchronize()
            return [(key, row.size) for key, row in list(self._store.rows("clock").items())]

    # Entities --------------------------------------------------------------------------------------------------

    def getEntityGroupManager(self) -> EntityGroupManager:
        """Return the groups of entities; the same object each time."""
        with self._lock:
            self._live.synchronize()
            return self._live.groups

    def getGroup(self, name: str) -> Group:
        """Return a group of entities by name, for iterating over what it holds.

        Raises
        ------
        KeyError
            When there is no group of that name; the message lists those there are.
        """
        from whiskertoolbox_python.iteration import Group

        name = as_str(name, "name")
        return Group(self, self.getEntityGroupManager().find(name), name)

    def each_interval(self, intervals: str | DigitalIntervalSeries) -> Iterator[Item]:
        """Iterate over intervals, each giving the data restricted to it.

        Of data on another clock it gives the entries whose ticks are within the interval's, both ends included.

        Parameters
        ----------
        intervals : str or DigitalIntervalSeries
            A data key of intervals, or a series.

        Examples
        --------
        >>> from whiskertoolbox_python import AnalogTimeSeries, DigitalIntervalSeries, Interval
        >>> dm = DataManager()
        >>> dm.setData("angle", AnalogTimeSeries(range(10), 10), "time")
        >>> dm.setData("trials", DigitalIntervalSeries([Interval(1, 2), Interval(5, 7)]), "time")
        >>> [trial.getData("angle").toList() for trial in dm.each_interval("trials")]
        [[1.0, 2.0], [5.0, 6.0, 7.0]]
        """
        from whiskertoolbox_python.iteration import each_interval

        return each_interval(self, intervals)

    # Files -----------------------------------------------------------------------------------------------------

    def load(
        self,
        config_path: str | os.PathLike[str],
        *,
        progress: Callable[[int, int, str], None] | None = None,
    ) -> LoadReport:
        """Load what a WhiskerToolbox load config (JSON) lists; `load_file` loads one file without a config.

        A config is a list of entries, each with the type and format of a file, the key to make and the clock it is on
        (by default the one that the file gives, or ``"time"``). docs/formats.md lists types, formats and their options.

        Parameters
        ----------
        config_path : path
            The config; relative file paths in it start at its folder.
        progress : callable, optional
            Called with the number of entries done, their total, and the name of the next; once more at the end.

        Returns
        -------
        LoadReport
            What was made, a failure for each entry that could not be loaded (the others are loaded all the same), and
            warnings of what was left out. ``report.raise_failures()`` turns failures into an error.

        Raises
        ------
        LoadError
            When the config itself cannot be used; nothing has been loaded then.

        Warns
        -----
        LoadWarning
            When an entry could not be loaded, naming the first.

        Examples
        --------
        >>> import json
        >>> from pathlib import Path
        >>> _ = Path("angle.csv").write_text("1.5\\n2.5\\n")
        >>> entries = [{"data_type": "analog", "format": "csv", "name": "angle", "filepath": "angle.csv"}]
        >>> _ = Path("recording.json").write_text(json.dumps(entries))
        >>> dm = DataManager()
        >>> print(dm.load("recording.json"))
        loaded: angle
        >>> dm.getData("angle").toList()
        [1.5, 2.5]
        """
        from whiskertoolbox_python.formats.loading import load

        return load(self, config_path, progress=progress)

    def plan_load(self, config_path: str | os.PathLike[str]) -> LoadPlan:
        """Read a load config and return what `load` would do, without opening a data file or changing anything.

        Raises
        ------
        LoadError
            When the config itself cannot be used.

        Examples
        --------
        >>> import json
        >>> from pathlib import Path
        >>> entries = [{"data_type": "analog", "format": "csv", "name": "x", "filepath": "x.csv"}]
        >>> _ = Path("plan.json").write_text(json.dumps(entries))
        >>> len(DataManager().plan_load("plan.json").failures)  # there is no x.csv
        1
        """
        from whiskertoolbox_python.formats.plan import make_plan

        return make_plan(config_path)

    def load_file(
        self,
        path: str | os.PathLike[str],
        *,
        data_type: str,
        format: str | None = None,
        name: str | None = None,
        clock: str | None = None,
        **options: Any,
    ) -> list[str]:
        """Load one file or folder.

        Parameters
        ----------
        path : path
            File or folder to read.
        data_type, format : str
            As in a load config; docs/formats.md lists them.
        name : str, optional
            Key to make, or first part of the keys when there are several; the file's stem by default.
        clock : str, optional
            Time key to register the data on; it must exist. By default the clock that the file gives, which is stored
            under a time key of its own as `import_file` does, or ``"time"`` when it gives none.
        **options
            Options of the format.

        Returns
        -------
        list of str
            The keys that were made.

        Raises
        ------
        LoadError
            When the file cannot be loaded, or a data type, format, option or clock is not known.

        Warns
        -----
        LoadWarning
            For what was left out, with the lines.

        Examples
        --------
        >>> from pathlib import Path
        >>> _ = Path("licks.csv").write_text("10\\n20\\n")
        >>> dm = DataManager()
        >>> dm.load_file("licks.csv", data_type="digital_event", format="csv")
        ['licks']
        """
        from whiskertoolbox_python.formats.loading import load_file

        return load_file(self, path, data_type=data_type, format=format, name=name, clock=clock, **options)

    @staticmethod
    def preview_file(path: str | os.PathLike[str], *, format: str | None = None, **options: Any) -> Preview:
        """Look into a file or folder of any known format, without loading it.

        Parameters
        ----------
        path : path
            Recognised by its content: NWB, DeepLabCut, SLEAP, Open Ephys, SpikeGLX, phy and the others that
            docs/formats.md lists, videos and folders of images.
        format : str, optional
            Its format, to overrule what it was taken for.
        **options
            Options of the format.

        Returns
        -------
        Preview
            ``print`` it for a table. ``preview.code()`` is the statement, ``preview.config()`` the load config, that
            loads what is selected.

        Raises
        ------
        LoadError
            When the file is not recognised (it says what the file was taken for, and why not), is damaged, or needs a
            package that is not installed.

        Examples
        --------
        >>> from pathlib import Path
        >>> _ = Path("speed.csv").write_text("time,speed\\n0.0,1.5\\n0.5,2.5\\n")
        >>> preview = DataManager.preview_file("speed.csv")
        >>> preview.format, [(part.key, part.data_type, part.shape) for part in preview.parts]
        ('table_csv', [('speed', 'analog', (2,))])
        """
        from whiskertoolbox_python.containers.importing import preview_file

        return preview_file(path, format=format, **options)

    def import_file(
        self,
        path: str | os.PathLike[str],
        *,
        format: str | None = None,
        parts: Iterable[str] | Mapping[str, str] | None = None,
        clocks: Mapping[str, str] | None = None,
        progress: Callable[[int, int, str], None] | None = None,
        **options: Any,
    ) -> LoadReport:
        """Load what is in a file or folder of any known format.

        Parameters
        ----------
        path : path
            As for `preview_file`.
        format : str, optional
            Its format, to overrule what it was taken for.
        parts : names, or mapping of names to keys, optional
            Which parts to load, and under which keys; by default those that the preview has selected.
        clocks : mapping of the file's clock names to time keys, optional
            Clocks of the session to put the parts on instead of the file's own.
        progress : callable, optional
            As for `load`.
        **options
            Options of the format, as ``threshold`` for poses.

        Returns
        -------
        LoadReport
            What was made, what failed and what was left out, as for `load`.

        Raises
        ------
        LoadError
            As for `preview_file`, and when a part or clock is not known.

        Examples
        --------
        >>> from pathlib import Path
        >>> _ = Path("speed.csv").write_text("time,speed\\n0.0,1.5\\n0.5,2.5\\n")
        >>> dm = DataManager()
        >>> dm.import_file("speed.csv", parts={"speed": "running"}).made
        ['speed_time', 'running']
        >>> dm.getData("running").getTimeFrame().seconds_at([0, 1]).tolist()
        [0.0, 0.5]
        """
        from whiskertoolbox_python.containers.importing import import_file

        return import_file(self, path, format=format, parts=parts, clocks=clocks, progress=progress, **options)

    def save(
        self, key: str, path: str | os.PathLike[str], *, format: str | None = None, **options: Any
    ) -> dict[str, Any]:
        """Save the data of a key to a file.

        Parameters
        ----------
        key : str
            Data key.
        path : path
            File to write, or folder for formats of several files. A file is replaced when all of the new one has been
            written, never before.
        format : str, optional
            As in a load config; by default what the end of the file name says.
        **options
            Options of the format; docs/formats.md lists them. `parent_dir` and `filename` replace the parts of `path`.

        Returns
        -------
        dict
            The entry for a load config that reads the file back.

        Raises
        ------
        SaveError
            When there is no such key, the format or an option is not known, or the format cannot hold the data.
        OSError
            When the file cannot be written.

        Warns
        -----
        SaveWarning
            When the file holds less than the data, as fewer decimals.

        Examples
        --------
        >>> dm = DataManager()
        >>> dm.setData("licks", DigitalEventSeries([10, 20]), "time")
        >>> entry = dm.save("licks", "licks.csv", save_header=False)
        >>> entry["format"], entry["has_header"]
        ('csv', False)
        """
        from whiskertoolbox_python.formats._save import save

        return save(self, key, path, format=format, **options)

    # Transforms ------------------------------------------------------------------------------------------------

    def run_transform(
        self,
        name: str,
        input_key: str,
        output_key: str | None = None,
        /,
        *,
        over: Any = None,
        progress: Progress | None = None,
        **parameters: Any,
    ) -> Any:
        """Run a transform on data of this session, and store what it makes.

        The result is put on the input's clock; lines, masks and points made one by one keep the identities of the
        entries they come from, and with them their groups. How it was made is stored with it: see `provenance`.

        Parameters
        ----------
        name : str
            Exact name, as ``wt.transforms()`` lists them.
        input_key, output_key : str
            Data keys; without an output key the result is only returned.
        over : str, intervals, events, lines, masks, points or Group, optional
            Run it on the data of each of these (a data key, or the objects), and put together what is made: objects are
            joined, numbers become a table with a row for each. Entries of the input itself are taken one by one.
        progress : callable, optional
            Told the part that is done, 0 to 1; raises `Cancelled` to end the run.
        **parameters
            Those of the transform; data parameters by key, or as objects.

        Raises
        ------
        TransformError
            When it cannot be run; nothing is stored then.

        Examples
        --------
        >>> from whiskertoolbox_python import AnalogTimeSeries
        >>> dm = DataManager()
        >>> dm.setData("angle", AnalogTimeSeries([0, 2, 0, 3], 4), "time")
        >>> dm.run_transform("Threshold Event Detection", "angle", "touches", threshold_value=1).times
        array([1, 3])
        >>> str(dm.provenance("touches"))
        'Threshold Event Detection of angle'
        """
        from whiskertoolbox_python.transforming._derived import run_in_session

        return run_in_session(self, name, input_key, output_key, parameters, over=over, progress=progress)

    def run_pipeline(
        self,
        pipeline: Pipeline | str | os.PathLike[str] | Mapping[str, Any],
        *,
        progress: PipelineProgress | None = None,
    ) -> PipelineReport:
        """Run a pipeline, as `pipeline` makes it, or upstream's JSON from a file or an object.

        Raises
        ------
        TransformError
            When it cannot be read (nothing is run then), or a step fails; the message names the step and its input.
        """
        from whiskertoolbox_python.transforming._pipelines import Pipeline, read_pipeline

        read = pipeline if isinstance(pipeline, Pipeline) else read_pipeline(pipeline)
        return read.run(self, progress=progress)

    def provenance(self, key: str) -> Provenance | None:
        """Return how data were made of others; None if they were not, or there is no such key."""
        from whiskertoolbox_python.transforming._derived import provenance_of

        return provenance_of(self, key)

    def origin(self, key: str) -> Origin | None:
        """Return where the data of a key came from: file, line of code and time; None if that is not known.

        Examples
        --------
        >>> from pathlib import Path
        >>> _ = Path("licks.csv").write_text("10\\n20\\n")
        >>> dm = DataManager()
        >>> dm.load_file("licks.csv", data_type="digital_event", format="csv")
        ['licks']
        >>> Path(dm.origin("licks").file).name
        'licks.csv'
        """
        return origin_of(self._row(as_str(key, "key")))

    def out_of_date(self) -> list[str]:
        """Return the keys whose inputs, or whose transform's code, have changed since they were made."""
        from whiskertoolbox_python.transforming._derived import out_of_date

        return out_of_date(self)

    def rerun(self, key: str) -> Any:
        """Make data again as they were made before, of the inputs as they are now; return the new object.

        Raises
        ------
        TransformError
            When they were not made by a transform, or an input was not stored.
        """
        from whiskertoolbox_python.transforming._derived import rerun

        return rerun(self, key)

    # Observers -------------------------------------------------------------------------------------------------

    def addObserver(self, callback: Callable[[], object]) -> int:
        """Have a function called, without arguments, when data or clocks are stored, rebound or deleted; return an id.

        It is called in the thread that made the change, which stays made if the function raises. Changes of objects in
        place and of groups, made here, do not call it. Changes of other processes, these included, do when they are
        picked up by `refresh`; a script that only waits has to call that.
        """
        if not callable(callback):
            raise refused("callback", "callable", callback)
        with self._lock:
            observer_id = self._next_observer
            self._next_observer += 1
            self._observers[observer_id] = callback
        return observer_id

    def removeObserver(self, observer_id: int) -> None:
        """Stop calling an observer; unknown ids are ignored."""
        self._observers.pop(as_int(observer_id, "observer_id"), None)

    # Variables -------------------------------------------------------------------------------------------------

    def import_new(self, namespace: Mapping[str, Any], time_key: str = "time") -> list[str]:
        """Store the data objects among variables that are not stored yet, under the variables' names.

        Media, names that begin with two underscores, and IPython's names of results (``_``, ``_3``) are passed over; so
        are, with a warning, objects that are stored under another key, and names of keys that hold other data.

        Parameters
        ----------
        namespace : mapping of names to values
            Variables, such as ``globals()``.
        time_key : str
            Clock of the new data.

        Returns
        -------
        list of str
            The new keys, in order.

        Examples
        --------
        >>> dm = DataManager()
        >>> dm.import_new({"licks": DigitalEventSeries([10, 20]), "threshold": 3})
        ['licks']
        """
        return namespaces.import_new(self, namespace, as_str(time_key, "time_key"))

    def expose_data(self, key: str, python_name: str, namespace: MutableMapping[str, Any]) -> bool:
        """Make the data of a key a variable of a namespace, such as ``globals()``.

        Returns
        -------
        bool
            False, and no variable, if there is no such key.

        Raises
        ------
        ValueError
            When `python_name` cannot be the name of a variable.
        """
        return namespaces.expose_data(self, key, as_str(python_name, "python_name"), namespace)

    def expose_time_frame(self, time_key: str, python_name: str, namespace: MutableMapping[str, Any]) -> bool:
        """Make a clock a variable of a namespace; as `expose_data`."""
        return namespaces.expose_time_frame(self, time_key, as_str(python_name, "python_name"), namespace)

    # Other -----------------------------------------------------------------------------------------------------

    def reset(self) -> None:
        """Drop all data, clocks, groups and ids; observers and output path stay.

        Observers are called before ids and groups go. Ids count from 1 again, unless some were given meanwhile.
        """
        with self._lock:
            counters = self._live.reset()
        try:
            self._notify()  # before ids and groups go, as upstream does
        finally:
            with self._lock:
                self._live.forget_identities(counters)

    def allocate(self, shape: int | tuple[int, ...], dtype: npt.DTypeLike = np.float32) -> npt.NDArray[Any]:
        """Return a writable array inside the store, to be filled with ``out=`` and stored without a copy.

        Store it with `seal`, or as part of any data object that adopts it. It must not be written to afterwards.

        Parameters
        ----------
        shape : int or tuple of int
            Length of each axis, 0 or more.
        dtype : dtype
            Numeric. What the array holds at first is undefined.

        Raises
        ------
        StoreFullError
            When there is no room for it.
        ReadOnlyStoreError
            When the session is open read-only.

        Examples
        --------
        >>> dm = DataManager()
        >>> out = dm.allocate(3)
        >>> _ = np.sqrt([1, 4, 9], out=out, dtype=np.float32)
        >>> dm.seal("roots", out, "time")
        >>> dm.getData("roots").toList()
        [1.0, 2.0, 3.0]
        """
        return self._store.allocate(as_shape(shape), as_numeric_dtype(dtype))

    def seal(self, key: str, values: npt.NDArray[np.float32], time_key: str, *, start_index: int = 0) -> None:
        """Store a 1-D float32 array, made by `allocate`, as an analog series without copying it.

        The array is read-only from then on; allocate a new one for the next result. Other arrays are copied.

        Raises
        ------
        TypeError
            When the array is not 1-D float32.
        """
        if not isinstance(values, np.ndarray) or values.dtype != np.float32 or values.ndim != 1:
            what = f"{values.ndim}-D {values.dtype}" if isinstance(values, np.ndarray) else type(values).__name__
            raise TypeError(f"seal({key!r}): values must be a 1-D float32 array, as allocate makes it, not {what}")
        self.setData(key, AnalogTimeSeries.from_array(values, start_index=start_index, copy=False), time_key)
        values.flags.writeable = False

    def copy_data(self, key: str, new_key: str) -> None:
        """Store a copy of a data object under another key, on the same clock.

        Raises
        ------
        KeyError
            When there is no such key.
        """
        with self._lock:
            data = self.getData(key)
            if data is None:
                raise KeyError(f"there is no data key {key!r}")
            with excluding_changes():
                copy = type(data).from_columns(data.to_columns())
                copy.attributes = data.attributes
            self._set_data(as_str(new_key, "new_key"), copy, self.getTimeKey(key))

    def rename_data(self, key: str, new_key: str) -> None:
        """Give a data object another key; its clock, entity ids, groups and provenance stay.

        Raises
        ------
        KeyError
            When there is no such key.
        ValueError
            When the new key is in use, or empty.
        TypeError
            When its type comes from a package that is not installed.

        Examples
        --------
        >>> dm = DataManager()
        >>> dm.setData("licks", DigitalEventSeries([10, 20]), "time")
        >>> dm.rename_data("licks", "tongue_touches")
        >>> "licks" in dm, len(dm.getData("tongue_touches"))
        (False, 2)
        """
        with self._lock:
            renaming.rename_data(self._live, as_str(key, "key"), as_str(new_key, "new_key"))
        self._notify()

    def rename_clock(self, time_key: str, new_key: str) -> None:
        """Give a clock another time key; all data on it stay on it.

        Raises
        ------
        KeyError
            When there is no such clock.
        ValueError
            When the new key is in use, or empty, or the clock is ``"time"``, which every session has.

        Examples
        --------
        >>> dm = DataManager()
        >>> dm.setTime("camera", TimeFrame([0, 60, 120]))
        True
        >>> dm.setData("licks", DigitalEventSeries([1]), "camera")
        >>> dm.rename_clock("camera", "top_camera")
        >>> dm.getTimeKey("licks")
        'top_camera'
        """
        with self._lock:
            renaming.rename_clock(self._live, as_str(time_key, "time_key"), as_str(new_key, "new_key"))
        self._notify()

    def setOutputPath(self, path: str | os.PathLike[str]) -> None:
        """Set the folder where results are to be written; it is not checked."""
        self._output_path = os.fspath(path) if isinstance(path, os.PathLike) else as_str(path, "path")

    def getOutputPath(self) -> str:
        """Return the folder where results are to be written."""
        return self._output_path

    def __len__(self) -> int:
        """Return the number of data keys."""
        return len(self.getAllKeys())

    def __bool__(self) -> bool:
        return True  # scripts ask `if dm:` whether there is one

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and key in dict(self._types())

    def __repr__(self) -> str:
        return f"DataManager(keys={len(self._store.rows('object'))})"
