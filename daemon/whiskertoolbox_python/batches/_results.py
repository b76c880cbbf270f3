"""What a batch made: results in order, errors by item, and what they are put together to."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from whiskertoolbox_python.batches._tasks import MadeData, Task
from whiskertoolbox_python.data_manager import DataManager
from whiskertoolbox_python.errors import BatchError, TransformError
from whiskertoolbox_python.transforming._joining import join
from whiskertoolbox_python.transforming._tables import BuiltTable
from whiskertoolbox_python.types.data_object import DataObject


@dataclass(frozen=True)
class ItemError:
    """What went wrong with one item.

    Attributes
    ----------
    number : int
        Its place in `BatchResult.values`.
    label, message, traceback : str
        What it is, the error's type and text, and where in the function it happened.

    Examples
    --------
    >>> print(ItemError(0, "trials 1", "ValueError: no samples"))
    trials 1: ValueError: no samples
    """

    number: int
    label: str
    message: str
    traceback: str = ""

    def __str__(self) -> str:
        return f"{self.label}: {self.message}"


@dataclass(frozen=True)
class BatchResult:
    """What a batch made.

    Attributes
    ----------
    values : list
        What the function returned for each item, in order; None where it failed or was not run.
    labels : list of str
        What each item is.
    errors : list of ItemError

    Examples
    --------
    >>> import whiskertoolbox_python as wt
    >>> result = wt.BatchResult([1.5, None], ["trials 1", "trials 2"], [])
    >>> result.table().columns[0].tolist()
    [1.5, nan]
    """

    values: list[Any]
    labels: list[str]
    errors: list[ItemError] = field(default_factory=list)
    _tasks: Sequence[Task] = field(default=(), repr=False)
    _again: Callable[[BatchResult, Any], BatchResult] | None = field(default=None, repr=False)
    _left: Sequence[int] = field(default=(), repr=False)
    """Places of the items that were not run, as the batch was cancelled."""

    def __len__(self) -> int:
        return len(self.values)

    def __str__(self) -> str:
        done = len(self.values) - len(self.errors) - len(self._left)
        return "\n".join([f"{done} of {len(self.values)} done", *map(str, self.errors[:20])])

    def raise_errors(self) -> None:
        """Raise BatchError if an item failed; its message names the first and gives its traceback."""
        if self.errors:
            first = self.errors[0]
            raise BatchError(
                f"{len(self.errors)} of {len(self.values)} failed, the first is {first}\n{first.traceback}"
            )

    def retry(self, function: Any = None) -> BatchResult:
        """Run the items that failed again, and those that a cancelled batch has not come to; return all results.

        Parameters
        ----------
        function : callable, optional
            A mended function, in place of the one before.
        """
        if self._again is None:
            raise TransformError("this result belongs to no batch")
        return self._again(self, function)

    def table(self, names: Sequence[str] | None = None) -> BuiltTable:
        """Return the results as a table with a row for each item.

        Parameters
        ----------
        names : list of str, optional
            Names of the columns; of results that are dicts, their keys.

        Raises
        ------
        TransformError
            When results are not numbers, or lists or dicts of as many numbers each.
        """
        rows = [_numbers(value) for value in self.values]
        keys = next((list(row) for row in rows if row), [])
        if names is not None and len(names) != len(keys):
            raise TransformError(f"results of {len(keys)} numbers need as many names, not {len(names)}")
        if any(row and list(row) != keys for row in rows):
            raise TransformError("results have different numbers, so there is no table of them")
        columns = [np.array([row.get(key, np.nan) for row in rows], np.float64) for key in keys]
        places = np.column_stack([np.arange(len(rows), dtype=np.int64)] * 2)
        return BuiltTable(list(names or keys), columns, places, "index")

    def save(self, path: str | os.PathLike[str], names: Sequence[str] | None = None) -> None:
        """Write the table as CSV or Parquet, by the ending of the name."""
        self.table(names).save(path)

    def store(self, dm: DataManager, key: str, time_key: str | None = None) -> None:
        """Store results together under a key: numbers as a tensor, data objects joined in their order.

        Results of a pipeline are joined for each key that it makes; `key` is put before their names then, unless it
        is empty. They are on the clock that the pipeline gave them, unless `time_key` names another; other results are
        on "time" then.

        Raises
        ------
        TransformError
            When there is no result, or results cannot be put together.
        """
        present = [value for value in self.values if value is not None]
        if self.values and not present:
            raise TransformError("no item gave a result, so there is nothing to store; see `errors`")
        if present and all(isinstance(value, dict) and _holds_objects(value) for value in present):
            for name in dict.fromkeys(name for value in present for name in value):
                joined = join([value[name] for value in present if name in value])
                clocks = [value.time_keys.get(name) for value in present if isinstance(value, MadeData)]
                clock = next((clock for clock in clocks if clock), "time")
                dm.setData(f"{key}{name}", joined, clock if time_key is None else time_key)
        elif present and all(isinstance(value, DataObject) for value in present):
            dm.setData(key, join(present), "time" if time_key is None else time_key)
        else:
            dm.setData(key, self.table().to_tensor(), "time" if time_key is None else time_key)


def _holds_objects(value: Mapping[str, Any]) -> bool:
    return all(isinstance(item, DataObject) for item in value.values())


def _numbers(value: Any) -> dict[str, float]:
    if value is None:
        return {}
    if isinstance(value, Mapping):
        return {str(name): float(item) for name, item in value.items()}
    try:
        numbers = np.atleast_1d(np.asarray(value, np.float64))
    except (TypeError, ValueError):
        raise TransformError(f"a result is a {type(value).__name__}, so there is no table of them") from None
    if numbers.ndim > 1:
        raise TransformError(f"a result has the shape {numbers.shape}, so there is no table of them")
    return {"value" if len(numbers) == 1 else f"value {place}": float(number) for place, number in enumerate(numbers)}
