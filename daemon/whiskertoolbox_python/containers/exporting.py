"""Writing several keys into one file or folder that the field's other tools, or a load config, read."""

from __future__ import annotations

import importlib.util
import inspect
import os
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whiskertoolbox_python.containers import folder_writing, nwb_writing, pose_writing, table_writing
from whiskertoolbox_python.errors import SaveError, SaveWarning
from whiskertoolbox_python.held_files import patiently
from whiskertoolbox_python.parameters import suggest, unknown_names
from whiskertoolbox_python.target import Entry, Target
from whiskertoolbox_python.upstream.notices import notice

Progress = Callable[[int, int, str], None]
"""Called with keys done, keys in all, and the key that is written next."""


@dataclass(frozen=True)
class Question:
    """An option that is worth asking for before an export.

    Attributes
    ----------
    option : str
        Its name.
    prompt, example : str
        What to ask, and what an answer looks like.
    """

    option: str
    prompt: str
    example: str


@dataclass(frozen=True, kw_only=True)
class Exporter:
    """A format that keys are exported to: one line in the registry."""

    name: str
    """As the loader of the same files is called."""
    title: str
    doc: str
    """What such a file holds."""
    suffixes: tuple[str, ...] = ()
    """None: it is a folder."""
    write: Callable[..., None]
    holds: Callable[[Sequence[Entry]], bool]
    """Whether these keys have a place in one such file."""
    needs: tuple[str, ...] = ()
    """Packages that it needs, as pip takes them."""
    questions: tuple[Question, ...] = ()


EXPORTERS = (
    Exporter(
        name="nwb",
        title="Neurodata Without Borders",
        doc="Signals, events, intervals, points with their likelihoods (ndx-pose), external videos; sorted units.",
        suffixes=(".nwb",),
        write=nwb_writing.write,
        holds=nwb_writing.holds,
        needs=("pynwb", "ndx-pose"),
        questions=(
            Question(
                "session_start_time", "When did the recording start, with its time zone?", "2026-03-01T10:00:00+01:00"
            ),
        ),
    ),
    Exporter(
        name="deeplabcut_hdf5",
        title="DeepLabCut (HDF5)",
        doc="Points with likelihoods; pandas 1.5 to 3.1 read it.",
        suffixes=(".h5",),
        write=pose_writing.write_deeplabcut,
        holds=pose_writing.holds,
        needs=("pandas", "tables"),
    ),
    Exporter(
        name="sleap_analysis",
        title="SLEAP analysis file",
        doc="Points with likelihoods; all frames from 0 on.",
        suffixes=(".analysis.h5",),
        write=pose_writing.write_sleap_analysis,
        holds=pose_writing.holds,
        needs=("h5py",),
    ),
    Exporter(
        name="movement",
        title="movement (netCDF)",
        doc="Points with likelihoods.",
        suffixes=(".nc",),
        write=pose_writing.write_movement,
        holds=pose_writing.holds,
        needs=("xarray", "h5netcdf", "h5py"),
        questions=(Question("fps", "How many frames a second has the video?", "500"),),
    ),
    Exporter(
        name="table_csv",
        title="CSV table with named columns",
        doc="One key, or signals with the same times: a column each beside their seconds.",
        suffixes=(".csv",),
        write=table_writing.write_csv,
        holds=table_writing.holds,
    ),
    Exporter(
        name="arrow",
        title="Parquet table",
        doc="The same as the CSV table.",
        suffixes=(".parquet",),
        write=table_writing.write_parquet,
        holds=table_writing.holds,
        needs=("pyarrow",),
    ),
    Exporter(
        name="csv",
        title="Folder of CSV files with a load config",
        doc="Everything but media: a file each, clocks, and `recording.json`, which `dm.load` reads back exactly.",
        write=folder_writing.write,
        holds=folder_writing.holds,
    ),
)
"""In the order in which they are offered; of two that fit a file name the one with the longer suffix is taken."""


