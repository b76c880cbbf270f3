"""`AnalogTimeSeries`: float32 samples at ascending indices of a clock."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar, SupportsIndex, overload

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.columns import Columns
from whiskertoolbox_python.arrays.conversion import (
    Float32Array,
    Int64Array,
    as_array,
    as_float32_array,
    as_int_array,
    frozen,
    read_only,
)
from whiskertoolbox_python.arrays.stored import check_ascending, check_column, check_whole
from whiskertoolbox_python.clocks.time_frame import TimeFrameIndex
from whiskertoolbox_python.types.data_object import DataObject
from whiskertoolbox_python.types.kinds import KindInfo
from whiskertoolbox_python.upstream.arguments import INT64, NOT_GIVEN, SIZE, as_int
from whiskertoolbox_python.upstream.notices import notice

if TYPE_CHECKING:
    from typing_extensions import Self

_EMPTY = frozen(np.empty(0, np.float32))
_MOST_ANNOUNCED = 1 << 24
"""Indices of samples that there are not; each is an object."""


class AnalogTimeSeries(DataObject):
    """A sampled signal: float32 values at ascending indices of a clock. Its data never changes.

    Parameters
    ----------
    values : array_like, shape (n,), optional
        Samples; anything that holds numbers, stored as float32. Copied; see `from_array` for adopting an array.
    times : array_like of int, shape (n,), optional
        Index of each sample. Samples are sorted by it. Different lengths give an empty series and a warning.
    num_samples : int, optional
        Instead of `times`: the indices are 0 … num_samples - 1; another number of values gives no samples and a
        warning.

    Examples
    --------
    >>> angle = AnalogTimeSeries([1.0, 2.0, 4.0], 3)
    >>> angle.getAtTime(1)
    2.0
    >>> angle.getDataInRange(1, 2)
    array([2., 4.], dtype=float32)
    >>> float(np.mean(angle))
    2.3333332538604736
    """

    __slots__ = ("_announced", "_start", "_times", "_values")
    kind: ClassVar[KindInfo] = KindInfo(
        "Analog", "Analog", "sample", "pulse", order=30, config_word="analog", drawing="trace"
    )
    _values: Float32Array
    _start: int
    _times: Int64Array | None  # None: consecutive from _start
    _announced: int  # what getTimeSeries lists; differs from the samples only when num_samples did not match

    @overload
    def __init__(self) -> None: ...
    @overload
    def __init__(self, values: Any, times: Any) -> None: ...
    @overload
    def __init__(self, values: Any, *, num_samples: int) -> None: ...
    def __init__(self, values: Any = NOT_GIVEN, times: Any = NOT_GIVEN, *, num_samples: Any = NOT_GIVEN) -> None:
        self._fill(_EMPTY, None)
        if values is NOT_GIVEN and times is NOT_GIVEN and num_samples is NOT_GIVEN:
            return
        if values is NOT_GIVEN or (times is NOT_GIVEN) == (num_samples is NOT_GIVEN):
            raise TypeError(
                "AnalogTimeSeries(): incompatible function arguments: give nothing, values and times, "
                "or values and num_samples, such as AnalogTimeSeries(values, len(values))"
            )
        if times is not NOT_GIVEN and hasattr(times, "__index__") and getattr(times, "ndim", 0) == 0:
            num_samples = times
        samples = frozen(as_float32_array(values, "values"))
        if num_samples is not NOT_GIVEN:
            count = as_int(num_samples, "num_samples", SIZE)
            if len(samples) == count:
                self._fill(samples, None)
            else:
                notice(f"AnalogTimeSeries: {len(samples)} values for num_samples={count}; the series has no samples")
                self._announced = count
            return
        indices = as_int_array(times, "times")
        if len(indices) != len(samples):
            notice(f"AnalogTimeSeries: {len(samples)} values for {len(indices)} times; the series is empty")
            return
        self._fill(*_sorted_together(samples, indices))

    @classmethod
    def from_array(
        cls, values: npt.ArrayLike, times: npt.ArrayLike | None = None, *, start_index: int = 0, copy: bool = True
    ) -> Self:
        """Make a series from arrays.

        Parameters
        ----------
        values : array_like, shape (n,)
            Samples of any numeric dtype; stored as float32.
        times : array_like of int, shape (n,), optional
            Index of each sample; consecutive from `start_index` by default.
        start_index : int
            Index of the first sample, where no `times` are given.
        copy : bool
            False adopts a float32 array, and int64 times that do not go back, as they are; the caller must not
            change them any more.

        Raises
        ------
        ValueError
            When the lengths differ.
        """
        adopt = not copy and isinstance(values, np.ndarray) and values.dtype == np.float32 and values.ndim == 1
        samples = read_only(np.asarray(values)) if adopt else frozen(as_float32_array(np.asarray(values), "values"))
        series = cls.__new__(cls)
        if times is None:
            series._fill(samples, None, as_int(start_index, "start_index"))
            return series
        if not copy and isinstance(times, np.ndarray) and times.dtype == np.int64 and times.ndim == 1:
            indices: Int64Array = times
        else:
            indices = as_int_array(np.asarray(times), "times")
        if len(indices) != len(samples):
            raise ValueError(f"{len(samples)} values and {len(indices)} times: there must be one time for each value")
        series._fill(*_sorted_together(samples, indices))
        return series

    def with_values(self, values: npt.ArrayLike) -> Self:
        """Return a series of other values at the same indices, on the same clock; the indices are not copied.

        Parameters
        ----------
        values : array_like, shape (n,)
            One for each sample; stored as float32. An array of float32 is adopted: it must not be changed
            any more.

        Raises
        ------
        ValueError
            When there are not as many.

        Examples
        --------
        >>> angle = AnalogTimeSeries([1.0, 2.0], [10, 20])
        >>> angle.with_values(angle.values * 2).toTimeValueArrays()
        (array([10, 20]), array([2., 4.], dtype=float32))
        """
        numbers = np.asarray(values)
        if numbers.shape != self._values.shape:
            raise ValueError(f"{len(self._values)} samples take as many values, not an array of shape {numbers.shape}")
        series = type(self).__new__(type(self))
        series._fill(read_only(numbers.astype(np.float32, copy=False)), None, self._start)
        series._times, series._time_frame = self._times, self._time_frame
        return series

    def _fill(self, values: Float32Array, times: Int64Array | None, start: int = 0) -> None:
        if times is not None and len(times) and _consecutive(times):
            start, times = int(times[0]), None
        self._values, self._times, self._start = values, times, start
        self._announced = len(values)

    @property
    def values(self) -> Float32Array:
        """All samples, float32, read-only, not copied."""
        return self._values[...]

    @property
    def times(self) -> Int64Array:
        """Index of each sample, as a new int64 array."""
        return np.array(self._indices())

    def times_of(self, samples: slice) -> Int64Array:
        """Return the index of each of some samples, read-only; those of the others are not made.

        Examples
        --------
        >>> AnalogTimeSeries([5, 6, 7], 3).times_of(slice(1, 3))
        array([1, 2])
        """
        if self._times is not None:
            return read_only(self._times[samples])
        return np.arange(*samples.indices(len(self._values)), dtype=np.int64) + self._start

    def _indices(self) -> Int64Array:
        if self._times is not None:
            return self._times
        return np.arange(self._start, self._start + len(self._values), dtype=np.int64)

    def getNumSamples(self) -> int:
        """Return the number of samples."""
        return len(self._values)

    def toList(self) -> list[float]:
        """Return the samples as floats."""
        samples: list[float] = self._values.tolist()
        return samples

    def getTimeSeries(self) -> list[TimeFrameIndex]:
        """Return the index of each sample.

        Raises
        ------
        ValueError
            When the series was announced with so many samples, of which it has none, that their indices would fill the
            memory.
        """
        if self._announced != len(self._values):
            if self._announced > _MOST_ANNOUNCED:
                raise ValueError(f"the series has no samples, although {self._announced:,} were announced")
            return [TimeFrameIndex._of(index) for index in range(self._announced)]
        return TimeFrameIndex._list(self._indices())

    def toTimeValueArrays(self) -> tuple[Int64Array, Float32Array]:
        """Return the indices (a new int64 array) and the samples (float32, read-only)."""
        return self.times, self.values

    def getAtTime(self, time: SupportsIndex) -> float | None:
        """Return the sample at exactly that index, or None."""
        index = as_int(time, "time")
        place = self._first_from(index)
        if place < len(self._values) and (self._times is None or self._times[place] == index):
            return float(self._values[place]) if self._times is not None or index >= self._start else None
        return None

    def getDataInRange(self, start: SupportsIndex, end: SupportsIndex) -> Float32Array:
        """Return the samples from index `start` to index `end`, both inclusive: float32, read-only, not copied."""
        return self._values[self._places(as_int(start, "start"), as_int(end, "end"))]

    def _first_from(self, index: int) -> int:
        """Return the place of the first sample whose index is not before the given one."""
        if self._times is None:
            return min(max(index - self._start, 0), len(self._values))
        return int(np.searchsorted(self._times, index))

    def _places(self, start: int, end: int) -> slice:
        first = self._first_from(start)
        return slice(first, max(first, self._first_from(end + 1) if end < 2**63 - 1 else len(self._values)))

    def setTimeFrame(self, time_frame: Any) -> None:
        """Attach a clock, or detach it with None."""
        super().setTimeFrame(time_frame)

    def to_columns(self) -> Columns:
        """Return ``values`` and, unless they are consecutive, ``times``."""
        if self._times is None:
            return Columns({"values": self.values}, {"start_index": self._start, "announced": self._announced})
        return Columns({"values": self.values, "times": self._times[...]})

    @classmethod
    def check_columns(cls, columns: Columns) -> None:
        """Require as many times as values, in order, or where the first value is."""
        count = len(check_column(columns, "values", np.float32))
        if "times" in columns.arrays:
            check_ascending(check_column(columns, "times", np.int64, rows=count), "times")
        check_whole(columns, "start_index", INT64[0], INT64[1] - count, default=0)
        # It differs only from no samples at all; see the constructor.
        check_whole(columns, "announced", count, count or SIZE[1], default=count)

    @classmethod
    def from_columns(cls, columns: Columns) -> Self:
        """Make a series over stored arrays."""
        series = cls.__new__(cls)
        times = columns.arrays.get("times")
        series._fill(read_only(columns.arrays["values"]), None, columns.attributes.get("start_index", 0))
        series._times = None if times is None else read_only(times)
        series._announced = columns.attributes.get("announced", len(series._values))
        return series

    def _restricted(self, start_index: int, end_index: int) -> Self:
        places = self._places(start_index, end_index)
        part = type(self).__new__(type(self))
        times = None if self._times is None else self._times[places]
        part._fill(self._values[places], times, self._start + places.start)
        return part

    def _entry_count(self) -> int:
        return len(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __iter__(self) -> Iterator[float]:
        return iter(self._values.tolist())

    def __contains__(self, time: object) -> bool:
        """Return whether there is a sample at exactly that index."""
        if isinstance(time, (int, np.integer, TimeFrameIndex)):
            return self.getAtTime(int(time)) is not None
        return False

    def __getitem__(self, place: int | slice) -> Any:
        """Return a sample by its place, or a read-only view of several."""
        if isinstance(place, slice):
            return self._values[place]
        return float(self._values[as_int(place, "place")])

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> npt.NDArray[Any]:
        return as_array(self._values, dtype, copy)

    def __repr__(self) -> str:
        return f"AnalogTimeSeries(samples={len(self._values)})"


def _consecutive(times: Int64Array) -> bool:
    # Sorted with this span, they are consecutive unless there are duplicates as well as gaps.
    return int(times[-1]) - int(times[0]) == len(times) - 1 and bool((times[1:] > times[:-1]).all())


def _sorted_together(values: Float32Array, times: Int64Array) -> tuple[Float32Array, Int64Array]:
    if len(times) and bool((times[1:] < times[:-1]).any()):
        order = np.argsort(times, kind="stable")
        values, times = frozen(values[order]), times[order]
    return values, frozen(times)
