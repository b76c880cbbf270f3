"""Carrying out a load config, and loading one file: finding loaders, registering what they make, binding clocks."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from whiskertoolbox_python.clocks.time_frame import TimeFrame
from whiskertoolbox_python.errors import LoadError, LoadWarning, StoreError
from whiskertoolbox_python.formats._beyond_clock import tell_beyond_clock
from whiskertoolbox_python.formats._loader import LoadedItem, Source
from whiskertoolbox_python.formats.config import Config, entry_label
from whiskertoolbox_python.formats.plan import (
    DEFAULT_CLOCK,
    LoadPlan,
    PipelineStep,
    Step,
    known_keys,
    make_plan,
    naming,
    resolve,
)
from whiskertoolbox_python.formats.python_block import unmet_here
from whiskertoolbox_python.formats.registry import find_loader
from whiskertoolbox_python.formats.report import LoadFailure, LoadReport, one_line_reason
from whiskertoolbox_python.parameters import unknown_names
from whiskertoolbox_python.target import Target
from whiskertoolbox_python.types.data_object import DataObject, EntityBearing
from whiskertoolbox_python.types.media import VIDEO, MediaData
from whiskertoolbox_python.types.origin import loaded_from
from whiskertoolbox_python.upstream.notices import notice, notices_to

Progress = Callable[[int, int, str], None]


def load(manager: Target, config_path: str | os.PathLike[str], *, progress: Progress | None = None) -> LoadReport:
    """Carry out `DataManager.load`."""
    plan = make_plan(config_path)
    report = carry_out(manager, plan, progress=progress)
    report.warnings[:0] = unmet_here(plan.config.path, plan.config.python)
    return report


def carry_out(
    manager: Target, plan: LoadPlan, *, progress: Progress | None = None, shared: dict[Any, Any] | None = None
) -> LoadReport:
    """Carry out a plan; `shared` is what has been read for it already (`Source.shared`)."""
    config = plan.config
    if manager.read_only:
        raise LoadError(
            f"{config.path}: the session {manager.path} is open read-only; open it for writing to load data"
        )
    load_run = _Run(manager, config, {} if shared is None else shared)
    load_run.declare_clocks()
    for position, step in enumerate(plan.steps):
        if progress is not None:
            progress(position, len(plan.steps), entry_label(config.entries[position], position))
        load_run.carry_out(step)
    load_run.bind_late_clocks()
    load_run.check_declared_clocks()
    _time_from_media(manager)
    tell_beyond_clock(manager, load_run.loaded, load_run.report.warnings.append)
    load_run.run_pipelines(plan)
    if progress is not None:
        progress(len(plan.steps), len(plan.steps), "done")
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
    clock: str | None = None,
    **options: Any,
) -> list[str]:
    """Carry out `DataManager.load_file`."""
    path = Path(path).absolute()
    fields = {"data_type": data_type, "format": format, "name": name or path.stem, **options}
    entry = {key: value for key, value in fields.items() if value is not None} | {"filepath": str(path)}
    if data_type != "time" and clock is not None and manager.getTime(clock) is None:
        raise LoadError(f'{path}: there is no clock "{clock}" (known: {", ".join(sorted(dict(manager.clocks())))})')

    with naming(path):
        unknown = unknown_names(known_keys(find_loader(entry)), options)
    if unknown:
        raise LoadError(f"{path}: {'; '.join(unknown)}")
    step = resolve(entry, path.parent, path.name)
    warn = partial(notice, category=LoadWarning)
    for message in step.warnings:
        warn(message)
    made = _make(manager, step, clock, warn, {})
    tell_beyond_clock(manager, _data_keys(made), warn)
    return [item.key for item in made]


class _Run:
    """One config being loaded: the report so far, and the clocks that data still wait for."""

    def __init__(self, manager: Target, config: Config, shared: dict[Any, Any]) -> None:
        self.report = LoadReport(failures=list(config.failures), warnings=list(config.warnings))
        self._manager = manager
        self._config = config
        self._shared = shared
        self._waiting: dict[str, tuple[str, str]] = {}
        self.loaded: dict[str, None] = {}
        """Keys of the data, without clocks."""

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

    def carry_out(self, step: Step | PipelineStep | LoadFailure) -> None:
        """Load what one step says; whatever goes wrong becomes a failure of this step only."""
        if isinstance(step, LoadFailure):
            self.report.failures.append(step)
            return
        if isinstance(step, PipelineStep):
            return
        warn = self.report.warnings.append
        for message in step.warnings:
            warn(message)
        exists = step.clock is None or self._manager.getTime(step.clock) is not None
        try:
            made = _make(self._manager, step, step.clock if exists else DEFAULT_CLOCK, warn, self._shared)
        except (LoadError, StoreError, OSError) as error:
            self._fail(step.label, step.file, one_line_reason(error))
            return
        except Exception as error:  # no entry may stop the others, whatever a library makes of its file
            self._fail(step.label, step.file, f"{type(error).__name__}: {one_line_reason(error)}")
            return
        clocks = [item.clock.key for item in made if item.clock is not None and step.clock is None]
        for key in [*clocks, *(item.key for item in made)]:
            if key not in self.report.made:
                self.report.made.append(key)
        for key in _data_keys(made):
            self.loaded[key] = None
            self._waiting.pop(key, None)  # of an earlier entry with the same key
            if step.clock is not None and not exists:
                self._waiting[key] = (step.clock, step.file)

    def bind_late_clocks(self) -> None:
        """Bind the data whose clock was made by a later entry."""
        for key, (clock, file) in self._waiting.items():
            if not self._manager.setTimeKey(key, clock):
                known = ", ".join(sorted(dict(self._manager.clocks())))
                self._fail(
                    key, file, f'there is no clock "{clock}" (known: {known}); loaded on "{DEFAULT_CLOCK}" instead'
                )

    def check_declared_clocks(self) -> None:
        """Report the declared clocks that no entry has filled."""
        for clock in self._config.clocks:
            frame = self._manager.getTime(clock)
            if frame is None or not frame.getTotalFrameCount():
                self._fail(clock, str(self._config.path), f'no entry has given the declared clock "{clock}" its times')

    def run_pipelines(self, plan: LoadPlan) -> None:
        """Run the pipelines on what was loaded, in their order; one that fails does not stop the others."""
        for pipeline in (step.pipeline for step in plan.steps if isinstance(step, PipelineStep)):
            try:
                made = self._manager.run_pipeline(pipeline).made
            except Exception as error:  # whatever a transform makes of its data
                made = getattr(getattr(error, "report", None), "made", [])
                self._fail("transformations", str(self._config.path), one_line_reason(error))
            self.report.made.extend(key for key in made if key not in self.report.made)

    def _fail(self, key: str, file: str, reason: str) -> None:
        self.report.failures.append(LoadFailure(key, file, reason))


def _make(
    manager: Target, step: Step, clock: str | None, warn: Callable[[str], None], shared: dict[Any, Any]
) -> list[LoadedItem]:
    """Load what a step says, store it on a clock, or on that of each item, and return it."""
    source = Source(step.path, step.name, warn, manager, shared)

    def tell(message: str) -> None:
        warn(message if str(step.path) in message else f"{step.path}: {message}")

    with naming(step.path), notices_to(tell):
        found = list(step.loader.load(source, step.options))
    made = {item.key: item for item in found}  # all of it, before the first is stored
    for key in made if len(made) < len(found) else ():
        count = [item.key for item in found].count(key)
        if count > 1:
            warn(f"{step.path} defines {key!r} {count} times; the last one is used")
    for item in made.values() if step.attributes else ():
        if isinstance(item.data, DataObject):
            item.data.attributes = {**item.data.attributes, **step.attributes}
    with naming(step.path):
        clocks = {} if clock else _register_clocks(manager, made.values())
    with loaded_from(step.path):
        _register(manager, made, clocks, clock or DEFAULT_CLOCK, warn)
    _join_groups(manager, made.values())
    return list(made.values())


def _data_keys(made: Iterable[LoadedItem]) -> list[str]:
    return [item.key for item in made if not isinstance(item.data, TimeFrame)]


def _register_clocks(manager: Target, made: Iterable[LoadedItem]) -> dict[str, str]:
    """Store the clocks that a file gives its items; return the time key of each item that has one.

    A clock that is there already stays: other data may be on it.
    """
    clocks = {item.clock.key: item.clock for item in made if item.clock is not None}
    for key, clock in clocks.items():
        frame, known = clock.read(), manager.getTime(key)
        if known is None or not len(known):
            manager.setTime(key, frame, overwrite=True)
        elif known.ticks_per_second != frame.ticks_per_second or not np.array_equal(known.times, frame.times):
            raise LoadError(
                f'the session has another clock "{key}" than the one that the file gives ({len(known):,} and '
                f'{len(frame):,} ticks); name the clock of this entry in "clock"'
            )
    return {item.key: item.clock.key for item in made if item.clock is not None}


def _join_groups(manager: Target, made: Iterable[LoadedItem]) -> None:
    """Make the entries of each item members of the group that the file puts them in."""
    groups = manager.getEntityGroupManager()
    for item in made:
        data = manager.getData(item.key) if item.group else None
        if isinstance(data, EntityBearing):
            known = next((one.id for one in groups.getAllGroupDescriptors() if one.name == item.group), None)
            groups.add_entities(groups.createGroup(item.group) if known is None else known, data.entity_ids)


def _register(
    manager: Target,
    made: Mapping[str, LoadedItem],
    clocks: Mapping[str, str],
    default_clock: str,
    warn: Callable[[str], None],
) -> None:
    """Store what an entry makes; if that fails midway, none of its new keys stays."""
    known = {entry.key for entry in manager.entries()}
    stored: list[str] = []
    try:
        for key, item in made.items():
            data = item.data
            if isinstance(data, TimeFrame):
                replaced = manager.getTime(key)
                if replaced is not None and replaced.ticks_per_second is not None and data.ticks_per_second is None:
                    warn(
                        f"the clock {key!r} was replaced by one of unknown rate (before: {replaced.ticks_per_second}); "
                        "give ticks_per_second"
                    )
                manager.setTime(key, data, overwrite=True)
                continue
            (manager.set_media if isinstance(data, MediaData) else manager.setData)(
                key, data, clocks.get(key, default_clock)
            )
            stored.append(key)
    except StoreError:
        for key in set(stored) - known:
            manager.deleteData(key)
        raise


def _time_from_media(manager: Target) -> None:
    """Give an empty clock ``time`` the frames of the key ``media``, else of the longest video, else image stack."""
    if dict(manager.clocks()).get(DEFAULT_CLOCK):
        return
    media = [entry for entry in manager.entries() if entry.kind in MediaData.kinds() and entry.size]
    if media:
        best = max(media, key=lambda entry: (entry.key == "media", entry.kind is VIDEO, entry.size))
        manager.setTime(DEFAULT_CLOCK, TimeFrame(range(best.size)), overwrite=True)