@dataclass(frozen=True)
class ExportFormat:
    """A format that can hold certain keys.

    Attributes
    ----------
    name, title : str
        For `export_file`, and for people.
    suffix : str
        How the file's name ends; "" when it is a folder.
    missing : tuple of str
        Packages that are not installed, as pip takes them.
    questions : tuple of Question
        Options worth asking for.
    """

    name: str
    title: str
    suffix: str
    missing: tuple[str, ...]
    questions: tuple[Question, ...]


def export_formats(manager: Target, keys: Iterable[str] | None = None) -> list[ExportFormat]:
    """List the formats that can hold keys together.

    Parameters
    ----------
    manager : DataManager
        Where the keys are.
    keys : names, optional
        What is to be written; all keys by default.

    Returns
    -------
    list of ExportFormat
        Also of those whose packages are missing, which it names.

    Raises
    ------
    SaveError
        When a key is not known.

    Examples
    --------
    >>> from whiskertoolbox_python import DataManager, DigitalEventSeries
    >>> manager = DataManager()
    >>> manager.setData("licks", DigitalEventSeries([3, 8]), "time")
    >>> [one.name for one in export_formats(manager, ["licks"])]
    ['nwb', 'table_csv', 'arrow', 'csv']
    """
    entries = _entries(manager, keys)
    return [
        ExportFormat(
            one.name,
            one.title,
            next(iter(one.suffixes), ""),
            tuple(name for name in one.needs if not _is_installed(name)),
            one.questions,
        )
        for one in EXPORTERS
        if entries and one.holds(entries)
    ]


def export_file(
    manager: Target,
    path: str | os.PathLike[str],
    *,
    keys: Iterable[str] | Mapping[str, Iterable[str]] | None = None,
    format: str | None = None,
    overwrite: bool = True,
    progress: Progress | None = None,
    **options: Any,
) -> Path:
    """Write keys into a file of another tool, or into a folder that a load config reads.

    Parameters
    ----------
    manager : DataManager
        Where the keys are.
    path : path
        File to write; replaced only when all of the new one has been written. A folder gets files for all keys and
        ``recording.json``, the load config; other files in it stay.
    keys : names, or mapping of individuals to names, optional
        What to write; everything that the format can hold by default. A pose format takes key points, and the signal
        ``<key>_likelihood`` (or ``_score``, ``_confidence``) with each. A table takes one key, or signals with the
        same times.
    format : {"nwb", "deeplabcut_hdf5", "sleap_analysis", "movement", "table_csv", "arrow", "csv"}, optional
        By default what the end of the file name says; ``"csv"``, the folder, where it has none.
    overwrite : bool
        Whether files that are there may be replaced.
    progress : callable, optional
        Called with the number of keys done, that of all, and the key that is written next.
    **options
        Of NWB: ``session_description``, ``session_start_time`` (a datetime with a zone, or its ISO text),
        ``identifier``, ``subject`` (a mapping), ``units`` (keys of events that are sorted units), ``unit`` (of each
        signal, by key). Of movement: ``fps``.

    Returns
    -------
    Path
        What was written.

    Raises
    ------
    SaveError
        When a key, format or option is not known, a package is missing, the format cannot hold the data, or something
        is there that may not be replaced.
    """
    target = Path(path).absolute()
    exporter = _exporter(target, format)
    reserved = ("keys", "begin", "warn")
    known = [name for name, one in inspect.signature(exporter.write).parameters.items() if one.kind == one.KEYWORD_ONLY]
    unknown = unknown_names([name for name in known if name not in reserved], options)
    if unknown:
        raise SaveError(f"{target}: {'; '.join(unknown)}")
    entries = _entries(manager, _flat(keys))
    chosen = entries if keys is not None else [entry for entry in entries if exporter.holds([entry])]
    left_out = [entry.key for entry in entries if keys is None and chosen and not exporter.holds([*chosen, entry])]
    if not overwrite and is_taken(target):
        raise SaveError(f"{target} is there already; overwrite=True replaces it")
    if target.is_dir() == bool(exporter.suffixes) and target.exists():
        raise SaveError(f"{target} is a {'folder' if target.is_dir() else 'file'}; give another name")
    temporary = temporary_of(target)
    begin = _Counter(len(chosen), progress)
    try:
        if not chosen:
            raise SaveError(f"{target}: there is nothing to write that {exporter.title} can hold")
        if left_out:
            _warn(f"{target}: {exporter.title} has no place for {', '.join(left_out)}; left out")
        exporter.write(
            manager,
            temporary,
            keys=keys if isinstance(keys, Mapping) else [entry.key for entry in chosen],
            begin=begin,
            warn=_warn,
            **options,
        )
        _put_in_place(temporary, target)
    except TypeError as error:
        raise SaveError(f"{target}: {error}") from error
    finally:
        remove_temporary(target)
    begin.finish()
    return target


