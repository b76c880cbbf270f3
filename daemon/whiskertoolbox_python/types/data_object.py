"""What a data object is: columns, a clock, an identity. Concrete types live in the modules beside this one.

To add a type: subclass `DataObject`, give it ``__slots__``, a `kind`, `to_columns` (or `_changing_columns`, if all
of its arrays change), `from_columns`, `_entry_count` and `_restricted`; decorate every mutating method with `mutation`;
add one line to ``types/registry.py``; subclass ``testing.DataTypeContract`` for its tests. Types whose entries have
identities also mix in `EntityBearing`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Concatenate,
    Literal,
    NoReturn,
    ParamSpec,
    Protocol,
    SupportsIndex,
    TypeVar,
    cast,
)

import numpy as np

from whiskertoolbox_python.arrays.changes import excluding_changes
from whiskertoolbox_python.arrays.columns import Columns
from whiskertoolbox_python.arrays.conversion import Int64Array
from whiskertoolbox_python.arrays.growing import Changing
from whiskertoolbox_python.clocks.time_frame import Interval, TimeFrame, index_range
from whiskertoolbox_python.types import attributes as attributes_of
from whiskertoolbox_python.types.kinds import DataType, KindInfo, type_named
from whiskertoolbox_python.types.origin import Origin
from whiskertoolbox_python.upstream.arguments import refused
from whiskertoolbox_python.upstream.bindings import Bound

if TYPE_CHECKING:
    from typing_extensions import Self

    from whiskertoolbox_python.entities.registry import EntityRegistry


P = ParamSpec("P")
R = TypeVar("R")
D = TypeVar("D", bound="DataObject")

Unit = Literal["index", "ticks", "seconds"]


class ChangeListener(Protocol):
    """A place where an object is stored under a key; it is told of every change."""

    def before_change(self) -> None:
        """Take in what others have changed; raise ReadOnlyStoreError if a change could not be stored."""

    def mark_dirty(self) -> None:
        """Note that the object differs from what is stored."""


def mutation(method: Callable[Concatenate[D, P], R]) -> Callable[Concatenate[D, P], R]:
    """Decorate a method that changes its object, and calls no other such method.

    It begins with what other processes have made of the object, excludes the flush thread, and marks it as changed.
    """

    @functools.wraps(method)
    def guarded(self: D, /, *args: P.args, **kwargs: P.kwargs) -> R:
        if not self._listeners:
            return method(self, *args, **kwargs)
        for listener in self._listeners:
            listener.before_change()
        with excluding_changes():
            try:
                return method(self, *args, **kwargs)
            finally:
                self._changed()

    return guarded


class DataObject(Bound):
    """Base of all data types. Compared by identity; neither picklable nor copyable; no instance ``__dict__``.

    Slots set before any ``__init__``, also in Python subclasses that do not call it:

    - ``_time_frame``: the clock, or None
    - ``_listeners``: where the object is stored now
    - ``_identity``: ``(registry, key)`` once the object has been stored; it stays after `deleteData`
    - ``_provenance``: how it was made of other data, as JSON; stored with it; None if it was not
    - ``_origin``: where it came from when it was stored; stored with it; None before that
    - ``_about``: its `attributes`
    """

    __slots__ = ("_about", "_identity", "_listeners", "_origin", "_provenance", "_time_frame")
    kind: ClassVar[KindInfo]
    data_type: ClassVar[DataType] = DataType.Unknown
    _time_frame: TimeFrame | None
    _listeners: tuple[ChangeListener, ...]
    _identity: tuple[EntityRegistry, str] | None
    _origin: Origin | None
    _provenance: Mapping[str, Any] | None
    _about: attributes_of.Attributes

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        kind = cls.__dict__.get("kind")
        if isinstance(kind, KindInfo):
            cls.data_type = type_named(kind.name)

    @classmethod
    def kinds(cls) -> tuple[KindInfo, ...]:
        """Return the kinds that objects of this class are of; most classes have one."""
        return (cls.kind,)

    def __new__(cls, *args: object, **kwargs: object) -> Self:
        """Make an empty object; the arguments are ``__init__``'s."""
        self = object.__new__(cls)
        self._time_frame = None
        self._listeners = ()
        self._identity = None
        self._origin = None
        self._provenance = None
        self._about = attributes_of.NONE
        return self

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        name = type(self).__name__
        raise TypeError(
            f"cannot pickle or copy {name!r} object; type(data).from_columns(data.to_columns()) makes a copy of one"
        )

    def setTimeFrame(self, time_frame: TimeFrame | None) -> None:
        """Attach a clock, or detach it with None; stored data are put on one with `DataManager.setTimeKey`."""
        if time_frame is not None and not isinstance(time_frame, TimeFrame):
            raise refused("time_frame", "a TimeFrame or None", time_frame)
        self._time_frame = time_frame

    def getTimeFrame(self) -> TimeFrame | None:
        """Return the attached clock, or None."""
        return self._time_frame

    @property
    def attributes(self) -> Mapping[str, Any]:
        """What is known of the data beside the numbers, such as ``unit``, ``description`` or ``electrode``.

        Files of the field fill them on import, and exports write them. They are kept with the object, and are read-only
        piece by piece: ``data.attributes = {**data.attributes, "unit": "mV"}`` changes one.

        Raises
        ------
        TypeError
            When what is assigned is not a mapping of names to what JSON has.
        ValueError
            When it takes more than 262,144 characters.

        Examples
        --------
        >>> from whiskertoolbox_python import AnalogTimeSeries
        >>> lfp = AnalogTimeSeries([0.1, 0.2], 2)
        >>> lfp.attributes = {"unit": "mV", "electrode": {"location": "S1", "depth": 850}}
        >>> lfp.attributes["unit"], lfp.attributes["electrode"]["depth"]
        ('mV', 850)
        """
        return self._about

    @attributes.setter
    def attributes(self, attributes: Mapping[str, Any]) -> None:
        self._describe(attributes_of.checked(attributes))

    @mutation
    def _describe(self, attributes: attributes_of.Attributes) -> None:
        self._about = attributes

    def to_columns(self) -> Columns:
        """Return the object's arrays and attributes; the arrays do not change afterwards."""
        with excluding_changes():
            changing = self._changing_columns()
            arrays = {name: column.view() for name, column in changing.items()}
            return Columns(arrays, self._attributes(), {name: column.history for name, column in changing.items()})

    def _changing_columns(self) -> Mapping[str, Changing]:
        """Return the columns of a type all of whose arrays change; the others override `to_columns`."""
        return {}

    def _attributes(self) -> Mapping[str, Any]:
        """Return the attributes of such a type."""
        return {}

    @classmethod
    def check_columns(cls, columns: Columns) -> None:
        """Raise ValueError when stored columns cannot be those of such an object: a session may be a stranger's."""

    @classmethod
    def from_columns(cls, columns: Columns) -> Self:
        """Make an object over stored arrays, which may be read-only memory maps; nothing is copied."""
        raise NotImplementedError

    def restrict(
        self,
        start: Interval | float,
        end: float | None = None,
        *,
        unit: Unit = "index",
        clock: TimeFrame | None = None,
    ) -> Self:
        """Return a new object with the entries from `start` to `end`, both inclusive, on the same clock.

        Nothing is copied where the type is stored contiguously.

        Parameters
        ----------
        start, end : float
            Bounds in `unit`; or one `Interval` of indices.
        unit : {"index", "ticks", "seconds"}
            ``"index"``: positions of `clock`; ``"ticks"``: its absolute ticks; ``"seconds"``: ticks divided by its
            ``ticks_per_second``.
        clock : TimeFrame, optional
            The clock that `start` and `end` belong to; by default the object's own. Indices of another clock are
            converted as upstream does: the start to the first index not before it, the end to the nearest index.

        Raises
        ------
        ValueError
            When ticks or seconds are asked for and there is no clock, or the clock's rate is unknown.
        """
        if isinstance(start, Interval) == (end is not None):
            raise TypeError("restrict() takes an Interval, or a start and an end")
        if isinstance(start, Interval) and unit != "index":
            raise TypeError(f"restrict(): an Interval holds indices; give a start and an end in {unit}")
        if clock is not None and not isinstance(clock, TimeFrame):
            raise refused("clock", "a TimeFrame, as DataManager.getTime(key) returns it", clock)
        bounds = (start._start, start._end) if isinstance(start, Interval) else (start, cast("float", end))
        first, last = index_range(bounds, unit, self._time_frame, clock)
        part = self._restricted(first, last)
        part._time_frame = self._time_frame
        part._about = self._about
        return part

    def _compact(self) -> bool:
        """Compact the columns if changes have scattered them; return whether they were.

        They are to be stored whole then.
        """
        return False

    def _restricted(self, start_index: int, end_index: int) -> Self:
        """Return a new object with the entries of that inclusive range of indices, in views where possible."""
        raise NotImplementedError

    def _entry_count(self) -> int:
        """Number of samples, events, intervals, entries, rows or frames; shown in listings."""
        raise NotImplementedError

    def _adopt(self, other: Self) -> None:
        """Take over another object's content; clock, identity and listeners stay."""
        for kind in type(other).__mro__:
            if kind is not DataObject and issubclass(kind, DataObject):
                slots = kind.__dict__.get("__slots__", ())
                for slot in (slots,) if isinstance(slots, str) else slots:
                    setattr(self, slot, getattr(other, slot))

    def _changed(self) -> None:
        """Tell every place where the object is stored that it differs from what is stored."""
        for listener in self._listeners:
            listener.mark_dirty()


