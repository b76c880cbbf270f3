"""The registry of data types: one line each; a package adds its own as entry points ``whiskertoolbox.types``."""

from __future__ import annotations

import functools

from whiskertoolbox_python.plugins import plugins, refuse_plugin
from whiskertoolbox_python.types.analog import AnalogTimeSeries
from whiskertoolbox_python.types.data_object import DataObject
from whiskertoolbox_python.types.events import DigitalEventSeries
from whiskertoolbox_python.types.intervals import DigitalIntervalSeries
from whiskertoolbox_python.types.kinds import KindInfo, unknown_kind
from whiskertoolbox_python.types.lines import LineData
from whiskertoolbox_python.types.masks import MaskData
from whiskertoolbox_python.types.media import MediaData
from whiskertoolbox_python.types.points import PointData
from whiskertoolbox_python.types.ragged_analog import RaggedAnalogTimeSeries
from whiskertoolbox_python.types.tensor import TensorData

BUILT_IN: tuple[type[DataObject], ...] = (
    AnalogTimeSeries,
    DigitalEventSeries,
    DigitalIntervalSeries,
    LineData,
    MaskData,
    PointData,
    RaggedAnalogTimeSeries,
    MediaData,
    TensorData,
)

_BY_NAME = {kind.name: (cls, kind) for cls in BUILT_IN for kind in cls.kinds()}


def class_named(name: str) -> type[DataObject] | None:
    """Return the class that stored objects of a kind become; None for one that is not installed."""
    found = _BY_NAME.get(name) or _added().get(name)
    return None if found is None else found[0]


def kind_named(name: str) -> KindInfo:
    """Return what a stored kind is called, counted in and drawn with."""
    found = _BY_NAME.get(name) or _added().get(name)
    return unknown_kind(name) if found is None else found[1]


def is_installed(cls: type) -> bool:
    """Return whether a class is one of ours or of an installed package; a subclass in a script is neither."""
    return cls in BUILT_IN or any(cls is added for added, _ in _added().values())


@functools.cache
def _added() -> dict[str, tuple[type[DataObject], KindInfo]]:
    """Return the types of installed packages; looked for when a name is not one of ours."""
    added: dict[str, tuple[type[DataObject], KindInfo]] = {}
    for label, cls in plugins("whiskertoolbox.types"):
        if not (isinstance(cls, type) and issubclass(cls, DataObject)):
            refuse_plugin("whiskertoolbox.types", label, f"{cls!r} is not a subclass of DataObject")
            continue
        for kind in cls.kinds():
            if kind.name in _BY_NAME or kind.name in added:
                refuse_plugin("whiskertoolbox.types", label, f"there is a type {kind.name!r} already")
            else:
                added[kind.name] = cls, kind
    return added