def is_taken(path: Path) -> bool:
    """Return whether an export to a path would replace something; an empty folder is nothing."""
    return next(path.iterdir(), None) is not None if path.is_dir() else path.exists()


def temporary_of(path: Path) -> Path:
    """Return where an export writes before all is written: beside the target, by a name that follows from its own."""
    return path.with_name(f".{path.stem}.writing{path.suffix}")


def remove_temporary(path: Path) -> None:
    """Remove what an export to a path that has ended, or was killed, has left behind."""
    temporary = temporary_of(path)
    if temporary.is_dir():
        shutil.rmtree(temporary, ignore_errors=True)
    else:
        temporary.unlink(missing_ok=True)


def _warn(text: str) -> None:
    notice(text, category=SaveWarning)


class _Counter:
    """Tells which key is written next, and how many are done."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self._total = total
        self._progress = progress
        self._done = 0

    def __call__(self, key: str) -> None:
        if self._progress is not None:
            self._progress(min(self._done, self._total), self._total, key)
        self._done += 1

    def finish(self) -> None:
        if self._progress is not None:
            self._progress(self._total, self._total, "")


def _put_in_place(temporary: Path, target: Path) -> None:
    if not temporary.is_dir() or not target.exists():
        patiently(Path.replace, temporary, target)
        return
    for file in sorted(temporary.iterdir()):
        patiently(Path.replace, file, target / file.name)


def _exporter(path: Path, format: str | None) -> Exporter:
    if format is not None:
        found = next((one for one in EXPORTERS if one.name == format), None)
        if found is None:
            raise SaveError(f"{path}: unknown format {suggest(format, [one.name for one in EXPORTERS])}")
        return found
    if not path.suffix:
        return next(one for one in EXPORTERS if not one.suffixes)
    fitting = [one for one in EXPORTERS if one.suffixes and path.name.endswith(one.suffixes)]
    if not fitting:
        known = ", ".join(f"{one.name} ({one.suffixes[0] if one.suffixes else 'a folder'})" for one in EXPORTERS)
        raise SaveError(f"{path}: no format follows from the file name; give format (known: {known})")
    return max(fitting, key=lambda one: len(one.suffixes[0]))


def _entries(manager: Target, keys: Iterable[str] | None) -> list[Entry]:
    known = {entry.key: entry for entry in manager.entries()}
    if keys is None:
        return [entry for entry in known.values() if entry.size]
    wanted = list(dict.fromkeys(keys))
    for key in wanted:
        if key not in known:
            raise SaveError(f"unknown key {suggest(key, sorted(known))}")
    return [known[key] for key in wanted]


def _flat(keys: Iterable[str] | Mapping[str, Iterable[str]] | None) -> list[str] | None:
    if isinstance(keys, Mapping):
        return [key for several in keys.values() for key in several]
    return None if keys is None else list(keys)


def _is_installed(requirement: str) -> bool:
    return importlib.util.find_spec(requirement.replace("-", "_")) is not None
