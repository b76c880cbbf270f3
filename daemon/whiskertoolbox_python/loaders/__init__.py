"""Loaders: one module per format of a data type, one line here each.

To add one: write ``<data type>_<format>.py`` with an options dataclass, a function and a `Loader`; add its line to
`LOADERS`; subclass ``testing.LoaderContract`` for its tests. docs/formats.md is generated from what is declared here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from whiskertoolbox_python.loaders import (
    analog_binary,
    analog_csv,
    event_binary,
    event_csv,
    interval_binary,
    interval_csv,
    interval_state_csv,
    line_csv,
    mask_csv,
    mask_image,
    media,
    points_csv,
    points_dlc,
    ragged_hdf5,
    series_hdf5,
    tensor_csv,
    tensor_numpy,
    time_binary,
    time_derived,
    time_filename,
    time_text,
)
from whiskertoolbox_python.loaders._base import Loader, LoadError, LoadFailure, LoadReport, LoadWarning
from whiskertoolbox_python.loaders._options import suggest

__all__ = ["LOADERS", "LoadError", "LoadFailure", "LoadReport", "LoadWarning", "Loader", "find_loader"]

LOADERS: tuple[Loader, ...] = (
    analog_csv.LOADER,
    analog_binary.LOADER,
    series_hdf5.ANALOG_LOADER,
    event_csv.LOADER,
    event_csv.FOLDER_LOADER,
    event_binary.LOADER,
    series_hdf5.EVENT_LOADER,
    interval_csv.LOADER,
    interval_state_csv.LOADER,
    interval_binary.LOADER,
    points_csv.LOADER,
    points_dlc.ONE_PART_LOADER,
    points_dlc.LOADER,
    line_csv.LOADER,
    line_csv.FOLDER_LOADER,
    ragged_hdf5.LINE_LOADER,
    mask_csv.LOADER,
    ragged_hdf5.MASK_LOADER,
    mask_image.LOADER,
    tensor_csv.LOADER,
    tensor_numpy.LOADER,
    media.VIDEO_LOADER,
    media.IMAGES_LOADER,
    time_binary.EDGES_LOADER,
    time_binary.LENGTH_LOADER,
    time_filename.LOADER,
    time_text.LOADER,
    time_derived.DERIVED_LOADER,
    time_derived.MAX_VALUE_LOADER,
)
"""Of several loaders of one format, the first is the one an entry without the layout option gets."""


def find_loader(entry: Mapping[str, Any]) -> Loader:
    """Return the loader for an entry of a load config.

    Raises
    ------
    LoadError
        When its data type, format or layout is missing or not known; the message lists the known ones.
    """
    data_type = entry.get("data_type")
    if data_type is None:
        raise LoadError(f'"data_type" is missing (known: {", ".join(dict.fromkeys(one.data_type for one in LOADERS))})')
    of_type = [loader for loader in LOADERS if loader.data_type == data_type]
    if not of_type:
        raise LoadError(f"unknown data_type {suggest(data_type, dict.fromkeys(one.data_type for one in LOADERS))}")
    of_format = [loader for loader in of_type if not loader.formats or entry.get("format") in loader.formats]
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
