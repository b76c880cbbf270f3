"""Carrying out a load config, and loading one file: finding loaders, registering what they make, binding clocks."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from whiskertoolbox_python.clocks.time_frame import TimeFrame
from whiskertoolbox_python.errors import LoadError, LoadWarning, StoreError
from whiskertoolbox_python.formats._config import Config, entry_label, read_config
from whiskertoolbox_python.formats._loader import Loader, Source
from whiskertoolbox_python.formats.registry import find_loader
from whiskertoolbox_python.formats.report import LoadFailure, LoadReport, one_line_reason
from whiskertoolbox_python.parameters import names_of, parse_options, unknown_names
from whiskertoolbox_python.target import Target
from whiskertoolbox_python.types.data_object import DataObject
from whiskertoolbox_python.types.media import VIDEO, MediaData
from whiskertoolbox_python.upstream.notices import notice

_COMMON_KEYS = ("data_type", "name", "filepath", "format", "clock", "color")
_DEFAULT_CLOCK = "time"
_RELATIVE = "; relative paths start at the folder of the load config"

Progress = Callable[[int, int, str], None]


def load(manager: Target, config_path: str | os.PathLike[str], *, progress: Progress | None = None) -> LoadReport:
    """Carry out `DataManager.load`."""
    config = read_config(Path(config_path).absolute())
    if manager.read_only:
        raise LoadError(
            f"{config.path}: the session {manager.path} is open read-only; open it for writing to load data"
        )
    load_run = _Run(manager, config)
    load_run.declare_clocks()
    for position, entry in enumerate(config.entries):
        if progress is not None:
            progress(position, len(config.entries), entry_label(entry, position))
        load_run.load_entry(entry, position)
    load_run.bind_late_clocks()
    load_run.check_declared_clocks()
    _time_from_media(manager)
    load_run.run_pipelines()
    if progress is not None:
        progress(len(config.entries), len(config.entries), "done")
    _warn_of_failures(config.path, load_run.report.failures)
    return load_run.report


def _warn_of_failures(path: Path, failures: list[LoadFailure]) -> None:
    """Tell a caller who does not look at the report."""
    if failures:
        more = f"; and {len(failures) - 1:,} more" if len(failures) > 1 else ""
        notice(f"{path}: not loaded: {failures[0]}{more}; the report's `failures` lists all", category=LoadWarning)


def load_file(
    manager: Target,
    path: str | os.PathLike[str],
    *,
    data_type: str,
    format: str | None = None,
    name: str | None = None,
    clock: str = _DEFAULT_CLOCK,
    **options: Any,
) -> list[str]:
    """Carry out `DataManager.load_file`."""
    path = Path(path).absolute()
    fields = {"data_type": data_type, "format": format, "name": name or path.stem, **options}
    entry = {key: value for key, value in fields.items() if value is not None} | {"filepath": str(path)}
    if data_type != "time" and manager.getTime(clock) is None:
        raise LoadError(f'{path}: there is no clock "{clock}" (known: {", ".join(sorted(dict(manager.clocks())))})')

    with _naming(path):
        loader = find_loader(entry)
    unknown = unknown_names(_known_keys(loader), options)
    if unknown:
        raise LoadError(f"{path}: {'; '.join(unknown)}")
    return _make(manager, loader, entry, path.parent, clock, partial(notice, category=LoadWarning))


class _Run:
    """One config being loaded: the report so far, and the clocks that data still wait for."""

    def __init__(self, manager: Target, config: Config) -> None:
        self.report = LoadReport(failures=list(config.failures), warnings=list(config.warnings))
        self._manager = manager
        self._config = config
        self._waiting: dict[str, tuple[str, str]] = {}
        self._pipelines: list[Any] = []

    def declare_clocks(self) -> None:
        """Register the config's clocks, empty, so that data can be bound before the clock's own entry is loaded."""
        for clock in self._config.clocks:
            existing = self._manager.getTime(clock)
            if existing is None:
                self._manager.setTime(clock, TimeFrame())
            elif existing.getTotalFrameCount():
                self._fail(
                    clock, str(self._config.path), f'the declared clock "{clock}" has times already; kept as it is'
                )

    def load_entry(self, entry: dict[str, Any], position: int) -> None:
        """Load one entry; whatever goes wrong becomes a failure of this entry only."""
        if "transformations" in entry:
            self._pipelines.append(entry["transformations"])
            return
        label = entry_label(entry, position)
        file = str(entry.get("filepath") or self._config.path)
        warn = self.report.warnings.append
        try:
            loader = find_loader(entry)
            for message in unknown_names(_known_keys(loader), entry):
                warn(f"{label}: {message} is ignored")
            clock = _clock_of(entry)
            exists = self._manager.getTime(clock) is not None
            made = _make(
                self._manager, loader, entry, self._config.path.parent, clock if exists else _DEFAULT_CLOCK, warn
            )
        except (LoadError, StoreError, OSError) as error:
            self._fail(label, file, one_line_reason(error))
            return
        except Exception as error:  # no entry may stop the others, whatever a library makes of its file
            self._fail(label, file, f"{type(error).__name__}: {one_line_reason(error)}")
            return
        self.report.made.extend(key for key in made if key not in self.report.made)
        for key in made if loader.data_type != "time" else ():
            self._waiting.pop(key, None)  # of an earlier entry with the same key
            if not exists:
                self._waiting[key] = (clock, file)

    def bind_late_clocks(self) -> None:
        """Bind the data whose clock was made by a later entry."""
        for key, (clock, file) in self._waiting.items():
            if not self._manager.setTimeKey(key, clock):
                known = ", ".join(sorted(dict(self._manager.clocks())))
                self._fail(
                    key, file, f'there is no clock "{clock}" (known: {known}); loaded on "{_DEFAULT_CLOCK}" instead'
                )

    def check_declared_clocks(self) -> None:
        """Report the declared clocks that no entry has filled."""
        for clock in self._config.clocks:
            frame = self._manager.getTime(clock)
            if frame is None or not frame.getTotalFrameCount():
                self._fail(clock, str(self._config.path), f'no entry has given the declared clock "{clock}" its times')

    def run_pipelines(self) -> None:
        """Run the pipelines on what was loaded, in their order; one that fails does not stop the others."""
        for pipeline in self._pipelines:
            try:
                made = self._manager.run_pipeline(pipeline).made
            except Exception as error:  # whatever a transform makes of its data
                made = getattr(getattr(error, "report", None), "made", [])
                self._fail("transformations", str(self._config.path), one_line_reason(error))
            self.report.made.extend(key for key in made if key not in self.report.made)

    def _fail(self, key: str, file: str, reason: str) -> None:
        self.report.failures.append(LoadFailure(key, file, reason))


def _known_keys(loader: Loader) -> list[str]:
    layout = [loader.layout_option] if loader.layout_option else []
    return [*names_of(loader.options), *layout, *_COMMON_KEYS]


def _clock_of(entry: Mapping[str, Any]) -> str:
    clock = entry.get("clock") or _DEFAULT_CLOCK
    if not isinstance(clock, str):
        raise LoadError(f'"clock" must be a time key, not {clock!r}')
    return clock


def _make(
    manager: Target,
    loader: Loader,
    entry: Mapping[str, Any],
    folder: Path,
    clock: str,
    warn: Callable[[str], None],
) -> list[str]:
    """Load one entry and register what it makes; return the keys."""
    name = entry.get("name") or loader.default_name
    if not isinstance(name, str):
        raise LoadError('the entry needs a "name", the key of what it makes')
    path = folder if loader.reads == "nothing" else folder / str(entry.get("filepath", ""))
    with _naming(path):
        options = parse_options(loader.options, entry)
        source = Source(_find_path(loader, entry, folder, warn), name, warn, manager)
        found = list(loader.load(source, options))  # all of it, before the first is registered
    made = dict(found)
    for key in made if len(made) < len(found) else ():
        count = [other for other, _ in found].count(key)
        if count > 1:
            warn(f"{source.path} has {count} that are to be {key}; the last one is")
    _register(manager, made, clock, warn)
    return list(made)


@contextlib.contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Turn whatever goes wrong with a file into a LoadError that names it."""
    try:
        yield
    except LoadWarning:  # made an error by the user
        raise
    except LoadError as error:
        if str(path) in str(error):
            raise
        raise LoadError(f"{path}: {error}") from error
    except PermissionError as error:
        raise LoadError(f"{error.filename or path} may not be read; change its permissions") from error
    except MemoryError as error:
        raise LoadError(f"{path}: there is not enough memory for what it holds") from error
    except Exception as error:  # whatever a library makes of the file
        raise LoadError(f"{path} cannot be loaded: {type(error).__name__}: {one_line_reason(error)}") from error


