"""Writing several keys into one file that the field's other tools read."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy.typing as npt

from whiskertoolbox_python.containers import nwb_writing, pose_writing
from whiskertoolbox_python.errors import SaveError, SaveWarning
from whiskertoolbox_python.parameters import suggest
from whiskertoolbox_python.target import Target
from whiskertoolbox_python.upstream.notices import notice

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Exporter:
    """A format that keys are exported to."""

    name: str
    suffixes: tuple[str, ...]
    write: Callable[..., None]
    needs: tuple[str, ...]


EXPORTERS = (
    Exporter("nwb", (".nwb",), nwb_writing.write, ("pynwb", "ndx-pose")),
    Exporter("deeplabcut_hdf5", (".h5",), pose_writing.write_deeplabcut, ("pandas", "tables")),
    Exporter("sleap_analysis", (".analysis.h5",), pose_writing.write_sleap_analysis, ("h5py",)),
    Exporter("movement", (".nc",), pose_writing.write_movement, ("xarray", "h5netcdf")),
)


def export_file(
    manager: Target,
    path: str | os.PathLike[str],
    *,
    keys: Iterable[str] | Mapping[str, Iterable[str]] | None = None,
    format: str | None = None,
    **options: Any,
) -> Path:
    """Write keys into a file of another tool.

    Parameters
    ----------
    manager : DataManager
        Where the keys are.
    path : path
        File to write; replaced only when all of the new one has been written.
    keys : names, or mapping of individuals to names, optional
        What to write; everything that the format can hold by default. A pose format takes key points, and the signal
        ``<key>_likelihood`` (or ``_score``, ``_confidence``) with each.
    format : {"nwb", "deeplabcut_hdf5", "sleap_analysis", "movement"}, optional
        By default what the end of the file name says.
    **options
        Of NWB: ``session_description``, ``session_start_time`` (a datetime with a zone), ``identifier``, ``subject`` (a
        mapping), ``units`` (keys of events that are sorted units), ``unit`` (of each signal, by key).
        Of movement: ``fps``.

    Returns
    -------
    Path
        The file that was written.

    Raises
    ------
    SaveError
        When a key or format is not known, a package is missing, or the format cannot hold the data.
    """
    target = Path(path).absolute()
    exporter = _exporter(target, format)
    known = {entry.key for entry in manager.entries()}
    wanted = _flat(keys)
    for key in wanted or ():
        if key not in known:
            raise SaveError(f"{target}: unknown key {suggest(key, sorted(known))}")
    temporary = target.with_name(f".{target.stem}.writing{target.suffix}")
    try:
        exporter.write(manager, temporary, keys=keys, warn=lambda text: notice(text, category=SaveWarning), **options)
        os.replace(temporary, target)
    except TypeError as error:
        raise SaveError(f"{target}: {error}") from error
    finally:
        temporary.unlink(missing_ok=True)
    return target


def _exporter(path: Path, format: str | None) -> Exporter:
    if format is not None:
        found = next((one for one in EXPORTERS if one.name == format), None)
        if found is None:
            raise SaveError(f"{path}: unknown format {suggest(format, [one.name for one in EXPORTERS])}")
        return found
    fitting = [one for one in EXPORTERS if path.name.endswith(one.suffixes)]
    if not fitting:
        known = ", ".join(f"{one.name} ({one.suffixes[0]})" for one in EXPORTERS)
        raise SaveError(f"{path}: no format follows from the file name; give format (known: {known})")
    return max(fitting, key=lambda one: len(one.suffixes[0]))


def _flat(keys: Iterable[str] | Mapping[str, Iterable[str]] | None) -> list[str] | None:
    if keys is None:
        return None
    if isinstance(keys, Mapping):
        return [key for several in keys.values() for key in several]
    return list(keys)
