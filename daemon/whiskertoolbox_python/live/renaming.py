"""Renaming keys and clocks of a manager, once it is known that they can be renamed."""

from __future__ import annotations

from whiskertoolbox_python.live.objects import LiveObjects
from whiskertoolbox_python.parameters import suggest


def rename_data(live: LiveObjects, key: str, new_key: str) -> None:
    """Carry out `DataManager.rename_data`."""
    live.synchronize()
    rows = live.store.rows("object")
    if key not in rows:
        raise KeyError(f"there is no data {suggest(key, rows)}")
    if not new_key or new_key in rows:
        raise ValueError(f"{new_key!r} is a data key already; delete it first" if new_key else "a key is empty")
    if live.data(key) is None:
        raise TypeError(f"{key!r} is of a type that is not installed here, {rows[key].type}")
    live.rename(key, new_key)


def rename_clock(live: LiveObjects, time_key: str, new_key: str) -> None:
    """Carry out `DataManager.rename_clock`."""
    live.synchronize()
    rows = live.store.rows("clock")
    if time_key not in rows:
        raise KeyError(f"there is no time key {suggest(time_key, rows)}")
    if time_key == "time":
        raise ValueError("the clock 'time' cannot be renamed: every session has one of that name")
    if not new_key or new_key in rows:
        raise ValueError(f"{new_key!r} is a time key already; use another" if new_key else "a time key is empty")
    live.rename_clock(time_key, new_key)
