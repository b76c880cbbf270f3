"""Saving one data object: finding the saver, and the load-config entry that reads the file back."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import Any

from whiskertoolbox_python.errors import LoadError, SaveError, SaveWarning
from whiskertoolbox_python.formats._saver import Destination, Saver
from whiskertoolbox_python.formats.registry import savers
from whiskertoolbox_python.parameters import names_of, parse_options, suggest, unknown_names
from whiskertoolbox_python.target import Target
from whiskertoolbox_python.types.kinds import KindInfo
from whiskertoolbox_python.upstream.notices import notice

_FORMATS = {".csv": "csv", ".txt": "csv", ".npy": "numpy", ".h5": "hdf5", ".hdf5": "hdf5", ".bin": "binary"}


def save(
    manager: Target,
    key: str,
    path: str | os.PathLike[str],
    *,
    format: str | None = None,
    **options: Any,
) -> dict[str, Any]:
    """Carry out `DataManager.save`."""
    path = _place(Path(path), options)
    data = manager.getData(key)
    entries = {entry.key: entry for entry in manager.entries()}
    if data is None or key not in entries:
        raise SaveError(f"there is no data {suggest(key, sorted(entries))}")
    saver = _find_saver(key, entries[key].kind, format or _FORMATS.get(path.suffix.lower()), options)
    layout = [saver.layout_option] if saver.layout_option else []
    unknown = unknown_names([*names_of(saver.options), *layout], options)
    if unknown:
        raise SaveError(f"{key}: {'; '.join(unknown)}")
    target = Destination(path, key, partial(notice, category=SaveWarning))
    try:
        loader_options = saver.save(data, target, parse_options(saver.options, options))
    except LoadError as error:  # an option of a wrong type, or a package that is not installed
        raise SaveError(f"{key}: {error}") from error
    entry = {"data_type": saver.data_type, "format": saver.formats[0], "name": key, "filepath": str(path)}
    return {**entry, "clock": entries[key].time_key, **loader_options}


def _place(path: Path, options: dict[str, Any]) -> Path:
    """Return where to save; take the options that say so out of the others."""
    parts = (options.pop("parent_dir", path.parent), options.pop("filename", path.name))
    try:
        place = Path(*parts).absolute()
    except TypeError:
        raise SaveError(f"parent_dir and filename must be texts, not {parts[0]!r} and {parts[1]!r}") from None
    if "\0" in str(place):
        raise SaveError(f"{str(place)!r} cannot be the name of a file")
    return place


def _find_saver(key: str, kind: KindInfo, wanted: str | None, options: dict[str, Any]) -> Saver:
    of_type = [saver for saver in savers() if saver.data_type == kind.config_word]
    if not of_type:
        raise SaveError(f"{key} is {kind.label}; there is no format to save it in")
    of_format = [saver for saver in of_type if wanted in saver.formats]
    if not of_format:
        known = dict.fromkeys(name for saver in of_type for name in saver.formats)
        if wanted is None:
            raise SaveError(f"{key}: no format follows from the file name; give format= (known: {', '.join(known)})")
        raise SaveError(f"{key}: unknown {kind.config_word} format {suggest(wanted, known)}")
    for saver in of_format:
        option = saver.layout_option
        if option is None or options.get(option, of_format[0].layout_value) == saver.layout_value:
            return saver
    layouts = [str(one.layout_value) for one in of_format]
    raise SaveError(f"{key}: unknown {option} {suggest(options[str(option)], layouts)}")
