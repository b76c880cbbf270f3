"""The names that code may use in strings: data keys, clocks, groups, data types, formats and transforms."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from whiskertoolbox_python import DataManager, Entry

KnownNames = Mapping[str, Mapping[str, str]]
"""Kind of name -> name -> what there is to say of it in a few words. Kinds: those of `language.expected.NameKind`."""


def listed_entries(manager: DataManager) -> list[Entry]:
    """All data keys but the empty placeholder ``media``, which every session has."""
    return [entry for entry in manager.entries() if entry.key != "media" or entry.size]


def known_names(manager: DataManager) -> KnownNames:
    """Return the names in the newest state of a session, sorted within their kind."""
    manager.refresh()
    groups = manager.getEntityGroupManager()
    return {
        "key": {
            entry.key: f"{entry.kind.label} · {entry.kind.count(entry.size)} · {entry.time_key}"
            for entry in sorted(listed_entries(manager), key=lambda entry: entry.key)
        },
        "clock": {key: f"clock · {size:,} ticks" for key, size in sorted(manager.clocks())},
        "group": {
            group.name: f"group · {group.entity_count:,} entities"
            for group in sorted(groups.getAllGroupDescriptors(), key=lambda group: group.name)
        },
        **_of_library(),
    }


def class_names(manager: DataManager) -> dict[str, str]:
    """Return each key with the name of its class in the library; of types from elsewhere, that of their base."""
    import whiskertoolbox_python as library
    from whiskertoolbox_python.types.registry import class_named

    manager.refresh()
    found = {}
    for entry in listed_entries(manager):
        cls = class_named(entry.kind.name)
        name = "DataObject" if cls is None else cls.__name__
        found[entry.key] = name if name in library.__all__ else "DataObject"
    return found


@functools.cache
def _of_library() -> KnownNames:
    """Names that do not change with the session."""
    from whiskertoolbox_python import transforms
    from whiskertoolbox_python.formats.registry import loaders

    formats: dict[str, list[str]] = {}
    for loader in loaders():
        for name in loader.formats:
            formats.setdefault(name, []).append(loader.data_type)
    return {
        "dataType": {loader.data_type: "data type" for loader in loaders()},
        "format": {name: f"format · {', '.join(dict.fromkeys(formats[name]))}" for name in sorted(formats)},
        "transform": dict.fromkeys(transforms(), "transform"),
    }
