"""What lines, masks and points have in common as data objects: several entries per time, each with an identity.

The columns themselves are in `_ragged`; what one entry is, is in the modules of the types.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, overload

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.changes import excluding_changes
from whiskertoolbox_python.arrays.columns import Columns
from whiskertoolbox_python.arrays.conversion import Int64Array, as_array, as_int_array, int_column, read_only
from whiskertoolbox_python.arrays.growing import Changing
from whiskertoolbox_python.arrays.order import Allocate, is_ascending, parts
from whiskertoolbox_python.arrays.ragged import Array, RaggedColumns, checked_offsets, ranges
from whiskertoolbox_python.arrays.stored import check_ragged, check_whole
from whiskertoolbox_python.clocks.time_frame import ClockTicks, TimeFrameIndex
from whiskertoolbox_python.entities.ids import EntityId, as_entity_id, as_entity_ids
from whiskertoolbox_python.entities.registry import EntityRegistry
from whiskertoolbox_python.types.data_object import EntityBearing, mutation
from whiskertoolbox_python.types.geometry import ImageSize
from whiskertoolbox_python.upstream.arguments import INT32, as_int, refuse_arguments, refused

if TYPE_CHECKING:
    from typing_extensions import Self

Item = TypeVar("Item")

_FEW = 100
"""Added to this many times as many entries, each gets its identity by itself: all at once looks at all entries."""


class RaggedData(EntityBearing, Generic[Item]):
    """Several entries (lines, masks or points) per time, in columns.

    Entries are ordered by time; those of one time keep the order in which they were added. Iterating gives
    ``(time, entity_id, entry)``; ``data[i]`` is one such triple, and a slice is a new object over the same memory.
    """

    __slots__ = ("_columns", "_image_size")
    _kind: ClassVar[str]
    _dtype: ClassVar[npt.DTypeLike]
    _columns: RaggedColumns
    _image_size: tuple[int, int]

    def __new__(cls, *args: object, **kwargs: object) -> Self:
        """Make an empty object."""
        if cls.__init__ is RaggedData.__init__:
            refuse_arguments(cls, args, kwargs, advice="from_arrays makes one from columns")
        self = super().__new__(cls)
        self._columns = RaggedColumns.empty((2,), cls._dtype)
        self._image_size = (-1, -1)
        return self

    def __init__(self) -> None:
        pass

    @staticmethod
    def _item(rows: Array) -> Item:
        """Return an entry over its rows."""
        raise NotImplementedError

    @staticmethod
    def _rows(item: Any) -> Array:
        """Return the rows of an entry that a user gave, checked."""
        raise NotImplementedError

    @classmethod
    def _over(cls, columns: RaggedColumns, image_size: tuple[int, int]) -> Self:
        self = cls.__new__(cls)
        self._columns = columns
        self._image_size = image_size
        return self

    def _append(self, time: int | TimeFrameIndex, rows: Array) -> None:
        index = as_int(time, "time")
        entity_id = 0
        if self._identity is not None:
            registry, key = self._identity
            entity_id = registry.assign_one(key, self._kind, index, self._columns.count_at(index))
        self._columns.append(index, rows, entity_id)

    def _extend(self, times: Int64Array, offsets: Int64Array, points: Array) -> None:
        if self._identity is None:
            self._columns.extend(times, offsets, points)
            return
        if len(times) * _FEW < len(self._columns):
            for time, (first, last) in zip(times.tolist(), pairwise(offsets.tolist()), strict=True):
                self._append(time, points[first:last])
            return
        registry, key = self._identity
        order = np.argsort(times, kind="stable")
        places = self._columns.counts_at(times)
        places[order] += _number_in_time(times[order])
        self._columns.extend(times, offsets, points, registry.assign(key, self._kind, times, places))

    @mutation
    def set_at_time(
        self, time: int | TimeFrameIndex, entries: Iterable[Item], entity_ids: npt.ArrayLike | None = None
    ) -> None:
        """Replace the entries of one time; those of other times stay as they are.

        Parameters
        ----------
        time : int
            Time index.
        entries : list
            What the time is to have, in order, as `getAtTime` returns it; ``[]`` empties it.
        entity_ids : array of int, optional
            Identity that each of them keeps, as in `entity_ids`: one that an entry of this time has or had; 0: a new
            one. By default the first keeps the identity of the first, and so on.

        Raises
        ------
        TypeError
            When an entry is not of the type that `addAtTime` takes.
        ValueError
            When there are not as many identities as entries, or two entries would have the same.
        """
        index = as_int(time, "time")
        rows = [self._rows(entry) for entry in entries]
        had = self._columns.ids_at(index)
        if entity_ids is None:
            wanted = (had + [0] * len(rows))[: len(rows)]
        else:
            wanted = self._checked_ids(as_entity_ids(entity_ids), len(rows), had)
        if self._identity is not None:
            registry, key = self._identity
            wanted = registry.renumber(key, self._kind, index, wanted, len(had))
        self._columns.replace(index, rows, wanted)

    def _checked_ids(self, entity_ids: Int64Array, count: int, had: list[int]) -> list[int]:
        given = entity_ids[entity_ids != 0]
        others = given[~np.isin(given, had)]
        if len(entity_ids) != count:
            raise ValueError(f"{count} entries need as many entity_ids, not {len(entity_ids)}; 0 is a new identity")
        if len(given) and self._identity is None:
            raise ValueError("entries have no identities before the object is stored: leave entity_ids out")
        if len(np.unique(given)) < len(given) or np.isin(others, self.entity_ids).any():
            raise ValueError("two entries cannot have the same identity")
        return [int(entity_id) for entity_id in entity_ids]

    @property
    def times(self) -> Int64Array:
        """Time index of each entry, ascending; int64 ``(entries,)``, read-only."""
        return self._columns.times()

    @property
    def offsets(self) -> Int64Array:
        """Where each entry begins in `points`: entry ``i`` is ``points[offsets[i]:offsets[i + 1]]``.

        int64 ``(entries + 1,)``, read-only.
        """
        return self._columns.columns().offsets

    @property
    def points(self) -> Array:
        """Coordinates (x, y) in pixels of all entries, one after the other; ``(points, 2)``, read-only."""
        return self._columns.columns().points

    @property
    def entity_ids(self) -> Int64Array:
        """Identity of each entry, 0 before the object is stored; int64 ``(entries,)``, read-only."""
        return self._columns.entity_ids()

    @property
    def distinct_times(self) -> Int64Array:
        """The time indices that have entries, ascending, each once; int64, read-only."""
        times = self.times
        first = np.ones(len(times), bool)
        first[1:] = times[1:] != times[:-1]
        return read_only(times[first])

    def getTimeCount(self) -> int:
        """Return the number of distinct times."""
        return len(self.distinct_times)

    def getTotalEntryCount(self) -> int:
        """Return the number of entries; ``len()`` gives the same."""
        return len(self._columns)

    def getTimesWithData(self) -> list[TimeFrameIndex]:
        """Return the times that have entries, ascending. `distinct_times` is the same as an array."""
        return TimeFrameIndex._list(self.distinct_times)

    def getAtTime(self, time: int | TimeFrameIndex) -> list[Item]:
        """Return copies of the entries at exactly that index, in the order they were added; ``[]`` if there are none.

        The copies share memory with the store until they are changed.
        """
        return [self._item(rows) for rows in self._columns.rows_at(as_int(time, "time"))]

    def getDataByEntityId(self, entity_id: EntityId) -> Item | None:
        """Return a copy of the entry with that identity, or None.

        Entries added before the object was stored share ``EntityId(0)``, which finds the last of them.
        """
        rows = self._columns.rows_with(as_entity_id(entity_id))
        return None if rows is None else self._item(rows)

    def getImageSize(self) -> ImageSize:
        """Return the size of the image that the coordinates belong to; ``ImageSize(-1, -1)`` while unknown."""
        return ImageSize(*self._image_size)

    @mutation
    def setImageSize(self, image_size: ImageSize | None = None, *, size: ImageSize | None = None) -> None:
        """Set the size of the image that the coordinates belong to; the coordinates stay as they are.

        `size` is upstream's name of the argument.
        """
        if (image_size is None) == (size is None):
            raise TypeError("setImageSize(): incompatible function arguments: give one ImageSize")
        image_size = size if image_size is None else image_size
        if not isinstance(image_size, ImageSize):
            raise refused("image_size", "an ImageSize", image_size)
        self._image_size = (image_size.width, image_size.height)

    def at_times(self, times: Any) -> Self:
        """Return a new object with the entries at exactly these time indices, on the same clock.

        Parameters
        ----------
        times : list of int
            In any order; duplicates and times without entries do no harm.
        """
        wanted = np.unique(as_int_array(times, "times"))
        first = self.times.searchsorted(wanted)
        return self._part(ranges(first, self.times.searchsorted(wanted, "right") - first))

    def with_entities(self, entity_ids: npt.ArrayLike) -> Self:
        """Return a new object with the entries that have these identities, on the same clock.

        Parameters
        ----------
        entity_ids : list of EntityId or array of int
            As in `entity_ids`; unknown ones do no harm.
        """
        return self._part(np.flatnonzero(np.isin(self.entity_ids, as_entity_ids(entity_ids))))

    def _changing_columns(self) -> Mapping[str, Changing]:
        return self._columns.stored()

    def _attributes(self) -> Mapping[str, Any]:
        return {"image_size": list(self._image_size), **self._columns.attributes}

    @classmethod
    def check_columns(cls, columns: Columns) -> None:
        """Require entries in order, with whole offsets, and the size of the image."""
        check_ragged(columns, "points", cls._dtype, (2,))
        size = columns.attributes.get("image_size")
        if type(size) is not list or len(size) != 2:
            raise ValueError(f"the attribute 'image_size' is {size!r:.50}, not width and height")
        for length in size:
            check_whole(Columns(attributes={"image_size": length}), "image_size", *INT32)

    @classmethod
    def from_columns(cls, columns: Columns) -> Self:
        """Make an object over stored columns, without a copy."""
        width, height = columns.attributes["image_size"]
        return cls._over(RaggedColumns.of_stored(columns), (width, height))

    def _compact(self) -> bool:
        return self._columns.compact()

    def _part(self, entries: slice | Int64Array) -> Self:
        part = self._over(self._columns.part(entries), self._image_size)
        part._time_frame = self._time_frame
        return part

    def _restricted(self, start_index: int, end_index: int) -> Self:
        times = self.times
        first, last = np.searchsorted(times, start_index, "left"), np.searchsorted(times, end_index, "right")
        return self._part(slice(int(first), int(last)))

    def _entry_count(self) -> int:
        return len(self._columns)

    def _assign_entities(self, registry: EntityRegistry, key: str) -> None:
        self._identity = (registry, key)
        times = self.times
        numbers = _number_in_time(times, registry.room)
        order = self._columns.in_added_order()
        if order is None:
            self._columns.set_entity_ids(registry.assign(key, self._kind, times, numbers))
            return
        entity_ids = np.empty(len(times), np.int64)
        entity_ids[order] = registry.assign(key, self._kind, times[order], numbers[order])
        self._columns.set_entity_ids(entity_ids)

    def _keep_entities(self, entity_ids: Int64Array) -> None:
        self._columns.set_entity_ids(entity_ids)

    def _entity_item(self, position: int) -> tuple[TimeFrameIndex, Item]:
        return TimeFrameIndex._of(int(self.times[position])), self._item(self._columns.rows_of(position))

    def __len__(self) -> int:
        return len(self._columns)

    def __bool__(self) -> bool:
        return True  # scripts ask `if lines:` whether a key exists; upstream's classes have no length

    def __contains__(self, time: object) -> bool:
        """Return whether there are entries at exactly that index."""
        if not isinstance(time, (int, np.integer, TimeFrameIndex, ClockTicks)):
            return False
        return self._columns.count_at(int(time)) > 0

    @overload
    def __getitem__(self, index: int) -> tuple[TimeFrameIndex, EntityId, Item]: ...
    @overload
    def __getitem__(self, index: slice) -> Self: ...
    def __getitem__(self, index: int | slice) -> tuple[TimeFrameIndex, EntityId, Item] | Self:
        """Return ``(time, entity_id, entry)`` of an entry, or a new object with those of a slice."""
        if isinstance(index, slice):
            return self._part(index)
        position = as_int(index, "index")
        count = len(self._columns)
        if not -count <= position < count:
            raise IndexError(f"entry {position} of {count}")
        time, item = self._entity_item(position % count)
        return time, EntityId._of(int(self.entity_ids[position])), item

    def __iter__(self) -> Iterator[tuple[TimeFrameIndex, EntityId, Item]]:
        """Give ``(time, entity_id, entry)`` of every entry, in order of time."""
        with excluding_changes():
            entries = zip(self.times.tolist(), self.entity_ids.tolist(), self._columns.entries(), strict=True)
        for time, entity_id, rows in entries:
            yield TimeFrameIndex._of(time), EntityId._of(entity_id), self._item(rows)

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> Array:
        """Return `points`: the coordinates of all entries."""
        return as_array(self.points, dtype, copy)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(times={self.getTimeCount()}, entries={len(self._columns)})"


def as_ragged(
    times: npt.ArrayLike, offsets: npt.ArrayLike, points: Array, dtype: npt.DTypeLike, *, copy: bool
) -> tuple[Int64Array, Int64Array, Array]:
    """Return three columns given by a user, checked; new ones, or the given ones where ``copy=False`` allows.

    Raises
    ------
    ValueError
        When their lengths do not fit, or offsets do not ascend from 0 to the number of points.
    """
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(f"points must have the shape (N, 2), not {points.shape}")
    if points.dtype.kind not in "fiub":
        raise TypeError(f"incompatible function arguments: points must be numbers, not {points.dtype}")
    indices = int_column(times, "times", copy=copy)
    bounds = checked_offsets(offsets, len(indices), len(points), copy=copy)
    with np.errstate(over="ignore"):  # too large becomes infinite, as for every float32 argument
        return indices, bounds, np.array(points, dtype, order="C") if copy else np.ascontiguousarray(points, dtype)


def _number_in_time(times: Int64Array, allocate: Allocate = np.empty) -> Int64Array:
    """Return for each entry its number among the entries of the same time (0, 1, …); `times` is ordered."""
    if is_ascending(times, distinct=True):
        return np.broadcast_to(np.int64(0), len(times))
    numbers: Int64Array = allocate(times.shape, np.int64)
    begin = 0
    for part in parts(len(times)):
        entries = np.arange(part.start, part.stop, dtype=np.int64)
        is_first = times[part] != times[np.maximum(entries - 1, 0)]
        begins = np.maximum.accumulate(np.where(is_first, entries, begin))
        numbers[part] = entries - begins
        begin = int(begins[-1])
    return numbers
