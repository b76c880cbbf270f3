"""The registry of formats: one line for each loader and each saver; modules are imported when a file is first used.

To add one: write ``<data type>_<format>.py`` with an options dataclass, a function and a `Loader` or `Saver`; add its
line to `LOADERS` or `SAVERS`; subclass ``testing.LoaderContract`` or ``SaverContract`` for its tests. docs/formats.md
is generated from what is declared here. A package adds them as entry points ``whiskertoolbox.formats``.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Iterable, Mapping
from typing import Any

from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats._loader import Loader
from whiskertoolbox_python.formats._saver import Saver
from whiskertoolbox_python.parameters import suggest
from whiskertoolbox_python.plugins import plugins, refuse_plugin

LOADERS = (
    "analog_csv:LOADER",
    "analog_binary:LOADER",
    "series_hdf5:ANALOG_LOADER",
    "event_csv:LOADER",
    "event_csv:FOLDER_LOADER",
    "event_binary:LOADER",
    "series_hdf5:EVENT_LOADER",
    "interval_csv:LOADER",
    "interval_state_csv:LOADER",
    "interval_binary:LOADER",
    "points_csv:LOADER",
    "points_dlc:ONE_PART_LOADER",
    "points_dlc:LOADER",
    "line_csv:LOADER",
    "line_csv:FOLDER_LOADER",
    "ragged_hdf5:LINE_LOADER",
    "mask_csv:LOADER",
    "ragged_hdf5:MASK_LOADER",
    "mask_image:LOADER",
    "tensor_csv:LOADER",
    "tensor_numpy:LOADER",
    "media:VIDEO_LOADER",
    "media:IMAGES_LOADER",
    "time_binary:EDGES_LOADER",
    "time_binary:LENGTH_LOADER",
    "time_filename:LOADER",
    "time_text:LOADER",
    "time_derived:DERIVED_LOADER",
    "time_derived:MAX_VALUE_LOADER",
)
"""Module and name of each; of several loaders of one format, an entry without the layout option gets the first."""

SAVERS = (
    "series_csv_savers:ANALOG_SAVER",
    "binary_savers:ANALOG_SAVER",
    "hdf5_savers:ANALOG_SAVER",
    "series_csv_savers:EVENT_SAVER",
    "binary_savers:EVENT_SAVER",
    "hdf5_savers:EVENT_SAVER",
    "series_csv_savers:INTERVAL_SAVER",
    "binary_savers:INTERVAL_SAVER",
    "points_csv_saver:SAVER",
    "line_csv_saver:SAVER",
    "line_csv_saver:FOLDER_SAVER",
    "hdf5_savers:LINE_SAVER",
    "mask_savers:CSV_SAVER",
    "hdf5_savers:MASK_SAVER",
    "mask_savers:IMAGE_SAVER",
    "tensor_savers:CSV_SAVER",
    "tensor_savers:NUMPY_SAVER",
)
"""Module and name of each; of several savers of one format, the first is used without the layout option."""


@functools.cache
def loaders() -> tuple[Loader, ...]:
    """Return all loaders: the built-in ones, then those of installed packages."""
    return (*built_in_loaders(), *(one for one in _plugins() if isinstance(one, Loader)))


@functools.cache
def savers() -> tuple[Saver, ...]:
    """Return all savers: the built-in ones, then those of installed packages."""
    return (*map(_built_in, SAVERS), *(one for one in _plugins() if isinstance(one, Saver)))


def built_in_loaders() -> tuple[Loader, ...]:
    """Return the loaders of this library: of one data type each, then of files that hold several things."""
    containers = importlib.import_module("whiskertoolbox_python.containers.loaders")  # which is built upon this package
    return (*map(_built_in, LOADERS), *containers.LOADERS)


def _built_in(line: str) -> Any:
    module, name = line.split(":")
    return getattr(importlib.import_module(f"whiskertoolbox_python.formats.{module}"), name)


@functools.cache
def _plugins() -> tuple[Loader | Saver, ...]:
    found: list[Loader | Saver] = []
    for label, declared in plugins("whiskertoolbox.formats"):
        several: Iterable[object] = declared if isinstance(declared, (tuple, list)) else (declared,)
        for one in several:
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
