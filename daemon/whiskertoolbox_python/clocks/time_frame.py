"""Time: indices, clock ticks, intervals of indices, and clocks (`TimeFrame`) with the conversion between them.

An index is a position in a clock; a tick is what the clock counts; seconds are ticks divided by the clock's rate.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, SupportsIndex

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.conversion import Int64Array, as_array, as_int_array, as_integers, frozen, read_only
from whiskertoolbox_python.upstream.arguments import INT32, as_bool, as_int
from whiskertoolbox_python.upstream.bindings import Bound
from whiskertoolbox_python.upstream.notices import notice

if TYPE_CHECKING:
    from fractions import Fraction

    from typing_extensions import Self


class _Integer(Bound):
    """A 64-bit integer with a meaning; comparable with integers and with the other such class."""

    __slots__ = ("_value",)
    _value: int

    def __init__(self, value: SupportsIndex) -> None:
        self._value = as_int(value, "value")

    @classmethod
    def _of(cls, value: int) -> Self:
        made = cls.__new__(cls)
        made._value = value
        return made

    @classmethod
    def _list(cls, values: Int64Array) -> list[Self]:
        return [cls._of(value) for value in values.tolist()]

    def getValue(self) -> int:
        """Return the plain integer."""
        return self._value

    def __int__(self) -> int:
        return self._value

    def __index__(self) -> int:
        return self._value

    def __eq__(self, other: object) -> bool:
        value = _integer_or_none(other)
        return NotImplemented if value is None else self._value == value

    def __ne__(self, other: object) -> bool:
        value = _integer_or_none(other)
        return NotImplemented if value is None else self._value != value

    def __lt__(self, other: SupportsIndex) -> bool:
        value = _integer_or_none(other)
        return NotImplemented if value is None else self._value < value

    def __le__(self, other: SupportsIndex) -> bool:
        value = _integer_or_none(other)
        return NotImplemented if value is None else self._value <= value

    def __gt__(self, other: SupportsIndex) -> bool:
        value = _integer_or_none(other)
        return NotImplemented if value is None else self._value > value

    def __ge__(self, other: SupportsIndex) -> bool:
        value = _integer_or_none(other)
        return NotImplemented if value is None else self._value >= value

    __hash__: ClassVar[Callable[[Any], int] | None] = None  # type: ignore[assignment]  # unhashable, as upstream

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._value})"

    def __str__(self) -> str:
        return str(self._value)


class TimeFrameIndex(_Integer):
    """A position in a clock (immutable). Integers are accepted wherever one is wanted.

    Examples
    --------
    >>> TimeFrameIndex(5) + 3
    TimeFrameIndex(8)
    >>> TimeFrameIndex(5) == 5
    True
    """

    __slots__ = ()

    def __float__(self) -> float:
        return float(self._value)

    def __add__(self, other: SupportsIndex) -> TimeFrameIndex:
        value = _integer_or_none(other)
        return NotImplemented if value is None else TimeFrameIndex(self._value + value)

    def __sub__(self, other: SupportsIndex) -> TimeFrameIndex:
        value = _integer_or_none(other)
        return NotImplemented if value is None else TimeFrameIndex(self._value - value)

    def __hash__(self) -> int:
        # Upstream hashes as unsigned: equal to Python's hash for what is not negative, different otherwise.
        return hash(self._value if self._value >= 0 else self._value + 2**64)


class ClockTicks(_Integer):
    """An absolute tick of a clock (immutable, unhashable, no arithmetic).

    Examples
    --------
    >>> TimeFrame([0, 60, 120]).getTimeAtIndex(2)
    ClockTicks(120)
    >>> ClockTicks(120) == 120, int(ClockTicks(120))
    (True, 120)
    """

    __slots__ = ()


def _integer_or_none(value: object) -> int | None:
    if isinstance(value, _Integer):
        return value._value
    try:
        return as_int(value, "value")
    except TypeError:
        return None


class Interval(Bound):
    """A range of indices; both ends belong to it.

    Parameters
    ----------
    start, end : int
        Indices; `start` may be greater than `end`, nothing is checked.

    Examples
    --------
    >>> trial = Interval(10, 50)
    >>> trial.start, int(trial.end) - int(trial.start) + 1
    (TimeFrameIndex(10), 41)
    """

    __slots__ = ("_end", "_start")
    _start: int
    _end: int

    def __init__(self, start: SupportsIndex, end: SupportsIndex) -> None:
        self._start = as_int(start, "start")
        self._end = as_int(end, "end")

    @classmethod
    def _of(cls, start: int, end: int) -> Interval:
        made = cls.__new__(cls)
        made._start, made._end = start, end
        return made

    @property
    def start(self) -> TimeFrameIndex:
        """First index."""
        return TimeFrameIndex._of(self._start)

    @start.setter
    def start(self, value: SupportsIndex) -> None:
        self._start = as_int(value, "start")

    @property
    def end(self) -> TimeFrameIndex:
        """Last index."""
        return TimeFrameIndex._of(self._end)

    @end.setter
    def end(self, value: SupportsIndex) -> None:
        self._end = as_int(value, "end")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Interval) and (self._start, self._end) == (other._start, other._end)

    __hash__: ClassVar[None] = None  # type: ignore[assignment]  # mutable, and unhashable upstream

    def __repr__(self) -> str:
        return f"Interval({self._start}, {self._end})"


class TimeFrame(Bound):
    """A clock: the tick of each index. Immutable; compared by identity.

    An index outside a clock has no tick, and none is made up for it: as ticks and as indices of another clock it is
    `NO_TIME`, as seconds nan, a new series on another clock lacks it, and each time a warning says how many there are
    and which is the first. In an empty clock, which says nothing about time yet, indices stand for themselves.

    Parameters
    ----------
    times : array_like of int, shape (n,), optional
        Ticks, 32-bit, in the order of the indices; kept as given, and expected to be ascending.
    ticks_per_second : float, optional
        Rate of the ticks in Hz, for queries in seconds; None when it is unknown.

    Examples
    --------
    >>> camera = TimeFrame([0, 60, 120], ticks_per_second=30000)
    >>> camera.getTimeAtIndex(1)
    ClockTicks(60)
    >>> camera.getIndexAtTime(70, preceding=False)
    TimeFrameIndex(2)
    """

    __slots__ = ("_ticks_per_second", "_times")
    NO_TIME: ClassVar[int] = -(2**63)
    """What stands in arrays of integers for a time that there is not."""
    _times: Int64Array
    _ticks_per_second: float | None

    def __init__(self, times: Any = (), *, ticks_per_second: float | None = None) -> None:
        self._times = frozen(as_int_array(times, "times", INT32))
        self._ticks_per_second = _rate(ticks_per_second)

    @classmethod
    def from_array(cls, times: npt.ArrayLike, *, ticks_per_second: float | None = None) -> Self:
        """Make a clock whose ticks may need 64 bits; an int64 array is adopted without a copy."""
        array = np.asarray(times)
        made = cls.__new__(cls)
        adopts = array.dtype == np.int64 and array.ndim == 1
        made._times = read_only(array) if adopts else frozen(as_int_array(array, "times"))
        made._ticks_per_second = _rate(ticks_per_second)
        return made

    @property
    def times(self) -> Int64Array:
        """Ticks of all indices, int64, read-only."""
        return self._times[...]

    @property
    def ticks_per_second(self) -> float | None:
        """Rate of the ticks, or None when it is unknown."""
        return self._ticks_per_second

    def getTotalFrameCount(self) -> int:
        """Return the number of indices."""
        return len(self._times)

    def getTimeAtIndex(self, index: SupportsIndex) -> ClockTicks:
        """Return the tick of an index; 0, with a warning, for an index outside the clock."""
        position = as_int(index, "index")
        if 0 <= position < len(self._times):
            return ClockTicks._of(int(self._times[position]))
        notice(f"getTimeAtIndex: a clock of {len(self._times)} indices has no index {position}; its tick is taken as 0")
        return ClockTicks._of(0)

    def getIndexAtTime(self, time: SupportsIndex, preceding: bool = True) -> TimeFrameIndex:
        """Return the index of a tick.

        Between two ticks: the nearest (the earlier one on a tie), or with ``preceding=False`` the next.
        Before the first: 0. After the last: the last (-1 when the clock is empty).
        """
        ticks = np.array([as_int(time, "time")], np.int64)
        return TimeFrameIndex._of(int(self.indices_at(ticks, preceding=as_bool(preceding, "preceding"))[0]))

    def times_at(self, indices: npt.ArrayLike) -> Int64Array:
        """Return the ticks of many indices, as int64; `NO_TIME`, with a warning, for an index outside the clock."""
        positions = as_integers(indices, "indices")
        if not len(self._times):
            own: Int64Array = positions.copy()
            return own
        inside = self.has(positions)
        if inside.all():
            return self._times[positions]
        self._tell_outside(positions, inside)
        times: Int64Array = np.full(positions.shape, self.NO_TIME)
        times[inside] = self._times[positions[inside]]
        return times

    def has(self, indices: npt.ArrayLike) -> npt.NDArray[np.bool_]:
        """Return which of many indices are in the clock."""
        positions = as_integers(indices, "indices")
        inside: npt.NDArray[np.bool_] = (positions >= 0) & (positions < len(self._times))
        return inside

    def _tell_outside(self, positions: Int64Array, inside: npt.NDArray[np.bool_]) -> None:
        outside = positions[~inside]
        is_one = len(outside) == 1
        notice(
            f"{len(outside):,} of {positions.size:,} indices {'is' if is_one else 'are'} outside the clock of "
            f"{len(self._times):,} (first: {outside[0]}), so that {'it has' if is_one else 'they have'} no tick; "
            f"restrict the data to 0..{len(self._times) - 1}, or give it its own clock"
        )

    def indices_at(self, ticks: npt.ArrayLike, *, preceding: bool = True) -> Int64Array:
        """Return the indices of many ticks, as int64, by the rule of `getIndexAtTime`."""
        wanted = as_integers(ticks, "ticks")
        if not len(self._times):
            return np.full(wanted.shape, -1, np.int64)
        last = len(self._times) - 1
        at_or_after = np.searchsorted(self._times, wanted)
        found = np.minimum(at_or_after, last).astype(np.int64)
        if preceding:
            between = (at_or_after > 0) & (at_or_after <= last)
            before = np.maximum(found - 1, 0)
            # Differences of int64 may overflow; as unsigned they are exact.
            to_after = self._times[found].astype(np.uint64) - wanted.astype(np.uint64)
            to_before = wanted.astype(np.uint64) - self._times[before].astype(np.uint64)
            found = np.where(between & (to_before <= to_after), before, found)
        return found

    def convert(self, indices: npt.ArrayLike, target: TimeFrame, *, preceding: bool = True) -> Int64Array:
        """Return the indices of `target` nearest in time to indices of this clock, as int64.

        An index outside this clock becomes `NO_TIME`, with a warning. With ``preceding=False``: the next one, not the
        nearest.

        Raises
        ------
        ValueError
            When this clock is empty.
        """
        positions = as_integers(indices, "indices")
        if target is self:
            return positions
        found = target.indices_at(self._nearest_ticks(positions), preceding=preceding)
        inside = self.has(positions)
        if not inside.all():
            self._tell_outside(positions, inside)
            found[~inside] = self.NO_TIME
        return found

    def convert_range(self, start: int, end: int, target: TimeFrame) -> tuple[int, int]:
        """Return the range of `target` for the part of an inclusive range that is in this clock.

        The start becomes the first index not before it, the end the nearest index.

        Raises
        ------
        ValueError
            When this clock is empty.
        """
        if target is self:
            return start, end
        low, high = self.tick_range(start, end)
        if low > high:
            return 0, -1
        ticks = np.array([low, high], np.int64)
        return int(target.indices_at(ticks[:1], preceding=False)[0]), int(target.indices_at(ticks[1:])[0])

    def tick_range(self, start: int, end: int) -> tuple[int, int]:
        """Return the first and last tick of the part of an inclusive range that is in this clock; 0, -1 if none is.

        Raises
        ------
        ValueError
            When this clock is empty.
        """
        low, high = self._nearest_ticks(np.array([start, end], np.int64)).tolist()
        return (0, -1) if start > end or end < 0 or start >= len(self._times) else (low, high)

    def seconds_at(self, indices: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Return the times of indices in seconds; nan, with a warning, for an index outside the clock.

        Raises
        ------
        ValueError
            When the clock's rate is unknown.
        """
        rate = self.rate_or_raise()
        ticks = self.times_at(indices)
        seconds = ticks / rate
        return np.where(self.has(indices), seconds, np.nan) if len(self._times) else seconds

    def rate_or_raise(self) -> float:
        """Return ``ticks_per_second``, or raise ValueError that says how to give it."""
        if self._ticks_per_second is None:
            raise ValueError("this clock's rate is unknown: make it with TimeFrame(times, ticks_per_second=...)")
        return self._ticks_per_second

    def _nearest_ticks(self, positions: Int64Array) -> Int64Array:
        if not len(self._times):
            raise ValueError("the clock is empty, so its indices cannot be converted to another clock")
        return self._times[np.clip(positions, 0, len(self._times) - 1)]

    def __len__(self) -> int:
        return len(self._times)

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> npt.NDArray[Any]:
        return as_array(self._times, dtype, copy)

    def __repr__(self) -> str:
        return f"TimeFrame(frames={len(self._times)})"


