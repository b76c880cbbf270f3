"""One door for every file: what it is, what is in it, and loading what is wanted of it.

`preview_file` looks; `import_file` loads. Both rest on load-config entries, so what was imported can be imported again
by a config, or by the code that the preview gives.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from whiskertoolbox_python.containers._contents import Allocate, Clock, Part, in_memory
from whiskertoolbox_python.containers._pose import FRAMES
from whiskertoolbox_python.containers.key_names import clock_keys, shortest_names
from whiskertoolbox_python.containers.reading import look_into
from whiskertoolbox_python.containers.recognise import Recognised, recognise
from whiskertoolbox_python.containers.registry import CONTAINERS, container_named
from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats._streaming import allocate_in
from whiskertoolbox_python.formats.config import Config
from whiskertoolbox_python.formats.loading import Progress, carry_out
from whiskertoolbox_python.formats.plan import DEFAULT_CLOCK, naming, plan_of
from whiskertoolbox_python.formats.report import LoadReport
from whiskertoolbox_python.parameters import names_of, parse_options, suggest, unknown_names
from whiskertoolbox_python.target import Target


@dataclass(frozen=True)
class FoundPart:
    """One thing in a file that can be loaded.

    Attributes
    ----------
    name : str
        What the file calls it.
    key : str
        The key that it makes; with several channels the first part of the keys.
    data_type : str
        As in a load config.
    shape : tuple of int
        -1 where it is known only after reading.
    channels : tuple of str
        Each makes a key, ``key_channel``.
    clock : str
        Name of the file's clock, "" when it has none.
    unit, description : str
    selected : bool
        Whether it is loaded unless one says otherwise.
    """

    name: str
    key: str
    data_type: str
    shape: tuple[int, ...] = ()
    channels: tuple[str, ...] = ()
    clock: str = ""
    unit: str = ""
    description: str = ""
    group: str = ""
    selected: bool = True


@dataclass(frozen=True)
class FoundClock:
    """A clock of a file.

    Attributes
    ----------
    name : str
        What the file calls it.
    key : str
        The time key that its parts go on.
    size : int
    ticks_per_second : float or None
    is_made : bool
        False for frame numbers, which go on the clock of the video (``time``).
    """

    name: str
    key: str
    size: int
    ticks_per_second: float | None
    is_made: bool
    description: str = ""


@dataclass(frozen=True)
class Preview:
    """What is in a file.

    Attributes
    ----------
    path : Path
    format : str
        Its name in a load config.
    title : str
    parts : tuple of FoundPart
    clocks : tuple of FoundClock
    warnings : tuple of str
        What was noticed on the way.
    options : dict
        Options that it was looked into with.
    attributes : dict
        What the file says of the whole recording.
    """

    path: Path
    format: str
    title: str
    parts: tuple[FoundPart, ...]
    clocks: tuple[FoundClock, ...] = ()
    warnings: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    attributes: Mapping[str, Any] = field(default_factory=dict)

    def chosen(
        self, parts: Iterable[str] | Mapping[str, str] | None = None, clocks: Mapping[str, str] | None = None
    ) -> Preview:
        """Return the preview with some parts selected, renamed, or put on other clocks.

        Parameters
        ----------
        parts : names, or mapping of names to keys, optional
            All that are selected by default.
        clocks : mapping of the file's clock names to time keys, optional
            A time key that is not the preview's own must exist; the file's clock is then not loaded.
        """
        wanted = {one.name: one.key for one in self.parts if one.selected} if parts is None else parts
        keys = dict(wanted) if isinstance(wanted, Mapping) else {name: self._part(name).key for name in wanted}
        for name in keys:
            self._part(name)
        for name in clocks or {}:
            if name not in [clock.name for clock in self.clocks]:
                raise LoadError(f"{self.path}: unknown clock {suggest(name, [one.name for one in self.clocks])}")
        chosen = tuple(replace(one, selected=one.name in keys, key=keys.get(one.name, one.key)) for one in self.parts)
        moved = tuple(
            replace(one, key=clocks[one.name], is_made=False) if clocks and one.name in clocks else one
            for one in self.clocks
        )
        return replace(self, parts=chosen, clocks=moved)

    def entries(self) -> list[dict[str, Any]]:
        """Return the load-config entries of what is selected: its clocks, then its parts."""
        used = {part.clock for part in self.parts if part.selected}
        found = [
            self._entry("time", clock.key, clock.name) for clock in self.clocks if clock.name in used and clock.is_made
        ]
        keys = {clock.name: clock.key for clock in self.clocks}
        for part in self.parts:
            if part.selected:
                entry = self._entry(part.data_type, part.key, part.name)
                clock = keys.get(part.clock, DEFAULT_CLOCK)
                is_told = clock != DEFAULT_CLOCK or part.clock not in ("", FRAMES)
                found.append({**entry, "clock": clock} if is_told else entry)
        return found

    def config(self) -> str:
        """Return a load config, as JSON text, that loads what is selected."""
        return json.dumps(self.entries(), indent=2, ensure_ascii=False) + "\n"

    def code(self) -> str:
        """Return the Python statement that loads what is selected."""
        arguments = [repr(str(self.path))]
        default = {part.name: part.key for part in _with_default_keys(self.parts)}
        chosen = {part.name: part.key for part in self.parts if part.selected}
        if any(default[name] != key for name, key in chosen.items()):
            arguments.append(f"parts={chosen!r}")
        elif set(chosen) != {part.name for part in self.parts}:
            arguments.append(f"parts={list(chosen)!r}")
        moved = {clock.name: clock.key for clock in self.clocks if not clock.is_made and clock.key != DEFAULT_CLOCK}
        if moved:
            arguments.append(f"clocks={moved!r}")
        arguments += [f"{name}={value!r}" for name, value in self.options.items()]
        return f"dm.import_file({', '.join(arguments)})"

    def _entry(self, data_type: str, key: str, part: str) -> dict[str, Any]:
        entry = {"data_type": data_type, "name": key, "filepath": str(self.path)}
        if self.format in _WITHOUT_PARTS:
            return entry
        return {**entry, "format": self.format, "part": part, **self.options}

    def _part(self, name: str) -> FoundPart:
        for part in self.parts:
            if part.name == name:
                return part
        raise LoadError(f"{self.path}: unknown part {suggest(name, [part.name for part in self.parts])}")

    def __str__(self) -> str:
        lines = [f"{self.path}: {self.title}"]
        clocks = {clock.name: clock for clock in self.clocks}
        rows = [("", "KEY", "TYPE", "SHAPE", "CLOCK", "RATE", "UNIT")]
        for part in self.parts:
            clock = clocks.get(part.clock)
            rate = "" if clock is None or clock.ticks_per_second is None else f"{clock.ticks_per_second:.10g}"
            shape = " × ".join("?" if side < 0 else f"{side:,}" for side in part.shape)
            mark = "+" if part.selected else "-"
            rows.append((mark, part.key, part.data_type, shape, clock.key if clock else DEFAULT_CLOCK, rate, part.unit))
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        lines += [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
        ]
        lines += [f"warning: {warning}" for warning in self.warnings]
        return "\n".join(lines)


_WITHOUT_PARTS = ("video", "images")
"""Formats of one data type, whose entries name no part."""


def preview_file(path: str | os.PathLike[str], *, format: str | None = None, **options: Any) -> Preview:
    """Look into a file or folder; carry out `DataManager.preview_file`."""
    return _preview(path, format, options, {}, in_memory)


def _preview(
    path: str | os.PathLike[str],
    format: str | None,
    options: Mapping[str, Any],
    shared: dict[Any, Any],
    allocate: Allocate,
) -> Preview:
    file = Path(path).absolute()
    with naming(file):
        found = recognise(file) if format is None else Recognised(format, file)
    if found.format == "load config":
        raise LoadError(f"{file} is a load config; load it with dm.load")
    if not found.format:
        raise LoadError(f"{file} cannot be imported: {found.reason}")
    if found.format in _WITHOUT_PARTS:
        return _preview_of_media(found)
    container = container_named(found.format)
    if container is None:
        known = [one.name for one in CONTAINERS]
        raise LoadError(f"{file}: unknown format {suggest(found.format, known)}")
    unknown = unknown_names([name for name in names_of(container.options) if name != "part"], options)
    if unknown:
        raise LoadError(f"{file}: {'; '.join(unknown)}")
    warnings: list[str] = []
    parsed = parse_options(container.options, {"part": "", **options})
    contents = look_into(shared, container, found.path, parsed, warnings.append, allocate)
    if not contents.parts:
        said = f" ({'; '.join(warnings)})" if warnings else ""
        raise LoadError(f"{file} is a file of {container.title}, but holds nothing that can be loaded{said}")
    return Preview(
        found.path,
        container.name,
        container.title,
        _with_default_keys(_found_part(part) for part in contents.parts),
        tuple(_found_clocks(found.path, contents.clocks)),
        tuple(warnings),
        options,
        contents.attributes,
    )


def import_file(
    manager: Target,
    path: str | os.PathLike[str],
    *,
    format: str | None = None,
    parts: Iterable[str] | Mapping[str, str] | None = None,
    clocks: Mapping[str, str] | None = None,
    progress: Progress | None = None,
    **options: Any,
) -> LoadReport:
    """Carry out `DataManager.import_file`."""
    shared: dict[Any, Any] = {}
    preview = _preview(path, format, options, shared, partial(allocate_in, manager, shared)).chosen(parts, clocks)
    for key in sorted({clock.key for clock in preview.clocks if not clock.is_made}):
        if manager.getTime(key) is None:
            known = ", ".join(sorted(name for name, _ in manager.clocks()))
            raise LoadError(f'{preview.path}: there is no clock "{key}" (known: {known})')
    entries = preview.entries()
    config = Config(
        path=preview.path.parent / "import",
        entries=entries,
        clocks=[],
        failures=[],
        warnings=list(preview.warnings),
        origins=list(range(len(entries))),
        failure_origins=[],
    )
    return carry_out(manager, plan_of(config), progress=progress, shared=shared)


def _preview_of_media(found: Recognised) -> Preview:
    data_type = found.format
    part = FoundPart(found.path.stem, found.path.stem, data_type, (-1,), clock="")
    return Preview(found.path, data_type, "Video" if data_type == "video" else "Folder of images", (part,))


def _found_part(part: Part) -> FoundPart:
    return FoundPart(
        part.name,
        part.name,
        part.kind,
        part.shape,
        part.channels,
        part.clock,
        part.unit,
        part.description,
        part.group,
        part.selected,
    )


def _found_clocks(path: Path, clocks: Mapping[str, Clock]) -> Iterable[FoundClock]:
    keys = clock_keys(path, clocks)
    for name, clock in clocks.items():
        yield FoundClock(name, keys[name], clock.size, clock.ticks_per_second, name != FRAMES, clock.description)


def _with_default_keys(parts: Iterable[FoundPart]) -> tuple[FoundPart, ...]:
    parts = tuple(parts)
    short = shortest_names([part.name for part in parts])
    return tuple(replace(part, key=short[part.name]) for part in parts)


__all__ = ["FoundClock", "FoundPart", "Preview", "import_file", "preview_file"]