def _register(
    manager: Target, made: Mapping[str, DataObject | TimeFrame], clock: str, warn: Callable[[str], None]
) -> None:
    """Store what an entry makes; if that fails midway, none of its new keys stays."""
    known = {entry.key for entry in manager.entries()}
    stored: list[str] = []
    try:
        for key, data in made.items():
            if isinstance(data, TimeFrame):
                replaced = manager.getTime(key)
                if replaced is not None and replaced.ticks_per_second is not None and data.ticks_per_second is None:
                    warn(
                        f"the clock {key!r} was replaced by one of unknown rate (before: {replaced.ticks_per_second}); "
                        "give ticks_per_second"
                    )
                manager.setTime(key, data, overwrite=True)
                continue
            (manager.set_media if isinstance(data, MediaData) else manager.setData)(key, data, clock)
            stored.append(key)
    except StoreError:
        for key in set(stored) - known:
            manager.deleteData(key)
        raise


def _find_path(loader: Loader, entry: Mapping[str, Any], folder: Path, warn: Callable[[str], None]) -> Path:
    if loader.reads == "nothing":
        return folder
    given = entry.get("filepath")
    if not isinstance(given, str) or not given:
        raise LoadError('the entry needs a "filepath"')
    path = folder / given
    if "*" in path.name and not path.exists():
        path = _first_match(path, warn)
    if not path.exists():
        raise LoadError(f"{path} does not exist{'' if Path(given).is_absolute() else _RELATIVE}")
    if not (path.is_dir() if loader.reads == "folder" else path.is_file()):  # a pipe would be waited for
        raise LoadError(f"{path} must be a {loader.reads}")
    return path


