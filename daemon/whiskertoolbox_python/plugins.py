"""What installed packages add: data types, formats and transforms, through entry points.

A package declares them in its ``pyproject.toml``::

    [project.entry-points."whiskertoolbox.formats"]
    trace = "my_package:TRACE_LOADER"

They are imported when something of their group is first asked for, never by ``import whiskertoolbox_python``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from whiskertoolbox_python.upstream.notices import notice

Group = Literal["whiskertoolbox.types", "whiskertoolbox.formats", "whiskertoolbox.transforms"]


def plugins(group: Group) -> Iterator[tuple[str, Any]]:
    """Yield each object that an installed package declares in a group, with a name for messages.

    A plugin that cannot be imported is left out, with a warning that names it: it must not take the others along.
    """
    import importlib.metadata  # slow, and seldom needed

    for point in importlib.metadata.entry_points(group=group):
        label = f"{point.name} = {point.value}"
        try:
            loaded = point.load()
        except Exception as error:  # whatever the package does when it is imported
            notice(f"the plugin {label} of {group} cannot be imported: {type(error).__name__}: {error}")
            continue
        yield label, loaded


def refuse_plugin(group: Group, label: str, reason: str) -> None:
    """Warn that a plugin is left out."""
    notice(f"the plugin {label} of {group} is left out: {reason}")
