"""`RaggedAnalogTimeSeries`: any number of float32 values per time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.columns import Columns
from whiskertoolbox_python.arrays.conversion import (
    Float32Array,
    Int64Array,
    as_array,
    as_float32_array,
    as_int_array,
    read_only,
)
from whiskertoolbox_python.arrays.growing import Changing
from whiskertoolbox_python.arrays.ragged import Ragged, RaggedColumns, checked_offsets
from whiskertoolbox_python.arrays.stored import check_ragged
from whiskertoolbox_python.clocks.time_frame import ClockTicks, TimeFrameIndex
from whiskertoolbox_python.types.data_object import DataObject, mutation
from whiskertoolbox_python.types.kinds import KindInfo
from whiskertoolbox_python.upstream.arguments import as_int, refuse_arguments

if TYPE_CHECKING:
    from typing_extensions import Self


class RaggedAnalogTimeSeries(DataObject):
    """Values over time, any number per time index: the curvature along each frame's whisker, say.

    Stored as columns: `times` (distinct, ascending), `offsets` and `values` (float32), all handed out read-only and
    without a copy. ``RaggedAnalogTimeSeries()`` is empty; `from_arrays` makes one from columns.

    Iterating gives ``(time, values)``. ``time in series`` tells whether a time has values, ``len(series)`` the number
    of times, `restrict` gives those of a range of indices, ticks or seconds.

    Examples
    --------
    >>> curvature = RaggedAnalogTimeSeries()
    >>> curvature.setDataAtTime(0, [0.5, 0.25])
    >>> curvature.appendAtTime(0, [0.125])
    >>> curvature.setDataAtTime(2, [1.0])
    >>> curvature
    RaggedAnalogTimeSeries(times=2, values=4)
    >>> curvature.getDataAtTime(0)
    array([0.5  , 0.25 , 0.125], dtype=float32)
    >>> np.add.reduceat(curvature.values, curvature.offsets[:-1]).tolist()  # sum of each time
    [0.875, 1.0]
    """

    __slots__ = ("_columns",)
    kind: ClassVar[KindInfo] = KindInfo("RaggedAnalog", "Ragged Analog", "entry", "pulse", order=40, drawing="trace")
    _columns: RaggedColumns

    def __new__(cls, *args: object, **kwargs: object) -> Self:
        """Make an empty series."""
        if cls.__init__ is RaggedAnalogTimeSeries.__init__:
            refuse_arguments(cls, args, kwargs, advice="from_arrays makes one from columns")
        self = super().__new__(cls)
        self._columns = RaggedColumns.empty((), np.float32)
        return self

    def __init__(self) -> None:
        pass

    @classmethod
    def from_arrays(
        cls, times: npt.ArrayLike, offsets: npt.ArrayLike, values: npt.ArrayLike, *, copy: bool = True
    ) -> Self:
        """Make a series from columns, without a Python loop.

        Parameters
        ----------
        times : array of int, shape (n,)
            Time indices, in any order; values of equal times are joined in their order.
        offsets : array of int, shape (n + 1,)
            The values of ``times[i]`` are ``values[offsets[i]:offsets[i + 1]]``.
        values : array of shape (N,)
            Stored as float32.
        copy : bool
            False keeps a float32 array as it is; the caller must not change it any more.

        Raises
        ------
        ValueError
            When the lengths do not fit, or `offsets` does not ascend from 0 to the number of values.
        """
        indices = as_int_array(np.asarray(times), "times")
        numbers = np.asarray(values)
        if copy or numbers.dtype != np.float32:
            numbers = as_float32_array(numbers, "values")
        bounds = checked_offsets(offsets, len(indices), len(numbers))
        series = cls.__new__(cls)
        series._columns.extend(indices, bounds, numbers)
        return series

    @mutation
    def setDataAtTime(self, time: int | TimeFrameIndex, data: Any) -> None:
        """Make a list of float the values of a time, in place of those it has; an empty list removes the time."""
        index, numbers = as_int(time, "time"), as_float32_array(data, "data")
        self._remove(index)
        self._append(index, numbers)

    @mutation
    def appendAtTime(self, time: int | TimeFrameIndex, data: Any) -> None:
        """Add a list of float after the values that a time has."""
        self._append(as_int(time, "time"), as_float32_array(data, "data"))

    @mutation
    def clearAtTime(self, time: int | TimeFrameIndex) -> bool:
        """Remove the values of a time; False if it has none."""
        return self._remove(as_int(time, "time"))

    def _append(self, index: int, numbers: Float32Array) -> None:
        if len(numbers):
            self._columns.append(index, numbers)

    def _remove(self, index: int) -> bool:
        return self._columns.remove(index)

    def getDataAtTime(self, time: int | TimeFrameIndex) -> Float32Array:
        """Return the values of a time, read-only and without a copy; an empty array if it has none."""
        return self._columns.joined_rows_at(as_int(time, "time"))

    def hasDataAtTime(self, time: int | TimeFrameIndex) -> bool:
        """Return whether a time has values; ``time in series`` is the same."""
        return self._columns.count_at(as_int(time, "time")) > 0

    def getCountAtTime(self, time: int | TimeFrameIndex) -> int:
        """Return the number of values of a time."""
        return len(self.getDataAtTime(time))

    def getTimeIndices(self) -> list[TimeFrameIndex]:
        """Return the times that have values, ascending; `times` is the same as an array."""
        return TimeFrameIndex._list(self.times)

    def getNumTimePoints(self) -> int:
        """Return the number of times that have values; ``len()`` gives the same."""
        times = self._columns.times()
        return int(np.count_nonzero(times[1:] != times[:-1])) + bool(len(times))

    def getTotalValueCount(self) -> int:
        """Return the number of values of all times."""
        return len(self.values)

    @property
    def times(self) -> Int64Array:
        """The time indices that have values, ascending, each once; int64 ``(times,)``, read-only."""
        return self._by_time().times

    @property
    def offsets(self) -> Int64Array:
        """Where the values of each time begin in `values`; int64 ``(times + 1,)``, read-only."""
        return self._by_time().offsets

    @property
    def values(self) -> Float32Array:
        """The values of all times, one after the other; float32, read-only and without a copy."""
        return self._columns.columns().points

    def _by_time(self) -> Ragged:
        """Return the columns with one entry per time: what was appended to a time is one entry more until then."""
        columns = self._columns.columns()
        is_first = np.ones(len(columns.times), bool)
        is_first[1:] = columns.times[1:] != columns.times[:-1]
        if is_first.all():
            return columns
        offsets = columns.offsets[np.append(is_first, True)]
        return columns._replace(times=read_only(columns.times[is_first]), offsets=read_only(offsets))

    def _changing_columns(self) -> Mapping[str, Changing]:
        columns = self._columns.stored()
        del columns["entity_ids"]  # values have none
        return {"values" if name == "points" else name: column for name, column in columns.items()}

    def _attributes(self) -> Mapping[str, Any]:
        return self._columns.attributes

    @classmethod
    def check_columns(cls, columns: Columns) -> None:
        """Require entries in order, with whole offsets."""
        check_ragged(columns, "values", np.float32, ())

    @classmethod
    def from_columns(cls, columns: Columns) -> Self:
        """Make a series over stored columns, without a copy."""
        series = cls.__new__(cls)
        series._columns = RaggedColumns.of_stored(columns, "values")
        return series

    def _compact(self) -> bool:
        return self._columns.compact()

    def _restricted(self, start_index: int, end_index: int) -> Self:
        times = self._columns.times()
        first, last = np.searchsorted(times, start_index, "left"), np.searchsorted(times, end_index, "right")
        part = type(self).__new__(type(self))
        part._columns = self._columns.part(slice(int(first), int(last)))
        return part

    def _entry_count(self) -> int:
        return self.getNumTimePoints()

    def __len__(self) -> int:
        return self.getNumTimePoints()

    def __bool__(self) -> bool:
        return True  # as for the other ragged types: an empty key is there

    def __contains__(self, time: object) -> bool:
        """Return whether a time has values."""
        if not isinstance(time, (int, np.integer, TimeFrameIndex, ClockTicks)):
            return False
        return self._columns.count_at(int(time)) > 0

    def __iter__(self) -> Iterator[tuple[TimeFrameIndex, Float32Array]]:
        columns = self._by_time()
        for time, (first, last) in zip(columns.times.tolist(), pairwise(columns.offsets.tolist()), strict=True):
            yield TimeFrameIndex._of(time), columns.points[first:last]

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> npt.NDArray[Any]:
        """Return `values`: the numbers of all times."""
        return as_array(self.values, dtype, copy)

    def __repr__(self) -> str:
        return f"RaggedAnalogTimeSeries(times={self.getNumTimePoints()}, values={self.getTotalValueCount()})"
