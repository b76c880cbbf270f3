"""`TensorData`: an array of float32 with named columns, whose rows may belong to times or intervals."""

from __future__ import annotations

import math
from collections.abc import Iterator
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
    frozen,
    read_only,
)
from whiskertoolbox_python.arrays.growing import History
from whiskertoolbox_python.clocks.time_frame import TimeFrameIndex
from whiskertoolbox_python.types import _tensor_rows as tensor_rows
from whiskertoolbox_python.types._tensor_rows import ORDINAL, Rows
from whiskertoolbox_python.types.data_object import DataObject, mutation
from whiskertoolbox_python.types.kinds import KindInfo
from whiskertoolbox_python.upstream.arguments import NOT_GIVEN, SIZE, as_int, as_list, as_str, refuse_arguments, refused

if TYPE_CHECKING:
    from typing_extensions import Self


class TensorData(DataObject):
    """A float32 array of any number of dimensions: the first axis is rows, the last is (named) columns.

    Rows are plain numbers (``"Ordinal"``), belong to time indices (``"TimeFrameIndex"``) or to intervals
    (``"Interval"``); see `rowType`. ``TensorData()`` is empty. Make one with `fromNumpy2D`, `createOrdinal2D`,
    `createND`, or with `from_array`, which also takes the rows' times or intervals.

    `values` and ``np.asarray(tensor)`` give the array, read-only and without a copy; ``tensor[i]`` indexes it as NumPy
    does, ``len(tensor)`` is the number of rows.

    Examples
    --------
    >>> features = TensorData.from_array([[1, 2], [3, 4], [5, 6]], column_names=["angle", "curvature"],
    ...                                  row_times=[10, 20, 30])
    >>> features
    TensorData(shape=(3, 2))
    >>> features.getColumn("curvature")
    [2.0, 4.0, 6.0]
    >>> features.findRowForTime(20)
    1
    >>> features.values.mean(axis=0).tolist()
    [3.0, 4.0]
    >>> features.restrict(10, 20)
    TensorData(shape=(2, 2))
    """

    __slots__ = ("_column_names", "_history", "_rows", "_values")
    kind: ClassVar[KindInfo] = KindInfo(
        "Tensor", "Tensor", "row", "symbol-array", order=100, config_word="tensor", drawing="grid"
    )
    _values: npt.NDArray[np.float32]
    _column_names: tuple[str, ...]
    _rows: Rows
    _history: History  # of the values, which only their names may follow

    def __new__(cls, *args: object, **kwargs: object) -> Self:
        """Make an empty tensor."""
        if cls.__init__ is TensorData.__init__:
            refuse_arguments(cls, args, kwargs, advice="fromNumpy2D and from_array make one of an array")
        self = super().__new__(cls)
        self._fill(np.empty(0, np.float32))
        return self

    def __init__(self) -> None:
        pass

    def _fill(self, values: npt.NDArray[np.float32], column_names: tuple[str, ...] = (), rows: Rows = ORDINAL) -> None:
        self._values = read_only(values)
        self._column_names = column_names
        self._rows = rows
        self._history = History.new(values)

    @classmethod
    def createOrdinal2D(cls, data: Any, rows: int, cols: int, column_names: Any = ()) -> Self:
        """Make a 2-D tensor of flat, row-major numbers.

        Parameters
        ----------
        data : list of float
            ``rows * cols`` numbers, stored as float32.
        rows, cols : int
            At least 1 each.
        column_names : list of str
            One per column, or none.

        Raises
        ------
        ValueError
            When the number of data or names does not fit, or an axis is empty.
        """
        return cls.createND(data, (as_int(rows, "rows", SIZE), as_int(cols, "cols", SIZE)), column_names)

    @classmethod
    def createND(cls, data: Any, shape: Any, column_names: Any = ()) -> Self:
        """Make a tensor of any number of dimensions of flat, row-major numbers.

        Parameters
        ----------
        data : list of float
            As many numbers as `shape` holds, stored as float32.
        shape : list of int
            Length of each axis, at least 1; the first axis is rows.
        column_names : list of str
            One per element of the last axis, or none.

        Raises
        ------
        ValueError
            When the number of data or names does not fit, or an axis is empty.

        Examples
        --------
        >>> TensorData.createND(range(24), [2, 3, 4]).row(1)[:3]
        [12.0, 13.0, 14.0]
        """
        axes = as_int_array(shape, "shape", SIZE).tolist()
        numbers = frozen(as_float32_array(data, "data"))
        if len(numbers) != math.prod(axes):
            raise ValueError(f"the shape {axes} takes {math.prod(axes)} numbers, not {len(numbers)}")
        return cls._make(numbers.reshape(axes), column_names)

    @classmethod
    def fromNumpy2D(cls, array: npt.ArrayLike, column_names: Any = ()) -> Self:
        """Make a 2-D tensor of anything NumPy can make one of; copied.

        Parameters
        ----------
        array : array of shape (rows, columns)
            Stored as float32; of complex numbers the imaginary part is dropped with NumPy's warning.
        column_names : list of str
            One per column, or none.

        Raises
        ------
        ValueError
            When it has not two dimensions, an axis is empty, or the number of names does not fit.
        """
        values = _as_values(array, copy=True)
        if values.ndim != 2:
            raise ValueError(f"fromNumpy2D() takes an array of two dimensions, not {values.ndim}; see from_array")
        return cls._make(values, column_names)

    @classmethod
    def from_array(
        cls,
        array: npt.ArrayLike,
        *,
        column_names: Any = (),
        row_times: npt.ArrayLike | None = None,
        row_intervals: Any = None,
        copy: bool = True,
    ) -> Self:
        """Make a tensor of an array of any number of dimensions.

        Parameters
        ----------
        array : array of shape (rows, …, columns)
            Stored as float32.
        column_names : list of str
            One per element of the last axis, or none.
        row_times : array of int, shape (rows,), optional
            Time index of each row; the row type becomes ``"TimeFrameIndex"``.
        row_intervals : array of int, shape (rows, 2), or list of Interval, optional
            Start and end index of each row; the row type becomes ``"Interval"``.
        copy : bool
            False keeps a C-contiguous float32 array, and int64 times or intervals, as they are; the caller must not
            change them any more.

        Raises
        ------
        ValueError
            When an axis is empty, a length does not fit, or both times and intervals are given.
        """
        rows = tensor_rows.given_rows(row_times, row_intervals, copy=copy)
        return cls._make(_as_values(array, copy=copy), column_names, rows)

    @classmethod
    def _make(cls, values: npt.NDArray[np.float32], column_names: Any, rows: Rows = ORDINAL) -> Self:
        if values.ndim == 0 or 0 in values.shape:
            raise ValueError(f"every axis of a tensor has at least one element, not {values.shape}")
        if rows.numbers is not None and len(rows.numbers) != len(values):
            raise ValueError(f"{len(values)} rows need as many {rows.column}, not {len(rows.numbers)}")
        tensor = cls.__new__(cls)
        tensor._fill(values, (), rows)
        names = _as_names(column_names)
        if names:
            tensor._name_columns(names)
        return tensor

    def ndim(self) -> int:
        """Return the number of dimensions; 0 when empty."""
        return 0 if self.isEmpty() else self._values.ndim

    def shape(self) -> list[int]:
        """Return the length of each axis; ``[]`` when empty."""
        return [] if self.isEmpty() else list(self._values.shape)

    def numRows(self) -> int:
        """Return the length of the first axis; 0 when empty."""
        return len(self._values)

    def numColumns(self) -> int:
        """Return the length of the last axis; 1 for one dimension, 0 when empty."""
        if self.isEmpty():
            return 0
        return self._values.shape[-1] if self._values.ndim > 1 else 1

    def isEmpty(self) -> bool:
        """Return whether there is no data."""
        return not self._values.size

    def isContiguous(self) -> bool:
        """Return whether `flatValues` is available: always, unless the tensor is empty."""
        return not self.isEmpty()

    def hasNamedColumns(self) -> bool:
        """Return whether the columns have names."""
        return bool(self._column_names)

    def columnNames(self) -> list[str]:
        """Return the names of the columns; ``[]`` if they have none."""
        return list(self._column_names)

    @mutation
    def setColumnNames(self, names: Any) -> None:
        """Name the columns; duplicates are allowed.

        Raises
        ------
        ValueError
            When there are not as many names as columns.
        """
        self._name_columns(_as_names(names))

    def _name_columns(self, names: tuple[str, ...]) -> None:
        if len(names) != self.numColumns() or self.isEmpty():
            raise ValueError(f"{self.numColumns()} columns need as many names, not {len(names)}")
        self._column_names = names

    @property
    def values(self) -> npt.NDArray[np.float32]:
        """The array, float32, shaped as `shape`, read-only and without a copy; RuntimeError when empty."""
        self._require_data()
        return self._values[...]

    def flatValues(self) -> Float32Array:
        """Return the numbers in row-major order, float32 ``(size,)``, read-only and without a copy."""
        self._require_data()
        return self._values.reshape(-1)

    def toList(self) -> list[float]:
        """Return the numbers in row-major order; ``[]`` when empty."""
        numbers: list[float] = self._values.reshape(-1).tolist()
        return numbers

    def getColumn(self, index: int | str = NOT_GIVEN, *, name: str = NOT_GIVEN) -> list[float]:
        """Return a column by number or name (the first of that name); see `column_values`."""
        numbers: list[float] = self.column_values(index if name is NOT_GIVEN else name).tolist()
        return numbers

    def column_values(self, column: int | str) -> Float32Array:
        """Return a column by number or name as a read-only array, without a copy for up to two dimensions.

        Raises
        ------
        IndexError
            When there is no column of that number.
        ValueError
            When there is no column of that name; the message lists the names.
        """
        if isinstance(column, str):
            if column not in self._column_names:
                names = ", ".join(map(repr, self._column_names)) or "none"
                raise ValueError(f"there is no column {column!r}; columns: {names}")
            number = self._column_names.index(column)
        else:
            number = as_int(column, "column", SIZE)
            self._require_data()
            if number >= self.numColumns():
                raise IndexError(f"column {number} of {self.numColumns()}")
        return read_only(self._values[..., number].reshape(-1) if self._values.ndim > 1 else self._values)

    def row(self, index: int) -> list[float]:
        """Return a row; of more than two dimensions, the flattened slice. ``tensor[index]`` gives it as an array."""
        number = as_int(index, "index", SIZE)
        self._require_data()
        if number >= len(self._values):
            raise IndexError(f"row {number} of {len(self._values)}")
        numbers: list[float] = self._values[number].reshape(-1).tolist()
        return numbers

    def rowType(self) -> str:
        """Return what the rows are: ``'Ordinal'``, ``'TimeFrameIndex'`` or ``'Interval'``."""
        return self._rows.kind

    @property
    def row_times(self) -> Int64Array:
        """Time index of each row, int64 ``(rows,)``, read-only; RuntimeError unless the rows have times."""
        return self._rows.times()[...]

    @property
    def row_intervals(self) -> Int64Array:
        """Start and end index of each row, int64 ``(rows, 2)``, read-only; RuntimeError unless they have intervals."""
        return self._rows.intervals()[...]

    def rowTimeIndices(self) -> list[TimeFrameIndex]:
        """Return the time index of each row; `row_times` is the same as an array."""
        return TimeFrameIndex._list(self.row_times)

    def findRowForTime(
        self, t: int | TimeFrameIndex | None = None, *, time_index: int | TimeFrameIndex | None = None
    ) -> int | None:
        """Return the (first) row of exactly that time index, or None."""
        return tensor_rows.first_at(self._rows, _time_index(t, time_index))

    def findRowGreaterOrEqual(
        self, t: int | TimeFrameIndex | None = None, *, time_index: int | TimeFrameIndex | None = None
    ) -> int | None:
        """Return the row of the first time index that is not before `t`, or None."""
        return tensor_rows.first_not_before(self._rows, _time_index(t, time_index))

    def findRowLessOrEqual(
        self, t: int | TimeFrameIndex | None = None, *, time_index: int | TimeFrameIndex | None = None
    ) -> int | None:
        """Return the row of the last time index that is not after `t`, or None."""
        return tensor_rows.last_not_after(self._rows, _time_index(t, time_index))

    def find_rows(self, times: Any) -> Int64Array:
        """Return the row of each of many time indices as `findRowForTime` does, int64; -1 where there is none."""
        return tensor_rows.positions(self._rows, as_int_array(times, "times"))

    def to_columns(self) -> Columns:
        """Return the values and, where there are any, the rows' times or intervals; names as an attribute."""
        arrays = {"values": self._values[...]}
        if self._rows.numbers is not None:
            arrays[self._rows.column] = self._rows.numbers[...]
        return Columns(arrays, {"column_names": list(self._column_names)}, {"values": self._history})

    @classmethod
    def check_columns(cls, columns: Columns) -> None:
        """Require numbers, no names or one per column, and as many times or intervals as rows."""
        values = columns.arrays.get("values")
        if values is None or values.ndim == 0 or values.dtype.newbyteorder("=") != np.float32:
            raise ValueError("there are no values of float32")
        tensor_rows.check_stored(columns, len(values))
        names = columns.attributes.get("column_names")
        if type(names) is not list or any(type(name) is not str for name in names):
            raise ValueError(f"the attribute 'column_names' is {names!r:.50}, not a list of names")
        count = values.shape[-1] if values.ndim > 1 else 1
        if names and len(names) != count:
            raise ValueError(f"{count} columns need as many names, not {len(names)}")

    @classmethod
    def from_columns(cls, columns: Columns) -> Self:
        """Make a tensor over stored arrays, without a copy."""
        tensor, names = cls.__new__(cls), tuple(columns.attributes["column_names"])
        tensor._fill(columns.arrays["values"], names, tensor_rows.stored_rows(columns.arrays))
        tensor._history = columns.histories.get("values", tensor._history)
        return tensor

    def _restricted(self, start_index: int, end_index: int) -> Self:
        chosen = self._rows.within(start_index, end_index)
        part = type(self).__new__(type(self))
        part._fill(self._values[chosen], self._column_names, self._rows.part(chosen))
        return part

    def _entry_count(self) -> int:
        return self.numRows()

    def _require_data(self) -> None:
        if not self._values.size:
            raise RuntimeError("the tensor is empty")

    def __len__(self) -> int:
        return self.numRows()

    def __bool__(self) -> bool:
        return True  # scripts ask `if tensor:` whether a key exists; upstream's class has no length

    def __getitem__(self, index: Any) -> Any:
        """Index the array as NumPy does; arrays are read-only views."""
        return self.values[index]

    def __iter__(self) -> Iterator[npt.NDArray[np.float32]]:
        return iter(self._values)

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> npt.NDArray[Any]:
        return as_array(self.values, dtype, copy)

    def __repr__(self) -> str:
        return f"TensorData(shape={tuple(self.shape())})"


def _as_values(array: npt.ArrayLike, *, copy: bool) -> npt.NDArray[np.float32]:
    try:
        given = np.asarray(array)
        with np.errstate(over="ignore"):  # too large becomes infinite, as for every float32 argument
            return frozen(np.array(given, np.float32, order="C")) if copy else np.ascontiguousarray(given, np.float32)
    except (TypeError, ValueError):
        raise refused("array", "an array of numbers", array) from None


def _as_names(names: Any) -> tuple[str, ...]:
    return tuple(as_str(name, "column_names") for name in as_list(names, "column_names"))


def _time_index(t: int | TimeFrameIndex | None, time_index: int | TimeFrameIndex | None) -> int:
    """Return the argument of a row look-up, which has two names: ours, and upstream's."""
    if (t is None) == (time_index is None):
        raise TypeError("incompatible function arguments: give one time index")
    return as_int(t if t is not None else time_index, "time_index")