_LATEST = 2**62


def _rate(ticks_per_second: float | None) -> float | None:
    if ticks_per_second is None:
        return None
    rate = float(ticks_per_second)
    if not (rate > 0 and math.isfinite(rate)):
        raise ValueError(f"ticks_per_second must be positive, not {rate}")
    return rate


def _ticks(seconds: float, rate: float) -> Fraction:
    """Return a time in ticks, exactly; a whole number when float64, or a sum of a few, may have missed it by rounding.

    So a bound that was computed from a tick finds that tick again.
    """
    from fractions import Fraction  # slow to import, with decimal

    seconds = float(seconds)
    if not abs(seconds) * rate < _LATEST:
        return Fraction(_LATEST if seconds > 0 else -_LATEST)
    exact = Fraction(seconds) * Fraction(rate)
    whole = round(exact)
    return Fraction(whole) if abs(exact - whole) <= max(1e-6, 4 * math.ulp(float(exact))) else exact


def index_range(bounds: tuple[Any, Any], unit: str, own: TimeFrame | None, clock: TimeFrame | None) -> tuple[int, int]:
    """Return the inclusive range of `own`'s indices for bounds given in a unit of `clock` (by default `own`)."""
    start, end = bounds
    if unit == "index":
        first, last = as_int(start, "start"), as_int(end, "end")
        if clock is None or clock is own:
            return first, last
        if own is None:
            raise ValueError("the data has no TimeFrame, so indices of another clock cannot be converted")
        return clock.convert_range(first, last, own)
    if own is None:
        raise ValueError(f"the data has no TimeFrame, so it cannot be queried in {unit}")
    if unit == "seconds":
        rate = (own if clock is None else clock).rate_or_raise()
        start, end = math.ceil(_ticks(start, rate)), math.floor(_ticks(end, rate))
    elif unit != "ticks":
        raise ValueError(f"unit must be 'index', 'ticks' or 'seconds', not {unit!r}")
    low, high = as_int(start, "start"), as_int(end, "end")
    if not len(own):
        return low, high  # an index outside its clock counts as its own tick
    return int(np.searchsorted(own.times, low, "left")), int(np.searchsorted(own.times, high, "right")) - 1
