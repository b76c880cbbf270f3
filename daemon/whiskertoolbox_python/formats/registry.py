"""The registry of formats: one line for each module; they are imported when a file is first used.

To add one: write ``<data type>_<format>.py`` with an options dataclass, a function and a `Loader` or `Saver`, or both,
and list them in its `FORMATS`; add its line to `MODULES`; subclass ``testing.LoaderContract`` or ``SaverContract`` for
its tests. docs/formats.md is generated from what is declared here. A package declares the same tuple as an entry point
``whiskertoolbox.formats``.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Mapping
from typing import Any

from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats._loader import Loader
from whiskertoolbox_python.formats._saver import Saver
from whiskertoolbox_python.parameters import suggest
from whiskertoolbox_python.plugins import plugins, refuse_plugin

MODULES = (
    "analog_csv",
    "analog_binary",
    "series_hdf5",
    "event_csv",
    "event_binary",
    "interval_csv",
    "interval_state_csv",
    "interval_binary",
    "points_csv",
    "points_dlc",
    "line_csv",
    "line_capnp",
    "ragged_hdf5",
    "mask_csv",
    "mask_image",
    "tensor_csv",
    "tensor_numpy",
    "media",
    "time_binary",
    "time_filename",
    "time_text",
    "time_derived",
)
"""Of several loaders or savers of one format, an entry without the layout option gets the first."""

Format = Loader | Saver


@functools.cache
def loaders() -> tuple[Loader, ...]:
    """Return all loaders: the built-in ones, then those of installed packages."""
    return (*built_in_loaders(), *(one for one in _plugins() if isinstance(one, Loader)))


@functools.cache
def savers() -> tuple[Saver, ...]:
    """Return all savers: the built-in ones, then those of installed packages."""
    return tuple(one for one in (*_built_in(), *_plugins()) if isinstance(one, Saver))


def built_in_loaders() -> tuple[Loader, ...]:
    """Return the loaders of this library: of one data type each, then of files that hold several things."""
    containers = importlib.import_module("whiskertoolbox_python.containers.loaders")  # which is built upon this package
    return (*(one for one in _built_in() if isinstance(one, Loader)), *containers.LOADERS)


@functools.cache
def _built_in() -> tuple[Format, ...]:
    modules = (importlib.import_module(f"whiskertoolbox_python.formats.{name}") for name in MODULES)
    return tuple(one for module in modules for one in module.FORMATS)


@functools.cache
def _plugins() -> tuple[Format, ...]:
    found: list[Format] = []
    for label, declared in plugins("whiskertoolbox.formats"):
        for one in declared if isinstance(declared, (tuple, list)) else (declared,):
            if isinstance(one, (Loader, Saver)):
                found.append(one)
            else:
                refuse_plugin("whiskertoolbox.formats", label, f"{type(one).__name__} is neither a Loader nor a Saver")
    return tuple(found)


def find_loader(entry: Mapping[str, Any]) -> Loader:
    """Return the loader for an entry of a load config.

    Raises
    ------
    LoadError
        When its data type, format or layout is missing or not known; the message lists the known ones.
    """
    data_type = entry.get("data_type")
    data_types = dict.fromkeys(one.data_type for one in loaders())
    if data_type is None:
        raise LoadError(f'"data_type" is missing (known: {", ".join(data_types)})')
    of_type = [loader for loader in loaders() if loader.data_type == data_type]
    if not of_type:
        raise LoadError(f"unknown data_type {suggest(data_type, data_types)}")
    without_format = [loader for loader in of_type if not loader.formats]  # the suffix says what such a file is
    of_format = [loader for loader in of_type if entry.get("format") in loader.formats] or without_format
    if not of_format:
        known = dict.fromkeys(name for loader in of_type for name in loader.formats)
        if entry.get("format") is None:
            raise LoadError(f'{data_type} needs a "format" (known: {", ".join(known)})')
        raise LoadError(f"unknown {data_type} format {suggest(entry.get('format'), known)}")
    for loader in of_format:
        option = loader.layout_option
        if option is None or _same(entry.get(option, of_format[0].layout_value), loader.layout_value):
            return loader
    layouts = [str(one.layout_value) for one in of_format]
    raise LoadError(f"unknown {option} {suggest(entry[str(option)], layouts)}")


def _same(given: object, value: object) -> bool:
    return str(given).lower() == str(value).lower()
