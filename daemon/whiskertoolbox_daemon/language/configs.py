"""Load configs as they are written: where their entries stand, what of them cannot be loaded, which files they name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from json.decoder import JSONDecoder
from pathlib import Path

from whiskertoolbox_daemon.language.calls import Place
from whiskertoolbox_daemon.language.names import line_and_column
from whiskertoolbox_daemon.language.problems import MOST_PROBLEMS, Problem

_NAMES = re.compile(r"(?:^|[\\/])(?:recording\.json|[^\\/]+\.(?:load|wtconfig)\.json)$")
"""The names of load configs, as the manifest's ``jsonValidation`` has them."""
_SPACE = re.compile(r"[ \t\r\n]*")
_value_at = JSONDecoder().raw_decode


@dataclass(frozen=True)
class FileLink:
    """A file that a config names."""

    place: Place
    path: Path


def is_config(path: str) -> bool:
    """Return whether a file is called as load configs are."""
    return _NAMES.search(path) is not None


def problems_of_config(source: str, path: Path) -> list[Problem]:
    """Return the entries that cannot be loaded, with the reason that loading would give."""
    from whiskertoolbox_python import LoadError  # once NumPy is known to be there
    from whiskertoolbox_python.formats.config import config_of
    from whiskertoolbox_python.formats.plan import plan_of
    from whiskertoolbox_python.formats.report import LoadFailure

    try:
        root = json.loads(source)
    except (ValueError, RecursionError):  # the editor underlines that itself
        return []
    try:
        outcomes = plan_of(config_of(path, root)).by_position()
    except LoadError as error:
        return [Problem("unloadableEntry", str(error).removeprefix(f"{path}: "), _line_at(source, 0))]
    reasons = [
        (entry, [outcome.reason for outcome in outcomes.get(position, ()) if isinstance(outcome, LoadFailure)])
        for position, entry in enumerate(_entries(source, root))
    ]
    return [Problem("unloadableEntry", told[0], entry.place) for entry, told in reasons if told][:MOST_PROBLEMS]


def files_of_config(source: str, path: Path) -> list[FileLink]:
    """Return the files that its entries name and that are there; of an entry that is repeated, the first."""
    from whiskertoolbox_python import LoadError
    from whiskertoolbox_python.formats.config import config_of
    from whiskertoolbox_python.formats.plan import Step, plan_of

    try:
        root = json.loads(source)
        outcomes = plan_of(config_of(path, root)).by_position()
    except (LoadError, ValueError, RecursionError):
        return []
    return [
        FileLink(entry.file, step.path)
        for position, entry in enumerate(_entries(source, root))
        for step in outcomes.get(position, [])[:1]
        if entry.file is not None and isinstance(step, Step) and step.path.is_file()
    ]


@dataclass(frozen=True)
class _Entry:
    place: Place
    """Its name, or what it begins with."""
    file: Place | None


def _entries(source: str, root: object) -> list[_Entry]:
    """Return where the entries of a config stand, whose JSON is known to be whole."""
    at = _after_space(source, 0)
    if isinstance(root, dict):
        at = dict(_members(source, at))["data"]
    return [_entry(source, start) for _, start in _members(source, at)]


def _entry(source: str, at: int) -> _Entry:
    fields: Mapping[str, int] = dict(_members(source, at)) if source[at] == "{" else {}
    texts = {name: _text_at(source, start) for name, start in fields.items() if source[start] == '"'}
    return _Entry(texts.get("name") or _line_at(source, at), texts.get("filepath"))


def _members(source: str, at: int) -> Iterator[tuple[str, int]]:
    """Yield name and beginning of each value in an object, or in a list, where it has no name."""
    is_object = source[at] == "{"
    at = _after_space(source, at + 1)
    while source[at] not in "]}":
        name = ""
        if is_object:
            name, at = _value_at(source, at)
            at = _after_space(source, _after_space(source, at) + 1)
        yield name, at
        at = _after_space(source, _value_at(source, at)[1])
        if source[at] == ",":
            at = _after_space(source, at + 1)


def _after_space(source: str, at: int) -> int:
    found = _SPACE.match(source, at)
    return at if found is None else found.end()


def _text_at(source: str, at: int) -> Place:
    line, start = line_and_column(source, at)
    return Place(line, start + 1, start + _value_at(source, at)[1] - at - 1)


def _line_at(source: str, at: int) -> Place:
    line, start = line_and_column(source, at)
    return Place(line, start, start + len(source[at:].partition("\n")[0].rstrip()))