def _first_match(pattern: Path, warn: Callable[[str], None]) -> Path:
    """Return the first file, by name, whose name matches; ``*`` is any text, the rest a regular expression."""
    try:
        expression = re.compile(pattern.name.replace("*", ".*"))
    except re.error:
        expression = re.compile(".*".join(re.escape(part) for part in pattern.name.split("*")))
    names = sorted(path.name for path in pattern.parent.iterdir()) if pattern.parent.is_dir() else []
    # Hidden files are taken only if they are asked for: a file that is being saved is one.
    is_hidden = pattern.name.startswith(".")
    matching = [name for name in names if expression.fullmatch(name) and name.startswith(".") == is_hidden]
    if not matching:
        raise LoadError(f"{pattern}: no file in that folder matches")
    if len(matching) > 1:
        warn(f"{pattern} matches {len(matching)} files; {matching[0]} is used")
    return pattern.parent / matching[0]


def _time_from_media(manager: Target) -> None:
    """Give an empty clock ``time`` the frames of the key ``media``, else of the longest video, else image stack."""
    if dict(manager.clocks()).get(_DEFAULT_CLOCK):
        return
    media = [entry for entry in manager.entries() if entry.kind in MediaData.kinds() and entry.size]
    if media:
        best = max(media, key=lambda entry: (entry.key == "media", entry.kind is VIDEO, entry.size))
        manager.setTime(_DEFAULT_CLOCK, TimeFrame(range(best.size)), overwrite=True)