def compacted(data: DataObject) -> Columns:
    """Return the columns of an object as they are when nothing of them is left to be put in order."""
    copy = type(data).from_columns(data.to_columns())
    copy._compact()
    return copy.to_columns()


class EntityBearing(DataObject):
    """A type whose entries carry entity ids (0: no identity)."""

    __slots__ = ()

    @property
    def entity_ids(self) -> Int64Array:
        """Ids of the entries in their order, int64, read-only; zeros before the object is stored."""
        raise NotImplementedError

    def _assign_entities(self, registry: EntityRegistry, key: str) -> None:
        """Set ``_identity`` and give all entries their ids; called by `DataManager.setData`."""
        raise NotImplementedError

    def _keep_entities(self, entity_ids: Int64Array) -> None:
        """Give the entries, in their order, the identities of what they were made of."""
        raise NotImplementedError

    def _entity_item(self, position: int) -> tuple[Any, Any]:
        """Return ``(time, item)`` of the entry at a position of `entity_ids`; time is a TimeFrameIndex or Interval."""
        raise NotImplementedError


def at_time_of(data: D, time: Any, clock: TimeFrame | None) -> D:
    """Return an object restricted to a time of another clock: to an interval, or to an index.

    Of data on another clock: entries whose ticks are within the interval, or those at the index nearest in time.
    """
    own = data.getTimeFrame()
    if own is None or clock is None or own is clock:
        if isinstance(time, Interval):
            return data.restrict(time, clock=clock)
        return data.restrict(int(time), int(time))
    if isinstance(time, Interval):
        start, end = clock.tick_range(time._start, time._end)
        return data.restrict(start, end, unit="ticks")
    index = int(clock.convert([int(time)], own)[0])
    return data.restrict(index, index)


def own_clock(data: DataObject) -> TimeFrame:
    """Return an object's clock, or raise ValueError that says how to give it one."""
    if data._time_frame is None:
        raise ValueError(
            f"this {type(data).__name__} has no TimeFrame; store it in a DataManager, or use setTimeFrame()"
        )
    return data._time_frame


def no_ids(count: int) -> Int64Array:
    """Return read-only zeros, the ids of entries without identity."""
    ids = np.zeros(count, np.int64)
    ids.flags.writeable = False
    return ids
