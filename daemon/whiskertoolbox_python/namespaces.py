"""Data objects and clocks between a session and variables, as upstream's Python bridge moves them."""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping, MutableMapping
from typing import Any

from whiskertoolbox_python.target import Target
from whiskertoolbox_python.types.data_object import DataObject
from whiskertoolbox_python.types.media import MediaData
from whiskertoolbox_python.upstream.notices import notice

_NO_VARIABLE = re.compile(r"__.*|_\d*|___", re.ASCII | re.DOTALL)
"""Python's own names, and those that IPython gives to results."""


def import_new(target: Target, variables: Mapping[str, Any], time_key: str) -> list[str]:
    """Store the data objects among variables that are not stored yet, under their names; return the new keys."""
    known = {entry.key for entry in target.entries()}
    made: list[str] = []
    for name, value in list(variables.items()):
        if not isinstance(value, DataObject) or isinstance(value, MediaData) or _NO_VARIABLE.fullmatch(name):
            continue
        if name not in known:
            target.setData(name, value, time_key)  # gives notice of what is stored under another key
            if target.getData(name) is value:
                made.append(name)
        elif target.getData(name) is not value:
            notice(
                f"import_new: the key {name!r} holds other data than the variable; nothing was done "
                f"(to replace what it holds: dm.setData({name!r}, {name}, {time_key!r}))"
            )
    return sorted(made)


def expose_data(target: Target, key: str, name: str, variables: MutableMapping[str, Any]) -> bool:
    """Make the data of a key a variable; False, and no variable, if there is no such key."""
    return _expose(target.getData(key), name, variables)


def expose_time_frame(target: Target, time_key: str, name: str, variables: MutableMapping[str, Any]) -> bool:
    """Make a clock a variable; False, and no variable, if there is no such time key."""
    return _expose(target.getTime(time_key), name, variables)


def _expose(value: object, name: str, variables: MutableMapping[str, Any]) -> bool:
    if not name.isidentifier() or keyword.iskeyword(name):
        raise ValueError(f"{name!r} cannot be the name of a variable")
    if value is None:
        return False
    variables[name] = value
    return True
