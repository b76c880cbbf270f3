"""A part of a session, in memory: what a pipeline is run on that is to see some of the data, and to change nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from whiskertoolbox_python.data_manager import DataManager
from whiskertoolbox_python.errors import TransformError
from whiskertoolbox_python.types.data_object import DataObject


def part_of(manager: DataManager, keys: Iterable[str], part: Callable[[str, DataObject], DataObject]) -> DataManager:
    """Return a DataManager in memory that has `part` of what some keys hold, on the same clocks.

    Raises
    ------
    TransformError
        When there is no such key.
    """
    made = DataManager()
    for key in keys:
        data, time_key = manager.getData(key), manager.getTimeKey(key)
        if data is None:
            raise TransformError(f"{manager.path}: there is no data key {key!r}")
        data = part(key, data)
        clock = manager.getTime(time_key)
        if clock is not None and made.getTime(time_key) is not clock:
            made.setTime(time_key, clock, overwrite=True)
        made.setData(key, data, time_key)
    return made
